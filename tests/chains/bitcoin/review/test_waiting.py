"""A wallet that is not in service yet: every review that it is part of says so, and refuses nothing for it."""

from dataclasses import replace

import pytest

from custody.chains.bitcoin.message.review import review_message
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.signing import Finding, Verdict
from tests.chains.bitcoin.message.requests import asked, ids
from tests.chains.bitcoin.review.drafts import PAYMENT, Draft, honest, judge, registered
from tests.support import desk


def said(draft: Draft, *wallets: Wallet) -> tuple[Verdict, list[Finding]]:
    review = judge(draft, *wallets).review
    return review.verdict, [each for each in review.findings if each.id == "BTC-WALLET-WAITS"]


@pytest.mark.parametrize("kind", ["wpkh", "tr", "wsh(sortedmulti)"])
def test_spending_from_a_wallet_that_waits_is_warned_of_and_possible(kind: str) -> None:
    verdict, (found,) = said(honest(kind), replace(registered(kind), waits=True))
    assert verdict is Verdict.WARN
    assert '"treasury" is not in service' in found.text


def test_a_payment_into_a_wallet_that_waits_is_warned_of_at_its_output() -> None:
    draft, other = honest("wpkh"), desk.wallet("tr")
    draft.outputs[0] = (other.script(0, 7), PAYMENT, [])
    savings = registered("tr", name="savings").as_waiting()
    verdict, (found,) = said(draft, registered("wpkh"), savings)
    assert (verdict, found.where) == (Verdict.WARN, "output 0")
    assert '"savings"' in found.text


def test_of_a_wallet_in_service_nothing_is_said() -> None:
    draft, other = honest("wpkh"), desk.wallet("tr")
    draft.outputs[0] = (other.script(0, 7), PAYMENT, [])
    assert said(draft, registered("wpkh"), registered("tr", name="savings")) == (Verdict.ACCEPT, [])
    waits = registered("tr", name="savings").as_waiting()
    assert said(honest("wpkh"), registered("wpkh"), waits) == (Verdict.ACCEPT, []), "it has no part in this one"


def test_a_message_of_a_wallet_that_waits_says_so_too() -> None:
    waits = registered("wpkh").as_waiting()
    assert "BTC-WALLET-WAITS" in ids(review_message(asked("wpkh"), [waits]))
    assert "BTC-WALLET-WAITS" not in ids(review_message(asked("wpkh"), [registered("wpkh")]))

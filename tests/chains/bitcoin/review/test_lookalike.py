"""Addresses that begin and end like another one: of the wallet, of a payee beside it, or of one paid before."""

import pytest

from custody.chains.bitcoin.consensus.network import network
from custody.chains.bitcoin.review.lookalike import lookalike_findings
from custody.chains.bitcoin.review.past import Earlier
from custody.chains.bitcoin.review.review import ReviewedPsbt, review
from custody.signing import Payment, Verdict
from tests.chains.bitcoin.review.drafts import PAYMENT, STRANGER, Draft, honest, ids, registered
from tests.support import desk

# Each was found by trying: its address begins (behind the prefix) and ends with the same three characters.
TWIN_OF_STRANGER = bytes.fromhex("00145a5a0000000000000000000000000000000075dc")
TWIN_OF_CHANGE = bytes.fromhex("001468a8000000000000000000000000000000000c01")
TWIN_OF_COIN = bytes.fromhex("0014d0c40000000000000000000000000000000031f3")


def paying(*scripts: bytes) -> Draft:
    """The honest transaction with its payment to the first of these scripts, and a tenth of the change to others."""
    draft, amount = honest("wpkh"), 6_900
    draft.outputs[0] = (scripts[0], PAYMENT, [])
    script, change, pairs = draft.outputs[1]
    draft.outputs[1:] = [(script, change - amount * len(scripts[1:]), pairs)]
    draft.outputs += [(each, amount, []) for each in scripts[1:]]
    return draft


def judged(draft: Draft, *past: Draft) -> ReviewedPsbt:
    return review(draft.psbt(), (registered("wpkh"),), [Earlier.read(each.psbt()) for each in past])


def test_a_twin_of_a_payee_of_an_earlier_transaction_is_warned_of() -> None:
    before = paying(STRANGER)
    assert judged(paying(TWIN_OF_STRANGER)).review.verdict is Verdict.ACCEPT  # of nothing that is known here
    warned = judged(paying(TWIN_OF_STRANGER), before).review
    (found,) = [each for each in warned.findings if each.id == "BTC-ADDRESS-LOOKALIKE"]
    assert found.where == "output 0"
    assert "bcrt1qtfd95kj6tfd95kj6tfd95kj6tfd95kj6qz56sc" in found.text
    assert "BTC-ADDRESS-LOOKALIKE" not in ids(judged(paying(STRANGER), before))


@pytest.mark.parametrize("twin", [TWIN_OF_CHANGE, TWIN_OF_COIN], ids=["change", "coin"])
def test_a_twin_of_our_own_address_is_warned_of(twin: bytes) -> None:
    assert "BTC-ADDRESS-LOOKALIKE" in ids(judged(paying(twin)))
    own = desk.wallet("wpkh").script(1, 3)
    assert "BTC-ADDRESS-LOOKALIKE" not in ids(judged(paying(own)))


def test_a_twin_beside_its_payee_is_warned_of_at_both() -> None:
    findings = judged(paying(STRANGER, TWIN_OF_STRANGER)).review.findings
    assert [each.where for each in findings if each.id == "BTC-ADDRESS-LOOKALIKE"] == ["output 0", "output 2"]
    twice = judged(paying(STRANGER, STRANGER))
    assert "BTC-ADDRESS-LOOKALIKE" not in ids(twice)


@pytest.mark.parametrize(
    ("first", "second", "alike"),
    [
        ("1abcXXXXXXdef", "1abcYYYYYYdef", True),
        ("1abcXXXXXXdef", "3abcYYYYYYdef", False),
        ("1abcXXXXXXdef", "1abdYYYYYYdef", False),
        ("1abcXXXXXXdef", "1abcYYYYYYdeg", False),
        ("bc1qabcXXXXXdef", "bc1qabcYYYYYdef", True),
        ("bc1qabcXXXXXdef", "bc1pabcYYYYYdef", False),
        ("bc1qabcXXXXXdef", "bc1qabdYYYYYdef", False),
    ],
)
def test_both_ends_and_the_kind_must_be_alike(first: str, second: str, alike: bool) -> None:
    payments = [
        Payment(index, shown, "0.00000001", "BTC", 1, None, "00") for index, shown in enumerate((first, second, None))
    ]
    found = list(lookalike_findings(payments, [b"\x6a", b""], network("main")))
    assert [each.where for each in found] == (["output 0", "output 1"] if alike else [])

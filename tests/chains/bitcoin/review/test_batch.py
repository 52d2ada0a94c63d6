"""Several transactions under one total: each with its own verdict, and what only shows when they lie side by side."""

from dataclasses import replace

import pytest

from custody.chains.bitcoin.review.batch import Batch, together
from custody.chains.bitcoin.review.review import review
from custody.signing import Fee, Verdict
from tests.chains.bitcoin.review.drafts import CHANGE, FEE, PAYMENT, STRANGER, Draft, honest, registered
from tests.chains.bitcoin.review.test_past import OTHER, stated_falsely, with_change, with_other_coins


def batch(*drafts: Draft) -> Batch:
    """Review drafts together, against all the wallets that they are of."""
    wallets = [registered(kind, name=kind) for kind in dict.fromkeys(draft.kind for draft in drafts)]
    return together([review(draft.psbt(), wallets) for draft in drafts])


def found(whole: Batch) -> list[set[tuple[str, str]]]:
    """The findings of the batch's own rules, file by file."""
    own = ("BTC-BATCH-CONFLICT", "BTC-BATCH-TWICE", "BTC-BATCH-SAME", "BTC-AMOUNT-CHANGED")
    return [{(each.id, each.where) for each in review.findings if each.id in own} for review in whole.reviews]


def to(draft: Draft, script: bytes) -> Draft:
    draft.outputs[0] = (script, PAYMENT, [])
    return draft


def test_two_payments_are_accepted_and_summed() -> None:
    whole = batch(honest(), to(with_other_coins(), OTHER))
    assert whole.verdict is Verdict.ACCEPT
    (total,) = whole.totals
    assert (total.network, total.wallet, total.transactions) == ("regtest", "wpkh", 2)
    assert (total.payments, total.change, total.burned) == (2 * PAYMENT, 2 * CHANGE, 0)
    assert total.fee == 2 * FEE + 5  # the sixth coin holds five satoshi more
    assert found(whole) == [set(), set()]


def test_each_wallet_has_its_own_total() -> None:
    whole = batch(honest("wpkh"), to(honest("tr"), OTHER))
    assert [(total.wallet, total.fee) for total in whole.totals] == [("wpkh", FEE), ("tr", FEE)]


def test_one_coin_in_two_transactions_is_refused_in_both() -> None:
    whole = batch(honest(), to(honest(), OTHER), to(with_other_coins(), b"\x00\x14" + b"\x66" * 20))
    assert [review.verdict for review in whole.reviews] == [Verdict.REFUSE, Verdict.REFUSE, Verdict.ACCEPT]
    assert found(whole)[:2] == [{("BTC-BATCH-CONFLICT", "input 0")}] * 2
    assert whole.verdict is Verdict.REFUSE


def test_the_same_transaction_twice_is_counted_once_and_conflicts_with_nothing() -> None:
    whole = batch(honest(), honest())
    assert whole.verdict is Verdict.ACCEPT
    assert found(whole) == [set(), {("BTC-BATCH-SAME", "")}]
    assert [(total.transactions, total.payments) for total in whole.totals] == [(1, PAYMENT)]


@pytest.mark.parametrize("kind", ["wpkh", "tr"])
def test_the_same_transaction_with_other_amounts_is_refused_in_both(kind: str) -> None:
    whole = batch(honest(kind), stated_falsely(kind))
    assert all(("BTC-AMOUNT-CHANGED", "input 0") in each for each in found(whole))
    assert {review.verdict for review in whole.reviews} == {Verdict.REFUSE}


def test_one_bill_in_two_transactions_is_warned_of() -> None:
    whole = batch(honest(), with_other_coins())
    assert found(whole) == [{("BTC-BATCH-TWICE", "output 0")}] * 2
    assert whole.verdict is Verdict.WARN
    assert found(batch(honest(), to(with_other_coins(), OTHER))) == [set(), set()]


def test_a_fee_that_is_not_proven_leaves_the_total_without_one() -> None:
    whole = batch(honest(), to(with_other_coins(), OTHER).drop(0, b"\x00"))
    assert whole.totals[0].fee is None
    assert whole.totals[0].payments == 2 * PAYMENT
    assert [review.verdict for review in whole.reviews] == [Verdict.ACCEPT, Verdict.REFUSE]


def test_a_refusal_of_one_leaves_the_others_their_own_verdict() -> None:
    whole = batch(with_change(CHANGE - 25_000), to(with_other_coins(), OTHER))
    assert [review.verdict for review in whole.reviews] == [Verdict.REFUSE, Verdict.ACCEPT]


def test_a_sum_that_does_not_come_out_is_a_bug_of_ours() -> None:
    reviewed = review(honest().psbt(), (registered("wpkh"),))
    broken = replace(reviewed, review=replace(reviewed.review, fee=Fee(FEE + 1, True, "1.0", "sat/vB")))
    with pytest.raises(ArithmeticError):
        together([broken, reviewed])


def test_burned_value_is_in_the_total() -> None:
    draft = to(honest(), b"\x6a\x03abc")
    whole = batch(draft, to(with_other_coins(), STRANGER))
    assert (whole.totals[0].burned, whole.totals[0].payments) == (PAYMENT, PAYMENT)


def test_the_answer_for_machines_holds_totals_and_reviews_in_order() -> None:
    whole = batch(honest(), with_other_coins()).to_json()
    assert list(whole) == ["verdict", "totals", "reviews"]
    assert whole["verdict"] == "warn"
    assert whole["totals"]["wallets"][0]["fee"] == 2 * FEE + 5
    assert [each["verdict"] for each in whole["reviews"]] == ["warn", "warn"]

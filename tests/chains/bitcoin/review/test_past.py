"""What was seen before: amounts that change between sessions, replacements, and bills that are paid again."""

from dataclasses import replace

import pytest

from custody.chains.bitcoin.consensus.unspendable import is_unspendable
from custody.chains.bitcoin.review import past
from custody.chains.bitcoin.review.past import Earlier
from custody.chains.bitcoin.review.review import ReviewedPsbt, review
from custody.errors import Unreadable
from custody.signing import Severity, Verdict
from tests.chains.bitcoin.review.drafts import CHANGE, FEE, PAYMENT, STRANGER, Draft, honest, ids, registered
from tests.support import desk

OTHER = b"\x00\x14" + b"\x5b" * 20
"""Another stranger's script."""


def after(draft: Draft, *earlier: Draft | bytes) -> ReviewedPsbt:
    """Review a draft with what was seen before."""
    documents = [each if isinstance(each, bytes) else each.psbt() for each in earlier]
    seen = [Earlier.read(document) for document in documents]
    return review(draft.psbt(), (registered(draft.kind),), seen)


def with_change(amount: int, kind: str = "wpkh") -> Draft:
    """The honest payment with another amount of change, and so another fee."""
    draft = honest(kind)
    script, _amount, pairs = draft.outputs[1]
    draft.outputs[1] = (script, amount, pairs)
    return draft


def with_other_coins(first: int = 5) -> Draft:
    """The honest payment from a coin that the other drafts do not spend."""
    owner, draft = desk.wallet("wpkh"), honest("wpkh")
    coin = desk.coins(owner, first + 1)[first]
    draft.inputs, draft.outpoints = [desk.input_pairs(owner, coin)], [(desk.txid(coin.previous), coin.vout)]
    return draft


def stated_falsely(kind: str) -> Draft:
    """The same transaction, its coin stated larger by the desk. Taproot needs no previous transaction."""
    draft = honest(kind).drop(0, b"\x00")
    coin = draft.coins[0]
    return draft.put(0, b"\x01", desk.output(coin.amount + 50_000, coin.script))


# --- amounts that change (CVE-2020-14199 across sessions) ---


@pytest.mark.parametrize("kind", ["wpkh", "tr", "wsh(sortedmulti)"])
def test_an_amount_that_was_stated_otherwise_before_is_refused(kind: str) -> None:
    reviewed = after(honest(kind), stated_falsely(kind))
    assert reviewed.review.verdict is Verdict.REFUSE
    assert ("BTC-AMOUNT-CHANGED", "input 0") in {(each.id, each.where) for each in reviewed.review.findings}
    assert "BTC-AMOUNT-CHANGED" in ids(after(stated_falsely(kind), honest(kind)))


def test_a_script_that_was_stated_otherwise_before_is_refused() -> None:
    lie = honest("tr")
    lie.put(0, b"\x01", desk.output(lie.coins[0].amount, desk.wallet("tr").script(0, 7)))
    assert "BTC-AMOUNT-CHANGED" in ids(after(honest("tr"), lie))


@pytest.mark.parametrize("kind", desk.KINDS)
def test_the_same_amounts_as_before_are_no_objection(kind: str) -> None:
    reviewed = after(honest(kind), honest(kind))
    assert reviewed.review.verdict is Verdict.ACCEPT
    assert "BTC-SEEN-BEFORE" in ids(reviewed)
    assert not reviewed.review.replaces


def test_an_earlier_file_without_amounts_contradicts_nothing() -> None:
    assert after(honest(), honest().drop(0, b"\x00").drop(0, b"\x01")).review.verdict is Verdict.ACCEPT


def test_what_an_earlier_file_claims_clears_nothing() -> None:
    bare = honest().drop(0, b"\x00")
    assert "BTC-AMOUNT-UNPROVEN" in ids(after(bare, honest()))
    assert after(bare, honest()).review.fee.atoms is None


# --- replacements ---


def test_a_replacement_that_only_raises_the_fee_is_recognised() -> None:
    reviewed = after(with_change(CHANGE - 400), honest())
    (replacement,) = reviewed.review.replaces
    assert replacement.only_fee
    assert (replacement.fee_before, replacement.fee_after) == (FEE, FEE + 400)
    assert [(each.before, each.after) for each in replacement.payments] == [(PAYMENT, PAYMENT)]
    assert [(each.before, each.after) for each in replacement.change] == [(CHANGE, CHANGE - 400)]
    assert reviewed.review.verdict is Verdict.WARN
    text = next(each.text for each in reviewed.review.findings if each.id == "BTC-REPLACES")
    assert "only the fee rises" in text
    assert "without a signature then" in text


def test_a_replacement_that_moves_change_to_another_address_of_ours_only_raises_the_fee() -> None:
    owner, draft = desk.wallet("wpkh"), honest()
    draft.outputs[1] = (owner.script(1, 4), CHANGE - 400, desk.change_pairs(owner, 1, 4))
    (replacement,) = after(draft, honest()).review.replaces
    assert replacement.only_fee
    assert {(each.address, each.before, each.after) for each in replacement.change} == {
        (owner.address(1, 4), 0, CHANGE - 400),
        (owner.address(1, 3), CHANGE, 0),
    }


def test_a_replacement_that_adds_a_coin_of_ours_is_told_with_it() -> None:
    draft, other = with_change(CHANGE + 100_005 - 400), with_other_coins()
    draft.inputs += other.inputs
    draft.outpoints += other.outpoints
    (replacement,) = after(draft, honest()).review.replaces
    assert replacement.only_fee
    assert [each[-2:] for each in replacement.coins_added] == [":1"]
    assert not replacement.coins_removed
    (back,) = after(honest(), draft).review.replaces
    assert (back.only_fee, len(back.coins_removed), back.fee_before) == (False, 1, FEE + 400)


@pytest.mark.parametrize(
    "outputs",
    [
        [(OTHER, PAYMENT)],
        [(STRANGER, PAYMENT - 400)],
        [(STRANGER, PAYMENT), (OTHER, 400)],
        [],
        [(STRANGER, PAYMENT)] * 2,
    ],
    ids=["payee", "amount", "another output", "no payment", "the payment twice"],
)
def test_a_replacement_that_changes_a_payment_is_not_called_a_rise_of_the_fee(outputs: list[tuple[bytes, int]]) -> None:
    draft = with_change(CHANGE - 1_000 - max(sum(amount for _script, amount in outputs) - PAYMENT, 0))
    draft.outputs = [*((script, amount, []) for script, amount in outputs), draft.outputs[1]]
    reviewed = after(draft, honest())
    (replacement,) = reviewed.review.replaces
    assert not replacement.only_fee
    assert "BTC-REPLACES" in ids(reviewed)
    assert any(each.before != each.after for each in replacement.payments)
    assert reviewed.review.verdict is not Verdict.ACCEPT


def test_a_replacement_that_sends_our_change_to_a_stranger_is_not_called_a_rise_of_the_fee() -> None:
    draft = with_change(CHANGE)
    draft.outputs[1] = (OTHER, CHANGE - 400, [])
    (replacement,) = after(draft, honest()).review.replaces
    assert not replacement.only_fee
    assert (OTHER.hex(), 0, CHANGE - 400) in {(each.script, each.before, each.after) for each in replacement.payments}


def test_an_earlier_file_cannot_pass_a_strangers_output_off_as_change() -> None:
    lie = honest()
    lie.outputs[1] = (OTHER, CHANGE, lie.outputs[1][2])  # our keys declared beside a stranger's script
    (replacement,) = after(with_change(CHANGE - 400), lie).review.replaces
    assert not replacement.only_fee
    assert OTHER.hex() in {each.script for each in replacement.payments}


@pytest.mark.parametrize("declared", [True, False])
def test_what_went_to_another_wallet_of_ours_before_is_a_payment_that_is_gone(declared: bool) -> None:
    """Both wallets are registered; only the spender's scripts are where its money returns."""
    other, earlier = desk.wallet("tr"), honest()
    earlier.outputs[1] = (other.script(1, 2), CHANGE, desk.change_pairs(other, 1, 2) if declared else [])
    past = [Earlier.read(earlier.psbt())]
    reviewed = review(with_change(CHANGE - 400).psbt(), (registered("wpkh"), registered("tr", name="other")), past)
    (replacement,) = reviewed.review.replaces
    assert not replacement.only_fee
    assert (other.address(1, 2), CHANGE, 0) in {
        (each.address, each.before, each.after) for each in replacement.payments
    }
    assert {each.before for each in replacement.change} == {0}


@pytest.mark.parametrize(("index", "returned"), [(1_000, True), (1_001, False), (2_000_000_000, False)])
def test_change_that_an_earlier_file_led_far_away_counts_as_gone(index: int, returned: bool) -> None:
    owner, earlier = desk.wallet("wpkh"), honest()
    earlier.outputs[1] = (owner.script(1, index), CHANGE, desk.change_pairs(owner, 1, index))
    (replacement,) = after(with_change(CHANGE - 400), earlier).review.replaces
    assert replacement.only_fee is returned
    here, there = replacement.change, replacement.payments
    assert (owner.script(1, index).hex() in {each.script for each in here}) is returned
    assert (owner.script(1, index).hex() in {each.script for each in there}) is not returned


def test_a_replacement_with_a_fee_that_does_not_rise_is_not_called_a_rise() -> None:
    (replacement,) = after(with_change(CHANGE + 400), honest()).review.replaces
    assert not replacement.only_fee


def test_the_earlier_fee_is_not_told_where_nothing_proves_it() -> None:
    earlier, other = with_change(CHANGE + 100_005), with_other_coins()
    earlier.inputs += other.inputs
    earlier.outpoints += other.outpoints
    earlier.drop(1, b"\x00")
    (replacement,) = after(with_change(CHANGE - 400), earlier).review.replaces
    assert (replacement.fee_before, replacement.only_fee) == (None, False)


def test_a_signed_earlier_transaction_is_said_to_be_signed() -> None:
    earlier = honest()
    key = next(key[1:] for key, _value in earlier.inputs[0] if key[0] == 6)
    earlier.put(0, b"\x02" + key, bytes.fromhex("3006020101020101") + b"\x01")
    reviewed = after(with_change(CHANGE - 400), earlier)
    assert reviewed.review.replaces[0].signed
    assert "signed then" in next(each.text for each in reviewed.review.findings if each.id == "BTC-REPLACES")


# --- paid again ---


def test_a_bill_that_was_paid_with_other_coins_is_warned_of() -> None:
    reviewed = after(with_other_coins(), honest())
    assert ("BTC-PAID-BEFORE", "output 0", Severity.WARN) in {
        (each.id, each.where, each.severity) for each in reviewed.review.findings
    }
    assert not reviewed.review.replaces


@pytest.mark.parametrize(("script", "amount"), [(OTHER, PAYMENT), (STRANGER, PAYMENT + 1)], ids=["payee", "amount"])
def test_another_payee_or_amount_is_another_bill(script: bytes, amount: int) -> None:
    draft = with_other_coins()
    draft.outputs[0] = (script, amount, [])
    assert after(draft, honest()).review.verdict is Verdict.ACCEPT


def test_change_to_the_same_address_is_no_bill() -> None:
    draft = with_other_coins()
    draft.outputs[0] = (OTHER, PAYMENT, [])
    assert draft.outputs[1][:2] == honest().outputs[1][:2]
    assert after(draft, honest()).review.verdict is Verdict.ACCEPT


def test_what_is_replaced_is_not_paid_twice_but_a_third_transaction_may_be() -> None:
    bumped = with_change(CHANGE - 400)
    assert "BTC-PAID-BEFORE" not in ids(after(bumped, honest()))
    assert {"BTC-PAID-BEFORE", "BTC-REPLACES"} <= ids(after(bumped, honest(), with_other_coins()))


# --- what the past is ---


def test_an_earlier_file_is_parsed_as_strictly_as_a_new_one() -> None:
    for damaged in (b"", honest().psbt() + b"\x00", honest().psbt()[:-1], b"\x00" * 100):
        with pytest.raises(Unreadable):
            Earlier.read(damaged)


def test_version_2_files_are_compared_with_version_0_ones() -> None:
    owner = desk.wallet("wpkh")
    first, second = (
        desk.psbt(owner, desk.coins(owner, 1), [(STRANGER, PAYMENT)], FEE + more, version)
        for version, more in ((2, 0), (0, 300))
    )
    past = [Earlier.read(first)]
    assert review(second, (registered("wpkh"),), past).review.replaces[0].only_fee
    assert "BTC-SEEN-BEFORE" in ids(
        review(desk.psbt(owner, desk.coins(owner, 1), [(STRANGER, PAYMENT)], FEE, 0), (registered("wpkh"),), past)
    )


def test_the_commitment_covers_what_is_replaced() -> None:
    draft = with_change(CHANGE - 400)
    alone, compared = after(draft).review, after(draft, honest()).review
    assert "replaces" not in alone.to_json()
    assert compared.to_json()["replaces"][0]["only_fee"] is True
    assert compared.commitment != replace(compared, replaces=()).commitment


def test_what_is_burnt_now_or_was_then_is_told_as_burnt_and_asked_of_each_file_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whether nobody can spend a script of this transaction is known; only an earlier file's own are asked about."""
    now_alone, both, then_alone = b"\x6anow", b"\x6aboth", b"\x6athen"
    now, then = with_change(CHANGE - 5_000), honest()
    now.outputs += [(now_alone, 1, []), (both, 2, [])]
    then.outputs += [(both, 3, []), (then_alone, 4, [])]
    asked: list[bytes] = []

    def noted(script: bytes) -> bool:
        asked.append(script)
        return is_unspendable(script)

    monkeypatch.setattr(past, "is_unspendable", noted)
    (replacement,) = after(now, then).review.replaces
    assert [(each.before, each.after) for each in replacement.burned] == [(0, 1), (3, 2), (4, 0)]
    assert [each.script for each in replacement.payments] == [STRANGER.hex()]
    assert asked == [then_alone]

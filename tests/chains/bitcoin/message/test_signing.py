"""From a request to a signature: by one key and by a quorum in any order, with coins and without."""

from dataclasses import replace
from itertools import permutations

import pytest

from custody.chains.bitcoin.consensus.transaction import OutPoint, Transaction
from custody.chains.bitcoin.interpreter.verdicts import Invalid
from custody.chains.bitcoin.message.conditions import recognise
from custody.chains.bitcoin.message.encoding import Variant
from custody.chains.bitcoin.message.finish import check_form, combine, finish
from custody.chains.bitcoin.message.funds import coins_of_psbt, coins_of_transactions
from custody.chains.bitcoin.message.verification import verify
from custody.chains.bitcoin.psbt import Psbt
from custody.chains.bitcoin.roles.source import Source
from custody.errors import Alarm, Mismatch, Refused, Unreadable, Usage
from custody.signing import Approval, Verdict
from tests.chains.bitcoin.message.requests import MESSAGE, asked, coins, finished, judged, signed, signed_by_all
from tests.chains.bitcoin.review.drafts import STRANGER, honest, judge, registered
from tests.chains.bitcoin.review.test_tasks import master
from tests.support import desk

SIMPLE_KINDS = ("wpkh", "tr", "wsh(sortedmulti)")
QUORUMS = [kind for kind in desk.KINDS if "multi" in kind]


def proven(kind: str, text: str | None) -> Variant:
    assert text is not None
    return verify(desk.wallet(kind).script(0, 0), MESSAGE, text).variant


@pytest.mark.parametrize("kind", desk.KINDS)
def test_a_signature_is_simple_where_it_may_be_and_full_elsewhere(kind: str) -> None:
    document = signed_by_all(kind, asked(kind))
    wanted = Variant.SIMPLE if kind in SIMPLE_KINDS else Variant.FULL
    assert proven(kind, finished(kind, document)) is wanted
    assert proven(kind, finished(kind, document, "full")) is Variant.FULL


@pytest.mark.parametrize("kind", desk.KINDS)
@pytest.mark.parametrize("count", [1, 5])
def test_a_proof_of_funds_shows_every_coin_with_its_amount(kind: str, count: int) -> None:
    text = finished(kind, signed_by_all(kind, asked(kind, count)))
    assert text is not None
    verified = verify(desk.wallet(kind).script(0, 0), MESSAGE, text)
    assert verified.variant is Variant.PROOF_OF_FUNDS
    made = desk.coins(desk.wallet(kind), count)
    assert [(str(coin.outpoint), coin.output.amount) for coin in verified.coins] == [
        (f"{desk.txid(coin.previous)[::-1].hex()}:1", coin.amount) for coin in made
    ]
    assert all(coin.amount_proven is (kind != "tr") for coin in verified.coins)


def test_the_review_says_what_is_signed_and_what_is_shown() -> None:
    review = judged("wpkh", asked("wpkh", 3)).review
    assert review.verdict is Verdict.ACCEPT
    assert review.message.encode() == MESSAGE
    assert review.address == desk.wallet("wpkh").address(0, 0)
    assert review.path == "m/84'/1'/0'/0/0"
    assert review.total == sum(coin.amount for coin in desk.coins(desk.wallet("wpkh"), 3))
    assert (review.have, review.need) == (0, 1)
    assert [coin.path for coin in review.coins] == [f"m/84'/1'/0'/0/{index}" for index in range(3)]
    assert not (review.payments or review.change or review.burned)


def test_every_task_carries_the_commitment_of_what_was_shown() -> None:
    reviewed = judged("wpkh", asked("wpkh", 2))
    approval = Approval(reviewed.review.commitment, by="a test")
    owed = reviewed.signable.tasks(approval, master().fingerprint)
    assert {task.commitment for task in owed} == {reviewed.review.commitment}
    assert len(owed) == 3
    with pytest.raises(Alarm):
        judged("wpkh", asked("wpkh", 2, b"Another message")).signable.tasks(approval, master().fingerprint)


def test_an_approval_commits_to_the_message_the_address_and_every_coin() -> None:
    review = judged("wpkh", asked("wpkh", 2)).review
    others = (
        replace(review, message="Something else"),
        replace(review, address="Somebody else"),
        replace(review, coins=review.coins[:1]),
        replace(review, total=review.total + 1),
        replace(review, time=1),
    )
    assert review.commitment not in {other.commitment for other in others}


@pytest.mark.parametrize("kind", QUORUMS)
@pytest.mark.parametrize("order", list(permutations("ABC", 2)), ids="".join)
def test_a_quorum_signs_one_after_the_other_in_any_order(kind: str, order: tuple[str, str]) -> None:
    document = signed(kind, asked(kind), order[0])
    assert finished(kind, document) is None
    assert judged(kind, document).review.have == 1
    assert proven(kind, finished(kind, signed(kind, document, order[1])))


def together(*documents: bytes) -> bytes:
    """The documents as files, put together."""
    return combine([Source.read(f"{number}.psbt", each) for number, each in enumerate(documents)]).serialize()


@pytest.mark.parametrize("kind", QUORUMS)
def test_cosigners_who_signed_apart_are_put_together(kind: str) -> None:
    request = asked(kind, 2)
    apart = [signed(kind, request, who) for who in "ABC"]
    some = together(apart[2], apart[0])
    assert proven(kind, finished(kind, some)) is Variant.PROOF_OF_FUNDS
    assert together(some, apart[0]) == some
    assert proven(kind, finished(kind, together(*apart)))
    assert together(request) == request


def test_what_a_cosigner_adds_beside_a_signature_is_kept() -> None:
    kind = "wsh(sortedmulti)"
    request = asked(kind)
    note = (b"\xf0note", b"checked twice")
    noted = Psbt.parse(signed(kind, request, "B")).with_input_fields({0: (note,)}).serialize()
    assert note in Psbt.parse(together(signed(kind, request, "A"), noted)).inputs[0].pairs


def test_files_about_different_things_are_not_put_together() -> None:
    kind = "wsh(sortedmulti)"
    first = signed(kind, asked(kind), "A")
    for other in (asked(kind, 1), asked(kind, 0, b"Another message")):
        with pytest.raises(Mismatch, match="not about the same message"):
            together(first, signed(kind, other, "B"))
    with pytest.raises(Refused):
        together(first, honest(kind).psbt())


def test_files_that_state_a_coin_differently_are_an_alarm() -> None:
    kind = "wsh(sortedmulti)"
    first = asked(kind, 1)
    coin = Psbt.parse(first).inputs[1].witness_utxo
    assert coin is not None
    stated, other = coin.serialize(), replace(coin, amount=coin.amount + 1).serialize()
    with pytest.raises(Alarm, match="disagree"):
        together(
            first, first.replace(b"\x01\x01" + bytes([len(stated)]) + stated, b"\x01\x01" + bytes([len(other)]) + other)
        )


def test_a_signature_that_does_not_hold_is_not_finished() -> None:
    kind = "wsh(sortedmulti)"
    document = signed_by_all(kind, asked(kind))
    other = signed_by_all(kind, asked(kind, 0, b"Another message"))
    psbt = Psbt.parse(document)
    signatures = [pair for pair in Psbt.parse(other).inputs[0].pairs if pair[0][0] == 2]
    empty = Psbt.parse(asked(kind))
    forged = empty.with_input_fields({0: tuple(signatures)}).serialize()
    assert judged(kind, forged).review.verdict is Verdict.REFUSE
    assert judged(kind, psbt.serialize()).review.verdict is Verdict.ACCEPT


def test_a_key_that_has_signed_has_nothing_to_add() -> None:
    kind = "wsh(sortedmulti)"
    with pytest.raises(Refused) as refusal:
        signed(kind, signed(kind, asked(kind), "A"), "A")
    assert refusal.value.code == "nothing-to-sign"


@pytest.mark.parametrize(
    ("kind", "count", "form"),
    [("pkh", 0, "simple"), ("sh(wpkh)", 0, "simple"), ("wpkh", 1, "simple"), ("tr", 1, "full")],
)
def test_a_form_that_cannot_be_is_refused_before_anybody_signs(kind: str, count: int, form: str) -> None:
    with pytest.raises(Refused):
        check_form(recognise(Psbt.parse(asked(kind, count))), form)


# --- which coins ---


@pytest.mark.parametrize("kind", desk.KINDS)
def test_coins_are_taken_from_a_payment_that_spends_them(kind: str) -> None:
    owner = desk.wallet(kind)
    for version in (0, 2):
        psbt = desk.psbt(owner, desk.coins(owner, 3), [(STRANGER, 5_000)], 1_000, version)
        found = coins_of_psbt(psbt, registered(kind), gap=5)
        assert [coin.outpoint for coin in found] == [coin.outpoint for coin in coins(kind, 3)]


def test_coins_are_found_without_derivation_paths() -> None:
    draft = honest("wpkh", 2)
    draft.inputs = [[pair for pair in pairs if pair[0][0] != 6] for pairs in draft.inputs]
    assert len(coins_of_psbt(draft.psbt(), registered("wpkh"), gap=5)) == 2


def test_a_strangers_coin_is_not_shown() -> None:
    with pytest.raises(Mismatch):
        coins_of_psbt(honest("tr").psbt(), registered("wpkh"), gap=5)


def _dearer() -> bytes:
    return desk.output(10_000 * 10**8, desk.wallet("wpkh").script(0, 0))


REFUSED_COINS = {
    "btc-utxo-conflict": honest().put(0, b"\x01", _dearer()),
    "btc-prevtx-mismatch": honest().put(0, b"\x00", desk.coins(desk.wallet("wpkh"), 2)[1].previous),
    "btc-script-mismatch": honest().put(0, b"\x04", b"\x51"),
}


@pytest.mark.parametrize("code", REFUSED_COINS)
def test_coins_that_the_review_of_a_payment_refuses_are_not_shown_either(code: str) -> None:
    """One judge: what is stated in two ways, or with a script that is not the wallet's, is nobody's proof."""
    draft = REFUSED_COINS[code]
    assert code.upper() in {each.id for each in judge(draft).review.findings}
    with pytest.raises(Refused) as caught:
        coins_of_psbt(draft.psbt(), registered("wpkh"), gap=5)
    assert caught.value.code == code
    assert "input 0" in caught.value.message


def test_what_is_finished_has_to_convince_our_own_verifier() -> None:
    reviewed = judged("wpkh", signed_by_all("wpkh", asked("wpkh", 1)))
    assert finish(reviewed.draft, reviewed.signable.spends) is not None
    for draft in (replace(reviewed.draft, message=b"Another message"), replace(reviewed.draft, challenge=STRANGER)):
        with pytest.raises(Invalid):
            finish(draft, reviewed.signable.spends)


def test_a_coin_of_which_nothing_is_said_is_unreadable() -> None:
    with pytest.raises(Unreadable):
        coins_of_psbt(honest().drop(0, b"\x00").drop(0, b"\x01").psbt(), registered("wpkh"), gap=5)


def test_outputs_of_transactions_are_chosen_or_all_that_are_ours() -> None:
    made = desk.coins(desk.wallet("wpkh"), 3)
    previous = [Transaction.parse(coin.previous) for coin in made]
    wallet = registered("wpkh")
    assert len(coins_of_transactions(previous, [], wallet, gap=5)) == 3
    stranger = OutPoint(previous[0].txid, 0)
    for wanted, kind in (
        ([stranger], Mismatch),
        ([OutPoint(previous[0].txid, 1), stranger], Mismatch),
        ([stranger, OutPoint(previous[0].txid, 1)], Mismatch),
        ([OutPoint(bytes(32), 0)], Mismatch),
        ([OutPoint(previous[0].txid, 2)], Mismatch),
        ([OutPoint(previous[0].txid, 1)] * 2, Usage),
    ):
        with pytest.raises(kind):
            coins_of_transactions(previous, wanted, wallet, gap=5)
    with pytest.raises(Mismatch):
        coins_of_transactions(previous, [], registered("tr"), gap=5)


@pytest.mark.parametrize(("index", "gap", "found"), [(1_200, 5, False), (1_200, 1_200, False), (1_200, 1_201, True)])
def test_coins_farther_out_are_looked_for_as_far_as_somebody_says(index: int, gap: int, found: bool) -> None:
    paid = desk.output(5_000, desk.wallet("wpkh").script(1, index))
    made = Transaction.parse(desk.transaction([(b"\x07" * 32, 0, desk.FINAL)], [paid]))
    if found:
        (coin,) = coins_of_transactions([made], [], registered("wpkh"), gap)
        assert (coin.place.branch, coin.place.index) == (1, index)
    else:
        with pytest.raises(Mismatch, match="none of the outputs given belongs"):
            coins_of_transactions([made], [], registered("wpkh"), gap)

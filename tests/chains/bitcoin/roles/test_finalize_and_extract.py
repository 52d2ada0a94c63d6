"""Finalising and extracting: the same bytes as other implementations make, all inputs or none, everything run again."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custody.chains.bitcoin.consensus.hashes import hash160
from custody.chains.bitcoin.consensus.script import p2pkh, p2wpkh, p2wsh
from custody.chains.bitcoin.consensus.sighash import Sighash
from custody.chains.bitcoin.consensus.transaction import OutPoint, Transaction, TxInput, TxOutput
from custody.chains.bitcoin.psbt import Psbt
from custody.chains.bitcoin.roles import Source, combine, extract, finalize
from custody.errors import Alarm, CustodyError, Mismatch, Refused
from tests.chains.bitcoin.review import nonces
from tests.chains.bitcoin.roles.cosigners import (
    QUORUMS,
    WAYS,
    apart,
    changed,
    fields,
    having,
    request,
    signed_by,
    source,
    wallets,
    without,
)
from tests.chains.bitcoin.roles.test_signatures import LONE, lone, with_nonce
from tests.referees import judges
from tests.support import desk

QUORUM = "wsh(sortedmulti)"
PLAIN = [*desk.KINDS, "tr(key path)", "tr(nobody,multi_a)"]
"""Kinds whose scripts are read without a wallet."""


def whole(kind: str, version: int = 0, count: int = 2, sequence: int = desk.RBF) -> bytes:
    """A file that everybody has signed."""
    return combine(apart(kind, version, count, sequence), wallets(kind)).psbt.serialize()


def finished(kind: str, version: int = 0, count: int = 2, sequence: int = desk.RBF) -> bytes:
    """A file that is final."""
    return finalize(source(whole(kind, version, count, sequence)), wallets(kind)).psbt.serialize()


@pytest.mark.parametrize(("kind", "sequence"), WAYS)
def test_two_implementations_extract_the_same_bytes(kind: str, sequence: int) -> None:
    made = {version: extract(source(finished(kind, version, sequence=sequence))) for version in (0, 2)}
    raw = made[0].transaction.serialize()
    assert made[2].transaction.serialize() == raw == judges.bdk(whole(kind, 0, sequence=sequence))
    if kind in (*desk.KINDS, "tr(key path)"):  # libwally reads no policies
        assert raw == judges.wally(whole(kind, 0)) == judges.wally(whole(kind, 2))
    judges.verify(raw, [coin.utxo for coin in desk.coins(desk.wallet(kind), 2)])
    assert (made[0].fee.atoms, made[0].fee.proven) == (1_500, True)


@pytest.mark.parametrize("kind", PLAIN)
def test_no_wallet_is_needed_for_plain_scripts(kind: str) -> None:
    for version in (0, 2):
        assert finalize(source(whole(kind, version))).psbt.serialize() == finished(kind, version)


@pytest.mark.parametrize("kind", [kind for kind in desk.POLICIES if "wsh" in kind])
def test_a_policy_asks_for_its_wallet(kind: str) -> None:
    with pytest.raises(Refused, match="cannot be finalised yet") as refusal:
        finalize(source(whole(kind)))
    assert "--wallet" in refusal.value.hint


@pytest.mark.parametrize("version", [0, 2])
@pytest.mark.parametrize(("kind", "sequence"), WAYS)
def test_a_finished_input_keeps_its_coin_and_what_is_unknown(kind: str, sequence: int, version: int) -> None:
    noted = changed(whole(kind, version, sequence=sequence), 1, having(b"\xf0note", b"kept"))
    noted = changed(noted, 1, having(b"\xfc\x01a\x00", b"somebody's own"))
    before = Psbt.parse(noted)
    after = finalize(source(noted), wallets(kind)).psbt
    assert (after.header, after.outputs) == (before.header, before.outputs)
    kept = [pair for pair in before.inputs[0].pairs if pair[0][0] in (0x00, 0x01, 0x0E, 0x0F, 0x10, 0xF0, 0xFC)]
    assert [pair for pair in after.inputs[0].pairs if pair[0][0] not in (0x07, 0x08)] == kept
    for old, new in zip(before.inputs, after.inputs, strict=True):
        assert new.is_final
        assert (new.final_script_sig, new.final_script_witness) != (b"", ())
        assert (new.non_witness_utxo, new.witness_utxo) == (old.non_witness_utxo, old.witness_utxo)


@pytest.mark.parametrize("kind", QUORUMS)
def test_more_signatures_than_needed_are_left_out(kind: str) -> None:
    everybody = combine([source(signed_by(who, kind)) for who in "ABC"]).psbt
    made = extract(source(finalize(source(everybody.serialize())).psbt.serialize()))
    assert made.transaction.serialize() == judges.bdk(everybody.serialize())


@pytest.mark.parametrize("kind", QUORUMS)
def test_too_few_signatures_finish_nothing_and_say_who_could_sign(kind: str) -> None:
    for document, missing in ((signed_by("A", kind), 1), (request(kind), 2)):
        with pytest.raises(Refused) as refusal:
            finalize(source(document), wallets(kind))
        assert refusal.value.code == "signatures-missing"
        assert refusal.value.exit_code == 3
        first = refusal.value.hint.splitlines()[0]
        assert first.startswith(f"input 0: {missing} more signature")
        assert ("73c5da0a" in first) is (missing == 2)
        assert "b8688df1" in first
        assert "28645006" in first


def test_one_input_without_signatures_keeps_all_from_being_finished() -> None:
    half = changed(whole("wpkh"), 2, without(0x02))
    with pytest.raises(Refused, match="1 of 2 inputs") as refusal:
        finalize(source(half))
    assert refusal.value.hint.startswith("input 1: 1 more signature is needed, of 73c5da0a")


def test_many_inputs_are_told_in_a_few_lines() -> None:
    with pytest.raises(Refused) as refusal:
        finalize(source(request("wpkh", count=12)))
    assert len(refusal.value.hint.splitlines()) == 6
    assert refusal.value.hint.endswith("and 7 more inputs")


def test_what_is_final_already_stays_and_the_rest_is_finished() -> None:
    final = Psbt.parse(finished("wpkh")).inputs[0].pairs
    mixed = changed(whole("wpkh"), 1, lambda _pairs: final)
    assert finalize(source(mixed)).psbt.serialize() == finished("wpkh")
    assert finalize(source(finished("wpkh"))).psbt.serialize() == finished("wpkh")


def test_another_wallets_coins_are_not_finished() -> None:
    with pytest.raises(Mismatch):
        finalize(source(whole("wpkh")), wallets("pkh"))


def test_a_file_whose_flags_nobody_cleared_is_finished_like_any_other() -> None:
    left_open = finalize(source(changed(whole("wpkh", 2), 0, having(b"\x06", b"\x03"))))
    assert extract(source(left_open.psbt.serialize())).transaction == extract(source(finished("wpkh", 2))).transaction


@pytest.mark.parametrize("flags", [1, 2, 3])
def test_what_is_changed_in_a_file_that_was_left_open_voids_its_signatures(flags: int) -> None:
    left_open = changed(whole("wpkh", 2), 0, having(b"\x06", bytes([flags])))
    more = changed(left_open, 3, having(b"\x03", (50_000).to_bytes(8, "little")))
    with pytest.raises(Alarm) as alarm:
        finalize(source(more))
    assert alarm.value.code == "signature-mismatch"


# --- final inputs among the files of cosigners ---


def test_a_final_input_wins_over_one_that_is_not() -> None:
    final = source(finished(QUORUM))
    for files in ([final, *apart(QUORUM)], [*apart(QUORUM), final], [source(request(QUORUM)), final]):
        assert fields(combine(files).psbt) == fields(final.psbt)


def test_each_cosigner_may_finish_their_own_input() -> None:
    halves = []
    for number in (1, 2):
        final = Psbt.parse(finished("wpkh")).inputs[number - 1].pairs
        halves.append(source(changed(request("wpkh"), number, lambda _pairs, final=final: final)))
    assert fields(combine(halves).psbt) == fields(Psbt.parse(finished("wpkh")))
    assert fields(combine(halves[::-1]).psbt) == fields(Psbt.parse(finished("wpkh")))


def test_two_ways_of_being_final_are_not_mixed() -> None:
    ways = []
    for pair in ("AB", "AC"):
        both = combine([source(signed_by(who, QUORUM)) for who in pair]).psbt
        ways.append(source(finalize(source(both.serialize())).psbt.serialize(), f"{pair}.psbt"))
    with pytest.raises(Mismatch, match=r"AC\.psbt has input 0 final in another way than AB\.psbt"):
        combine(ways)


# --- extracting ---


@pytest.mark.parametrize("kind", desk.KINDS)
def test_names_and_sizes_are_the_transactions(kind: str) -> None:
    made = extract(source(finished(kind)))
    if kind in ("wpkh", "tr", QUORUM):  # nothing that the txid covers was added
        assert made.transaction.txid == Psbt.parse(request(kind)).transaction.txid
    bare = replace(
        made.transaction,
        inputs=tuple(replace(each, script_sig=b"", witness=()) for each in made.transaction.inputs),
    )
    assert bare == Psbt.parse(request(kind)).transaction
    if kind in ("pkh", "sh(multi)"):
        assert made.wtxid_hex == made.transaction.txid_hex
    else:
        assert made.wtxid_hex != made.transaction.txid_hex


def test_nothing_is_extracted_that_is_not_final() -> None:
    half = changed(finished("wpkh"), 2, without(0x08))
    for document, told in ((half, "1 of 2"), (whole("wpkh"), "2 of 2")):
        with pytest.raises(Refused, match=told) as refusal:
            extract(source(document))
        assert refusal.value.code == "not-final"
        assert "finalize" in refusal.value.hint


def broken_items(kind: str) -> Sequence[bytes]:
    """A finished file, each time with another byte of what opens its first coin changed."""
    final = finished(kind)
    key = next(pair for pair in Psbt.parse(final).inputs[0].pairs if pair[0] in (b"\x07", b"\x08"))
    return [
        changed(final, 1, having(key[0], key[1][:at] + bytes([key[1][at] ^ 1]) + key[1][at + 1 :]))
        for at in range(3, len(key[1]), 5)
    ]


@pytest.mark.parametrize("kind", PLAIN)
def test_a_finished_input_that_does_not_open_its_coin_is_an_alarm(kind: str) -> None:
    answers = []
    for document in broken_items(kind):
        with pytest.raises(CustodyError) as refusal:
            extract(source(document))
        answers.append(refusal.value.exit_code)
    assert set(answers) <= {3, 4, 9}
    assert answers.count(9) > len(answers) / 2


@pytest.mark.parametrize("kind", desk.KINDS)
def test_finished_inputs_that_were_swapped_are_an_alarm(kind: str) -> None:
    final = Psbt.parse(finished(kind))
    types = (b"\x07", b"\x08")
    theirs = [pair for pair in final.inputs[1].pairs if pair[0] in types]
    swapped = changed(finished(kind), 1, lambda pairs: [*(pair for pair in pairs if pair[0] not in types), *theirs])
    for take in (extract, finalize, lambda file: combine([file])):
        with pytest.raises(Alarm) as alarm:
            take(source(swapped))
        assert alarm.value.code == "signature-mismatch"


def test_an_empty_opening_is_an_alarm() -> None:
    for pairs in ([(b"\x07", b"")], [(b"\x08", b"\x00")], [(b"\x07", b""), (b"\x08", b"\x00")]):
        empty = changed(finished("wpkh"), 1, lambda old, pairs=pairs: [*old[:2], *pairs])
        with pytest.raises(Alarm):
            extract(source(empty))


@pytest.mark.parametrize("kind", [*desk.KINDS, "tr(tree)"])
def test_a_finished_input_of_another_sighash_type_is_refused(kind: str) -> None:
    final = finished(kind)
    name, value = [pair for pair in Psbt.parse(final).inputs[0].pairs if pair[0] in (b"\x07", b"\x08")][-1]
    if kind.startswith("tr"):
        assert value[:2] in (b"\x01\x40", b"\x03\x40")
        other = value[:1] + b"\x41" + value[2:66] + b"\x83" + value[66:]
    else:
        at = next(at for at in range(len(value)) if value[at] == 0x30 and value[at + 1] in (0x43, 0x44))
        end = at + 2 + value[at + 1]
        assert value[end] == 1
        other = value[:end] + b"\x83" + value[end + 1 :]
    with pytest.raises(Refused) as refusal:
        extract(source(changed(final, 1, having(name, other))))
    assert refusal.value.code == "sighash"


def test_equal_nonces_of_finished_inputs_are_an_alarm() -> None:
    shared, _spent = lone(2, lambda _index, digest: with_nonce(1_000, digest))
    document = shared.envelope.payload
    for number, declared in enumerate(shared.psbt.inputs, 1):
        ((key, value),) = declared.partial_sigs
        stack = b"\x02" + desk.sized(value) + desk.sized(key)
        document = changed(document, number, without(0x02))
        document = changed(document, number, having(b"\x08", stack))
    with pytest.raises(Alarm) as alarm:
        extract(source(document))
    assert alarm.value.code == "equal-nonces"


def carrying(nonce: int | None) -> bytes:
    """A final coin of the lone key, and one whose script drops what its witness carries before the key's signature.

    It carries a number, or what looks like a signature with a nonce and holds for nobody.
    """
    drops = b"\x75\x21" + LONE.public + b"\xac"
    scripts = (p2wpkh(hash160(LONE.public)), p2wsh(sha256(drops).digest()))
    coins = [TxOutput(100_000, script) for script in scripts]
    previous = [Transaction(2, (TxInput(OutPoint(bytes([7]) * 32, 0), b"", 0),), (coin,), 0) for coin in coins]
    inputs = tuple(TxInput(OutPoint(each.txid, 0), b"", desk.RBF) for each in previous)
    bare = Transaction(2, inputs, (TxOutput(199_000, p2wpkh(bytes(20))),), 0)
    sighash = Sighash(bare, coins)
    own = with_nonce(1_000, sighash.segwit_v0(0, p2pkh(hash160(LONE.public)), 100_000, 1)) + b"\x01"
    carried = b"\x07" if nonce is None else nonces.der(int.from_bytes(nonces.point(nonce)), 1) + b"\x01"
    signed = with_nonce(2_000, sighash.segwit_v0(1, drops, 100_000, 1)) + b"\x01"
    stacks = ((own, LONE.public), (signed, carried, drops))
    maps = [
        desk.psbt_map(
            [
                (b"\x00", made.serialize()),
                (b"\x08", desk.compact_size(len(stack)) + b"".join(desk.sized(item) for item in stack)),
            ]
        )
        for made, stack in zip(previous, stacks, strict=True)
    ]
    return b"psbt\xff" + desk.psbt_map([(b"\x00", bare.serialize())]) + b"".join(maps) + b"\x00"


def test_what_only_looks_like_a_signature_in_a_finished_input_is_no_alarm() -> None:
    for nonce in (None, 1_000):
        extract(source(carrying(nonce)))


def test_equal_nonces_of_finished_taproot_leaves_are_not_seen_where_there_are_none() -> None:
    final = Psbt.parse(finished("tr(tree)"))
    witness = final.inputs[0].final_script_witness
    assert witness is not None
    assert len(witness[-1]) == 65  # a control block as long as a signature, the same in every input of an address
    extract(source(final.serialize()))


def test_a_false_coin_is_an_alarm_and_a_missing_one_refused() -> None:
    coin = desk.coins(desk.wallet("wpkh"), 2)[0]
    false = desk.output(coin.amount + 1, coin.script)
    unproven = changed(finished("wpkh"), 1, without(0x00))
    for document in (
        changed(finished("wpkh"), 1, having(b"\x01", false)),
        changed(unproven, 1, having(b"\x01", false)),
    ):
        with pytest.raises(Alarm):
            extract(source(document))
    with pytest.raises(Refused) as refusal:
        extract(source(changed(unproven, 1, without(0x01))))
    assert refusal.value.code == "coin-missing"


def test_a_signature_proves_the_amount_that_it_commits_to() -> None:
    bare = finished("wpkh")
    for number in (1, 2):
        bare = changed(bare, number, without(0x00))
    assert extract(source(bare)).fee == extract(source(finished("wpkh"))).fee


@pytest.mark.parametrize(("script", "proven"), [(b"\x51", False), (None, True)])
def test_an_amount_that_no_signature_commits_to_is_not_shown_as_proven(script: bytes | None, proven: bool) -> None:
    """A coin that anybody may spend is opened without a signature: what it holds is only claimed."""
    bare = changed(changed(finished("wpkh"), 1, without(0x00)), 2, without(0x00))
    if script is not None:
        claimed = desk.output(desk.coins(desk.wallet("wpkh"), 2)[0].amount, p2wsh(sha256(script).digest()))
        bare = changed(changed(bare, 1, having(b"\x01", claimed)), 1, having(b"\x08", b"\x01\x01" + script))
    assert extract(source(bare)).fee.proven is proven


def test_a_taproot_input_is_not_believed_without_every_coin() -> None:
    with pytest.raises(Refused) as refusal:
        extract(source(changed(finished("tr"), 2, without(0x01))))
    assert refusal.value.code == "coin-missing"


@pytest.mark.parametrize("kind", ["pkh", "sh(multi)"])
def test_a_legacy_coin_is_not_believed_without_its_transaction(kind: str) -> None:
    coin = desk.coins(desk.wallet(kind), 2)[0]
    claimed = changed(changed(finished(kind), 1, without(0x00)), 1, having(b"\x01", coin.utxo))
    for take in (extract, finalize):
        with pytest.raises(Refused) as refusal:
            take(source(claimed))
        assert refusal.value.code == "coin-missing"


@pytest.mark.parametrize(
    ("fee", "answer"), [(7_000, "ok"), (9_999, "ok"), (24_999, "ok"), (25_000, "refused"), (60_000, "refused")]
)
def test_the_fees_limits_are_the_reviews(fee: int, answer: str) -> None:
    """25,000 is the floor of 10 %."""
    file = with_fee(fee)
    if answer == "ok":
        assert [found.id for found in extract(file).findings] == ["BTC-FEE-HIGH"]
        return
    with pytest.raises(Refused, match="BTC-FEE-EXCESSIVE"):
        extract(file)


def with_fee(fee: int) -> Source:
    """A final PSBT: 200 satoshi are what `lone` leaves; the rest is taken from the only output."""
    bare, spent = lone(1)
    output = replace(bare.psbt.transaction.outputs[0], amount=spent[0].amount - fee)
    unsigned = replace(bare.psbt.transaction, outputs=(output,))
    document = changed(bare.envelope.payload, 0, having(b"\x00", unsigned.serialize()))
    signed = changed(document, 1, having(b"\x02" + LONE.public, signature_of(document)))
    return source(finalize(source(signed)).psbt.serialize())


def signature_of(document: bytes) -> bytes:
    """The lone key's signature for the one input of a file."""
    psbt = Psbt.parse(document)
    coin = psbt.inputs[0].witness_utxo
    assert coin is not None
    digest = Sighash(psbt.transaction, [coin]).segwit_v0(0, p2pkh(hash160(LONE.public)), coin.amount, 1)
    return LONE.ecdsa(digest)


def test_a_fee_below_nothing_is_refused() -> None:
    bare, spent = lone(1)
    output = replace(bare.psbt.transaction.outputs[0], amount=spent[0].amount + 1)
    document = changed(
        bare.envelope.payload, 0, having(b"\x00", replace(bare.psbt.transaction, outputs=(output,)).serialize())
    )
    signed = changed(document, 1, having(b"\x02" + LONE.public, signature_of(document)))
    with pytest.raises(Refused, match="BTC-FEE-NEGATIVE"):
        extract(source(finalize(source(signed)).psbt.serialize()))


# --- any bytes ---


DOCUMENTS = {(kind, final) for kind in desk.KINDS for final in (True, False)}


@cache
def document_of(kind: str, final: bool) -> bytes:
    """A file that everybody has signed, or a final one."""
    return (finished if final else whole)(kind, 2)


@cache
def extracted() -> frozenset[bytes]:
    """The transactions that come of them when nobody mutates them."""
    return frozenset(extract(source(finished(kind, 2))).transaction.serialize(witness=False) for kind in desk.KINDS)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(sorted(DOCUMENTS)),
    st.lists(st.tuples(st.integers(0, 1 << 30), st.integers(0, 255)), min_size=1, max_size=4),
)
def test_a_mutated_file_is_answered_and_never_turned_into_another_transaction(
    chosen: tuple[str, bool], changes: list[tuple[int, int]]
) -> None:
    document = bytearray(document_of(*chosen))
    for at, value in changes:
        document[5 + at % (len(document) - 5)] = value
    try:
        made = extract(source(finalize(source(bytes(document))).psbt.serialize())).transaction
    except CustodyError:
        return
    assert made.serialize(witness=False) in extracted()

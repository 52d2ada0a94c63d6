"""Combining: only the identical transaction, only signatures that hold, and the same result in whatever order."""

from dataclasses import replace
from itertools import permutations

import pytest

from custody.chains.bitcoin.psbt import Psbt
from custody.chains.bitcoin.review.review import review
from custody.chains.bitcoin.roles import Source, combine
from custody.errors import Mismatch, Refused
from tests.chains.bitcoin.review.test_tasks import signatures
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
from tests.support import desk

QUORUM = "wsh(sortedmulti)"


def one_after_the_other(kind: str, version: int, sequence: int) -> Psbt:
    """The file as it is when everybody signs the last one's."""
    document = request(kind, version, sequence=sequence)
    for who in desk.wallet(kind, sequence).signers:
        current = review(document, wallets(kind))
        document = current.attach(signatures(current, who))
    return Psbt.parse(document)


@pytest.mark.parametrize("version", [0, 2])
@pytest.mark.parametrize(("kind", "sequence"), WAYS)
def test_files_signed_apart_are_the_file_signed_in_turn(kind: str, sequence: int, version: int) -> None:
    wanted = fields(one_after_the_other(kind, version, sequence))
    for known in ((), wallets(kind)):
        assert fields(combine(apart(kind, version, sequence=sequence), known).psbt) == wanted


@pytest.mark.parametrize("kind", QUORUMS)
def test_the_order_of_the_files_does_not_matter(kind: str) -> None:
    files = [source(signed_by(who, kind), who) for who in "ABC"]
    made = [combine(order).psbt for order in permutations(files)]
    assert len({tuple(fields(each)) for each in made}) == 1
    pair = source(combine(files[:2]).psbt.serialize())
    assert fields(combine([pair, files[2]]).psbt) == fields(made[0])
    assert fields(combine([files[2], pair]).psbt) == fields(made[0])


@pytest.mark.parametrize(("kind", "sequence"), WAYS)
def test_a_file_combined_with_itself_is_itself(kind: str, sequence: int) -> None:
    file = apart(kind, sequence=sequence)[0]
    for files in ([file], [file, file], [source(request(kind, sequence=sequence)), file]):
        assert fields(combine(files).psbt) == fields(file.psbt)
    assert combine([file, file]).psbt.serialize() == file.envelope.payload


def test_the_first_file_keeps_its_order_and_the_others_add_behind() -> None:
    first, second = apart(QUORUM)
    made = combine([first, second]).psbt
    for old, new in zip(first.psbt.inputs, made.inputs, strict=True):
        assert new.pairs[: len(old.pairs)] == old.pairs
        assert new.pairs[len(old.pairs) :] == tuple(sorted(new.pairs[len(old.pairs) :]))


def test_who_signed_and_who_could_is_told_by_input() -> None:
    alone = combine(apart(QUORUM)[:1], wallets(QUORUM))
    for number, status in enumerate(alone.inputs):
        assert (status.index, status.need, status.missing, status.ready) == (number, 2, 1, False)
        assert [(each.fingerprint, each.cosigner) for each in status.signed] == [("73c5da0a", 1)]
        assert status.signed[0].path == f"m/48'/1'/0'/2'/0/{number}"
        assert sorted(each.cosigner or 0 for each in status.could_sign) == [2, 3]
    both = combine(apart(QUORUM))
    assert all(status.ready and status.missing == 0 and not status.could_sign for status in both.inputs)
    assert {each.cosigner for status in both.inputs for each in status.signed} == {None}


# --- another transaction ---


@pytest.mark.parametrize("version", [0, 2])
def test_one_other_output_is_named_and_refused(version: int) -> None:
    ours, theirs = apart(QUORUM, version)
    payload = theirs.envelope.payload
    if version == 2:
        amount = (int.from_bytes(dict(theirs.psbt.outputs[1].pairs)[b"\x03"], "little") - 1).to_bytes(8, "little")
        other = changed(payload, 4, having(b"\x03", amount))
    else:
        bare = theirs.psbt.transaction
        outputs = (bare.outputs[0], replace(bare.outputs[1], amount=bare.outputs[1].amount - 1))
        other = changed(payload, 0, having(b"\x00", replace(bare, outputs=outputs).serialize()))
    with pytest.raises(Mismatch, match=r"other\.psbt holds another transaction than A\.psbt: output 1"):
        combine([ours, source(other, "other.psbt")])


def test_the_same_outpoints_with_another_lock_time_are_another_transaction() -> None:
    ours, theirs = apart(QUORUM)
    other = changed(
        theirs.envelope.payload, 0, having(b"\x00", replace(theirs.psbt.transaction, locktime=1).serialize())
    )
    with pytest.raises(Mismatch, match="lock time"):
        combine([ours, source(other)])


def test_lock_times_that_make_another_transaction_only_together_are_refused() -> None:
    time, height = (b"\x11", (1_900_000_000).to_bytes(4, "little")), (b"\x12", (900_000).to_bytes(4, "little"))
    waiting = request("wsh(sortedmulti)", 2)
    for number in (1, 2):
        waiting = changed(waiting, number, having(*time))
    files = [source(changed(waiting, number, having(*height))) for number in (1, 2)]  # each waits for the time
    assert files[0].psbt.transaction == files[1].psbt.transaction
    with pytest.raises(Mismatch) as failure:
        combine(files)  # both heights would win over both times (BIP-370)
    assert failure.value.code == "transaction-mismatch"
    assert combine([files[0], source(waiting)]).psbt.transaction == files[0].psbt.transaction


def test_files_of_two_requests_are_not_mixed() -> None:
    with pytest.raises(Mismatch, match="another number of inputs"):
        combine([source(signed_by("A", QUORUM, count=2)), source(signed_by("B", QUORUM, count=3))])


def test_two_versions_of_one_transaction_are_not_mixed() -> None:
    files = [source(signed_by("A", QUORUM, 0)), source(signed_by("B", QUORUM, 2))]
    assert files[0].psbt.transaction == files[1].psbt.transaction
    with pytest.raises(Mismatch, match="version 2") as refusal:
        combine(files)
    assert refusal.value.code == "version-mismatch"


@pytest.mark.parametrize(
    ("one", "other", "joined"),
    [(None, None, None), (3, 3, 3), (0, 3, 0), (None, 3, 0), (1, 2, 0), (0, 7, 4), (None, 4, 4), (3, 0x83, 0x83)],
)
def test_what_one_file_closes_is_closed_in_all(one: int | None, other: int | None, joined: int | None) -> None:
    files = [flagged(each, flags) for each, flags in zip(apart(QUORUM, 2), (one, other), strict=True)]
    for order in (files, files[::-1]):
        made = combine(order)
        assert made.psbt.modifiable == joined
        assert [status.ready for status in made.inputs] == [True] * len(made.inputs)


def flagged(given: Source, flags: int | None) -> Source:
    if flags is None:
        return given
    return source(changed(given.envelope.payload, 0, having(b"\x06", bytes([flags]))))


# --- fields that contradict each other ---


def test_two_values_of_one_field_are_named_and_refused() -> None:
    ours, theirs = apart(QUORUM)
    for number, key, place in ((1, b"\x05", "input 0"), (3, b"\xf0", "output 0"), (0, b"\xf0", "global map")):
        files = [
            source(changed(each.envelope.payload, number, having(key, each.name.encode())), each.name)
            for each in (ours, theirs)
        ]
        with pytest.raises(Mismatch, match=f"B.psbt and A.psbt disagree about .*{place}, field 0x{key[0]:02x}"):
            combine(files)


def test_what_one_file_left_out_comes_from_the_other() -> None:
    ours, theirs = apart(QUORUM)
    bare = source(changed(theirs.envelope.payload, 1, without(0x00, 0x01, 0x05, 0x06)), "bare")
    assert fields(combine([bare, ours]).psbt) == fields(combine([ours, theirs]).psbt)


def test_a_signature_that_nothing_proves_is_not_taken() -> None:
    for gone, reason in (((0x05,), "script"), ((0x00, 0x01), "previous transaction")):
        bare = [source(changed(each.envelope.payload, 1, without(*gone)), each.name) for each in apart(QUORUM)]
        with pytest.raises(Refused, match=f"A.psbt: input 0 cannot be checked: .*{reason}"):
            combine(bare)


def test_a_taproot_signature_needs_every_coin() -> None:
    (file,) = apart("tr")
    with pytest.raises(Refused, match="input 0 cannot be checked") as refusal:
        combine([source(changed(file.envelope.payload, 2, without(0x01)))])
    assert refusal.value.code == "coin-missing"


@pytest.mark.parametrize("kind", ["pkh", "sh(multi)"])
def test_a_legacy_signature_needs_the_previous_transaction(kind: str) -> None:
    file = apart(kind)[0]
    utxo = desk.coins(desk.wallet(kind), 2)[0].utxo
    claimed = changed(changed(file.envelope.payload, 1, without(0x00)), 1, having(b"\x01", utxo))
    with pytest.raises(Refused) as refusal:
        combine([source(claimed)])
    assert refusal.value.code == "coin-missing"
    assert "psbt complete" in refusal.value.hint


@pytest.mark.parametrize("kind", ["wpkh", "sh(wpkh)", QUORUM])
def test_segwit_files_from_qr_codes_without_previous_transactions_are_combined(kind: str) -> None:
    bare = []
    for each in apart(kind):
        document = each.envelope.payload
        for number in (1, 2):
            document = changed(document, number, without(0x00))
        bare.append(source(document, each.name))
    assert all(status.ready for status in combine(bare).inputs)


def test_a_previous_transaction_with_and_without_its_witnesses_is_one() -> None:
    ours, theirs = apart("wpkh")[0], source(request("wpkh"))
    previous = theirs.psbt.inputs[0].non_witness_utxo
    assert previous is not None
    witnessed = replace(previous, inputs=(replace(previous.inputs[0], witness=(b"w",)),))
    whole = source(changed(theirs.envelope.payload, 1, having(b"\x00", witnessed.serialize())))
    for files in ([ours, whole], [whole, ours]):
        assert combine(files).psbt.inputs[0].non_witness_utxo == witnessed


def test_a_message_to_sign_is_no_transaction() -> None:
    message = changed(apart("wpkh")[0].envelope.payload, 0, having(b"\x09", b"hello"))
    with pytest.raises(Refused, match="BTC-FIELD-REFUSED"):
        combine([source(message)])


@pytest.mark.parametrize("key", [b"\x1a" + b"\x02" * 33, b"\x1b" + b"\x02" * 66, b"\x1c" + b"\x02" * 66])
def test_musig_fields_are_refused(key: bytes) -> None:
    with pytest.raises(Refused, match="MuSig2"):
        combine([source(changed(apart("tr")[0].envelope.payload, 1, having(key, b"\x02" * 33)))])


def test_another_wallets_coins_are_not_taken_for_its_own() -> None:
    with pytest.raises(Mismatch) as refusal:
        combine(apart(QUORUM), wallets("wpkh"))
    assert refusal.value.code == "wallet-mismatch"


def test_a_taproot_key_that_only_one_file_names_is_known_in_the_result() -> None:
    (signed,) = apart("tr")
    anonymous = source(changed(changed(signed.envelope.payload, 1, without(0x16, 0x17)), 2, without(0x16, 0x17)))
    for files in ([anonymous, source(request("tr"))], [source(request("tr")), anonymous]):
        made = combine(files)
        assert [each.fingerprint for status in made.inputs for each in status.signed] == ["73c5da0a"] * 2
    assert [status.ready for status in combine([anonymous]).inputs] == [True, True]
    assert [each.fingerprint for status in combine([anonymous]).inputs for each in status.signed] == [None] * 2


def test_a_declared_type_in_one_file_binds_the_signatures_of_the_others() -> None:
    (signed,) = apart("tr")
    declares = source(changed(request("tr"), 1, having(b"\x03", b"\x01\x00\x00\x00")))
    with pytest.raises(Refused, match="DEFAULT"):
        combine([signed, declares])


@pytest.mark.parametrize("declared", [0, 2, 3, 0x81, 0x101, 0xFFFFFFFF])
def test_a_type_that_does_not_cover_everything_is_never_declared(declared: int) -> None:
    file = changed(apart("wpkh")[0].envelope.payload, 1, having(b"\x03", declared.to_bytes(4, "little")))
    with pytest.raises(Refused) as refusal:
        combine([source(file)])
    assert refusal.value.code == "sighash"

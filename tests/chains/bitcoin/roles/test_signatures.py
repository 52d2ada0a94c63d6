"""Signatures of others (attacks 23 and 24 of docs/attacks.md): each is verified, over our digest, before it is used.

Where something is wrong nothing is made of it, and file, input and key are named.
"""

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from typing import Any

import pytest
from coincurve import PrivateKey

from custody.chains.bitcoin.consensus.hashes import hash160
from custody.chains.bitcoin.consensus.script import p2pkh, p2wpkh
from custody.chains.bitcoin.consensus.sighash import Sighash
from custody.chains.bitcoin.consensus.taproot import tap_tweak
from custody.chains.bitcoin.consensus.transaction import OutPoint, Transaction, TxInput, TxOutput
from custody.chains.bitcoin.psbt.pairs import Pair
from custody.chains.bitcoin.roles import Source, combine, finalize
from custody.curve import ORDER
from custody.errors import Alarm, CustodyError, Refused, Unreadable
from tests.chains.bitcoin.message.keys import LoneKey, locks
from tests.chains.bitcoin.review import nonces
from tests.chains.bitcoin.roles.cosigners import apart, changed, having, signed_by, source, wallets, without
from tests.support import desk

QUORUM = "wsh(sortedmulti)"
SIGNATURES = (0x02, 0x13, 0x14)
LONE = LoneKey.named("a signer")
TAKERS: tuple[Callable[[Source], Any], ...] = (lambda file: combine([file]), finalize)


def signature(pairs: Sequence[Pair]) -> Pair:
    """The first signature of a map."""
    return next(pair for pair in pairs if pair[0][0] in SIGNATURES)


def flipped(kind: str, sequence: int) -> Iterator[bytes]:
    """A signed file with each bit of its first signature turned, its sighash byte's too."""
    file = apart(kind, sequence=sequence)[0]
    name, value = signature(file.psbt.inputs[0].pairs)
    for bit in range(8 * len(value)):
        broken = bytearray(value)
        broken[bit // 8] ^= 1 << bit % 8
        yield changed(file.envelope.payload, 1, having(name, bytes(broken)))


@pytest.mark.parametrize(
    ("kind", "sequence"),
    [("pkh", desk.RBF), (QUORUM, desk.RBF), ("tr", desk.RBF), ("tr(nobody,multi_a)", desk.RBF)],
)
def test_every_bit_of_a_signature_counts(kind: str, sequence: int) -> None:
    answers = set()
    for document in flipped(kind, sequence):
        with pytest.raises((Alarm, Refused, Unreadable)) as refusal:  # strict DER, or another sighash type
            combine([source(document)])
        answers.add(type(refusal.value))
    assert Alarm in answers


@pytest.mark.parametrize("take", TAKERS)
@pytest.mark.parametrize("kind", [kind for kind in desk.KINDS if kind != "tr"])
def test_a_signature_of_another_input_is_an_alarm_that_names_file_and_key(
    kind: str, take: Callable[[Source], Any]
) -> None:
    file = apart(kind)[0]
    name, _value = signature(file.psbt.inputs[0].pairs)
    _other, value = signature(file.psbt.inputs[1].pairs)
    with pytest.raises(Alarm) as alarm:
        take(source(changed(file.envelope.payload, 1, having(name, value)), "returned.psbt"))
    assert alarm.value.code == "signature-mismatch"
    assert alarm.value.message.startswith("returned.psbt: input 0 carries a signature that belongs to something else")
    assert name[1:].hex() in alarm.value.message


@pytest.mark.parametrize("kind", [QUORUM, "tr", "tr(tree)"])
def test_a_signature_of_another_transaction_is_an_alarm(kind: str) -> None:
    good, other = apart(kind)[0], source(signed_by(desk.wallet(kind).signers[0], kind, 0, 3))
    name, value = signature(other.psbt.inputs[0].pairs)
    swapped = source(changed(good.envelope.payload, 1, having(name, value)), "swapped.psbt")
    for files in ([good, swapped], [swapped, good], [swapped]):
        with pytest.raises(Alarm, match=r"swapped\.psbt: input 0"):
            combine(files)


def test_a_signature_by_a_key_that_the_script_does_not_hold_is_an_alarm() -> None:
    file = apart("wpkh")[0]
    _name, value = signature(file.psbt.inputs[0].pairs)
    stray = changed(file.envelope.payload, 1, having(b"\x02" + LONE.public, value))
    with pytest.raises(Alarm, match="by a key outside"):
        combine([source(stray)])


@pytest.mark.parametrize("kind", [0x02, 0x03, 0x81, 0x82, 0x83])
def test_a_signature_that_does_not_cover_everything_is_refused(kind: int) -> None:
    file, spent = lone(1)
    digest = Sighash(file.psbt.transaction, spent).segwit_v0(0, p2pkh(hash160(LONE.public)), spent[0].amount, kind)
    partial = source(
        changed(file.envelope.payload, 1, having(b"\x02" + LONE.public, LONE.ecdsa(digest, kind))), "partial.psbt"
    )
    for take in TAKERS:
        with pytest.raises(Refused, match=r"SINGLE|NONE|ALL"):
            take(partial)


def test_a_signature_of_another_type_than_declared_is_refused() -> None:
    file = apart("tr")[0]
    declared = source(changed(file.envelope.payload, 1, having(b"\x03", b"\x01\x00\x00\x00")))
    with pytest.raises(Refused, match="DEFAULT"):
        finalize(declared)


# --- nonces ---


def lone(count: int, signed: Callable[[int, bytes], bytes] | None = None) -> tuple[Source, list[TxOutput]]:
    """A PSBT of coins of one key, P2WPKH, of a previous transaction each; with a signature for each digest."""
    script = locks([LONE])["p2wpkh"].script
    spent = [TxOutput(100_000 + index, script) for index in range(count)]
    previous = [
        Transaction(2, (TxInput(OutPoint(sha256(bytes([index % 251])).digest(), index), b"", 0),), (coin,), 0)
        for index, coin in enumerate(spent)
    ]
    inputs = tuple(TxInput(OutPoint(each.txid, 0), b"", desk.RBF) for each in previous)
    bare = Transaction(2, inputs, (TxOutput(sum(coin.amount for coin in spent) - 200 * count, p2wpkh(bytes(20))),), 0)
    sighash, maps = Sighash(bare, spent), []
    for index, coin in enumerate(spent):
        pairs = [(b"\x00", previous[index].serialize()), (b"\x01", coin.serialize())]
        if signed is not None:
            digest = sighash.segwit_v0(index, p2pkh(hash160(LONE.public)), coin.amount, 1)
            pairs.append((b"\x02" + LONE.public, signed(index, digest) + b"\x01"))
        maps.append(desk.psbt_map(pairs))
    return source(b"psbt\xff" + desk.psbt_map([(b"\x00", bare.serialize())]) + b"".join(maps) + b"\x00"), spent


def with_nonce(nonce: int, digest: bytes) -> bytes:
    """An ECDSA signature by the lone key with a nonce of our choice, low S, in DER."""
    return nonces.ecdsa(LONE.private, nonce, digest)


@pytest.mark.parametrize("take", TAKERS)
def test_one_nonce_under_two_digests_is_an_alarm(take: Callable[[Source], Any]) -> None:
    apart_from, _spent = lone(2, lambda index, digest: with_nonce(1_000 + index, digest))
    take(apart_from)
    shared, _spent = lone(2, lambda _index, digest: with_nonce(1_000, digest))
    with pytest.raises(Alarm) as alarm:
        take(shared)
    assert alarm.value.code == "equal-nonces"


def test_one_nonce_in_two_files_is_an_alarm() -> None:
    whole, _spent = lone(2, lambda _index, digest: with_nonce(1_000, digest))
    halves = [source(changed(whole.envelope.payload, number, without(0x02))) for number in (1, 2)]
    for half in halves:
        combine([half])
    with pytest.raises(Alarm, match="same nonce"):
        combine(halves)


def test_a_key_that_signed_twice_honestly_is_one_signer() -> None:
    files = [lone(1, lambda _index, digest, nonce=nonce: with_nonce(nonce, digest))[0] for nonce in (1_000, 2_000)]
    made = [combine(order) for order in (files, files[::-1])]
    assert made[0].psbt.serialize() == made[1].psbt.serialize()
    assert made[0].psbt.inputs[0].partial_sigs in [each.psbt.inputs[0].partial_sigs for each in files]
    assert all(status.ready for status in made[0].inputs)
    broken = list(files)
    name, value = files[1].psbt.inputs[0].pairs[2]
    broken[1] = source(changed(files[1].envelope.payload, 1, having(name, with_nonce(3_000, bytes(32)) + value[-1:])))
    with pytest.raises(Alarm):
        combine(broken)


def test_a_taproot_key_that_signed_twice_is_one_signer() -> None:
    file = apart("tr")[0]
    derived = desk.root("A").derive("m/86h/1h/0h/0/0")
    private = PrivateKey(derived.key.serialize())
    if private.public_key.format()[0] == 3:
        private = PrivateKey((ORDER - private.to_int()).to_bytes(32))
    tweaked = private.add(tap_tweak(private.public_key.format()[1:], None))
    spent = [TxOutput(coin.amount, coin.script) for coin in desk.coins(desk.wallet("tr"), 2)]
    again = tweaked.sign_schnorr(Sighash(file.psbt.transaction, spent).taproot(0, 0), bytes(range(32)))
    assert again != file.psbt.inputs[0].tap_key_sig
    second = source(changed(file.envelope.payload, 1, having(b"\x13", again)))
    made = [combine(order).psbt.serialize() for order in ([file, second], [second, file])]
    assert made[0] == made[1]


# --- hostile shapes ---


def test_a_signature_in_a_leaf_that_is_not_given_or_not_the_coins_is_refused() -> None:
    file = apart("tr(tree)")[0]
    with pytest.raises(Refused, match="leaf"):
        combine([source(changed(file.envelope.payload, 1, without(0x15)))])
    block, script = next(pair for pair in file.psbt.inputs[0].pairs if pair[0][0] == 0x15)
    for key, value in ((block[:-1] + bytes([block[-1] ^ 1]), script), (block, script[:-1] + b"\xc2")):
        false = changed(changed(file.envelope.payload, 1, without(0x15)), 1, having(key, value))
        with pytest.raises(Refused, match="not its coin's"):
            combine([source(false)])


@pytest.mark.parametrize(("kind", "key"), [(QUORUM, b"\x05"), ("sh(multi)", b"\x04"), ("sh(wpkh)", b"\x04")])
def test_a_script_that_is_not_the_coins_is_refused(kind: str, key: bytes) -> None:
    file = apart(kind)[0]
    given = dict(file.psbt.inputs[0].pairs)[key]
    for false in (given[:-1] + bytes([given[-1] ^ 1]), given + b"\x51", b""):
        with pytest.raises(Refused) as refusal:
            combine([source(changed(file.envelope.payload, 1, having(key, false)))])
        assert refusal.value.code == "script-mismatch"


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        *[(kind, key) for kind in ("pkh", "wpkh", "tr") for key in (b"\x04", b"\x05")],
        *[("sh(wpkh)", b"\x05"), ("sh(multi)", b"\x05"), (QUORUM, b"\x04")],
    ],
)
def test_a_script_beside_a_coin_that_has_none_is_refused(kind: str, key: bytes) -> None:
    file = apart(kind)[0]
    foreign = next(script for name, script in apart("sh(wsh(sortedmulti))")[0].psbt.inputs[0].pairs if name == key)
    with pytest.raises(Refused) as refusal:
        combine([source(changed(file.envelope.payload, 1, having(key, foreign)))])
    assert refusal.value.code == "script-mismatch"


@pytest.mark.parametrize(("kind", "key"), [("wpkh", b"\x04"), (QUORUM, b"\x05"), ("tr", b"\x05")])
def test_what_the_review_objects_to_in_a_wallets_own_coin_is_refused_here_too(kind: str, key: bytes) -> None:
    file = apart(kind)[0]
    with pytest.raises(Refused) as refusal:
        combine([source(changed(file.envelope.payload, 1, having(key, b"\x51")))], wallets(kind))
    assert refusal.value.code == "btc-script-mismatch"


def test_a_coin_that_contradicts_its_previous_transaction_is_an_alarm() -> None:
    file = apart("wpkh")[0]
    coin = desk.coins(desk.wallet("wpkh"), 2)[0]
    for number, key, value in (
        (1, b"\x01", desk.output(coin.amount + 1, coin.script)),
        (1, b"\x01", desk.output(coin.amount, b"\x00\x14" + bytes(20))),
        (2, b"\x00", coin.previous),
    ):
        for take in TAKERS:
            with pytest.raises(Alarm) as alarm:
                take(source(changed(file.envelope.payload, number, having(key, value))))
            assert alarm.value.code == "coin-contradiction"


def test_the_file_that_contradicts_itself_is_the_one_that_is_named() -> None:
    file = apart("wpkh")[0]
    coin = desk.coins(desk.wallet("wpkh"), 2)[0]
    false = changed(file.envelope.payload, 1, having(b"\x01", desk.output(coin.amount + 1, coin.script)))
    for files in ([file, source(false, "liar.psbt")], [source(false, "liar.psbt"), file]):
        with pytest.raises(Alarm, match=r"liar\.psbt, input 0: .*BTC-UTXO-CONFLICT"):
            combine(files)


def test_two_files_that_state_a_coin_differently_are_an_alarm() -> None:
    file = apart("wpkh")[0]
    coin = desk.coins(desk.wallet("wpkh"), 2)[0]
    bare = changed(file.envelope.payload, 1, without(0x00))
    false = changed(bare, 1, having(b"\x01", desk.output(coin.amount + 1, coin.script)))
    with pytest.raises(Alarm) as alarm:
        combine([source(bare), source(false)])
    assert alarm.value.code == "coin-contradiction"
    silent = changed(bare, 1, without(0x01))
    with pytest.raises(Alarm):
        combine([source(silent), source(false)])


def test_no_mutation_of_a_file_raises_anything_else() -> None:
    document = apart(QUORUM)[0].envelope.payload
    for at in range(6, len(document), 7):
        broken = bytearray(document)
        broken[at] ^= 1 << at % 8
        try:
            finalize(source(combine([source(bytes(broken))]).psbt.serialize()))
        except CustodyError:
            continue

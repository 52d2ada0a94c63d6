"""PSBTs of our own making: every field read as its BIP says, one defect at a time refused, bytes kept as they came."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custody.chains.bitcoin.consensus import script
from custody.chains.bitcoin.consensus.hashes import hash160, ripemd160, sha256, sha256d
from custody.chains.bitcoin.consensus.stream import compact_size
from custody.chains.bitcoin.consensus.transaction import OutPoint, Transaction, TxInput, TxOutput
from custody.chains.bitcoin.psbt import IN_PARTIAL_SIG, AccountKey, KeyOrigin, Psbt, TapKeyOrigin, taproot
from custody.errors import CustodyError, Unreadable
from tests.support.effort import growth, operations

Pairs = Sequence[tuple[bytes, bytes]]

KEY = bytes.fromhex("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798")
LONG_KEY = bytes.fromhex(
    "0479be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
    "483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8"
)
OFF_CURVE = b"\x02" + bytes(31) + b"\x05"
X_ONLY = KEY[1:]
FINGERPRINT = bytes.fromhex("73c5da0a")
PATH = (0x80000054, 0x80000001, 0x80000000, 1, 3)
ORIGIN = FINGERPRINT + b"".join(step.to_bytes(4, "little") for step in PATH)
DER = bytes.fromhex("3006020101020101")
XPUB = bytes.fromhex("043587cf03aabbccdd80000000") + bytes(range(32)) + KEY
XPUB_ORIGIN = ORIGIN[:16]

PREVIOUS = Transaction(
    2, (TxInput(OutPoint(bytes(32), 0), b"\x51", 0),), (TxOutput(100_000, script.p2wpkh(bytes(20))),), 0
)
UNSIGNED = Transaction(
    2,
    (TxInput(OutPoint(PREVIOUS.txid, 0), b"", 0xFFFFFFFD),),
    (TxOutput(60_000, script.p2wpkh(bytes(20))), TxOutput(39_000, script.p2tr(X_ONLY))),
    700_000,
)


def field(key_type: int, value: bytes, key_data: bytes = b"") -> tuple[bytes, bytes]:
    return bytes([key_type]) + key_data, value


def number(value: int, size: int = 4) -> bytes:
    return value.to_bytes(size, "little", signed=value < 0)


def written(*maps: Pairs) -> bytes:
    encoded = b"psbt\xff"
    for pairs in maps:
        for key, value in pairs:
            encoded += compact_size(len(key)) + key + compact_size(len(value)) + value
        encoded += b"\x00"
    return encoded


def v0(*, header: Pairs = (), first: Pairs = (), outputs: tuple[Pairs, Pairs] = ((), ())) -> bytes:
    return written([field(0, UNSIGNED.serialize()), *header], first, *outputs)


V2_HEADER = [field(0xFB, number(2)), field(2, number(2)), field(4, b"\x01"), field(5, b"\x01")]
V2_INPUT = [field(0x0E, PREVIOUS.txid), field(0x0F, number(0))]
V2_OUTPUT = [field(3, number(60_000, 8)), field(4, script.p2wpkh(bytes(20)))]


def v2(*, header: Pairs = (), first: Pairs = (), output: Pairs = ()) -> bytes:
    return written([*V2_HEADER, *header], [*V2_INPUT, *first], [*V2_OUTPUT, *output])


def test_version_0_says_its_transaction() -> None:
    data = v0()
    psbt = Psbt.parse(data)
    assert psbt.version == 0
    assert psbt.transaction == UNSIGNED
    assert (len(psbt.inputs), len(psbt.outputs)) == (1, 2)
    assert psbt.modifiable is None
    assert psbt.serialize() == data


def test_version_2_describes_its_transaction() -> None:
    data = v2(header=[field(3, number(5)), field(6, b"\x03")], first=[field(0x10, number(7))])
    psbt = Psbt.parse(data)
    assert psbt.version == 2
    assert psbt.transaction == Transaction(
        2,
        (TxInput(OutPoint(PREVIOUS.txid, 0), b"", 7),),
        (TxOutput(60_000, script.p2wpkh(bytes(20))),),
        5,
    )
    assert psbt.modifiable == 3
    assert psbt.serialize() == data


def test_version_2_without_a_sequence_is_final() -> None:
    assert Psbt.parse(v2()).transaction.inputs[0].sequence == 0xFFFFFFFF


@pytest.mark.parametrize("steps", [0, 128])
def test_a_control_block_has_up_to_128_steps(steps: int) -> None:
    control = b"\xc0" + X_ONLY + bytes(32 * steps)
    [leaf] = Psbt.parse(v0(first=[field(0x15, b"\x51\xc0", control)])).inputs[0].tap_leaf_scripts
    assert leaf.control_block == control


def test_every_field_of_an_input_is_typed() -> None:
    leaf_hash, control = bytes(range(32)), b"\xc0" + X_ONLY + bytes(64)
    psbt_input = Psbt.parse(
        v0(
            first=[
                field(0x00, PREVIOUS.serialize()),
                field(0x01, PREVIOUS.outputs[0].serialize()),
                field(0x02, DER + b"\x01", KEY),
                field(0x02, DER + b"\x81", LONG_KEY),
                field(0x03, number(0x83)),
                field(0x04, b"\x51"),
                field(0x05, b"\x52"),
                field(0x06, ORIGIN, KEY),
                field(0x07, b"\x00"),
                field(0x08, b"\x02\x01\xaa\x00"),
                field(0x0A, b"a", ripemd160(b"a")),
                field(0x0B, b"b", sha256(b"b")),
                field(0x0C, b"c", hash160(b"c")),
                field(0x0D, b"d", sha256d(b"d")),
                field(0x13, bytes(64) + b"\x01"),
                field(0x14, bytes(64), X_ONLY + leaf_hash),
                field(0x15, b"\x51\xc0", control),
                field(0x16, b"\x01" + leaf_hash + ORIGIN, X_ONLY),
                field(0x17, X_ONLY),
                field(0x18, leaf_hash),
            ]
        )
    ).inputs[0]
    assert psbt_input.non_witness_utxo == PREVIOUS
    assert psbt_input.witness_utxo == PREVIOUS.outputs[0]
    assert psbt_input.partial_sigs == ((KEY, DER + b"\x01"), (LONG_KEY, DER + b"\x81"))
    assert psbt_input.sighash_type == 0x83
    assert (psbt_input.redeem_script, psbt_input.witness_script) == (b"\x51", b"\x52")
    assert psbt_input.bip32_derivations == (KeyOrigin(KEY, FINGERPRINT, PATH),)
    assert (psbt_input.final_script_sig, psbt_input.final_script_witness) == (b"\x00", (b"\xaa", b""))
    assert [each.algorithm for each in psbt_input.preimages] == ["ripemd160", "sha256", "hash160", "hash256"]
    assert psbt_input.tap_key_sig == bytes(64) + b"\x01"
    assert (psbt_input.tap_script_sigs[0].xonly, psbt_input.tap_script_sigs[0].leaf_hash) == (X_ONLY, leaf_hash)
    leaf = psbt_input.tap_leaf_scripts[0]
    assert (leaf.control_block, leaf.script, leaf.leaf_version) == (control, b"\x51", 0xC0)
    assert psbt_input.tap_derivations == (TapKeyOrigin(X_ONLY, (leaf_hash,), FINGERPRINT, PATH),)
    assert (psbt_input.tap_internal_key, psbt_input.tap_merkle_root) == (X_ONLY, leaf_hash)
    assert psbt_input.is_final
    assert psbt_input.unknown == psbt_input.proprietary == ()


def test_every_field_of_an_output_and_of_the_whole_is_typed() -> None:
    tree = bytes.fromhex("02c0015102c0015201c00153")
    psbt = Psbt.parse(
        v0(
            header=[field(1, XPUB_ORIGIN, XPUB), field(0xFB, number(0))],
            outputs=(
                [field(0, b"\x51"), field(1, b"\x52"), field(2, ORIGIN, LONG_KEY)],
                [field(5, X_ONLY), field(6, tree), field(7, b"\x00" + ORIGIN, X_ONLY)],
            ),
        )
    )
    first, second = psbt.outputs
    assert psbt.xpubs == (AccountKey(XPUB, FINGERPRINT, PATH[:3]),)
    assert (first.redeem_script, first.witness_script) == (b"\x51", b"\x52")
    assert first.bip32_derivations == (KeyOrigin(LONG_KEY, FINGERPRINT, PATH),)
    assert second.tap_internal_key == X_ONLY
    assert second.tap_tree is not None
    assert [(leaf.depth, leaf.leaf_version, leaf.script) for leaf in second.tap_tree] == [
        (2, 0xC0, b"\x51"),
        (2, 0xC0, b"\x52"),
        (1, 0xC0, b"\x53"),
    ]
    assert second.tap_derivations == (TapKeyOrigin(X_ONLY, (), FINGERPRINT, PATH),)


@pytest.mark.parametrize("finality", [field(7, b""), field(8, b"\x00")])
def test_an_empty_final_field_is_final_too(finality: tuple[bytes, bytes]) -> None:
    assert Psbt.parse(v0(first=[finality])).inputs[0].is_final


def der(r: str, s: str) -> bytes:
    body = bytes.fromhex(f"02{len(r) // 2:02x}{r}02{len(s) // 2:02x}{s}")
    return b"\x30" + bytes([len(body)]) + body + b"\x01"


def tree(*depths: int) -> bytes:
    return b"".join(bytes([depth, 0xC0, 1, 0x51]) for depth in depths)


BAD_INPUTS = {
    "previous transaction that does not parse": field(0x00, PREVIOUS.serialize()[:-1]),
    "previous transaction with bytes behind it": field(0x00, PREVIOUS.serialize() + b"\x00"),
    "previous transaction with key data": field(0x00, PREVIOUS.serialize(), b"\x00"),
    "witness UTXO with bytes behind it": field(0x01, PREVIOUS.outputs[0].serialize() + b"\x00"),
    "witness UTXO cut short": field(0x01, PREVIOUS.outputs[0].serialize()[:-1]),
    "witness UTXO with a script over the limit": field(0x01, TxOutput(1, bytes(10_001)).serialize()),
    "signature of a key off the curve": field(0x02, DER + b"\x01", OFF_CURVE),
    "signature of a hybrid key": field(0x02, DER + b"\x01", b"\x06" + LONG_KEY[1:]),
    "signature of a key of 32 bytes": field(0x02, DER + b"\x01", X_ONLY),
    "signature of no key": field(0x02, DER + b"\x01"),
    "empty signature": field(0x02, b"", KEY),
    "signature of one byte": field(0x02, b"\x01", KEY),
    "signature without its sighash byte": field(0x02, DER, KEY),
    "signature of BIP-340 in the place of ECDSA": field(0x02, bytes(64), KEY),
    "signature with an empty r": field(0x02, der("", "0101"), KEY),
    "signature with an empty s": field(0x02, der("0101", ""), KEY),
    "signature with a negative r": field(0x02, der("81", "01"), KEY),
    "signature with a negative s": field(0x02, der("01", "81"), KEY),
    "signature with a padded r": field(0x02, der("0001", "01"), KEY),
    "signature with a padded s": field(0x02, der("01", "0001"), KEY),
    "signature with r reaching past its end": field(0x02, bytes.fromhex("300602050102010101"), KEY),
    "signature with bytes behind s": field(0x02, bytes.fromhex("30070201010201010001"), KEY),
    "signature with a wrong total": field(0x02, bytes.fromhex("300702010102010101"), KEY),
    "signature that is no sequence": field(0x02, b"\x31" + DER[1:] + b"\x01", KEY),
    "signature whose r is no integer": field(0x02, bytes.fromhex("300603010102010101"), KEY),
    "signature whose s is no integer": field(0x02, bytes.fromhex("300602010103010101"), KEY),
    "signature of 73 bytes": field(0x02, der("7f" * 34, "7f" * 33), KEY),
    "sighash type of three bytes": field(0x03, bytes(3)),
    "redeem script over the limit": field(0x04, bytes(10_001)),
    "witness script over the limit": field(0x05, bytes(10_001)),
    "origin of a key off the curve": field(0x06, ORIGIN, OFF_CURVE),
    "origin of three bytes": field(0x06, ORIGIN[:3], KEY),
    "origin with a broken step": field(0x06, ORIGIN[:-1], KEY),
    "origin of 65 steps": field(0x06, FINGERPRINT + bytes(4 * 65), KEY),
    "final witness with bytes behind it": field(0x08, b"\x01\x01\xaa\x00"),
    "final witness cut short": field(0x08, b"\x02\x01\xaa"),
    "final witness of 2**64 - 1 items": field(0x08, b"\xff" * 9),
    "empty final witness value": field(0x08, b""),
    "preimage of another ripemd160": field(0x0A, b"b", ripemd160(b"a")),
    "preimage of another sha256": field(0x0B, b"b", sha256(b"a")),
    "preimage of another hash160": field(0x0C, b"b", hash160(b"a")),
    "preimage of another hash256": field(0x0D, b"b", sha256d(b"a")),
    "preimage with a hash of the wrong size": field(0x0B, b"a", sha256(b"a")[:31]),
    "taproot signature of 63 bytes": field(0x13, bytes(63)),
    "taproot signature of 66 bytes": field(0x13, bytes(66)),
    "taproot signature that writes DEFAULT out": field(0x13, bytes(65)),
    "script signature with a short key": field(0x14, bytes(64), X_ONLY),
    "script signature of a key off the curve": field(0x14, bytes(64), OFF_CURVE[1:] + bytes(32)),
    "leaf with a control block of 32 bytes": field(0x15, b"\x51\xc0", bytes(32)),
    "leaf with a control block of 34 bytes": field(0x15, b"\x51\xc0", bytes(34)),
    "leaf with a control block of 129 steps": field(0x15, b"\x51\xc0", bytes(33 + 129 * 32)),
    "leaf without a version": field(0x15, b"", bytes(33)),
    "leaf with a script over the limit": field(0x15, bytes(10_002), bytes(33)),
    "taproot origin of a key off the curve": field(0x16, b"\x00" + ORIGIN, OFF_CURVE[1:]),
    "taproot origin of a compressed key": field(0x16, b"\x00" + ORIGIN, KEY),
    "taproot origin with fewer leaves than said": field(0x16, b"\x02" + bytes(32) + ORIGIN, X_ONLY),
    "taproot origin of 2**64 - 1 leaves": field(0x16, b"\xff" * 9 + ORIGIN, X_ONLY),
    "taproot origin without a fingerprint": field(0x16, b"\x00", X_ONLY),
    "empty taproot origin": field(0x16, b"", X_ONLY),
    "taproot origin of 65 steps": field(0x16, b"\x00" + FINGERPRINT + bytes(4 * 65), X_ONLY),
    "internal key off the curve": field(0x17, OFF_CURVE[1:]),
    "internal key of 33 bytes": field(0x17, KEY),
    "merkle root of 31 bytes": field(0x18, bytes(31)),
    "own field without a subtype": field(0xFC, b"", b"\x01a"),
    "own field with a short name": field(0xFC, b"", b"\x05a\x00"),
    "key type written longer than needed": (b"\xfd\x10\x00", b""),
    "key type cut short": (b"\xfe\x10", b""),
}


@pytest.mark.parametrize("defect", BAD_INPUTS)
def test_a_malformed_input_field_is_unreadable(defect: str) -> None:
    with pytest.raises(Unreadable) as caught:
        Psbt.parse(v0(first=[BAD_INPUTS[defect]]))
    assert "input 0" in caught.value.message


BAD_OUTPUTS = {
    "redeem script over the limit": field(0, bytes(10_001)),
    "witness script over the limit": field(1, bytes(10_001)),
    "origin of a key off the curve": field(2, ORIGIN, OFF_CURVE),
    "origin of 65 steps": field(2, FINGERPRINT + bytes(4 * 65), KEY),
    "internal key off the curve": field(5, OFF_CURVE[1:]),
    "empty tree": field(6, b""),
    "tree of one leaf that is not the root": field(6, tree(1)),
    "tree that lacks a leaf": field(6, tree(1, 2)),
    "tree with a leaf too many": field(6, tree(1, 1, 1)),
    "tree with leaves out of order": field(6, tree(2, 1, 2)),
    "tree deeper than taproot's": field(6, tree(129, 129)),
    "tree of more leaves than the limit": field(6, tree(*[64] * 10_001)),
    "tree with an odd leaf version": field(6, bytes.fromhex("00c10151")),
    "tree cut short": field(6, tree(1, 1)[:-1]),
    "tree with a script over the limit": field(6, b"\x00\xc0\xfd\x11\x27" + bytes(10_001)),
    "taproot origin of a compressed key": field(7, b"\x00" + ORIGIN, KEY),
    "key data behind a tree": field(6, tree(0), b"\x00"),
}


@pytest.mark.parametrize("defect", BAD_OUTPUTS)
def test_a_malformed_output_field_is_unreadable(defect: str) -> None:
    with pytest.raises(Unreadable) as caught:
        Psbt.parse(v0(outputs=((), [BAD_OUTPUTS[defect]])))
    assert "output 1" in caught.value.message


BAD_HEADERS = {
    "version 1": field(0xFB, number(1)),
    "version 3": field(0xFB, number(3)),
    "version of one byte": field(0xFB, b"\x00"),
    "version of eight bytes": field(0xFB, bytes(8)),
    "version with key data": field(0xFB, number(0), b"\x00"),
    "account key of 77 bytes": field(1, XPUB_ORIGIN, XPUB[:-1]),
    "account key off the curve": field(1, XPUB_ORIGIN, XPUB[:45] + OFF_CURVE),
    "account key that is a private key": field(1, XPUB_ORIGIN, XPUB[:45] + bytes(1) + bytes(range(1, 33))),
    "account key deeper than its path": field(1, XPUB_ORIGIN[:-4], XPUB),
    "account key less deep than its path": field(1, ORIGIN, XPUB),
    "account key of 65 steps": field(1, FINGERPRINT + bytes(4 * 65), XPUB[:4] + b"\x41" + XPUB[5:]),
    "account key without an origin": field(1, b"", XPUB),
    "lock time of version 2": field(3, number(0)),
    "flags of version 2": field(6, b"\x00"),
    "own field without anything": field(0xFC, b""),
}


@pytest.mark.parametrize("defect", BAD_HEADERS)
def test_a_malformed_global_field_is_unreadable(defect: str) -> None:
    with pytest.raises(Unreadable):
        Psbt.parse(v0(header=[BAD_HEADERS[defect]]))


@pytest.mark.parametrize("version", [1, 3, 2**31, 2**32 - 1])
def test_another_version_is_named_as_what_is_not_known(version: int) -> None:
    """Nothing else of the file is judged by the rules of a version that is not its own."""
    said = field(0xFB, number(version))
    for document in (v0(header=[said]), written([said, *V2_HEADER[1:]], V2_INPUT, V2_OUTPUT)):
        with pytest.raises(Unreadable, match="a version that is not known"):
            Psbt.parse(document)


def test_a_tree_has_no_more_leaves_than_are_looked_through(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted as they come: a smaller bound stands for the real one, which takes megabytes."""
    monkeypatch.setattr(taproot, "LEAVES_LIMIT", 4)
    assert len(taproot.tap_tree(tree(2, 2, 2, 2))) == 4
    with pytest.raises(Unreadable, match="more than 4 leaves"):
        taproot.tap_tree(tree(2, 2, 2, 3, 3))


def test_a_leaf_lies_at_most_128_deep() -> None:
    assert len(taproot.tap_tree(tree(*range(1, 129), 128))) == 129
    with pytest.raises(Unreadable, match="an impossible depth"):
        taproot.tap_tree(tree(*range(1, 130), 129))


def test_a_private_account_key_is_not_echoed() -> None:
    secret = bytes(range(1, 33))
    with pytest.raises(Unreadable) as caught:
        Psbt.parse(v0(header=[field(1, XPUB_ORIGIN, XPUB[:45] + bytes(1) + secret)]))
    assert secret.hex() not in caught.value.message + caught.value.hint


BAD_V2 = {
    "time lock below its range": {"first": [field(0x11, number(499_999_999))]},
    "height lock above its range": {"first": [field(0x12, number(500_000_000))]},
    "height lock of zero": {"first": [field(0x12, number(0))]},
    "sequence of eight bytes": {"first": [field(0x10, bytes(8))]},
    "flags of two bytes": {"header": [field(6, bytes(2))]},
    "transaction as in version 0": {"header": [field(0, UNSIGNED.serialize())]},
    "tree that is not whole": {"output": [field(6, tree(1))]},
}


@pytest.mark.parametrize("defect", BAD_V2)
def test_a_malformed_version_2_is_unreadable(defect: str) -> None:
    with pytest.raises(Unreadable):
        Psbt.parse(v2(**BAD_V2[defect]))


@pytest.mark.parametrize("part", [0, 1, 2])
def test_version_2_lacks_no_required_field(part: int) -> None:
    maps = [V2_HEADER, V2_INPUT, V2_OUTPUT]
    for missing in maps[part]:
        changed = [[pair for pair in pairs if pair is not missing] for pairs in maps]
        with pytest.raises(Unreadable):
            Psbt.parse(written(*changed))


def locked(*asking: tuple[int | None, int | None], fallback: int | None = None) -> Transaction:
    """A version 2 transaction whose inputs ask for (height, time)."""
    header = [*V2_HEADER[:2], field(4, bytes([len(asking)])), V2_HEADER[3]]
    header += [] if fallback is None else [field(3, number(fallback))]
    inputs = [
        [
            *V2_INPUT,
            *([] if height is None else [field(0x12, number(height))]),
            *([] if when is None else [field(0x11, number(when))]),
        ]
        for height, when in asking
    ]
    return Psbt.parse(written(header, *inputs, V2_OUTPUT)).transaction


NOW = 1_657_048_460


@pytest.mark.parametrize(
    ("asking", "fallback", "expected"),
    [
        ([(None, None)], None, 0),
        ([(None, None)], 77, 77),
        ([(10_000, None), (None, None)], 77, 10_000),
        ([(10_000, None), (9_000, None)], None, 10_000),
        ([(10_000, None), (9_000, NOW)], None, 10_000),
        ([(10_000, NOW - 1), (9_000, NOW)], None, 10_000),
        ([(None, NOW - 1), (None, NOW)], None, NOW),
        ([(10_000, NOW - 1), (None, NOW)], None, NOW),
    ],
)
def test_the_lock_time_is_determined_as_bip_370_says(
    asking: list[tuple[int | None, int | None]], fallback: int | None, expected: int
) -> None:
    assert locked(*asking, fallback=fallback).locktime == expected


def test_lock_times_that_exclude_each_other_are_unreadable() -> None:
    with pytest.raises(Unreadable, match="lock times"):
        locked((10_000, None), (None, NOW))


def test_the_same_key_twice_is_unreadable_in_every_map() -> None:
    twice = [field(0xF0, b"", b"a"), field(0xF0, b"", b"a")]
    emptied = [field(0x04, b""), field(0x04, b"\x51")]
    for data in (v0(header=twice), v0(first=twice), v0(outputs=((), twice)), v0(first=emptied)):
        with pytest.raises(Unreadable, match="the same key stands twice"):
            Psbt.parse(data)


def test_unknown_and_own_fields_are_kept_and_counted() -> None:
    data = v0(
        header=[field(0xF0, b"g"), field(0xFC, b"", b"\x03abc\x01")],
        first=[field(0xFC, b"x", b"\x00\x00data"), (b"\xfd\x00\x01rest", b"y"), field(0x09, b"reserves")],
        outputs=([field(0x35, b"proof")], ()),
    )
    psbt = Psbt.parse(data)
    assert psbt.unknown_count == 6
    assert psbt.inputs[0].unknown == (b"\xfd\x00\x01rest", b"\x09")
    assert psbt.inputs[0].proprietary == (b"\xfc\x00\x00data",)
    assert psbt.serialize() == data


@pytest.mark.parametrize(
    ("where", "key_type", "name"),
    [
        ("header", 0x07, "silent payment"),
        ("header", 0x09, "signed message"),
        ("first", 0x09, "proof of reserves"),
        ("first", 0x1B, "MuSig2"),
        ("first", 0x20, "silent payment"),
    ],
)
def test_protocols_that_are_not_signed_are_named(where: str, key_type: int, name: str) -> None:
    maps: dict[str, Pairs] = {where: [field(key_type, b"x"), field(key_type, b"y", b"more")]}
    (named,) = Psbt.parse(v0(header=maps.get("header", ()), first=maps.get("first", ()))).refused_fields
    assert name in named


def test_an_honest_file_names_no_other_protocol() -> None:
    assert Psbt.parse(v0(outputs=([field(0x08, b"", KEY)], ()))).refused_fields == ()
    (named,) = Psbt.parse(v0(outputs=([field(0x09, bytes(66))], ()))).refused_fields
    assert "silent payment" in named


def test_fields_are_gained_at_the_end_and_nothing_else_changes() -> None:
    for before in (v0(first=[field(0xF0, b"note")]), v2(first=[field(0xF0, b"note")])):
        psbt = Psbt.parse(before)
        key, value = bytes([IN_PARTIAL_SIG]) + KEY, DER + b"\x01"
        signed = psbt.with_input_fields({0: ((key, value),)})
        assert signed.inputs[0].partial_sigs == ((KEY, value),)
        assert signed.transaction == psbt.transaction
        assert signed.outputs == psbt.outputs
        assert psbt.serialize() == before
        gained = compact_size(len(key)) + key + compact_size(len(value)) + value
        assert signed.serialize() == before.replace(b"\x04note", b"\x04note" + gained)
        assert Psbt.parse(signed.serialize()) == signed


@pytest.mark.parametrize(
    "additions",
    [
        {0: (field(0x03, number(1)),)},
        {0: (field(0xF1, b""), field(0xF1, b""))},
        {0: (field(0x02, b"junk", KEY),)},
        {0: ((b"", b""),)},
        {1: (field(0xF1, b""),)},
        {-1: (field(0xF1, b""),)},
    ],
)
def test_fields_that_are_there_malformed_or_nowhere_are_not_gained(
    additions: dict[int, tuple[tuple[bytes, bytes], ...]],
) -> None:
    psbt = Psbt.parse(v0(first=[field(0x03, number(1))]))
    with pytest.raises(Unreadable):
        psbt.with_input_fields(additions)


def test_maps_are_neither_missing_nor_too_many() -> None:
    data = v0()
    for defect in (data[:-1], data[:-2], data + b"\x00", data + b"\x01\xf0\x00\x00"):
        with pytest.raises(Unreadable):
            Psbt.parse(defect)


@pytest.mark.parametrize("start", [b"", b"psbt", b"psbt\xfe", b"PSBT\xff", b"\xffpsbt"])
def test_another_beginning_is_unreadable(start: bytes) -> None:
    with pytest.raises(Unreadable, match="does not begin as a PSBT"):
        Psbt.parse(start + v0()[5:] if len(start) == 5 else start)


def test_truncation_at_every_length_is_unreadable() -> None:
    whole = v2(first=[field(0x01, PREVIOUS.outputs[0].serialize()), field(0x06, ORIGIN, KEY)])
    for length in range(len(whole)):
        with pytest.raises(Unreadable):
            Psbt.parse(whole[:length])


def test_a_map_holds_1000_keys_and_no_more() -> None:
    notes = [field(0xF0, b"", number(each)) for each in range(1_001)]
    assert Psbt.parse(v0(first=notes[:1_000])).unknown_count == 1_000
    with pytest.raises(Unreadable, match="more than 1000 keys"):
        Psbt.parse(v0(first=notes))


def test_scripts_at_the_limit_are_read_and_over_it_are_not() -> None:
    assert Psbt.parse(v0(first=[field(0x05, bytes(10_000))])).inputs[0].witness_script == bytes(10_000)
    for script_pubkey, readable in ((bytes(10_000), True), (bytes(10_001), False)):
        outputs = (TxOutput(1, script_pubkey),)
        unsigned = Transaction(2, UNSIGNED.inputs, outputs, 0)
        versions = (
            written([field(0, unsigned.serialize())], (), ()),
            written(V2_HEADER, V2_INPUT, [V2_OUTPUT[0], field(4, script_pubkey)]),
        )
        for data in versions:
            if readable:
                assert Psbt.parse(data).transaction.outputs[0].script == script_pubkey
            else:
                with pytest.raises(Unreadable, match="over the limit of 10000"):
                    Psbt.parse(data)


def test_a_path_of_64_steps_is_read() -> None:
    deep = Psbt.parse(v0(first=[field(0x06, FINGERPRINT + bytes(4 * 64), KEY)]))
    assert deep.inputs[0].bip32_derivations[0].path == (0,) * 64


def test_inputs_and_outputs_are_limited_to_10000_together() -> None:
    many = tuple(TxInput(OutPoint(PREVIOUS.txid, each), b"", 0) for each in range(9_999))
    for outputs, readable in ((UNSIGNED.outputs[:1], True), (UNSIGNED.outputs, False)):
        unsigned = Transaction(2, many, outputs, 0)
        data = written([field(0, unsigned.serialize())], *[()] * (len(many) + len(outputs)))
        if readable:
            assert len(Psbt.parse(data).inputs) == 9_999
        else:
            with pytest.raises(Unreadable, match="more than the limit"):
                Psbt.parse(data)


@pytest.mark.parametrize(("inputs", "outputs"), [(10_001, 0), (9_999, 2), (2**64 - 1, 1), (1, 2**64 - 1)])
def test_counts_of_version_2_are_limited_before_anything_is_made(inputs: int, outputs: int) -> None:
    header = [*V2_HEADER[:2], field(4, compact_size(inputs)), field(5, compact_size(outputs))]
    with pytest.raises(Unreadable, match="over the limit of 10000"):
        Psbt.parse(written(header))


def test_counts_of_version_2_are_held_against_the_bytes_that_remain() -> None:
    header = [*V2_HEADER[:2], field(4, compact_size(9_000)), field(5, b"\x00")]
    with pytest.raises(Unreadable, match="inputs or outputs are missing"):
        Psbt.parse(written(header))


def test_more_than_10_megabytes_are_refused_unread() -> None:
    with pytest.raises(Unreadable, match="over the limit of 10000000"):
        Psbt.parse(b"psbt\xff" + bytes(10_000_000))


def of_inputs(count: int) -> bytes:
    inputs = tuple(TxInput(OutPoint(PREVIOUS.txid, each), b"", 0) for each in range(count))
    unsigned = Transaction(2, inputs, UNSIGNED.outputs, 0)
    map_of_one = [
        field(0x00, PREVIOUS.serialize()),
        field(0x01, PREVIOUS.outputs[0].serialize()),
        field(0x06, ORIGIN, KEY),
    ]
    return written([field(0, unsigned.serialize())], *[map_of_one] * count, (), ())


def test_eight_times_the_inputs_are_eight_times_the_work() -> None:
    few, many = of_inputs(250), of_inputs(2_000)
    assert Psbt.parse(many).serialize() == many
    assert operations(lambda: Psbt.parse(many)) < 10 * operations(lambda: Psbt.parse(few))
    assert operations(lambda: Psbt.parse(many)) < 2_000 * 2_000
    fewer, more = of_inputs(1_000), of_inputs(8_000)
    assert growth(lambda: Psbt.parse(fewer), lambda: Psbt.parse(more), 2) < 24


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_any_change_of_bytes_is_read_exactly_or_unreadable(data: st.DataObject) -> None:
    whole = data.draw(
        st.sampled_from(
            [
                v0(first=[field(0x01, PREVIOUS.outputs[0].serialize()), field(0x06, ORIGIN, KEY)]),
                v0(header=[field(1, XPUB_ORIGIN, XPUB)], outputs=([field(6, tree(1, 1))], [field(0xFC, b"", b"\0\0")])),
                v2(first=[field(0x02, DER + b"\x01", KEY), field(0x12, number(9))]),
            ]
        )
    )
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, min(len(whole), start + 4)))
    changed = whole[:start] + data.draw(st.binary(max_size=6)) + whole[end:]
    try:
        psbt = Psbt.parse(changed)
    except CustodyError as error:
        assert error.exit_code == 4
        return
    assert psbt.serialize() == changed


def test_a_file_that_text_mode_damaged_is_named_and_one_that_is_whole_is_read() -> None:
    whole = v0(first=[field(0xF0, b"note\r\n\n")])
    assert Psbt.parse(whole).serialize() == whole
    with pytest.raises(Unreadable, match="text mode"):
        Psbt.parse(whole.replace(b"\n", b"\r\n"))
    honest = v0(first=[field(0xF0, b"note\r\n")])  # looks like it, and parses
    assert Psbt.parse(honest).serialize() == honest
    for malformed in (whole[:-1], v0()[:-1]):
        with pytest.raises(Unreadable) as caught:
            Psbt.parse(malformed)
        assert "text mode" not in caught.value.message

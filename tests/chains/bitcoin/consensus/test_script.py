"""Script templates: each recognised by its exact bytes, and nothing that only looks like one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.chains.bitcoin.consensus import script
from custody.chains.bitcoin.consensus.script import Operation, ScriptKind, classify
from custody.curve import Point
from custody.errors import Unreadable

KEY = bytes.fromhex("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798")
KEYS = tuple(Point(KEY).tweak_add(bytes(31) + bytes([n])).compressed for n in range(1, 17))
LONG_KEY = b"\x04" + bytes(range(64))
H20, H32 = bytes(range(20)), bytes(range(32))


@pytest.mark.parametrize(
    ("written", "kind", "expected"),
    [
        (script.p2pkh(H20), ScriptKind.P2PKH, "76a914" + H20.hex() + "88ac"),
        (script.p2sh(H20), ScriptKind.P2SH, "a914" + H20.hex() + "87"),
        (script.p2wpkh(H20), ScriptKind.P2WPKH, "0014" + H20.hex()),
        (script.p2wsh(H32), ScriptKind.P2WSH, "0020" + H32.hex()),
        (script.p2tr(H32), ScriptKind.P2TR, "5120" + H32.hex()),
        (script.witness_script_pubkey(16, b"ab"), ScriptKind.WITNESS_UNKNOWN, "60026162"),
        (script.witness_script_pubkey(1, b"Ns"), ScriptKind.ANCHOR, "51024e73"),
    ],
)
def test_a_template_is_written_and_recognised(written: bytes, kind: ScriptKind, expected: str) -> None:
    assert written.hex() == expected
    assert classify(written).kind is kind


def test_a_template_names_its_parts() -> None:
    assert classify(script.p2pkh(H20)).hash == H20
    assert classify(script.p2sh(H20)).hash == H20
    witness = classify(script.p2wsh(H32))
    assert (witness.hash, witness.program, witness.witness_version) == (H32, H32, 0)
    taproot = classify(script.p2tr(H32))
    assert (taproot.hash, taproot.program, taproot.witness_version) == (b"", H32, 1)


def test_a_multisig_script_names_its_quorum_in_order() -> None:
    found = classify(script.multisig(2, KEYS[:3]))
    assert (found.kind, found.threshold, found.keys) == (ScriptKind.MULTISIG, 2, KEYS[:3])
    assert classify(script.multisig(16, KEYS)).threshold == 16
    assert classify(script.multisig(1, [LONG_KEY])).keys == (LONG_KEY,)


def test_a_bare_public_key_is_p2pk() -> None:
    for key in (KEY, LONG_KEY):
        found = classify(bytes([len(key)]) + key + b"\xac")
        assert (found.kind, found.keys) == (ScriptKind.P2PK, (key,))


@pytest.mark.parametrize(
    "strange",
    [
        b"",
        b"\x51",
        script.p2pkh(H20)[:-1],
        script.p2pkh(H20) + b"\x61",
        script.p2pkh(H20)[:-2] + b"\x61" + script.p2pkh(H20)[-2:],
        script.p2sh(H20)[:-1] + b"\x88",
        script.p2sh(H20)[:-1] + b"\x61" + script.p2sh(H20)[-1:],
        bytes([0, 19]) + bytes(19),
        bytes([0, 33]) + bytes(33),
        bytes([0x51, 1]) + bytes(1),
        bytes([0x51, 41]) + bytes(41),
        bytes([0x51, 0x4C, 32]) + bytes(32),
        bytes([0x50, 32]) + bytes(32),
        bytes([0x61, 32]) + bytes(32),
        script.multisig(2, KEYS[:3]).replace(b"\x53\xae", b"\x54\xae"),
        b"\x54" + script.multisig(2, KEYS[:3])[1:],
        b"\x50" + script.multisig(2, KEYS[:3])[1:],
        b"\x51\x51\xae",
        b"\x51\x21\x51\xae",
        b"\xae",
        bytes([33]) + b"\x05" + bytes(32) + b"\xac",
        bytes([0x4C, 33]) + KEY + b"\xac",
        bytes([32]) + KEY + b"\xac",
        bytes([34]) + KEY + b"\xac",
    ],
)
def test_what_only_looks_like_a_template_is_nonstandard(strange: bytes) -> None:
    assert classify(strange).kind is ScriptKind.NONSTANDARD


@pytest.mark.parametrize(
    ("written", "data"),
    [
        ("6a", ""),
        ("6a0568656c6c6f", "68656c6c6f"),
        ("6a00", "00"),
        ("6a0161", "61"),
        ("6a51", "51"),
        ("6a4b" + "61" * 75, "61" * 75),
        ("6a4c4c" + "61" * 76, "61" * 76),
        ("6a4c0161", "61"),
        ("6a4c00", ""),
        ("6a4c0261", "4c0261"),
        ("6a4c016161", "4c016161"),
        ("6a4c0568656c6c6f", "68656c6c6f"),
        ("6a4d050068656c6c6f", "4d050068656c6c6f"),
        ("6a01610162", "01610162"),
        ("6a0661", "0661"),
        ("6a4c", "4c"),
        ("6a6a", "6a"),
    ],
)
def test_nothing_behind_op_return_is_hidden(written: str, data: str) -> None:
    found = classify(bytes.fromhex(written))
    assert found.kind is ScriptKind.OP_RETURN
    assert found.data is not None
    assert found.data.hex() == data


@pytest.mark.parametrize(
    ("data", "head"),
    [
        (b"", "00"),
        (b"\x00", "01"),
        (b"\x01", "51"),
        (b"\x10", "60"),
        (b"\x11", "01"),
        (b"\x81", "4f"),
        (bytes(75), "4b"),
        (bytes(76), "4c4c"),
        (bytes(255), "4cff"),
        (bytes(256), "4d0001"),
        (bytes(65536), "4e00000100"),
    ],
)
def test_a_push_takes_the_shortest_form(data: bytes, head: str) -> None:
    written = script.push(data)
    assert written.startswith(bytes.fromhex(head))
    assert [operation.pushed for operation in script.operations(written)] == [data]


def test_operations_tell_pushes_from_other_opcodes() -> None:
    assert list(script.operations(bytes.fromhex("7601aa6a4f"))) == [
        Operation(0x76, None),
        Operation(0x01, b"\xaa"),
        Operation(0x6A, None),
        Operation(0x4F, b"\x81"),
    ]


@pytest.mark.parametrize("truncated", ["02aa", "4c", "4c02aa", "4d01", "4e000000", "4effffffff"])
def test_a_push_beyond_the_end_is_refused(truncated: str) -> None:
    with pytest.raises(Unreadable, match="ends inside a push"):
        list(script.operations(bytes.fromhex(truncated)))


def test_builders_refuse_parts_of_the_wrong_size() -> None:
    for build, part in ((script.p2pkh, H32), (script.p2sh, b""), (script.p2wpkh, H32), (script.p2wsh, H20)):
        with pytest.raises(ValueError, match="bytes is needed"):
            build(part)
    for threshold, keys in ((0, KEYS[:1]), (2, KEYS[:1]), (1, ()), (1, (*KEYS, KEY)), (1, (b"\x02",))):
        with pytest.raises(ValueError, match="multisig"):
            script.multisig(threshold, keys)
    for version, program in ((17, H20), (-1, H20), (1, b"a"), (1, bytes(41))):
        with pytest.raises(ValueError, match="witness program"):
            script.witness_script_pubkey(version, program)


@given(st.binary(max_size=80))
def test_every_byte_string_has_a_kind(data: bytes) -> None:
    found = classify(data)
    assert isinstance(found.kind, ScriptKind)
    assert (found.data is not None) == (found.kind is ScriptKind.OP_RETURN)


@given(st.lists(st.binary(max_size=300), max_size=8))
def test_pushes_come_back_as_they_went(items: list[bytes]) -> None:
    written = b"".join(script.push(item) for item in items)
    assert [operation.pushed for operation in script.operations(written)] == items

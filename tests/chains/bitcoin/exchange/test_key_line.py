"""One key as a line: what a file begins with, its parts, and what is said of each letter."""

import pytest

from custody.chains.bitcoin.exchange.formats import recognise
from custody.chains.bitcoin.exchange.programs import key_line
from custody.errors import Unreadable
from tests.chains.bitcoin.exchange import wallets
from tests.chains.bitcoin.exchange.wallets import REGTEST
from tests.support import desk

ACCOUNT = desk.root("A").derive("m/84h/1h/0h").to_public()
TPUB, VPUB = ACCOUNT.to_base58(), ACCOUNT.to_base58(version=bytes.fromhex("045f1cf6"))


@pytest.mark.parametrize(
    ("document", "is_one"),
    [
        (b"[73c5da0a/84h", True),
        (b"[73C5DA0A/", True),
        (b"[73c5da0a]z", True),
        (b" \r\n[73c5da0a/", True),
        (b"# one\n#two\n\n [73c5da0a/", True),
        (b"zpub" + b"A" * 20, True),
        (b"#\nXpub" + b"1" * 20, True),
        (b"[73c5da0/", False),
        (b"[73c5da0ab/", False),
        (b"[73c5da0g/", False),
        (b"[73c5da0a]", False),
        (b"[73c5da0a]/", False),
        (b'[73c5da0a, "x"', False),
        (b"zpub" + b"A" * 19, False),
        (b"1pub" + b"A" * 20, False),
        (b"zprv" + b"A" * 20, False),
        (b"wpkh([73c5da0a/", False),
        (b"# [73c5da0a/", False),
        (b"", False),
    ],
)
def test_a_file_begins_with_an_origin_and_a_key_or_with_a_key(document: bytes, is_one: bool) -> None:
    assert key_line.is_one(document) is is_one


@pytest.mark.parametrize("origin", ["[73c5da0a/84h/1h/0h]", "[73c5da0a/84'/1'/0']", "[73C5DA0A/84h/1h/0h]"])
def test_an_origin_is_kept(origin: str) -> None:
    assert recognise(f"{origin}{VPUB}\n".encode()).register("treasury", REGTEST) == wallets.wallet("wpkh")


@pytest.mark.parametrize(
    ("below", "receives"), [("", "/<0;1>/*"), ("/**", "/<0;1>/*"), ("/0/*", "/0/*"), ("/<2;3>/*", "/<2;3>/*")]
)
def test_steps_below_the_key_are_those_of_the_line(below: str, receives: str) -> None:
    (text,) = recognise(f"{VPUB}{below}\n".encode()).descriptors
    assert text == f"wpkh({TPUB}{receives})" or text == f"wpkh({VPUB}{receives})"
    assert recognise(f"{VPUB}{below}".encode()).register("t", REGTEST).descriptor.text() == f"wpkh({TPUB}{receives})"


def test_letters_that_name_no_script_are_not_a_wallet_whatever_is_below() -> None:
    for below in ("", "/<0;1>/*"):
        with pytest.raises(Unreadable) as refusal:
            recognise(f"[73c5da0a/84h/1h/0h]{TPUB}{below}".encode())
        assert refusal.value.code == "script-unsaid"
        assert [line.partition("[")[0] for line in refusal.value.hint.splitlines()[1:]] == [
            "wpkh(",
            "tr(",
            "sh(wpkh(",
            "pkh(",
        ]


@pytest.mark.parametrize(("version", "form"), [("024289ef", "sh(wsh("), ("02575483", "wsh(")])
def test_letters_of_quorums_are_one_cosigners(version: str, form: str) -> None:
    key = ACCOUNT.to_base58(version=bytes.fromhex(version))
    with pytest.raises(Unreadable) as refusal:
        recognise(f"# a comment\n[73c5da0a/84h/1h/0h]{key}".encode())
    assert refusal.value.code == "cosigner-key"
    assert f"{form}sortedmulti(M,[73c5da0a/84h/1h/0h]{TPUB}/<0;1>/*,...)" in refusal.value.hint


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (f"[73c5da0a/84h/1h/0h]{VPUB}]", "it is not of the form"),
        (f"[73c5da0a/84h/1h/0h][73c5da0a]{VPUB}", "it is not of the form"),
        (f"[73c5da0a/84h/1h/0h]/{VPUB}", "it is not of the form"),
        (f"[73c5da0a/84H/1h/0h]{VPUB}", "a step of a derivation path is malformed"),
        (f"{VPUB}/x", "a step of a derivation path is malformed"),
        (VPUB[:-1], "the checksum of a base58 text does not hold"),
    ],
)
def test_a_line_with_a_defect_is_told_with_its_number(line: str, told: str) -> None:
    with pytest.raises(Unreadable, match=f"^line 2 of what looks like a key with its origin: {told}"):
        recognise(f"# a comment\n{line}\n".encode())

"""The texts of signatures: one text for one signature, and nothing large made of a small text."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.chains.bitcoin.message.encoding import TEXT_LIMIT, Compact, Variant, Witness, read, write
from custody.chains.bitcoin.message.virtual import to_sign
from custody.errors import Unreadable


def b64(payload: bytes, prefix: str = "") -> str:
    return prefix + base64.b64encode(payload).decode()


@given(st.lists(st.binary(max_size=300), max_size=6))
def test_a_witness_comes_back(stack: list[bytes]) -> None:
    witness = Witness(tuple(stack))
    assert read(write(witness)) == (Variant.SIMPLE, witness)


def test_a_transaction_comes_back() -> None:
    transaction = to_sign(b"", b"\x51")
    assert read(write(transaction)) == (Variant.FULL, transaction)


def test_65_bytes_without_a_prefix_are_a_legacy_signature() -> None:
    assert read(b64(b"\x1f" + bytes(64))) == (Variant.LEGACY, Compact(31, bytes(64)))


def test_without_a_prefix_everything_else_is_simple() -> None:
    assert read(b64(b"\x01\x01a")) == (Variant.SIMPLE, Witness((b"a",)))


GOOD = b64(b"\x02\x03abc\x01d")

MALFORMED = {
    "nothing": "",
    "a prefix alone": "smp",
    "an unknown prefix": "fooAA==",
    "a prefix in capitals": f"SMP{GOOD}",
    "a space inside": f"smp{GOOD[:4]} {GOOD[4:]}",
    "a line end": f"smp{GOOD}\n",
    "a space before": f" smp{GOOD}",
    "padding left out": "smpAA=",
    "padding too much": "smpAA====",
    "unused bits": "smpAB==",
    "the URL alphabet": "smp_-AA",
    "letters of another script": "smp\u0410\u0410\u0410\u0410",
    "behind the witness": b64(b"\x01\x01a\x00", "smp"),
    "a witness that ends early": b64(b"\x02\x01a", "smp"),
    "a witness of 2**64 items": b64(b"\xff" * 9, "smp"),
    "an item of 4 GB": b64(b"\x01\xfe\xff\xff\xff\xff", "smp"),
    "a count longer than it needs to be": b64(b"\xfd\x01\x00\x01a", "smp"),
    "a full signature without a transaction": b64(b"\x01\x01a", "ful"),
    "a transaction and more": b64(to_sign(b"", b"\x51").serialize() + b"\x00", "ful"),
    "a proof of funds without a PSBT": b64(b"\x01\x01a", "pof"),
    "a simple signature called a proof of funds": f"pof{GOOD}",
    "65 bytes with a header that means nothing": b64(b"\x1a" + bytes(64)),
}


@pytest.mark.parametrize("text", MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_text_is_unreadable(text: str) -> None:
    with pytest.raises(Unreadable):
        read(text)


def test_a_text_over_the_limit_is_refused_before_it_is_decoded() -> None:
    with pytest.raises(Unreadable, match="longer than"):
        read("A" * (TEXT_LIMIT + 1))


@given(st.text(max_size=60))
def test_any_text_has_an_answer(text: str) -> None:
    for prefix in ("", "smp", "ful", "pof"):
        try:
            variant, signature = read(prefix + text)
        except Unreadable:
            continue
        if variant is not Variant.LEGACY:
            assert write(signature).removeprefix(variant) == (prefix + text).removeprefix(variant)  # type: ignore[arg-type]

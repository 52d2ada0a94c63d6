"""The message: types, digests, and how a UR wraps it."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airgap.errors import Unreadable
from airgap.message import Message
from airgap.ur import bytewords


@given(st.sampled_from(["bytes", "psbt", "crypto-psbt"]), st.binary(max_size=400))
def test_wrapped_types_carry_one_byte_string(ur_type: str, payload: bytes) -> None:
    message = Message(ur_type, payload)
    assert message.cbor().endswith(payload)
    assert message.cbor() != payload
    assert Message.from_cbor(ur_type, message.cbor()) == message


def test_other_types_carry_their_cbor() -> None:
    body = bytes.fromhex("a1016568656c6c6f")
    assert Message.from_cbor("eth-sign-request", body) == Message("eth-sign-request", body)
    assert Message("eth-sign-request", body).cbor() == body


def test_a_payload_that_is_no_cbor_is_refused_where_the_type_calls_for_it() -> None:
    with pytest.raises(Unreadable, match="carries CBOR") as refusal:
        Message("eth-sign-request", b"hello").cbor()
    assert "bytes" in refusal.value.hint


@pytest.mark.parametrize("ur_type", ["psbt", "crypto-psbt"])
@pytest.mark.parametrize("tag", ["d90136", "d99d76"])
def test_a_tag_that_devices_write_before_a_psbt_is_passed(ur_type: str, tag: str) -> None:
    assert Message.from_cbor(ur_type, bytes.fromhex(tag + "43010203")).payload == b"\1\2\3"


@pytest.mark.parametrize(
    ("defect", "ur_type", "body"),
    [
        ("another tag", "psbt", "d9012c43010203"),
        ("two tags", "psbt", "d90136d9013643010203"),
        ("a tag over bytes", "bytes", "d9013643010203"),
        ("a text", "psbt", "63616263"),
        ("bytes after the end", "psbt", "4301020300"),
        ("cut off", "psbt", "44010203"),
        ("nothing", "psbt", ""),
        ("a tag over nothing", "psbt", "d90136"),
        ("no CBOR in another type", "eth-signature", "1c"),
    ],
)
def test_a_body_of_another_form_is_unreadable(defect: str, ur_type: str, body: str) -> None:
    with pytest.raises(Unreadable):
        Message.from_cbor(ur_type, bytes.fromhex(body))


@pytest.mark.parametrize("ur_type", ["", "Bytes", "a b", "a/b", "b\u0443tes", "a\n", "a" * 201])
def test_a_type_is_a_ur_type(ur_type: str) -> None:
    with pytest.raises(Unreadable):
        Message(ur_type, b"")


def test_the_digest_in_three_forms() -> None:
    message = Message("bytes", b"abc")
    assert message.digest == hashlib.sha256(b"abc").digest()
    assert message.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert message.words == bytewords.words(bytes.fromhex("ba7816bf"))


def test_a_payload_is_not_in_the_repr() -> None:
    assert "secret" not in repr(Message("bytes", b"secret"))


def test_the_same_psbt_under_its_two_names_is_one_message() -> None:
    old, new = Message("crypto-psbt", b"psbt\xff"), Message("psbt", b"psbt\xff")
    assert old.same_as(new)
    assert not old.same_as(Message("bytes", b"psbt\xff"))
    assert not old.same_as(Message("crypto-psbt", b"psbt\xff\0"))

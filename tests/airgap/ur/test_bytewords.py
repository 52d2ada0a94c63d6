"""Bytewords against the examples of BCR-2020-012 and BCR-2020-005, and against their own rules."""

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airgap.errors import Unreadable
from airgap.ur import bytewords


def test_the_list_keeps_the_rules_of_its_specification() -> None:
    words = bytewords.WORDS
    assert len(words) == 256
    assert all(len(word) == 4 and word.isalpha() and word.islower() for word in words)
    assert list(words) == sorted(words)
    for part in (slice(0, 3), slice(1, 4), slice(0, 4, 3)):
        assert len({word[part] for word in words}) == 256
    assert zlib.crc32("".join(words).encode()) == LIST_CRC32


LIST_CRC32 = 0xC52CC431


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("00010280ff", "aeadaolazmjendeoti"),
        ("6c48656c6c6f2c20776f726c64", "jzfdihjzjzjldwcxktjljpjzieatjpgele"),
    ],
)
def test_the_published_examples(data: str, text: str) -> None:
    assert bytewords.encode(bytes.fromhex(data)) == text
    assert bytewords.decode(text).hex() == data


def test_words_are_one_for_each_byte() -> None:
    assert bytewords.words(bytes.fromhex("d9012ca2")) == ("tuna", "acid", "draw", "oboe")


@given(st.binary(max_size=600))
def test_bytes_return(data: bytes) -> None:
    assert bytewords.decode(bytewords.encode(data)) == data


@pytest.mark.parametrize("zeros", [1, 2])
def test_a_checksum_that_begins_with_zeros_takes_four_bytes(zeros: int) -> None:
    data = next(
        trial for number in range(1 << 20) if zlib.crc32(trial := number.to_bytes(4, "big")) < 1 << 32 - 8 * zeros
    )
    text = bytewords.encode(data)
    assert len(text) == 2 * (len(data) + 4)
    assert bytewords.decode(text) == data


@pytest.mark.parametrize(
    ("defect", "text"),
    [
        ("nothing", ""),
        ("shorter than a checksum", "aead"),
        ("odd length", "aeadaolazmjendeot"),
        ("checksum of another", "aeadaolazmjendeowf"),
        ("no byteword", "aeadaolazmjendexx"[:-1] + "q"),
        ("upper case, which the door lowers", "AEADAOLAZMJENDEOTI"),
        ("letters beyond ASCII", "aeadaolazmjendeo\u0442\u0456"),
        ("a byte missing", "aeadaozmjendeoti"),
    ],
)
def test_bad_bytewords_are_unreadable(defect: str, text: str) -> None:
    with pytest.raises(Unreadable):
        bytewords.decode(text)


def test_an_error_never_shows_what_was_typed() -> None:
    with pytest.raises(Unreadable) as refusal:
        bytewords.decode("xqaeadao")
    assert "xq" not in str(refusal.value)

"""The letters of URs of version 1: what is told by its first line, how parts are counted, and what is wrong with them.

test_others.py holds the published ones. Letters are made here by BIP-173's arithmetic, with its own reader in
tests/chains/bitcoin/addresses.
"""

from hashlib import sha256

import pytest

from custody.chains.bitcoin.exchange import ur_v1
from custody.chains.cbor_values import encode
from custody.errors import Unreadable
from tests.chains.bitcoin.exchange.test_others import bc32

CONTENT = bytes(range(97)) * 31
CBOR = encode(CONTENT)
LETTERS, DIGEST = bc32(CBOR), bc32(sha256(CBOR).digest())


def series(count: int) -> list[str]:
    """All letters in so many parts, the last ones of a letter each."""
    cuts = [*LETTERS[: count - 1], LETTERS[count - 1 :]]
    return [f"ur:bytes/{number}of{count}/{DIGEST}/{part}" for number, part in enumerate(cuts, 1)]


def payload(lines: list[str]) -> bytes:
    return ur_v1.payload("\n".join(lines).encode())


@pytest.mark.parametrize("count", [1, 2, 9, 10, 99, 100, 1_000])
def test_a_series_has_one_to_a_thousand_parts(count: int) -> None:
    assert payload(series(count)) == CONTENT
    assert payload([f"ur:bytes/{LETTERS}"]) == CONTENT


def test_more_than_a_thousand_parts_are_refused_as_counted_wrongly() -> None:
    """A file has no room for them; one line that speaks of so many is enough."""
    for total, told in ((1_000, "999 of its 1000 parts are missing"), (1_001, "counted wrongly")):
        with pytest.raises(Unreadable, match=told):
            payload([f"ur:bytes/1of{total}/{DIGEST}/{LETTERS}"])


@pytest.mark.parametrize(
    ("left_out", "told"),
    [
        ((1,), "1 of its 4 parts are missing, the first of them number 1$"),
        ((2, 4), "2 of its 4 parts are missing, the first of them number 2$"),
        ((4,), "1 of its 4 parts are missing, the first of them number 4$"),
        ((1, 3, 4), "3 of its 4 parts are missing, the first of them number 1$"),
    ],
)
def test_missing_parts_are_counted_and_the_first_is_named(left_out: tuple[int, ...], told: str) -> None:
    with pytest.raises(Unreadable, match=told):
        payload([line for number, line in enumerate(series(4), 1) if number not in left_out])


FOUR = series(4)
WRONG = {
    "part 0": ([FOUR[0].replace("1of4", "0of4"), *FOUR[1:]], "a line is no part"),
    "part 5 of 4": ([*FOUR, FOUR[0].replace("1of4", "5of4")], "counted wrongly"),
    "part 5 of 4 in the place of another": ([*FOUR[:3], FOUR[3].replace("4of4", "5of4")], "counted wrongly"),
    "a nought before a number": ([FOUR[0].replace("1of4", "01of4"), *FOUR[1:]], "a line is no part"),
    "a number of five digits": ([FOUR[0].replace("1of4", "10000of4"), *FOUR[1:]], "a line is no part"),
    "another number of all": ([*FOUR[:3], FOUR[3].replace("of4", "of5")], "different series"),
    "another digest": ([*FOUR[:3], FOUR[3].replace(DIGEST, bc32(bytes(32)))], "different series"),
    "one part twice, otherwise": ([*FOUR, FOUR[0] + "q"], "twice, with other letters"),
    "letters of another content": (
        [line.replace(DIGEST, bc32(bytes(32))) for line in FOUR],
        "do not have the digest",
    ),
    "parts in one another's place": (
        [FOUR[0], FOUR[1].replace("2of4", "3of4"), FOUR[2].replace("3of4", "2of4"), FOUR[3]],
        "checksum|digest",
    ),
    "a part without letters": ([*FOUR[:3], f"ur:bytes/4of4/{DIGEST}/"], "a line is no part"),
    "a letter that no part has": ([*FOUR[:3], FOUR[3] + "b"], "a line is no part"),
    "a whole among parts": ([*FOUR, f"ur:bytes/{LETTERS}"], "a line is no part"),
    "two wholes": ([f"ur:bytes/{LETTERS}"] * 2, "a line is no part"),
    "a text": ([f"ur:bytes/{bc32(encode('text'))}"], "holds no bytes"),
    "a number": ([f"ur:bytes/{bc32(encode(7))}"], "holds no bytes"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_wrong_with_parts_is_said(wrong: str) -> None:
    lines, told = WRONG[wrong]
    with pytest.raises(Unreadable, match=rf"^a UR of version 1: .*(?:{told})"):
        payload(lines)


@pytest.mark.parametrize(
    ("document", "is_one"),
    [
        ("ur:bytes/1of1/x", True),
        ("UR:BYTES/1OF1/X", True),
        (" \r\n ur:bytes/9999of9/", True),
        ("ur:bytes/q0q", True),
        ("ur:bytes/qq9  \n", True),
        ("ur:bytes/qqq", False),
        ("ur:bytes/0of1/x", False),
        ("ur:bytes/10000of1/x", False),
        ("ur:bytes/1of0/x", False),
        ("ur:bytes/1-1/x", False),
        ("ur:bytes/q9q/q", False),
        ("ur:bytes/q9 q", False),
        ("ur:bytes/", False),
        ("ur:crypto-psbt/1of1/x", False),
        ("xur:bytes/1of1/x", False),
        ("", False),
    ],
)
def test_version_1_is_told_by_its_count_or_by_a_digit(document: str, is_one: bool) -> None:
    assert ur_v1.is_one(document.encode()) is is_one

"""Text files at the edge of what is read, and descriptors with apostrophes."""

import pytest

from custody.chains.bitcoin.descriptor import Descriptor, KeyExpression
from custody.chains.bitcoin.exchange import documents
from custody.errors import Unreadable
from tests.support import desk


def test_a_text_has_at_most_100_000_bytes() -> None:
    assert documents.text_lines(b"x" * 100_000) == ["x" * 100_000]
    assert documents.text_lines("\u00e4".encode() * 50_000) == ["\u00e4" * 50_000]
    for longer in (b"x" * 100_001, "\u00e4".encode() * 50_000 + b"x"):
        with pytest.raises(Unreadable, match=r"of 100001 bytes is over the limit of 100000"):
            documents.text_lines(longer)


def test_a_text_has_at_most_1_000_lines() -> None:
    assert documents.text_lines(b"\n" * 999) == [""] * 1_000
    assert documents.text_lines(b"\r\n" * 999) == [""] * 1_000
    with pytest.raises(Unreadable, match="more than 1000 lines"):
        documents.text_lines(b"\n" * 1_000)


@pytest.mark.parametrize("character", ["\r", "\0", "\x1b", "\x7f", "\u2028", "\u202e", "\u200b", "\x0b", "\x85"])
def test_a_character_that_cannot_be_shown_is_named_by_its_line(character: str) -> None:
    with pytest.raises(Unreadable, match=r"^line 2 holds a character that cannot be shown"):
        documents.text_lines(f"one\ntw{character}o\nthree".encode())
    assert documents.text_lines(b"one\ttwo\r\nthree") == ["one\ttwo", "three"]


@pytest.mark.parametrize("document", [b"\xff", b"a\xc3", b"\xed\xa0\x80", "x".encode("utf-16-le") + b"\xd8\xd8"])
def test_what_is_not_utf_8_is_no_text(document: bytes) -> None:
    with pytest.raises(Unreadable, match="not plain text"):
        documents.text_lines(document)


def test_blank_lines_and_comments_are_left_out_and_counted() -> None:
    text = b"\n# one\n \t \n  two #2 \r\n\t#three\nfour\n"
    assert list(documents.meant(text)) == [(4, "two #2"), (6, "four")]


def test_an_error_says_its_line_and_the_dialect() -> None:
    with (
        pytest.raises(Unreadable, match=r"^line 7 of what looks like a poem: no rhyme$") as refusal,
        documents.at_line(7, "a poem"),
    ):
        raise Unreadable("no rhyme", hint="try again", code="verse")
    assert (refusal.value.hint, refusal.value.code) == ("try again", "verse")


ACCOUNT = desk.root("A").derive("m/84h/1h/0h").to_public().to_base58()
HELD = desk.root("B").get_public_key().sec().hex()


@pytest.mark.parametrize(
    ("text", "ending", "written"),
    [
        (f"[73c5da0a/84h/1h/0h]{ACCOUNT}/<0;1>/*", None, f"[73c5da0a/84'/1'/0']{ACCOUNT}/<0;1>/*"),
        (f"[73c5da0a/84h/1h/0h]{ACCOUNT}/<0;1>/*", "/**", f"[73c5da0a/84'/1'/0']{ACCOUNT}/**"),
        (f"[73c5da0a/84h/1h/0h]{ACCOUNT}/7/<0;1>/*", "", f"[73c5da0a/84'/1'/0']{ACCOUNT}"),
        (f"[73c5da0a]{ACCOUNT}/*", "/**", f"[73c5da0a]{ACCOUNT}/**"),
        (f"{ACCOUNT}/<0;1>/*", "/**", f"{ACCOUNT}/**"),
        (f"{ACCOUNT}/0", "/**", f"{ACCOUNT}/0"),
        (f"[73c5da0a/84h]{ACCOUNT}", "/**", f"[73c5da0a/84']{ACCOUNT}"),
        (f"[73c5da0a/84h]{HELD}", "/**", f"[73c5da0a/84']{HELD}"),
        (HELD, "/**", HELD),
    ],
)
def test_a_key_is_written_with_apostrophes_and_another_ending(text: str, ending: str | None, written: str) -> None:
    """Only steps that end in a star have an ending to put something into the place of."""
    assert documents.key_text(KeyExpression.parse(text), ending) == written


def test_a_descriptor_is_written_with_each_of_its_keys_so() -> None:
    text = desk.wallet("wsh(decaying)").descriptor
    descriptor = Descriptor.parse(text)
    assert documents.with_apostrophes(descriptor) == text.replace("h/", "'/").replace("h]", "']")
    template = documents.with_apostrophes(descriptor, "/**")
    assert template == text.replace("h/", "'/").replace("h]", "']").replace("/<0;1>/*", "/**").replace(
        "/<2;3>/*", "/**"
    )


def test_the_error_for_what_a_format_cannot_hold_names_it_and_what_holds_every_wallet() -> None:
    failure = documents.cannot_hold("caravan", "no words")
    assert (failure.message, failure.exit_code) == ("this wallet cannot be written for caravan: no words", 2)

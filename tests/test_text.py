"""Text from outside can neither move the cursor nor pass for something else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.errors import Unreadable
from custody.text import NAME_LIMIT, name, safe

HOSTILE = {
    "a terminal escape": ("\x1b[2J\x1b[1;1Hpaid", "\\x1b[2J\\x1b[1;1Hpaid"),
    "a C1 control sequence introducer": ("\x9b31m", "\\x9b31m"),
    "a line feed": ("a\nb", "a\\x0ab"),
    "a carriage return": ("evil\rgood", "evil\\x0dgood"),
    "a tab": ("a\tb", "a\\x09b"),
    "a backspace": ("a\bb", "a\\x08b"),
    "a null": ("a\0b", "a\\x00b"),
    "delete": ("a\x7fb", "a\\x7fb"),
    "a bidirectional override": ("abc\u202etxt", "abc\\u{202e}txt"),
    "an isolate": ("\u2066x\u2069", "\\u{2066}x\\u{2069}"),
    "a zero-width space": ("a\u200bb", "a\\u{200b}b"),
    "a byte order mark": ("\ufeffa", "\\u{feff}a"),
    "a soft hyphen": ("a\u00adb", "a\\xadb"),
    "a no-break space": ("a\u00a0b", "a\\xa0b"),
    "a line separator": ("a\u2028b", "a\\u{2028}b"),
    "a combining mark": ("a\u0336", "a\\u{336}"),
    "a Cyrillic look-alike": ("p\u0430y", "p\\u{430}y"),
    "a full-width digit": ("\uff11", "\\u{ff11}"),
    "a tag character": ("\U000e0041", "\\u{e0041}"),
    "a lone surrogate": ("\ud800", "\\u{d800}"),
    "a forged escape": ("\\x1b", "\\\\x1b"),
}


@pytest.mark.parametrize(("hostile", "shown"), HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_is_shown_as_escapes(hostile, shown):
    assert safe(hostile) == shown


def test_printable_ascii_stands_as_it_is():
    printable = "".join(chr(point) for point in range(0x20, 0x7F)).replace("\\", "")
    assert safe(printable) == printable


@given(st.text(alphabet=st.characters(categories=None), max_size=300), st.integers(0, 250))
def test_what_is_shown_is_always_printable_ascii(hostile, limit):
    shown = safe(hostile, limit)
    assert shown.isascii()
    assert shown.isprintable() or shown == ""
    assert len(shown) <= 10 * limit + 16


@given(st.text(max_size=60), st.text(max_size=60))
def test_two_texts_never_look_the_same(one, other):
    assert (safe(one) == safe(other)) == (one == other)


def test_a_long_text_is_cut_visibly():
    assert safe("a" * 200) == "a" * 200
    assert safe("a" * 203) == "a" * 200 + "[+3]"
    assert safe("abcdef", 2) == "ab[+4]"
    assert len(safe("x" * 10_000_000)) < 220


@pytest.mark.parametrize("given_name", ["treasury", "Cold wallet #2 (Zurich)", "a", "x" * NAME_LIMIT])
def test_a_plain_name_is_kept(given_name):
    assert name(given_name) == given_name


@pytest.mark.parametrize(
    "bad", ["", "x" * (NAME_LIMIT + 1), " a", "a ", "a\n", "\x1b[31mred", "na\u00efve", "p\u0430y", "a\u202eb", "\t"]
)
def test_a_name_that_could_deceive_is_refused(bad):
    with pytest.raises(Unreadable) as caught:
        name(bad)
    assert caught.value.message.isascii()
    assert caught.value.message.isprintable()

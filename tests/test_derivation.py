"""Derivation paths: what is read, what is written, and what is no path."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.derivation import HARDENED as H
from custody.derivation import format_path, parse_path
from custody.errors import Unreadable

steps = st.integers(0, 2**32 - 1)

PATHS = {
    "m": (),
    "m/0": (0,),
    "m/84'/1'/0'": (84 + H, 1 + H, H),
    "m/48h/0H/0'/2h/1/2147483647": (48 + H, H, H, 2 + H, 1, H - 1),
    "m" + "/7" * 64: (7,) * 64,
}


@pytest.mark.parametrize(("text", "path"), PATHS.items())
def test_a_path_is_read(text, path):
    assert parse_path(text) == path


@given(st.lists(steps, max_size=64).map(tuple))
def test_a_written_path_is_read_back(path):
    assert parse_path(format_path(path)) == path


@pytest.mark.parametrize(
    "text",
    [
        "",
        "/",
        "m/",
        "m//0",
        "84'/0'",
        "M/0",
        "m/0/",
        "m/00",
        "m/01",
        "m/-1",
        "m/+1",
        "m/ 1",
        "m/1 ",
        "m/1\n",
        "m/1''",
        "m/1'h",
        "m/1x",
        "m/*",
        "m/2147483648",
        "m/2147483648'",
        "m/99999999999999",
        "m/\u0661",
        "m/\uff10",
        "m/0x1",
        "m/1_0",
        "m" + "/0" * 65,
        "m" + "/0" * 100_000,
        "m/0\u2019",
        "\x1b[31mm/0",
    ],
    ids=lambda text: ascii(text[:30]),
)
def test_what_is_no_path_is_refused(text):
    with pytest.raises(Unreadable, match="cannot be read") as caught:
        parse_path(text)
    assert caught.value.message.isascii()
    assert caught.value.message.isprintable()


def test_a_curly_apostrophe_is_called_one():
    with pytest.raises(Unreadable, match="cannot be read") as refusal:
        parse_path("m/48\u2019/0\u2019")
    assert "apostrophes curly" in refusal.value.hint
    with pytest.raises(Unreadable) as refusal:
        parse_path("m/48''")
    assert "curly" not in refusal.value.hint

"""Text as people have it, to the one text in it: what frames it is taken off, and what is inside is never changed."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody import outside
from custody.errors import Unreadable


@pytest.mark.parametrize("text", ["", "a", "label \u00fc\n", "two\r\nlines"])
def test_a_text_is_the_same_in_every_encoding_that_a_desk_writes(text: str) -> None:
    written = text.encode()
    forms = [written, b"\xef\xbb\xbf" + written, text.encode("utf-16"), b"\xfe\xff" + text.encode("utf-16-be")]
    assert {outside.plain(form) for form in forms} == {written}


@pytest.mark.parametrize("content", [b"\xff", b"a\x00b", b"\xff\xfea", b"\xff\xfe\x00\xd8", b"\xff\xfea\x00\x00\x00"])
def test_what_is_no_text_is_unreadable(content: bytes) -> None:
    with pytest.raises(Unreadable, match="not a text"):
        outside.plain(content)


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        (b" a ", b"a"),
        (b"'a'", b"a"),
        (b'"a', b'"a'),
        (b"\"a'", b"\"a'"),
        (b'""a""', b'"a"'),
        (b'"', b'"'),
        (b'""', b""),
        (b"\x0ba", b"\x0ba"),
    ],
)
def test_one_pair_of_quotes_is_taken_off(text: bytes, inside: bytes) -> None:
    assert outside.bare(text) == inside


def test_lines_become_one_and_a_space_within_a_line_is_refused() -> None:
    assert outside.one_line(b"ab\r\ncd\n  ef\t\n") == b"abcdef"
    for text in (b"ab cd", b"ab\n\tc d", b"a\tb"):
        with pytest.raises(Unreadable, match="space"):
            outside.one_line(text)


@given(st.binary(min_size=1, max_size=40))
def test_hex_and_base64_come_back_in_one_text_each(content: bytes) -> None:
    assert outside.from_hex(content.hex().encode()) == content
    assert outside.from_base64(base64.b64encode(content)) == content


@pytest.mark.parametrize("text", [b"", b"0", b"0g", b"0x00", b" 00", b"00\n", "\uff10\uff10".encode()])
def test_hex_of_anything_else_is_unreadable(text: bytes) -> None:
    assert not outside.is_hex(text)
    with pytest.raises(Unreadable):
        outside.from_hex(text)


@pytest.mark.parametrize(
    "text", [b"", b"AA", b"AA=", b"AA===", b"AB==", b"AA==AA==", b"AA==\n", b"A-_A", b"A,AA", b"=AAA", b"\xd0\x90AA"]
)
def test_base64_is_strict(text: bytes) -> None:
    with pytest.raises(Unreadable):
        outside.from_base64(text)


def never(_text: str) -> bool:
    return False


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ({"a": "x"}, b"x"),
        ({"a": "x", "complete": True, "b": "y"}, b"x"),
        ({"result": {"a": "x"}, "error": None}, b"x"),
        ({"result": "x", "error": None}, b"x"),
        ({"a": "x", "b": 5, "more": [{"a": "y"}]}, b"x"),
    ],
)
def test_a_nodes_answer_holds_what_its_name_says(answer: object, found: bytes) -> None:
    assert outside.member(json.dumps(answer).encode(), "a", "b", never) == found


@pytest.mark.parametrize("answer", [{}, {"a": None}, {"a": ["x"]}, {"more": {"a": "x"}}, {"result": None, "a": "x"}])
def test_an_answer_to_another_question_is_unreadable(answer: object) -> None:
    with pytest.raises(Unreadable, match='no "a"'):
        outside.member(json.dumps(answer).encode(), "a", "b", never)


@pytest.mark.parametrize(
    ("answer", "names"),
    [
        ({"a": "x", "b": "y"}, "a, b"),
        ({"a": "x", "b": "y", "complete": False}, "a, b"),
        ({"a": "x", "b": "y", "complete": "true"}, "a, b"),
        ({"result": {"a": "x", "b": "y"}, "complete": True}, "result.a, result.b"),
        ({"a": "x", "c": [{"d": "z"}]}, "a, c[0].d"),
    ],
)
def test_two_things_that_could_be_meant_are_refused_by_their_names(answer: object, names: str) -> None:
    with pytest.raises(Unreadable, match="more than one") as caught:
        outside.member(json.dumps(answer).encode(), "a", "b", lambda text: text == "z")
    assert caught.value.message.endswith(names)


def test_names_of_strangers_are_shown_safely_and_a_few_of_them() -> None:
    answer = {"a": "x"} | {f"\x1b[{number}m": "z" for number in range(100)}
    with pytest.raises(Unreadable) as caught:
        outside.member(json.dumps(answer).encode(), "a", "b", lambda text: text == "z")
    assert "\x1b" not in caught.value.message
    assert len(caught.value.message) < 200


@given(st.binary(max_size=200))
def test_what_text_mode_did_is_seen_where_there_is_a_line_feed(content: bytes) -> None:
    assert outside.in_text_mode(content.replace(b"\n", b"\r\n")) is (b"\n" in content)

"""Names stand as salted commitments: opened by their salt alone, and erased with it."""

from collections.abc import Callable
from hashlib import sha256
from unittest import mock

import pytest

from custody import canonical
from custody.errors import Unreadable, Usage
from custody.governance import commitment
from custody.governance.commitment import Names, Opening, alike, composed


def test_a_name_is_opened_by_its_commitment_and_gone_without_it() -> None:
    alice = Opening.fresh("Alice")
    assert Names({}).with_(alice).text(alice.commitment) == "Alice"
    assert Names({}).text(alice.commitment) is None


def test_the_same_name_twice_looks_like_two() -> None:
    assert Opening.fresh("Alice").commitment != Opening.fresh("Alice").commitment


def test_composed_and_decomposed_letters_are_the_same_name() -> None:
    composed, decomposed = Opening(bytes(16), "Zo\u00eb"), Opening.fresh("Zoe\u0308")
    assert composed.text == decomposed.text


@pytest.mark.parametrize("text", ["", "   ", "x" * 201])
def test_a_name_that_is_none_or_too_long_is_refused(text: str) -> None:
    with pytest.raises(Usage):
        Opening.fresh(text)


def test_the_file_of_names_reads_as_it_was_written() -> None:
    names = Names({}).with_(Opening.fresh("Alice"), Opening.fresh("Bob \u001b[31m"))
    assert Names.decode(names.encode()).encode() == names.encode()


def test_an_opening_that_opens_something_else_is_unreadable() -> None:
    alice = Opening.fresh("Alice")
    document = Names({}).with_(alice).encode().replace(b"Alice", b"Alicf")
    with pytest.raises(Unreadable):
        Names.decode(document)


def test_some_names_are_found_among_many_and_no_other_is_read() -> None:
    many = [Opening(number.to_bytes(16), f'"{number}": \u00eb\\') for number in range(2000)]
    longest = Opening(bytes(16), "\U0001f600" * 200)
    document = Names({}).with_(*many, longest).encode()
    wanted = [longest.commitment, many[7].commitment, bytes(32)]
    with mock.patch.object(commitment, "_read", side_effect=commitment._read) as read:
        some = Names.some(document, wanted)
    assert read.call_count == 2
    assert [some.text(each) for each in wanted] == [longest.text, many[7].text, None]
    assert some.text(many[8].commitment) is None


@pytest.mark.parametrize(
    "change",
    [
        lambda document: document.replace(b"Alice", b"Alicf"),
        lambda document: document.replace(b'"salt"', b'"sold"'),
        lambda document: document[: document.index(b"Alice")],
        lambda _document: b"",
    ],
)
def test_a_name_whose_opening_is_damaged_is_passed_over_and_damage_elsewhere_hides_none(
    change: Callable[[bytes], bytes],
) -> None:
    alice, bob = Opening(bytes(16), "Alice"), Opening(bytes(15) + b"3", "Bob")
    document = change(Names({}).with_(alice).encode())
    assert Names.some(document, [alice.commitment]).text(alice.commitment) is None
    both = document + Names({}).with_(bob).encode()
    assert Names.some(both, [alice.commitment, bob.commitment]).text(bob.commitment) == "Bob"


@pytest.mark.parametrize("other", ["ALICE", " alice", "\uff21lice", "a\u006cice"])
def test_names_that_people_take_for_one_are_alike(other: str) -> None:
    assert alike(other) == alike("Alice")


@pytest.mark.parametrize(("one", "other"), [("Zoe", "Zo\u00eb"), ("Ann", "Anna")])
def test_names_that_people_tell_apart_are_not_alike(one: str, other: str) -> None:
    assert alike(one) != alike(other)


def test_a_commitment_is_of_the_salt_and_the_text() -> None:
    opening = Opening(bytes(range(16)), "Zo\u00eb")
    expected = sha256(b"custody/name/v1\0" + bytes(range(16)) + "Zo\u00eb".encode()).digest()
    assert opening.commitment == expected


def test_a_name_is_kept_without_the_spaces_around_it() -> None:
    assert Opening.fresh("  Alice ").text == composed("Alice ") == "Alice"
    assert Opening.fresh("x" * 200).text == "x" * 200
    assert len(Opening.fresh("x").salt) == 16


@pytest.mark.parametrize(
    "document",
    [
        b"[]",
        b"null",
        b'{"00":{"salt":"00","text":"a"}}',
        canonical.encode({"00" * 32: {"salt": "00" * 16, "text": "Alice"}}),
        canonical.encode({Opening(bytes(16), "a").commitment.hex(): {"salt": "00" * 16}}),
        canonical.encode({Opening(bytes(16), "a").commitment.hex(): {"salt": "00" * 16, "text": "a", "x": 1}}),
        canonical.encode({Opening(bytes(16), "a").commitment.hex(): {"salt": "00" * 15, "text": "a"}}),
        canonical.encode({Opening(bytes(16), "a").commitment.hex(): {"salt": "00" * 16, "text": 1}}),
        canonical.encode({Opening(bytes(16), "a").commitment.hex(): ["00" * 16, "a"]}),
    ],
)
def test_a_file_of_names_written_otherwise_is_unreadable(document: bytes) -> None:
    with pytest.raises(Unreadable):
        Names.decode(document)


def test_a_file_of_names_is_what_it_was() -> None:
    opening = Opening(bytes(16), "a")
    document = canonical.encode({opening.commitment.hex(): {"salt": "00" * 16, "text": "a"}})
    assert Names.decode(document).text(opening.commitment) == "a"
    assert Names({}).with_(opening).encode() == document

"""Every member of a plan, one by one: it must be there, of its kind, within bounds, and an error names its place.

What each member may be stands here once more, as docs/spec/ceremony.md tells it.
"""

import copy
import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest

from custody.ceremony.plan.document import plan_of_json
from custody.ceremony.plan.table import DOCUMENT_LIMIT, Table, checked_name, parse
from custody.errors import Unreadable
from tests.ceremony.plan.plans import filled, put, read, wish

TEXT = filled(wish(keys=3, quorum=2))
KEYS = {
    "witness-1": "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
    "witness-2": "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
}
"""Of RFC 8032, section 7.1."""
JSON: dict[str, Any] = {**read(TEXT).to_json(), "identities": KEYS}

TEXTS = "a text of 1 to 200 characters on one line"
NAMES = "a name has 1 to 40 letters a to z, digits and hyphens, and begins with a letter"
DATES = "a date, written like 2026-12-20, without quotes"

MEMBERS = {
    "format": "reads custody/plan/1 alone",
    "kind": "one of: generation",
    "purpose": TEXTS,
    "network": TEXTS,
    "threat": "one of: accident, insider, targeted",
    "people": "a table of 1 to 64 names",
    "people.holder-1": TEXTS,
    "places": "a table of 1 to 64 names",
    "places.place-2": "no table",
    "places.place-2.name": TEXTS,
    "places.place-2.city": TEXTS,
    "machines": "a table of 1 to 64 names",
    "machines.laptop-3": "no table",
    "machines.laptop-3.name": TEXTS,
    "machines.laptop-3.serial": TEXTS,
    "identities": "a table of 1 to 64 names",
    "identities.witness-2": "64 hexadecimal digits in lower case",
    "sittings": "a list of 1 to 64 tables",
    "sittings[2]": "no table",
    "sittings[2].id": NAMES,
    "sittings[2].city": TEXTS,
    "sittings[2].date": DATES,
    "sittings[2].machine": NAMES,
    "sittings[2].second_machine": NAMES,
    "sittings[2].administrator": "a list of 1 to 64 names",
    "sittings[2].operator": "a list of 1 to 64 names",
    "sittings[2].auditor": "a list of 0 to 64 names",
    "sittings[2].witnesses": "a list of 0 to 64 names",
    "sittings[2].witness_alternates": "a list of 0 to 64 names",
    "sittings[2].attested_by": "a list of 0 to 64 names",
    "keys": "a list of 1 to 64 tables",
    "keys[3]": "no table",
    "keys[3].id": NAMES,
    "keys[3].sitting": NAMES,
    "keys[3].bits": "a number from 128 to 256",
    "keys[3].rolls": "a number from 0 to 1000",
    "keys[3].machine_random": "true or false",
    "keys[3].candidates": "a number from 1 to 32",
    "keys[3].groups_needed": "a number from 1 to 16",
    "keys[3].groups": "a list of 1 to 16 tables",
    "keys[3].groups[1]": "no table",
    "keys[3].groups[1].needed": "a number from 1 to 16",
    "keys[3].groups[1].cards": "a list of 1 to 16 tables",
    "keys[3].groups[1].cards[5]": "no table",
    "keys[3].groups[1].cards[5].holder": NAMES,
    "keys[3].groups[1].cards[5].alternates": "a list of 0 to 64 names",
    "keys[3].groups[1].cards[5].place": NAMES,
    "keys[3].groups[1].cards[5].seal": TEXTS,
    "keys[3].groups[1].cards[5].medium": "one of: paper, metal",
    "wallets": "a list of 1 to 64 tables",
    "wallets[1]": "no table",
    "wallets[1].id": NAMES,
    "wallets[1].script": "one of: wpkh, tr, wsh",
    "wallets[1].needed": "a number from 1 to 16",
    "wallets[1].keys": "a list of 1 to 64 names",
}
"""A member -> what is said where it is something else."""

MAY_BE_MISSING = {"identities", "sittings[2].second_machine", "keys[3].groups[1].cards[5].alternates"}
NAMED_BY_PLAN = re.compile(r"(people|places|machines|identities)\.[a-z0-9-]+")
"""Members that are there for the plan's own sake, under a name of its own."""


def steps(where: str) -> list[str | int]:
    """The way to a place, as JSON goes it."""
    return [int(each[1:-1]) - 1 if each[0] == "[" else each for each in re.findall(r"\[[0-9]+\]|[^.\[\]]+", where)]


def changed(where: str, change: Any) -> dict[str, Any]:
    """A copy of the plan where `change` did something to a place, given what holds it and its name there."""
    plan = copy.deepcopy(JSON)
    *way, last = steps(where)
    held: Any = plan
    for step in way:
        held = held[step]
    change(held, last)
    return plan


def put_there(value: Any) -> Any:
    return lambda held, name: held.__setitem__(name, value)


def all_members(value: Any, where: str = "") -> Iterator[str]:
    """Every place of the plan, each list by the places that `MEMBERS` has."""
    for name, each in value.items() if isinstance(value, dict) else ():
        place = f"{where}.{name}" if where else name
        yield place
        yield from all_members(each, place)
        if isinstance(each, list):
            for number, one in enumerate(each, 1):
                if isinstance(one, dict):
                    yield f"{place}[{number}]"
                    yield from all_members(one, f"{place}[{number}]")


def shape(where: str) -> str:
    return re.sub(r"^(people|places|machines|identities)\.[a-z0-9-]+", r"\1.*", re.sub(r"[0-9]+(?=\])", "1", where))


def test_no_member_is_forgotten_here() -> None:
    assert {shape(each) for each in all_members(JSON)} == {shape(each) for each in MEMBERS}


def test_the_plan_is_read_as_it_is_written_and_in_no_other_writing() -> None:
    assert plan_of_json(JSON).to_json() == JSON
    assert {name: key.hex() for name, key in plan_of_json(JSON).identities.items()} == KEYS
    for where in MAY_BE_MISSING - {"keys[3].groups[1].cards[5].alternates"}:
        less = changed(where, lambda held, name: held.pop(name))
        assert plan_of_json(less).to_json() == less
    for other in (
        changed("keys[3].groups[1].cards[5].alternates", lambda held, name: held.pop(name)),
        changed("sittings[2].date", put_there(date(2026, 12, 20))),
        changed("format", lambda held, name: held.pop(name)),
    ):
        with pytest.raises(Unreadable, match="not written as its digest takes it"):
            plan_of_json(other)


@pytest.mark.parametrize("where", MEMBERS)
def test_a_member_is_of_its_kind_and_the_error_names_its_place_and_what_it_is(where: str) -> None:
    place = f"{where}.name" if where.startswith("people.") else where
    numbers = "number" in MEMBERS[where]
    flags = MEMBERS[where] == "true or false"
    for value in (1.5, [1.5], {"a": 1.5}, None, "", "x" * 201, "two\nlines", True, 10_000, -1, [{}] * 65, ["x"] * 65):
        if flags and value is True:
            continue
        with pytest.raises(Unreadable) as told:
            plan_of_json(changed(where, put_there(value)))
        assert told.value.message.startswith(place), told.value.message
        if numbers or flags or not isinstance(value, dict | list):
            assert told.value.message.startswith(f"{place}: ")
            assert MEMBERS[where] in told.value.message


@pytest.mark.parametrize("where", [each for each in MEMBERS if not each.endswith("]")])
def test_a_member_that_is_missing_is_named(where: str) -> None:
    if where in MAY_BE_MISSING or NAMED_BY_PLAN.fullmatch(where) or where == "format":
        return
    with pytest.raises(Unreadable, match=re.escape(f"{where}: this is missing")):
        plan_of_json(changed(where, lambda held, name: held.pop(name)))


@pytest.mark.parametrize(
    "where",
    [
        *("", "places.place-2", "machines.laptop-3", "sittings[2]", "keys[3]", "keys[3].groups[1]"),
        *("keys[3].groups[1].cards[5]", "wallets[1]"),
    ],
)
def test_a_member_that_no_plan_has_is_named_in_every_table(where: str) -> None:
    member = f"{where}.zzzz" if where else "zzzz"
    with pytest.raises(Unreadable, match=re.escape(f"{member}: a plan has no such member here")) as told:
        plan_of_json(changed(member, put_there(1)))
    assert told.value.hint == "docs/spec/ceremony.md tells every member."


@pytest.mark.parametrize(
    ("where", "least", "most"),
    [("keys[3].rolls", 0, 1000), ("keys[3].candidates", 1, 32)],
)
def test_a_number_at_its_bound_is_read_and_one_beyond_is_not(where: str, least: int, most: int) -> None:
    for value in (least, most):
        assert plan_of_json(changed(where, put_there(value))).to_json() == changed(where, put_there(value))
    for value in (least - 1, most + 1):
        with pytest.raises(Unreadable, match=f"a number from {least} to {most}"):
            plan_of_json(changed(where, put_there(value)))


CARD = JSON["keys"][0]["groups"][0]["cards"][0]
BOUNDED = {
    "groups": ("keys[1].groups", [{"needed": 1, "cards": [CARD]}], 16),
    "cards": ("keys[1].groups[1].cards", [CARD], 16),
    "sixteen of sixteen": ("keys[1].groups", [{"needed": 16, "cards": [CARD] * 16}], 16),
}


@pytest.mark.parametrize("what", BOUNDED)
def test_as_many_groups_and_cards_as_slip_39_has_are_read_and_one_more_is_not(what: str) -> None:
    where, value, most = BOUNDED[what]
    assert plan_of_json(changed(where, put_there(value * most)))
    with pytest.raises(Unreadable, match=f"a list of 1 to {most} tables"):
        plan_of_json(changed(where, put_there(value * (most + 1))))


def test_as_many_people_places_and_names_of_a_list_as_are_allowed_are_read_and_one_more_is_not() -> None:
    people = {**JSON["people"], **{f"guest-{number}": "x" for number in range(64 - len(JSON["people"]))}}
    for role in ("witnesses", "auditor", "attested_by"):
        plan = {**changed(f"sittings[2].{role}", put_there(list(people))), "people": people}
        if role != "witnesses":
            assert plan_of_json(plan).to_json() == plan
        with pytest.raises(Unreadable):
            plan_of_json({**plan, "people": {**people, "one-more": "x"}})
    with pytest.raises(Unreadable, match="people: this is a table of 1 to 64 names"):
        plan_of_json({**JSON, "people": {**people, "one-more": "x"}})
    with pytest.raises(Unreadable, match="witnesses: this is a list of 0 to 64 names"):
        plan_of_json(changed("sittings[2].witnesses", put_there(["witness-1"] * 65)))
    with pytest.raises(Unreadable, match="people: this is a table of 1 to 64 names"):
        plan_of_json({**JSON, "people": {}})


@pytest.mark.parametrize(
    "where",
    ["purpose", "people.holder-1", "sittings[2].city", "keys[3].groups[1].cards[5].seal", "places.place-2.name"],
)
def test_a_text_has_a_character_that_is_seen_and_200_at_the_most(where: str) -> None:
    for value in ("x", "x" * 200, " x ", "\u00fc\u6771\u4eac"):
        assert plan_of_json(changed(where, put_there(value))).to_json() == changed(where, put_there(value))
    for value in ("", " ", "x" * 201, "x\ty", "x\n", "\u202ex", "\0"):
        with pytest.raises(Unreadable, match=TEXTS):
            plan_of_json(changed(where, put_there(value)))


@pytest.mark.parametrize("name", ["a", "a" * 40, "a-", "a0", "alice-b-2"])
def test_a_name_of_a_letter_and_39_more_signs_is_one(name: str) -> None:
    assert checked_name(name, "people") == name
    assert checked_name(name, "people", {name}.__contains__) == name
    with pytest.raises(Unreadable, match=f"people: nothing in this plan is called {name}"):
        checked_name(name, "people", set[str]().__contains__)


@pytest.mark.parametrize(
    "name", ["", "a" * 41, "0a", "-a", "A", "a_b", "a b", "\u00e4", "a\n", "\u0661", None, 1, ["a"]]
)
def test_what_is_no_name_is_told_as_that(name: Any) -> None:
    with pytest.raises(Unreadable, match=f"people: {NAMES}"):
        checked_name(name, "people", lambda _name: True)


def test_names_of_the_plan_are_names_wherever_they_are_given() -> None:
    for table in ("people", "places", "machines", "identities"):
        with pytest.raises(Unreadable, match=f"{table}: {NAMES}"):
            plan_of_json({**JSON, table: {**JSON[table], "No Name": next(iter(JSON[table].values()))}})


def test_a_person_with_an_identity_is_one_of_the_people_and_the_only_one_with_its_key() -> None:
    one = KEYS["witness-1"]
    for where, told, value in (
        ("identities.witness-9", "", one),
        ("identities.witness-2", "64 hexadecimal digits", one.upper()),
        ("identities.witness-2", "64 hexadecimal digits", one[:-1]),
        ("identities.witness-2", "64 hexadecimal digits", one + "0"),
        ("identities.witness-2", "64 hexadecimal digits", "00" * 32),
        ("identities.witness-2", "64 hexadecimal digits", one.replace("d", "x")),
        ("identities.witness-2", "two people have the same key", one),
    ):
        with pytest.raises(Unreadable, match=re.escape(where) + ".*" + told if told else "is called witness-9"):
            plan_of_json(changed(where, put_there(value)))


@pytest.mark.parametrize(
    ("value", "is_one"),
    [(date(2026, 12, 20), True), (datetime(2026, 12, 20), False), ("2026-12-20", False), (20261220, False)],
)
def test_a_day_is_a_date_without_a_time(value: Any, *, is_one: bool) -> None:
    table = Table({"date": value}, "sittings[1]")
    if is_one:
        assert table.day("date") == value
    else:
        with pytest.raises(Unreadable, match=re.escape(f"sittings[1].date: this is {DATES}")):
            table.day("date")


def test_a_date_that_is_none_is_no_day() -> None:
    for value in ("2026-13-01", "2026-02-30", "tomorrow", "", "2026-12-20T10:00:00"):
        with pytest.raises(Unreadable, match=re.escape("sittings[2].date: ") + ".*" + DATES):
            plan_of_json(changed("sittings[2].date", put_there(value)))


def test_what_is_no_table_at_all_is_told_as_the_plan() -> None:
    for value in (None, [], "x", 1, [JSON]):
        with pytest.raises(Unreadable, match=r"^the plan: this is no table"):
            plan_of_json(value)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff", "the plan is not UTF-8"),
        (b"a = ", "the plan is no TOML: "),
        (b"a = 1\na = 2", "the plan is no TOML: "),
        (b"a = " + b"[" * 100_000, "no TOML that anybody would write"),
        (b"a = " + b"1" * 100_000, "no TOML that anybody would write"),
        (b"#" * (DOCUMENT_LIMIT + 1), "a plan has at most 262144 bytes"),
        (b"#" * DOCUMENT_LIMIT, "people|kind: this is missing"),
    ],
)
def test_what_is_no_document_is_told_by_what_it_lacks(content: bytes, said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        read(content.decode()) if content.isascii() else parse(content)


def test_a_document_of_as_many_bytes_as_are_allowed_is_read() -> None:
    comment = "#" * (256 * 1024 - len(TEXT.encode()) - 1)
    assert read(f"{TEXT}{comment}\n").digest == read(TEXT).digest
    with pytest.raises(Unreadable, match="at most 262144 bytes"):
        read(f"{TEXT}{comment}#\n")


def test_a_long_or_strange_name_of_a_member_is_shown_cut_and_escaped() -> None:
    for name, shown in (("x" * 60, "x" * 60), ("x" * 61, "x" * 60 + "[+1]"), ("\x1b[2J", r"\x1b[2J")):
        with pytest.raises(Unreadable) as told:
            plan_of_json({**JSON, name: 1})
        assert told.value.message == f"{shown}: a plan has no such member here"
    with pytest.raises(Unreadable) as told:
        Table({"purposes" + "\x1b": 1}, "").text("purpose")
    assert told.value.hint == r"Is purposes\x1b meant, which stands there?"
    with pytest.raises(Unreadable) as told:
        Table({}, "").text("purpose")
    assert told.value.hint == "docs/spec/ceremony.md tells every member."


def test_a_member_that_was_taken_is_there_no_more() -> None:
    table = Table({"one": 1, "two": 2}, "here")
    assert table.has("one")
    assert table.number("one", 1, 1) == 1
    assert not table.has("one")
    with pytest.raises(Unreadable, match=r"here\.one: this is missing"):
        table.take("one")
    with pytest.raises(Unreadable, match=r"here\.two: a plan has no such member here"):
        table.end()
    assert table.take("two") == 2
    table.end()


WRONG_TOGETHER = {
    "more keys than there are": ("wallets[1].needed", 4, "wallets[1].needed: there are only 3 keys"),
    "more groups than there are": ("keys[3].groups_needed", 2, "keys[3].groups_needed: there are only 1 groups"),
    "more cards than there are": ("keys[3].groups[1].needed", 6, "keys[3].groups[1].needed: there are only 5 cards"),
    "one of several cards": ("keys[3].groups[1].needed", 1, "keys[3].groups[1].needed: where one card is enough"),
    "other bits": ("keys[3].bits", 129, "keys[3].bits: this is one of: 128, 256"),
    "a network that is none": ("network", "moon", "network: this is one of: "),
    "one machine twice": ("sittings[2].second_machine", "laptop-2", "sittings[2].second_machine: this is another"),
    "a deputy for himself": ("sittings[2].witness_alternates", ["witness-2"], "sittings[2].witness_alternates: a wit"),
    "a holder for himself": (
        "keys[3].groups[1].cards[5].alternates",
        ["holder-5"],
        "keys[3].groups[1].cards[5].alternates: a holder does not stand in",
    ),
    "a person twice": (
        "sittings[2].operator",
        ["operator-1"] * 2,
        "sittings[2].operator: operator-1 stands here twice",
    ),
    "a key twice": ("wallets[1].keys", ["key-1", "key-1", "key-2"], "wallets[1].keys: key-1 stands here twice"),
    "two sittings of one id": ("sittings[2].id", "sitting-1", "sittings: two of them are called sitting-1"),
    "two keys of one id": ("keys[2].id", "key-1", "keys: two of them are called key-1"),
    "two wallets of one id": (
        "wallets",
        JSON["wallets"] * 2,
        f"wallets: two of them are called {JSON['wallets'][0]['id']}",
    ),
    "a key of no wallet": ("wallets[1].keys", ["key-1", "key-2"], "keys: key-3 is a key of no wallet"),
    "a sitting of no key": ("keys[2].sitting", "sitting-1", "sittings: at sitting-2 no key is made"),
    "one key in a quorum's script": ("wallets[1].script", "tr", "wallets[1].script: a wallet of one key is wpkh or tr"),
}


@pytest.mark.parametrize("what", WRONG_TOGETHER)
def test_what_does_not_go_together_is_named_by_its_place_and_by_what_there_is(what: str) -> None:
    where, value, told = WRONG_TOGETHER[what]
    with pytest.raises(Unreadable) as error:
        plan_of_json(changed(where, put_there(value)))
    assert error.value.message.startswith(told)


@pytest.mark.parametrize(
    ("where", "value"),
    [
        ("wallets[1].needed", 1),
        ("wallets[1].needed", 3),
        ("keys[3].groups[1].needed", 2),
        ("keys[3].groups[1].needed", 5),
        ("keys[3].groups[1]", {"needed": 1, "cards": [CARD]}),
        ("keys[3].bits", 128),
        ("keys[3].machine_random", False),
        ("keys[3].rolls", 0),
        ("sittings[2].auditor", []),
        ("keys[3].groups[1].cards[5].alternates", ["holder-1", "holder-2"]),
        ("keys[3].groups[1].cards[5].medium", "metal"),
        ("wallets", [{"id": f"w-{n}", "script": "tr", "needed": 1, "keys": [f"key-{n}"]} for n in (1, 2, 3)]),
        ("wallets", [{"id": f"w-{n}", "script": "wpkh", "needed": 1, "keys": [f"key-{n}"]} for n in (1, 2, 3)]),
        ("wallets", [{"id": "w", "script": "wsh", "needed": 2, "keys": ["key-1", "key-2", "key-3"]}] * 1),
    ],
)
def test_what_stands_at_the_edge_of_what_goes_together_is_a_plan(where: str, value: Any) -> None:
    plan = changed(where, put_there(value))
    assert plan_of_json(plan).to_json() == plan


def test_a_misspelt_member_is_told_with_the_nearest_of_its_table() -> None:
    with pytest.raises(Unreadable) as told:
        read(put(TEXT, 'second_machine = "second-laptop"', 'second_machin = "second-laptop"'))
    assert told.value.message == "sittings[1].second_machin: a plan has no such member here"
    assert told.value.hint == "Is it second_machine?"

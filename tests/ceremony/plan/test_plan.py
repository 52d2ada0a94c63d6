"""The digest of a plan covers all that it says, and nothing of how it is written."""

import re
from dataclasses import replace
from hashlib import sha256

import pytest

from custody import canonical
from custody.ceremony.plan.identity import identity_words
from custody.ceremony.plan.plan import Threat
from custody.words import words
from tests.ceremony.plan.plans import filled, public_key, put, read, wish

TEXT = filled(wish(keys=3, quorum=2))


def test_comments_and_blank_lines_change_no_digest() -> None:
    bare = "\n".join(line for line in re.sub(r"  # .*", "", TEXT).splitlines() if line and not line.startswith("#"))
    assert bare != TEXT
    assert read(bare).digest == read(TEXT).digest


def test_the_order_of_tables_changes_no_digest_and_the_order_in_lists_does() -> None:
    head, rest = TEXT.split("\n[people]", 1)
    people, rest = rest.split("\n# ", 1)
    moved = f"{head}\n# {rest}\n[people]{people}\n"
    assert read(moved).digest == read(TEXT).digest
    swapped = put(TEXT, '["operator-1", "operator-2"]', '["operator-2", "operator-1"]')
    assert read(swapped).digest != read(TEXT).digest


VALUES = list(re.finditer(r'= ("(?!custody|generation)[^"]*"|[0-9]+|true)$', TEXT, re.MULTILINE))


@pytest.mark.parametrize("place", range(len(VALUES)))
def test_every_value_is_covered_by_the_digest(place: int) -> None:
    """Each is changed into another of its kind; where that is still a plan, it has another digest."""
    found = VALUES[place]
    old = found[1]
    changed = {"true": "false", '"regtest"': '"signet"', '"paper"': '"metal"', "256": "128", "1": "1", "3": "2"}
    new = changed.get(old, f'"{old.strip(chr(34))}x"' if old.startswith('"text') else old)
    if new != old:
        assert read(TEXT[: found.start(1)] + new + TEXT[found.end(1) :]).digest != read(TEXT).digest


def swapped(one: str, other: str) -> str:
    """The plan in which two people have each other's keys."""
    keys = {one: public_key(one).hex(), other: public_key(other).hex()}
    return re.sub("|".join(keys.values()), lambda found: keys[other if found[0] == keys[one] else one], TEXT)


def test_a_key_is_covered_by_the_digest_and_no_keys_leave_it_as_it_was() -> None:
    plan = read(TEXT)
    for changed in (
        put(TEXT, public_key("witness-1").hex(), public_key("somebody").hex()),
        put(TEXT, f'witness-1 = "{public_key("witness-1").hex()}"\n', ""),
        swapped("witness-1", "witness-2"),
    ):
        assert read(changed).digest != plan.digest
    assert plan.to_json()["identities"]["witness-1"] == public_key("witness-1").hex()
    assert "identities" not in read(TEXT.partition("\n[identities]")[0]).to_json()


def test_the_words_of_a_key_are_sixteen_of_its_digest() -> None:
    key = public_key("witness-1")
    expected = words(sha256(b"custody/ceremony/identity/v1\0" + key).digest()[:16])
    assert identity_words(key) == expected
    assert len(expected) == 16


def test_the_digest_is_the_one_that_the_page_describes() -> None:
    plan = read(TEXT)
    assert plan.digest == sha256(b"custody/ceremony/plan/v1\0" + canonical.encode(plan.to_json())).digest()
    assert plan.to_json()["sittings"][0]["date"] == "2026-12-20"
    assert len(plan.words) == 16
    assert "second_machine" not in read(filled(wish(Threat.ACCIDENT))).to_json()["sittings"][0]


def test_what_a_plan_says_of_its_parts() -> None:
    plan = read(with_deputies())
    first = plan.sittings[0]
    assert dict(first.roles) == {
        "administrator": ("administrator-1", "administrator-2"),
        "operator": ("operator-1", "operator-2"),
        "auditor": ("auditor-1", "auditor-2"),
        "witness": ("witness-1", "witness-2", "witness-3"),
    }
    key = plan.keys[1]
    assert [card.holder for card in key.cards] == [f"holder-{number}" for number in range(1, 6)]
    assert plan.keys[0].cards[0].people == {"holder-1", "holder-9", "holder-2"}
    assert plan.keys[0].cards[1].people == {"holder-2"}
    assert list(plan.cards) == [(key, card) for key in plan.keys for group in key.groups for card in group.cards]
    assert plan.keys_of(plan.wallets[0]) == plan.keys
    assert plan.keys_of(replace(plan.wallets[0], keys=("key-3", "key-1"))) == (plan.keys[0], plan.keys[2])
    for made, sitting in zip(plan.keys, plan.sittings, strict=True):
        assert plan.made_at(sitting) == (made,)
        assert plan.sitting_of(made) == sitting


def with_deputies() -> str:
    """The plan where somebody of the people, and somebody new, stand in for a holder."""
    text = put(TEXT, "[people]\n", '[people]\nholder-9 = "somebody"\n')
    return put(text, 'holder = "holder-1"\n', 'holder = "holder-1"\nalternates = ["holder-9", "holder-2"]\n')


def test_what_is_missing_is_left_out_of_what_is_digested_and_nothing_else() -> None:
    plan = replace(read(TEXT), identities={})
    told = plan.to_json()
    assert list(told) == [
        *("format", "kind", "purpose", "network", "threat", "people", "places", "machines"),
        *("sittings", "keys", "wallets"),
    ]
    assert (told["format"], told["kind"], told["threat"]) == ("custody/plan/1", "generation", "targeted")
    assert told["people"] == dict(plan.people)
    assert told["places"]["place-1"] == {"name": plan.places["place-1"].name, "city": "Tokyo"}
    assert told["machines"]["laptop-1"] == {"name": "text 21", "serial": "text 22"}
    assert told["keys"][0]["groups"][0]["cards"][0]["alternates"] == []
    named = replace(plan, identities={"witness-1": bytes(range(32))})
    assert named.to_json()["identities"] == {"witness-1": bytes(range(32)).hex()}
    assert named.digest != plan.digest
    assert plan.words == words(plan.digest[:16])

"""A plan is read strictly: what could not work is an error that names its place in the file."""

import re

import pytest

from custody.ceremony.plan import document
from custody.ceremony.plan.document import read_plan
from custody.ceremony.plan.plan import Threat
from custody.ceremony.plan.table import DOCUMENT_LIMIT
from custody.ceremony.plan.template import template
from custody.chains.bitcoin.consensus.network import NETWORKS
from custody.errors import Unreadable
from custody.keys.cards import shares
from tests.ceremony.plan.plans import filled, public_key, put, read, wish

TEXT = filled(wish(keys=3, quorum=2))

KEY = public_key("administrator-1").hex()
IDENTITY = "identities.administrator-1: "

WRONG = {
    "another format": ('"custody/plan/1"', '"custody/plan/2"', "format: "),
    "another kind": ('kind = "generation"', 'kind = "party"', "kind: "),
    "a network that is none": ('network = "regtest"', 'network = "lightning"', "network: "),
    "a threat that is none": ('threat = "targeted"', 'threat = "none"', "threat: "),
    "a member that is missing": ("groups_needed = 1\n", "", "keys[1].groups_needed: "),
    "a member that no plan has": ("groups_needed = 1\n", "groups_needed = 1\ncolour = 3\n", "keys[1].colour: "),
    "a name that is misspelt": ('city = "Tokyo"\n', 'citty = "Tokyo"\n', "places.place-1.city: "),
    "a person who is nobody": ('operator = ["operator-1", ', 'operator = ["operator-9", ', "sittings[1].operator: "),
    "a person twice": ('["operator-1", "operator-2"]', '["operator-1", "operator-1"]', "sittings[1].operator: "),
    "nobody who operates": ('operator = ["operator-1", "operator-2"]', "operator = []", "sittings[1].operator: "),
    "a list that is a text": (
        'operator = ["operator-1", "operator-2"]',
        'operator = "operator-1"',
        "sittings[1].operator: ",
    ),
    "a machine that is none": ('machine = "laptop-1"', 'machine = "laptop-9"', "sittings[1].machine: "),
    "one machine twice": (
        'second_machine = "second-laptop"',
        'second_machine = "laptop-1"',
        "sittings[1].second_machine: ",
    ),
    "a witness for himself": (
        'witness_alternates = ["witness-3"]',
        'witness_alternates = ["witness-1"]',
        "sittings[1].witness_alternates: ",
    ),
    "a day with a time": ("date = 2026-12-20", "date = 2026-12-20T10:00:00", "sittings[1].date: "),
    "a day in quotes": ("date = 2026-12-20", 'date = "2026-12-20"', "sittings[1].date: "),
    "bits between": ("bits = 256", "bits = 192", "keys[1].bits: "),
    "a truth for a number": ("bits = 256", "bits = true", "keys[1].bits: "),
    "a number with a point": ("rolls = 100", "rolls = 100.0", "keys[1].rolls: "),
    "rolls without end": ("rolls = 100", "rolls = 1001", "keys[1].rolls: "),
    "a number for a truth": ("machine_random = true", "machine_random = 1", "keys[1].machine_random: "),
    "nothing to come from": (
        "rolls = 100\nmachine_random = true",
        "rolls = 0\nmachine_random = false",
        "keys[1].rolls: ",
    ),
    "no candidate": ("candidates = 4", "candidates = 0", "keys[1].candidates: "),
    "more groups than there are": ("groups_needed = 1", "groups_needed = 2", "keys[1].groups_needed: "),
    "more cards than there are": ("needed = 3", "needed = 6", "keys[1].groups[1].needed: "),
    "one card of five": ("needed = 3", "needed = 1", "keys[1].groups[1].needed: "),
    "a holder for himself": (
        'holder = "holder-1"\n',
        'holder = "holder-1"\nalternates = ["holder-1"]\n',
        "keys[1].groups[1].cards[1].alternates: ",
    ),
    "a place that is none": ('place = "place-1"', 'place = "place-9"', "keys[1].groups[1].cards[1].place: "),
    "a medium that is none": ('medium = "paper"', 'medium = "stone"', "keys[1].groups[1].cards[1].medium: "),
    "two keys of one id": ('id = "key-2"', 'id = "key-1"', "keys: "),
    "two sittings of one id": ('id = "sitting-2"', 'id = "sitting-1"', "sittings: "),
    "a sitting at which nothing is made": (
        'id = "key-2"\nsitting = "sitting-2"',
        'id = "key-2"\nsitting = "sitting-1"',
        "sittings: ",
    ),
    "a wallet of a key that is not made": ('keys = ["key-1", ', 'keys = ["key-9", ', "wallets[1].keys: "),
    "a key of no wallet": ('keys = ["key-1", "key-2", "key-3"]', 'keys = ["key-1", "key-2"]', "keys: "),
    "more keys than there are": ("needed = 2\nkeys", "needed = 4\nkeys", "wallets[1].needed: "),
    "a script of one key for several": ('script = "wsh"', 'script = "wpkh"', "wallets[1].script: "),
    "a name in capitals": ("[machines.laptop-1]", "[machines.Laptop-1]", "machines: "),
    "a name of other letters": ("[machines.laptop-1]", '[machines."l\u0430ptop-1"]', "machines: "),
    "a text that turns its direction": ('"Tokyo"', '"Tok\u202eyo"', "places.place-1.city: "),
    "a text of two lines": ('"Tokyo"', '"Tok\\nyo"', "places.place-1.city: "),
    "an empty text": ('"Tokyo"', '" "', "places.place-1.city: "),
    "a long text": ('"Tokyo"', f'"{"x" * 201}"', "places.place-1.city: "),
    "a key of nobody": ("\n[identities]\n", f'\n[identities]\nnobody = "{KEY}"\n', "identities: "),
    "a key that is short": (KEY, KEY[2:], IDENTITY),
    "a key that is long": (KEY, f"{KEY}00", IDENTITY),
    "a key in capitals": (KEY, KEY.upper(), IDENTITY),
    "a key that is no text": (f'"{KEY}"', "7", IDENTITY),
    "a key that is not filled in": (KEY, "?", IDENTITY),
    "a key of small order": (KEY, "01" + 31 * "00", IDENTITY),
    "a key that is another writing of its point": (KEY, "ee" + 30 * "ff" + "7f", IDENTITY),
    "one key for two people": (KEY, public_key("operator-1").hex(), "identities.operator-1: "),
    "a place that is a text": ('[places.place-1]\nname = "text', 'places.place-1 = "text', ""),
}


@pytest.mark.parametrize("kind", WRONG)
def test_what_could_not_work_is_an_error_with_its_place(kind: str) -> None:
    old, new, where = WRONG[kind]
    with pytest.raises(Unreadable) as told:
        read(put(TEXT, old, new))
    assert told.value.message.startswith(where), told.value.message


@pytest.mark.parametrize("threat", list(Threat))
@pytest.mark.parametrize("network", NETWORKS)
def test_every_plan_that_the_template_writes_is_read(threat: Threat, network: str) -> None:
    plan = read(filled(wish(threat, network=network)))
    assert (plan.network, plan.threat) == (network, threat)


def test_keys_are_read_by_name_and_a_plan_may_have_none() -> None:
    identities = read(TEXT).identities
    assert identities["administrator-1"] == bytes.fromhex(KEY)
    assert read(TEXT.partition("\n[identities]")[0]).identities == {}


def test_what_the_template_writes_of_keys_is_a_comment() -> None:
    assert "# [identities]" in template(wish())
    assert read(template(wish())).identities == {}


def test_a_misspelt_member_is_told_with_its_nearest() -> None:
    with pytest.raises(Unreadable) as told:
        read(put(TEXT, "groups_needed = 1\n", "groups_needed = 1\ngroup_needed = 1\n"))
    assert "groups_needed" in told.value.hint


def test_a_member_that_is_missing_is_told_with_the_one_that_may_be_meant() -> None:
    with pytest.raises(Unreadable) as told:
        read(put(TEXT, "groups_needed = 1\n", "group_needed = 1\n"))
    assert "groups_needed: this is missing" in told.value.message
    assert "Is group_needed meant" in told.value.hint


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff", b"a = ", b"[" * 100_000, b"a = " + b"[" * 100_000, b"a = 1\na = 2", b"x" * (DOCUMENT_LIMIT + 1)],
)
def test_what_is_no_plan_is_unreadable(content: bytes) -> None:
    with pytest.raises(Unreadable):
        read_plan(content)


def test_a_control_character_of_the_file_is_not_repeated() -> None:
    with pytest.raises(Unreadable) as told:
        read_plan(b'a = "\x1b[31m"')
    assert "\x1b" not in told.value.message


def test_bounds_are_those_of_cards() -> None:
    assert document.MOST_IN_GROUP == shares.MOST
    assert {bits // 8 for bits in document.BITS} <= set(shares.SECRET_SIZES)


@pytest.mark.parametrize("member", sorted(set(re.findall(r"^([a-z_]+) = ", TEXT, re.MULTILINE))))
def test_every_member_must_be_there(member: str) -> None:
    """Each in turn is renamed everywhere."""
    optional = {"second_machine"}
    renamed = re.sub(rf"^{member} = ", f"{member}x = ", TEXT, flags=re.MULTILINE)
    with pytest.raises(Unreadable) as told:
        read(renamed)
    assert member in told.value.message or member in optional


@pytest.mark.parametrize(
    "name", ["final", "before", "closing", "follows", "card-2", "open-1", "break-3", "wallet-x", "fit"]
)
def test_nothing_is_called_what_a_step_is_called(name: str) -> None:
    for old in ("laptop-1", "key-1", "sitting-1"):
        with pytest.raises(Unreadable, match="what a step is called"):
            read(TEXT.replace(old, name))

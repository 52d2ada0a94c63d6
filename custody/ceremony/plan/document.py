"""Reads a plan: TOML as people write it, to a `Plan` that holds together. Raises Unreadable with the place in the file.

What could not work at all ends here; what would work and should not is for `lint` to say.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any

from custody.catalogue import _
from custody.ceremony.plan.plan import FORMAT, Card, Group, Key, Machine, Medium, Place, Plan, Sitting, Threat, Wallet
from custody.ceremony.plan.table import Table, checked_name, parse, wrong
from custody.chains.bitcoin.consensus.network import NETWORKS
from custody.errors import Unreadable
from custody.governance import ed25519

MOST_IN_GROUP = 16
"""Cards of a group, and groups, as SLIP-39 counts them."""
BITS = (128, 256)
MOST_ROLLS = 1000
MOST_CANDIDATES = 32

Known = Callable[[str], bool]

_KEY = re.compile(r"[0-9a-f]{64}", re.ASCII)

OF_STEPS = re.compile(
    r"before|closing|service|final|follows|commit|roll|choose|forget|bag|metal|kit|plan|plan-signed|fit|boot|software|"
    r"identities|devices|exceptions|printer|if-gone|(?:candidate|open|card|break)-[0-9]+|wallet-.*",
    re.ASCII,
)
"""Words that tell a step (`ceremony.steps`): what a sitting, a key or a machine is called, its id would be told by."""


class Kind(StrEnum):
    """What a ceremony is for."""

    GENERATION = "generation"


class Script(StrEnum):
    """What pays a wallet."""

    WPKH = "wpkh"
    TR = "tr"
    WSH = "wsh"


def read_plan(content: bytes) -> Plan:
    """Read a plan. Raises Unreadable."""
    return _plan(parse(content))


def plan_of_json(value: Any) -> Plan:
    """Read a plan as its digest takes it, and no other writing of it. Raises Unreadable."""
    plan = _plan(Table(_with_days(value), ""))
    if plan.to_json() != value:
        raise Unreadable(_("this plan is not written as its digest takes it"))
    return plan


def _with_days(value: Any) -> Any:
    """Return JSON as TOML would have given it: the day of a sitting is a day."""
    sittings = value.get("sittings") if isinstance(value, dict) else None
    if not isinstance(sittings, list):
        return value
    return {**value, "sittings": [_with_day(each) for each in sittings]}


def _with_day(sitting: Any) -> Any:
    if not isinstance(sitting, dict) or "date" not in sitting:
        return sitting
    return {**sitting, "date": _day(sitting["date"])}


def _day(value: Any) -> Any:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        return value


def _plan(table: Table) -> Plan:
    if table.has("format") and table.take("format") != FORMAT:
        raise wrong("format", _("this release reads {format} alone").format(format=FORMAT))
    table.choice("kind", Kind)
    people = {name: Table({"name": told}, f"people.{name}").text("name") for name, told in table.by_name("people")}
    places = {name: _place(Table(told, f"places.{name}")) for name, told in table.by_name("places")}
    machines = {name: _machine(Table(told, f"machines.{name}")) for name, told in table.by_name("machines")}
    sittings = tuple(_sitting(each, people, machines) for each in table.tables("sittings"))
    _require_distinct("sittings", (each.id for each in sittings))
    keys = tuple(_key(each, people, places, {one.id for one in sittings}) for each in table.tables("keys"))
    _require_distinct("keys", (each.id for each in keys))
    wallets = tuple(_wallet(each, {one.id for one in keys}) for each in table.tables("wallets"))
    _require_distinct("wallets", (each.id for each in wallets))
    _require_no_step("sittings", (each.id for each in sittings))
    _require_no_step("keys", (each.id for each in keys))
    _require_no_step("machines", machines)
    identities = _identities(table, people) if table.has("identities") else {}
    plan = Plan(
        table.text("purpose"),
        _network(table),
        table.choice("threat", Threat),
        people,
        places,
        machines,
        sittings,
        keys,
        wallets,
        identities,
    )
    table.end()
    _require_used(plan)
    return plan


def _network(table: Table) -> str:
    name = table.text("network")
    if name not in NETWORKS:
        raise wrong("network", _("this is one of: {words}").format(words=", ".join(NETWORKS)))
    return name


def _place(table: Table) -> Place:
    place = Place(table.text("name"), table.text("city"))
    table.end()
    return place


def _machine(table: Table) -> Machine:
    machine = Machine(table.text("name"), table.text("serial"))
    table.end()
    return machine


def _identities(table: Table, people: Mapping[str, str]) -> Mapping[str, bytes]:
    found: dict[str, bytes] = {}
    for name, told in table.by_name("identities"):
        where = f"identities.{checked_name(name, 'identities', people.__contains__)}"
        if not isinstance(told, str) or not _KEY.fullmatch(told) or not ed25519.is_sound(bytes.fromhex(told)):
            raise wrong(
                where,
                _("this is the key of an identity, 64 hexadecimal digits in lower case"),
                _("custody ceremony identity -o FILE makes one, and says its key."),
            )
        if bytes.fromhex(told) in found.values():
            raise wrong(where, _("two people have the same key"))
        found[name] = bytes.fromhex(told)
    return found


def _sitting(table: Table, people: Mapping[str, str], machines: Mapping[str, Machine]) -> Sitting:
    someone, laptop = people.__contains__, machines.__contains__
    sitting = Sitting(
        id=table.name("id"),
        city=table.text("city"),
        date=table.day("date"),
        machine=table.name("machine", laptop),
        second_machine=table.name("second_machine", laptop) if table.has("second_machine") else None,
        administrator=table.names("administrator", someone, least=1),
        operator=table.names("operator", someone, least=1),
        auditor=table.names("auditor", someone),
        witnesses=table.names("witnesses", someone),
        witness_alternates=table.names("witness_alternates", someone),
        attested_by=table.names("attested_by", someone),
    )
    table.end()
    if sitting.second_machine == sitting.machine:
        raise wrong(table.at("second_machine"), _("this is another machine than the first"))
    if set(sitting.witnesses) & set(sitting.witness_alternates):
        raise wrong(table.at("witness_alternates"), _("a witness does not stand in for another one"))
    return sitting


def _key(table: Table, people: Mapping[str, str], places: Mapping[str, Place], sittings: set[str]) -> Key:
    key = Key(
        id=table.name("id"),
        sitting=table.name("sitting", sittings.__contains__),
        bits=table.number("bits", BITS[0], BITS[-1]),
        rolls=table.number("rolls", 0, MOST_ROLLS),
        machine_random=table.flag("machine_random"),
        candidates=table.number("candidates", 1, MOST_CANDIDATES),
        groups_needed=table.number("groups_needed", 1, MOST_IN_GROUP),
        groups=tuple(_group(each, people, places) for each in table.tables("groups", MOST_IN_GROUP)),
    )
    table.end()
    if key.bits not in BITS:
        raise wrong(table.at("bits"), _("this is one of: {words}").format(words=", ".join(map(str, BITS))))
    if key.groups_needed > len(key.groups):
        raise wrong(table.at("groups_needed"), _("there are only {count} groups").format(count=len(key.groups)))
    if not (key.rolls or key.machine_random):
        raise wrong(table.at("rolls"), _("a key comes from dice, from the machine's randomness, or from both"))
    return key


def _group(table: Table, people: Mapping[str, str], places: Mapping[str, Place]) -> Group:
    needed = table.number("needed", 1, MOST_IN_GROUP)
    cards = tuple(_card(each, people, places) for each in table.tables("cards", MOST_IN_GROUP))
    table.end()
    if needed > len(cards):
        raise wrong(table.at("needed"), _("there are only {count} cards").format(count=len(cards)))
    if needed == 1 and len(cards) > 1:
        raise wrong(
            table.at("needed"),
            _("where one card is enough, SLIP-39 has but one in a group"),
            _("For several copies, make several groups of one card."),
        )
    return Group(needed, cards)


def _card(table: Table, people: Mapping[str, str], places: Mapping[str, Place]) -> Card:
    someone = people.__contains__
    card = Card(
        holder=table.name("holder", someone),
        alternates=table.names("alternates", someone) if table.has("alternates") else (),
        place=table.name("place", places.__contains__),
        seal=table.text("seal"),
        medium=table.choice("medium", Medium),
    )
    table.end()
    if card.holder in card.alternates:
        raise wrong(table.at("alternates"), _("a holder does not stand in for the holder"))
    return card


def _wallet(table: Table, keys: set[str]) -> Wallet:
    wallet = Wallet(
        id=table.name("id"),
        script=table.choice("script", Script).value,
        needed=table.number("needed", 1, MOST_IN_GROUP),
        keys=table.names("keys", keys.__contains__, least=1),
    )
    table.end()
    if wallet.needed > len(wallet.keys):
        raise wrong(table.at("needed"), _("there are only {count} keys").format(count=len(wallet.keys)))
    if (wallet.script == Script.WSH) is not (len(wallet.keys) > 1):
        raise wrong(table.at("script"), _("a wallet of one key is wpkh or tr, one of several is wsh"))
    return wallet


def _require_distinct(what: str, ids: Iterable[str]) -> None:
    listed = list(ids)
    for each in listed:
        if listed.count(each) > 1:
            raise wrong(what, _("two of them are called {name}").format(name=each))


def _require_no_step(what: str, names: Iterable[str]) -> None:
    """Raise Unreadable for a name that would make one step look like another."""
    for name in names:
        if OF_STEPS.fullmatch(name):
            raise wrong(what, _("{name} is what a step is called; give it another name").format(name=name))


def _require_used(plan: Plan) -> None:
    """Raise Unreadable for a key of no wallet, and a sitting at which nothing is made."""
    for key in plan.keys:
        if not any(key.id in wallet.keys for wallet in plan.wallets):
            raise wrong("keys", _("{name} is a key of no wallet").format(name=key.id))
    for sitting in plan.sittings:
        if not plan.made_at(sitting):
            raise wrong("sittings", _("at {name} no key is made").format(name=sitting.id))

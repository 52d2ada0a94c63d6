"""Writes a plan to be filled in: everything that a threat demands is there, and what nobody can guess is "?"."""

from collections.abc import Iterator
from dataclasses import dataclass

from custody.catalogue import _
from custody.ceremony.plan.plan import FORMAT, UNKNOWN, UNKNOWN_DAY, Threat
from custody.ceremony.plan.rules import DEMANDS


@dataclass(frozen=True, slots=True)
class Wish:
    """What a plan is begun for: `needed` of `cards` for each of `keys` keys, of which `quorum` sign."""

    network: str
    threat: Threat
    needed: int
    cards: int
    keys: int
    quorum: int


def template(wish: Wish) -> str:
    """Return a plan as TOML. Each key has a sitting of its own where machines are not trusted."""
    return "\n".join(_lines(wish)) + "\n"


def _lines(wish: Wish) -> Iterator[str]:
    yield "# " + _('A plan of a ceremony (docs/ceremonies.md). Fill in every "?", then: custody ceremony plan FILE')
    yield f'format = "{FORMAT}"'
    yield 'kind = "generation"'
    yield f'purpose = "{UNKNOWN}"'
    yield f'network = "{wish.network}"'
    yield f'threat = "{wish.threat}"  # ' + _("what it must withstand: accident, insider or targeted")
    yield from _people(wish)
    yield from _places(wish)
    yield from _machines(wish)
    for number in _sittings(wish):
        yield from _sitting(wish, number)
    for number in range(1, wish.keys + 1):
        yield from _key(wish, number)
    yield from _wallet(wish)


def _sittings(wish: Wish) -> range:
    return range(1, (wish.keys if wish.threat is Threat.TARGETED else 1) + 1)


def _staff(wish: Wish) -> dict[str, list[str]]:
    """The people in each role, the least that the threat asks for."""
    if wish.threat is Threat.ACCIDENT:
        return {"administrator": ["holder-1"], "operator": ["holder-1"]}
    demand = DEMANDS[wish.threat]
    staff = {
        "administrator": ["administrator-1", "administrator-2"],
        "operator": ["operator-1", "operator-2"],
        "witnesses": [f"witness-{number}" for number in range(1, demand.witnesses + 1)],
        "witness_alternates": [f"witness-{demand.witnesses + 1}"],
        "attested_by": ["operator-1", "administrator-1"][: demand.attesting],
    }
    if wish.threat is Threat.TARGETED:
        staff["auditor"] = ["auditor-1", "auditor-2"]
    return staff


def _people(wish: Wish) -> Iterator[str]:
    holders = [f"holder-{number}" for number in range(1, wish.cards + 1)]
    staff = [name for names in _staff(wish).values() for name in names]
    yield ""
    yield "# " + _("Who takes part: a short name for this plan, and what the person is called.")
    yield "[people]"
    for name in dict.fromkeys((*staff, *holders)):
        yield f'{name} = "{UNKNOWN}"'
    yield from _identities(wish)


def _identities(wish: Wish) -> Iterator[str]:
    """Yield how people get keys: as a comment, since a key cannot be guessed and no key is a plan as well."""
    name = next(iter(_staff(wish).values()))[0]
    yield ""
    yield "# " + _("Who signs with a key of their own. Each makes one: custody ceremony identity -o FILE,")
    yield "# " + _("and gives its line for this table. Who is not in it signs in ink.")
    yield "# [identities]"
    yield f'# {name} = "' + _("64 hexadecimal digits") + '"'


def _places(wish: Wish) -> Iterator[str]:
    yield ""
    yield "# " + _("Where cards rest. No place may open a key, and none should end one.")
    for number in range(1, wish.cards + 1):
        yield f'[places.place-{number}]\nname = "{UNKNOWN}"\ncity = "{UNKNOWN}"'


def _machines(wish: Wish) -> Iterator[str]:
    yield ""
    yield "# " + _("Laptops, with the serials on their cases. The second one of a sitting is of another make.")
    for number in _sittings(wish):
        yield f'[machines.laptop-{number}]\nname = "{UNKNOWN}"\nserial = "{UNKNOWN}"'
    if wish.threat is not Threat.ACCIDENT:
        yield f'[machines.second-laptop]\nname = "{UNKNOWN}"\nserial = "{UNKNOWN}"'


def _sitting(wish: Wish, number: int) -> Iterator[str]:
    staff = _staff(wish)
    yield ""
    yield "# " + _("In each role the first acts, and who comes next stands in.")
    yield "[[sittings]]"
    yield f'id = "sitting-{number}"'
    yield f'city = "{UNKNOWN}"'
    yield f"date = {UNKNOWN_DAY}  # " + _("the day")
    yield f'machine = "laptop-{number}"'
    if wish.threat is not Threat.ACCIDENT:
        yield 'second_machine = "second-laptop"'
    for role in ("administrator", "operator", "auditor", "witnesses", "witness_alternates", "attested_by"):
        yield f"{role} = [{', '.join(_quoted(staff.get(role, [])))}]"


def _key(wish: Wish, number: int) -> Iterator[str]:
    sitting = number if wish.threat is Threat.TARGETED else 1
    candidates = DEMANDS[wish.threat].candidates
    yield ""
    yield "# " + _("Rolls of a die with six faces: 50 are worth 129 bits, 100 are worth 258.")
    yield f'[[keys]]\nid = "key-{number}"\nsitting = "sitting-{sitting}"\nbits = 256\nrolls = 100'
    yield f"machine_random = true\ncandidates = {candidates}\ngroups_needed = 1"
    yield f"[[keys.groups]]\nneeded = {wish.needed}"
    for card in range(wish.cards):
        holder, place = card + 1, (card + number - 1) % wish.cards + 1
        yield f'[[keys.groups.cards]]\nholder = "holder-{holder}"\nplace = "place-{place}"'
        yield f'seal = "{UNKNOWN}"\nmedium = "paper"'


def _wallet(wish: Wish) -> Iterator[str]:
    names = [f"key-{number}" for number in range(1, wish.keys + 1)]
    script = "wpkh" if wish.keys == 1 else "wsh"
    yield ""
    yield f'[[wallets]]\nid = "wallet"\nscript = "{script}"'
    yield f"needed = {wish.quorum}\nkeys = [{', '.join(_quoted(names))}]"


def _quoted(names: list[str]) -> list[str]:
    return [f'"{name}"' for name in names]

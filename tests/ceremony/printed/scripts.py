"""Plans to print: as the template writes them, and one with the longest names and lists that a plan may have."""

from collections.abc import Iterator

from custody.ceremony.plan.plan import Plan, Threat
from tests.ceremony.plan.plans import filled, read, wish

LONG = 200
NAMES = ("髙橋 花子", "Catherine O'Neill-Fitzgerald", "渡邊 久美子")


def plans() -> dict[str, Plan]:
    """A plan of each threat, a quorum with metal, Japanese names, and the largest texts."""
    return {
        "accident": read(filled(wish(Threat.ACCIDENT))),
        "quorum": read(_named(filled(wish(Threat.TARGETED, keys=2, quorum=2))).replace('"paper"', '"metal"', 1)),
        "short": read(filled(wish(Threat.INSIDER)).replace("bits = 256", "bits = 128")),
        "large": read(large("界", people=64, groups=1, cards=3)),
        "wide": read(large("W", people=12)),
    }


def _named(text: str) -> str:
    for number, name in enumerate(NAMES, 2):
        text = text.replace(f'"text {number}"', f'"{name}"', 1)
    return text


def large(letter: str, people: int = 40, groups: int = 2, cards: int = 5) -> str:
    """A plan whose every text is as long as it may be, with many people in each role."""
    return "\n".join(_large(f'"{letter * LONG}"', [f"p{number}" for number in range(people)], groups, cards))


def _large(text: str, people: list[str], groups: int, cards: int) -> Iterator[str]:
    yield f'format = "custody/plan/1"\nkind = "generation"\npurpose = {text}\nnetwork = "regtest"\nthreat = "accident"'
    yield "[people]"
    yield from (f"{name} = {text}" for name in people)
    yield f"[places.a]\nname = {text}\ncity = {text}"
    yield from (f"[machines.{name}]\nname = {text}\nserial = {text}" for name in ("m", "n"))
    yield f'[[sittings]]\nid = "s"\ncity = {text}\ndate = 2026-12-20\nmachine = "m"\nsecond_machine = "n"'
    named = ", ".join(f'"{name}"' for name in people)
    for role in ("administrator", "operator", "auditor", "witnesses", "attested_by"):
        yield f"{role} = [{named}]"
    yield "witness_alternates = []"
    yield '[[keys]]\nid = "k"\nsitting = "s"\nbits = 256\nrolls = 100\nmachine_random = true\ncandidates = 2'
    yield f"groups_needed = {groups}"
    for group in range(groups):
        yield "[[keys.groups]]\nneeded = 2"
        for card in range(cards):
            seal = f'"{group:02}{card:02}' + text[5:]
            yield f'[[keys.groups.cards]]\nholder = "p{card}"\nplace = "a"\nseal = {seal}\nmedium = "metal"'
    yield '[[wallets]]\nid = "w"\nscript = "wpkh"\nneeded = 1\nkeys = ["k"]'

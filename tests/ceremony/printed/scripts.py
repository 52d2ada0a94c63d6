"""What is on a page; plans to print: as the template writes them, and one of the longest names and lists."""

from collections.abc import Iterator

from custody.ceremony.plan.plan import Plan, Threat
from custody.printing.canvas import Canvas, Code, Mark, Stroke, Text
from tests.ceremony.plan.plans import filled, read, wish
from tests.printing.faces import face

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


def extent(mark: Mark) -> tuple[float, float, float, float]:
    """Where a mark begins and ends, from left to right and from top to bottom."""
    if isinstance(mark, Text):
        wide = face().width(mark.content, mark.size)
        return mark.x, mark.y - 0.88 * mark.size, mark.x + wide, mark.y + 0.12 * mark.size
    if isinstance(mark, Stroke):
        return mark.x, mark.y, mark.to_x, mark.to_y
    wide, high = (mark.side, mark.side) if isinstance(mark, Code) else (mark.wide, mark.high)
    return mark.x, mark.y, mark.x + wide, mark.y + high


def overlapping(canvas: Canvas) -> list[tuple[Text, Text]]:
    """Texts of a page that lie over one another."""
    found = []
    texts = sorted((mark for mark in canvas.marks if isinstance(mark, Text)), key=lambda mark: extent(mark)[1])
    for at, one in enumerate(texts):
        x, y, to_x, to_y = extent(one)
        for other in texts[at + 1 :]:
            other_x, other_y, other_to_x, other_to_y = extent(other)
            if other_y >= to_y:
                break
            apart = min(to_y, other_to_y) - max(y, other_y) < 3
            if not (apart or other_x >= to_x - 0.01 or other_to_x <= x + 0.01):
                found.append((one, other))
    return found

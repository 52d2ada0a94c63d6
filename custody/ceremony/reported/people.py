"""Who took part, in which role, and who signed what up to which line: by the own key, and in ink as was typed."""

from collections.abc import Iterator, Mapping

from custody.ceremony.plan.plan import Plan, Sitting
from custody.ceremony.printed.cells import PLAIN, SMALL, TINY, Both, Item, both, inner, lines, named, row, space
from custody.ceremony.printed.page import BODY, Block, Section
from custody.ceremony.printed.texts import told as role_told
from custody.ceremony.reported.blocks import introduced
from custody.ceremony.reported.seen import Seen
from custody.ceremony.reported.texts import told
from custody.ceremony.steps.step import Role
from custody.ceremony.transcript.account import Account, Signer
from custody.ceremony.transcript.contents import Done, Handover
from custody.ceremony.transcript.signature import Says
from custody.printing.face import Face

_WIDTHS = (26.0, 124.0, 112.0, 132.0, BODY - 394.0)


def people(face: Face, seen: Seen, heads: tuple[Block, ...]) -> Section:
    """Return the table of everybody in the plan."""
    about = introduced(face, "people", "people-ink", "people-key")
    columns = named(face, _WIDTHS, map(told, ("number", "person", "roles", "own-key", "in-ink")))
    return Section((*heads, *about, columns), _rows(face, seen))


def numbers(plan: Plan) -> Mapping[str, int]:
    """Return the number of each person in the report, from 1."""
    return {name: number for number, name in enumerate(plan.people, 1)}


def roles(plan: Plan, sitting: Sitting, name: str) -> tuple[Role, ...]:
    """Return what somebody may come to be at a sitting."""
    found = [Role(role) for role, names in sitting.roles.items() if name in names]
    if any(name in card.people for key in plan.made_at(sitting) for card in key.cards):
        found.append(Role.HOLDER)
    return tuple(found)


def _rows(face: Face, seen: Seen) -> Iterator[Block]:
    found = seen.found
    plan, sitting = found.standing.plan, found.standing.sitting
    signers = {each.name: each for each in found.signers}
    acted, wide = _acted(seen), inner(_WIDTHS[2])
    for name, number in numbers(plan).items():
        person = [
            *lines(face, plan.people[name], inner(_WIDTHS[1]), PLAIN, bold=True),
            *lines(face, name, inner(_WIDTHS[1]), TINY + 1),
        ]
        seats = [
            item
            for role in dict.fromkeys((*roles(plan, sitting, name), *acted.get(name, ())))
            for item in lines(face, " ".join(role_told(role)), wide, SMALL, bold=role in acted.get(name, ()))
        ]
        own, ink = _told(found, name, signers.get(name))
        cells = (
            lines(face, str(number), inner(_WIDTHS[0]), PLAIN, bold=True),
            person,
            seats,
            _listed(face, own, inner(_WIDTHS[3])),
            _listed(face, ink, inner(_WIDTHS[4])),
        )
        yield from row(_WIDTHS, cells)


def _acted(seen: Seen) -> Mapping[str, tuple[Role, ...]]:
    """Return in which roles people acted: at steps that are done, and by taking over."""
    found: dict[str, dict[Role, None]] = {}
    for line in seen.found.transcript.lines:
        if isinstance(line.content, Done):
            found.setdefault(line.content.by, {})[seen.steps[line.content.step].acts] = None
        if isinstance(line.content, Handover):
            found.setdefault(line.content.to, {})[line.content.role] = None
    return {name: tuple(each) for name, each in found.items()}


def _told(found: Account, name: str, signer: Signer | None) -> tuple[list[tuple[Both, bool]], list[tuple[Both, bool]]]:
    """Return what somebody signed with the own key, and in ink; each text, and whether it is heavy."""
    inked = found.standing.inked(name)
    ink = [(told(f"ink-{says.value}", line=line), says is Says.REFUSED) for says, line in inked.items()]
    if signer is None:
        return [(told("absent"), False)], ink
    own: list[tuple[Both, bool]] = []
    if signer.refused and Says.REFUSED not in inked:
        own.append((told("refused"), True))
    if not signer.has_key:
        own.append((told("no-key"), False))
    else:
        own.append((told("agreed" if signer.agreed else "not-agreed"), False))
        covers = signer.covers
        all_ = covers is not None and covers >= found.last_step
        own.append((told("covers-none") if covers is None else _up_to(covers, all_), False))
    if not (signer.agreed or signer.covers is not None or signer.refused or inked):
        own = [(told("signed-nothing"), True), *([] if signer.has_key else [(told("no-key"), False)])]
    if not signer.at_end:
        own.append((told("left" if signer.was_here else "absent"), False))
    return own, ink


def _up_to(covers: int, all_: bool) -> Both:
    return told("covers-all" if all_ else "covers", last=covers)


def _listed(face: Face, texts: list[tuple[Both, bool]], wide: float) -> list[Item]:
    return [item for each, heavy in texts for item in (*both(face, each, wide, SMALL, bold=heavy), space(2))]

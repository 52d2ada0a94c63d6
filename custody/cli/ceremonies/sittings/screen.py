"""A page of a sitting to the lines of one screen, and what may be answered there."""

from collections.abc import Iterator

from custody.catalogue import _
from custody.ceremony.conduct.page import Page, called
from custody.ceremony.steps.step import Chapter, Role, Step
from custody.cli.front.layout import fold
from custody.text import safe

LABEL = 10
"""Columns of what stands before a line."""

CHAPTERS = {
    Chapter.BEFORE: _("before"),
    Chapter.MAKING: _("making"),
    Chapter.CLOSING: _("closing"),
    Chapter.SERVICE: _("service"),
}
ROLES = {
    Role.ADMINISTRATOR: _("administrator"),
    Role.OPERATOR: _("operator"),
    Role.AUDITOR: _("auditor"),
    Role.WITNESS: _("witness"),
    Role.HOLDER: _("holder"),
}

DONE, HERE, OVER, SIGN, INK, REFUSE, NOTE, STOP, GIVE_UP, DESTROYED, PROVE, FAIL, CLEAR = "", *"htsirxpgdbfc"
SPOILED, ATTACH, CHECK = "wak"
"""What is typed for each answer."""


def lines(page: Page, columns: int, rows: int, *, asks: bool = True) -> list[str]:
    """Return a page for a screen: its foot is never cut away, and what is too long above it ends with an ellipsis.

    Where the machine goes on by itself, and asks below the page, there are no letters at its foot.
    """
    foot = list(_rows(_offers(page), columns)) if asks else [""]
    body = [part for line in _body(page, columns) for part in fold(line, columns)]
    room = rows - 1 - len(foot)
    if len(body) > room:
        body = [*body[: room - 1], "..."]
    return [*body, *[""] * (room - len(body)), *foot]


def _body(page: Page, columns: int) -> Iterator[str]:
    standing, step = page.standing, page.step
    kind = _("REHEARSAL: nothing is real") if standing.begun.rehearsal else _("ceremony")
    yield _("{kind}  {sitting}, {city}  step {number} of {count}, {minutes} min left").format(
        kind=kind,
        sitting=standing.begun.sitting,
        city=safe(standing.sitting.city),
        number=page.number,
        count=page.count,
        minutes=page.minutes_left,
    )
    is_live = step.live or standing.live is not None
    live = _("   A SECRET IS LIVE: nobody leaves without being noted") if is_live else ""
    yield f"[{CHAPTERS[step.chapter]}]{live}"
    yield ""
    yield from _labelled(_("Acts"), _acting(page), columns)
    if page.waits is not None:
        yield from _labelled(_("Waits"), page.waits, columns)
    yield ""
    yield from _labelled(_("Do"), step.does.english, columns)
    if step.says is not None:
        yield from _labelled(_("Aloud"), f"\u201c{step.says.english}\u201d", columns)
    for each in step.records:
        yield from _labelled(_("Write"), f"{each.english}: {page.wrote.get(each.name, '...')}", columns)
    yield from page.shows
    yield ""
    if page.following is not None:
        yield from _labelled(_("Next"), _next(page.following), columns)


def _acting(page: Page) -> str:
    role = ROLES[page.step.acts]
    if page.acts is None:
        return _("nobody who may: {role} {people}").format(role=role, people=", ".join(page.step.who.people))
    return _("{name}, {role}").format(name=called(page.standing.plan, page.acts), role=role)


def _next(step: Step) -> str:
    return f"{ROLES[step.acts]}: {step.does.english}"


def _offers(page: Page) -> list[str]:
    """Say what may be typed, each letter with what it does."""
    first = _("Enter: look again") if page.waits is not None else _("Enter: done")
    offers = [first, _("h: who is here"), _("t: takes over"), _("x: exception")]
    if page.is_signed:
        offers += [_("s: signatures"), _("i: in ink"), _("r: refuses")]
    offers += (
        [_("g: give the key up")]
        if page.standing.live is not None
        else [_("p: stop here"), _("f: ends here"), *([_("a: a photograph")] if is_still(page) else [])]
    )
    offers += [_("d: cards are destroyed")] if page.standing.undestroyed else []
    offers += [_("k: check a card")] if offers_check(page) else []
    offers += [_("w: a sheet is spoiled")] if page.standing.sheets and not page.standing.paused else []
    offers += [_("b: bring the proof")] if page.takes_proof else []
    return [*offers, _("c: clear")]


def offers_check(page: Page) -> bool:
    """Say whether a card can be typed: its key was made, and nothing is live."""
    return bool(page.standing.made) and is_still(page)


def is_still(page: Page) -> bool:
    """Say whether nothing of a key is in the machine: neither live, nor drawn at the first step of one."""
    return page.standing.live is None and not page.step.live


def _rows(offers: list[str], columns: int) -> Iterator[str]:
    """Yield offers in rows, none of them cut."""
    row = ""
    for each in offers:
        if row and len(row) + 2 + len(each) > columns:
            yield row
            row = ""
        row = f"{row}  {each}" if row else each
    yield row


def _labelled(label: str, text: str, columns: int) -> Iterator[str]:
    """Write a text behind its label, going on below itself."""
    width = columns - LABEL
    pieces = fold(text, width)
    yield f"{label:<{LABEL}}{pieces[0]}"
    yield from (" " * LABEL + piece.strip() for piece in pieces[1:])

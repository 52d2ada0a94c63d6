"""`custody ceremony plan FILE`: what a plan would lead to, what is wrong with it, and the words of its digest."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from custody import store
from custody.catalogue import _
from custody.ceremony.lint.lint import is_refused, lint
from custody.ceremony.plan.document import read_plan
from custody.ceremony.plan.plan import Plan, Sitting
from custody.ceremony.plan.rules import PlanFinding
from custody.ceremony.plan.table import DOCUMENT_LIMIT
from custody.ceremony.steps.effort import Effort, effort
from custody.cli.front import output
from custody.cli.people.shown import show
from custody.errors import Refused, Usage
from custody.signing import Severity
from custody.text import safe

_IN_A_LINE = 8


def plan(
    *,
    file: str | None,
    network_name: str | None,
    threat: str | None,
    out: str | None,
    as_json: bool,
) -> int | None:
    """Read a plan, and say whether it may be signed: exit 3 where not."""
    if file is None or out is not None or network_name is not None or threat is not None:
        raise Usage(
            _("a plan is read from its file, which says the rest itself"),
            hint=_("custody ceremony plan FILE; or --new to write one."),
        )
    read = read_plan(store.read(file, DOCUMENT_LIMIT + 1))
    output.about(read.network)
    findings = lint(read)
    efforts = [effort(read, sitting) for sitting in read.sittings]
    fit = not is_refused(findings)
    public = {
        "purpose": read.purpose,
        "network": read.network,
        "threat": read.threat.value,
        "fit": fit,
        "digest": read.digest.hex(),
        "words": " ".join(read.words),
        "findings": [each.to_json() for each in findings],
        "sittings": [each.to_json() for each in efforts],
        "rates": "assumed",
    }
    show(public, _lines(read, findings, efforts), as_json=as_json)
    return None if fit else Refused.exit_code


def _lines(read: Plan, findings: Sequence[PlanFinding], efforts: Sequence[Effort]) -> Iterator[str]:
    yield safe(read.purpose)
    yield _("It must withstand: {threat}").format(threat=read.threat.value)
    for sitting, takes in zip(read.sittings, efforts, strict=True):
        yield from _sitting(read, sitting, takes)
    for wallet in read.wallets:
        yield _("Wallet {name}: {script}, {needed} of {count} keys").format(
            name=wallet.id, script=wallet.script, needed=wallet.needed, count=len(wallet.keys)
        )
    yield ""
    yield from _findings(findings)
    yield ""
    yield _("The words of this plan:")
    for at in range(0, len(read.words), _IN_A_LINE):
        yield "  " + " ".join(read.words[at : at + _IN_A_LINE])
    if is_refused(findings):
        yield _("It is not to be signed as it stands. Change the file, and look again.")
    else:
        yield _("Nothing keeps it from being signed. Compare the words with everybody who signs.")


def _sitting(read: Plan, sitting: Sitting, takes: Effort) -> Iterator[str]:
    yield ""
    yield _("Sitting {name}, {city}, {day}: {people} people, some {minutes} minutes (assumed, not measured)").format(
        name=sitting.id, city=safe(sitting.city), day=sitting.date, people=takes.people, minutes=takes.minutes
    )
    yield _("  {rolls} rolls, {cards} cards, {words} words to read back, {sheets} sheets").format(
        rolls=takes.rolls, cards=takes.cards, words=takes.words, sheets=takes.sheets
    )
    for key in read.made_at(sitting):
        groups = ", ".join(f"{group.needed}/{len(group.cards)}" for group in key.groups)
        yield _("  key {name}: {bits} bits, cards {groups}, {candidates} candidates").format(
            name=key.id, bits=key.bits, groups=groups, candidates=key.candidates
        )
        for card in key.cards:
            yield _("    {holder} ({called}): {place}, seal {seal}").format(
                holder=card.holder,
                called=safe(read.people[card.holder]),
                place=safe(read.places[card.place].name),
                seal=safe(card.seal),
            )


_CALLED = {Severity.REFUSE: _("refused"), Severity.WARN: _("warning"), Severity.INFO: _("to know")}


def _findings(findings: Sequence[PlanFinding]) -> Iterator[str]:
    """Yield each finding, and once for all that follow one another by one rule why it matters."""
    for rule, alike in groupby(findings, lambda each: each.id):
        several = list(alike)
        for each in several:
            where = f"{each.where}: " if each.where else ""
            yield _("{called}: {where}{text} ({id})").format(
                called=_CALLED[each.severity], where=safe(where), text=each.text, id=rule
            )
        yield f"  {several[0].why}"
    if not findings:
        yield _("Nothing is wrong with it.")

"""What a person reads of a ceremony's plan: sittings and cards, who signs with which key, what is wrong, the words."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from custody.catalogue import _
from custody.ceremony.plan.identity import identity_words
from custody.ceremony.plan.plan import Plan, Sitting
from custody.ceremony.plan.rules import PlanFinding
from custody.ceremony.steps.effort import Effort, effort
from custody.ceremony.steps.rates import ASSUMED, Rates
from custody.ceremony.transcript.signature import Signature
from custody.signing import Severity
from custody.text import safe

_IN_A_LINE = 8


def plan_lines(
    read: Plan, findings: Sequence[PlanFinding], agreed: Mapping[str, Signature] | None, rates: Rates
) -> Iterator[str]:
    """Yield what a person reads of a plan, its words last. `agreed`: who signed it, None where nobody was asked."""
    efforts = [effort(read, sitting, rates) for sitting in read.sittings]
    yield safe(read.purpose)
    yield _("It must withstand: {threat}").format(threat=read.threat.value)
    for sitting, takes in zip(read.sittings, efforts, strict=True):
        yield from _sitting(read, sitting, takes, measured=rates != ASSUMED)
    for wallet in read.wallets:
        yield _("Wallet {name}: {script}, {needed} of {count} keys").format(
            name=wallet.id, script=wallet.script, needed=wallet.needed, count=len(wallet.keys)
        )
    yield ""
    yield from _signers(read, agreed)
    yield from _findings(findings)
    yield ""
    yield _("The words of this plan:")
    yield from word_lines(read.words)


def word_lines(words: Sequence[str]) -> Iterator[str]:
    """Yield words to compare aloud, eight in a line."""
    for at in range(0, len(words), _IN_A_LINE):
        yield "  " + " ".join(words[at : at + _IN_A_LINE])


def _signers(read: Plan, agreed: Mapping[str, Signature] | None) -> Iterator[str]:
    """Yield who signs with which key, and by its words who it is; then who signed, and who has not."""
    if not read.identities:
        return
    yield _("Who signs with a key. Each compares these words with those of the own identity:")
    for name, key in read.identities.items():
        yield _("  {name} ({called})").format(name=name, called=safe(read.people[name]))
        yield from (f"  {line}" for line in word_lines(identity_words(key)))
    if ink := in_ink(read):
        yield _("In ink: {names}").format(names=", ".join(ink))
    if agreed is not None:
        missing = [name for name in read.identities if name not in agreed]
        yield _("Agreed: {names}").format(names=", ".join(agreed) or _("nobody"))
        yield _("Not yet: {names}").format(names=", ".join(missing) or _("nobody"))
    yield ""


def in_ink(read: Plan) -> list[str]:
    """Return who has no key, in the plan's order."""
    return [name for name in read.people if name not in read.identities]


def _sitting(read: Plan, sitting: Sitting, takes: Effort, *, measured: bool) -> Iterator[str]:
    yield ""
    yield _("Sitting {name}, {city}, {day}: {people} people, some {minutes} minutes ({how})").format(
        name=sitting.id,
        city=safe(sitting.city),
        day=sitting.date,
        people=takes.people,
        minutes=takes.minutes,
        how=_("as rehearsals took") if measured else _("assumed, not measured"),
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

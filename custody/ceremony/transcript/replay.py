"""Applies a transcript's lines to where a sitting stands, by the rules of docs/spec/transcript.md."""

import re
from dataclasses import replace
from hashlib import sha256
from types import MappingProxyType

from custody.catalogue import _
from custody.ceremony.candidates.choice import choose
from custody.ceremony.lint.lint import is_refused, lint
from custody.ceremony.plan.plan import Key
from custody.ceremony.steps.step import Evidence, Step
from custody.ceremony.transcript import service
from custody.ceremony.transcript.contents import (
    Attached,
    Begun,
    Closed,
    Deviation,
    Done,
    Handover,
    Here,
    Ink,
    Paused,
    Rehearsed,
    Resumed,
    Signed,
)
from custody.ceremony.transcript.key_lines import Checked, Destroyed, KeyMade, Opened, Printed, Spoiled, Voided
from custody.ceremony.transcript.line import Line
from custody.ceremony.transcript.service_lines import Proof, StandsOn
from custody.ceremony.transcript.sheets import cards_on, print_sheet, spoil, without
from custody.ceremony.transcript.signature import Says, Signature
from custody.ceremony.transcript.standing import Brought, InInk, Standing, first_step_of
from custody.ceremony.transcript.transcript import Transcript, at_line
from custody.errors import Alarm, Refused, Unreadable
from custody.keys.cards import rehearsal
from custody.text import safe

MOST_TRIES = 50
"""How often a key is given up at one sitting. Beyond that something else is wrong, and a replay would take long."""

_NUMBERS = {
    "written-set": re.compile("[0-9]{1,5}", re.ASCII),
    "written-rolls": re.compile("[0-9]{1,5}", re.ASCII),
    "written-commitment": re.compile("[0-9a-f]{64}", re.ASCII),
}
"""What the machine writes down for a machine to read."""


def replay(transcript: Transcript) -> Standing:
    """Return where a sitting stands. Raises Unreadable for a line that cannot follow, Alarm for a false signature."""
    standing = begin(transcript.begun)
    heads = {line.hash: line.number for line in transcript.lines}
    for line in transcript.lines[1:]:
        try:
            standing = follow(standing, line, heads)
        except Unreadable as failure:
            raise at_line(line.number, failure.message, failure.hint) from None
    return standing


def begin(begun: Begun) -> Standing:
    """Return where a sitting stands that begins. Raises Unreadable for a plan that is refused or lacks the sitting."""
    if is_refused(lint(begun.plan)):
        raise at_line(0, _("the plan in it is refused by its own rules"))
    if begun.is_service and begun.rehearsal:
        raise at_line(0, _("a service is not rehearsed"))
    try:
        return Standing.at_first(begun)
    except KeyError:
        raise at_line(0, _("the plan has no sitting {name}").format(name=begun.sitting)) from None


def follow(standing: Standing, line: Line, heads: dict[bytes, int]) -> Standing:
    """Return where a sitting stands after a line. `heads`: the hash of each line to its number.

    Raises Unreadable for a line that cannot follow, and Alarm for a false signature.
    """
    if standing.closed is not None:
        raise Unreadable(_("the sitting was closed before it"))
    if standing.paused and not isinstance(line.content, Resumed | Here | Deviation | Closed):
        raise Unreadable(_("the sitting was stopped before it, and not resumed"))
    after = _followed(standing, line, heads)
    return after if isinstance(line.content, Signed | Ink) else replace(after, told=line.number)


def _followed(standing: Standing, line: Line, heads: dict[bytes, int]) -> Standing:
    match line.content:
        case Rehearsed() as rehearsed:
            return _rehearsed(standing, rehearsed)
        case Here(people):
            return _here(standing, people)
        case Handover() as handover:
            return _handed_over(standing, handover)
        case Done() as done:
            return _done(standing, done, line)
        case Signed(signature):
            return _signed(standing, signature, {each: at for each, at in heads.items() if at < line.number})
        case Ink() as ink:
            _require_known(standing, ink.people)
            return replace(standing, in_ink=(*standing.in_ink, InInk(line.number, ink)))
        case Deviation() as deviation:
            _require_known(standing, {deviation.by})
            noted = standing.noted or deviation.by in standing.counted
            return replace(standing, deviations=(*standing.deviations, deviation), noted=noted)
        case Attached() as attached:
            return _attached(standing, attached)
        case Paused():
            _require_nothing_live(standing)
            return replace(standing, paused=True)
        case Resumed():
            if not standing.paused:
                raise Unreadable(_("nothing was stopped"))
            return replace(standing, paused=False)
        case Opened() as opened:
            return _opened(standing, opened)
        case KeyMade() as made:
            return _made(standing, made)
        case Checked() as checked:
            return _checked(standing, checked)
        case Printed() as printed:
            if standing.next is not None and (reason := refusal(standing, standing.next)) is not None:
                raise Unreadable(_("no card can be printed now: {reason}").format(reason=reason))
            return print_sheet(standing, printed)
        case Spoiled() as spoiled:
            return spoil(standing, spoiled)
        case Voided() as voided:
            return _voided(standing, voided)
        case Destroyed() as destroyed:
            return _destroyed(standing, destroyed)
        case StandsOn() as stands_on:
            return service.stands_on(standing, stands_on)
        case Proof() as proof:
            return service.proven(standing, proof, {each: at for each, at in heads.items() if at < line.number})
        case Closed() as closed:
            return _closed(standing, closed)
    raise Unreadable(_("a plan stands in the first line alone"))


def evidence_of(standing: Standing, step: Step) -> Evidence:
    """Return who says that the next step was done. What was signed in ink is what somebody typed."""
    if step.evidence is not Evidence.SIGNED:
        return step.evidence
    says, since = _signs(standing, step)
    by_key = (standing.said(person) for person in standing.here)
    return Evidence.SIGNED if all(said.get(says, -2) >= since for said in by_key) else Evidence.CLAIMED


def refusal(standing: Standing, step: Step) -> str | None:
    """Return why a step cannot be done now, None where it can: who is missing, who has not signed, who steps in."""
    for lacking in standing.lacking(step):
        watching = [name for name in lacking.people if name in standing.here and name not in standing.counted]
        if watching:
            return _("{name} is here as {role}, and was at no rehearsal that passed").format(
                name=watching[0], role=lacking.role
            )
        return _("{role} is missing: {people}").format(role=lacking.role, people=", ".join(lacking.people))
    for attendance, person in standing.unannounced(step):
        return _("{name} stands in as {role}, and has not taken over").format(name=person, role=attendance.role)
    if step.evidence is Evidence.SIGNED:
        says, since = _signs(standing, step)
        for person in sorted(standing.here):
            refused = standing.has_said(person, Says.REFUSED, since) and says is Says.SAW
            if not refused and not standing.has_said(person, says, since):
                return _("{name} has not signed").format(name=person)
            if says is Says.SAW and says in standing.said(person) and not standing.has_said(person, Says.AGREED):
                return _(
                    "{name} came after the plan was signed, and has not agreed to it: custody ceremony sign PLAN"
                ).format(name=person)
    if sum(step.id.startswith(f"{standing.begun.sitting}/{each.key}/") for each in standing.voided) >= MOST_TRIES:
        return _("this key was given up {count} times, and this sitting makes it no more").format(count=MOST_TRIES)
    if (number := standing.unchecked(step)) is not None:
        return _("card {number} was not typed from its metal yet (k)").format(number=number)
    if step.id.endswith("/closing/exceptions") and (left := standing.undestroyed):
        return _("cards of set {set} are not destroyed yet").format(set=left[0].set)
    if step.id.endswith("/forget") and (key := standing.live) is not None and key.id not in standing.made:
        return _("what is public of the key does not stand in the transcript yet")
    return service.lacks(standing, step)


def _signs(standing: Standing, step: Step) -> tuple[Says, int]:
    """Return what is signed at a step, and as far as where at least: the plan, or all up to the step before."""
    if step.id.endswith("/plan-signed"):
        return Says.AGREED, -1
    return Says.SAW, standing.told


def _rehearsed(standing: Standing, rehearsed: Rehearsed) -> Standing:
    """Let those who rehearsed act from now on. A rehearsal stands on no other."""
    _require_known(standing, rehearsed.people)
    _require_nothing_live(standing)
    if (
        standing.begun.rehearsal
        or standing.begun.is_service
        or rehearsed.head in {each.head for each in standing.rehearsed}
    ):
        raise Unreadable(_("this is a rehearsal itself, or a service, or stands on that one already"))
    return replace(standing, rehearsed=(*standing.rehearsed, rehearsed))


def _here(standing: Standing, people: frozenset[str]) -> Standing:
    _require_known(standing, people)
    return replace(standing, here=people)


def _handed_over(standing: Standing, handover: Handover) -> Standing:
    """Let somebody stand in. Whoever it falls to is not there, and the plan lets the other one."""
    for step in standing.course:
        for each in step.attend:
            first, others = each.people[: each.count], each.people[each.count :]
            if each.role is handover.role and handover.from_ in first and handover.to in others:
                if any(
                    (role, for_whom) == (handover.role, handover.from_) and who in standing.counted
                    for role, for_whom, who in standing.stands_in
                ):
                    raise Unreadable(_("somebody stands in for {name} already").format(name=handover.from_))
                if handover.from_ in standing.counted or handover.to not in standing.counted:
                    raise Unreadable(_("who hands over is still there, or who takes over is not"))
                return replace(standing, stands_in=standing.stands_in | {(handover.role, handover.from_, handover.to)})
    raise Unreadable(
        _("the plan does not let {to} stand in for {name} as {role}").format(
            to=handover.to, name=handover.from_, role=handover.role
        )
    )


def _done(standing: Standing, done: Done, line: Line) -> Standing:
    at, step = standing.at, standing.next
    if step is not None and step.is_break and step.id != done.step:
        at += 1
        step = standing.course[at] if at < len(standing.course) else None
    if step is None or step.id != done.step:
        expected = "-" if standing.next is None else standing.next.id
        raise Unreadable(_("the next step is {expected}, and {step} is told").format(expected=expected, step=done.step))
    if set(done.wrote) != {each.name for each in step.records}:
        raise Unreadable(_("{step} does not write down what it should").format(step=step.id))
    for name, expected in step.expects.items():
        if done.wrote[name] != expected and not standing.noted:
            raise Unreadable(
                _("the plan says {expected}, and {found} is told").format(expected=expected, found=done.wrote[name]),
                hint=_("Look again. If it is so, note it first, by who saw it (x)."),
            )
    _require_as_said(standing, step, done)
    service.require_written(standing, step, done.wrote)
    if (reason := refusal(standing, step)) is not None:
        raise Unreadable(_("{step} was not possible: {reason}").format(step=step.id, reason=reason))
    if line.evidence is not evidence_of(standing, step):
        raise Unreadable(_("{step} is told on other evidence than it has").format(step=step.id))
    if done.by != standing.acts(step):
        raise Unreadable(_("{step} was for somebody else than {name}").format(step=step.id, name=done.by))
    cards = (*standing.cards, step.card) if step.card is not None and step.live else standing.cards
    lines = MappingProxyType({**standing.done, step.id: line.number})
    wrote = MappingProxyType({**standing.wrote, step.id: done.wrote})
    end = standing.here if step.id == standing.end else standing.at_end
    left = () if not step.live else cards
    return replace(
        standing, at=at + 1, cards=left, done=lines, wrote=wrote, noted=False, checked=frozenset(), at_end=end
    )


def _require_as_said(standing: Standing, step: Step, done: Done) -> None:
    """Raise Unreadable where dice chose no candidate, or another machine came to other words of an opened one."""
    for name, form in _NUMBERS.items():
        if name in done.wrote and not form.fullmatch(done.wrote[name]):
            raise Unreadable(_("{step} does not write down what it should").format(step=step.id))
    key = standing.live
    if key is None:
        return
    if step.id.endswith("/roll") and int(done.wrote["written-rolls"]) < key.rolls:
        raise Unreadable(_("the plan says {count} rolls, and fewer were counted").format(count=key.rolls))
    if step.id.endswith("/choose"):
        _require_chosen(key, done.wrote["written-throws"], done.wrote["written-kept"])
    number = standing.opens(step)
    if number is None:
        return
    if (key.id, number) not in {(each.key, each.candidate) for each in standing.opened}:
        raise Unreadable(_("candidate {number} was not opened").format(number=number))
    if done.wrote["written-words"] != standing.said_of(key, number):
        raise Unreadable(
            _("the words of candidate {number} are not those that were said before the dice chose").format(
                number=number
            ),
            hint=_("Type them again. If the other machine says so, stop: note it, and give the key up."),
        )


def _require_chosen(key: Key, throws: str, kept: str) -> None:
    """Raise Unreadable unless the throws, in their order, keep this candidate."""
    try:
        chosen = str(choose(key.candidates, throws))
    except Refused as failure:
        raise Unreadable(failure.message, hint=failure.hint) from None
    if chosen != kept:
        raise Unreadable(
            _("the throws {throws} keep candidate {chosen}, and {kept} is told").format(
                throws=throws, chosen=chosen, kept=safe(kept)
            )
        )


def _signed(standing: Standing, signature: Signature, heads: dict[bytes, int]) -> Standing:
    if signature.signature in {each.signature.signature for each in standing.brought}:
        raise Unreadable(_("this signature of {name} stands there already").format(name=signature.statement.person))
    covers = covered(standing, signature, heads)
    return replace(standing, brought=(*standing.brought, Brought(signature, covers)))


def covered(standing: Standing, signature: Signature, heads: dict[bytes, int]) -> int:
    """Return up to which line a signature goes, -1 for one of the plan.

    Raises Alarm for one that is false, of another plan, of another sitting, or of a head that is none of `heads`.
    """
    signature.require(standing.plan)
    statement = signature.statement
    if statement.says is Says.AGREED:
        return -1
    if (statement.sitting, statement.rehearsal) != (standing.begun.sitting, standing.begun.rehearsal):
        raise Alarm(_("the signature of {name} is of another sitting").format(name=statement.person))
    if statement.head not in heads:
        raise Alarm(
            _("{name} signed a transcript that had another line than this one").format(name=statement.person),
            hint=_("One of the two was changed. Compare both with the words that people kept on paper."),
            code="transcript-forged",
        )
    return heads[statement.head]


def _made(standing: Standing, made: KeyMade) -> Standing:
    """Take what is public of the live key, once its last card has left: it is what was said before the dice chose."""
    key, follows = standing.live, made.follows
    if key is None or key.id != made.key or made.key in standing.made or len(standing.cards) != len(key.cards):
        raise Unreadable(_("no key {name} has just been made").format(name=made.key))
    if follows.plan != standing.plan.digest or _shape(key) != [len(group) for group in follows.cards]:
        raise Unreadable(_("what follows from {name} is of another plan").format(name=made.key))
    if [len(group) for group in made.salts] != _shape(key):
        raise Unreadable(_("the salts of {name} are of other cards").format(name=made.key))
    if follows.candidate != standing.kept(key):
        raise Unreadable(_("another candidate of {name} was kept").format(name=made.key))
    if standing.said_of(key, follows.candidate) not in (None, " ".join(follows.words)):
        raise Unreadable(_("what follows from {name} is not what was said before the dice chose").format(name=made.key))
    _require_drawn(standing, key, follows.candidate, made.set, follows.machine)
    used = {each.set for each in standing.made.values()} | {each.set for each in standing.voided}
    if made.set in used and not standing.begun.rehearsal:  # of a rehearsal's numbers there are few
        raise Unreadable(_("the number {set} of a set of cards comes again").format(set=made.set))
    return replace(standing, made=MappingProxyType({**standing.made, made.key: made}))


def _opened(standing: Standing, opened: Opened) -> Standing:
    """Take all of a candidate that the dice did not keep, before it is recomputed."""
    key, step = standing.live, standing.next
    if key is None or step is None or key.id != opened.key or opened.candidate != standing.opens(step):
        raise Unreadable(
            _("candidate {number} of {name} is not to be opened now").format(number=opened.candidate, name=opened.key)
        )
    if (opened.key, opened.candidate) in {(each.key, each.candidate) for each in standing.opened}:
        raise Unreadable(_("candidate {number} was opened already").format(number=opened.candidate))
    counted = standing.wrote.get(f"{key.sitting}/{key.id}/candidate-{opened.candidate}/roll", {})
    if len(opened.rolls) != int(counted.get("written-rolls", 0)) or len(opened.rolls) < key.rolls:
        raise Unreadable(_("candidate {number} has other rolls than were counted").format(number=opened.candidate))
    if opened.rolls and opened.rolls in {each.rolls for each in standing.opened if each.key == key.id}:
        raise Unreadable(_("candidate {number} has the rolls of another one").format(number=opened.candidate))
    if bool(opened.part) is not key.machine_random:
        raise Unreadable(_("candidate {number} is not whole").format(number=opened.candidate))
    machine = sha256(opened.part).digest() if opened.part else None
    _require_drawn(standing, key, opened.candidate, opened.set, machine)
    if [len(group) for group in opened.salts] != _shape(key):
        raise Unreadable(_("the salts of candidate {number} are of other cards").format(number=opened.candidate))
    return replace(standing, opened=(*standing.opened, opened))


def _require_drawn(standing: Standing, key: Key, candidate: int, number: int, machine: bytes | None) -> None:
    """Raise Unreadable where a candidate is of another number, or another part, than was said before its dice."""
    if (number in rehearsal.NUMBERS) is not standing.begun.rehearsal:
        raise Unreadable(_("the number {set} is none of a rehearsal's, or only of one").format(set=number))
    if (machine is None) is key.machine_random:
        raise Unreadable(_("candidate {number} is not whole").format(number=candidate))
    drawn, committed = standing.drawn(key, candidate), None if machine is None else machine.hex()
    if (drawn["written-set"], drawn.get("written-commitment")) != (str(number), committed):
        raise Unreadable(
            _("candidate {number} is of another set or part than was said before the dice").format(number=candidate)
        )


def _shape(key: Key) -> list[int]:
    return [len(group.cards) for group in key.groups]


def _checked(standing: Standing, checked: Checked) -> Standing:
    """Take that a card was typed again, of a key that was made: the machine knows it by its commitment alone."""
    _require_nothing_live(standing)
    made = standing.made.get(checked.key)
    if made is None or checked.card > sum(map(len, made.salts)):
        raise Unreadable(_("there is no card {number} of {name}").format(number=checked.card, name=checked.key))
    return replace(standing, checked=standing.checked | {(checked.key, checked.card)})


def _attached(standing: Standing, attached: Attached) -> Standing:
    """Take the digest of a file: no camera and no medium comes to a machine that has a key in it."""
    _require_known(standing, {attached.by})
    _require_nothing_live(standing)
    if attached.digest in {each.digest for each in standing.attached}:
        raise Unreadable(_("this very file stands there already"))
    return replace(standing, attached=(*standing.attached, attached))


def _voided(standing: Standing, voided: Voided) -> Standing:
    """Give up the live key: its cards are to be destroyed, and it is made anew from its first step."""
    key = standing.live
    if key is None or key.id != voided.key:
        raise Unreadable(_("no key {name} was being made").format(name=voided.key))
    if voided.set != standing.set_of(key):
        raise Unreadable(_("another set than the one that was made is given up"))
    left = {*standing.cards, *cards_on(standing.sheets, key.id)}
    if not left <= set(voided.cards) or voided.cards[-1:] > (len(key.cards),):
        raise Unreadable(_("cards had left that are not named to be destroyed"))
    chosen, opened = standing.kept(key), sum(each.key == key.id for each in standing.opened)
    unopened = standing.unopened
    if key.candidates > 1 and chosen is not None and opened < key.candidates - 1:
        unopened = (*unopened, voided)
    at = first_step_of(key, standing.course)
    again = {step.id for step in standing.course[at:]}
    done = {step: line for step, line in standing.done.items() if step not in again}
    wrote = {step: told for step, told in standing.wrote.items() if step not in again}
    made = {name: each for name, each in standing.made.items() if name != key.id}
    return replace(
        standing,
        at=at,
        cards=(),
        sheets=without(standing.sheets, *(number for number, each in standing.sheets.items() if each.key == key.id)),
        voided=(*standing.voided, voided),
        unopened=unopened,
        done=MappingProxyType(done),
        wrote=MappingProxyType(wrote),
        opened=tuple(each for each in standing.opened if each.key != key.id),
        made=MappingProxyType(made),
    )


def _destroyed(standing: Standing, destroyed: Destroyed) -> Standing:
    """Take that cards were destroyed: of a set that was given up, before two people who are there, or the only one."""
    _require_known(standing, destroyed.people)
    if (destroyed.key, destroyed.set) not in {(each.key, each.set) for each in standing.undestroyed}:
        raise Unreadable(_("no cards of set {set} are to be destroyed").format(set=destroyed.set))
    if not standing.may_see_destroyed(destroyed.people):
        raise Unreadable(_("cards are destroyed before two people who are there"))
    return replace(standing, destroyed=(*standing.destroyed, destroyed))


def _closed(standing: Standing, closed: Closed) -> Standing:
    _require_nothing_live(standing)
    if closed.passed:
        if any(not step.is_break for step in standing.course[standing.at :]):
            raise Unreadable(_("steps are left, so it did not pass"))
        if standing.refusing:
            raise Unreadable(_("{name} refused, so it did not pass").format(name=standing.refusing[0]))
    elif closed.owner is not None:
        _require_known(standing, {closed.owner})
    return replace(standing, closed=closed)


def _require_nothing_live(standing: Standing) -> None:
    if standing.live is not None:
        raise Unreadable(_("the key {name} is being made").format(name=standing.live.id))


def _require_known(standing: Standing, people: frozenset[str] | set[str]) -> None:
    strangers = sorted(people - set(standing.plan.people))
    if strangers:
        raise Unreadable(_("nobody in the plan is called {name}").format(name=strangers[0]))

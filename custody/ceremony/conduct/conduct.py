"""`Conduct`: goes from step to step, asks what was done, and keeps each line before the next step is shown.

A key is made by a `Maker`, in a copy of the process that ends with it: what it wrote is read again. A sitting that was
cut off while a key was live goes on by giving that key up, and says which cards are to be destroyed.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Protocol

from custody.catalogue import _
from custody.ceremony.conduct.answers import (
    Answer,
    AreHere,
    Attaches,
    Brought,
    Checks,
    Did,
    Fails,
    GivesUp,
    Host,
    Noted,
    Proves,
    SawDestroyed,
    SignedInInk,
    Spoils,
    Stops,
    TakesOver,
)
from custody.ceremony.conduct.page import called, page
from custody.ceremony.conduct.press import Notes
from custody.ceremony.plan.plan import Key
from custody.ceremony.steps.step import Step
from custody.ceremony.transcript.contents import (
    Attached,
    Closed,
    Content,
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
from custody.ceremony.transcript.key_lines import Checked, Destroyed, Spoiled, Voided
from custody.ceremony.transcript.line import Line
from custody.ceremony.transcript.replay import evidence_of, follow, replay
from custody.ceremony.transcript.service import proof_from
from custody.ceremony.transcript.service_lines import Proof, StandsOn
from custody.ceremony.transcript.signature import Signature
from custody.ceremony.transcript.standing import Standing, first_step_of
from custody.ceremony.transcript.transcript import Transcript
from custody.errors import Alarm, Unreadable
from custody.text import safe

CHANGED = "transcript-changed"
"""The code of the error of a `Kept` that somebody else has written to."""


class Maker(Protocol):
    """Makes one key: does at each of its steps what the machine does, and holds the secret meanwhile."""

    def perform(self, step: Step, notes: Notes) -> "Performed":
        """Do the machine's part of a step, and note what has to be kept before it goes on. May ask."""

    def says_before(self, step: Step) -> Iterator[Content]:
        """Yield what is public by now and has to stand in the transcript before a step."""


Performed = tuple[Mapping[str, str], tuple[str, ...]]
"""What the machine writes down itself at a step, and what it shows, line by line."""


class Kept(Protocol):
    """Where the transcript is kept."""

    def read(self) -> Transcript:
        """Return it as it is kept."""

    def write(self, transcript: Transcript) -> None:
        """Keep it, whole, before this returns. Raises StorageFailed, and Alarm where somebody else changed it."""


class Conduct:
    """A sitting that goes on.

    `clock` gives seconds since 1970. `machine` does the machine's part of a step at which no key is made; `maker`
    makes one, and `apart` has it made in a process of its own.
    """

    def __init__(
        self,
        kept: Kept,
        host: Host,
        clock: Callable[[], int],
        machine: Callable[[Step, Transcript, Standing], Performed],
        maker: Callable[[Key, Standing], Maker],
        apart: Callable[[Callable[[], None]], None],
    ) -> None:
        self._kept, self._host, self._clock = kept, host, clock
        self._machine, self._maker, self._apart = machine, maker, apart
        self._transcript = kept.read()
        self.standing = replay(self._transcript)

    def resume(self, reason: str) -> None:
        """Go on after a stop, or after a crash: a key that was live is given up. Raises as `Kept.write`."""
        if self.standing.live is not None:
            self._give_up(_("the program ended while the key was being made"))
        elif self.standing.paused:
            self._add(Resumed(reason))

    def stand_on(self, rehearsals: Iterable[Rehearsed]) -> None:
        """Take in what a ceremony stands on, each once. Raises as `Kept.write`, and Unreadable while a key is live."""
        known = {each.head for each in self.standing.rehearsed}
        for each in rehearsals:
            if each.head not in known:
                self._add(each)

    def serve(self, stands_on: StandsOn) -> None:
        """Take in what a service stands on, once. Raises as `Kept.write`, and Unreadable where it is none."""
        if self.standing.stands_on is None:
            self._add(stands_on)

    def go_on(self) -> bool:
        """Go from step to step. Return whether the sitting is closed; else it was stopped.

        Raises Declined for who stops without an answer, and as `Kept.write`.
        """
        while self.standing.closed is None and not self.standing.paused:
            step = self.standing.next
            if step is None:
                self._close()
            elif not step.live:
                self._at(step, *self._machine(step, self._transcript, self.standing))
            elif self._waits(step):
                self._at(step, {}, ())
            else:
                self._make()
        return self.standing.closed is not None

    def note(self, content: Content) -> None:
        """Keep a line that the machine has to tell before it goes on. Raises as `Kept.write`, and Unreadable."""
        self._add(content)

    def _waits(self, step: Step) -> bool:
        return page(self.standing, step).waits is not None

    def _close(self) -> None:
        refusing = self.standing.refusing
        if not refusing:
            self._add(Closed(True, None, None))
            return
        last = page(self.standing, self.standing.course[-1])
        waits = _("{names} refused, so it has not passed: note why (x), then say who sees to it (f)")
        self._take(self._host.answer(replace(last, waits=waits.format(names=", ".join(refusing)))), last.step, {})

    def _make(self) -> None:
        """Have a key made apart, and read what was written there."""
        course, keys = self.standing.course, self.standing.plan.made_at(self.standing.sitting)
        key = next(each for each in keys if first_step_of(each, course) == self.standing.at)
        self._apart(lambda: self._making(key))
        self._transcript = self._kept.read()
        self.standing = replay(self._transcript)

    def _making(self, key: Key) -> None:
        """Go through the steps of one key, from its first commitment until it is forgotten or given up."""
        maker, end = self._maker(key, self.standing), first_step_of(key, self.standing.course)
        said = set[str]()
        while (step := self.standing.next) is not None and (self.standing.at == end or self.standing.live is not None):
            if step.id not in said:
                said.add(step.id)
                for content in maker.says_before(step):
                    self._add(content)
            at = self.standing.at
            if self._waits(step):
                self._at(step, {}, ())
            else:
                self._host.shown(page(self.standing, step))
                wrote, shows = maker.perform(step, self)
                sheet = self.standing.sheet_of(step)
                while (self.standing.at, self.standing.sheet_of(step)) == (at, sheet) and not self._has_stopped:
                    self._at(step, wrote, shows)
            if self.standing.at < at or self._has_stopped:
                return  # it was given up, or stopped before its first step: another maker draws anew

    @property
    def _has_stopped(self) -> bool:
        return self.standing.paused or self.standing.closed is not None

    def _at(self, step: Step, wrote: Mapping[str, str], shows: tuple[str, ...]) -> None:
        """Show a step once, and take what is answered."""
        self._take(self._host.answer(page(self.standing, step, shows, wrote)), step, wrote)

    def _take(self, answer: Answer, step: Step, wrote: Mapping[str, str]) -> None:
        try:
            if isinstance(answer, GivesUp):
                self._give_up(answer.reason)
            elif isinstance(answer, Brought):
                self._bring(answer.signatures, step)
            else:
                for content in self._contents(answer, step, wrote):
                    self._add(content, step)
                    self._say(content)
        except (Unreadable, Alarm) as failure:
            if failure.code == CHANGED:
                raise  # another program writes: nothing that stands there is ours any more
            self._host.refused(failure)

    def _contents(self, answer: Answer, step: Step, wrote: Mapping[str, str]) -> Iterator[Content]:
        match answer:
            case Did(typed):
                yield Done(step.id, self.standing.acts(step) or "", {**typed, **wrote})
            case AreHere(people):
                yield Here(people)
            case TakesOver(role, from_, to):
                yield Handover(role, from_, to)
            case Noted(text, by):
                yield Deviation(text, by)
            case Attaches(text, by, digest, size):
                yield Attached(text, by, digest, size)
            case SignedInInk(people, says):
                yield Ink(people, says)
            case Stops(reason):
                yield Paused(reason)
            case SawDestroyed(people):
                yield self._destroyed(people)
            case Checks(key, card):
                yield Checked(key, card)
            case Spoils(sheet, remains, people, reason):
                yield Spoiled(sheet, remains, people, reason)
            case Proves(content):
                yield proof_from(step, content)
            case Fails(owner, due):
                yield Closed(False, owner, due)

    def _bring(self, signatures: Iterable[Signature], step: Step) -> None:
        """Take those that were not brought before; tell of each other one why not. Raises Unreadable where all were."""
        known = {each.signature.signature for each in self.standing.brought}
        new = [each for each in dict.fromkeys(signatures) if each.signature not in known]
        if not new:
            raise Unreadable(_("no signature came that was not here already"))
        for each in new:
            try:
                self._add(Signed(each), step)
            except (Unreadable, Alarm) as failure:
                if failure.code == CHANGED:
                    raise
                self._host.refused(failure)
            else:
                self._say(Signed(each))

    def _destroyed(self, people: frozenset[str]) -> Destroyed:
        left = self.standing.undestroyed
        if not left:
            raise Unreadable(_("there are no cards that are to be destroyed"))
        return Destroyed(left[0].key, left[0].set, people)

    def _say(self, content: Content) -> None:
        """Say what was taken, where the next page does not show it by itself."""
        match content:
            case Signed(signature):
                said = signature.statement
                self._host.told(_("Taken: {name} signed ({says}).").format(name=said.person, says=said.says.value))
            case Ink(people, says):
                names = ", ".join(sorted(people))
                self._host.told(_("Noted: {names}, in ink ({says}).").format(names=names, says=says.value))
            case Deviation(text):
                self._host.told(_("Noted: {text}").format(text=safe(text)))
            case Attached(text, _by, digest):
                told = _("Noted: {text}, SHA-256 {digest}")
                self._host.told(told.format(text=safe(text), digest=digest.hex()))
            case Checked() as checked:
                self._host.told(self._place_of(checked))
            case Spoiled(sheet):
                self._host.told(_("Noted: paper of sheet {sheet} is destroyed.").format(sheet=sheet))
            case Proof(wallet):
                self._host.told(_("Taken: the proof of {wallet} holds.").format(wallet=wallet))
            case Destroyed() as destroyed:
                self._host.told(_("Noted: the cards of set {set} are destroyed.").format(set=destroyed.set))

    def _place_of(self, checked: Checked) -> str:
        """Say which card was typed, whose it is, and which bag it belongs into."""
        key = next(each for each in self.standing.plan.keys if each.id == checked.key)
        told = _("It is card {number} of {key}, as it was committed to: {holder}, bag {bag}.")
        bag = safe(self.standing.bag_of(key, checked.card) or "-")
        holder = called(self.standing.plan, key.cards[checked.card - 1].holder)
        return told.format(number=checked.card, key=checked.key, holder=holder, bag=bag)

    def _give_up(self, reason: str) -> None:
        key = self.standing.live
        if key is None:
            raise Unreadable(_("no key is being made that could be given up"))
        step = self.standing.next
        leaving = {step.card} if step is not None and step.card is not None else set()
        cards, before = sorted({*self.standing.cards, *leaving}), self.standing
        self._add(Voided(key.id, self.standing.set_of(key), tuple(cards), reason))
        self._host.acknowledged(tuple(self._given_up(self.standing.voided[-1], before)))

    def _given_up(self, voided: Voided, before: Standing) -> Iterator[str]:
        """Say what is to be destroyed, by set, number, holder and bag: the next set has the same numbers and bags.

        `before`: where the sitting stood, with what had been written down of the key.
        """
        drawn = [] if voided.set is not None else before.sets_of(voided.key)
        sets = ", ".join(map(str, drawn)) or ("-" if voided.set is None else str(voided.set))
        yield _("Key {key} is given up, with its set {set}.").format(key=voided.key, set=sets)
        if not voided.cards:
            yield _("No card of it had left. What was written down of it is void: strike it out.")
            return
        yield _("Destroy these cards of set {set}, and no others, before two people:").format(set=voided.set)
        key = next(each for each in self.standing.plan.keys if each.id == voided.key)
        for number in voided.cards:
            holder = called(self.standing.plan, key.cards[number - 1].holder)
            bag = safe(before.bag_of(key, number) or "-")
            yield "  " + _("card {number}: {holder}, bag {bag}").format(number=number, holder=holder, bag=bag)
        yield _("Say so with d when it is done. The key is made again, with another set.")

    def _add(self, content: Content, step: Step | None = None) -> None:
        """Keep a line that may follow. Raises Unreadable for one that may not, and as `Kept.write`."""
        evidence = evidence_of(self.standing, step) if step is not None and isinstance(content, Done) else None
        line = Line.decode(self._transcript.next(content, self._clock(), evidence).encode())
        heads = {each.hash: each.number for each in self._transcript.lines}
        standing: Standing = follow(self.standing, line, heads)
        transcript = self._transcript.with_(line)
        self._kept.write(transcript)
        self._transcript, self.standing = transcript, standing

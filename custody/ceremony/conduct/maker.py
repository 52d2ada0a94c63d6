"""`KeyMaker`: what the machine does at each step of a key's making, with the secrets of its candidates meanwhile.

It runs in a copy of the process that ends with it. What leaves is public, or a card to its holder alone.
"""

from collections.abc import Callable, Collection, Iterator
from itertools import chain

from custody.catalogue import _
from custody.ceremony.candidates.candidate import Candidate
from custody.ceremony.candidates.choice import Choice, rolls_to_choose
from custody.ceremony.candidates.follows import Follows
from custody.ceremony.candidates.opening import check_handed, check_opened, check_salts, kept_cards
from custody.ceremony.conduct.conduct import Performed
from custody.ceremony.conduct.press import Notes, OnPaper, Press, on_paper
from custody.ceremony.operator import Operator, Sheet
from custody.ceremony.plan.plan import Key, Plan
from custody.ceremony.printed.cards import Filled
from custody.ceremony.steps.step import Step
from custody.ceremony.transcript.contents import Content
from custody.ceremony.transcript.key_lines import KeyMade, Opened
from custody.errors import Refused, Unreadable
from custody.keys.cards.published import Published, forget
from custody.keys.cards.shares import SLIP39
from custody.keys.entropy import Dice
from custody.secret import Secret
from custody.text import safe
from custody.words import words

_NOTHING: Performed = ({}, ())
_WORDS_IN_A_LINE = 8


class KeyMaker:
    """Makes one key of a plan. `used`: numbers of sets that are not to come again. `ask` asks for a line in public.

    Without a `press` cards are copied from the screen.
    """

    def __init__(
        self,
        plan: Plan,
        key: Key,
        operator: Operator,
        ask: Callable[[str], str],
        used: Collection[int],
        press: Press | None = None,
        *,
        rehearsal: bool,
    ) -> None:
        self._plan, self._key, self._operator, self._ask = plan, key, operator, ask
        self._used, self._press, self._rehearsal = set(used), press, rehearsal
        self._candidates: dict[int, Candidate] = {}
        self._follows: dict[int, Follows] = {}
        self._rolled: dict[int, Dice] = {}
        self._choice: Choice | None = None
        self._cards: tuple[Secret, ...] = ()

    @property
    def _kept(self) -> int | None:
        if self._key.candidates == 1:
            return 1
        return None if self._choice is None else self._choice.kept

    def perform(self, step: Step, notes: Notes) -> Performed:
        """Do the machine's part of a step, and note each sheet that is printed.

        Raises Alarm where what is handed over is not what was committed to, Unfit for sick randomness, and Declined.
        """
        match step.id.split("/")[2:]:
            case [candidate, "commit"]:
                return self._commit(_number(candidate))
            case [candidate, "roll"]:
                return self._roll(_number(candidate))
            case [candidate, "follows"]:
                return self._told(_number(candidate))
            case ["choose"]:
                return self._choose()
            case [opened] if opened.startswith("open-"):
                return {}, (_("There: custody ceremony verify TRANSCRIPT, which says the words of each."),)
            case [card] if card.startswith("card-"):
                return self._hand_over(_number(card), step, notes)
            case ["forget"]:
                self._forget()
        return _NOTHING

    def says_before(self, step: Step) -> Iterator[Content]:
        """Yield what is public by now and has to stand in the transcript before a step: opened ones, and the key."""
        name = step.id.split("/")[-1]
        if name.startswith("open-") and self._choice is not None:
            yield self._opened(self._choice.opened[_number(name) - 1])
        elif name == "forget":
            yield self._made()

    def _candidate(self, number: int) -> Candidate:
        """Return a candidate, drawn now where it was not: the machine's part comes before the dice."""
        if number not in self._candidates:
            drawn = Candidate.draw(self._key, number, self._used, for_rehearsal=self._rehearsal)
            self._used.add(drawn.mix.identifier)
            self._candidates[number] = drawn
        return self._candidates[number]

    def _commit(self, number: int) -> Performed:
        drawn = self._candidate(number)
        said = {"written-set": str(drawn.mix.identifier)}
        if self._key.machine_random:
            said["written-commitment"] = drawn.mix.machine.commitment
        return said, ()

    def _roll(self, number: int) -> Performed:
        drawn = self._candidate(number)
        while True:
            dice = self._operator.ask_dice(self._key.rolls)
            try:
                dice.check(self._key.bits)
                self._require_new(number, dice)
            except Refused as failure:
                self._operator.dice_refused(failure)
            else:
                self._candidates[number] = drawn.rolled(dice)
                return {"written-rolls": str(len(dice))}, ()

    def _require_new(self, number: int, dice: Dice) -> None:
        """Raise Refused for the very rolls of another candidate: those of one that is opened are everybody's."""
        for other, rolls in self._rolled.items():
            if other != number and rolls == dice:
                raise Refused(_("these are the rolls of candidate {number}; each has its own").format(number=other))
        self._rolled[number] = dice

    def _told(self, number: int) -> Performed:
        follows = self._follow(number)
        return {"written-words": " ".join(follows.words)}, _in_lines(follows.words)

    def _follow(self, number: int) -> Follows:
        if number not in self._follows:
            self._follows[number] = self._candidate(number).follows(self._plan, self._key)
        return self._follows[number]

    def _choose(self) -> Performed:
        """Ask for throws until one counts; those that do not are kept, and typed no second time."""
        count, thrown = self._key.candidates, ""
        said = [self._follow(number).digest for number in range(1, count + 1)]
        check_salts(each.salts for each in self._candidates.values())
        question = _("The throw, {count} rolls of a die: ").format(count=rolls_to_choose(count))
        while True:
            throw = "".join(self._ask(question).split())
            try:
                self._choice = Choice.by(said, thrown + throw)
            except Refused as failure:  # this throw decides nothing
                thrown += throw
                self._operator.warn(failure.message)
            except Unreadable as failure:
                self._operator.warn(failure.message)
            else:
                return {"written-throws": thrown + throw, "written-kept": str(self._choice.kept)}, ()

    def _opened(self, number: int) -> Opened:
        """Give a candidate away that the dice did not keep, once it comes to what was said of it."""
        of = self._candidate(number)
        if self._choice is not None:
            check_opened(self._choice, self._follow(number), of, self._plan, self._key)
        told = Published.of(of.mix)
        part = told.part if self._key.machine_random else b""
        return Opened(self._key.id, number, told.identifier, part, told.rolls, of.salts)

    def _hand_over(self, number: int, step: Step, notes: Notes) -> Performed:
        """Hand a card to its holder alone, once it is the card that was committed to: on paper, or to be copied."""
        cards = self._cut()
        place, card = self._places()[number - 1], cards[number - 1]
        kept = self._kept or 1
        group, member = place
        check_handed(self._follow(kept), place, self._candidates[kept].salts[group - 1][member - 1], card)
        title = _("Card {number} of {count}").format(number=number, count=len(cards))
        sheet = notes.standing.sheet_of(step)
        if self._press is not None and sheet is None:
            paper = OnPaper(self._key, place, self._filled(), card, self._rehearsal)
            sheet = on_paper(self._press, notes, paper, number, title)
        heading = tuple(self._heading(title, group, step))
        self._operator.hand_over(Sheet(title, heading, card, SLIP39, on_paper=sheet is not None))
        return _NOTHING if sheet is None else ({}, (_("Sheet {sheet} was read back.").format(sheet=sheet),))

    def _filled(self) -> Filled:
        follows = self._follow(self._kept or 1)
        fingerprint = f"{' '.join(words(follows.fingerprint))} ({follows.fingerprint.hex()})"
        return Filled("slip39", str(follows.set), fingerprint)

    def _cut(self) -> tuple[Secret, ...]:
        """Return the cards of the kept candidate, in the plan's order."""
        if not self._cards:
            kept = self._kept or 1
            of, follows = self._candidate(kept), self._follow(kept)
            if self._choice is None:
                made = of.cards(self._key)
            else:
                made = kept_cards(self._choice, follows, of, self._plan, self._key)
            self._cards = tuple(chain.from_iterable(made.groups))
        return self._cards

    def _places(self) -> list[tuple[int, int]]:
        """Each card's group and its number in it, from 1, in the plan's order."""
        groups = self._key.groups
        return [(at, number) for at, group in enumerate(groups, 1) for number in range(1, len(group.cards) + 1)]

    def _heading(self, title: str, group: int, step: Step) -> Iterator[str]:
        """Say what a holder writes above the words."""
        if self._rehearsal:
            yield _("REHEARSAL. These words open nothing. Write REHEARSAL on the card, too.")
        yield title
        of = self._key.groups[group - 1]
        if len(self._key.groups) > 1:
            yield _("Group {group}: {needed} of its {count} cards; {groups} of {all} groups are needed.").format(
                group=group,
                needed=of.needed,
                count=len(of.cards),
                groups=self._key.groups_needed,
                all=len(self._key.groups),
            )
        else:
            yield _("Any {needed} of the {count} cards are enough.").format(needed=of.needed, count=len(of.cards))
        follows = self._follow(self._kept or 1)
        yield _("Set {set}, kind slip39, key {fingerprint}. Write this line on the card too.").format(
            set=follows.set, fingerprint=follows.fingerprint.hex()
        )
        for bag in step.expects.values():
            yield safe(bag)

    def _made(self) -> KeyMade:
        kept = self._kept or 1
        return KeyMade(self._follow(kept), self._candidates[kept].salts)

    def _forget(self) -> None:
        """Overwrite what can be overwritten; the process ends after this step, and takes the rest along."""
        for card in self._cards:
            card.wipe()
        for each in self._candidates.values():
            forget(each.mix)


def _number(name: str) -> int:
    return int(name.rpartition("-")[2])


def _in_lines(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple("  " + " ".join(words[at : at + _WORDS_IN_A_LINE]) for at in range(0, len(words), _WORDS_IN_A_LINE))

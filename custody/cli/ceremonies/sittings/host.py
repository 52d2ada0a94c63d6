"""`TerminalHost`: a sitting's pages on a terminal, and letters and lines typed under them to answers."""

from collections.abc import Sequence
from datetime import date
from hashlib import sha256
from pathlib import Path

from custody import store
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
    Noted,
    Proves,
    SawDestroyed,
    SignedInInk,
    Spoils,
    Stops,
    TakesOver,
)
from custody.ceremony.conduct.page import Page
from custody.ceremony.transcript.signature import SIGNATURE_LIMIT, Says, Signature
from custody.cli.ceremonies.sittings import screen
from custody.cli.ceremonies.sittings.checking import CardCheck
from custody.cli.ceremonies.sittings.names import ALL, asked_names, asked_people
from custody.cli.front import output
from custody.cli.front.layout import fold, weighed
from custody.cli.people.terminal import Terminal
from custody.errors import Alarm, CustodyError, Mismatch, Refused, StorageFailed, Unreadable, Usage
from custody.governance.fields import NAME_LIMIT
from custody.text import safe

_CLEAR = "\x1b[H\x1b[2J\x1b[3J"
_MOST_OF_PROOF = 100_000
"""Bytes of a file with a signature, in armour or in a device's JSON too."""
MOST_FILES = 200
ENDING = ".sig"
"""Files of a medium at the most, and how the names of signatures end."""


class TerminalHost:
    """Shows a page, waits for an answer, and shows it again with what was wrong with it."""

    def __init__(self, terminal: Terminal, medium: str | None, check: CardCheck | None = None) -> None:
        self._terminal, self._medium, self._check = terminal, medium, check
        self._said: list[str] = []

    def answer(self, page: Page) -> Answer:
        """Show a page until something is answered that is one. Raises Declined where nobody answers any more."""
        while True:
            self._show(page)
            typed = self._terminal.answer("> ").strip().casefold()
            try:
                answer = self._answered(typed, page)
            except (Unreadable, Usage) as failure:
                self.refused(failure)
                continue
            if answer is not None:
                return answer

    def refused(self, failure: CustodyError) -> None:
        """Keep what was wrong for the top of the next page."""
        self._said.append(f"! {failure.message}")
        if failure.hint:
            self._said.append(f"  {failure.hint}")

    def shown(self, page: Page) -> None:
        """Show a page at which the machine asks by itself; what was wrong or taken before stays above it."""
        self._show(page, asks=False)

    def acknowledged(self, lines: Sequence[str]) -> None:
        """Say what nobody may overlook, on a page of its own, until somebody types that it was read."""
        columns, _rows = self._terminal.size
        text = "\n".join(part for line in (*output.banner(), "", *lines, "") for part in fold(line, columns))
        word = _("read")
        while True:
            self._terminal.write(_CLEAR + text + "\n")
            typed = self._terminal.answer(_('Read it aloud, and write it down. Type "{word}": ').format(word=word))
            if typed.strip().casefold() == word:
                return

    def told(self, text: str) -> None:
        """Keep what was said for the top of the next page."""
        self._said.append(f"* {text}")

    def _show(self, page: Page, *, asks: bool = True) -> None:
        columns, rows = self._terminal.size
        told = [*output.banner(), *self._said]
        said, self._said = [part for line in told for part in fold(line, columns)], []
        shown = screen.lines(page, columns, rows - len(said) - 1, asks=asks)
        self._terminal.write(_CLEAR + weighed("\n".join((*said, *shown)), is_terminal=True) + "\n")

    def _answered(self, typed: str, page: Page) -> Answer | None:
        """Return what a letter means; None where the page is to be shown again. Raises Unreadable and Usage."""
        match typed:
            case screen.DONE:
                return None if page.waits is not None else Did(self._written(page))
            case screen.HERE:
                return self._here(page)
            case screen.OVER:
                return self._takes_over(page)
            case screen.SIGN if page.is_signed:
                return self._brought()
            case screen.INK if page.is_signed:
                return SignedInInk(self._people(page, _("Who signed on paper? ")), _meant(page))
            case screen.REFUSE if page.is_signed:
                return SignedInInk(self._people(page, _("Who refuses, on paper? ")), Says.REFUSED)
            case screen.NOTE:
                return Noted(self._text(_("What was otherwise? ")), self._person(page, _("Who says so? ")))
            case screen.STOP if page.standing.live is None:
                if page.wrote:
                    self._require(_("What was drawn here is forgotten: strike it out."), _("stop"))
                return Stops(self._text(_("Why does it stop here? ")))
            case screen.GIVE_UP if page.standing.live is not None:
                self._require(_("All cards of this key that have left are destroyed then."), _("give up"))
                return GivesUp(self._text(_("Why? ")))
            case screen.DESTROYED if page.standing.undestroyed:
                return SawDestroyed(self._people(page, _("Before whom were they destroyed? ")))
            case screen.ATTACH if screen.is_still(page):
                return self._attaches(page)
            case screen.CHECK if self._check is not None and screen.offers_check(page):
                return self._checks(self._check)
            case screen.SPOILED if page.standing.sheets:
                return self._spoils(page)
            case screen.PROVE if page.takes_proof:
                return self._proof()
            case screen.FAIL if page.standing.live is None:
                return Fails(
                    self._person(page, _("Who sees to what is left? ")),
                    self._day(_("Until which day, like 2026-12-20? ")),
                )
            case screen.CLEAR:
                self._terminal.write(_CLEAR)
                self._terminal.pause(_("Cleared."))
                return None
        raise Usage(
            _("{typed} is no answer here").format(typed=safe(typed, 20)), hint=_("Type a letter of the last line.")
        )

    def _written(self, page: Page) -> dict[str, str]:
        return {each.name: self._text(f"{each.english}: ") for each in page.to_type}

    def _here(self, page: Page) -> AreHere:
        """Take everybody who is there, or who came and who left."""
        there = page.standing.here
        self._terminal.write(_("Here are: {names}").format(names=", ".join(sorted(there)) or _("nobody yet")) + "\n")
        question = _('Who is here now? Names, "all", or +NAME who came and -NAME who left: ')
        names = asked_names(self._terminal, page.standing, question, signs=True)
        plain = {name for sign, name in names if not sign}
        if plain and len(plain) != len(names):
            raise Unreadable(_("names with a sign and without one do not go together"))
        if plain:
            return AreHere(frozenset(plain))
        came = {name for sign, name in names if sign == "+"}
        left = {name for sign, name in names if sign == "-"}
        return AreHere(frozenset((there | came) - left))

    def _spoils(self, page: Page) -> Spoils:
        """Take that paper of a sheet was destroyed."""
        typed = self._terminal.answer(_("Which sheet, by its number? ")).strip()
        if typed not in map(str, page.standing.sheets):
            raise Unreadable(
                _("no such sheet is here: {sheets}").format(sheets=", ".join(map(str, page.standing.sheets)))
            )
        left = self._terminal.answer(_("Is a whole sheet of this number left, yes or no? ")).strip().casefold()
        if left not in (_("yes"), _("no")):
            raise Unreadable(_("that was neither yes nor no, and nothing has changed"))
        people = self._people(page, _("Before whom was it destroyed? "))
        return Spoils(int(typed), left == _("yes"), people, self._text(_("What was wrong with it? ")))

    def _takes_over(self, page: Page) -> TakesOver:
        """Let the first who stands in at this step say so."""
        for attendance, person in page.standing.unannounced(page.step):
            taken = {
                (role, for_whom) for role, for_whom, who in page.standing.stands_in if who in page.standing.counted
            }
            absent = next(
                each
                for each in attendance.people[: attendance.count]
                if each not in page.standing.counted and (attendance.role, each) not in taken
            )
            question = _("{to} acts as {role} in the place of {name}.").format(
                to=person, role=screen.ROLES[attendance.role], name=absent
            )
            self._require(question, _("yes"))
            return TakesOver(attendance.role, absent, person)
        raise Usage(
            _("nobody stands in here for somebody else"), hint=_("First say who is here (h), if somebody left or came.")
        )

    def _checks(self, check: CardCheck) -> Checks | None:
        """Have a card typed. What is wrong with it is told, and whoever sees it notes it."""
        try:
            return Checks(*check.typed())
        except (Alarm, Mismatch, Refused) as failure:
            self.refused(failure)
            self._said.append(_("  Note what was found, by who saw it (x)."))
            return None

    def _attaches(self, page: Page) -> Attaches:
        """Take the digest of a file on the medium: a photograph, a film, a scan; it stays there."""
        path = self._on_medium([self._terminal.answer(_("Which file of the medium, by its name? ")).strip()])[0]
        digest, size = sha256(), 0
        try:
            for part in store.parts(path):
                digest.update(part)
                size += len(part)
        except StorageFailed as failure:
            raise Unreadable(failure.message, hint=failure.hint) from None
        text = self._text(_("What does it show, for instance bag B-17 closed? "))
        return Attaches(text, self._person(page, _("Who says so? ")), digest.digest(), size)

    def _on_medium(self, names: Sequence[str]) -> list[Path]:
        """Return files of the medium. Raises Usage where none was named, and Unreadable for other names."""
        if self._medium is None:
            raise Usage(
                _("no folder was named that files are brought in"),
                hint=_("Stop here (p), and go on with --medium FOLDER."),
            )
        if not names or any(not each or Path(each).name != each for each in names):
            raise Unreadable(_("these are names of files in {folder}").format(folder=safe(self._medium)))
        return [Path(self._medium) / each for each in names]

    def _brought(self) -> Brought:
        """Read signatures from files of the medium, by their names. Raises Usage where no medium was named."""
        if self._medium is None:
            raise Usage(
                _("no folder was named that signatures are brought in"),
                hint=_("Stop here (p), and go on with --medium FOLDER; or they sign in ink (i)."),
            )
        typed = self._terminal.answer(_("Files with signatures, separated by spaces, or all: ")).split()
        if typed == [ALL]:
            found = store.files_in(self._medium, MOST_FILES) or ()
            typed = [each.name for each, _size in found if each.suffix == ENDING]
        try:
            return Brought(tuple(map(_signature, self._on_medium(typed))))
        except StorageFailed as failure:
            raise Unreadable(failure.message, hint=failure.hint) from None

    def _proof(self) -> Proves:
        """Read a signature that proves a wallet: a file of the medium, by its name, or the text itself."""
        typed = self._terminal.answer(_("A file with the signature, by its name, or the signature's text: ")).strip()
        found = () if self._medium is None else store.files_in(self._medium, MOST_FILES) or ()
        if self._medium is None or typed not in [each.name for each, _size in found]:
            return Proves(typed.encode("utf-8", "surrogateescape"))
        try:
            return Proves(store.read(Path(self._medium) / typed, _MOST_OF_PROOF))
        except StorageFailed as failure:
            raise Unreadable(failure.message, hint=failure.hint) from None

    def _people(self, page: Page, question: str) -> frozenset[str]:
        return asked_people(self._terminal, page.standing, question)

    def _person(self, page: Page, question: str) -> str:
        people = self._people(page, question)
        if len(people) != 1:
            raise Unreadable(_("one name is wanted here"))
        return next(iter(people))

    def _require(self, question: str, word: str) -> None:
        """Have a word typed. Raises Unreadable for another one: the page comes again, and nothing has happened."""
        prompt = _('{question} Type "{word}": ').format(question=question, word=word)
        if self._terminal.answer(prompt).strip().casefold() != word:
            raise Unreadable(_('that was not "{word}", and nothing has changed').format(word=word))

    def _text(self, question: str) -> str:
        typed = self._terminal.answer(question).strip()
        if not typed or len(typed) > NAME_LIMIT or not typed.isprintable():
            raise Unreadable(_("this is a text of 1 to {most} characters on one line").format(most=NAME_LIMIT))
        return typed

    def _day(self, question: str) -> date:
        try:
            return date.fromisoformat(self._terminal.answer(question).strip())
        except ValueError:
            raise Unreadable(_("this is a date, written like 2026-12-20")) from None


def _signature(path: Path) -> Signature:
    """Read one. Raises Unreadable with the file's name, and StorageFailed."""
    try:
        return Signature.decode(store.read(path, SIGNATURE_LIMIT))
    except Unreadable as failure:
        raise Unreadable(f"{safe(path.name)}: {failure.message}", hint=failure.hint) from None


def _meant(page: Page) -> Says:
    """Return what is signed at a step: the plan, or what was seen."""
    return Says.AGREED if page.step.id.endswith("/plan-signed") else Says.SAW

"""The newest words on paper, compared before a book goes on: a home that was rolled back would go on as if never left.

Every command that changes rules, signs, registers, seals or copies comes by here (docs/treasury.md), once nothing else
refuses it. A script says the words with `--head`; on a test network it may leave them away, which is warned of. A
journal without that entry is an Alarm.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from custody import store
from custody.catalogue import _, ngettext
from custody.ceremony.home.beside import shown_time
from custody.ceremony.home.writing import WritableHome
from custody.ceremony.table.stakes import network_of
from custody.cli.front import output
from custody.cli.front.named_files import opens_what_is_typed
from custody.cli.people.brought import paper_head
from custody.cli.people.terminal import Terminal, standard_terminal
from custody.cli.people.working import working
from custody.cli.treasury.opening import changing
from custody.errors import Alarm, Declined, Mismatch, StorageFailed, Unreadable, Usage
from custody.governance.chain import Head
from custody.governance.known.answering import NONCE_BYTES, Answer, Question, require_newest
from custody.governance.paper import PaperHead
from custody.governance.statement import Tip
from custody.keys.vaults.parameters import Network
from custody.text import safe

_ATTEMPTS = 3
_ASK = "ask "
_ANSWER_LIMIT = 1_000_000
_DAY = 86_400


@contextmanager
def changing_fresh(path: str | None, paper: str | None, *, yes: bool) -> Iterator[WritableHome]:
    """Open the home that was named for its one writer, to be compared with the paper. Raises as both do."""
    with changing(path) as home:
        put_off(home, paper, yes=yes)
        yield home


@dataclass
class OnPaper:
    """The comparison with the newest paper, made once, when it is called. `compared` as of `compare_paper`."""

    home: WritableHome
    spoken: str | None
    yes: bool
    compared: bool = False
    _is_made: bool = False

    def __call__(self) -> None:
        """Compare, unless it was done before. Raises as `compare_paper`."""
        if not self._is_made:
            self.compared = compare_paper(self.home, self.spoken, yes=self.yes)
            self._is_made = True


def put_off(home: WritableHome, spoken: str | None, *, yes: bool) -> OnPaper:
    """Let a home be compared immediately before the first question to its officers, and before any step.

    By then everything has refused that can refuse without it, and nobody fetches a paper for a command that ends so.
    Where the words were said already, nobody is asked: then it is done now. Raises as `compare_paper`.
    """
    on_paper = OnPaper(home, spoken, yes)
    if spoken is not None:
        on_paper()
    home.settle_first(on_paper)
    return on_paper


def compare_paper(home: WritableHome, spoken: str | None, *, yes: bool) -> bool:
    """Compare with the newest paper, or ask another machine. `yes`: nobody is to be asked.

    False where nothing was compared, which only a test network allows.
    Raises Usage where a main network's home is to go on and nobody says the words, Mismatch for the right words with
    another number, Alarm where the journal has no such entry.
    """
    _tell_clock(home)
    paper, terminal = paper_head(spoken), standard_terminal()
    unattended = yes or not terminal.present
    if paper is None and unattended and network_of(home.book.state) is Network.TEST:
        output.warn(_("No head from paper was compared: nothing here tells whether this home was rolled back."))
        return False
    found = _heard(home, terminal) if paper is None else _found(home, paper)
    if found is None:  # another machine answered
        return True
    since = home.book.head.number - found.number
    if since:
        output.progress(
            output.here(
                ngettext(
                    "Since that paper {count} entry was written: custody journal show --from {first} --home DIR",
                    "Since that paper {count} entries were written: custody journal show --from {first} --home DIR",
                    since,
                ).format(count=since, first=found.number + 1)
            )
        )
    return True


def _tell_clock(home: WritableHome) -> None:
    """Say where this machine's clock runs backwards, or went far on since the newest entry: nobody vouches for it."""
    now, newest = home.time(), home.book.chain.lines[-1].at
    if now < newest:
        output.warn(
            _("this machine's clock runs backwards: it says {now}, and the newest entry was written on {then}").format(
                now=shown_time(now), then=shown_time(newest)
            )
        )
    elif newest and now - newest > _DAY:
        output.progress(
            _("The newest entry was written on {then}; this machine's clock says {now}. Is that so?").format(
                now=shown_time(now), then=shown_time(newest)
            )
        )


def _found(home: WritableHome, paper: PaperHead) -> Head:
    with working(_("Comparing the words")):
        return home.book.require_on_paper(paper)


def _heard(home: WritableHome, terminal: Terminal) -> Head | None:
    """Hear the words from a person, who may misread a word: what is no head is asked for again, another head once.

    "ask FILE" asks another machine instead: None once it has answered that nothing is newer.
    """
    terminal.require(_("Give the head on the newest paper with --head."))
    output.about(home.book.state.roster.network)
    output.announce()
    is_again = False
    for _attempt in range(_ATTEMPTS):
        said = terminal.ask(
            _("The number and the ten words on the newest paper (or: ask FILE): ")
            if opens_what_is_typed()
            else _("The number and the ten words on the newest paper: ")
        )
        if said.strip().lower().startswith(_ASK):
            if _asked(home, terminal, said.strip()[len(_ASK) :].strip()):
                return None
            continue
        try:
            return _found(home, PaperHead.parse(said))
        except Usage as failure:
            output.say(failure.message)
        except Alarm as alarm:
            if is_again:
                raise
            is_again = True
            output.say(alarm.message)
            output.say(_("Read them once more, word by word."))
    raise Usage(
        _("the words of the newest paper were not said"), hint=_("Take the newest paper, then run the command again.")
    )


def _asked(home: WritableHome, terminal: Terminal, path: str) -> bool:
    """Ask another machine whether anything is newer, and hear its answer. False where no question could be written.

    The question's nonce lives in this process, and in no file of the home: one that was rolled back would find its
    question beside an old answer. Raises Declined where no answer comes, and as `require_newest`.
    """
    if not opens_what_is_typed():
        output.say(_("To ask another machine, run it again with --medium DIR, the folder for question and answer."))
        return False
    head = home.book.head
    nonce = secrets.token_bytes(NONCE_BYTES)
    question = Question(home.book.state.treasury, home.book.writer, Tip(head.number, head.hash), nonce)
    try:
        store.write_new(path, question.encode())
    except StorageFailed as failure:
        output.say(failure.message)
        output.say(_("Name a file that is not there yet, on the medium that you will carry."))
        return False
    output.say(
        _("The question is in {path}. Carry it to another machine of the treasury, and run there:").format(
            path=safe(path)
        )
    )
    output.say(_("  custody journal answer QUESTION --home HOME -o ANSWER"))
    output.progress(_("{machine} knows nothing newer.").format(machine=safe(_answering(home, terminal, question))))
    return True


def _answering(home: WritableHome, terminal: Terminal, question: Question) -> str:
    """Return which machine answered, by name. A file that is no such answer is asked for again: the question waits."""
    for _attempt in range(_ATTEMPTS):
        path = terminal.ask(_("The file of the answer, or nothing to stop: ")).strip()
        if not path:
            break
        try:
            answer = Answer.decode(store.read(path, _ANSWER_LIMIT))
            require_newest(question, answer, home.book.state, home.book.known)
        except Alarm as alarm:
            home.tell_alarm(alarm, bars=True)
            raise
        except (Usage, StorageFailed, Unreadable, Mismatch) as failure:
            output.say(failure.message)
        else:
            return home.machine_name(answer.machine)
    raise Declined(_("no answer came; nothing was changed"))

"""The newest words on paper, compared before a book goes on: a home that was rolled back would go on as if never left.

Every command that changes rules, signs, registers, seals or copies begins here (docs/treasury.md). A script says the
words with `--head`; on a test network it may leave them away, which is warned of. A journal without that entry is an
Alarm.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from custody.catalogue import _, ngettext
from custody.ceremony.home.home import Home
from custody.ceremony.home.writing import WritableHome
from custody.ceremony.treasury.stakes import network_of
from custody.cli.front import output
from custody.cli.people.brought import paper_head
from custody.cli.people.terminal import Terminal, standard_terminal
from custody.cli.people.working import working
from custody.cli.treasury.opening import changing
from custody.errors import Alarm, Usage
from custody.governance.chain import Head
from custody.governance.paper import PaperHead
from custody.keys.vaults.parameters import Network

_ATTEMPTS = 3


@contextmanager
def changing_fresh(path: str | None, paper: str | None, *, yes: bool) -> Iterator[WritableHome]:
    """Open the home that was named for its one writer, and compare it with the paper. Raises as both do."""
    with changing(path) as home:
        compare_paper(home, paper, yes=yes)
        yield home


def compare_paper(home: Home, spoken: str | None, *, yes: bool) -> None:
    """Compare with the newest paper. `yes`: nobody is to be asked.

    Raises Usage where a main network's home is to go on and nobody says the words, Mismatch for the right words with
    another number, Alarm where the journal has no such entry.
    """
    paper, terminal = paper_head(spoken), standard_terminal()
    unattended = yes or not terminal.present
    if paper is None and unattended and network_of(home.book.state) is Network.TEST:
        output.warn(_("No head from paper was compared: nothing here tells whether this home was rolled back."))
        return
    found = _heard(home, terminal) if paper is None else _found(home, paper)
    since = home.book.head.number - found.number
    if since:
        output.progress(
            ngettext(
                "Since that paper {count} entry was written: custody journal show --from {first}.",
                "Since that paper {count} entries were written: custody journal show --from {first}.",
                since,
            ).format(count=since, first=found.number + 1)
        )


def _found(home: Home, paper: PaperHead) -> Head:
    with working(_("Comparing the words")):
        return home.book.require_on_paper(paper)


def _heard(home: Home, terminal: Terminal) -> Head:
    """Hear the words from a person, who may misread a word: what is no head is asked for again, another head once."""
    terminal.require(_("Give the head on the newest paper with --head."))
    output.about(home.book.state.roster.network)
    output.announce()
    is_again = False
    for _attempt in range(_ATTEMPTS):
        try:
            return _found(home, PaperHead.parse(terminal.ask(_("The number and the ten words on the newest paper: "))))
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

"""Opens a treasury's directory for one command, with this process hardened first, and calls its officers together.

What they do with their secrets is done in a copy of this process (`custody.apart`), which goes on without them. What
had to be mended is warned of at the end, however the command ends.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from custody import canonical
from custody.catalogue import _
from custody.ceremony.home.beside import shown_date
from custody.ceremony.home.writing import WritableHome, writing
from custody.ceremony.table.carried import CarriedFile, bring
from custody.ceremony.table.stakes import network_of
from custody.cli.front import output
from custody.cli.front.hardened import done_apart, harden, require_door, require_fit
from custody.cli.people.brought import carried_files, key_file_paths, usable_files
from custody.cli.people.meeting import FrontMeeting
from custody.cli.people.terminal import standard_terminal
from custody.cli.people.working import working
from custody.cli.treasury.options import require_home
from custody.errors import Alarm, CustodyError
from custody.governance.exception import Excepted, shown
from custody.keys.vaults.parameters import Network
from custody.keys.vaults.sealed import SealedIdentity
from custody.text import safe


@contextmanager
def changing(path: str | None) -> Iterator[WritableHome]:
    """Open the home that was named, for its one writer. Raises as `writing` does, Usage where none was named."""
    named = require_home(path)
    harden()
    with ExitStack() as stack:
        with working(_("Verifying the journal")):
            home = stack.enter_context(writing(named))
        output.about(home.book.state.roster.network)
        require_door(home.book.state.roster.network)
        try:
            yield home
        except Alarm as alarm:  # every alarm is written down; where that fails, the alarm is what has to be said
            with suppress(CustodyError):
                home.tell_alarm(alarm, bars=False)
            raise
        finally:
            for sentence in home.told:
                output.warn(sentence)


def done_apart_at(home: WritableHome, work: Callable[[], Any]) -> Any:
    """Do work on a home, with secrets, in a copy of this process; return what it returns, and go on from what it wrote.

    It returns what canonical JSON holds and everybody may see. Raises as the work, and as `WritableHome.catch_up`.
    """

    def written() -> bytes:
        with mending_told(home):
            return canonical.encode(work())

    result = canonical.decode(done_apart(written))
    home.catch_up()
    return result


@contextmanager
def mending_told(home: WritableHome) -> Iterator[None]:
    """Say at the end of the block what had to be mended within it: where it is done apart, nobody else hears of it."""
    before = len(home.told)
    try:
        yield
    finally:
        for sentence in home.told[before:]:
            output.warn(sentence)
        del home.told[before:]


def require_fit_at(home: WritableHome) -> None:
    """Raise Unfit where the treasury's money is real and this machine is neither fit nor excepted."""
    require_fit(home.book.state.roster.network, _excepted(home))


def _excepted(home: WritableHome) -> frozenset[Excepted]:
    """Return what officers have excepted on this machine, and say of each exception until when, and why."""
    holding = home.book.excepted(home.time())
    for each in holding:
        output.progress(
            _("Officers excepted {findings} on this machine up to {day}: {reason}").format(
                findings=shown(each.findings), day=shown_date(each.ends - 1), reason=safe(each.reason)
            )
        )
    return frozenset(finding for each in holding for finding in each.findings)


@dataclass(frozen=True, slots=True)
class Officers:
    """What officers bring to a command, as `officers_options` gave it."""

    yes: bool
    passphrase_fd: int | None
    key_files: tuple[str, ...]
    officer_files: tuple[str, ...]

    @property
    def carried(self) -> tuple[CarriedFile, ...]:
        """The files that they carry. Raises Usage, Unreadable and StorageFailed."""
        return carried_files(self.officer_files)

    @property
    def usable(self) -> tuple[tuple[CarriedFile, ...], list[CustodyError]]:
        """The files that they carry and that can be read, and what is wrong with the others."""
        return usable_files(self.officer_files)

    def carried_to(self, home: WritableHome, *, joining: bool = False) -> tuple[SealedIdentity, ...]:
        """Return the identities that they carry, and let the home learn their names. Raises as `carried` and `bring`.

        Before it officers are found by their names, so it comes first.
        """
        return bring(home, self.carried, joining=joining)

    def meet_at(self, home: WritableHome, work: Callable[[FrontMeeting], Any], *, on_any_machine: bool = False) -> Any:
        """Call the officers of a home together for work of theirs, done apart, on a machine that is fit, or excepted.

        What they carry has to be learnt before: what the home learns there is forgotten. `on_any_machine` is for the
        exception itself. Raises as `done_apart_at`, `require_fit_at` and `meeting`.
        """
        if not on_any_machine:
            require_fit_at(home)
        return done_apart_at(home, lambda: work(self.meeting(network_of(home.book.state), home.before_going_on)))

    def meet(
        self, network: Network, work: Callable[[FrontMeeting], object], before: Callable[[], None] = lambda: None
    ) -> None:
        """Call officers together, whose home is not there yet, for work done apart. Raises as the work, and `meeting`.

        The machine was found fit before.
        """

        def done() -> bytes:
            work(self.meeting(network, before))
            return b""

        done_apart(done)

    def meeting(self, network: Network, before: Callable[[], None] = lambda: None) -> FrontMeeting:
        """Call officers together; `before` is done before anybody is asked anything.

        Raises Usage for --yes on a main network, or where nobody can come.
        """
        paths = key_file_paths(self.key_files)
        return FrontMeeting.of(standard_terminal(), network, self.passphrase_fd, paths, yes=self.yes, before=before)

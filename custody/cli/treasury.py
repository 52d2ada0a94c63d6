"""How a command opens a treasury: hardened first, with what was mended told. It knows no command."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

from custody import guard
from custody.catalogue import _
from custody.ceremony.vaults import network_of
from custody.ceremony.writing import WritableHome, writing
from custody.cli import output
from custody.cli.meeting import FrontMeeting
from custody.cli.terminal import standard_terminal
from custody.cli.treasury_options import key_file_places, require_home
from custody.cli.working import working


def harden() -> None:
    """Make this process safer for secrets, and say what stays a concern."""
    for concern in guard.harden():
        output.warn(concern)


@contextmanager
def changing(path: str | None) -> Iterator[WritableHome]:
    """Open the home that was named, for its one writer. Raises as `writing` does, Usage where none was named."""
    named = require_home(path)
    harden()
    with ExitStack() as stack:
        with working(_("Verifying the journal")):
            home = stack.enter_context(writing(named))
        try:
            yield home
        finally:
            for sentence in home.told:
                output.warn(sentence)


def meeting_at(home: WritableHome, passphrase_fd: int | None, key_files: Sequence[str], *, yes: bool) -> FrontMeeting:
    """Call the officers of a home together. Raises Usage for --yes on a main network, and where nobody can be asked."""
    network = network_of(home.book.state)
    return FrontMeeting.of(standard_terminal(), network, passphrase_fd, key_file_places(key_files), yes=yes)

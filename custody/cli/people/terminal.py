"""`Terminal`: questions, hidden input, pages, confirmations and the share screen, on standard error and standard input.

So standard output stays free for a result. Where a person is needed and one of both is no terminal, Usage is raised;
who stops raises Declined. The share screen is cleared when it is left, also by a signal that ends the program; nothing
secret is ever written to anything else.
"""

import os
import select
import signal
import sys
import termios
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from types import FrameType

import click

from custody.catalogue import _
from custody.cli.front import output
from custody.cli.front.layout import fold, weighed
from custody.errors import Declined, StorageFailed, Unreadable, Usage

IDLE_SECONDS = 60.0
"""After so long without a key the share screen goes blank."""

_TURN_SECONDS = 0.25
_STILL_SECONDS = 0.05
_MOST_TURNS = 40
_ENDINGS = (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)

_ALTERNATE, _NORMAL = "\x1b[?1049h", "\x1b[?1049l"
_CLEAR = "\x1b[H\x1b[2J\x1b[3J"
_LOCAL_FLAGS, _CONTROL_CHARACTERS = 3, 6
_LEAST_ROWS, _LEAST_COLUMNS = 8, 40
_LINE_LIMIT = 4096
ROWS_OF_NEXT = 2
"""Lines under the last page of a result: what comes next is said there (`guide.next_steps`)."""
_OF_COMMAND = "custody.terminal"


class Terminal:
    """A person's terminal: `source` is the descriptor they type on, `screen` the one they look at."""

    def __init__(
        self, source: int = 0, screen: int = 2, *, idle_seconds: float = IDLE_SECONDS, lasting: bool = False
    ) -> None:
        self._source = source
        self._screen = screen
        self._idle_seconds = idle_seconds
        self._lasting = lasting
        self._depth = 0
        self._hiding: ExitStack | None = None

    @property
    def present(self) -> bool:
        """Say whether a person is there: whether both ends are terminals."""
        return _is_terminal(self._source) and _is_terminal(self._screen)

    def require(self, instead: str) -> None:
        """Raise Usage where there is no terminal; `instead` says what to do then."""
        if not self.present:
            raise Usage(_("there is no terminal to ask on"), hint=instead)

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows; 80 by 24 where the terminal does not say."""
        columns, rows = os.get_terminal_size(self._screen) if _is_terminal(self._screen) else (80, 24)
        return max(columns or 80, _LEAST_COLUMNS), max(rows or 24, _LEAST_ROWS)

    def write(self, text: str) -> None:
        """Write to the screen. Raises StorageFailed when the terminal has gone away."""
        left = memoryview(text.encode("utf-8", "backslashreplace"))
        try:
            while left:
                left = left[os.write(self._screen, left) :]
        except OSError:
            raise StorageFailed(_("the terminal has gone away"), hint=_("Run the command on a terminal.")) from None

    def ask(self, question: str) -> str:
        """Ask for one line that may be seen, but within `hidden`. Raises Declined at the end of input."""
        if not self._depth:
            self._show_typing()
        columns, _rows = self.size
        self.write("\n".join(part for line in question.split("\n") for part in fold(line, columns - 1)))
        try:
            return self.line()
        except (KeyboardInterrupt, Declined):
            if not self._depth:
                self.write("\n")  # what is said next begins on a line of its own
            raise

    def answer(self, question: str) -> str:
        """Ask for a line that answers what is on the screen now: what was typed before is forgotten."""
        if self.present:
            termios.tcflush(self._source, termios.TCIFLUSH)
        return self.ask(question)

    def ask_hidden(self, question: str) -> str:
        """Ask for one line that is not shown while it is typed, nor afterwards.

        What was typed before is forgotten: the end of a card that was pasted would else become a passphrase. Raises
        Declined at the end of input, and Unreadable for what is not UTF-8: replaced by a mark, it would be another
        passphrase, and one that many wrong ones would match.
        """
        with self.hidden():
            typed = self.answer(question)
        self.write("\n")
        if any("\udc80" <= letter <= "\udcff" for letter in typed):
            raise Unreadable(_("what was typed is not UTF-8 text"), hint=_("Check the encoding of the terminal."))
        return typed

    @contextmanager
    def hidden(self) -> Iterator[None]:
        """Keep what is typed off the screen until the end of the block, between two questions too.

        A `lasting` terminal goes on until its next question that may be seen, or until `forget_typed`: whoever types
        on while the answer is worked out must not see it either.
        """
        self._hide_typing()
        self._depth += 1
        try:
            yield
        except (KeyboardInterrupt, Declined):
            if self._depth == 1:
                self.write("\n")  # likewise
            raise
        finally:
            self._depth -= 1
            if not (self._depth or self._lasting):
                self._show_typing()

    def _hide_typing(self) -> None:
        if self._hiding is None:
            with ExitStack() as hiding:
                hiding.enter_context(_ended_by_signals())
                # not suspendable: a shell that brings it back may bring it back with an echo
                hiding.enter_context(self._mode(termios.ECHO | termios.ECHONL, suspendable=False))
                self._hiding = hiding.pop_all()

    def _show_typing(self) -> None:
        hiding, self._hiding = self._hiding, None
        if hiding is not None:
            hiding.close()

    def confirm(self, question: str, word: str) -> None:
        """Ask for a word, in whatever case, and after a slip once more; Enter, a no and another slip raise Declined."""
        prompt = _('{question} Type "{word}" to go on, or Enter alone to stop: ').format(question=question, word=word)
        typed = self.answer(prompt).strip().casefold()
        if typed not in (word, "", "no", _("no")):
            typed = self.answer(_('That was not "{word}". ').format(word=word) + prompt).strip().casefold()
        if typed != word:
            raise Declined(_('stopped: that was not "{word}"; nothing was released').format(word=word))

    def pause(self, text: str) -> None:
        """Wait for Enter. Whoever types a card's word instead does not see it."""
        with self.hidden():
            self.answer(_("{text} Then press Enter. ").format(text=text))
        self.write("\n")

    def page(self, lines: Sequence[str], *, ends: bool = False) -> None:
        """Show lines so that none is below the fold: a screenful at a time, each left by a key press.

        What stands between blank lines stays on one page where it fits. `ends`: what comes next has room under a page
        that stands alone too. Where nobody listens at the source, the lines are shown as they are.
        """
        columns, rows = self.size
        banner = output.banner()
        folded = [part for line in lines for part in fold(line, columns)]
        pages = paginate(folded, rows - 2 - len(banner), ROWS_OF_NEXT, alone=ROWS_OF_NEXT if ends else 0)
        for number, content in enumerate(pages, 1):
            shown = "\n".join((*banner, *content))
            self.write(weighed(shown, is_terminal=_is_terminal(self._screen)) + "\n")
            if number < len(pages) and self.present:
                self.answer(_("-- page {number} of {count}: Enter goes on -- ").format(number=number, count=len(pages)))

    def show_secret(self, lines: Sequence[str]) -> None:
        """Show lines to their holder: on the alternate screen, blank after a minute without a key, gone after Enter.

        The screen is cleared with its scrollback, also when the program is interrupted or ended. Raises Usage where
        there is no terminal: a secret goes to no file and no pipe from here.
        """
        self.require(_("A secret is shown on a terminal only; for a pipe, name one with --secret-out-fd."))
        columns, rows = self.size
        folded = [part for line in lines for part in fold(line, columns)]
        height = rows - 2 - len(output.banner())
        pages = [folded[start : start + height] for start in range(0, len(folded), height)]
        with _ended_by_signals(), self._mode(termios.ECHO | termios.ECHONL | termios.ICANON, suspendable=False):
            self.write(_ALTERNATE)
            try:
                for number, content in enumerate(pages, 1):
                    self._show_until_enter(content, _page_foot(number, len(pages)))
            finally:
                self.write(_CLEAR + _NORMAL + "\x1b[3J")

    def _show_until_enter(self, content: Sequence[str], foot: str) -> None:
        shown = True
        while True:
            blank = [_("Hidden, because no key was pressed for a while."), ""]
            text = [*content, "", foot] if shown else [*blank, _("Press Enter to see it again.")]
            self.write(_CLEAR + "\n".join((*output.banner(), *text)))
            key = self._key()
            if key is None:
                shown = False
            elif key in (b"\r", b"\n"):
                if shown:
                    return
                shown = True

    def _key(self) -> bytes | None:
        """Return one key, or None after the idle time."""
        if not self._typed_within(self._idle_seconds):
            return None
        key = os.read(self._source, 1)
        if key in (b"", b"\x04"):
            raise Declined(_("stopped, as you asked; what was shown before this is out and must be destroyed"))
        return key

    def _typed_within(self, seconds: float) -> bool:
        """Wait for a key, in short turns: a signal that comes just before a wait is heard only after it."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if select.select([self._source], [], [], min(left, _TURN_SECONDS))[0]:
                return True
        return False

    def line(self) -> str:
        """Read one line, as it is typed. Raises Declined at the end of input."""
        typed = os.read(self._source, _LINE_LIMIT)
        if not typed:
            raise Declined(_("stopped, as you asked; nothing was released"))
        return typed.decode("utf-8", "surrogateescape").rstrip("\r\n")

    def forget_ahead(self) -> None:
        """Drop what was typed and not read, and what comes without a pause: the rest of a paste."""
        for _turn in range(_MOST_TURNS):
            termios.tcflush(self._source, termios.TCIFLUSH)
            if not select.select([self._source], [], [], _STILL_SECONDS)[0]:
                return

    def forget_typed(self) -> None:
        """End what is hidden, if anything is, and drop what was typed and not read.

        Whoever pastes a phrase longer than what was asked for would else find its end in the shell, and its history.
        """
        if self._hiding is not None:
            with suppress(termios.error):  # the terminal has gone away, and nobody reads there
                try:
                    self.forget_ahead()
                finally:
                    self._show_typing()

    @contextmanager
    def _mode(self, off: int, *, suspendable: bool = True) -> Iterator[None]:
        """Switch local flags of the terminal off, and back at the end whatever happens."""
        before = termios.tcgetattr(self._source)
        changed = termios.tcgetattr(self._source)
        changed[_LOCAL_FLAGS] &= ~off
        if not suspendable:
            characters = list(changed[_CONTROL_CHARACTERS])
            characters[termios.VSUSP] = b"\x00"
            characters[termios.VMIN], characters[termios.VTIME] = b"\x01", b"\x00"
            changed[_CONTROL_CHARACTERS] = characters
        termios.tcsetattr(self._source, termios.TCSADRAIN, changed)
        try:
            yield
        finally:
            termios.tcsetattr(self._source, termios.TCSAFLUSH, before)  # what was not echoed goes to nobody else


def paginate(lines: Sequence[str], height: int, free: int = 0, *, alone: int = 0) -> list[Sequence[str]]:
    """Cut lines into pages, at a blank line where one stands in the lower half of a page. Nothing is lost.

    The last of several pages leaves `free` lines of its height, a page that stands `alone` so many.
    """
    pages: list[Sequence[str]] = []
    while len(lines) > height - (free if pages else alone):
        most = min(height, len(lines) - 1)
        ends = range(most, most // 2, -1)
        end = next((at for at in ends if "" in lines[at - 1 : at + 1]), most)
        pages.append(lines[:end])
        lines = lines[end:]
    return [*pages, lines]


def _page_foot(number: int, count: int) -> str:
    if number < count:
        return _("Page {number} of {count}. Enter shows the next.").format(number=number, count=count)
    return _("Copied, every word? Enter clears the screen.")


def _is_terminal(descriptor: int) -> bool:
    try:
        return os.isatty(descriptor)
    except OSError:
        return False


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Let SIGTERM, SIGHUP and SIGQUIT (from the keyboard) end the block the way Ctrl-C does.

    So the screen is cleared first, and a terminal is never left without its echo.
    """

    def end(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, end) for number in _ENDINGS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def standard_terminal() -> Terminal:
    """Return the terminal that this process was started on, one for a whole command; its end forgets what was typed."""
    sys.stderr.flush()
    command = click.get_current_context(silent=True)
    if command is None:
        return Terminal()
    terminal: Terminal | None = command.meta.get(_OF_COMMAND)
    if terminal is None:
        terminal = command.meta[_OF_COMMAND] = Terminal(lasting=True)
        command.call_on_close(terminal.forget_typed)
    return terminal

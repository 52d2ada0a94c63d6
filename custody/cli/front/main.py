"""A command line to its command's exit code: the one boundary where an error becomes a sentence (docs/command-line.md).

A secret among the arguments is refused before anything else. A bug is told by its kind and place, never by its message,
which may hold anything. A command's module is imported only when that command is called.
"""

import errno
import gc
import gettext
import io
import os
import sys
import threading
from collections.abc import Sequence
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Any

import click

from airgap.content.typed import redact
from airgap.errors import AirgapError
from custody import __version__
from custody.catalogue import LOCALE_DIR, _
from custody.cli.front import output
from custody.cli.front.arguments import refuse_secrets
from custody.cli.front.loading import LINE, command, loaded
from custody.cli.front.numbers import UnknownName
from custody.cli.front.table import HEADINGS, ROOMS, ROWS, Row
from custody.errors import CustodyError, Declined, StorageFailed, Usage

if TYPE_CHECKING:  # the shell's completion is loaded when a shell asks
    from click.shell_completion import CompletionItem

PROGRAM = "custody"

_COMPLETE = "_CUSTODY_COMPLETE"
_RARELY = 200_000
"""A command lives for a moment: to look for garbage in between would be a fifth of reading a long journal."""

_OUTPUT_LOST = frozenset({errno.EPIPE, errno.ENOSPC, errno.EDQUOT, errno.EIO})


class Room(click.Group):
    """Commands that are found in the table under a common beginning ("key "), and loaded when called."""

    def __init__(self, prefix: str, **settings: Any) -> None:
        super().__init__(**settings)
        self.prefix = prefix

    def rows(self) -> dict[str, Row]:
        """The table's rows that belong here, by the word that calls them."""
        return {name.removeprefix(self.prefix): row for name, row in ROWS.items() if name.startswith(self.prefix)}

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        """Name the commands, in the table's order."""
        return list(self.rows())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Load a command's module and return the command."""
        row = self.rows().get(cmd_name)
        return None if row is None else command(row.target)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command. An unknown word raises Usage with the nearest one."""
        if args and not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            raise loaded("front.unknown:command")(args[0], ctx, self.list_commands(ctx))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands with the table's one line each."""
        with formatter.section(_("Commands")):
            formatter.write_dl(self._lines())

    def shell_complete(self, ctx: click.Context, incomplete: str) -> "list[CompletionItem]":
        """Complete the commands from the table, without loading them."""
        words: list[CompletionItem] = loaded("front.completing:words")(self._lines(), incomplete)
        return words + click.Command.shell_complete(self, ctx, incomplete)

    def _lines(self) -> list[tuple[str, str]]:
        return [(word, row.help) for word, row in self.rows().items()]


class Front(Room):
    """The first page: every command under its heading; the first of two words (`key`) is a `Room` of its own."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        """Name the first words."""
        return [word for word, _line in self._lines()]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a room, or load a command."""
        if cmd_name in ROOMS:
            return Room(f"{cmd_name} ", name=cmd_name, help=ROOMS[cmd_name])
        return None if " " in cmd_name else super().get_command(ctx, cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List every command under the table's headings."""
        width = max(len(name) for name in ROWS)
        for heading in HEADINGS:
            with formatter.section(heading.title):
                formatter.write_dl([(row.name.ljust(width), row.help) for row in heading.rows])

    def _lines(self) -> list[tuple[str, str]]:
        return [*ROOMS.items(), *((row.name, row.help) for row in ROWS.values() if " " not in row.name)]


front = Front(
    "",
    name=PROGRAM,
    help=_(
        "Keep keys offline: make them, split them, review what they are asked to sign, and sign it.\n\n"
        "No command opens a network connection. A secret is typed at a prompt or read from a file descriptor "
        "(--secret-fd), never from the command line."
    ),
    epilog=_("Results go to standard output, words to people to standard error; --json gives one JSON object."),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
click.version_option(__version__, prog_name=PROGRAM, message="%(prog)s %(version)s")(front)


def main() -> None:
    """Run the command of `sys.argv` and exit with its code (docs/command-line.md)."""
    sys.excepthook = _last_word
    unheard: list[str] = []
    sys.unraisablehook = threading.excepthook = partial(_hear, unheard)
    try:
        gc.set_threshold(_RARELY)
        _fill_closed_streams()
        code = run(sys.argv[1:])
        if unheard:
            code = code or _fail(_aside(unheard), as_json=False)
        _close_outputs()
    except KeyboardInterrupt:  # before the command began, or while its end was being told
        code = _fail(_stopped(), as_json=False)
    sys.exit(code)


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code. Whatever goes wrong ends here, as a sentence."""
    meta: dict[str, Any] = {}

    def fail(failure: CustodyError | AirgapError) -> int:
        """Say it where its reader is: a script that has its result gets no second object."""
        return _fail(failure, as_json="--json" in arguments and output.RESULT not in meta)

    gettext.bindtextdomain("custody", LOCALE_DIR)  # click's own sentences come from the same catalogue
    gettext.textdomain("custody")
    try:
        refuse_secrets(arguments)
        return _invoke(arguments, meta)
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.exceptions.NoArgsIsHelpError as page:
        alone = page.ctx is None or page.ctx.parent is None
        output.say(loaded("guide.evening:EVENING") if alone else page.format_message())
        return Usage.exit_code
    except click.NoSuchOption as failure:
        return fail(loaded("front.unknown:option")(failure, front))
    except UnknownName as failure:
        return fail(loaded("front.unknown:name")(failure))
    except click.ClickException as failure:
        return fail(_usage(failure, arguments))
    except (CustodyError, AirgapError) as failure:
        return fail(failure)
    except (click.Abort, KeyboardInterrupt, EOFError):
        return fail(_stopped())
    except Exception as failure:  # noqa: BLE001  the one boundary: a bug shows no traceback, and its message may hold anything
        return fail(unexpected(failure))


def _invoke(arguments: Sequence[str], meta: dict[str, Any]) -> int:
    """Call the command, and keep in `meta` what its context knows.

    click's own `main` is left out: it has its own ideas of a lost reader and of Ctrl-C.
    """
    completing = os.environ.get(_COMPLETE)
    if completing:
        return _complete(completing)
    with front.make_context(PROGRAM, list(arguments)) as context:
        context.meta[LINE] = tuple(arguments)
        try:
            answer = front.invoke(context)
        except CustodyError as failure:
            raise failure.with_hint(output.here(failure.hint)) from failure.__cause__
        finally:
            meta.update(context.meta)
    return answer if isinstance(answer, int) else 0


def _complete(instruction: str) -> int:
    """Answer the shell that completes a line. Raises Usage where it is no shell that asks."""
    try:
        done = loaded("front.completing:answer")(front, PROGRAM, _COMPLETE, instruction)
    except (KeyError, ValueError):  # COMP_WORDS and COMP_CWORD are the shell's, and somebody else set the variable
        done = False
    if not done:
        raise Usage(
            _("{variable} is set, and no shell asks for a completion").format(variable=_COMPLETE),
            hint=_("Remove it from the environment; custody completion SHELL prints the script that sets it."),
        )
    return 0


def _fail(failure: CustodyError | AirgapError, *, as_json: bool) -> int:
    if as_json:
        loaded("front.result:print_error")(failure)
    else:
        output.error(failure)
    return failure.exit_code


def _stopped() -> Declined:
    return Declined(_("stopped, as you asked"))


def _usage(failure: click.ClickException, arguments: Sequence[str]) -> Usage:
    """Say what click found, without the values that were typed."""
    context = failure.ctx if isinstance(failure, click.UsageError) else None
    path = context.command_path if context else PROGRAM
    hint = _("{command} --help says how it is called.").format(command=path)
    return Usage(redact(failure.format_message(), arguments), hint=hint)


def unexpected(failure: Exception) -> CustodyError:
    """Name the kind and the place of a bug; never its message, which may hold anything.

    A lost or full output is no bug: click's help pages meet it here. Only its number is told, and not whose it was.
    """
    if isinstance(failure, OSError) and failure.errno in _OUTPUT_LOST:
        return StorageFailed(
            _("the system could not read or write: {reason}").format(reason=os.strerror(failure.errno)),
            hint=_("Check the disk, and the program that reads standard output, and run the command again."),
        )
    return CustodyError(
        _("an internal error ({kind} at {place}); nothing more was done").format(
            kind=type(failure).__name__, place=_place(failure.__traceback__)
        ),
        hint=_("This is a bug of ours. Report the line above and the command, without its secrets."),
    )


def _place(traceback: TracebackType | None) -> str:
    place = "?"
    while traceback is not None:
        module = traceback.tb_frame.f_globals.get("__name__", "?")
        if str(module).startswith((PROGRAM, "airgap")):
            place = f"{module}:{traceback.tb_lineno}"
        traceback = traceback.tb_next
    return place


def _last_word(kind: type[BaseException], _value: BaseException, _traceback: TracebackType | None) -> None:
    """Say what even `run` did not catch, in one line: it came while an error was being told, or before the first."""
    output.say(_("error: an internal error ({kind})").format(kind=kind.__name__))


def _hear(unheard: list[str], unraisable: "sys.UnraisableHookArgs | threading.ExceptHookArgs") -> None:
    """Remember an exception that reaches nobody: in a finaliser, or in a thread. Python would show its traceback."""
    unheard.append(unraisable.exc_type.__name__)


def _aside(unheard: Sequence[str]) -> CustodyError:
    return CustodyError(
        _("an internal error beside the work ({kinds}); what is said above stands").format(kinds=", ".join(unheard)),
        hint=_("This is a bug of ours. Report the line above and the command, without its secrets."),
    )


def _close_outputs() -> None:
    """Flush now, so that the interpreter does not end with a complaint and a code of its own about a lost reader."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            output.hush(stream)


def _fill_closed_streams() -> None:
    """Put a pipe without another end where standard input, output or error was closed by whoever started us.

    So input is empty, a result is lost with an error and not in silence, and no file that is opened later gets the
    number of a stream and what is said to a person.
    """
    if sys.stdin is None:
        sys.stdin = io.TextIOWrapper(io.BufferedReader(_pipe(0)))
    if sys.stdout is None:
        sys.stdout = io.TextIOWrapper(io.BufferedWriter(_pipe(1)))
    if sys.stderr is None:
        sys.stderr = io.TextIOWrapper(io.BufferedWriter(_pipe(2)), errors="backslashreplace")


def _pipe(number: int) -> io.FileIO:
    """Return one end of a pipe under this number: the reading one for 0, else the writing one; the other is closed."""
    reader, writer = os.pipe()
    ours, other = (reader, writer) if number == 0 else (writer, reader)
    os.close(other)
    if ours != number:
        os.dup2(ours, number)
        os.close(ours)
    return io.FileIO(number, "r" if number == 0 else "w", closefd=False)

"""From a command line to the command that answers, and the one boundary where an error becomes a sentence and a code.

A command's module is imported when the command is called, so `--help` loads neither a framing nor an imaging library.
"""

import errno
import gettext
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from types import TracebackType

import click
from click.shell_completion import BashComplete, CompletionItem, ShellComplete, add_completion_class

from airgap.catalogue import LOCALE_DIR, _
from airgap.cli import output
from airgap.cli.table import COMMANDS, EVENING
from airgap.content.typed import Kind, redact, secret_in
from airgap.errors import AirgapError, Declined, StorageFailed, Usage
from airgap.nearest import no_such_command, no_such_option

PROGRAM = "airgap"

_NAMED = "airgap.cli.named"
"""Every command that may be called has loaded it; a page of help needs nothing of it."""
DISTRIBUTION = "custody-toolkit"

COMPLETION = "_AIRGAP_COMPLETE"
"""The variable by which a shell asks what may come next."""


class Commands(click.Group):
    """The commands of the table, each loaded when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        """Name the commands, in the table's order."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Load a command's module and return the command, which has the module's name. Raises TypeError.

        A command that does not say what it opens is none.
        """
        if cmd_name not in COMMANDS:
            return None
        command = getattr(import_module(f"airgap.cli.{cmd_name}"), cmd_name)
        kind = getattr(sys.modules.get(_NAMED), "Opening", None)
        if kind is None or not isinstance(command, click.Command) or not isinstance(command, kind):
            raise TypeError(cmd_name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command. An unknown word raises Usage with the nearest one."""
        if args and not args[0].startswith("-") and args[0] not in COMMANDS:
            raise no_such_command(args[0], ctx.command_path, [*COMMANDS, *_options_of(ctx)])
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands with the table's one line each."""
        with formatter.section(_("Commands")):
            formatter.write_dl(list(COMMANDS.items()))

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete the commands from the table, without loading them."""
        words = [CompletionItem(word, help=line) for word, line in COMMANDS.items() if word.startswith(incomplete)]
        return words + click.Command.shell_complete(self, ctx, incomplete)


class Bash(BashComplete):
    """bash, which is not asked for its version: no program is started here."""

    source = ShellComplete.source


add_completion_class(Bash)


front = Commands(
    PROGRAM,
    help=_(
        "Carry a message across the air gap as QR codes, and back.\n\n"
        "It speaks UR and BBQr, knows no coin and no key, and opens no network connection. "
        "It proves that bytes arrived whole, not who sent them."
    ),
    epilog=_("Results go to standard output, words to people to standard error; --json gives one JSON object."),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
click.version_option(package_name=DISTRIBUTION, prog_name=PROGRAM, message="%(prog)s %(version)s")(front)


def main() -> None:
    """Run the command of `sys.argv` and exit with its code (docs/command-line.md)."""
    sys.excepthook = _last_word
    sys.unraisablehook = _said_aside
    try:
        if None in (sys.stdin, sys.stdout, sys.stderr):
            sys.exit(_closed())
        code = run(sys.argv[1:])
        _let_go_of_standard_output()
    except KeyboardInterrupt:  # before the command began, or while its end was being told
        code = _fail(_stopped(), as_json=False)
    sys.exit(code)


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code. Every answer to a person ends here, as a sentence."""
    as_json = "--json" in arguments
    gettext.bindtextdomain("airgap", LOCALE_DIR)  # click's own sentences come from the same catalogue
    gettext.textdomain("airgap")
    try:
        _refuse_secrets(arguments)
        answer = front.main(args=list(arguments), prog_name=PROGRAM, standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError:
        output.say(EVENING)
        return Usage.exit_code
    except click.NoSuchOption as failure:
        context = failure.ctx or click.Context(front, info_name=PROGRAM)
        return _fail(no_such_option(failure.option_name, context.command_path, _options_of(context)), as_json=as_json)
    except click.ClickException as failure:
        return _fail(_usage(failure, arguments), as_json=as_json)
    except AirgapError as failure:
        return _fail(failure, as_json=as_json)
    except (click.Abort, KeyboardInterrupt, EOFError):
        return _fail(_stopped(), as_json=as_json)
    except SystemExit as ended:
        # click leaves by this door after completing for a shell, and with 1 where the reader of a page went away
        return int(ended.code or 0) if COMPLETION in os.environ else 0
    except OSError as problem:
        return _fail(_refused(problem), as_json=as_json)
    return answer if isinstance(answer, int) else 0


def _closed() -> int:
    """A file opened now would take the closed stream's number, and what is printed would end up in it."""
    failure = StorageFailed(
        _("standard input, output or error is closed"), hint=_("Redirect it to /dev/null if it is not wanted.")
    )
    if sys.stderr is not None:
        output.error(failure, as_json=False)
    return failure.exit_code


def _fail(failure: AirgapError, *, as_json: bool) -> int:
    output.error(failure, as_json=as_json)
    return failure.exit_code


def _stopped() -> Declined:
    return Declined(_("stopped, as you asked; nothing was written"))


def _options_of(context: click.Context) -> list[str]:
    """Name the options of a context's command, each in its longest form."""
    return [max(each.opts, key=len) for each in context.command.get_params(context) if isinstance(each, click.Option)]


def _refused(problem: OSError) -> StorageFailed:
    """All but click's own pages is written through a door that says more."""
    return StorageFailed(
        _("the operating system refused: {reason}").format(reason=os.strerror(problem.errno or errno.EIO)),
        hint=_("Check that standard output can be written."),
    )


def _refuse_secrets(arguments: Sequence[str]) -> None:
    """Raise Usage where the line may hold a phrase, a card or a key, before any of it is taken for a file's name."""
    kind = secret_in(arguments)
    if kind is None:
        return
    hint = _(
        "Your shell may have kept that line: remove it from the history, and if the key holds money, move the money."
    )
    aside = "\n" + _("If it is the name of a file, write ./ before it.") if kind is Kind.SEED else ""
    raise Usage(
        _("what may be a phrase, a card or a private key was written on the command line, which is never read"),
        hint=hint + aside,
    )


def _usage(failure: click.ClickException, arguments: Sequence[str]) -> Usage:
    """Say what click found, without the values that were typed."""
    context = failure.ctx if isinstance(failure, click.UsageError) else None
    path = context.command_path if context else PROGRAM
    return Usage(
        redact(failure.format_message(), arguments),
        hint=_("{command} --help tells the options.").format(command=path),
    )


def _last_word(kind: type[BaseException], _problem: BaseException, _where: TracebackType | None) -> None:
    """An exception that nobody expected is a bug: one line, no traceback, exit 1."""
    bug = AirgapError(
        _("{program} has a bug: {kind}; nothing was written").format(program=PROGRAM, kind=kind.__name__),
        hint=_("Please report the command and the version, but no private file."),
    )
    output.error(bug, as_json="--json" in sys.argv)


def _said_aside(unraisable: "sys.UnraisableHookArgs") -> None:
    """What reaches nobody, in a finaliser, is one line too. Python would show its traceback."""
    _last_word(unraisable.exc_type, Exception(), None)


def _let_go_of_standard_output() -> None:
    """Keep the interpreter from complaining at its end about a reader that has gone."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

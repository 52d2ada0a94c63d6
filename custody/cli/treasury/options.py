"""Options of a treasury, for commands of every room: `--home`, what officers bring, heads on paper, quorums, days."""

import re
import shlex
from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

import click
from click.core import ParameterSource

from custody.catalogue import _
from custody.cli.front import output
from custody.cli.front.named_files import FileOfSomebody, InputFile, KeptHome, Medium, NewHome, ReadHome, Token
from custody.cli.front.numbers import NumberType
from custody.cli.people.options import DESCRIPTOR
from custody.errors import Usage
from custody.text import safe

_Function = TypeVar("_Function", bound=Callable[..., Any])
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)

ROLES = ("approver", "keyholder", "originator", "auditor")
MOST_OFFICERS, MOST_SEATS = 64, 16
"""What an officer may be, how many a roster has, and how many seats open a vault at most.

A test holds them to the roster's own, which takes longer to load.
"""

RULES = NumberType(1, MOST_OFFICERS)
UNLOCK = NumberType(2, MOST_SEATS)
"""How many seats change the rules, and how many open a vault."""


class DayType(click.types.StringParamType):
    """A day, written like 2026-11-29."""

    def convert(  # type: ignore[override]  # click's stub says str; what a type converts to is its own affair
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        """Return the day, or fail as click does."""
        if isinstance(value, date):
            return value
        try:
            if not _DAY.fullmatch(value):
                raise ValueError
            return date.fromisoformat(value)
        except ValueError:
            self.fail(_("a day is written like 2026-11-29"), param, ctx)


def home_option(command: _Function) -> _Function:
    """Give a command that writes in a treasury `--home DIR`, which CUSTODY_HOME may say too."""
    return _home_option(KeptHome())(command)


def read_home_option(command: _Function) -> _Function:
    """Give a command `--home DIR` that looks into a treasury alone."""
    return _home_option(ReadHome())(command)


def compared_home_option(command: _Function) -> _Function:
    """Give a command `--home DIR`, of a treasury that something is held against: only where it is named there."""
    text = _("A treasury's directory: say whether its book names this.")
    return click.option("--home", "home_path", metavar="DIR", type=ReadHome(), callback=_remember, help=text)(command)


def new_home_option(command: _Function) -> _Function:
    """Give a command `--home DIR` that makes a treasury."""
    return _home_option(NewHome())(command)


def _home_option(kind: click.Path) -> Callable[[_Function], _Function]:
    text = _("The treasury's directory.")
    return click.option(
        "--home", "home_path", metavar="DIR", envvar="CUSTODY_HOME", type=kind, callback=_remember, help=text
    )


def _remember(context: click.Context, _option: click.Parameter, path: str | None) -> str | None:
    """Remember how the treasury was named, for the commands that sentences name (`output.here`)."""
    if path is not None:
        named = context.get_parameter_source("home_path") is not ParameterSource.ENVIRONMENT
        context.meta[output.HOME] = f" --home {shlex.quote(safe(path))}" if named else ""
    return path


def officers_options(command: _Function) -> _Function:
    """Give a command what officers bring: passphrases from a descriptor, key files, identities of their own."""
    for option in (
        click.option("--yes", is_flag=True, help=_("Ask nobody. Test networks only.")),
        medium_option,
        carried_option,
        click.option(
            "--key-file",
            "key_files",
            multiple=True,
            metavar="NAME=FILE",
            type=FileOfSomebody(),
            help=_("An officer's key file, the second factor, on a medium of its own; once for each."),
        ),
        click.option(
            "--passphrase-fd",
            type=DESCRIPTOR,
            help=_("Read officers' passphrases from this file descriptor, one a line: NAME: passphrase."),
        ),
    ):
        command = option(command)
    return command


def token_option(command: _Function) -> _Function:
    """Give a command `--token NAME`, for officers whose identities it seals."""
    text = _(
        "Seal this officer's identity for a FIDO2 token too; again for a spare, up to four. Needs the extra [token]."
    )
    return click.option("--token", "tokens", multiple=True, metavar="NAME", type=Token(), help=text)(command)


def medium_option(command: _Function) -> _Function:
    """Give a command `--medium DIR`, whose value no job takes: the kernel hears of it."""
    text = _("A folder for files that are named at a prompt: a copy, a question and its answer, a key file.")
    option = click.option("--medium", multiple=True, metavar="DIR", type=Medium(), expose_value=False, help=text)
    return option(command)


def carried_option(command: _Function) -> _Function:
    """Give a command `--officer-file FILE`, which may come several times."""
    text = _("An officer's own file, as officer carry writes it, or the sealed identity alone; once for each.")
    option = click.option("--officer-file", "officer_files", multiple=True, metavar="FILE", type=InputFile(), help=text)
    return option(command)


def head_option(command: _Function) -> _Function:
    """Give a command `--head "WORDS"`."""
    text = _("The head on the newest paper: the entry's number and the ten words, as they stand there.")
    return click.option("--head", "paper", metavar="WORDS", help=text)(command)


def require_home(path: str | None) -> str:
    """Return the home that was named. Raises Usage where none was."""
    if path is None:
        raise Usage(
            _("this command needs a treasury's directory"),
            hint=_("Name it with --home DIR, or in the environment as CUSTODY_HOME."),
        )
    return path


def quorum_options(command: _Function) -> _Function:
    """Give a command `--rules` and `--unlock`."""
    rules = click.option("--rules", type=RULES, metavar="N", help=_("Seats that must agree from now on."))
    unlock = click.option("--unlock", type=UNLOCK, metavar="N", help=_("Seats that open a vault from now on."))
    return rules(unlock(command))

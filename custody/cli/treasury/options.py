"""Options of a treasury's commands: the home, the officers who come, the head on paper. It knows files, no rules."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import click

from custody import store
from custody.catalogue import _
from custody.cli.people.secrets import DESCRIPTOR
from custody.errors import Usage
from custody.governance.chain import PaperHead
from custody.keys.vaults.sealed import MOST_OF_KEY_FILE, OFFICER_FILE, KeyFile, SealedIdentity, read_officer_file
from custody.text import safe

_Function = TypeVar("_Function", bound=Callable[..., Any])


def home_option(command: _Function) -> _Function:
    """Give a command `--home DIR`, which CUSTODY_HOME may say too."""
    text = _("The treasury's directory.")
    option = click.option("--home", "home_path", metavar="DIR", envvar="CUSTODY_HOME", type=click.Path(), help=text)
    return option(command)


def officers_options(command: _Function) -> _Function:
    """Give a command what officers bring: passphrases from a descriptor, key files, identities of their own."""
    for option in (
        click.option("--yes", is_flag=True, help=_("Ask nobody. Test networks only.")),
        carried_option,
        click.option(
            "--key-file",
            "key_files",
            multiple=True,
            metavar="NAME=FILE",
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


def carried_option(command: _Function) -> _Function:
    """Give a command `--officer-file FILE`, which may come several times."""
    text = _("A sealed identity that an officer keeps on a medium of his own; once for each.")
    option = click.option(
        "--officer-file", "officer_files", multiple=True, metavar="FILE", type=click.Path(), help=text
    )
    return option(command)


def head_option(command: _Function) -> _Function:
    """Give a command `--head "WORDS"`."""
    text = _("The head on the newest paper: ten words, with the entry's number before them or not.")
    return click.option("--head", "paper", metavar="WORDS", help=text)(command)


def require_home(path: str | None) -> str:
    """Return the home that was named. Raises Usage where none was."""
    if path is None:
        raise Usage(
            _("this command needs a treasury's directory"),
            hint=_("Name it with --home DIR, or in the environment as CUSTODY_HOME."),
        )
    return path


def paper_head(spoken: str | None) -> PaperHead | None:
    """Read the head on paper, if it was said. Raises Usage."""
    return None if spoken is None else PaperHead.parse(spoken)


def carried_identities(paths: Sequence[str]) -> tuple[SealedIdentity, ...]:
    """Read the identities that officers brought. Raises Usage, Unreadable and StorageFailed."""
    return tuple(read_officer_file(store.read(path, OFFICER_FILE)) for path in paths)


def key_file_places(options: Sequence[str]) -> Mapping[str, str]:
    """Return name -> path of key files. Raises Usage for what is not NAME=FILE."""
    places: dict[str, str] = {}
    for option in options:
        name, equals, path = option.partition("=")
        if not (name and equals and path) or name in places:
            raise Usage(
                _("--key-file takes NAME=FILE, once for each officer"),
                hint=_("For instance: --key-file Alice=/media/key"),
            )
        places[name] = path
    return places


def read_key_file(path: str) -> KeyFile:
    """Read a key file. Raises Usage, Unreadable and StorageFailed."""
    return KeyFile.read(store.read(path, MOST_OF_KEY_FILE))


def checked_name(name: str) -> str:
    """Return the name of an officer as it was given. Raises Usage for one that could not be told from other words."""
    if not name.strip() or re.search(r"[:=\n]", name) or len(name) > _NAME_LIMIT:
        raise Usage(
            _("{name} is no name of an officer").format(name=safe(name)),
            hint=_("A name has 1 to {limit} characters, none of them a colon or an equals sign.").format(
                limit=_NAME_LIMIT
            ),
        )
    return name.strip()


_NAME_LIMIT = 200

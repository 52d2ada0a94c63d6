"""What officers bring, from options to values: identity files, key files by name, their names, the head on paper.

An option of another form raises Usage, a file that is not what it should be Unreadable.
"""

import re
from collections.abc import Mapping, Sequence

from custody import store
from custody.catalogue import _
from custody.ceremony.table.carried import CARRIED_LIMIT, CarriedFile
from custody.errors import CustodyError, Usage
from custody.governance.commitment import alike, composed
from custody.governance.paper import PaperHead
from custody.keys.vaults.sealed import MOST_OF_KEY_FILE, KeyFile
from custody.keys.vaults.token import MOST_TOKENS
from custody.text import safe


def paper_head(spoken: str | None) -> PaperHead | None:
    """Read the head on paper, if it was said. Raises Usage."""
    return None if spoken is None else PaperHead.parse(spoken)


def carried_files(paths: Sequence[str]) -> tuple[CarriedFile, ...]:
    """Read the identities that officers brought, with a name or bare. Raises Usage, Unreadable and StorageFailed."""
    return tuple(CarriedFile.read(store.read(path, CARRIED_LIMIT)) for path in paths)


def usable_files(paths: Sequence[str]) -> tuple[tuple[CarriedFile, ...], list[CustodyError]]:
    """Read the identities that officers brought, where one that cannot be read bars nothing; and say what is wrong."""
    usable: list[CarriedFile] = []
    failures: list[CustodyError] = []
    for path in paths:
        try:
            usable += carried_files([path])
        except CustodyError as failure:
            failures.append(failure)
    return tuple(usable), failures


def key_file_paths(options: Sequence[str]) -> Mapping[str, str]:
    """Return name -> path of key files. Raises Usage for what is not NAME=FILE."""
    paths: dict[str, str] = {}
    for option in options:
        name, equals, path = option.partition("=")
        name = composed(name)
        if not (name and equals and path) or name in paths:
            raise Usage(
                _("--key-file takes NAME=FILE, once for each officer"),
                hint=_("For instance: --key-file Alice=/media/key"),
            )
        paths[name] = path
    return paths


def read_key_file(path: str) -> KeyFile:
    """Read a key file. Raises Usage, Unreadable and StorageFailed."""
    return KeyFile.read(store.read(path, MOST_OF_KEY_FILE))


def tokens_of(name: str, options: Sequence[str]) -> int:
    """Return how many tokens of an officer are to be enrolled. Raises Usage for more than an identity takes."""
    count = sum(alike(each) == alike(name) for each in options)
    if count > MOST_TOKENS:
        raise Usage(_("an identity is sealed for at most {most} tokens").format(most=MOST_TOKENS))
    return count


def require_enrolling(names: Sequence[str], options: Sequence[str]) -> None:
    """Raise Usage for a token of somebody whose identity is not sealed by this command."""
    strangers = [each for each in options if alike(each) not in {alike(name) for name in names}]
    if strangers:
        raise Usage(
            _("--token names {name}, whose identity this command does not seal").format(name=safe(strangers[0])),
            hint=_("An officer gets a token with a new passphrase: custody officer passphrase NAME --home DIR"),
        )


def checked_name(name: str) -> str:
    """Return the name of an officer as it was given. Raises Usage for one that could not be told from other words."""
    if not name.strip() or re.search(r"[:=\n]", name) or len(name) > _NAME_LIMIT:
        raise Usage(
            _("{name} is no name of an officer").format(name=safe(name)),
            hint=_("A name has 1 to {limit} characters, none of them a colon or an equals sign.").format(
                limit=_NAME_LIMIT
            ),
        )
    return composed(name)


_NAME_LIMIT = 200

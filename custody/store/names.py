"""A name to the file of a treasury's directory that it stands for, or Unreadable: nothing else is ever opened there.

A name is a file of the directory itself, or `folder/file` for one of its three folders, so one that comes out of a file
cannot lead anywhere else. A file that is still being written has a name of its own (`Name.beside`).
"""

import re
import secrets
from dataclasses import dataclass

from custody.catalogue import _
from custody.errors import Unreadable
from custody.text import safe

HERE = ""
"""The home directory itself, where a folder of it could be named."""

_FILES = {
    HERE: re.compile(r"journal\.jsonl|journal\.next|journal\.head|beside\.jsonl|reserve|names\.json|writer\.key"),
    "kept": re.compile(r"[0-9a-f]{64}"),
    "vaults": re.compile(r"[a-z0-9][a-z0-9-]{0,63}\.[0-9]{8}\.vault"),
    "officers": re.compile(r"[0-9a-f]{16}\.officer"),
}
"""A folder -> what a file in it is called, from end to end."""

_STRAY = re.compile(r"\.(?P<file>[^/]+)\.[0-9a-f]{16}\.tmp")
_NAME_SHOWN = 100

FOLDERS = tuple(name for name in _FILES if name != HERE)
"""The folders that a home directory may hold."""


@dataclass(frozen=True, slots=True)
class Name:
    """A file's place: a folder of the home directory, or HERE, and what it is called there."""

    folder: str
    file: str

    @classmethod
    def parse(cls, name: str) -> "Name":
        """Read "journal.jsonl" or "kept/<64 hex>". Raises Unreadable for whatever a home directory does not hold."""
        folder, slash, file = name.rpartition("/")
        if bool(slash) != (folder != HERE) or not is_file(folder, file):
            raise Unreadable(
                _("{name} is not the name of a file of a treasury's directory").format(name=safe(name, _NAME_SHOWN))
            )
        return cls(folder, file)

    def __str__(self) -> str:
        return f"{self.folder}/{self.file}" if self.folder else self.file

    def beside(self) -> str:
        """Choose what the file is called while it is being written, in the same folder."""
        return f".{self.file}.{secrets.token_hex(8)}.tmp"


def refuse_folder(folder: str) -> None:
    """Refuse what is neither HERE nor a folder of a home directory. Raises Unreadable."""
    if folder not in _FILES:
        raise Unreadable(
            _("{name} is not a folder of a treasury's directory").format(name=safe(folder, _NAME_SHOWN)),
        )


def is_file(folder: str, file: str) -> bool:
    """Say whether a file of this name belongs into this folder."""
    pattern = _FILES.get(folder)
    return pattern is not None and pattern.fullmatch(file) is not None


def is_stray(folder: str, file: str) -> bool:
    """Say whether this is what `Name.beside` chose in this folder: a file that a writer left unfinished."""
    found = _STRAY.fullmatch(file)
    return found is not None and is_file(folder, found["file"])

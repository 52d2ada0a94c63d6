"""What lies below a folder that a command line names: the path and the size of each file. None is opened."""

import os
from collections.abc import Iterator
from pathlib import Path

from custody.catalogue import _
from custody.errors import StorageFailed, Usage
from custody.store import failures
from custody.text import safe


def entries(folder: str) -> dict[str, int | None]:
    """Return the path of everything below a folder that is no folder -> its bytes; None for what is no plain file.

    Raises Usage where it is no folder, and StorageFailed.
    """
    if not Path(folder).is_dir():
        raise Usage(_("there is no folder {path}").format(path=safe(folder)), hint=_("Check the name."))
    try:
        return dict(_below(Path(folder)))
    except OSError as failure:
        reason = failures.reason(failure)
        raise StorageFailed(
            _("{path} cannot be read: {reason}").format(path=safe(folder), reason=reason),
            hint=_("Copy it to another disk, and try again."),
        ) from None


def _below(folder: Path) -> Iterator[tuple[str, int | None]]:
    """Walk with a list of what is left, so that no depth of folders is too deep for it."""
    left = [folder]
    while left:
        with os.scandir(left.pop()) as found:
            for entry in found:
                if entry.is_dir(follow_symlinks=False):
                    left.append(Path(entry.path))
                else:
                    size = entry.stat().st_size if entry.is_file(follow_symlinks=False) else None
                    yield Path(entry.path).relative_to(folder).as_posix(), size

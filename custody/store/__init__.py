"""Bytes to and from files, whole or not at all: `files` that a command line names, `folder` for a treasury's directory.

The only room that opens files. It gives their bytes no meaning, and secrets are never passed to it in the clear.
`tree` lists what lies below a folder that a command line names; `folder` opens a directory as `readable` or
`writable`, with the `lock`; `devices` opens a printer; `names`, `owned`, `transfer` and `failures` are what those stand
on.
"""

from custody.store.files import (
    STANDARD,
    files_in,
    is_folder,
    is_stream,
    make_folder,
    parts,
    read,
    refuse_absent,
    refuse_taken,
    remove_empty,
    write_new,
)

__all__ = [
    "STANDARD",
    "files_in",
    "is_folder",
    "is_stream",
    "make_folder",
    "parts",
    "read",
    "refuse_absent",
    "refuse_taken",
    "remove_empty",
    "write_new",
]

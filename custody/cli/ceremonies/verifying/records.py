"""The records of a ceremony's keys, as files: of each set of cards, and of each wallet whose keys were all made."""

from pathlib import Path

from custody import store
from custody.catalogue import _
from custody.ceremony.candidates.records import set_record
from custody.ceremony.transcript.together import Together
from custody.errors import Refused, StorageFailed

_LIMIT = 4_000_000


def write_records(found: Together, folder: str, *, serves: bool) -> tuple[str, ...]:
    """Write records, and return their names. One that is there already, to the letter, is left as it is.

    A wallet waits unless it `serves`; once it does, its file that says so gives way. Nothing is written unless every
    sitting is whole, and no name is taken by another file. Raises Refused for a rehearsal, whose wallets are to get no
    money, and StorageFailed where another file is there.
    """
    if found.is_rehearsal:
        raise Refused(
            _("of a rehearsal no records are written: nothing of it is to be used"),
            hint=_("Leave --records out."),
            code="rehearsal",
        )
    if not found.is_whole:
        return ()
    keys = {key.id: key for key in found.plan.keys}
    files = {f"{name}.set.json": set_record(keys[name], follows).to_json() for name, follows in found.made.items()}
    paths = {Path(folder) / name: content.encode() for name, content in files.items()}
    waits = {Path(folder) / f"{each.name}.wallet.json": each.as_waiting().to_json().encode() for each in found.wallets}
    if serves:
        given_way = [path for path, content in waits.items() if path.is_file() and store.read(path, _LIMIT) == content]
        paths |= {Path(folder) / f"{each.name}.wallet.json": each.to_json().encode() for each in found.wallets}
    else:
        given_way = []
        paths |= waits
    for path, content in [each for each in paths.items() if each[0] in given_way or not _is_there(*each)]:
        store.write_new(path, content, force=path in given_way)
    return tuple(map(str, paths))


def _is_there(path: Path, content: bytes) -> bool:
    """Say whether a file is there to the letter. Raises StorageFailed where another one has its name."""
    try:
        store.refuse_taken(path)
    except StorageFailed:
        if not path.is_file() or store.read(path, _LIMIT) != content:
            raise
        return True
    return False

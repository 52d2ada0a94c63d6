"""The records of a ceremony's keys, as files: of each set of cards, and of each wallet whose keys were all made."""

from pathlib import Path

from custody import store
from custody.catalogue import _
from custody.ceremony.candidates.records import set_record
from custody.ceremony.transcript.together import Together
from custody.errors import Refused, StorageFailed

_LIMIT = 4_000_000


def write_records(found: Together, folder: str) -> tuple[str, ...]:
    """Write records, and return their names. One that is there already, to the letter, is left as it is.

    Nothing is written unless every sitting is whole, and no name is taken by another file. Raises Refused for a
    rehearsal, whose wallets are to get no money, and StorageFailed where another file is there.
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
    files |= {f"{wallet.name}.wallet.json": wallet.to_json() for wallet in found.wallets}
    paths = {Path(folder) / name: content.encode() for name, content in files.items()}
    for path, content in [each for each in paths.items() if not _is_there(*each)]:
        store.write_new(path, content)
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

"""The records of a ceremony's keys, as files: of each set of cards, and of each wallet whose keys were all made."""

from collections.abc import Iterator
from pathlib import Path

from custody import store
from custody.catalogue import _
from custody.ceremony.candidates.records import set_record, whole_wallets
from custody.ceremony.transcript.account import Account
from custody.errors import Refused, StorageFailed
from custody.text import safe

_LIMIT = 4_000_000


def write_records(found: Account, folder: str) -> tuple[str, ...]:
    """Write records, and return their names. One that is there already, to the letter, is left as it is.

    Raises Refused for a rehearsal, whose wallets are to get no money, and StorageFailed where another file is there.
    """
    standing = found.standing
    if standing.begun.rehearsal:
        raise Refused(
            _("of a rehearsal no records are written: nothing of it is to be used"),
            hint=_("Leave --records out."),
            code="rehearsal",
        )
    keys = {key.id: key for key in standing.plan.keys}
    made = {name: each.follows for name, each in standing.made.items()}
    files = {f"{name}.set.json": set_record(keys[name], follows).to_json() for name, follows in made.items()}
    files |= {f"{wallet.name}.wallet.json": wallet.to_json() for wallet in whole_wallets(standing.plan, made)}
    return tuple(_written(Path(folder) / name, content.encode()) for name, content in files.items())


def records_lines(written: tuple[str, ...]) -> Iterator[str]:
    """Yield what a person reads of them."""
    for each in written:
        yield _("Written: {path}").format(path=safe(each))


def _written(path: Path, content: bytes) -> str:
    try:
        store.write_new(path, content)
    except StorageFailed:
        if not path.is_file() or store.read(path, _LIMIT) != content:
            raise
    return str(path)

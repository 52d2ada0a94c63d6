"""Wallet files (docs/spec/wallet.md), each named or in a folder, to `Wallet`s; none, or two of one name, raise Usage.

In a folder lie other files too: those are passed over, and named. A wallet's file that is damaged, or what may be one,
raises Unreadable: a review without that wallet would take its coins and its change for a stranger's.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from custody import outside, store
from custody.catalogue import _
from custody.chains.bitcoin.wallet.wallet import FORMAT, Wallet
from custody.cli.front import output
from custody.cli.front.documents import read_document
from custody.errors import CustodyError, Unreadable, Usage
from custody.strict_json import SIZE_LIMIT
from custody.text import safe

FILES_IN_A_FOLDER = 1_000
"""Files of a folder of wallets, other ones included."""
FOLDER_LIMIT = 4 * SIZE_LIMIT
"""Bytes that are read of a folder of wallets."""

_MARK = FORMAT.partition("/")[0].encode()
"""What stands in every wallet's file, of whichever version."""
_NAMES_TOLD = 5


def require_wallets(paths: Sequence[str], home: str | None) -> None:
    """Raise Usage where no wallet is named, and no treasury that registered one."""
    if not paths and home is None:
        raise Usage(
            _("no wallet was named"),
            hint=_("Name its file with --wallet FILE, or the treasury that registered it with --home DIR."),
        )


def load_wallet(path: str) -> Wallet:
    """Read one wallet file. Raises Usage, Unreadable, Mismatch and StorageFailed."""
    return Wallet.from_json(read_document(path))


def the_wallet(path: str) -> Wallet:
    """Read the one wallet that a command is about, as `load_wallet`: on a main network its screens say so."""
    wallet = load_wallet(path)
    output.about(wallet.network.name)
    return wallet


def load_named(path: str) -> Wallet:
    """Read one wallet file of several, as `load_wallet`; an error says which."""
    try:
        return load_wallet(path)
    except CustodyError as failure:
        message = _("{file}: {reason}").format(file=safe(path), reason=failure.message)
        raise type(failure)(message, hint=failure.hint, code=failure.code) from None


def load_wallets(paths: Sequence[str]) -> tuple[Wallet, ...]:
    """Read wallet files, and those of folders; two copies of one wallet in folders are one.

    Two wallets of one name would make every answer ambiguous, so that raises Usage.
    """
    wallets: list[Wallet] = []
    for path in paths:
        inside = store.files_in(path, FILES_IN_A_FOLDER)
        if inside is None:
            wallets.append(load_wallet(path) if len(paths) == 1 else load_named(path))
        else:
            wallets += [each for each in dict.fromkeys(_wallets_in(path, inside)) if each not in wallets]
    for number, wallet in enumerate(wallets):
        if wallet.name in (each.name for each in wallets[:number]):
            raise Usage(
                _("two of the wallet files carry the same name, {name}").format(name=safe(wallet.name)),
                hint=_("Name each wallet once."),
            )
    return tuple(wallets)


def _wallets_in(folder: str, files: Sequence[tuple[Path, int]]) -> Iterator[Wallet]:
    """Yield the wallets of a folder, and name what is none. Raises Usage where there is none at all, and Unreadable."""
    readable = [file for file, size in files if size <= SIZE_LIMIT]
    if sum(size for _file, size in files if size <= SIZE_LIMIT) > FOLDER_LIMIT:
        raise Unreadable(
            _("the files of {folder} are larger than the {limit} bytes that are read here").format(
                folder=safe(folder), limit=FOLDER_LIMIT
            ),
            hint=_("Put the wallets' files into a folder of their own."),
        )
    wallets = [file for file in readable if _may_be_a_wallet(file, store.read(file, SIZE_LIMIT))]
    yield from (load_named(str(file)) for file in wallets)
    passed_over = [file.name for file, _size in files if file not in wallets]
    if passed_over:
        output.progress(_told(folder, passed_over))
    if not wallets:
        raise Usage(
            _("there is no wallet's file in {folder}").format(folder=safe(folder)),
            hint=_("custody wallet new NAME ... -o FILE writes one."),
        )


def _may_be_a_wallet(file: Path, content: bytes) -> bool:
    """Say whether a file claims to be a wallet's, or is JSON so damaged that it may have been one."""
    try:
        text = outside.plain(content)
    except Unreadable:
        text = content
    if _MARK in text:
        return True
    if file.suffix.lower() == ".json":
        return not _is_json(text)
    return text.lstrip().startswith(b"{") and not (_is_json(text) or _is_json(text.lstrip().split(b"\n")[0]))


def _is_json(text: bytes) -> bool:
    """Whose JSON it is does not matter here, so it need not be strict."""
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _told(folder: str, names: Sequence[str]) -> str:
    shown = ", ".join(safe(name, 40) for name in names[:_NAMES_TOLD])
    if len(names) > _NAMES_TOLD:
        shown = _("{names} and {count} more").format(names=shown, count=len(names) - _NAMES_TOLD)
    return _("Not wallets' files, and passed over in {folder}: {names}.").format(folder=safe(folder), names=shown)

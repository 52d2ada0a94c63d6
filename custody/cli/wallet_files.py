"""Wallet files, as every command that takes `--wallet FILE` reads them. It knows where wallets lie, not what they own."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from custody import store
from custody.catalogue import _
from custody.chains.bitcoin.wallet import Wallet
from custody.errors import Unreadable, Usage
from custody.text import safe

DOCUMENT_LIMIT = 4_000_000
"""Bytes of a JSON document (docs: limits)."""

_Function = TypeVar("_Function", bound=Callable[..., Any])


def wallet_option(command: _Function) -> _Function:
    """Give a command `--wallet FILE`, which may come several times."""
    text = _("A registered wallet's file; say it once for each wallet.")
    return click.option("--wallet", multiple=True, required=True, type=click.Path(), help=text)(command)


def load_wallet(path: str) -> Wallet:
    """Read one wallet file. Raises Usage, Unreadable, Mismatch and StorageFailed."""
    return Wallet.from_json(read_document(path))


def load_wallets(paths: Sequence[str]) -> tuple[Wallet, ...]:
    """Read wallet files; two files of one name would make every answer ambiguous, so that raises Usage."""
    wallets = tuple(load_wallet(path) for path in paths)
    if len({wallet.name for wallet in wallets}) != len(wallets):
        raise Usage(_("two of the wallet files carry the same name"), hint=_("Name each wallet once."))
    return wallets


def read_document(path: str) -> str:
    """Read a UTF-8 text file of at most 4 MB. Raises Unreadable for bytes that are no text."""
    try:
        return store.read(path, DOCUMENT_LIMIT).decode("utf-8")
    except UnicodeDecodeError:
        raise Unreadable(
            _("{path} is not a text file").format(path=safe(path)), hint=_("Check that it is the file that you meant.")
        ) from None

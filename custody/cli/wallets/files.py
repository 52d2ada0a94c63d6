"""Wallet files (docs/spec/wallet.md) to `Wallet`s; none named, or two of one name, raise Usage."""

from collections.abc import Sequence

from custody.catalogue import _
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.cli.front import output
from custody.cli.front.documents import read_document
from custody.errors import Usage


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


def load_wallets(paths: Sequence[str]) -> tuple[Wallet, ...]:
    """Read wallet files; two files of one name would make every answer ambiguous, so that raises Usage."""
    wallets = tuple(load_wallet(path) for path in paths)
    if len({wallet.name for wallet in wallets}) != len(wallets):
        raise Usage(_("two of the wallet files carry the same name"), hint=_("Name each wallet once."))
    return wallets

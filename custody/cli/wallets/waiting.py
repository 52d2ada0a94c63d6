"""What is said of a wallet that is not in service yet, wherever it is shown."""

from custody.catalogue import _
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.text import safe


def waiting(wallet: Wallet) -> list[str]:
    """Warn of a wallet that is not in service yet; of one that is, say nothing."""
    if not wallet.waits:
        return []
    return [
        _(
            "{wallet} is not in service yet: only a small sum belongs there now, which tries it. Its cards have not "
            "arrived and signed, as far as this file knows: custody ceremony service"
        ).format(wallet=safe(wallet.name))
    ]

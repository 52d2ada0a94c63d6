"""`custody wallet list`: registered wallets, one below the other."""

from custody.catalogue import _
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.cli.wallets import screen
from custody.cli.wallets.files import the_wallet
from custody.cli.wallets.shown import show
from custody.errors import CustodyError
from custody.text import safe


def list_(wallets: tuple[str, ...], as_json: bool) -> None:
    """Show wallets."""
    shown = [{**screen.public(_load(path)), "file": path} for path in wallets]
    lines = [line for each in shown for line in ("", *screen.listed(each))]
    warnings = dict.fromkeys(warning for each in shown for warning in each["warnings"])
    show({"wallets": shown, "warnings": list(warnings)}, lambda _fold: lines[1:], as_json=as_json)


def _load(path: str) -> Wallet:
    """Read one wallet file of several; an error says which."""
    try:
        return the_wallet(path)
    except CustodyError as failure:
        message = _("{file}: {reason}").format(file=safe(path), reason=failure.message)
        raise type(failure)(message, hint=failure.hint, code=failure.code) from None

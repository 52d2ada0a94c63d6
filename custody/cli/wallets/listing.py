"""`custody wallet list`: registered wallets, one below the other."""

from typing import Any

from custody.cli.front import output
from custody.cli.wallets import screen
from custody.cli.wallets.files import load_named
from custody.cli.wallets.shown import show


def list_(wallets: tuple[str, ...], as_json: bool) -> None:
    """Show wallets."""
    shown = [_shown(path) for path in wallets]
    lines = [line for each in shown for line in ("", *screen.listed(each))]
    warnings = dict.fromkeys(warning for each in shown for warning in each["warnings"])
    show({"wallets": shown, "warnings": list(warnings)}, lambda _fold: lines[1:], as_json=as_json)


def _shown(path: str) -> dict[str, Any]:
    wallet = load_named(path)
    output.about(wallet.network.name)
    return {**screen.public(wallet), "file": path}

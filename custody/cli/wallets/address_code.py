"""`custody wallet address --qr`: one address as a QR code in the window, for a camera, and as text to compare.

It holds the address alone. Where there is no window with room for it, Usage is raised.
"""

import shutil
import sys
from collections.abc import Iterator

from airgap import qr
from custody.catalogue import _
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.cli.front.result import print_result
from custody.cli.wallets.addresses import CHANGE, beyond_the_gap, branch_of
from custody.cli.wallets.files import the_wallet
from custody.cli.wallets.waiting import waiting
from custody.errors import Usage
from custody.text import safe

_LINES_BESIDE = 5
"""The banner, the address, whose it is, and the prompt that comes back."""


def address_code(wallet: str, index: int | None, between: tuple[int, int] | None, change: bool, as_json: bool) -> None:
    """Show one address as a code."""
    if between is not None:
        raise Usage(
            _("--qr shows one address: a camera before several takes any of them"), hint=_("Name it with --index I.")
        )
    if as_json or not sys.stdout.isatty():
        raise Usage(
            _("--qr draws on a terminal, and standard output is for a program here"),
            hint=_("Leave --qr away for the address as text; airgap show draws a file as a picture."),
        )
    registered, at = the_wallet(wallet), index or 0
    branch = branch_of(registered, change=change)
    lines = _lines(registered, branch, at, registered.address(branch, at))
    warnings = [*waiting(registered), *beyond_the_gap(registered, at)]
    print_result({"warnings": warnings}, lines, as_json=False)


def _lines(wallet: Wallet, branch: int, index: int, address: str) -> Iterator[str]:
    columns, rows = shutil.get_terminal_size()
    code = qr.one_code(_compact(address, wallet), columns, rows - _LINES_BESIDE)
    if code is None:
        raise Usage(
            _("a window of {columns} by {rows} is too small for the code").format(columns=columns, rows=rows),
            hint=_("Make it 80 columns by 24 rows."),
        )
    yield from code.split("\n")
    yield f" {address}"
    kind = _("change") if branch == CHANGE else _("receiving")
    yield _(" {kind} address {index} of {wallet}").format(kind=kind, index=index, wallet=safe(wallet.name, 30))


def _compact(address: str, wallet: Wallet) -> str:
    """Upper-case letters make a smaller code, and BIP-173 has them mean the same; base58 has them mean another."""
    return address.upper() if address.startswith(f"{wallet.network.hrp}1") else address

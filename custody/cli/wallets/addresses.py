"""`custody wallet address` and `find`: indexes of a registered wallet to addresses, an address to its branch and index.

An address that is not found raises Mismatch; an index at which a review would refuse change is warned of.
"""

import sys
from typing import Any

from custody.aloud import ungrouped
from custody.catalogue import _
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.cli.front import output
from custody.cli.front.layout import address_lines
from custody.cli.front.result import print_result
from custody.cli.wallets.files import the_wallet
from custody.cli.wallets.options import LAST_INDEX
from custody.cli.wallets.waiting import waiting
from custody.errors import Mismatch, Usage
from custody.text import safe

_LEG = 5000
"""How far a search goes before it says where it is."""
MOST_AT_ONCE = 100_000
RECEIVE, CHANGE = 0, 1


def address(wallet: str, index: int | None, between: tuple[int, int] | None, change: bool, as_json: bool) -> None:
    """Show addresses."""
    if index is not None and between is not None:
        raise Usage(_("--index and --range do not go together"))
    first, after = between if between is not None else (index or 0, (index or 0) + 1)
    if first >= after:
        raise Usage(
            _("the range {first}:{after} holds no address").format(first=first, after=after),
            hint=_("0:3 is 0, 1 and 2."),
        )
    if after - first > MOST_AT_ONCE:
        raise Usage(
            _("at most {count} addresses are shown at once").format(count=MOST_AT_ONCE),
            hint=_("Ask again for the next ones."),
        )
    registered = the_wallet(wallet)
    branch = branch_of(registered, change=change)
    found = [(at, registered.address(branch, at)) for at in range(first, after)]
    public: dict[str, Any] = {
        "wallet": registered.name,
        "network": registered.network.name,
        "change": change,
        "addresses": [{"index": at, "address": shown} for at, shown in found],
        "warnings": [*waiting(registered), *beyond_the_gap(registered, after - 1)],
    }
    lines = [line for at, shown in found for line in _beside(f"{at:>10}  {shown}", shown, indent=" " * 12)]
    if between is None:
        public |= public["addresses"][0]
        lines = _beside(found[0][1], found[0][1], indent="  ")
    print_result(public, lines, as_json=as_json, as_it_stands=True)


def _beside(plain: str, address: str, indent: str) -> list[str]:
    """Say an address plainly, for whoever copies it; and on a terminal in groups too, for whoever reads it aloud."""
    return [plain, *(address_lines(address, indent) if sys.stdout.isatty() else ())]


def find(wallet: str, address: str, limit: int, as_json: bool) -> None:
    """Find an address."""
    address = ungrouped(address)
    registered = the_wallet(wallet)
    used = 0 if registered.used_to is None else registered.used_to + 1
    reach = min(used + limit, LAST_INDEX + 1)
    place = _search(registered, address, reach)
    if place is None:
        raise Mismatch(
            _("{address} is not among the first {count} addresses of {wallet}, on any branch").format(
                address=safe(address), count=reach, wallet=safe(registered.name)
            ),
            hint=_("Look further with --limit, or check that it is the right wallet."),
        )
    branch, index = place
    public: dict[str, Any] = {
        "wallet": registered.name,
        "address": registered.address(branch, index),
        "found": True,
        "change": branch == CHANGE,
        "branch": branch,
        "index": index,
        "searched": reach,
        "warnings": [*waiting(registered), *beyond_the_gap(registered, index)],
    }
    kind = _("change") if branch == CHANGE else _("receiving")
    lines = [
        _("This is {kind} address {index} of {wallet}:").format(kind=kind, index=index, wallet=safe(registered.name)),
        *address_lines(public["address"], "  "),
    ]
    print_result(public, lines, as_json=as_json)


def _search(wallet: Wallet, address: str, reach: int) -> tuple[int, int] | None:
    """Search leg by leg, and say after each how far it is."""
    for first in range(0, reach, _LEG):
        place = wallet.find(address, min(first + _LEG, reach), first)
        if place is not None:
            return place
        if reach > first + _LEG:
            output.progress(
                _("Not among the first {count} addresses of each branch; searching on to {reach}.").format(
                    count=first + _LEG, reach=reach
                )
            )
    return None


def beyond_the_gap(wallet: Wallet, index: int) -> list[str]:
    """Warn of an index at which a review would not take an output for change (BTC-PATH-RANSOM)."""
    if index <= wallet.reach:
        return []
    return [
        _(
            "index {index} is beyond {reach}, up to which this wallet is looked through: other programs may not find "
            "what is paid there, and change to it is refused. Register the wallet again with --used-to once it is in "
            "use"
        ).format(index=index, reach=wallet.reach)
    ]


def branch_of(wallet: Wallet, *, change: bool) -> int:
    """Return the branch that receives, or the one of change. Raises Usage where there is none of its own."""
    if change and wallet.descriptor.branches < 2:
        raise Usage(
            _("{wallet} has no change branch of its own").format(wallet=safe(wallet.name)),
            hint=_("Its change goes to the addresses that also receive."),
        )
    return CHANGE if change else RECEIVE

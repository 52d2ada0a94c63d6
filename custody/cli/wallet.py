"""`custody wallet new`, `address` and `find`: public wallet files. It knows no key and asks for none."""

from collections.abc import Iterator, Mapping
from typing import Any

import click

from custody import store
from custody.catalogue import _
from custody.chains.bitcoin.network import network
from custody.chains.bitcoin.wallet import AccountKey, Wallet
from custody.cli import output
from custody.cli.known_keys import KNOWN
from custody.cli.numbers import NumberType, PairType
from custody.cli.options import force_option, json_option, network_option, quiet_option
from custody.cli.wallet_files import load_wallet
from custody.derivation import format_path
from custody.errors import Mismatch, Usage
from custody.text import safe

_LAST_INDEX = 2**31 - 1
_SEARCHED = 1000
MOST_AT_ONCE = 100_000
RECEIVE, CHANGE = 0, 1


@click.command(
    help=_(
        "Register a wallet: check its descriptor and write the public file that every review is judged against.\n\n"
        "A descriptor may hold both branches, <0;1>; else give two, the one that receives and the one for change. "
        "Compare every key with the cosigner who sent it before you trust the file."
    )
)
@click.argument("name")
@click.option(
    "--descriptor", "descriptors", multiple=True, required=True, metavar="D", help=_("The descriptor; at most two.")
)
@network_option
@click.option(
    "--used-to",
    type=NumberType(0, _LAST_INDEX),
    metavar="I",
    help=_("The highest address index that was handed out already."),
)
@click.option("-o", "--output", "out", required=True, type=click.Path(), help=_("The file to write."))
@force_option
@json_option
@quiet_option
def new(
    name: str,
    descriptors: tuple[str, ...],
    network_name: str,
    used_to: int | None,
    out: str,
    force: bool,
    as_json: bool,
) -> None:
    """Register a wallet."""
    output.refuse_two_results(out, as_json=as_json)
    wallet = Wallet.register(name, descriptors, network(network_name), used_to)
    public = {**_public(wallet), "file": out}
    if out == store.STANDARD:
        output.tell(public, _told(public))
        store.write_new(out, wallet.to_json().encode())
        return
    store.write_new(out, wallet.to_json().encode(), force=force)
    output.result(public, _told(public), as_json=as_json)


@click.command(help=_("Show addresses of a registered wallet: the first, one by its index, or a range."))
@click.argument("wallet", type=click.Path())
@click.option("--index", type=NumberType(0, _LAST_INDEX), metavar="I", help=_("The address with this index."))
@click.option(
    "--range",
    "between",
    type=PairType(":", "0:20", _LAST_INDEX + 1),
    metavar="A:B",
    help=_("The addresses from index A up to, and not including, B."),
)
@click.option("--change", is_flag=True, help=_("Addresses of the change branch, which nobody should pay to."))
@json_option
@quiet_option
def address(wallet: str, index: int | None, between: tuple[int, int] | None, change: bool, as_json: bool) -> None:
    """Show addresses."""
    if index is not None and between is not None:
        raise Usage(_("--index and --range do not go together"))
    first, after = between if between is not None else (index or 0, (index or 0) + 1)
    if first >= after:
        raise Usage(_("the range {first}:{after} holds no address").format(first=first, after=after))
    if after - first > MOST_AT_ONCE:
        raise Usage(_("at most {count} addresses are shown at once").format(count=MOST_AT_ONCE))
    registered = load_wallet(wallet)
    branch = _branch(registered, change=change)
    found = [(at, registered.address(branch, at)) for at in range(first, after)]
    public: dict[str, Any] = {
        "wallet": registered.name,
        "network": registered.network.name,
        "change": change,
        "addresses": [{"index": at, "address": shown} for at, shown in found],
    }
    lines = [f"{at:>10}  {shown}" for at, shown in found]
    if between is None:
        public |= public["addresses"][0]
        lines = [found[0][1]]
    output.result(public, lines, as_json=as_json)


@click.command(help=_("Say where in a registered wallet an address lies. Exit 5 where it does not."))
@click.argument("wallet", type=click.Path())
@click.argument("address")
@click.option(
    "--limit",
    type=NumberType(1, 1_000_000),
    default=_SEARCHED,
    show_default=True,
    metavar="N",
    help=_("Look at so many addresses of each branch, beyond those that were used."),
)
@json_option
@quiet_option
def find(wallet: str, address: str, limit: int, as_json: bool) -> None:
    """Find an address."""
    registered = load_wallet(wallet)
    reach = limit + (registered.used_to or 0)
    place = registered.find(address, reach)
    if place is None:
        raise Mismatch(
            _("{address} is not among the first {count} addresses of {wallet}").format(
                address=safe(address), count=reach, wallet=safe(registered.name)
            ),
            hint=_("Look further with --limit, or check that it is the right wallet."),
        )
    branch, index = place
    public = {
        "wallet": registered.name,
        "address": address,
        "found": True,
        "change": branch == CHANGE,
        "branch": branch,
        "index": index,
    }
    kind = _("change") if branch == CHANGE else _("receiving")
    line = _("{address} is {kind} address {index} of {wallet}.").format(
        address=address, kind=kind, index=index, wallet=safe(registered.name)
    )
    output.result(public, [line], as_json=as_json)


def _branch(wallet: Wallet, *, change: bool) -> int:
    if change and wallet.descriptor.branches < 2:
        raise Usage(
            _("{wallet} has no change branch of its own").format(wallet=safe(wallet.name)),
            hint=_("Its change goes to the addresses that also receive."),
        )
    return CHANGE if change else RECEIVE


def _public(wallet: Wallet) -> dict[str, Any]:
    """Return everything that a cosigner compares before the wallet is trusted."""
    keys = wallet.account_keys
    return {
        "name": wallet.name,
        "network": wallet.network.name,
        "descriptor": wallet.descriptor.with_checksum(),
        "threshold": wallet.descriptor.threshold or 1,
        "cosigners": [_cosigner(key) for key in keys],
        "used_to": wallet.used_to,
        "first_address": wallet.address(RECEIVE, 0),
        "warnings": [warning for key in keys for warning in _key_warnings(key)],
    }


def _cosigner(key: AccountKey) -> dict[str, str]:
    return {
        "fingerprint": key.fingerprint.hex(),
        "path": format_path(key.origin_path),
        "xpub": key.extended_key.serialize(),
    }


def _key_warnings(key: AccountKey) -> Iterator[str]:
    if key.fingerprint in KNOWN:
        yield _("key {fingerprint} is publicly known ({source}): use this wallet on test networks only").format(
            fingerprint=key.fingerprint.hex(), source=KNOWN[key.fingerprint]
        )


def _told(public: Mapping[str, Any]) -> Iterator[str]:
    """Tell a registered wallet to a person, with every key in full: compare each with its cosigner."""
    cosigners = public["cosigners"]
    yield _('Wallet "{name}" on {network}, {threshold} of {count}').format(
        name=safe(public["name"]), network=public["network"], threshold=public["threshold"], count=len(cosigners)
    )
    for number, cosigner in enumerate(cosigners, 1):
        yield ""
        yield _("Cosigner {number}: {fingerprint}, {path}").format(number=number, **_named(cosigner))
        yield f"  {cosigner['xpub']}"
    yield ""
    yield _("First address: {address}").format(address=public["first_address"])
    yield _("Compare all keys and this address with each cosigner before you trust them.")


def _named(cosigner: Mapping[str, str]) -> dict[str, str]:
    return {"fingerprint": cosigner["fingerprint"], "path": cosigner["path"]}

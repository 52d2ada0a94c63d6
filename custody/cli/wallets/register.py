"""`custody wallet new`: a descriptor, or another program's file, to a registered wallet.

Its public file is written, or with `--home` a quorum registers it in the book. No key of the wallet is needed.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from custody import store
from custody.catalogue import _
from custody.ceremony.treasury.registration import register
from custody.chains.bitcoin.consensus.network import Network
from custody.chains.bitcoin.exchange.dialect import plain
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.cli.front import output
from custody.cli.front.documents import refuse_two_results
from custody.cli.people.asked_network import network_for
from custody.cli.treasury.freshness import changing_fresh
from custody.cli.treasury.looking import looking
from custody.cli.treasury.opening import Officers
from custody.cli.treasury.screen import head_json, head_lines
from custody.cli.wallets import screen
from custody.cli.wallets.import_file import read_foreign
from custody.cli.wallets.own import find_own
from custody.cli.wallets.shown import show
from custody.errors import Usage


def new(
    name: str,
    descriptors: tuple[str, ...],
    foreign: str | None,
    account: str | None,
    network_name: str | None,
    used_to: int | None,
    own: str | None,
    out: str | None,
    home_path: str | None,
    paper: str | None,
    force: bool,
    as_json: bool,
    **brought: Any,
) -> None:
    """Register a wallet."""
    refuse_two_results(out, as_json=as_json)
    if out is None and home_path is None:
        raise Usage(
            _("nothing says where the wallet goes"), hint=_("Name a file with -o FILE, or a treasury with --home DIR.")
        )
    choose = partial(_network, network_name, home_path)
    wallet, warnings = _register(name, descriptors, foreign, account, used_to, choose)
    ours = None if own is None else find_own(wallet, own)
    public = {**screen.public(wallet, ours), "file": out}
    public["warnings"] += warnings
    head: tuple[str, ...] = ()
    if home_path is not None:
        if out is not None:
            store.refuse_taken(out, force=force)
        head = _enter(home_path, paper, wallet, public, Officers(**brought), as_json=as_json)
    elif paper is not None:
        raise Usage(_("--head goes with --home: it is the paper of a treasury"))
    if out is None:
        show(public, lambda fold: (*screen.registered(public, fold=fold), *head), as_json=as_json)
        return
    if out == store.STANDARD:
        output.tell(public, (*screen.registered(public), *head))
        store.write_new(out, wallet.to_json().encode())
        return
    store.write_new(out, wallet.to_json().encode(), force=force)
    show(public, lambda fold: (*screen.registered(public, fold=fold), *head), as_json=as_json)


def _enter(
    home_path: str, paper: str | None, wallet: Wallet, public: dict[str, Any], officers: Officers, *, as_json: bool
) -> tuple[str, ...]:
    """Let a quorum register the wallet in a treasury's book, and return the lines to write on paper."""
    with changing_fresh(home_path, paper, yes=officers.yes) as home:
        told = (*screen.warnings(public["warnings"]), *screen.registered(public))
        carried = officers.carried_to(home)
        officers.meet_at(home, lambda meeting: register(home, meeting, wallet, told, carried))
        if as_json:
            public["head"] = head_json(home.book)
            return ()
        return ("", *head_lines(home.book))


def _register(
    name: str,
    descriptors: tuple[str, ...],
    foreign: str | None,
    account: str | None,
    used_to: int | None,
    choose: Callable[[str | None], Network],
) -> tuple[Wallet, list[str]]:
    """Return the wallet, and what of a file was not taken over. `choose` a network, by what a file says."""
    if bool(descriptors) == (foreign is not None):
        raise Usage(_("a wallet comes from --descriptor or from --from FILE: say one of them"))
    if foreign is not None:
        imported = read_foreign(foreign, account)
        return imported.register(name, choose(imported.network), used_to), list(_not_taken(imported.used_to, used_to))
    if account is not None:
        raise Usage(_("--account goes with --from: it chooses one account of a file"))
    given = [plain(each) for each in descriptors]
    return Wallet.register(name, given, choose(None), used_to), []


def _network(named: str | None, home_path: str | None, stated: str | None) -> Network:
    """The network that was named, or is stated by the file, or is the treasury's; else a person is asked."""
    if named is None and stated is None and home_path is not None:
        with looking(home_path) as home:
            stated = home.book.state.roster.network
    return network_for(named, stated)


def _not_taken(told: int | None, said: int | None) -> Iterator[str]:
    """What a file says is in use decides how far money may return, so only a person says it."""
    if told is not None and said is None:
        yield _(
            "the file says that addresses up to number {index} are in use, which was not taken over: it decides how "
            "far change may go. If it is right, register with --used-to {index}"
        ).format(index=told)

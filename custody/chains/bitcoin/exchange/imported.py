"""`Imported`: what a foreign file says of a wallet, untrusted, to a registered `Wallet` once all of it agrees.

Another network, or another first address than the keys make, raises Mismatch.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from custody.catalogue import _
from custody.chains.bitcoin.addresses.address import script_of
from custody.chains.bitcoin.consensus.network import Network
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.errors import Mismatch, Unreadable, Usage


@dataclass(frozen=True, slots=True)
class Imported:
    """One descriptor with both branches, or one for each; the file's own name for the wallet, and its network's name.

    None: the file does not say. `first_address` is what the file gives as the first one that receives, and `used_to`
    the highest index handed out.
    """

    descriptors: tuple[str, ...]
    name: str | None = None
    network: str | None = None
    first_address: str | None = None
    used_to: int | None = None

    def register(self, name: str, network: Network, used_to: int | None = None) -> Wallet:
        """Check it as every wallet is checked, and against what else the file says. `used_to` replaces the file's.

        Raises Unreadable, and Mismatch where the file names another network or gives another first address.
        """
        if self.network is not None and self.network != network.name:
            raise Mismatch(
                _("the file is of a wallet on {theirs}, not on {ours}").format(theirs=self.network, ours=network.name),
                hint=_("Say --network {theirs}, if that is the wallet that you mean.").format(theirs=self.network),
                code="network-mismatch",
            )
        wallet = Wallet.register(name, self.descriptors, network, self.used_to if used_to is None else used_to)
        if self.first_address is not None:
            self._check_first_address(self.first_address, wallet)
        return wallet

    def _check_first_address(self, given: str, wallet: Wallet) -> None:
        if script_of(given, wallet.network) != wallet.derive(0, 0).script:
            raise Mismatch(
                _("the file gives another first address than its keys make"),
                hint=_("It was changed or mixed up on its way. Ask for it again, and compare the keys one by one."),
            )


def choose(accounts: Mapping[str, Imported], wanted: str | None) -> Imported:
    """Return the account that is wanted, or the only one.

    Raises Usage where that does not say which, and Unreadable where there is none.
    """
    if not accounts:
        raise Unreadable(
            _("the file holds no account of a single key"),
            hint=_("A cosigner's key is not a wallet: ask whoever sets the quorum up for the whole descriptor."),
        )
    hint = _("Say which with --account: {names}.").format(names=", ".join(accounts))
    if wanted is None and len(accounts) > 1:
        raise Usage(_("the file holds several accounts"), hint=hint)
    found = next(iter(accounts.values())) if wanted is None else accounts.get(wanted)
    if found is None:
        raise Usage(_("the file holds no account of that name"), hint=hint)
    return found

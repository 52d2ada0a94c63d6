"""`Imported`: what a foreign file says of a wallet, untrusted, to a registered `Wallet` once all of it agrees.

Another network, or another first address than the keys make, raises Mismatch.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from custody.catalogue import _
from custody.chains.bitcoin.addresses.address import script_of
from custody.chains.bitcoin.consensus.network import Network
from custody.chains.bitcoin.descriptor import Form
from custody.chains.bitcoin.descriptor.expression import around
from custody.chains.bitcoin.exchange.dialect import BOTH
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.errors import Mismatch, Unreadable, Usage


@dataclass(frozen=True, slots=True)
class Imported:
    """One descriptor with both branches, or one for each; the file's own name for the wallet, and its network's name.

    None: the file does not say. `first_address` is what the file gives as the first one that receives, and `used_to`
    the highest index handed out. `waits`: one of our own files says that the wallet is not in service yet.
    """

    descriptors: tuple[str, ...]
    name: str | None = None
    network: str | None = None
    first_address: str | None = None
    used_to: int | None = None
    waits: bool = False

    def register(self, name: str, network: Network, used_to: int | None = None) -> Wallet:
        """Check it as every wallet is checked, and against what else the file says.

        `used_to` is a person's word. The file's own is told and never taken over: it decides how far money may return.

        Raises Unreadable, and Mismatch where the file names another network or gives another first address.
        """
        if self.network is not None and self.network != network.name:
            raise Mismatch(
                _("the file is of a wallet on {theirs}, not on {ours}").format(theirs=self.network, ours=network.name),
                hint=_("Say --network {theirs}, if that is the wallet that you mean.").format(theirs=self.network),
                code="network-mismatch",
            )
        wallet = Wallet.register(name, self.descriptors, network, used_to)
        if self.first_address is not None:
            self._check_first_address(self.first_address, wallet)
        return wallet.as_waiting() if self.waits else wallet

    def _check_first_address(self, given: str, wallet: Wallet) -> None:
        if script_of(given, wallet.network) != wallet.derive(0, 0).script:
            raise Mismatch(
                _("the file gives another first address than its keys make"),
                hint=_("It was changed or mixed up on its way. Ask for it again, and compare the keys one by one."),
            )


@dataclass(frozen=True, slots=True)
class CosignerKey:
    """One cosigner's account key, for quorums of one script; no wallet by itself. `text` is its key expression."""

    form: Form
    text: str


def choose(accounts: Mapping[str, Imported], wanted: str | None, cosigners: Sequence[CosignerKey] = ()) -> Imported:
    """Return the account that is wanted, or the only one. `cosigners` are the keys for quorums beside them.

    Raises Usage where that does not say which, and Unreadable where there is none, with the keys to put elsewhere.
    """
    if not accounts:
        raise no_wallet(cosigners)
    hint = _("Say which with --account: {names}.").format(names=", ".join(accounts))
    if cosigners:
        hint = "\n".join([hint, _("The keys for quorums belong into the quorum's descriptor:"), *_places(cosigners)])
    if wanted is None and len(accounts) > 1:
        raise Usage(_("the file holds several accounts"), hint=hint)
    found = next(iter(accounts.values())) if wanted is None else accounts.get(wanted)
    if found is None:
        raise Usage(_("the file holds no account of that name"), hint=hint)
    return found


def no_wallet(cosigners: Sequence[CosignerKey]) -> Unreadable:
    """Make the error of a file that holds keys for quorums alone: it says where each of them belongs."""
    if not cosigners:
        return Unreadable(
            _("the file holds no account of a single key"),
            hint=_("A cosigner's key is not a wallet: ask whoever sets the quorum up for the whole descriptor."),
        )
    return Unreadable(
        _("the file holds the keys of one cosigner for quorums, no account of a single key, and no wallet"),
        hint="\n".join(
            [_("Put the right one into the quorum's descriptor, beside the others' keys:"), *_places(cosigners)]
        ),
        code="cosigner-key",
    )


def _places(cosigners: Sequence[CosignerKey]) -> list[str]:
    return [around(each.form, f"sortedmulti(M,{each.text}{BOTH},...)") for each in cosigners]


def without_script(text: str) -> Unreadable:
    """Make the error of one key that does not say for which script it is. It is written out, to be put into one."""
    places = [around(form, text + BOTH) for form in (Form.WPKH, Form.TR, Form.SH_WPKH, Form.PKH)]
    return Unreadable(
        _("this is one key, and nothing says for which script it is"),
        hint="\n".join([_("Say it with --descriptor, one of these or a quorum's:"), *places]),
        code="script-unsaid",
    )

"""`custody wallet export`: a registered wallet to another program's file, written once it makes the same addresses.

It is read back as a stranger's would be: ten addresses of each branch are compared (docs/spec/exchange.md).
"""

from airgap.message import Message
from airgap.ur.multipart import Encoder
from custody import store
from custody.catalogue import _
from custody.chains.bitcoin.exchange.formats import WRITTEN, recognise
from custody.chains.bitcoin.exchange.programs import ur
from custody.chains.bitcoin.exchange.programs.ur import UrType
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.cli.front import output
from custody.cli.front.result import print_result
from custody.cli.wallets import screen
from custody.cli.wallets.files import the_wallet
from custody.cli.wallets.waiting import waiting
from custody.errors import CustodyError, Usage

COMPARED = 10
"""Addresses of each branch that the file must make, when it is read back."""

NEXT = {
    "core": _(
        "In Bitcoin Core, make a blank wallet without private keys, and pass the file's list to importdescriptors."
    ),
    "sparrow": _("In Sparrow: File, Import Wallet, Output Descriptor, and choose the file."),
    "electrum": _("In Electrum: File, Open, and choose the file. It watches only; it has no key."),
    "specter": _("In Specter: Add new wallet, Import from wallet software, and choose the file."),
    "nunchuk": _("In Nunchuk: Add wallet, Recover existing wallet, and choose the file."),
    "caravan": _("In Caravan: Wallet, Import Wallet Configuration."),
    "coldcard": _("On the device: Settings, Multisig Wallets, Import from File. It asks you to approve what it shows."),
    "bsms": _("Give the record to each signer's program or device; each compares the first address."),
    "policy": _("Give the file to the program that registers the policy on the device."),
    "ur": _("Show it as QR codes: airgap show FILE; or paste the line where a program takes a UR."),
}
"""A target -> what a person does with the file there."""


def export(wallet: str, target: str, ur_type: str | None, out: str | None, force: bool, as_json: bool) -> None:
    """Write a wallet for another program."""
    out = store.STANDARD if out is None else out
    if ur_type is not None and target != "ur":
        raise Usage(_("--ur-type goes with --to ur"))
    registered = the_wallet(wallet)
    for warning in waiting(registered):
        output.warn(warning)
    document = _checked(registered, target, ur_type)
    public = {
        **screen.identity(registered),
        "to": target,
        "file": None if out == store.STANDARD else out,
        "content": document.decode("ascii") if out == store.STANDARD else None,
        "next": NEXT[target],
    }
    if out == store.STANDARD and as_json:
        print_result(public, (), as_json=True)
        return
    store.write_new(out, document, force=force)
    lines = list(screen.exported(public))
    if as_json:
        print_result(public, (), as_json=True)
    else:
        output.tell(public, () if output.is_quiet() else lines)


def _checked(wallet: Wallet, target: str, ur_type: str | None) -> bytes:
    """Write the wallet, and read it back as if it came from somebody else."""
    if target == "ur":
        message = as_message(wallet, ur_type)
        return (Encoder(message, fragment_bytes=len(message.payload)).single() + "\n").encode("ascii")
    document = WRITTEN[target](wallet)
    _compare(wallet, document)
    return document


def as_message(wallet: Wallet, ur_type: str | None) -> Message:
    """Write the wallet as a UR's message, and read it back as if it came from somebody else."""
    kind = _ur_type(wallet, ur_type)
    content = ur.write(wallet, kind)
    _compare(wallet, content)
    return Message(kind, content)


def _ur_type(wallet: Wallet, wanted: str | None) -> UrType:
    if wanted is not None:
        return UrType(wanted)
    return UrType.DESCRIPTOR if wallet.descriptor.is_policy else UrType.OUTPUT


def _compare(wallet: Wallet, document: bytes) -> None:
    again = recognise(document).register(wallet.name, wallet.network, wallet.used_to)
    branches = range(wallet.descriptor.branches)
    if again.descriptor.branches != wallet.descriptor.branches or any(
        again.address(branch, index) != wallet.address(branch, index)
        for branch in branches
        for index in range(COMPARED)
    ):
        raise CustodyError(_("the exported file does not make the wallet's addresses, so it was not written"))

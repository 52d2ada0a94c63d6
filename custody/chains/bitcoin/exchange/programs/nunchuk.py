"""Nunchuk's BSMS records, read and written in the clear; the first address decides which branches are meant.

Its own records end every key in /*, which by BIP-380 is one branch and to Nunchuk means 0/* and 1/*.
"""

import re
from dataclasses import replace

from custody.catalogue import _
from custody.chains.bitcoin.addresses.address import script_of
from custody.chains.bitcoin.consensus.network import NETWORKS, Network
from custody.chains.bitcoin.descriptor import Descriptor, Form
from custody.chains.bitcoin.exchange import branches
from custody.chains.bitcoin.exchange.documents import cannot_hold
from custody.chains.bitcoin.exchange.imported import Imported
from custody.chains.bitcoin.exchange.programs import bsms
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.errors import CustodyError

_BARE = re.compile(rb"[1-9A-HJ-NP-Za-km-z]/\*[,)]")


def is_one(document: bytes) -> bool:
    """Say whether a file is a BSMS record with a key that ends in /* without a branch."""
    lines = document.lstrip().split(b"\n", 2)
    return len(lines) == 3 and lines[0].strip() == bsms.VERSION.encode() and _BARE.search(lines[1]) is not None


def read(document: bytes) -> Imported:
    """Read a record, with the branches that its first address was made on. Raises Unreadable."""
    imported = bsms.read(document)
    if len(imported.descriptors) != 1 or imported.first_address is None:
        return imported
    descriptor = Descriptor.parse(imported.descriptors[0])
    if not all(key.ranged and not key.steps for key in descriptor.keys):
        return imported
    meant = branches.both(replace(descriptor, keys=tuple(replace(key, ranged=False) for key in descriptor.keys)))
    if meant.derive(0, 0).script in _scripts(imported.first_address):
        return replace(imported, descriptors=(meant.text(),))
    return imported


def write(wallet: Wallet) -> bytes:
    """Write a BSMS record. Raises Usage for a wallet that Nunchuk does not hold."""
    descriptor = wallet.descriptor
    has_origins = all(key.has_origin and key.origin_path for key in descriptor.signing_keys)
    if not has_origins or descriptor.branches != 2:
        raise cannot_hold("nunchuk", _("every key needs its origin, with a path, and both branches"))
    if not _is_form_known(descriptor):
        raise cannot_hold(
            "nunchuk",
            _("the program holds single keys, sortedmulti with keys that end in /<0;1>/*, and policies in wsh and tr"),
        )
    return bsms.write(wallet)


def _is_form_known(descriptor: Descriptor) -> bool:
    is_policy = descriptor.is_policy or (descriptor.threshold is not None and not descriptor.is_sorted)
    if not is_policy:
        return branches.is_usual(descriptor)
    has_pairs = all(len(key.steps) == 1 and len(key.steps[0]) == 2 for key in descriptor.signing_keys)
    return has_pairs and descriptor.form in (Form.WSH, Form.TR) and "sortedmulti_a" not in descriptor.text()


def _scripts(address: str) -> set[bytes]:
    """What an address pays to; on whichever network, it is one script."""
    return {script for network in NETWORKS.values() if (script := _script(address, network)) is not None}


def _script(address: str, network: Network) -> bytes | None:
    try:
        return script_of(address, network)
    except CustodyError:
        return None

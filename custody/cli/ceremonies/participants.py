"""Whose identity it is by a plan, whether it was sealed for the plan's money, and what opens it."""

from custody.catalogue import _
from custody.ceremony.plan.plan import Plan
from custody.errors import Mismatch, Usage
from custody.keys.vaults.parameters import Network
from custody.keys.vaults.sealed import SealedIdentity


def whose(plan: Plan, identity: SealedIdentity) -> str:
    """Return whose key it is. Raises Mismatch where it is nobody's of the plan."""
    key = identity.public.officer
    for name, known in plan.identities.items():
        if known == key:
            return name
    raise Mismatch(
        _("this identity's key, {key}, is nobody's in this plan").format(key=key.hex()),
        hint=_("Take the file of the identity whose words the plan shows: custody ceremony plan FILE"),
    )


def require_network(identity: SealedIdentity, network: Network) -> None:
    """Raise Mismatch for an identity that was sealed for other stakes: a test one's passphrase is hardly guarded."""
    if identity.network is not network:
        raise Mismatch(
            _("this identity was made for a test network, and the plan is of real money")
            if network is Network.MAIN
            else _("this identity was made for the main network, and the plan is of a test network"),
            hint=_("Make one for it: custody ceremony identity --network NAME -o FILE"),
        )


def require_factors(identity: SealedIdentity, key_file: str | None) -> None:
    """Raise Usage for a key file that is missing or not wanted, Mismatch for a token, before a word is asked."""
    if identity.tokens is not None:
        raise Mismatch(
            _("this identity opens with a token, and signs in a treasury only"),
            hint=_("Make one for ceremonies: custody ceremony identity -o FILE"),
        )
    if identity.needs_key_file is not (key_file is not None):
        raise Usage(
            _("this identity has a key file, and none was named")
            if identity.needs_key_file
            else _("this identity has no key file, and one was named"),
            hint=_("--key-file FILE goes with an identity that was made with it."),
        )

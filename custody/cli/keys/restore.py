"""`custody key restore`: cards or a phrase to a vault of a treasury, as a quorum agrees; no officer opens it alone.

A key that needs a BIP-39 passphrase raises Usage, because a vault never holds one; cards whose kind nothing says raise
Refused.
"""

from typing import Any

from custody.catalogue import _
from custody.ceremony.home.ledger import wallets_of
from custody.ceremony.home.writing import WritableHome
from custody.ceremony.recover import known_warnings
from custody.ceremony.table.stakes import network_of
from custody.ceremony.treasury import vaults
from custody.cli.front import output
from custody.cli.front.result import print_result
from custody.cli.people.meeting import FrontMeeting
from custody.cli.people.terminal import standard_terminal
from custody.cli.people.typed_secret import obtain_secret
from custody.cli.treasury.freshness import changing_fresh
from custody.cli.treasury.opening import Officers
from custody.cli.treasury.screen import head_json, head_lines
from custody.errors import Mismatch, Refused, Usage
from custody.keys.kinds import Kind, SecretInput
from custody.keys.vaults.parameters import Network
from custody.keys.vaults.payload import KeyPayload


def restore(
    home_path: str | None,
    name: str,
    kind_name: str | None,
    secret_fd: int | None,
    paper: str | None,
    as_json: bool,
    **brought: Any,
) -> None:
    """Put a key into a vault."""
    officers = Officers(**brought)
    with changing_fresh(home_path, paper, yes=officers.yes) as home:
        carried = officers.carried_to(home)

        def work(meeting: FrontMeeting) -> dict[str, str]:
            vaults.require_room(home, name)
            home.before_going_on()  # before the cards are typed
            payload = _payload(home, obtain_secret(standard_terminal(), secret_fd, None), kind_name)
            try:
                sealed = vaults.seal(home, meeting, name, payload, carried)
            finally:
                payload.wipe()
            return {"vault": sealed.name, "kind": str(sealed.kind), "fingerprint": sealed.fingerprint.hex()}

        public = officers.meet_at(home, work)
        public |= {"unlock": home.book.state.roster.unlock, "head": head_json(home.book)}
        sentence = _("Key {fingerprint} is in the vault {vault}; {unlock} seats open it together.")
        print_result(public, (sentence.format(**public), *head_lines(home.book)), as_json=as_json)


def _payload(home: WritableHome, secret: SecretInput, kind_name: str | None) -> KeyPayload:
    """Choose the reading that a registered wallet names, or that was asked for. Raises Mismatch, Refused and Usage."""
    kind = _kind(home, secret, kind_name)
    if kind is Kind.BIP39 and secret.passphrase is not None:
        raise Usage(
            _("a vault never holds a BIP-39 passphrase, and this key needs one"),
            hint=_(
                "Keep it on cards, and bring them together for each signature: custody sign --home DIR --secret-fd N."
            ),
        )
    opened = secret.secret(kind)
    main_network = network_of(home.book.state) is Network.MAIN
    for warning in known_warnings(opened, main_network=main_network):
        output.warn(warning)
    return KeyPayload(kind, opened)


def _kind(home: WritableHome, secret: SecretInput, kind_name: str | None) -> Kind:
    candidates = dict(secret.candidates())
    if kind_name is not None:
        if Kind(kind_name) not in candidates:
            raise Mismatch(
                _("this secret is not of the kind {kind}").format(kind=kind_name), hint=_("Leave --kind away.")
            )
        return Kind(kind_name)
    signers = {fingerprint for wallet in wallets_of(home) for fingerprint in wallet.fingerprints}
    named = [kind for kind, master in candidates.items() if master.fingerprint in signers]
    if len(named) == 1 or len(candidates) == 1:
        return (named or list(candidates))[0]
    raise Refused(
        _("cards cannot say their kind, and no registered wallet names one of their keys"),
        hint=_("Register the wallet first, or say --kind slip39 or --kind bip39 as the record of the set has it."),
        code="kind",
    )

"""How far each input of a PSBT is, by its verified signatures: who has signed, how many are missing, who could sign."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from custody.catalogue import _
from custody.chains.bitcoin.consensus.script import ScriptKind, classify
from custody.chains.bitcoin.consensus.timelocks import Timing
from custody.chains.bitcoin.descriptor import DerivedKey
from custody.chains.bitcoin.miniscript import Fragment
from custody.chains.bitcoin.review.spend import Slot, Spend
from custody.chains.bitcoin.roles.known import Known
from custody.chains.bitcoin.roles.opening import open_coin
from custody.chains.bitcoin.roles.scripts import UNKNOWN_FINGERPRINT
from custody.chains.bitcoin.roles.signatures import Verifier
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.derivation import format_path

_ONE_KEY = (ScriptKind.P2PK, ScriptKind.P2PKH, ScriptKind.P2WPKH)


@dataclass(frozen=True, slots=True)
class Signer:
    """A key: its hex, its master fingerprint and path where the file names them, and a wallet's cosigner number."""

    public_key: str
    fingerprint: str | None
    path: str | None
    cosigner: int | None


@dataclass(frozen=True, slots=True)
class InputStatus:
    """An input. `need` is the threshold and `missing` what lacks of it; None where no one number tells that.

    `ready` says that it is final, or that its signatures open its coin; `could_sign` are the keys that have not signed
    and whose signature could count now. `obstacle` says why not all of that is known.
    """

    index: int
    outpoint: str
    final: bool
    ready: bool
    signed: tuple[Signer, ...] = ()
    need: int | None = None
    missing: int | None = None
    could_sign: tuple[Signer, ...] = ()
    obstacle: str = ""


def statuses(known: Known, verifier: Verifier) -> tuple[InputStatus, ...]:
    """Say of each input how far it is."""
    return tuple(_status(known, verifier, index) for index in range(len(known.coins)))


def _status(known: Known, verifier: Verifier, index: int) -> InputStatus:
    psbt = known.source.psbt
    declared, outpoint = psbt.inputs[index], str(psbt.transaction.inputs[index].outpoint)
    if declared.is_final:
        return InputStatus(index, outpoint, final=True, ready=True)
    spend = known.spends.get(index)
    if spend is None:
        return InputStatus(index, outpoint, final=False, ready=False, obstacle=known.reasons[index].message)
    filled = verifier.slots(index, declared)
    need = _need(spend)
    ready = open_coin(spend, psbt) is not None
    return InputStatus(
        index,
        outpoint,
        final=False,
        ready=ready,
        signed=_signers(filled, known.wallets),
        need=need,
        missing=None if need is None else max(0, need - len(filled)),
        could_sign=() if ready else _signers(_free(spend, filled, Timing.of(psbt.transaction, index)), known.wallets),
        obstacle="" if ready or not _is_unread(spend) else _unread(),
    )


def _free(spend: Spend, filled: Iterable[Slot], moment: Timing) -> Iterator[Slot]:
    """Yield the places that nobody has filled and whose signature could count at this time; a leaf is asked once."""
    taken = {(slot.leaf_hash, slot.key.public_key) for slot in filled}
    policies = [(None, spend.derived.policy), *((leaf.leaf_hash, leaf.policy) for leaf in spend.derived.leaves)]
    for leaf_hash, policy in policies:
        usable = None if policy is None else policy.usable_keys(moment)
        for slot in spend.slots_in(leaf_hash):
            if (leaf_hash, slot.key.public_key) not in taken and (usable is None or slot.key in usable):
                yield slot


def _is_unread(spend: Spend) -> bool:
    policies = (spend.derived.policy, *(leaf.policy for leaf in spend.derived.leaves))
    return any(policy is not None and policy.node.fragment is Fragment.FALSE for policy in policies)


def _unread() -> str:
    return _("a script of its coin is a policy, which is read with the registered wallet alone (--wallet FILE)")


def _need(spend: Spend) -> int | None:
    derived = spend.derived
    if derived.leaves or derived.policy is not None:
        return None
    if spend.taproot:
        return 1
    template = classify(derived.witness_script or derived.redeem_script or derived.script)
    return 1 if template.kind in _ONE_KEY else template.threshold


def _signers(slots: Iterable[Slot], wallets: Sequence[Wallet]) -> tuple[Signer, ...]:
    return tuple(dict.fromkeys(_signer(slot.key, wallets) for slot in slots))


def _signer(key: DerivedKey, wallets: Sequence[Wallet]) -> Signer:
    if key.fingerprint == UNKNOWN_FINGERPRINT and not key.path:
        return Signer(key.public_key.hex(), None, None, None)
    return Signer(key.public_key.hex(), key.fingerprint.hex(), format_path(key.path), _cosigner(key, wallets))


def _cosigner(key: DerivedKey, wallets: Sequence[Wallet]) -> int | None:
    """The number that the wallet's own screens give this key; None where no wallet is named, or several are."""
    if len(wallets) != 1:
        return None
    for number, account in enumerate(wallets[0].account_keys, 1):
        if account.fingerprint == key.fingerprint and key.path[: len(account.origin_path)] == account.origin_path:
            return number
    return None

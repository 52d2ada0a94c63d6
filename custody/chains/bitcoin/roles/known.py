"""Proves how each coin of a PSBT is spent, by a registered wallet or by the file's own scripts.

What cannot be proven has a reason, which is raised once somebody has signed there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from custody.catalogue import _
from custody.chains.bitcoin.consensus.script import ScriptKind, classify
from custody.chains.bitcoin.consensus.sighash import Sighash
from custody.chains.bitcoin.consensus.transaction import TxOutput
from custody.chains.bitcoin.descriptor import Derived
from custody.chains.bitcoin.findings import RULES, at_input, finding
from custody.chains.bitcoin.psbt import PsbtInput
from custody.chains.bitcoin.review.coins import Coin
from custody.chains.bitcoin.review.ownership import Place, Registry
from custody.chains.bitcoin.review.signed import sighash_name
from custody.chains.bitcoin.review.spend import Spend, allowed_sighash
from custody.chains.bitcoin.roles.scripts import derive
from custody.chains.bitcoin.roles.source import Source, check_coins
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.errors import CustodyError, Mismatch, Refused, Unreadable
from custody.signing import Severity

_NOTHING = TxOutput(0, b"")
"""Stands for a coin that the file does not state. Only taproot signs it, and then nothing is verified."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a file proves: its coins, the ways to spend them, and the reasons where there is none, by input.

    `wallets` are those of the wallets that were named whose coins these are.
    """

    source: Source
    coins: tuple[Coin, ...]
    spends: Mapping[int, Spend]
    reasons: Mapping[int, CustodyError]
    sighash: Sighash
    wallets: tuple[Wallet, ...]

    def spend(self, index: int, source: Source) -> Spend:
        """Return how an input is spent; `source` is the file whose signature asks. Raises the reason why not."""
        if index in self.reasons:
            raise obstacle(source, index, self.reasons[index])
        return self.spends[index]


def know(source: Source, wallets: Sequence[Wallet] = ()) -> Known:
    """Prove what can be proven. With wallets, every coin that is not final has to be one of theirs.

    Raises Alarm where the file contradicts itself, Mismatch for another wallet's coin, and Refused for a transaction
    that cannot be, or is signed in another way.
    """
    source.check_protocol()
    coins = check_coins(source)
    registry = Registry(wallets, source.psbt.effort) if wallets else None
    all_stated = all(coin.output is not None for coin in coins)
    owners: list[Wallet] = []
    spends: dict[int, Spend] = {}
    reasons: dict[int, CustodyError] = {}
    for index, (coin, declared) in enumerate(zip(coins, source.psbt.inputs, strict=True)):
        if declared.is_final:
            continue
        try:
            place = _place(source, index, coin, declared, registry)
            owners += [] if place is None or place.wallet in owners else [place.wallet]
            spends[index] = _spend(index, coin, declared, place, all_stated=all_stated)
        except (Refused, Unreadable) as reason:
            reasons[index] = reason
    sighash = Sighash(source.psbt.transaction, [coin.output or _NOTHING for coin in coins])
    return Known(source, coins, spends, reasons, sighash, tuple(owners or wallets))


def missing_coin() -> Refused:
    """Make the error of a coin that a file does not state well enough."""
    return Refused(
        _("the previous transaction of its coin is missing"),
        hint=_("Add it with: custody psbt complete FILE --tx RAW."),
        code="coin-missing",
    )


def unusual_sighash(kind: str) -> Refused:
    """Make the error of a signature, present or asked for, that does not cover everything, or not as declared."""
    return Refused(finding("BTC-SIGHASH", kind=kind).text, hint=RULES["BTC-SIGHASH"].clear, code="sighash")


def _spend(index: int, coin: Coin, declared: PsbtInput, place: Place | None, *, all_stated: bool) -> Spend:
    if coin.output is None:
        raise missing_coin()
    derived = derive(coin.output.script, declared) if place is None else place.derived
    is_taproot = derived.internal_key is not None
    if (is_taproot and not all_stated) or (is_legacy(derived) and declared.non_witness_utxo is None):
        raise missing_coin()
    sighash_type = allowed_sighash(declared.sighash_type, taproot=is_taproot)
    if sighash_type is None:
        kind = sighash_name(declared.sighash_type or 0)
        raise unusual_sighash(kind)
    return Spend(index, coin.output, derived, sighash_type)


def is_legacy(derived: Derived) -> bool:
    """Say whether signatures of a coin commit to no amount at all (neither BIP-143 nor BIP-341)."""
    program = classify(derived.redeem_script or derived.script)
    return program.kind is not ScriptKind.P2WPKH and derived.witness_script is None and derived.internal_key is None


def _place(source: Source, index: int, coin: Coin, declared: PsbtInput, registry: Registry | None) -> Place | None:
    """Say where in a named wallet a coin lies; None where no wallet is named, or the file does not state the coin."""
    if registry is None or coin.output is None:
        return None
    ownership = registry.own(at_input(index), coin.output.script, declared)
    place = ownership.place
    if place is None:
        raise Mismatch(
            _("{file}: input {index} is not proven to belong to the wallet that is named").format(
                file=source.shown, index=index
            ),
            hint=_("Name the wallet that spends, or leave --wallet away."),
            code="wallet-mismatch",
        )
    for objection in ownership.findings:
        if objection.severity is Severity.REFUSE:
            raise Refused(objection.text, hint=RULES[objection.id].clear, code=objection.id.lower())
    return place


def obstacle(source: Source, index: int, reason: CustodyError) -> CustodyError:
    """Say of which file and input a reason speaks."""
    message = _("{file}: input {index} cannot be checked: {reason}").format(
        file=source.shown, index=index, reason=reason.message
    )
    return type(reason)(message, hint=reason.hint, code=reason.code)

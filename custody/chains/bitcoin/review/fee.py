"""The fee: what is left for the miner, whether that is proven, the size of the signed transaction, and the findings.

Amounts are satoshi, sizes virtual bytes (BIP-141). The gates are fixed here until a policy carries them. An unproven
fee has no number.
"""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from custody.aloud import number
from custody.catalogue import _
from custody.chains.bitcoin.consensus.script import ScriptKind, classify
from custody.chains.bitcoin.consensus.stream import compact_size
from custody.chains.bitcoin.consensus.transaction import Transaction
from custody.chains.bitcoin.descriptor import Derived
from custody.chains.bitcoin.findings import finding
from custody.signing import Fee, Finding

RATE_UNIT = "sat/vB"
WARN_PERCENT, REFUSE_PERCENT = 5, 10
PERCENT_FLOOR = 25_000
"""Satoshi of a fee below which a percentage warns and never refuses: what a small payment costs is no theft."""
WARN_RATE, REFUSE_RATE = 500, 2_000
REFUSE_ATOMS = 10_000_000

_ECDSA_PUSH = 1 + 71
"""A push of a low-R, low-S DER signature with its sighash byte, at its largest."""
_KEY_PUSH = 1 + 33
_SCHNORR_PUSH = 1 + 64


def unproven() -> Fee:
    """The fee of a transaction whose amounts are not all proven: no number may be shown."""
    return Fee(atoms=None, proven=False, rate=None, unit=RATE_UNIT)


def assess(fee_atoms: int, leaving: int, spent: int, virtual_size: int | None) -> tuple[Fee, tuple[Finding, ...]]:
    """Judge a proven fee against what leaves (payments and burns), or against all that is spent if nothing leaves.

    `virtual_size` is None where a coin is not ours: then nobody knows the size, nor a rate.
    """
    rate = None
    if virtual_size is not None:
        rate = str((Decimal(fee_atoms) / virtual_size).quantize(Decimal("0.1"), ROUND_HALF_UP))
    fee = Fee(atoms=fee_atoms, proven=True, rate=rate, unit=RATE_UNIT)
    if fee_atoms < 0:
        return fee, (finding("BTC-FEE-NEGATIVE", atoms=number(-fee_atoms)),)
    base = leaving or spent
    excessive = (
        (fee_atoms >= PERCENT_FLOOR and fee_atoms * 100 >= REFUSE_PERCENT * base)
        or _is_rate(REFUSE_RATE, fee_atoms, virtual_size)
        or fee_atoms >= REFUSE_ATOMS
    )
    high = fee_atoms * 100 >= WARN_PERCENT * base or _is_rate(WARN_RATE, fee_atoms, virtual_size)
    if not (excessive or high):
        return fee, ()
    percent = (Decimal(fee_atoms) * 100 / base).quantize(Decimal("0.1"), ROUND_HALF_UP) if base else Decimal(100)
    measured_by = _("what leaves") if leaving else _("what is spent")
    rule = "BTC-FEE-EXCESSIVE" if excessive else "BTC-FEE-HIGH"
    told = _("at an unknown rate") if rate is None else number(f"{rate} {RATE_UNIT}")
    return fee, (finding(rule, atoms=number(fee_atoms), percent=number(percent), base=measured_by, rate=told),)


def _is_rate(limit: int, fee_atoms: int, virtual_size: int | None) -> bool:
    return virtual_size is not None and fee_atoms >= limit * virtual_size


def signed_virtual_size(unsigned: Transaction, spends: Sequence[Derived]) -> int:
    """Estimate the virtual size of the transaction once its wallet's quorum has signed every input.

    Where there are several ways to sign, it is the largest: what is mined is not larger, but for the byte or two by
    which cosigners whose devices do not look for a low R may exceed it in a plain quorum.
    """
    base_size = len(unsigned.serialize(witness=False))
    script_sigs, witnesses = 0, 0
    for derived in spends:
        script_sig, witness = _satisfaction(derived)
        script_sigs += script_sig + len(compact_size(script_sig)) - 1
        witnesses += witness
    segwit = 2 + sum(1 for derived in spends if not _satisfaction(derived)[1]) if witnesses else 0
    return ((base_size + script_sigs) * 4 + witnesses + segwit + 3) // 4


def _satisfaction(derived: Derived) -> tuple[int, int]:
    """Return the bytes of scriptSig (without its length) and of witness (with its count) that spend a script."""
    redeem = 0 if derived.redeem_script is None else _push_size(derived.redeem_script)
    if derived.largest_witness is not None:
        return redeem, derived.largest_witness
    if derived.internal_key is not None:
        return 0, 1 + _SCHNORR_PUSH
    if derived.witness_script is not None:
        script = derived.witness_script
        return redeem, 1 + 1 + _quorum_pushes(script) + len(compact_size(len(script))) + len(script)
    if derived.redeem_script is not None and classify(derived.redeem_script).kind is ScriptKind.MULTISIG:
        return redeem + 1 + _quorum_pushes(derived.redeem_script), 0
    if derived.redeem_script is not None or classify(derived.script).kind is ScriptKind.P2WPKH:
        return redeem, 1 + _ECDSA_PUSH + _KEY_PUSH
    return _ECDSA_PUSH + _KEY_PUSH, 0


def _quorum_pushes(script: bytes) -> int:
    return (classify(script).threshold or 0) * _ECDSA_PUSH


def _push_size(pushed: bytes) -> int:
    return len(pushed) + (1 if len(pushed) < 76 else 2 if len(pushed) < 256 else 3)

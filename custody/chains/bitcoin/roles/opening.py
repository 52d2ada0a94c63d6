"""A coin and its verified signatures to the final scriptSig and witness, and to the finished input map (BIP-174).

Templates are written here, policies by `miniscript`. Signatures are taken as verified by the caller.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from custody.chains.bitcoin.consensus.script import ScriptKind, classify, push
from custody.chains.bitcoin.consensus.stream import compact_size
from custody.chains.bitcoin.consensus.timelocks import Timing
from custody.chains.bitcoin.descriptor import Derived
from custody.chains.bitcoin.miniscript import satisfy
from custody.chains.bitcoin.psbt import Psbt, PsbtInput
from custody.chains.bitcoin.psbt import keytypes as key
from custody.chains.bitcoin.psbt.pairs import Pair, RawMap
from custody.chains.bitcoin.review.spend import Spend

_CLEARED = frozenset(
    {
        key.IN_PARTIAL_SIG,
        key.IN_SIGHASH_TYPE,
        key.IN_REDEEM_SCRIPT,
        key.IN_WITNESS_SCRIPT,
        key.IN_BIP32_DERIVATION,
        key.IN_RIPEMD160,
        key.IN_SHA256,
        key.IN_HASH160,
        key.IN_HASH256,
        key.IN_TAP_KEY_SIG,
        key.IN_TAP_SCRIPT_SIG,
        key.IN_TAP_LEAF_SCRIPT,
        key.IN_TAP_BIP32_DERIVATION,
        key.IN_TAP_INTERNAL_KEY,
        key.IN_TAP_MERKLE_ROOT,
    }
)
"""What a finished input does without: all that is known, but for the coin and version 2's own (BIP-174, BIP-371)."""


@dataclass(frozen=True, slots=True)
class Final:
    """A final scriptSig and a final witness; either may be empty."""

    script_sig: bytes
    witness: tuple[bytes, ...] = ()

    @property
    def size(self) -> int:
        """Bytes, as far as two witnesses of one coin are compared."""
        return sum(len(compact_size(len(item))) + len(item) for item in self.witness)


def open_coin(spend: Spend, psbt: Psbt) -> Final | None:
    """Satisfy a coin's script with the signatures and preimages that are there; None where they are too few."""
    declared, derived = psbt.inputs[spend.index], spend.derived
    moment = Timing.of(psbt.transaction, spend.index)
    if spend.taproot:
        return min(_taproot(derived, declared, moment), key=lambda final: final.size, default=None)
    signatures = dict(declared.partial_sigs)
    redeem = b"" if derived.redeem_script is None else push(derived.redeem_script)
    if derived.policy is not None and derived.witness_script is not None:
        held = {each: signatures[each.public_key] for each in derived.keys if each.public_key in signatures}
        found = satisfy(
            derived.policy.node,
            signatures=held,
            timing=moment,
            key_bytes=lambda each: each.public_key,
            preimages=_preimages(declared),
        )
        return None if found is None else Final(redeem, (*found, derived.witness_script))
    items = _template(derived, signatures)
    if items is None:
        return None
    if derived.witness_script is not None:
        return Final(redeem, (*items, derived.witness_script))
    if classify(derived.redeem_script or derived.script).kind is ScriptKind.P2WPKH:
        return Final(redeem, items)
    return Final(b"".join(map(push, items)) + redeem)


def is_cleared(name: bytes) -> bool:
    """Say whether a finished input does without the field with this key."""
    return name[0] in _CLEARED


def final_input(psbt: Psbt, index: int, final: Final) -> PsbtInput:
    """Return an input finished: the coin, what opens it, and what this program does not know (BIP-174)."""
    pairs: list[Pair] = [pair for pair in psbt.inputs[index].pairs if not is_cleared(pair[0])]
    if final.script_sig:
        pairs.append((bytes([key.IN_FINAL_SCRIPTSIG]), final.script_sig))
    if final.witness:
        stack = compact_size(len(final.witness)) + b"".join(compact_size(len(item)) + item for item in final.witness)
        pairs.append((bytes([key.IN_FINAL_SCRIPTWITNESS]), stack))
    return PsbtInput.parse(RawMap(b"\x00").with_pairs(pairs), psbt.version, index)


def _taproot(derived: Derived, declared: PsbtInput, moment: Timing) -> Iterator[Final]:
    """Yield the key path where it is signed, and every leaf that the signatures open."""
    if declared.tap_key_sig is not None:
        yield Final(b"", (declared.tap_key_sig,))
    for leaf in derived.leaves:
        signed = {each.xonly: each.signature for each in declared.tap_script_sigs if each.leaf_hash == leaf.leaf_hash}
        held = {each: signed[each.public_key[1:]] for each in leaf.keys if each.public_key[1:] in signed}
        found = satisfy(
            leaf.policy.node,
            signatures=held,
            timing=moment,
            key_bytes=lambda each: each.public_key[1:],
            preimages=_preimages(declared),
        )
        if found is not None:
            yield Final(b"", (*found, leaf.script, leaf.control_block))


def _template(derived: Derived, signatures: Mapping[bytes, bytes]) -> tuple[bytes, ...] | None:
    """One key, or a threshold of keys in their script's order (over an empty element, BIP-147)."""
    template = classify(derived.witness_script or derived.redeem_script or derived.script)
    if template.kind is ScriptKind.MULTISIG and template.threshold is not None:
        given = [signatures[public_key] for public_key in template.keys if public_key in signatures]
        enough = len(given) >= template.threshold
        return (b"", *given[: template.threshold]) if enough else None
    signed = next((each.public_key for each in derived.keys if each.public_key in signatures), None)
    if signed is None:
        return None
    if template.kind is ScriptKind.P2PK:
        return (signatures[signed],)
    return (signatures[signed], signed) if template.kind in (ScriptKind.P2PKH, ScriptKind.P2WPKH) else None


def _preimages(declared: PsbtInput) -> tuple[bytes, ...]:
    return tuple(each.preimage for each in declared.preimages)

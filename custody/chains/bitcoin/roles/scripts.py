"""A scriptPubKey and what its own file gives to the scripts and keys behind it, each proven by its hash.

For files without a registered wallet, which would be better: a wallet can read every policy, this module only the
plainest. What does not hash to the coin's script raises Refused.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from custody.catalogue import _
from custody.chains.bitcoin.consensus import taproot
from custody.chains.bitcoin.consensus.hashes import hash160, sha256
from custody.chains.bitcoin.consensus.script import Operation, ScriptKind, classify, operations
from custody.chains.bitcoin.descriptor import Derived, DerivedKey, Leaf
from custody.chains.bitcoin.descriptor.policy import KeyedMiniscript
from custody.chains.bitcoin.interpreter.spending import proven_leaf
from custody.chains.bitcoin.interpreter.verdicts import Inconclusive, Invalid
from custody.chains.bitcoin.miniscript import Context, Fragment, Node
from custody.chains.bitcoin.psbt import PsbtInput
from custody.chains.bitcoin.psbt.taproot import TapLeafScript
from custody.errors import Refused

UNKNOWN_FINGERPRINT = bytes(4)
"""Of a key whose origin the file does not name."""

_SHORTEST_MULTI_A = 4
"""Operations of multi_a with one key: the key, CHECKSIG, the threshold, NUMEQUAL."""

_PLAIN = (
    *(ScriptKind.P2PK, ScriptKind.P2PKH, ScriptKind.P2WPKH),
    *(ScriptKind.MULTISIG, ScriptKind.NONSTANDARD),
)
"""Scripts that signatures open, or may open; the others are templates in the wrong place, or not understood."""


def derive(script: bytes, declared: PsbtInput) -> Derived:
    """Return what an input's own file proves about a scriptPubKey. Raises Refused with the reason where it does not."""
    program, redeem, witness = script, None, None
    if classify(program).kind is ScriptKind.P2TR:
        return _derive_taproot(script, declared)
    if classify(program).kind is ScriptKind.P2SH:
        program = redeem = _given(declared.redeem_script, hash160, classify(program).hash)
    if classify(program).kind is ScriptKind.P2WSH:
        program = witness = _given(declared.witness_script, sha256, classify(program).hash)
    if (declared.redeem_script not in (None, redeem)) or (declared.witness_script not in (None, witness)):
        raise _foreign_script()
    wrapped_key = classify(program).kind is ScriptKind.P2WPKH and witness is not None
    if classify(program).kind not in _PLAIN or wrapped_key:
        raise Refused(
            _("its coin is locked by a script that this program does not open"),
            hint=_("Let the wallet that knows the script finish it."),
            code="script-unknown",
        )
    keys = tuple(_standing(program, _known_keys(declared)))
    derived = Derived(script, redeem, witness, None, keys)
    if witness is None or classify(witness).kind is ScriptKind.MULTISIG:
        return derived
    return replace(derived, policy=KeyedMiniscript(_policy(witness, Context.P2WSH, keys)))


def _given(script: bytes | None, hasher: Callable[[bytes], bytes], wanted: bytes) -> bytes:
    if script is None:
        raise Refused(
            _("the script behind its coin is not given"),
            hint=_("Export the file with its scripts, or name the registered wallet with --wallet FILE."),
            code="script-missing",
        )
    if hasher(script) != wanted:
        raise _foreign_script()
    return script


def _foreign_script() -> Refused:
    return Refused(
        _("the script that is given is not its coin's"),
        hint=_("Find out who wrote it; the wallet that made the request exports it again."),
        code="script-mismatch",
    )


def _known_keys(declared: PsbtInput) -> dict[bytes, DerivedKey]:
    """Every key that the file names for an input, with its origin where one is named."""
    known = {key: DerivedKey(UNKNOWN_FINGERPRINT, (), key) for key, _signature in declared.partial_sigs}
    return known | {
        each.pubkey: DerivedKey(each.fingerprint, each.path, each.pubkey) for each in declared.bip32_derivations
    }


def _standing(script: bytes, known: Mapping[bytes, DerivedKey]) -> Iterator[DerivedKey]:
    """Yield the keys that stand in a script, by themselves or by their hash; of a quorum all, in their order."""
    template = classify(script)
    if template.kind in (ScriptKind.MULTISIG, ScriptKind.P2PK):
        for key in template.keys:
            yield known.get(key, DerivedKey(UNKNOWN_FINGERPRINT, (), key))
        return
    pushed = {operation.pushed for operation in operations(script)}
    for key, derived in known.items():
        if key in pushed or hash160(key) in pushed:
            yield derived


def _derive_taproot(script: bytes, declared: PsbtInput) -> Derived:
    output_key = classify(script).program
    if declared.redeem_script is not None or declared.witness_script is not None:
        raise _foreign_script()
    known = {signature.xonly: _unknown(signature.xonly) for signature in declared.tap_script_sigs}
    for each in declared.tap_derivations:
        known[each.xonly] = DerivedKey(each.fingerprint, each.path, b"\x02" + each.xonly)
    by_pushes = known | {hash160(xonly): key for xonly, key in known.items()}
    leaves = tuple(_leaf(each, output_key, by_pushes) for each in declared.tap_leaf_scripts)
    internal = _internal_key(declared, output_key)
    holds_key_path = internal in known or declared.tap_key_sig is not None
    keys = [known.get(internal, _unknown(internal))] if holds_key_path else []
    keys += [key for leaf in leaves for key in leaf.keys]
    return Derived(
        script,
        None,
        None,
        internal,
        tuple(dict.fromkeys(keys)),
        merkle_root=declared.tap_merkle_root,
        leaves=leaves,
    )


def _internal_key(declared: PsbtInput, output_key: bytes) -> bytes:
    """The internal key where it is proven; else the output key stands for it: that is what verifies a signature."""
    given = declared.tap_internal_key
    if given is None:
        return output_key
    try:
        return given if taproot.output_key(given, declared.tap_merkle_root)[0] == output_key else output_key
    except ValueError:
        return output_key


def _unknown(xonly: bytes) -> DerivedKey:
    return DerivedKey(UNKNOWN_FINGERPRINT, (), b"\x02" + xonly)


def _leaf(given: TapLeafScript, output_key: bytes, known: Mapping[bytes, DerivedKey]) -> Leaf:
    """Read a leaf once its control block has led to the output key. `known` finds keys by themselves and by hash."""
    try:
        leaf_hash = proven_leaf(given.script, given.control_block, output_key)
    except (Invalid, Inconclusive):
        raise _foreign_script() from None
    if given.leaf_version != taproot.LEAF_VERSION:
        raise _foreign_script()
    found = list(operations(given.script))
    pushed = [operation.pushed for operation in found if operation.pushed is not None]
    keys = tuple(dict.fromkeys(known[each] for each in pushed if each in known))
    node = _policy(given.script, Context.TAPSCRIPT, keys or tuple(_bare_keys(found)))
    every = tuple(dict.fromkeys((*keys, *node.keys())))
    return Leaf(given.script, leaf_hash, given.control_block, KeyedMiniscript(node), every)


def _bare_keys(found: Sequence[Operation]) -> Iterator[DerivedKey]:
    for operation in found:
        if operation.pushed is not None and len(operation.pushed) == Context.TAPSCRIPT.key_size:
            yield _unknown(operation.pushed)


def _policy(script: bytes, context: Context, keys: Sequence[DerivedKey]) -> Node[DerivedKey]:
    """Recognise pk, pkh and multi_a by writing them again; for any other script, one that nobody can satisfy."""
    found = list(operations(script))
    for candidate in _candidates(found, context, keys):
        if candidate.script(lambda key: key.public_key[-context.key_size :]) == script:
            return candidate
    return Node(Fragment.FALSE, context)


def _candidates(found: Sequence[Operation], context: Context, keys: Sequence[DerivedKey]) -> Iterator[Node[DerivedKey]]:
    if len(keys) == 1:
        for fragment in (Fragment.PK_K, Fragment.PK_H):
            yield Node(Fragment.C, context, (Node(fragment, context, own_keys=(keys[0],)),))
    if context is not Context.TAPSCRIPT or len(found) < _SHORTEST_MULTI_A:
        return
    threshold = int.from_bytes(found[-2].pushed or b"", "little")
    origins = {key.public_key[1:]: key for key in keys}
    order = [each.pushed for each in found[:-2] if each.pushed is not None]
    if all(len(each) == context.key_size for each in order):
        yield Node(
            Fragment.MULTI_A,
            context,
            own_keys=tuple(origins.get(each, _unknown(each)) for each in order),
            number=threshold,
        )

"""Says which scripts nobody can ever spend, and why: they fail whatever opens them, or nobody knows a key for them.

A hash (P2PKH, P2SH, P2WPKH, P2WSH) proves nothing: what it is the hash of may be known to somebody.
"""

from functools import cache
from itertools import takewhile

from custody.catalogue import _
from custody.chains.bitcoin.consensus import taproot
from custody.chains.bitcoin.consensus.script import (
    OP_0,
    OP_EQUALVERIFY,
    OP_HASH160,
    OP_RETURN,
    SCRIPT_LIMIT,
    Operation,
    ScriptKind,
    classify,
    operations,
)
from custody.curve import Point, is_x_only
from custody.errors import Unreadable

_ITEM_LIMIT = 520
"""Bytes that a script may push at once; more ends it, in a branch that is not taken too."""

_CONDITIONALS = frozenset({0x63, 0x64})
"""OP_IF and OP_NOTIF. What stands behind one is run in some cases only."""

_NEVER_RUN = frozenset({0x65, 0x66, *range(0x7E, 0x82), *range(0x83, 0x87), 0x8D, 0x8E, *range(0x95, 0x9A)})
"""OP_VERIF, OP_VERNOTIF and the opcodes switched off in 2010, as OP_CAT: a script fails that only holds one."""

_HASH160_BYTES = 20

_HASHES = (ScriptKind.P2PKH, ScriptKind.P2SH, ScriptKind.P2WPKH, ScriptKind.P2WSH)


def is_unspendable(script: bytes) -> bool:
    """Say whether nobody can ever spend it: data, a taproot output of nobody, or a script that always fails."""
    return script[:1] == bytes([OP_RETURN]) or is_taproot_of_nobody(script) or why_dead(script) is not None


def is_taproot_of_nobody(script: bytes) -> bool:
    """Say whether it is a taproot output that neither a key nor a script opens (BIP-341).

    Its key is no point; or it is H itself, or H with the tweak that promises to have no scripts: nobody knows a private
    key of either, nor an internal key that a tweak leads to it.
    """
    template = classify(script)
    if template.kind is not ScriptKind.P2TR:
        return False
    return template.program in _keys_of_nobody() or not is_x_only(template.program)


def why_dead(script: bytes) -> str | None:
    """Say why a script fails whatever opens it; None where that is not proven, and for data and taproot outputs."""
    if script[:1] == bytes([OP_RETURN]):
        return None
    if len(script) > SCRIPT_LIMIT:
        return _("it is longer than any node runs")
    if _is_program_of_version_0(script):
        return _("a program of version 0 has 20 or 32 bytes, and this one has {count}").format(count=len(script) - 2)
    template = classify(script)
    if template.kind in (ScriptKind.P2PK, ScriptKind.MULTISIG):
        usable = sum(_is_point(key) for key in template.keys)
        return _("too few of its keys are keys at all") if usable < (template.threshold or 1) else None
    if template.kind in _HASHES or template.witness_version is not None:
        return None
    return _why_it_fails(script)


def _is_program_of_version_0(script: bytes) -> bool:
    """Whether it is a witness program of version 0 of a length that ends every spend (BIP-141)."""
    is_program = 4 <= len(script) <= 42 and script[0] == OP_0 and script[1] == len(script) - 2
    return is_program and script[1] not in (20, 32)


def _why_it_fails(script: bytes) -> str | None:
    try:
        steps = tuple(operations(script))
    except Unreadable:
        return _("it ends inside a push")
    if any(step.opcode in _NEVER_RUN for step in steps):
        return _("it holds an operation that no node runs")
    if any(step.pushed is not None and len(step.pushed) > _ITEM_LIMIT for step in steps):
        return _("it pushes more at once than any node takes")
    certain = tuple(takewhile(lambda step: step.opcode not in _CONDITIONALS, steps))
    if any(step.opcode == OP_RETURN for step in certain):
        return _("it comes to OP_RETURN in every case")
    if any(map(_is_false_hash, certain, certain[1:], certain[2:])):
        return _("it compares a hash with what no hash can be")
    return None


def _is_false_hash(hashing: Operation, compared: Operation, comparing: Operation) -> bool:
    """Whether a hash of 20 bytes must equal a push of another size, as in a P2PKH script without its hash."""
    is_compared = hashing.opcode == OP_HASH160 and comparing.opcode == OP_EQUALVERIFY
    return is_compared and compared.pushed is not None and len(compared.pushed) != _HASH160_BYTES


def _is_point(key: bytes) -> bool:
    try:
        Point.parse(key)
    except ValueError:
        return False
    return True


@cache
def _keys_of_nobody() -> frozenset[bytes]:
    return frozenset({taproot.NUMS_KEY, taproot.output_key(taproot.NUMS_KEY, None)[0]})

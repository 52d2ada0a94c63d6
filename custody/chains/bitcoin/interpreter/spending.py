"""`Opening`: verifies that an input opens the output it spends, by BIP-16, 141, 341 and 342, or raises.

Invalid where it does not, Inconclusive where that cannot be told.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from custody.catalogue import _
from custody.chains.bitcoin.consensus import taproot
from custody.chains.bitcoin.consensus.hashes import hash160, sha256
from custody.chains.bitcoin.consensus.script import OP_0, ScriptKind, Template, classify, operations, p2pkh, push
from custody.chains.bitcoin.consensus.sighash import Sighash
from custody.chains.bitcoin.consensus.stream import compact_size
from custody.chains.bitcoin.consensus.transaction import Transaction, TxInput, TxOutput
from custody.chains.bitcoin.interpreter.checker import Checks, InputChecker, Rules
from custody.chains.bitcoin.interpreter.evaluator import ITEM_LIMIT, STACK_LIMIT, evaluate, truth, understood
from custody.chains.bitcoin.interpreter.verdicts import Inconclusive, Invalid
from custody.curve import tagged_hash

_ANNEX = 0x50
_LEAF_MASK = 0xFE
_CONTROL_BASE, _CONTROL_STEP, _CONTROL_DEPTH = 33, 32, 128
_BUDGET = 50
"""What a tapscript's signatures may cost beside the size of its witness (BIP-342)."""

_UNKNOWN_KINDS = (ScriptKind.WITNESS_UNKNOWN, ScriptKind.ANCHOR)


@dataclass(frozen=True, slots=True)
class Opening:
    """An input with the output that it spends; `checks` counts for all inputs of a proof."""

    transaction: Transaction
    sighash: Sighash
    index: int
    spent: TxOutput
    checks: Checks

    @property
    def input(self) -> TxInput:
        """The input itself."""
        return self.transaction.inputs[self.index]

    def verify(self) -> None:
        """Raise Invalid where the input does not open the output, Inconclusive where that cannot be told."""
        template = classify(self.spent.script)
        if template.kind is ScriptKind.P2SH:
            self._script_hash(template)
        elif _is_witness(self.spent.script):
            if self.input.script_sig:
                raise Invalid(_("a native segwit coin is opened with a scriptSig"))
            self._witness(template, wrapped=False)
        else:
            self._refuse_witness()
            self._legacy(self.spent.script, self._pushed())

    def _legacy(self, script: bytes, stack: Sequence[bytes]) -> None:
        _finish(evaluate(script, stack, self._checker(Rules.LEGACY, script)))

    def _script_hash(self, template: Template) -> None:
        """BIP-16: the last push of the scriptSig is the script. BIP-141: it may be a witness program, pushed alone."""
        stack = self._pushed()
        if not stack or hash160(stack[-1]) != template.hash:
            raise Invalid(_("the script that is given is not the address's"))
        redeem = stack[-1]
        if not _is_witness(redeem):
            self._refuse_witness()
            self._legacy(redeem, stack[:-1])
            return
        if self.input.script_sig != push(redeem):
            raise Invalid(_("a witness program in P2SH is opened by more than its own push"))
        self._witness(classify(redeem), wrapped=True)

    def _witness(self, template: Template, *, wrapped: bool) -> None:
        if not self.input.witness:
            raise Invalid(_("nobody has signed: the witness is empty"))
        if template.kind is ScriptKind.P2WPKH:
            self._witness_v0(p2pkh(template.hash), self.input.witness)
        elif template.kind is ScriptKind.P2WSH:
            *stack, script = self.input.witness
            if sha256(script) != template.hash:
                raise Invalid(_("the script that is given is not the address's"))
            self._witness_v0(script, stack)
        elif template.kind is ScriptKind.P2TR and not wrapped:
            self._taproot(template.program)
        elif template.kind in (*_UNKNOWN_KINDS, ScriptKind.P2TR):
            raise Inconclusive(_("the address is of a segwit version that has no meaning yet"))
        else:
            raise Invalid(_("a witness program of version 0 has an impossible length"))

    def _witness_v0(self, script: bytes, stack: Sequence[bytes]) -> None:
        _check_items(stack)
        _finish(evaluate(script, stack, self._checker(Rules.WITNESS_V0, script)))

    def _taproot(self, output_key: bytes) -> None:
        witness = self.input.witness
        if len(witness) > 1 and witness[-1][:1] == bytes([_ANNEX]):
            raise Inconclusive(_("a taproot input carries an annex, which has no meaning yet"))
        if len(witness) == 1:
            self._checker(Rules.TAPSCRIPT, b"").check_bip340(witness[0], output_key)
            return
        *stack, script, control = witness
        leaf = proven_leaf(script, control, output_key)
        understood(script, Rules.TAPSCRIPT)  # an OP_SUCCESS ends everything before the items are looked at
        _check_items(stack)
        checker = self._checker(Rules.TAPSCRIPT, script)
        checker.leaf_hash = leaf
        checker.budget = _BUDGET + _witness_size(witness)
        _finish(evaluate(script, stack, checker))

    def _checker(self, rules: Rules, script_code: bytes) -> InputChecker:
        return InputChecker(
            self.transaction, self.sighash, self.index, self.spent.amount, rules, self.checks, script_code
        )

    def _pushed(self) -> tuple[bytes, ...]:
        """Run the scriptSig, which may only push."""
        script_sig = self.input.script_sig
        understood(script_sig, Rules.LEGACY)
        if any(operation.pushed is None for operation in operations(script_sig)):
            raise Inconclusive(_("a scriptSig does more than push"))
        return evaluate(script_sig, (), self._checker(Rules.LEGACY, script_sig))

    def _refuse_witness(self) -> None:
        if self.input.witness:
            raise Invalid(_("a coin that is not segwit carries a witness"))


def proven_leaf(script: bytes, control: bytes, output_key: bytes) -> bytes:
    """Return a leaf's hash, once its control block leads to the output key (BIP-341 "Script validation rules").

    Raises Invalid where it does not, and Inconclusive for a leaf version without a meaning.
    """
    steps, rest = divmod(len(control) - _CONTROL_BASE, _CONTROL_STEP)
    if rest or not 0 <= steps <= _CONTROL_DEPTH:
        raise Invalid(_("a control block has an impossible length"))
    version = control[0] & _LEAF_MASK
    leaf = root = taproot.leaf_hash(script, version)
    for step in range(steps):
        beside = control[_CONTROL_BASE + step * _CONTROL_STEP :][:_CONTROL_STEP]
        root = tagged_hash("TapBranch", min(root, beside) + max(root, beside))
    try:
        reached, odd = taproot.output_key(control[1:_CONTROL_BASE], root)
    except ValueError:
        raise Invalid(_("a control block holds no public key")) from None
    if reached != output_key or odd != bool(control[0] & 1):
        raise Invalid(_("the script that is given is not the address's"))
    if version != taproot.LEAF_VERSION:
        raise Inconclusive(_("a taproot leaf is of a version that has no meaning yet"))
    return leaf


def _is_witness(script: bytes) -> bool:
    """Say whether a script is a witness program of any version and length (BIP-141)."""
    if not (4 <= len(script) <= 42 and script[1] == len(script) - 2):
        return False
    return script[0] == OP_0 or 0x51 <= script[0] <= 0x60


def _check_items(stack: Sequence[bytes]) -> None:
    if len(stack) > STACK_LIMIT or any(len(item) > ITEM_LIMIT for item in stack):
        raise Invalid(_("a witness holds more, or longer, items than any node takes"))


def _finish(stack: tuple[bytes, ...]) -> None:
    """CLEANSTACK: exactly one item is left, and it is true."""
    if not stack or not truth(stack[-1]):
        raise Invalid(_("the signature does not satisfy the address's script"))
    if len(stack) > 1:
        raise Invalid(_("the signature holds more than its script asks for (CLEANSTACK)"))


def _witness_size(witness: Sequence[bytes]) -> int:
    return len(compact_size(len(witness))) + sum(len(compact_size(len(item))) + len(item) for item in witness)

"""Output descriptors (BIP-380 to 386 and 389): read, written, and derived into scripts.

Forms: pkh, wpkh, sh(wpkh), tr with a key alone, and multi or sortedmulti in sh, wsh and sh(wsh). Everything else is
refused as not supported, never guessed. It knows keys and scripts, no network and no owner.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self

from custody.catalogue import _
from custody.chains.bitcoin.descriptor import checksum as checksums
from custody.chains.bitcoin.descriptor.key_expression import DerivedKey, KeyExpression
from custody.chains.bitcoin.hashes import hash160, sha256
from custody.chains.bitcoin.script import multisig, p2pkh, p2sh, p2tr, p2wpkh, p2wsh
from custody.curve import tagged_hash, x_only_tweak_add
from custody.derivation import HARDENED
from custody.errors import Unreadable

TEXT_LIMIT = 10_000
"""Characters: fifteen keys with their origins need about 2,500."""

KEYS_LIMIT = 15
"""Keys of a quorum: what fits a P2SH script of 520 bytes, and our bound for P2WSH too."""

REDEEM_SCRIPT_LIMIT = 520
"""Bytes of a P2SH script: what one push may hold (BIP-16). Money sent to a longer one is lost."""

_UNSUPPORTED = ("rawtr(", "raw(", "addr(", "combo(", "pk(")


class Form(StrEnum):
    """What stands around the keys."""

    PKH = "pkh"
    WPKH = "wpkh"
    SH_WPKH = "sh(wpkh"
    TR = "tr"
    SH = "sh"
    WSH = "wsh"
    SH_WSH = "sh(wsh"


_SINGLE = (Form.SH_WPKH, Form.WPKH, Form.PKH, Form.TR)
_QUORUM = (Form.SH_WSH, Form.WSH, Form.SH)


@dataclass(frozen=True, slots=True)
class Derived:
    """One address of a descriptor: its scriptPubKey, the scripts behind it, and its keys in the descriptor's order.

    `internal_key` (32 bytes) is taproot's, before the tweak.
    """

    script: bytes
    redeem_script: bytes | None
    witness_script: bytes | None
    internal_key: bytes | None
    keys: tuple[DerivedKey, ...]


@dataclass(frozen=True, slots=True)
class Descriptor:
    """A descriptor. `threshold` is None for a single key; `is_sorted` tells sortedmulti from multi."""

    form: Form
    keys: tuple[KeyExpression, ...]
    threshold: int | None = None
    is_sorted: bool = False

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a descriptor, with or without its checksum; one that is there must hold. Raises Unreadable."""
        if len(text) > TEXT_LIMIT:
            raise Unreadable(
                _("a descriptor of {count} characters is over the limit of {limit}").format(
                    count=len(text), limit=TEXT_LIMIT
                )
            )
        body = _without_checksum(text)
        for form in _SINGLE:
            inner = _inside(body, form)
            if inner is not None and "(" not in inner:
                return cls._single(form, inner)
        for form in _QUORUM:
            inner = _inside(body, form)
            for name in ("multi", "sortedmulti"):
                arguments = None if inner is None else _inside(inner, name)
                if arguments is not None:
                    return cls._quorum(form, arguments, is_sorted=name == "sortedmulti")
        raise _unsupported(body)

    @classmethod
    def _single(cls, form: Form, inner: str) -> Self:
        if "," in inner:
            raise _unsupported(f"{form}({inner}")
        key = KeyExpression.parse(inner, taproot=form is Form.TR)
        if form is not Form.PKH:
            _refuse_uncompressed(key)
        return cls(form, (key,))

    @classmethod
    def _quorum(cls, form: Form, arguments: str, *, is_sorted: bool) -> Self:
        first, *rest = arguments.split(",")
        keys = tuple(KeyExpression.parse(text) for text in rest)
        if not (first.isascii() and first.isdigit()) or (first[0] == "0" and first != "0"):
            raise Unreadable(_("the threshold of a quorum is not a number"))
        threshold = int(first) if len(first) < 4 else len(keys) + 1
        if not 1 <= threshold <= len(keys) <= KEYS_LIMIT:
            raise Unreadable(
                _("a quorum needs 1 to {limit} keys and a threshold between 1 and their number").format(
                    limit=KEYS_LIMIT
                )
            )
        if form is Form.SH:
            _refuse_unspendable(keys)
        else:
            for key in keys:
                _refuse_uncompressed(key)
        counts = {key.branches for key in keys if key.branches > 1}
        if len(counts) > 1:
            raise Unreadable(_("the keys of a descriptor have different numbers of branches (BIP-389)"))
        return cls(form, keys, threshold, is_sorted)

    @property
    def branches(self) -> int:
        """How many branches it has: 1, or as many alternatives as BIP-389's brackets hold."""
        return max(key.branches for key in self.keys)

    @property
    def ranged(self) -> bool:
        """Whether every key ends in "/*", so that it stands for many addresses."""
        return all(key.ranged for key in self.keys)

    def derive(self, branch: int, index: int) -> Derived:
        """Return the scripts and keys of one address. Raises Unreadable outside the branches and indexes it has."""
        if not (0 <= branch < self.branches and 0 <= index < HARDENED):
            raise Unreadable(
                _("the descriptor has no address at branch {branch}, index {index}").format(branch=branch, index=index)
            )
        keys = tuple(key.derive(branch, index) for key in self.keys)
        if self.threshold is None:
            return self._derive_single(keys)
        public = [key.public_key for key in keys]
        script = multisig(self.threshold, sorted(public) if self.is_sorted else public)  # BIP-67 order
        if self.form is Form.SH:
            return Derived(p2sh(hash160(script)), script, None, None, keys)
        program = p2wsh(sha256(script))
        if self.form is Form.WSH:
            return Derived(program, None, script, None, keys)
        return Derived(p2sh(hash160(program)), program, script, None, keys)

    def text(self) -> str:
        """Write it in one canonical way, without checksum."""
        inner = ",".join(key.text() for key in self.keys)
        if self.threshold is not None:
            inner = f"{'sortedmulti' if self.is_sorted else 'multi'}({self.threshold},{inner})"
        return f"{self.form}({inner}{')' * (self.form.count('(') + 1)}"

    def with_checksum(self) -> str:
        """Write it with its checksum."""
        text = self.text()
        return f"{text}#{checksums.checksum(text)}"

    def _derive_single(self, keys: tuple[DerivedKey, ...]) -> Derived:
        public = keys[0].public_key
        if self.form is Form.TR:
            internal = public[1:]
            output = x_only_tweak_add(internal, tagged_hash("TapTweak", internal))  # BIP-86: no scripts
            return Derived(p2tr(output), None, None, internal, keys)
        if self.form is Form.PKH:
            return Derived(p2pkh(hash160(public)), None, None, None, keys)
        program = p2wpkh(hash160(public))
        if self.form is Form.WPKH:
            return Derived(program, None, None, None, keys)
        return Derived(p2sh(hash160(program)), program, None, None, keys)


def merge(receive: Descriptor, change: Descriptor) -> Descriptor:
    """Make one descriptor of the two that older wallets write for their branches.

    They must be alike but for the last step before "/*". Raises Unreadable.
    """
    if receive.branches != 1 or change.branches != 1 or len(receive.keys) != len(change.keys):
        raise _not_a_pair()
    keys = tuple(_merge_key(first, second) for first, second in zip(receive.keys, change.keys, strict=True))
    merged = replace(receive, keys=keys)
    if replace(change, keys=keys) != merged:
        raise _not_a_pair()
    return merged


def _merge_key(receive: KeyExpression, change: KeyExpression) -> KeyExpression:
    if not (receive.steps and change.steps) or receive.steps[-1] == change.steps[-1]:
        raise _not_a_pair()
    step = (receive.steps[-1][0], change.steps[-1][0])
    merged = replace(receive, steps=(*receive.steps[:-1], step))
    if replace(change, steps=(*change.steps[:-1], step)) != merged:
        raise _not_a_pair()
    return merged


def _not_a_pair() -> Unreadable:
    return Unreadable(
        _("the two descriptors are not the two branches of one wallet"),
        hint=_("They may differ in the last number before /* alone: 0 receives, 1 is change."),
    )


def _without_checksum(text: str) -> str:
    body, mark, given = text.partition("#")
    try:
        expected = checksums.checksum(body)
    except ValueError:
        raise Unreadable(_("the descriptor holds a character that no descriptor has")) from None
    if mark and given != expected:
        raise Unreadable(
            _("the checksum of the descriptor does not hold"),
            hint=_("A character is wrong or missing. Copy the descriptor again from the wallet that made it."),
        )
    return body


def _inside(text: str, name: str) -> str | None:
    """Return what stands in the parentheses of `name(...)`, if `text` is nothing else."""
    closing = ")" * (name.count("(") + 1)
    head = f"{name}("
    if text.startswith(head) and text.endswith(closing):  # they cannot overlap
        return text[len(head) : -len(closing)]
    return None


def _refuse_uncompressed(key: KeyExpression) -> None:
    if key.raw is not None and len(key.raw) == 65:
        raise Unreadable(_("an uncompressed key stands where only compressed ones may"))


def _refuse_unspendable(keys: Sequence[KeyExpression]) -> None:
    """A quorum in P2SH may hold uncompressed keys (BIP-383), as long as its script can be pushed."""
    size = 3 + sum(1 + (33 if key.raw is None else len(key.raw)) for key in keys)
    if size > REDEEM_SCRIPT_LIMIT:
        raise Unreadable(
            _("the script of the quorum has {size} bytes, and no more than {limit} can be spent from P2SH").format(
                size=size, limit=REDEEM_SCRIPT_LIMIT
            )
        )


def _unsupported(body: str) -> Unreadable:
    known = ", ".join(("pkh", "wpkh", "sh(wpkh)", "tr(KEY)", "sh/wsh/sh(wsh) of multi and sortedmulti"))
    if body.startswith(_UNSUPPORTED) or "(" in body:
        return Unreadable(
            _("a descriptor of this form is malformed or not supported"),
            hint=_("Supported: {known}.").format(known=known),
        )
    return Unreadable(_("this is not a descriptor"), hint=_("Supported: {known}.").format(known=known))

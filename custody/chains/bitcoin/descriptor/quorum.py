"""multi and sortedmulti (BIP-383) in sh, wsh and sh(wsh): a text to a quorum of at most 15 keys, and to its scripts."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from custody.catalogue import _
from custody.chains.bitcoin.consensus.hashes import hash160, sha256
from custody.chains.bitcoin.consensus.script import multisig, p2sh, p2wsh
from custody.chains.bitcoin.descriptor.derived import Derived
from custody.chains.bitcoin.descriptor.expression import around, cosigner, inside, within
from custody.chains.bitcoin.descriptor.key_expression import DerivedKey, KeyExpression
from custody.chains.bitcoin.descriptor.shape import Form, Groups, KeyReader, NameKey, Pairs
from custody.errors import Unreadable

KEYS_LIMIT = 15
"""Keys of a quorum: what fits a P2SH script of 520 bytes, and our bound for P2WSH and taproot too."""

REDEEM_SCRIPT_LIMIT = 520
"""Bytes of a P2SH script: what one push may hold (BIP-16). Money sent to a longer one is lost."""

_ORIGIN = re.compile(r"\[([0-9a-fA-F]{8})[/\]]", re.ASCII)

FORMS = (Form.SH_WSH, Form.WSH, Form.SH)


@dataclass(frozen=True, slots=True)
class Quorum:
    """So many signatures of so many keys; `is_sorted` tells sortedmulti from multi."""

    form: Form
    count: int
    threshold: int
    is_sorted: bool
    is_policy: bool = False
    is_key_held: bool = True

    def derive(self, keys: Sequence[DerivedKey]) -> Derived:
        """Return the scripts that the keys of one address make."""
        public = [key.public_key for key in keys]
        script = multisig(self.threshold, sorted(public) if self.is_sorted else public)  # BIP-67 order
        if self.form is Form.SH:
            return Derived(p2sh(hash160(script)), script, None, None, tuple(keys))
        return under_wsh(self.form, script, keys)

    def text(self, write_key: NameKey) -> str:
        """Write it in one canonical way."""
        keys = ",".join(map(write_key, range(self.count)))
        return around(self.form, f"{'sortedmulti' if self.is_sorted else 'multi'}({self.threshold},{keys})")

    def explain(self, _name_key: NameKey) -> tuple[str, ...]:
        """Say nothing: the threshold says it all."""
        return ()

    def companions(self) -> Pairs:
        """Return all pairs: every key counts towards the same quorum."""
        return frozenset(map(frozenset, combinations(range(self.count), 2)))

    def sorted_groups(self) -> Groups:
        """Return all keys, where they are sorted."""
        return (tuple(range(self.count)),) if self.is_sorted else ()


def read(body: str) -> tuple[Quorum, list[KeyExpression]] | None:
    """Read a quorum; None where the text is something else. Raises Unreadable."""
    for form in FORMS:
        inner = inside(body, form)
        for name in ("multi", "sortedmulti"):
            arguments = None if inner is None else inside(inner, name)
            if arguments is None or ")" in arguments:
                continue
            reader = KeyReader(taproot=False, uncompressed=form is Form.SH)
            threshold = read_arguments(arguments, reader)
            if form is Form.SH:
                _refuse_unspendable(reader.keys)
            return Quorum(form, len(reader.keys), threshold, name == "sortedmulti"), reader.keys
    return None


def read_arguments(arguments: str, reader: KeyReader) -> int:
    """Read a threshold and the keys behind it; return the threshold. Raises Unreadable."""
    first, *rest = arguments.split(",")
    for number, text in enumerate(rest, 1):
        with within(cosigner(number, _named(text))):
            reader(text)
    count = len(rest)
    if not (first.isascii() and first.isdigit()) or (first[0] == "0" and first != "0"):
        raise Unreadable(_("the threshold of a quorum is not a number"))
    threshold = int(first) if len(first) < 4 else count + 1
    if not 1 <= threshold <= count <= KEYS_LIMIT:
        raise Unreadable(
            _("a quorum needs 1 to {limit} keys and a threshold between 1 and their number").format(limit=KEYS_LIMIT)
        )
    return threshold


def _named(text: str) -> str:
    """The fingerprint that a key's text begins with, as far as it is one."""
    found = _ORIGIN.match(text)
    return "" if found is None else found[1].lower()


def under_wsh(form: Form, script: bytes, keys: Sequence[DerivedKey]) -> Derived:
    """Return what a witness script makes in wsh or sh(wsh)."""
    program = p2wsh(sha256(script))
    if form is Form.WSH:
        return Derived(program, None, script, None, tuple(keys))
    return Derived(p2sh(hash160(program)), program, script, None, tuple(keys))


def _refuse_unspendable(keys: Sequence[KeyExpression]) -> None:
    """A quorum in P2SH may hold uncompressed keys (BIP-383), as long as its script can be pushed."""
    size = 3 + sum(1 + (33 if key.raw is None else len(key.raw)) for key in keys)
    if size > REDEEM_SCRIPT_LIMIT:
        raise Unreadable(
            _("the script of the quorum has {size} bytes, and no more than {limit} can be spent from P2SH").format(
                size=size, limit=REDEEM_SCRIPT_LIMIT
            )
        )

"""pkh, wpkh, sh(wpkh) and tr without scripts (BIP-381, 382, 386): a text to a single key's form, and to its scripts."""

from collections.abc import Sequence
from dataclasses import dataclass

from custody.chains.bitcoin.consensus import taproot
from custody.chains.bitcoin.consensus.hashes import hash160
from custody.chains.bitcoin.consensus.script import p2pkh, p2sh, p2tr, p2wpkh
from custody.chains.bitcoin.descriptor.derived import Derived
from custody.chains.bitcoin.descriptor.expression import around, inside
from custody.chains.bitcoin.descriptor.key_expression import DerivedKey, KeyExpression
from custody.chains.bitcoin.descriptor.shape import Form, Groups, KeyReader, NameKey, Pairs

FORMS = (Form.SH_WPKH, Form.WPKH, Form.PKH, Form.TR)


@dataclass(frozen=True, slots=True)
class Single:
    """One key, whose signature is all it takes."""

    form: Form
    threshold: None = None
    is_sorted: bool = False
    is_policy: bool = False
    is_key_held: bool = True

    def derive(self, keys: Sequence[DerivedKey]) -> Derived:
        """Return the scripts that the key of one address makes."""
        public, keys = keys[0].public_key, tuple(keys)
        if self.form is Form.TR:
            internal = public[1:]
            output, _odd = taproot.output_key(internal, None)  # BIP-86: no scripts
            return Derived(p2tr(output), None, None, internal, keys)
        if self.form is Form.PKH:
            return Derived(p2pkh(hash160(public)), None, None, None, keys)
        program = p2wpkh(hash160(public))
        if self.form is Form.WPKH:
            return Derived(program, None, None, None, keys)
        return Derived(p2sh(hash160(program)), program, None, None, keys)

    def text(self, write_key: NameKey) -> str:
        """Write it in one canonical way."""
        return around(self.form, write_key(0))

    def explain(self, _name_key: NameKey) -> tuple[str, ...]:
        """Say nothing: one key is all there is."""
        return ()

    def companions(self) -> Pairs:
        """Return nothing: there are no two keys."""
        return frozenset()

    def sorted_groups(self) -> Groups:
        """Return nothing: there are no two keys."""
        return ()


def read(body: str) -> tuple[Single, list[KeyExpression]] | None:
    """Read the form of a single key; None where the text is something else. Raises Unreadable."""
    for form in FORMS:
        inner = inside(body, form)
        if inner is not None and "(" not in inner and "," not in inner:
            reader = KeyReader(taproot=form is Form.TR, uncompressed=form is Form.PKH)
            reader(inner)
            return Single(form), reader.keys
    return None

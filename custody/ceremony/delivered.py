"""`Delivered`: what leaves of a signing, carried as bytes from the process that had the key to the one that never had.

Nothing is believed here that is not looked at elsewhere: a signature holds for the digest that was shown, or for
nothing, and both were verified where they were made.
"""

from dataclasses import dataclass
from typing import NamedTuple, Self

from custody import canonical
from custody.catalogue import _
from custody.ceremony.sign import Signed
from custody.errors import Unreadable
from custody.keys.kinds import Kind


class Made(NamedTuple):
    """A signature that was made: for which input, by which key (4 and 33 bytes, in hex), and its scheme."""

    input: int
    fingerprint: str
    public_key: str
    scheme: str

    def to_json(self) -> dict[str, int | str]:
        """Return it as scripts read it."""
        return self._asdict()


@dataclass(frozen=True, slots=True)
class Delivered:
    """The signed document, the master key's fingerprint (4 bytes) and kind, and the signatures that were made."""

    document: bytes
    fingerprint: bytes
    kind: Kind
    made: tuple[Made, ...]

    @classmethod
    def of(cls, signed: Signed) -> Self:
        """Take of a signing what may leave."""
        tasks = [signature.task for signature in signed.signatures]
        made = tuple(Made(t.input_index, t.fingerprint.hex(), t.public_key.hex(), str(t.scheme)) for t in tasks)
        return cls(signed.document, signed.fingerprint, signed.kind, made)

    def encode(self) -> bytes:
        """Write it for the process that delivers it."""
        return canonical.encode([self.document.hex(), self.fingerprint.hex(), str(self.kind), [*map(list, self.made)]])

    @classmethod
    def decode(cls, content: bytes) -> Self:
        """Read what `encode` wrote. Raises Unreadable."""
        try:
            document, fingerprint, kind, made = canonical.decode(content)
            signatures = tuple(Made(*each) for each in made)
            return cls(bytes.fromhex(document), bytes.fromhex(fingerprint), Kind(kind), signatures)
        except (TypeError, ValueError):
            raise Unreadable(_("this is not what a signing delivers")) from None

"""The two errors of a signature that can be read: `Invalid`, it is wrong, and `Inconclusive`, it is not understood."""

from custody.errors import Mismatch, Refused


class Invalid(Mismatch):
    """A check failed (BIP-322 "invalid")."""

    code = "invalid-signature"


class Inconclusive(Refused):
    """The scripts hold something that this program does not understand (BIP-322 "inconclusive"). Never a yes."""

    code = "inconclusive"

"""The words of a participant's key, for its owner to compare with a plan (docs/spec/transcript.md).

Whoever writes the plan could name a key of his own as somebody's, and looks for one with the same words as long as he
likes: the owner's key is known to him, and stays the same. So they are sixteen, 128 bits of the key's digest, as a
plan's own; ten, as a head has on paper, would have to be made slowly.
"""

from custody.governance import ed25519
from custody.words import POLICY_BYTES, words

_TAG = b"custody/ceremony/identity/v1"


def identity_words(key: bytes) -> tuple[str, ...]:
    """Return the sixteen words of an Ed25519 key (32 bytes)."""
    return words(ed25519.digest(_TAG, key)[:POLICY_BYTES])

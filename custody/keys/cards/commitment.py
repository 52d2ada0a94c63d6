"""A salted commitment to a card: it binds to every word, and tells none. Who has the card and the salt can check it.

HMAC-SHA256(salt, tag || the first four letters of each word, with spaces between them), docs/spec/ceremony.md. A card
holds 128 random bits or more, so that nobody guesses it, whoever knows the salt.
"""

import hmac

from custody.catalogue import _
from custody.keys.cards.shares import SLIP39, ReadShare, read_share
from custody.keys.phrases.wordlist import read_words
from custody.secret import Secret

SALT_BYTES = 16

_TAG = b"custody/ceremony/card/v1\x00"
_LETTERS = 4
"""No two words of SLIP-39's list begin with the same four, and who recomputes cards by hand has no more."""


def commitment(salt: bytes, card: Secret) -> bytes:
    """Return the commitment to a card's words, 32 bytes."""
    letters = " ".join(word[:_LETTERS] for word in _text(card).split())
    return hmac.digest(salt, _TAG + letters.encode("ascii"), "sha256")


def matches(commitment_said: bytes, salt: bytes, card: Secret) -> bool:
    """Say whether a card is the one that a commitment is of."""
    return hmac.compare_digest(commitment(salt, card), commitment_said)


def read_card(card: Secret) -> ReadShare:
    """Read the card, for the place that it says itself. Raises Unreadable for words that are none."""
    return read_share(_text(card), _("the card"))


def typed_card(text: str) -> tuple[ReadShare, Secret]:
    """Read a card as a person typed it, and return with it the words as the list has them. Raises Unreadable."""
    what = _("the card")
    share = read_share(text, what)
    words = " ".join(SLIP39.words[number] for number in read_words(text, SLIP39, what))
    return share, Secret(words.encode("ascii"))


def _text(card: Secret) -> str:
    return card.reveal().decode("ascii")

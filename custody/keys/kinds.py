"""A phrase or a quorum of cards to the keys that it may be: `slip39`, the seed itself, or `bip39`, a phrase's entropy.

A share cannot say which. So the set's record and every card do, both readings are computed at recovery, and a wallet's
fingerprint decides. The same bytes open two different keys.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self

from custody.catalogue import _
from custody.errors import Refused
from custody.keys.cards import rehearsal
from custody.keys.cards.collection import Quorum
from custody.keys.hd import MasterKey
from custody.keys.phrases import mnemonic
from custody.keys.phrases.languages import ENGLISH, IN_WORDS
from custody.keys.phrases.phrase import Phrase
from custody.secret import Secret


class Kind(StrEnum):
    """How a secret becomes a key. SLIP39 is what Trezor and Keystone read, and the default."""

    SLIP39 = "slip39"
    BIP39 = "bip39"


def master_key(secret: Secret, kind: Kind, passphrase: Secret | None) -> MasterKey:
    """Return the BIP-32 root of a secret.

    Of kind slip39 the secret is the seed; its passphrase was SLIP-39's and has done its work. Of kind bip39 the secret
    is entropy, 16 to 32 bytes, and the passphrase is BIP-39's. Raises Unreadable for entropy without a phrase.
    """
    return MasterKey.from_seed(secret if kind is Kind.SLIP39 else mnemonic.seed(secret, passphrase))


def opened(quorum: Quorum, kind: Kind, passphrase: Secret | None) -> MasterKey:
    """Return the key that a quorum opens in one reading. SLIP-39's own passphrase is always empty for kind bip39."""
    with quorum.recover(passphrase if kind is Kind.SLIP39 else None) as secret:
        return master_key(secret, kind, passphrase)


def readings(quorum: Quorum) -> tuple[Kind, ...]:
    """Return what a quorum may be: both kinds, unless its secret has a length that no BIP-39 phrase has."""
    has_phrase = len(quorum.encrypted.ciphertext) in mnemonic.ENTROPY_OF_WORDS.values()
    return tuple(Kind) if has_phrase else (Kind.SLIP39,)


def fingerprints(quorum: Quorum, passphrase: Secret | None) -> dict[Kind, bytes]:
    """Return the master fingerprint (4 bytes) of each reading. Raises Mismatch for a passphrase not in ASCII.

    A set of another program may hold a seed of a length that no phrase has; it is read as slip39 only.
    """
    found = {}
    for kind in readings(quorum):
        with opened(quorum, kind, passphrase) as master:
            found[kind] = master.fingerprint
    return found


@dataclass(frozen=True, slots=True)
class SecretInput:
    """A secret as somebody gave it: a BIP-39 phrase, cards that are a quorum, or a seed; and the passphrase with it.

    Raises Refused for a rehearsal's: of a phrase, a seed and a vault at once, of cards when they are recovered.
    """

    passphrase: Secret | None = field(repr=False)
    _phrase: Phrase | None = field(repr=False)
    _quorum: Quorum | None = field(repr=False)
    _sealed: tuple[Kind, Secret] | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if self._phrase is not None:
            with self._phrase.entropy() as entropy:
                rehearsal.refuse_marked(entropy)
        if self._sealed is not None:
            rehearsal.refuse_marked(self._sealed[1])

    @classmethod
    def of_vault(cls, kind: Kind, secret: Secret, passphrase: Secret | None = None) -> Self:
        """Take a secret whose kind is known, because a vault says it. The passphrase is BIP-39's."""
        return cls(passphrase, None, None, (kind, secret))

    @classmethod
    def of_seed(cls, seed: Secret) -> Self:
        """Take a BIP-32 seed, which is of kind slip39 and knows no passphrase any more."""
        return cls(None, None, None, (Kind.SLIP39, seed))

    @property
    def takes_passphrase(self) -> bool:
        """Whether a passphrase would make another key of it."""
        return self._sealed is None or self._sealed[0] is Kind.BIP39

    def candidates(self) -> tuple[tuple[Kind, MasterKey], ...]:
        """Return the keys that it may be: of a phrase one, of cards one for each kind."""
        if self._sealed is not None:
            kind, secret = self._sealed
            return ((kind, master_key(secret, kind, self.passphrase)),)
        if self._quorum is not None:
            return tuple((kind, opened(self._quorum, kind, self.passphrase)) for kind in readings(self._quorum))
        return ((Kind.BIP39, MasterKey.from_seed(self._written().seed(self.passphrase))),)

    def secret(self, kind: Kind = Kind.SLIP39) -> Secret:
        """Return the bytes that are cut into shares or sealed: a phrase's entropy, or what the cards hold so read.

        Raises Refused for a phrase that is not English: its entropy comes back as English words, another wallet's.
        """
        if self._phrase is not None and self._phrase.language != ENGLISH:
            raise Refused(
                _("a phrase in another language than English ({language}) is not cut into cards or sealed").format(
                    language=IN_WORDS[self._phrase.language]
                ),
                hint=_(
                    "They hold its entropy, and would come back as English words: another, empty wallet. Keep the "
                    "words on paper, or move the coins to a new key."
                ),
                code="language",
            )
        return self.content(kind)

    def content(self, kind: Kind = Kind.SLIP39) -> Secret:
        """Return the bytes behind it, to be looked up among those that the world knows (`known.reason`)."""
        if self._sealed is not None:
            return Secret(self._sealed[1].reveal())
        if self._quorum is not None:
            return self._quorum.recover(self.passphrase if kind is Kind.SLIP39 else None)
        return self._written().entropy()

    def _written(self) -> Phrase:
        if self._phrase is None:
            raise ValueError("a secret is a phrase, a quorum of cards, or a seed")
        return self._phrase

"""A phrase or a quorum of cards to the keys that it may be: `slip39`, the seed itself, or `bip39`, a phrase's entropy.

A share cannot say which. So the set's record and every card do, both readings are computed at recovery, and a wallet's
fingerprint decides. The same bytes open two different keys.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self

from custody.catalogue import _
from custody.errors import Unreadable
from custody.keys.cards.collection import Quorum, UntrustedCollection, refuse_passphrase
from custody.keys.cards.shares import ReadShare, printable_ascii
from custody.keys.hd import MasterKey
from custody.keys.phrases import mnemonic, seedqr
from custody.secret import Secret

LINE_OF_IT = "passphrase:"
"""What begins the line of the passphrase, among the lines of a secret."""


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
    """A secret as somebody gave it: a BIP-39 phrase, or cards that are a quorum; and the passphrase with it."""

    passphrase: Secret | None = field(repr=False)
    _phrase: Secret | None = field(repr=False)
    _quorum: Quorum | None = field(repr=False)
    _sealed: tuple[Kind, Secret] | None = field(default=None, repr=False)

    @classmethod
    def of_vault(cls, kind: Kind, secret: Secret, passphrase: Secret | None = None) -> Self:
        """Take a secret whose kind is known, because a vault says it. The passphrase is BIP-39's."""
        return cls(passphrase, None, None, (kind, secret))

    def candidates(self) -> tuple[tuple[Kind, MasterKey], ...]:
        """Return the keys that it may be: of a phrase one, of cards one for each kind."""
        if self._sealed is not None:
            kind, secret = self._sealed
            return ((kind, master_key(secret, kind, self.passphrase)),)
        if self._quorum is not None:
            return tuple((kind, opened(self._quorum, kind, self.passphrase)) for kind in readings(self._quorum))
        return ((Kind.BIP39, master_key(self.secret(), Kind.BIP39, self.passphrase)),)

    def secret(self, kind: Kind = Kind.SLIP39) -> Secret:
        """Return the bytes that are cut into shares: a phrase's entropy, or what the cards hold in this reading."""
        if self._sealed is not None:
            return Secret(self._sealed[1].reveal())
        if self._quorum is not None:
            return self._quorum.recover(self.passphrase if kind is Kind.SLIP39 else None)
        if self._phrase is None:
            raise ValueError("a secret is a phrase or a quorum of cards")
        return mnemonic.entropy_of(self._phrase)


def read_secret(lines: Sequence[str], check_card: Callable[[ReadShare], None] = lambda _share: None) -> SecretInput:
    """Read a secret from lines: one BIP-39 phrase, or shares one to a line; blank lines do not count.

    The digits of a SeedQR and a line `compact-seedqr: ...` are a phrase too. A line `passphrase: ...` may stand among
    them once. Raises Unreadable, Refused below a quorum, and Mismatch for cards that do not fit, or a passphrase of
    cards that is not printable ASCII. `check_card` raises what is to be said against a card that can be read.
    """
    secrets = [line for line in lines if line.strip() and not line.startswith(LINE_OF_IT)]
    passphrase = _passphrase([line for line in lines if line.startswith(LINE_OF_IT)])
    codes = [line for line in secrets if seedqr.is_meant(line)]
    phrases = [line for line in secrets if line in codes or len(line.split()) in mnemonic.ENTROPY_OF_WORDS]
    if not secrets:
        raise Unreadable(_("there is no secret"), hint=_("Give a BIP-39 phrase, or SLIP-39 shares one to a line."))
    for line in secrets:
        if line not in codes:
            refuse_passphrase(line, _("a line of the secret"))
    if phrases and len(secrets) > 1:
        raise Unreadable(
            _("a phrase stands among other lines"), hint=_("Give one BIP-39 phrase alone, or shares one to a line.")
        )
    if phrases:
        phrase = seedqr.phrase_of(phrases[0]) if codes else _utf8(phrases[0])
        mnemonic.entropy_of(phrase).wipe()
        return SecretInput(passphrase, phrase, None)
    collection = UntrustedCollection(check_card)
    for line in secrets:
        collection.add(line)
    printable_ascii(passphrase)
    return SecretInput(passphrase, None, collection.quorum())


def _passphrase(lines: Sequence[str]) -> Secret | None:
    if len(lines) > 1:
        raise Unreadable(_("there is more than one passphrase line"))
    text = lines[0].removeprefix(LINE_OF_IT).removeprefix(" ") if lines else ""
    return _utf8(text) if text else None


def _utf8(text: str) -> Secret:
    try:
        return Secret(text.encode())
    except UnicodeEncodeError:
        pass  # the exception carries the text: it must not become another's context
    raise Unreadable(_("what was given is not UTF-8 text"), hint=_("Check the terminal's or the file's encoding."))

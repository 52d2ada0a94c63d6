"""What a text is that is no secret of ours: another program's seed, a private key alone, or nothing secret at all.

`named` is asked only once a text cannot be read. It tells a text by its form and by the checksums of the programs that
write it; what it names is refused, with what to do instead. What was given is never repeated.
"""

import re
from collections.abc import Callable, Sequence

from bip_utils import ElectrumV1MnemonicValidator, ElectrumV2MnemonicValidator, MoneroMnemonicValidator

from custody.catalogue import _
from custody.errors import Unreadable

_BASE58 = "[1-9A-HJ-NP-Za-km-z]"
_BECH32 = "[02-9ac-hj-np-z]"

_PRIVATE = re.compile(rf"[xyzYZtuvUV]prv{_BASE58}{{70,}}")
_PUBLIC = re.compile(rf"[xyzYZtuvUV]pub{_BASE58}{{70,}}")
_WIF = re.compile(rf"[5KLc9]{_BASE58}{{50,51}}")
_IN_SCRIPT = re.compile(rf"[(,\]]{_WIF.pattern}[),]")
_ENCRYPTED = re.compile(rf"6P{_BASE58}{{56}}")
_DESCRIPTOR = re.compile(r"(?:pk|pkh|wpkh|sh|wsh|tr|rawtr|combo|multi|sortedmulti|addr|raw)\(.*\).*")
_HEX = re.compile(r"(?:0x)?(?:[0-9a-fA-F]{2})+")
_HEX_SIZES = (16, 20, 24, 28, 32, 33, 64, 65)
_ADDRESS = re.compile(
    rf"(?:bitcoin:)?(?:[13mn2]{_BASE58}{{25,34}}|(?i:(?:bc|tb|bcrt)1{_BECH32}{{8,87}})|0x[0-9a-fA-F]{{40}})(?:\?.*)?"
)
_CORE_LIGHTNING = re.compile(rf"(?i:cl1[02-9]{_BECH32}{{40,}})")
_UR = re.compile(r"(?i:ur:[a-z0-9-]+/.*)")

_LETTERS = re.compile(r"[^\W\d_]+")
"""What is a word, and no number or mark beside one."""

_COMPACT_SIZES = (16, 32)
_ELECTRUM_2 = (12, 13, 24)
_ELECTRUM_1 = (12, 24)
_MONERO = (13, 25)
"""Words with Monero's checksum: without it any words of its lists would be taken for one."""


def named(lines: Sequence[str]) -> Unreadable | None:
    """Return the refusal of a text that is known for something else; None for one that is not known."""
    joined = "".join("".join(lines).split())
    form = next((refusal() for pattern, refusal in _FORMS if pattern.fullmatch(joined)), None)
    return (
        form or _private_within(joined) or _hex(joined) or _words(" ".join(_LETTERS.findall(" ".join(lines).lower())))
    )


def named_by_form(text: str) -> Unreadable | None:
    """Return the refusal of what is known by its form alone, and so cannot be words; None for what is not."""
    joined = "".join(text.split())
    form = next((refusal() for pattern, refusal in _FORMS if pattern.fullmatch(joined)), None)
    return form or _private_within(joined) or _hex(joined)


def _private_within(joined: str) -> Unreadable | None:
    """Name a descriptor, or any other text, that holds a private key."""
    if _PRIVATE.search(joined) or _IN_SCRIPT.search(joined):
        return Unreadable(
            _("this text holds a private key among other things, a descriptor with it perhaps"),
            hint=_from_its_words(),
        )
    return _public() if _DESCRIPTOR.fullmatch(joined) or _PUBLIC.search(joined) else None


def _hex(joined: str) -> Unreadable | None:
    size = len(joined.removeprefix("0x")) // 2
    if not _HEX.fullmatch(joined) or size not in _HEX_SIZES:
        return None
    if size in (33, 65):
        return _public()
    return Unreadable(
        _("this is {count} bytes in hex, and nothing says whether they are a private key, a seed or entropy").format(
            count=size
        ),
        hint=_("If they are what a CompactSeedQR holds, give them as such: compact-seedqr: HEX")
        if size in _COMPACT_SIZES
        else _from_its_words(),
    )


def _words(text: str) -> Unreadable | None:
    """Name a seed in words by the checksum of the program that writes such ones."""
    count = len(text.split())
    if count in _ELECTRUM_2 and ElectrumV2MnemonicValidator().IsValid(text):
        return Unreadable(
            _("this is an Electrum seed: its version holds, and it is no BIP-39 phrase"),
            hint=_(
                "Only Electrum reads it: move the coins there to a new key. If your paper says BIP-39, a word is "
                "wrong: one text in 200 passes for an Electrum seed by accident."
            ),
        )
    if count in _ELECTRUM_1 and ElectrumV1MnemonicValidator().IsValid(text):
        return Unreadable(
            _("these words are of the list of old Electrum seeds (before 2.0), which is not BIP-39's"),
            hint=_("Only Electrum reads it: move the coins there to a new key."),
        )
    if count in _MONERO and MoneroMnemonicValidator().IsValid(text):
        return Unreadable(
            _("this is a seed of Monero, and opens nothing of Bitcoin's or Ethereum's"),
            hint=_("Restore it with a Monero wallet."),
        )
    return None


def _private() -> Unreadable:
    return Unreadable(
        _("this is an extended private key (xprv), and no phrase and no cards"),
        hint=_from_its_words(),
    )


def _wif() -> Unreadable:
    return Unreadable(
        _("this is a single private key (WIF), and no phrase and no cards"),
        hint=_("Sweep its coins to a wallet of a key that has a phrase or cards, with the program that holds it."),
    )


def _encrypted() -> Unreadable:
    return Unreadable(
        _("this is a single private key under a passphrase (BIP-38), and no phrase and no cards"),
        hint=_("Sweep its coins to a wallet of a key that has a phrase or cards, with a program that reads it."),
    )


def _public() -> Unreadable:
    return Unreadable(
        _("this is public (an address, a public key or a descriptor) and no secret"),
        hint=_("Give the phrase or the cards of its key here; custody wallet new registers what is public."),
    )


def _core_lightning() -> Unreadable:
    return Unreadable(
        _("this is the secret of a Core Lightning node in codex32, and no seed of BIP-32's"),
        hint=_("Restore it with Core Lightning."),
    )


def _ur() -> Unreadable:
    return Unreadable(
        _("this is a line of a UR, and secrets are not read from it"),
        hint=_("Give the words of the phrase, or of the cards, that the other program shows."),
    )


def _from_its_words() -> str:
    return _(
        "Give the words or the cards that it was made from. Without them, move its coins to a new key with the program "
        "that holds it."
    )


_FORMS: tuple[tuple[re.Pattern[str], Callable[[], Unreadable]], ...] = (
    (_PRIVATE, _private),
    (_WIF, _wif),
    (_ENCRYPTED, _encrypted),
    (_ADDRESS, _public),
    (_CORE_LIGHTNING, _core_lightning),
    (_UR, _ur),
)
"""What a whole text is by its form alone."""

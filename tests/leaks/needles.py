"""What may stand nowhere: secrets, whole and in pieces, in every form in which they could be written down."""

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from embit import bip32, bip39
from embit.networks import NETWORKS
from shamir_mnemonic.share import Share

_WINDOW = 4
_SHORTEST = 8


def windows(words: str) -> Iterator[str]:
    """Each four words that follow each other."""
    each = words.split()
    yield from (" ".join(each[start : start + _WINDOW]) for start in range(len(each) - _WINDOW + 1))


def of_phrase(phrase: str, passphrase: str = "") -> dict[str, bytes]:
    """A phrase, its windows, its entropy, seed, master key and chain code, and the xprv of each network."""
    seed = bip39.mnemonic_to_seed(phrase, passphrase)
    root = bip32.HDKey.from_seed(seed)
    found = {"phrase": phrase.encode(), "entropy": bip39.mnemonic_to_bytes(phrase), "seed": seed}
    found |= {f"words {number}": window.encode() for number, window in enumerate(windows(phrase), 1)}
    found |= {"master key": root.key.secret, "chain code": root.chain_code}
    for network in ("main", "test"):
        key = bip32.HDKey.from_seed(seed, version=NETWORKS[network]["xprv"])
        found[f"xprv of {network}"] = key.to_base58().encode()
    return found


def of_card(card: str) -> dict[str, bytes]:
    """A SLIP-39 card, its windows, and the value that it carries."""
    found = {f"card words {number}": window.encode() for number, window in enumerate(windows(card), 1)}
    return {"card": card.encode(), "card value": Share.from_mnemonic(card).value, **found}


def of_passphrase(name: str, passphrase: str) -> dict[str, bytes]:
    """A passphrase, whole."""
    return {f"passphrase of {name}": passphrase.encode()}


def forms(secret: bytes) -> Iterator[tuple[str, bytes]]:
    """A secret as it is, in hex, base64 (at each of three places in a longer text), UTF-16 and the other way round."""
    yield "raw", secret
    yield "reversed", secret[::-1]
    yield "hex", secret.hex().encode()
    yield "HEX", secret.hex().upper().encode()
    for shift in range(3):
        text = base64.b64encode(bytes(shift) + secret)
        within = text[-(-8 * shift // 6) : 8 * (shift + len(secret)) // 6]  # letters that the secret alone decides
        yield f"base64 {shift}", within
        yield f"base64url {shift}", within.translate(bytes.maketrans(b"+/", b"-_"))
    text = secret.decode("latin-1")
    yield "UTF-16LE", text.encode("utf-16-le")
    yield "UTF-16BE", text.encode("utf-16-be")


@dataclass(frozen=True)
class Needles:
    """Secrets by name, ready to be looked for."""

    shapes: Mapping[bytes, str]

    @classmethod
    def of(cls, secrets: Mapping[str, bytes]) -> "Needles":
        """Take every form of each."""
        return cls(
            {
                shape: f"{name}, {form}"
                for name, secret in secrets.items()
                for form, shape in forms(secret)
                if len(shape) >= _SHORTEST
            }
        )

    def found_in(self, content: bytes) -> list[str]:
        """Name what stands in some bytes; letters of whatever case, and words with whatever lies between them."""
        folded = b" ".join(content.lower().split())
        return [name for shape, name in self.shapes.items() if shape in content or shape.lower() in folded]

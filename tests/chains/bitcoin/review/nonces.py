"""Signatures with a nonce of our choice, as a broken signer makes them: they hold, and two of one nonce tell the key.

Nothing here is fit for more than a test.
"""

from coincurve import PrivateKey

from custody.chains.bitcoin.consensus.sighash import Sighash
from custody.chains.bitcoin.review.spend import Slot
from custody.curve import ORDER, tagged_hash
from custody.derivation import format_path
from tests.chains.bitcoin.review.drafts import Draft, judge
from tests.support import desk


def ecdsa(private: bytes, nonce: int, digest: bytes) -> bytes:
    """Sign with ECDSA, low S, in DER."""
    r = int.from_bytes(point(nonce))
    s = pow(nonce, -1, ORDER) * (int.from_bytes(digest) + r * int.from_bytes(private)) % ORDER
    return der(r, min(s, ORDER - s))


def der(r: int, s: int) -> bytes:
    """Write the two numbers of a signature in DER."""
    numbers = [number.to_bytes(33).lstrip(b"\x00") for number in (r, s)]
    encoded = b"".join(b"\x02" + desk.sized(b"\x00" * (number[0] >> 7) + number) for number in numbers)
    return b"\x30" + desk.sized(encoded)


def bip340(private: bytes, nonce: int, digest: bytes) -> bytes:
    """Sign with BIP-340, with a key that is not tweaked."""
    (secret, key), (k, r) = _even(int.from_bytes(private)), _even(nonce)
    challenge = int.from_bytes(tagged_hash("BIP0340/challenge", r + key + digest))
    return r + ((k + challenge * secret) % ORDER).to_bytes(32)


def _even(number: int) -> tuple[int, bytes]:
    """Of a number and its negative the one whose point has an even y, and the point's x."""
    encoded = PrivateKey(number.to_bytes(32)).public_key.format()
    return (number if encoded[0] == 2 else ORDER - number), encoded[1:]


def signed(draft: Draft, index: int, who: str, nonce: int) -> Draft:
    """Let a holder sign an input: with ECDSA, or in the first leaf that holds their key."""
    key, value = _made(draft, index, who, nonce)
    draft.inputs[index].append((key, value))
    return draft


def forged(draft: Draft, index: int, who: str, nonce: int) -> Draft:
    """Write what looks like a holder's signature with that nonce, and holds for nobody: its s is the number one."""
    key, _value = _made(draft, index, who, nonce)
    one = (1).to_bytes(32)
    value = point(nonce) + one if key[0] == 0x14 else der(int.from_bytes(point(nonce)), 1) + b"\x01"
    draft.inputs[index].append((key, value))
    return draft


def point(nonce: int) -> bytes:
    """The x coordinate of a nonce's point, which is a signature's r."""
    return PrivateKey(nonce.to_bytes(32)).public_key.format()[1:]


def _made(draft: Draft, index: int, who: str, nonce: int) -> desk.Pair:
    reviewed = judge(draft)
    spend = reviewed.spends[index]
    fingerprint = desk.root(who).my_fingerprint
    slot: Slot = next(slot for slot in spend.slots if slot.key.fingerprint == fingerprint)
    private = desk.root(who).derive(format_path(slot.key.path)).key.serialize()
    sighash = Sighash(reviewed.psbt.transaction, [each.spent for each in reviewed.spends])
    digest = spend.digest(sighash, slot.leaf_hash)
    if slot.leaf_hash is not None:
        return b"\x14" + slot.key.public_key[1:] + slot.leaf_hash, bip340(private, nonce, digest)
    return b"\x02" + slot.key.public_key, ecdsa(private, nonce, digest) + b"\x01"

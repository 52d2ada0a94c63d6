"""A descriptor and its network to the policy digest: 128 bits, alike for every signer, to be read aloud as words.

It stands for the network and for the whole descriptor: every key in full, where it comes from, and who must sign;
neither for a wallet's name nor for how far its addresses were handed out. docs/spec/wallet.md has it byte by byte.
"""

from custody.chains.bitcoin.consensus.hashes import sha256
from custody.chains.bitcoin.consensus.network import Network
from custody.chains.bitcoin.descriptor import Descriptor, KeyExpression
from custody.words import POLICY_BYTES

DOMAIN = "custody-policy/1"
"""The first line of what is hashed, so that it is never the beginning of anything else."""

X_ONLY_BYTES = 32
"""Bytes of a public key without its parity (BIP-340)."""


def policy_digest(descriptor: Descriptor, network: Network) -> bytes:
    """Return the 16 bytes that stand for a policy on a network."""
    lines = (DOMAIN, "bitcoin", network.name, canonical_text(descriptor))
    return sha256("".join(f"{line}\n" for line in lines).encode("ascii"))[:POLICY_BYTES]


def canonical_text(descriptor: Descriptor) -> str:
    """Write a descriptor in one way, without checksum, whatever the order that sorted keys were named in.

    Keys that are sorted at every address stand in the order of their texts. So it does not matter in which order a
    sortedmulti or sortedmulti_a names its keys: its addresses are the same. A plain key, which in a wallet can be
    nobody's alone (BIP-341), is its 32 bytes, without the byte for its parity and without an origin.
    """
    texts = [_key_text(key) for key in descriptor.keys]
    for group in descriptor.shape.sorted_groups():
        in_order = sorted(texts[number] for number in group)
        for number, text in zip(group, in_order, strict=True):
            texts[number] = text
    return descriptor.shape.text(texts.__getitem__)


def _key_text(key: KeyExpression) -> str:
    return key.text() if key.raw is None else key.raw[-X_ONLY_BYTES:].hex()

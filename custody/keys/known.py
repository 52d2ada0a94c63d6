"""Says why the whole world has a secret, a published test vector or a careless pattern; None where it finds no reason.

BIP-39 entropy, a SLIP-39 master secret or a BIP-32 seed. Only what somebody thought of is found; that a secret is not
known here does not make it random. Thieves watch every address of every secret named here and empty it within seconds.

Published secrets are kept as digests, so that no word of a phrase lies in this file. The patterns are chosen so that a
random secret shows none: the most likely, sixteen letters by accident, has a chance of 2**-32.
"""

import hmac
from collections.abc import Iterator
from hashlib import sha256
from itertools import pairwise

from custody.catalogue import _
from custody.keys.entropy import CONTEXT, FACES, PART
from custody.secret import Secret

WORD_BITS = 11
SAID_AS_BYTES = frozenset(b"0123456789 ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
MOST_ROLLS = 256


def reason(secret: Secret) -> str | None:
    """Say why a secret of 16 to 64 bytes is publicly known, as a clause without a full stop, or return None."""
    content = secret.reveal()
    return _published(content) or _pattern(content) or _word_pattern(content) or _careless_dice(content)


def _published(content: bytes) -> str | None:
    digest = sha256(content).hexdigest()[:16]
    for source, digests in _DIGESTS.items():
        if digest in digests:
            return _("it is a test secret, published with {source}").format(source=source)
    return None


def _pattern(content: bytes) -> str | None:
    size, half = len(content), len(content) // 2
    if any(content[period:] == content[:-period] for period in range(1, half + 1)):
        return _("it is one byte or a few, repeated")
    if len({(after - before) % 256 for before, after in pairwise(content)}) == 1:
        return _("it counts up or down in equal steps")
    if len(set(content[:half])) == 1 or len(set(content[size - half :])) == 1:
        return _("one half of it is a single byte, repeated")
    if content.hex() == content.hex()[::-1]:
        return _("it reads the same from both ends")
    if SAID_AS_BYTES.issuperset(content):
        return _("it is written text, not randomness")
    return None


def _word_pattern(content: bytes) -> str | None:
    """Look for a pattern in the words of the BIP-39 phrase; the last word, part checksum, does not count."""
    words = list(_word_numbers(content))
    if any(words[period:] == words[:-period] for period in range(1, len(words) // 2 + 1)):
        return _("its BIP-39 phrase is one word or a few, repeated")
    if len({(after - before) % 2**WORD_BITS for before, after in pairwise(words)}) == 1:
        return _("its BIP-39 phrase walks through the word list in equal steps")
    return None


def _word_numbers(content: bytes) -> Iterator[int]:
    number, bits = int.from_bytes(content), len(content) * 8
    for end in range(WORD_BITS, bits + 1, WORD_BITS):
        yield number >> (bits - end) & (2**WORD_BITS - 1)


def _careless_dice(content: bytes) -> str | None:
    """Try up to 256 rolls that were not rolled: their SHA-256, and our mixture with a machine part of zeros."""
    for rolls in _unrolled():
        own = hmac.digest(CONTEXT, bytes(PART) + rolls, "sha512")
        if content in (sha256(rolls).digest()[: len(content)], own[: len(content)]):
            return _("it comes from dice that were not rolled: one face, or the faces in order, again and again")
    return None


def _unrolled() -> Iterator[bytes]:
    """Yield 0 to 256 rolls of every face alone (0 too: some dice count from there), and of 1 to 6 in order and back."""
    faces = [face.encode() for face in "0" + FACES]
    for cycle in (*faces, FACES.encode(), FACES[::-1].encode()):
        line = cycle * MOST_ROLLS
        for count in range(MOST_ROLLS + 1):
            yield line[:count]


_BIP32 = """
    be45cb2605bf36be 79688a6fe1cac989 3684c1f0b7747c76 79d110b6e53d69e1
"""

_BIP39 = """
    374708fff7719dd5 c08dda51da02e763 62a772f85e4be622 87dcde7fa6df23e1 ef627689ebfaea17 91de1f3afe3b46cb
    4e972baaee2ad54f 854236e2434d8f53 f7b66042adf5a231 5ac6a5945f165009 2a389a901f9b9f72 69e2f426da1e6d6d
    9d908ecfb6b256de 5650b0567fe1a57b 9dbaa14de7046395 66682ab64f5c5ad4 4d3e25d89c852f0d bc7fd7e7038dd625
    f0f7c775cc67fa28 01997e64f94f2fa7 a6b4a80fb1e76a96 44a5f7891570e563 e1d4a4c8089b445a d2794963eed863ae
    66687aadf862bd77 ed13162c1b895a19 89c4a8ef3af3a5af 17a7384bf1c50a94 063f0a88c4229df6 53df3f5c45fbda39
    bd75a82b9957d6d0 eeaf751c08a5f1dd 64a057825ec37f2a af9613760f72635f 41a37fb1472b4bba d1280c95c82825d0
    1405e8392df14cd0 5f1cbbe7f2c41cae 979b0a6876e0b5e5 49b7719c0dff6d00 6c35e9cd001f317d 8eb3a9154cb12f85
    005b30a3ab171b8c b660e95b2f6d306b e451f11e6409307a 074ae1f8e7121aeb c86c57d32053fb08 31a239fad2c68741
    68ba3c169969c3fa c5e437b868a56662 2c5e8648d2773b21 a98ed335f345b0a8 0ad20cfab12c7bdf 5705f028f0089250
    85cee1dfe99969ec 91255e880fd810fb 4a532de528578cbf 29a8b34689f15991 c0fa690799f7d41f 116fd38342bf1ab1
    a209c1acb3397f89 736553a1d3517896 c6ba1e3e3b59d89b 2165f0aafe44e727 d38f9def6cc265c4 40c16bbb64994bbe
    8bfe0b56d42ae416 c3aa09bbc2f741a9 5a7a4622184bd18d 69b6509a79cef595 ed0c17e7de484b39 78f30d8c01dce964
"""

_BIP85 = """
    3313908a3667d9ad 7c261d6fbe61f194 adf0721bd72ec500
"""

_SEEDQR = """
    ad196551f7a8c112 57ce9e3bafb3d92e 4131452ca85cbf81 410ac237e63f25d9 83a432798e250f07 bdddd9ba9094262b
    2809f0aad154ba6d 513cb6b4e0c8c6e2 ae96b01eec66950b fd8f319db11464ea c39cc1e07d54abbb 3a7715665b106615
    403e7555e87bcfe4 3bcdd0e9a2a2e7eb 12abf893fefefcbb fe9d30803a61cd92 d87e72722b16e4bc bb59389545a30e19
    b555458cbfbdbaf9 a410f83a9d6b6c43 93eb3b289d9719af aaed2e6e5c580cee
"""

_SLIP39 = """
    e98cfe37ac235b78 1191503a03ec0f41 71ac1062ef658316 8e23072ac07f8f26 876970b8bdbe44d9 c0183ca100bd7a3b
    6f443d0b477017f5 2d01133ed1a71e27 3ced39d10e6b0378 6d4784633d048d02 f6d3024221cfe269 cdbcb1b13c777c13
    809e0706aaac1555 dc4ebc8c0daac235 65e07b81d4e46966 cbe1f057e40547a7 f8f6fea2206802df 596ae5d819b0f172
    5c2d3ec289756e02 aaffca39a77f2b87 f9930e348c70f1b9 2e569f77e9d5cc69
"""

_SOFTWARE = """
    54b793afc0ed0eac c7f5f43e9b4808e3 4f9c14dd48212d2f 90df03b428d3c095 a7fd255e4791ff38 d27611dfe16780fe
    76e57a90f93135e9 ec660b9836b9c831 c10d4240de7f1a1f f918931460579b17 918f40d58fb1e396 757b502ae5d5495d
    8dc5492ff9384997 d8ab269da16dd7c5 33979a8e75e30610 88f8a50c61d4fe0b 070b1ecdf0037b2d bcaa40050e112015
    c60dab48e4856285 e83f9eed413e0dc7 eff8ddfae2b78af2 d1a662526ba15b11 379d1525cefce391 7a5ff53b3f15f62e
    d7f0bc9d1e1e2d36 c727c93d7fbd9279 ff360acf2e2e4cbc 46e5467df3958ea7 8027ca22ba400f88 11f14dbe5f1a6293
    3564c8bccdba1e81 d3f016fb214e2fd3 3fb2a9cd46329814 02e243650051a6b9 55c2032b4fd66967 a67a7f5c93ef07a5
    02209fa29f58cbaf bbc132bb0928c7d7
"""

_DIGESTS = {
    "BIP-32": frozenset(_BIP32.split()),
    "BIP-39": frozenset(_BIP39.split()),
    "BIP-85": frozenset(_BIP85.split()),
    "SeedQR": frozenset(_SEEDQR.split()),
    "SLIP-39": frozenset(_SLIP39.split()),
    _("the tests or the manual of a wallet"): frozenset(_SOFTWARE.split()),
}
"""The first 8 bytes of SHA-256 of each: entropies, master secrets, and the seeds of phrases, without a passphrase and
with the one of the standard's vectors. tests/keys/test_known.py makes them again from the sources."""

"""Master fingerprints of published test vectors, each with where it was published.

`keys.known` recognises the secrets themselves; a wallet file shows only fingerprints, and four bytes are no proof, so a
match is a warning.
"""

from types import MappingProxyType

_BIP32 = "3442193e 41d63b50 ad85d955 bd16bee5"
_BIP39 = """
005af296 0d9250da 128d6f17 15e8639c 1ddb040f 1f989357 244c267a 28645006 286fd267 29adb9cf 31d13b25 328434ac 365fc42f
3e95301d 3f070a56 3f635a63 465649fd 4a2af669 53452836 5436d724 61796c57 61d264e9 70f21633 73c5da0a 806969a0 8264ddd1
86d722c6 88bca92b 8a682d68 9c0becda a07d432c b18c73ee b4e3f5ed b760aecd b7c11d9d b8688df1 bc2b7c36 c66a100e cd273ae3
ceb6e3c3 d3539b0d dd1fad4d e08b8ac3 e5ddd654 eb2bfaaf edc43bbe f57f296d fd7227ba
"""
_SLIP39 = "1ef93494 27dd7852 558e566c 730dc112 7e59eb7e 828ecab2 c53e181f cd7c3880 d08e74c0 d99ec453 e08ca00a"
_SOFTWARE = "16a93ed0 5c9e228d"

KNOWN = MappingProxyType(
    {
        bytes.fromhex(fingerprint): source
        for source, fingerprints in (
            ("BIP-32", _BIP32),
            ("BIP-39", _BIP39),
            ("SLIP-39", _SLIP39),
            ("wallet software's tests", _SOFTWARE),
        )
        for fingerprint in fingerprints.split()
    }
)
"""Where each master fingerprint (4 bytes) was published. tests/cli/wallets/test_known_keys.py makes them again."""

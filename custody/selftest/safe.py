"""Known answers of the safe: phrases, keys, cards and what seals a vault, by the functions that the safe itself uses.

All secrets here are published: each stands in the specification that the check names.
"""

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from custody.derivation import parse_path
from custody.governance import ed25519
from custody.keys.cards.collection import UntrustedCollection
from custody.keys.hd import MasterKey
from custody.keys.phrases import mnemonic
from custody.keys.vaults import primitives
from custody.secret import Secret
from custody.selftest.check import require_equal, require_refused

_SEED_1 = "000102030405060708090a0b0c0d0e0f"
_CHAIN_1 = parse_path("m/0'/1/2'/2/1000000000")
_XPUB_1 = (
    "xpub6H1LXWLaKsWFhvm6RVpEL9P4KfRZSW7abD2ttkWP3SSQvnyA8FSVqNTEcYFgJS2UaFcxupHiYkro49S8yGasTvXEYBVPamhGW6cFJodrTHy"
)
_MAIN_PUBLIC = bytes.fromhex("0488b21e")
_KEY_1 = "022a471424da5e657499d1ff51cb43c47481a03b1e77f951fe64cec9f5a48f7011"
_SEED_2 = (
    "fffcf9f6f3f0edeae7e4e1dedbd8d5d2cfccc9c6c3c0bdbab7b4b1aeaba8a5a2"
    "9f9c999693908d8a8784817e7b7875726f6c696663605d5a5754514e4b484542"
)
_XPUB_2 = (
    "xpub6FnCn6nSzZAw5Tw7cgR9bi15UV96gLZhjDstkXXxvCLsUXBGXPdSnLFbdpq8p9HmGsApME5hQTZ3emM2rnY5agb9rXpVGyy3bdW6EEgAtqt"
)
_CHAIN_2 = parse_path("m/0/2147483647'/1/2147483646'/2")
_KEY_2 = "024d902e1a2fc7a8755ab5b694c575fce742c48d9ff192e63df5193e4c7afe1f9c"
_PHRASE = "letter advice cage absurd amount doctor acoustic avoid letter advice cage above"
_ENTROPY = "80" * 16
_PHRASE_SEED = (
    "d71de856f81a8acc65e6fc851a38d4d7ec216fd0796d0a6827a3ad6ed5511a30"
    "fa280f12eb2e47ed2ac03b5c462a0358d18d69fe4f985ec81778c1b370b652a8"
)
_CARDS = (
    "shadow pistol academic always adequate wildlife fancy gross oasis cylinder mustang wrist rescue view short owner "
    "flip making coding armed",
    "shadow pistol academic acid actress prayer class unknown daughter sweater depict flip twice unkind craft early "
    "superior advocate guest smoking",
)
_WRONG_CARD = (
    "shadow pistol academic acid actress prayer class unknown daughter sweater depict flip twice unkind craft early "
    "superior advocate guest academic"
)
_CARDS_SECRET = "b43ceb7e57a0ea8766221624d01b0864"  # noqa: S105  published
_ARGON2ID = "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659"
_HKDF = "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
_X25519_PRIVATE = "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a"
_X25519_PUBLIC = "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a"
_ED25519_PRIVATE = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"
_ED25519_PUBLIC = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
_ED25519_SIGNATURE = (
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
)
_AEAD_KEY = bytes(range(0x80, 0xA0))
_AEAD_NONCE = bytes.fromhex("070000004041424344454647")
_AEAD_BESIDE = bytes.fromhex("50515253c0c1c2c3c4c5c6c7")
_AEAD_PLAIN = (
    b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, "
    b"sunscreen would be it."
)
_AEAD_SEALED = (
    "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d63dbea45e8ca9671282fafb69da92728b"
    "1a71de0a9e060b2905d6a5b67ecd3b3692ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc"
    "3ff4def08e4b7a9de576d26586cec64b61161ae10b594f09e26a7e902ecbd0600691"
)
_HPKE_INFO = b"custody/selftest"
_HPKE_SEALED = "a5c4cd77c5c6248ce59817dbe138d7a1741d2fee8f371b371905c27cf9e1463f3f54dc5fc5b225645938a098442ab01f90c092"


def check_bip39() -> None:
    """A phrase of published entropy and its seed, under the passphrase TREZOR; a wrong last word is refused."""
    entropy = Secret(bytes.fromhex(_ENTROPY))
    require_equal(mnemonic.phrase(entropy), Secret(_PHRASE.encode()))
    require_equal(mnemonic.entropy_of(_PHRASE), entropy)
    require_equal(mnemonic.seed(entropy, Secret(b"TREZOR")), Secret(bytes.fromhex(_PHRASE_SEED)))
    require_refused(lambda: mnemonic.entropy_of(_PHRASE.rpartition(" ")[0] + " winner"))


def check_bip32() -> None:
    """Two chains from their seeds to the last public keys, hardened steps and others."""
    with MasterKey.from_seed(Secret(bytes.fromhex(_SEED_1))) as master:
        require_equal(master.fingerprint.hex(), "3442193e")
        require_equal(master.account_xpub(_CHAIN_1, _MAIN_PUBLIC), _XPUB_1)
        require_equal(master.public_key(_CHAIN_1).compressed.hex(), _KEY_1)
    with MasterKey.from_seed(Secret(bytes.fromhex(_SEED_2))) as master:
        require_equal(master.account_xpub(_CHAIN_2, _MAIN_PUBLIC), _XPUB_2)
        require_equal(master.public_key(_CHAIN_2).compressed.hex(), _KEY_2)


def check_slip39() -> None:
    """Two cards of three to their secret; a wrong word is refused."""
    cards = UntrustedCollection()
    for text in _CARDS:
        cards.add(text)
    require_equal(cards.quorum().recover(Secret(b"TREZOR")), Secret(bytes.fromhex(_CARDS_SECRET)))
    require_refused(lambda: UntrustedCollection().add(_WRONG_CARD))


def check_argon2id() -> None:
    """The published tag, with a secret value and associated data."""
    found = primitives.argon2id(
        Secret(b"\x01" * 32), b"\x02" * 16, memory=32, passes=3, lanes=4, pepper=b"\x03" * 8, context=b"\x04" * 12
    )
    require_equal(found, Secret(bytes.fromhex(_ARGON2ID)))


def check_hkdf() -> None:
    """The beginning of the published key material, without salt and info."""
    require_equal(primitives.hkdf(Secret(b"\x0b" * 22), b""), Secret(bytes.fromhex(_HKDF)))


def check_aead() -> None:
    """The published ciphertext; a vault's sealing is the same cipher under its nonce; one changed bit is refused."""
    cipher = ChaCha20Poly1305(_AEAD_KEY)
    require_equal(cipher.encrypt(_AEAD_NONCE, _AEAD_PLAIN, _AEAD_BESIDE).hex(), _AEAD_SEALED)
    require_equal(cipher.decrypt(_AEAD_NONCE, bytes.fromhex(_AEAD_SEALED), _AEAD_BESIDE), _AEAD_PLAIN)
    key, plain = Secret(_AEAD_KEY), Secret(_AEAD_PLAIN)
    sealed = primitives.seal(key, plain, _AEAD_BESIDE)
    require_equal(sealed, cipher.encrypt(bytes(12), _AEAD_PLAIN, _AEAD_BESIDE))
    require_equal(primitives.unseal(key, sealed, _AEAD_BESIDE), plain)
    require_refused(lambda: primitives.unseal(key, _flipped(sealed), _AEAD_BESIDE))


def check_x25519() -> None:
    """The public key of the first of the two who agree on a secret."""
    require_equal(primitives.opening_key(Secret(bytes.fromhex(_X25519_PRIVATE))).hex(), _X25519_PUBLIC)


def check_hpke() -> None:
    """A sample of ours that a second reader opens, and what is sealed now; one changed bit is refused."""
    private, plain = Secret(bytes.fromhex(_X25519_PRIVATE)), Secret(b"abc")
    require_equal(primitives.open_sealed(private, bytes.fromhex(_HPKE_SEALED), _HPKE_INFO), plain)
    sealed = primitives.seal_to(bytes.fromhex(_X25519_PUBLIC), plain, _HPKE_INFO)
    require_equal(primitives.open_sealed(private, sealed, _HPKE_INFO), plain)
    require_refused(lambda: primitives.open_sealed(private, _flipped(sealed), _HPKE_INFO))


def check_ed25519() -> None:
    """The published key and signature; one changed bit is refused."""
    private, public = Secret(bytes.fromhex(_ED25519_PRIVATE)), bytes.fromhex(_ED25519_PUBLIC)
    require_equal(primitives.signing_key(private), public)
    signature = primitives.sign(private, b"\x72")
    require_equal(signature.hex(), _ED25519_SIGNATURE)
    require_equal(ed25519.holds(public, signature, b"\x72"), True)
    require_refused(lambda: ed25519.holds(public, _flipped(signature), b"\x72"))


def _flipped(content: bytes) -> bytes:
    """Change the lowest bit of the last byte."""
    return content[:-1] + bytes([content[-1] ^ 1])

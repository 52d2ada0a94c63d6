"""The engine that signs and derives against the referees, which share no code with it: signatures and addresses.

The keys are of published seeds. What is signed are digests of this module's own words, which no transaction has.
"""

import hmac
from functools import partial
from hashlib import sha256

from custody import referee
from custody.chains.bitcoin.addresses.address import address
from custody.chains.bitcoin.consensus import script, taproot
from custody.chains.bitcoin.consensus.hashes import hash160
from custody.chains.bitcoin.consensus.network import network
from custody.chains.extended_key import ExtendedKey
from custody.curve import tagged_hash
from custody.derivation import HARDENED, parse_path
from custody.keys import signer
from custody.keys.hd import MasterKey
from custody.keys.phrases import mnemonic
from custody.referee import points
from custody.selftest.check import require_equal, require_refused
from custody.signing import Approval, SignatureScheme, SigningTask

_PHRASE = "abandon " * 11 + "about"
_MAIN_PUBLIC = bytes.fromhex("0488b21e")
_PATH = parse_path("m/84'/0'/0'/0/0")
_DIGESTS = tuple(sha256(b"custody/selftest/" + bytes([number])).digest() for number in range(3))
_ADDRESSES = (
    (44, 0, "1LqBGSKuX5yYUonjxT5qGfpUsXKYYWeabA"),
    (84, 0, "bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu"),
    (84, 1, "bc1qnjg0jd8228aq7egyzacy8cys3knf9xvrerkf9g"),
    (86, 0, "bc1p5cyxnuxmeuwuvkwfem96lqzszd02n6xdcjrs20cac6yqjjwudpxqkedrcr"),
)
"""The purpose of a wallet, an index of its receiving branch, and the address there; BIP-84 and BIP-86 print theirs."""


def check_signatures() -> None:
    """Sign by each scheme, twice: the bytes are the same, the referee takes them, and takes them for nothing else."""
    for digest, scheme in zip(_DIGESTS, SignatureScheme, strict=True):
        with _master() as master:
            key = master.public_key(_PATH).compressed
            signed, again = (_signed(master, key, digest, scheme) for _time in range(2))
        require_equal(signed, again)
        if scheme is SignatureScheme.BIP340:
            verify = partial(referee.verify_bip340, key[1:])
        else:
            verify = partial(referee.verify_ecdsa, key)
        encoded = _der(signed) if scheme is SignatureScheme.ECDSA_RECOVERABLE else signed
        verify(digest, encoded)
        require_refused(partial(verify, sha256(digest).digest(), encoded))


def check_addresses() -> None:
    """Derive published addresses by both engines, from the account's public key; the safe's own key is the same."""
    with _master() as master:
        for purpose, index, published in _ADDRESSES:
            account = (purpose + HARDENED, HARDENED, HARDENED)
            xpub = ExtendedKey.parse(master.account_xpub(account, _MAIN_PUBLIC))
            key = xpub.child(0).child(index).point.compressed
            require_equal(key, _derived_again(xpub, (0, index)))
            require_equal(key, master.public_key((*account, 0, index)).compressed)
            require_equal(address(_script(purpose, key), network("main")), published)


def _master() -> MasterKey:
    return MasterKey.from_seed(mnemonic.seed(mnemonic.entropy_of(_PHRASE)))


def _signed(master: MasterKey, key: bytes, digest: bytes, scheme: SignatureScheme) -> bytes:
    task = SigningTask(scheme, 0, master.fingerprint, _PATH, key, digest, None, digest)
    return signer.sign(master, task, Approval(digest, by="selftest")).encoded


def _derived_again(parent: ExtendedKey, numbers: tuple[int, ...]) -> bytes:
    """CKDpub of BIP-32, by the referee's arithmetic."""
    key, code = parent.point.compressed, parent.chain_code
    for number in numbers:
        digest = hmac.digest(code, key + number.to_bytes(4), "sha512")
        key, code = points.tweak_add(key, digest[:32]), digest[32:]
    return key


def _script(purpose: int, key: bytes) -> bytes:
    """Return the output script of a wallet of one key. A taproot output key is computed by both engines."""
    if purpose == 44:
        return script.p2pkh(hash160(key))
    if purpose == 84:
        return script.p2wpkh(hash160(key))
    output, _odd = taproot.output_key(key[1:], None)
    require_equal(output, points.tweak_add(b"\x02" + key[1:], tagged_hash("TapTweak", key[1:]))[1:])
    return script.p2tr(output)


def _der(signed: bytes) -> bytes:
    """Write r and s of a recoverable signature as DER (SEC 1, C.5)."""
    parts = [int.from_bytes(half).to_bytes(33).lstrip(b"\x00") for half in (signed[:32], signed[32:64])]
    numbers = [part if part[0] < 0x80 else b"\x00" + part for part in parts]
    body = b"".join(b"\x02" + bytes([len(number)]) + number for number in numbers)
    return b"\x30" + bytes([len(body)]) + body

"""The desk's wallets, and more forms of quorum, with what each program can hold of them; a file of every format."""

import json
from collections.abc import Mapping
from functools import cache

from custody.chains.bitcoin.consensus.network import NETWORKS
from custody.chains.bitcoin.descriptor.checksum import checksum
from custody.chains.bitcoin.exchange.formats import WRITTEN
from custody.chains.bitcoin.wallet.wallet import Wallet
from tests.support import desk

REGTEST = NETWORKS["regtest"]
COMPARED = 10

QUORUMS = {
    "sh(sortedmulti)": ("sh(sortedmulti(2,{A},{B},{C}))", "45h"),
    "wsh(multi)": ("wsh(multi(2,{A},{B},{C}))", "48h/1h/0h/2h"),
    "sh(wsh(multi))": ("sh(wsh(multi(2,{A},{B},{C})))", "48h/1h/0h/1h"),
}
"""Quorums that the desk does not know -> descriptor around key expressions, and account path."""

KINDS = (*desk.KINDS, *QUORUMS, *desk.POLICIES)

_SINGLE = {"pkh", "sh(wpkh)", "wpkh"}
_SORTED = {"sh(sortedmulti)", "wsh(sortedmulti)", "sh(wsh(sortedmulti))"}
_UNSORTED = {"sh(multi)", "wsh(multi)", "sh(wsh(multi))"}

HOLDS = {
    "core": set(KINDS),
    "sparrow": _SINGLE | {"tr"} | _SORTED,
    "electrum": _SINGLE | _SORTED,
    "specter": _SINGLE | {"tr"} | _SORTED | _UNSORTED,
    "nunchuk": _SINGLE
    | {"tr", "wsh(multi)", "wsh(decaying)", "wsh(or_i)", "tr(tree)", "tr(key path)", "tr(nobody,multi_a)"}
    | _SORTED,
    "caravan": _SORTED,
}
"""A program -> the kinds of wallet that it can hold."""

PAIRS = [(target, kind) for target in HOLDS for kind in KINDS if kind in HOLDS[target]]
ABSENT = [(target, kind) for target in HOLDS for kind in KINDS if kind not in HOLDS[target]]


@cache
def owner(kind: str) -> desk.Wallet:
    """The wallet as embit understands it."""
    if kind not in QUORUMS:
        return desk.wallet(kind)
    form, path = QUORUMS[kind]
    return desk.Wallet(kind, form.format(**desk.expressions(path)), ("A", "B"))


@cache
def wallet(kind: str) -> Wallet:
    """The wallet as it is registered here."""
    return Wallet.register("treasury", [owner(kind).descriptor], REGTEST)


def addresses(kind: str) -> list[list[str]]:
    """The first ten addresses of both branches, by embit."""
    return [[owner(kind).address(branch, index) for index in range(COMPARED)] for branch in (0, 1)]


def nunchuks_own(kind: str, first_address: str) -> bytes:
    """A record as Nunchuk writes it: every key ends in /*, and the first address is on 0/0."""
    text = owner(kind).descriptor.replace("/<0;1>/*", "/*")
    return f"BSMS 1.0\n{text}#{checksum(text)}\nNo path restrictions\n{first_address}".encode()


def _device() -> dict[str, object]:
    """What a device writes of itself: one account."""
    key = desk.root("A").derive("m/84h/1h/0h").to_public()
    section = {"deriv": "m/84'/1'/0'", "xpub": key.to_base58(), "first": desk.wallet("wpkh").address(0, 0)}
    return {"chain": "XRT", "xfp": desk.root("A").my_fingerprint.hex().upper(), "bip84": section}


def _account_key(path: str, version: str) -> str:
    """A's key at a path, in letters of SLIP-132."""
    return desk.root("A").derive(f"m/{path}").to_public().to_base58(version=bytes.fromhex(version))


def _keys_of_a_device() -> dict[str, object]:
    """What Specter keeps of a device: one account, and one cosigner's key."""
    listed = [
        {
            "derivation": f"m/{path}",
            "fingerprint": desk.root("A").my_fingerprint.hex(),
            "type": kind,
            "original": _account_key(path, version),
            "xpub": _account_key(path, "043587cf"),
        }
        for kind, path, version in (("wpkh", "84h/1h/0h", "045f1cf6"), ("wsh", "48h/1h/0h/2h", "02575483"))
    ]
    return {"name": "mine", "type": "specter", "keys": listed}


def _account() -> dict[str, object]:
    """One account, as Keystone writes it."""
    key = _account_key("84h/1h/0h", "045f1cf6")
    master = desk.root("A").my_fingerprint.hex()
    return {"ExtPubKey": key, "MasterFingerprint": master, "AccountKeyPath": "m/84'/1'/0'"}


def _shown_by_us() -> tuple[bytes, ...]:
    """What our own commands print: of a key, as text and as JSON; of a wallet; and of a list of them."""
    master = desk.root("A").my_fingerprint.hex()
    key = f"[{master}/84h/1h/0h]{_account_key('84h/1h/0h', '043587cf')}"
    shown = {
        "fingerprint": master,
        "fingerprints": {"bip39": master},
        "kind": "bip39",
        "network": "regtest",
        "key": key,
    }
    made = {
        "name": "mine",
        "network": "regtest",
        "descriptor": owner("wpkh").descriptor,
        "first_address": owner("wpkh").address(0, 0),
        "policy_digest": "00",
        "used_to": 7,
    }
    text = f"Fingerprint   {master}   (bip39)\nPublic key at m/84'/1'/0' on regtest, as a descriptor takes it:\n{key}\n"
    listed = {"wallets": [made], "warnings": []}
    return (text.encode(), *(json.dumps(each).encode() for each in (shown, made, listed)))


@cache
def samples() -> Mapping[str, tuple[bytes, ...]]:
    """Files of every format that is read, a single key's and a quorum's where it holds both."""
    both = {target: [wallet(kind) for kind in ("wpkh", "wsh(sortedmulti)")] for target in ("policy", "bsms", "ur")}
    both |= {
        target: [wallet(kind) for kind in ("wpkh", "wsh(sortedmulti)") if kind in HOLDS[target]] for target in HOLDS
    }
    both["coldcard"] = [wallet("wsh(sortedmulti)")]
    return {
        **{target: tuple(WRITTEN[target](each) for each in given) for target, given in both.items()},
        "nunchuk": tuple(nunchuks_own(kind, owner(kind).address(0, 0)) for kind in ("wpkh", "wsh(sortedmulti)")),
        "custody": (*(wallet(kind).to_json().encode() for kind in ("wpkh", "wsh(sortedmulti)")), *_shown_by_us()[:-1]),
        "custody-list": _shown_by_us()[-1:],
        "coldcard-json": (json.dumps(_device()).encode(),),
        "cosigner-json": (json.dumps(_keys_of_a_device()).encode(),),
        "account-json": (json.dumps(_account()).encode(),),
        "key": (f" [{desk.root('A').my_fingerprint.hex()}/84h/1h/0h]{_account()['ExtPubKey']}\n".encode(),),
        "descriptor": (owner("wpkh").descriptor.encode(), owner("wsh(sortedmulti)").descriptor.encode()),
    }

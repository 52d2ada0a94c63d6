"""Files as other programs write them, with where they are from in others.json, and what each one means.

Expected keys are embit's reading of the letters in the file; the first address is embit's too.
"""

import json
import re
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from embit import bip32
from embit.descriptor import Descriptor as EmbitDescriptor
from embit.networks import NETWORKS as EMBIT

from airgap.message import Message
from airgap.ur import multipart
from custody.chains.bitcoin.consensus.network import NETWORKS
from custody.chains.bitcoin.exchange import ur_v1
from custody.chains.bitcoin.exchange.formats import recognise
from custody.chains.bitcoin.exchange.imported import Imported
from custody.chains.bitcoin.exchange.programs import ur
from custody.errors import CustodyError, Mismatch, Unreadable, Usage

OTHERS: dict[str, Any] = json.loads(Path(__file__).with_name("others.json").read_text(encoding="ascii"))


def text(name: str) -> str:
    return str(OTHERS[name]["file"])


def fields(name: str) -> Any:
    return json.loads(text(name))


def read(name: str, account: str | None = None) -> Imported:
    return recognise(text(name).encode(), account)


def bare(key: str) -> str:
    """A key in plain letters, by embit."""
    read = bip32.HDKey.from_string(key)
    main = key[0] in "xyzYZ"
    return str(read.to_base58(version=EMBIT["main" if main else "test"]["xpub"]))


def key(origin: str, letters: str) -> str:
    return f"[{origin}]{bare(letters)}/<0;1>/*"


def first_address(descriptor: str, network: str) -> str:
    return str(EmbitDescriptor.from_string(descriptor).derive(0, branch_index=0).address(EMBIT[network]))


COLDCARDS = fields("coldcard for electrum, a quorum")
FINGERPRINTS = {"x1/": "0f056943", "x2/": "6ba6cfd0", "x3/": "747b698e", "x4/": "7bb026be"}
SETUP = [line.split(": ") for line in text("coldcard, P2SH without a format").splitlines() if "tpub" in line]
DIY = text("specter-diy, addwallet").partition("&")[2].strip()

EXPECTED = {
    "coldcard, P2SH without a format": (
        "test",
        "sh(sortedmulti(2," + ",".join(key(f"{name.lower()}/45h", tpub) for name, tpub in SETUP) + "))",
    ),
    "coldcard for electrum, one key": (
        "main",
        "wpkh(" + key("168dd603/84h/0h/0h", fields("coldcard for electrum, one key")["keystore"]["xpub"]) + ")",
    ),
    "coldcard for electrum, a quorum": (
        "test",
        "wsh(sortedmulti(2,"
        + ",".join(key(f"{who}/48h/1h/0h/2h", COLDCARDS[name]["xpub"]) for name, who in FINGERPRINTS.items())
        + "))",
    ),
    "key expression, zpub": (
        "main",
        "wpkh(" + key("8cce63f8/84h/0h/0h", text("key expression, zpub").partition("]")[2].strip()) + ")",
    ),
    "cobo, JSON": ("main", "wpkh(" + key("5271c071/84h/0h/0h", fields("cobo, JSON")["ExtPubKey"]) + ")"),
    "wasabi, JSON": ("main", "wpkh(" + key("086ee178/84h/0h/0h", fields("wasabi, JSON")["ExtPubKey"]) + ")"),
    "specter-diy, addwallet": ("main", re.sub(r"(?<=[0-9A-Za-z]{100})(?=[,)])", "/<0;1>/*", DIY)),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_file_is_the_wallet_that_its_program_means(name: str) -> None:
    network, descriptor = EXPECTED[name]
    wallet = read(name).register("theirs", NETWORKS[network])
    assert wallet.descriptor.text() == descriptor
    assert wallet.address(0, 0) == first_address(descriptor, network)
    if network == "main":
        with pytest.raises(Mismatch):
            read(name).register("theirs", NETWORKS["test"])


def test_the_quorum_without_a_format_has_the_address_that_the_device_has() -> None:
    """As shown beside the same keys in desc-p2sh-myself.txt of the same folder."""
    wallet = read("coldcard, P2SH without a format").register("theirs", NETWORKS["test"])
    assert wallet.address(0, 0) == "2NCjUaj1M9De7bLpVuAmeMAP1yUruR9K9ZC"


def test_jades_unsorted_quorum_is_not_sorted() -> None:
    """The keys of the file do not lie where its paths say, so that it is no wallet; how it is read can be seen."""
    (descriptor,) = read("jade, not sorted").descriptors
    assert descriptor.startswith("wsh(multi(1,[e3ebcc79/48h/0h/0h/2h]xpub")
    (sorted_one,) = recognise(text("jade, not sorted").replace("False", "True").encode()).descriptors
    assert sorted_one == descriptor.replace("multi", "sortedmulti")
    with pytest.raises(Mismatch, match=r"^cosigner 1 \(e3ebcc79\)"):
        read("jade, not sorted").register("theirs", NETWORKS["main"])


def test_one_branch_that_is_labelled_or_in_other_letters_is_one_branch() -> None:
    labelled = read("sparrow, labelled").register("theirs", NETWORKS["main"])
    assert labelled.descriptor.with_checksum() == text("sparrow, labelled").removeprefix("Receive: ").strip()
    zpub = read("keystone, descriptor with a zpub").register("theirs", NETWORKS["main"])
    letters = text("keystone, descriptor with a zpub").partition("]")[2].partition("/")[0]
    assert zpub.descriptor.text() == f"wpkh([5271c071/84h/0h/0h]{bare(letters)}/1/*)"


def test_the_keys_of_one_cosigner_are_written_out_for_the_descriptor_of_the_quorum() -> None:
    ccxp = fields("coldcard, multisig keys")
    with pytest.raises(Unreadable, match="one cosigner") as refusal:
        read("coldcard, multisig keys")
    assert refusal.value.code == "cosigner-key"
    assert refusal.value.hint.splitlines()[1:] == [
        f"wsh(sortedmulti(M,{key('0f056943/48h/1h/0h/2h', ccxp['p2wsh'])},...))",
        f"sh(wsh(sortedmulti(M,{key('0f056943/48h/1h/0h/1h', ccxp['p2sh_p2wsh'])},...)))",
        f"sh(sortedmulti(M,{key('0f056943/45h', ccxp['p2sh'])},...))",
    ]
    assert bare(ccxp["p2wsh"]) in ccxp["p2wsh_desc"]
    with pytest.raises(Unreadable, match="one cosigner") as refusal:
        read("unchained, cosigner")
    p2wsh = fields("unchained, cosigner")["p2wsh"]
    assert f"wsh(sortedmulti(M,{key('b68af6e4/48h/0h/0h/2h', p2wsh)},...))" in refusal.value.hint


def test_a_device_of_specters_holds_accounts_and_one_cosigners_keys() -> None:
    listed = fields("specter, device")["keys"]
    with pytest.raises(Usage, match="several") as refusal:
        read("specter, device")
    quorums = [each for each in listed if each["type"] in ("wsh", "sh-wsh")]
    for each in quorums:
        assert f"[{each['fingerprint']}/{each['derivation'][2:]}]{each['xpub']}/<0;1>/*" in refusal.value.hint
    assert quorums
    for each in listed:
        if each["type"] != "wpkh":
            continue
        name = each["derivation"].replace("h", "'")
        (descriptor,) = read("specter, device", name).descriptors
        assert descriptor == f"wpkh([{each['fingerprint']}/{each['derivation'][2:]}]{each['xpub']}/<0;1>/*)"
        assert bare(each["original"]) == each["xpub"]


def test_an_account_whose_coin_info_says_a_test_coin_and_the_main_network_is_where_its_path_says() -> None:
    message = multipart.parse(text("bluewallet, crypto-account").strip().lower())
    assert isinstance(message, Message)
    (descriptor,) = ur.read(message.payload, message.type).descriptors
    assert descriptor.startswith("wpkh([01ebda7d/84h/0h/0h]xpub")
    wallet = ur.read(message.payload, message.type).register("theirs", NETWORKS["main"])
    assert wallet.descriptor.branches == 2
    assert wallet.address(0, 0) == first_address(descriptor, "main")


# --- URs of version 1 ---

COBO = text("cobo, UR of version 1").strip()


def test_a_ur_of_version_1_is_the_file_in_it() -> None:
    document = ur_v1.payload(COBO.encode())
    assert document.startswith(b"# CoboVault Multisig setup file")
    assert ur_v1.payload(f"\r\n {COBO.lower()} \r\n".encode()) == document
    wallet = recognise(document).register("theirs", NETWORKS["main"])
    assert wallet.address(0, 0) == "3J5xQcgBqoykSHhmDJLYp87SgVSNhYrvnz"
    assert wallet.address(0, 0) == first_address(wallet.descriptor.text(), "main")


@pytest.mark.parametrize("place", range(9, len(COBO), 61))
def test_one_wrong_letter_in_a_ur_of_version_1_is_noticed(place: int) -> None:
    other = "Q" if COBO[place] != "Q" else "P"
    broken = (COBO[:place] + other + COBO[place + 1 :]).encode()
    with pytest.raises(Unreadable):
        ur_v1.payload(broken)


def parts(letters: str, count: int, digest: str) -> list[str]:
    """A series of parts, as BCR-2020-005 has them."""
    size = -(-len(letters) // count)
    return [f"ur:bytes/{at + 1}of{count}/{digest}/{letters[at * size : (at + 1) * size]}" for at in range(count)]


def bc32(data: bytes, padding: int = 0, more: int = 0) -> str:
    """Letters of BCR-2020-004, by BIP-173's reference arithmetic; with other padding or more letters."""
    alphabet, number, digits = "qpzry9x8gf2tvdw0s3jn54khce6mua7l", int.from_bytes(data), []
    bits = -(-len(data) * 8 // 5) * 5
    number = (number << bits - len(data) * 8 | padding) << 5 * more
    bits += 5 * more
    digits = [number >> (bits - 5 * (at + 1)) & 31 for at in range(bits // 5)]
    check = 1
    for digit in [0, *digits, *[0] * 6]:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ digit
        for at, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= generator if top >> at & 1 else 0
    check ^= 0x3FFFFFFF
    return "".join(alphabet[each] for each in digits + [check >> 5 * (5 - at) & 31 for at in range(6)])


LETTERS = COBO.lower().removeprefix("ur:bytes/")
CBOR = b"\x59" + len(ur_v1.payload(COBO.encode())).to_bytes(2) + ur_v1.payload(COBO.encode())
DIGEST = bc32(sha256(CBOR).digest())


def test_several_parts_of_version_1_come_in_any_order_and_have_the_digest_that_they_name() -> None:
    assert bc32(CBOR) == LETTERS
    series = parts(LETTERS, 3, DIGEST)
    for order in (series, series[::-1], [*series, series[1].upper(), ""]):
        document = "\n".join(order).encode()
        assert ur_v1.is_one(document)
        assert ur_v1.payload(document) == ur_v1.payload(COBO.encode())


SERIES = parts(LETTERS, 3, DIGEST)
BROKEN = {
    "a part that is missing": SERIES[:2],
    "a part that is there twice, differently": [*SERIES, SERIES[0][:-1] + ("q" if SERIES[0][-1] != "q" else "p")],
    "a part of another series": [*SERIES[:2], SERIES[2].replace("of3", "of4")],
    "a part of another digest": [*SERIES[:2], SERIES[2].replace(DIGEST, bc32(bytes(32)))],
    "another digest": parts(LETTERS, 3, bc32(bytes(32))),
    "a number beyond the last": [*SERIES[:2], SERIES[2].replace("3of3", "4of3")],
    "a line that is no part": [*SERIES, "hello"],
    "another type": [line.replace("bytes", "crypto-psbt") for line in SERIES],
    "a map, and no bytes": [f"ur:bytes/{bc32(bytes.fromhex('a10102'))}"],
    "a part that is there twice, the wrong one first": [SERIES[0][:-1] + "qp"[SERIES[0][-1] == "q"], *SERIES],
    "a padding that is not nought": [f"ur:bytes/{bc32(bytes.fromhex('4100'), padding=1)}"],
    "a letter more than there are bytes": [f"ur:bytes/{bc32(bytes.fromhex('4100'), more=1)}"],
    "nothing behind the bytes' length": [f"ur:bytes/{bc32(CBOR[:40])}"],
}


@pytest.mark.parametrize("defect", BROKEN)
def test_a_damaged_series_of_version_1_is_refused(defect: str) -> None:
    with pytest.raises(Unreadable):
        ur_v1.payload("\n".join(BROKEN[defect]).encode())


def test_bytewords_are_not_taken_for_version_1() -> None:
    assert not ur_v1.is_one(text("bluewallet, crypto-account").encode())
    assert not ur_v1.is_one(b"ur:bytes/hdcxlksectiojynsimghwzrkwzlybkvsaeaoehkk")
    assert not ur_v1.is_one(b"ur:bytes/1-3/lpadaxcfaoiscyplwnimtbhdeh")
    assert not ur_v1.is_one(b"wpkh(xpub)")


def test_the_letters_of_the_table_are_right_but_for_their_defect() -> None:
    assert ur_v1.payload(f"ur:bytes/{bc32(bytes.fromhex('4100'))}".encode()) == b"\x00"


# --- files of devices, one defect each ---

CCXP, DEVICE = fields("coldcard, multisig keys"), fields("specter, device")
ACCOUNT, WASABI = fields("cobo, JSON"), fields("wasabi, JSON")


def with_first_key(**changes: object) -> dict[str, Any]:
    return {**DEVICE, "keys": [{**DEVICE["keys"][1], **changes}]}


DEFECTS: dict[str, object] = {
    "ccxp, a key of another script": {**CCXP, "p2wsh": CCXP["p2sh_p2wsh"]},
    "ccxp, a single key's letters": {**CCXP, "p2wsh": DEVICE["keys"][1]["original"]},
    "ccxp, no path": {name: value for name, value in CCXP.items() if name != "p2wsh_deriv"},
    "ccxp, a path of another depth": {**CCXP, "p2wsh_deriv": "m/48'/1'/0'"},
    "ccxp, a path to another child": {**CCXP, "p2wsh_deriv": "m/48'/1'/0'/1'"},
    "ccxp, a fingerprint of seven": {**CCXP, "xfp": "0F05694"},
    "device, an unknown type": with_first_key(type="wpkh-multi"),
    "device, another original": with_first_key(original=DEVICE["keys"][2]["original"]),
    "device, letters of another script": with_first_key(original=DEVICE["keys"][0]["original"]),
    "device, no fingerprint": with_first_key(fingerprint=None),
    "device, a path that is none": with_first_key(derivation="84h/1h/0h"),
    "device, a key that is cut off": with_first_key(xpub=DEVICE["keys"][1]["xpub"][:-1]),
    "account, another script in the path": {**ACCOUNT, "AccountKeyPath": "49'/0'/0'"},
    "account, a purpose that is none": {**ACCOUNT, "AccountKeyPath": "48'/0'/0'"},
    "account, no steps": {**ACCOUNT, "AccountKeyPath": "m"},
    "account, a quorum's letters": {**ACCOUNT, "ExtPubKey": fields("unchained, cosigner")["p2wsh"]},
    "account, a fingerprint with an end": {**ACCOUNT, "MasterFingerprint": "5271c071/84h"},
    "account, no fingerprint": {"ExtPubKey": ACCOUNT["ExtPubKey"]},
    "account, a secret": {**WASABI, "EncryptedSecret": "6PYVi3eFdCEnWZVfUEs1ZzvYVfC5"},
    "account, of another depth": {**ACCOUNT, "AccountKeyPath": "84'/0'"},
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_file_of_a_device_with_a_defect_is_refused_for_it(defect: str) -> None:
    network = NETWORKS["main" if defect.startswith("account") else "test"]
    with pytest.raises(CustodyError) as refusal:
        recognise(json.dumps(DEFECTS[defect]).encode()).register("theirs", network)
    assert refusal.value.code != "network-mismatch"
    assert refusal.value.exit_code in (4, 5)
    assert refusal.value.code != "cosigner-key"
    assert (refusal.value.code == "private-key") is ("secret" in defect)


def test_wasabis_two_accounts_are_told_apart() -> None:
    """The program keeps a key for taproot beside the other; each has its own path."""
    key = WASABI["ExtPubKey"]
    both = {**WASABI, "EncryptedSecret": None, "TaprootExtPubKey": key, "TaprootAccountKeyPath": "86'/0'/0'"}
    with pytest.raises(Usage, match="several"):
        recognise(json.dumps(both).encode())
    for account, form, path in (("bip84", "wpkh", "84h"), ("bip86", "tr", "86h")):
        (descriptor,) = recognise(json.dumps(both).encode(), account).descriptors
        assert descriptor == f"{form}([086ee178/{path}/0h/0h]{key}/<0;1>/*)"

"""Coldcard's files: the multisig setup as programs write it, the device's JSON, and one defect in each.

The setup texts are ours, in the layouts that the device, Sparrow and Nunchuk write.
"""

import json
import re
from typing import Any

import pytest
from embit import bip32
from embit.descriptor import Descriptor as EmbitDescriptor
from embit.networks import NETWORKS as EMBIT

from custody.chains.bitcoin.addresses import base58
from custody.chains.bitcoin.consensus.network import NETWORKS
from custody.chains.bitcoin.exchange.imported import Imported
from custody.chains.bitcoin.exchange.programs import coldcard, coldcard_json
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.errors import CustodyError, Mismatch, Unreadable, Usage
from tests.support import desk

SLIP132 = {"P2SH-P2WSH": bytes.fromhex("024289ef"), "P2WSH": bytes.fromhex("02575483")}
REGTEST = NETWORKS["regtest"]
QUORUMS = ("wsh(sortedmulti)", "sh(wsh(sortedmulti))")


def xpub(who: str, path: str) -> str:
    return str(desk.root(who).derive(f"m/{path}").to_public().to_base58())


def fingerprint(who: str) -> str:
    return desk.root(who).my_fingerprint.hex().upper()


PATH = "48h/1h/0h/2h"
A, B, C = (f"{fingerprint(who)}: {xpub(who, PATH)}" for who in "ABC")
DEVICE = f"""# Coldcard Multisig setup file (created on {fingerprint("A")})
#
Name: treasury
Policy: 2 of 3
Derivation: m/48'/1'/0'/2'
Format: P2WSH

{A}
{B}
{C}
"""
PER_KEY = f"""# Exported by a desktop wallet
Name: treasury
Policy: 2 of 3
Format: P2WSH

Derivation: m/48'/1'/0'/2'
{A}

Derivation: m/48'/1'/0'/2'
{B}

Derivation: m/48h/1h/0h/2h
{C}
"""


def registered(document: str) -> Wallet:
    return coldcard.read(document.encode()).register("treasury", REGTEST)


@pytest.mark.parametrize(
    "layout",
    [
        DEVICE,
        PER_KEY,
        DEVICE.replace("\n", "\r\n"),
        DEVICE.replace("2 of 3", "2/3"),
        DEVICE.replace("Name:", "name :").replace("P2WSH", "p2wsh"),
        "\n".join(reversed(PER_KEY.split("\n")[:4])) + "\n" + "\n".join(PER_KEY.split("\n")[4:]),
        DEVICE.replace(fingerprint("B"), fingerprint("B").lower()),
    ],
)
def test_every_layout_is_the_same_wallet(layout: str) -> None:
    wallet = registered(layout)
    assert wallet.descriptor.text() == desk.wallet("wsh(sortedmulti)").descriptor
    assert coldcard.read(layout.encode()).name == "treasury"
    assert [wallet.address(1, index) for index in range(3)] == [
        desk.wallet("wsh(sortedmulti)").address(1, index) for index in range(3)
    ]


def dressed(line: str, form: str) -> str:
    """A key's line with the letters that SLIP-132 has for a quorum of this form: Upub, Vpub."""
    label, _colon, key = line.partition(": ")
    return f"{label}: {base58.encode_check(SLIP132[form] + base58.decode_check(key)[4:])}"


def test_a_phone_writes_its_keys_in_the_letters_of_the_script_and_mixes_them() -> None:
    phone = DEVICE.replace(B, dressed(B, "P2WSH")).replace(C, dressed(C, "P2WSH"))
    assert phone.count("Vpub") == 2
    assert registered(phone) == registered(DEVICE)
    moved = phone.replace("Format: P2WSH\n", "") + "Format: P2WSH\n"  # the format may come after the keys
    assert registered(moved) == registered(DEVICE)


def test_letters_of_another_script_are_refused() -> None:
    for wrong in (dressed(B, "P2SH-P2WSH"), B.replace(B[10:], zpub(B[10:]))):
        with pytest.raises(Unreadable, match="letters"):
            registered(DEVICE.replace(B, wrong))


def zpub(key: str) -> str:
    """A key in the letters of a single key's P2WPKH."""
    return base58.encode_check(bytes.fromhex("045f1cf6") + base58.decode_check(key)[4:])


@pytest.mark.parametrize("secret", ["seed: abandon abandon about", "Seed : x", "passphrase: correct horse"])
def test_a_phones_own_backup_with_its_phrase_is_called_exposed_and_not_repeated(secret: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        registered(DEVICE.replace(A, f"{secret}\n# warning! sensitive information"))
    assert refusal.value.code == "private-key"
    assert "abandon" not in refusal.value.message + refusal.value.hint


@pytest.mark.parametrize("kind", QUORUMS)
def test_what_is_written_is_read_back_as_the_same_wallet(kind: str) -> None:
    wallet = Wallet.register("treasury", [desk.wallet(kind).descriptor], REGTEST)
    assert coldcard.read(coldcard.write(wallet)).register("treasury", REGTEST) == wallet


@pytest.mark.parametrize("kind", ["wsh(sortedmulti)", "sh(wsh(sortedmulti))"])
def test_embit_makes_the_same_addresses_of_the_lines_of_the_file(kind: str) -> None:
    wallet = Wallet.register("treasury", [desk.wallet(kind).descriptor], REGTEST)
    said = [line.partition(": ")[::2] for line in coldcard.write(wallet).decode().splitlines() if ": " in line]
    lines = dict(said)
    keys = [value for name, value in said if re.fullmatch("[0-9A-F]{8}", name)]
    form = {"P2WSH": "wsh({})", "P2SH-P2WSH": "sh(wsh({}))"}[lines["Format"]]
    for branch in (0, 1):
        texts = ",".join(f"{key}/{branch}/*" for key in keys)
        theirs = EmbitDescriptor.from_string(form.format(f"sortedmulti({lines['Policy'][0]},{texts})"))
        for index in range(10):
            assert theirs.derive(index).address(EMBIT["regtest"]) == wallet.address(branch, index)


def test_a_quorum_in_p2sh_is_written_and_read() -> None:
    keys = ",".join(desk.expressions("45h")[who] for who in "ABC")
    wallet = Wallet.register("treasury", [f"sh(sortedmulti(2,{keys}))"], REGTEST)
    assert b"Format: P2SH\n" in coldcard.write(wallet)
    assert coldcard.read(coldcard.write(wallet)).register("treasury", REGTEST) == wallet


def test_a_long_name_is_cut_to_what_the_device_takes() -> None:
    wallet = Wallet.register("a treasury of the whole federation", [desk.wallet(QUORUMS[0]).descriptor], REGTEST)
    assert coldcard.read(coldcard.write(wallet)).name == "a treasury of the wh"


@pytest.mark.parametrize("kind", [kind for kind in (*desk.KINDS, *desk.POLICIES) if kind not in QUORUMS])
def test_what_the_format_has_no_words_for_is_not_written(kind: str) -> None:
    with pytest.raises(Usage, match="coldcard"):
        coldcard.write(Wallet.register("treasury", [desk.wallet(kind).descriptor], REGTEST))


@pytest.mark.parametrize("below", ["/<2;3>/*", "/0/<0;1>/*", "/0/*"])
def test_branches_that_the_device_does_not_know_are_not_written(below: str) -> None:
    text = desk.wallet(QUORUMS[0]).descriptor.replace("/<0;1>/*", below)
    with pytest.raises(Usage):
        coldcard.write(Wallet.register("treasury", [text], REGTEST))


DEFECTS = {
    "a key too few": DEVICE.replace(C, ""),
    "a key too many": DEVICE.replace("2 of 3", "2 of 2"),
    "a threshold over the keys": DEVICE.replace("2 of 3", "4 of 3"),
    "a threshold of nought": DEVICE.replace("2 of 3", "0 of 3"),
    "a threshold in another script": DEVICE.replace("2 of 3", "\u0662 of 3"),
    "one key twice": DEVICE.replace(C, B),
    "one key twice under two fingerprints": DEVICE.replace(C, C[:10] + B[10:]),
    "a policy twice": DEVICE.replace("Policy: 2 of 3", "Policy: 2 of 3\nPolicy: 1 of 3"),
    "a format twice": DEVICE.replace("Format: P2WSH", "Format: P2WSH\nFormat: P2SH"),
    "no format": DEVICE.replace("Format: P2WSH\n", ""),
    "no policy": DEVICE.replace("Policy: 2 of 3\n", ""),
    "a format that is not known": DEVICE.replace("P2WSH", "P2TR"),
    "a line that is not known": DEVICE + "Threshold: 1\n",
    "a line without a colon": DEVICE + "hello\n",
    "a key before any derivation": DEVICE.replace("Derivation: m/48'/1'/0'/2'\n", ""),
    "a derivation that is none": DEVICE.replace("m/48'/1'/0'/2'", "m/48'/x"),
    "a derivation of another depth": DEVICE.replace("m/48'/1'/0'/2'", "m/48'/1'/0'"),
    "a derivation to another child": DEVICE.replace("m/48'/1'/0'/2'", "m/48'/1'/0'/1'"),
    "a fingerprint of nine": DEVICE.replace(fingerprint("A") + ":", fingerprint("A") + "0:"),
    "a key that is cut off": DEVICE.replace(A, A[:-1]),
    "a private key": DEVICE.replace(A, f"{fingerprint('A')}: {desk.root('A').to_base58()}"),
    "a key with steps below it": DEVICE.replace(A, A + "/0"),
    "a key with the end of another descriptor": DEVICE.replace(A, A + "/<0;1>/*,x"),
    "a zero byte": DEVICE.replace("treasury", "trea\0sury"),
    "an escape": DEVICE.replace("treasury", "\x1b[2J"),
    "two thousand lines": DEVICE + "# x\n" * 2000,
    "a text over the limit": DEVICE + "#" * 200_000,
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_setup_with_a_defect_is_refused(defect: str) -> None:
    assert DEFECTS[defect] != DEVICE
    with pytest.raises((Unreadable, Mismatch)) as refusal:
        registered(DEFECTS[defect])
    assert "prv" not in refusal.value.message + refusal.value.hint


# --- the device's JSON ---

KINDS = {"bip44": ("pkh", "44h/1h/7h"), "bip49": ("sh(wpkh", "49h/1h/7h"), "bip84": ("wpkh", "84h/1h/7h")}


def section(name: str) -> dict[str, Any]:
    around, path = KINDS[name]
    key = xpub("A", path)
    text = f"{around}([{fingerprint('A').lower()}/{path}]{key}/0/*{')' * (around.count('(') + 1)}"
    return {
        "name": name,
        "deriv": "m/" + path.replace("h", "'"),
        "xpub": key,
        "_pub": "vpub...",
        "xfp": bip32.HDKey.from_string(key).my_fingerprint.hex().upper(),
        "first": str(EmbitDescriptor.from_string(text).derive(0).address(EMBIT["regtest"])),
    }


EXPORT: dict[str, Any] = {
    "chain": "XRT",
    "xpub": xpub("A", "44h"),
    "xfp": fingerprint("A"),
    "account": 7,
    **{name: section(name) for name in KINDS},
    "bip48_2": {"name": "p2wsh", "deriv": "m/48'/1'/7'/2'", "xpub": xpub("A", "48h/1h/7h/2h")},
}


def changed(name: str, **fields: Any) -> dict[str, Any]:
    return {**EXPORT, name: {**EXPORT[name], **fields}}


def read(fields: object, account: str | None = "bip84") -> Imported:
    return coldcard_json.read(json.dumps(fields).encode(), account)


@pytest.mark.parametrize("name", KINDS)
def test_each_section_is_a_wallet_whose_first_address_is_the_devices(name: str) -> None:
    wallet = read(EXPORT, name).register("mine", REGTEST)
    assert wallet.address(0, 0) == EXPORT[name]["first"]
    assert wallet.descriptor.branches == 2


def test_which_section_must_be_said_unless_there_is_only_one() -> None:
    with pytest.raises(Usage, match="several"):
        read(EXPORT, None)
    with pytest.raises(Usage, match="no account of that name"):
        read(EXPORT, "bip86")
    with pytest.raises(Usage):
        read(EXPORT, "bip48_2")
    one = {key: value for key, value in EXPORT.items() if key not in ("bip44", "bip49")}
    assert read(one, None) == read(EXPORT, "bip84")


def test_another_first_address_is_a_mismatch() -> None:
    other = changed("bip84", first=desk.wallet("wpkh").address(0, 0))
    with pytest.raises(Mismatch, match="first address"):
        read(other).register("mine", REGTEST)


def test_another_network_is_a_mismatch_and_the_test_networks_share_a_name() -> None:
    with pytest.raises(Mismatch) as refusal:
        read(EXPORT).register("mine", NETWORKS["main"])
    assert refusal.value.code == "network-mismatch"
    assert "--network regtest" in refusal.value.hint
    assert read({**EXPORT, "chain": "XTN"}).network is None


JSON_DEFECTS: dict[str, object] = {
    "a list": [EXPORT],
    "another chain": {**EXPORT, "chain": "LTC"},
    "a chain that is a number": {**EXPORT, "chain": 1},
    "no fingerprint": {key: value for key, value in EXPORT.items() if key != "xfp"},
    "a fingerprint of seven": {**EXPORT, "xfp": "1234567"},
    "a fingerprint of other letters": {**EXPORT, "xfp": "1234567g"},
    "another account": {**EXPORT, "account": 8},
    "an account that is true": {**EXPORT, "account": True},
    "a section that is a text": {**EXPORT, "bip84": "x"},
    "a path of another purpose": changed("bip84", deriv="m/49'/1'/7'"),
    "a path too long": changed("bip84", deriv="m/84'/1'/7'/0"),
    "a section's fingerprint of another key": changed("bip84", xfp=fingerprint("B")),
    "a key of another section": changed("bip84", xpub=EXPORT["bip44"]["xpub"]),
    "a first address that is a number": changed("bip84", first=7),
    "no key": changed("bip84", xpub=None),
}


@pytest.mark.parametrize("defect", JSON_DEFECTS)
def test_an_export_with_a_defect_is_refused(defect: str) -> None:
    with pytest.raises(CustodyError) as refusal:
        read(JSON_DEFECTS[defect]).register("mine", REGTEST)
    assert refusal.value.exit_code in (4, 5)


# --- lines of other programs ---


def test_a_name_is_read_in_any_letters() -> None:
    named = coldcard.read(DEVICE.replace("treasury", "Soci\u00e9t\u00e9 \u8cb7").encode())
    assert named.name == "Soci\u00e9t\u00e9 \u8cb7"
    assert named.register("treasury", REGTEST) == registered(DEVICE)


@pytest.mark.parametrize(("said", "name"), [("True", "sortedmulti"), ("true", "sortedmulti"), ("False", "multi")])
def test_a_line_says_whether_the_keys_are_sorted(said: str, name: str) -> None:
    (descriptor,) = coldcard.read(f"{DEVICE}Sorted: {said}\n".encode()).descriptors
    (unsaid,) = coldcard.read(DEVICE.encode()).descriptors
    assert descriptor == unsaid.replace("sortedmulti", name)


def test_without_a_format_it_is_p2sh_unless_a_path_says_otherwise() -> None:
    wallet = Wallet.register("treasury", [f"sh(sortedmulti(2,{','.join(_cosigners('45h'))}))"], REGTEST)
    written = coldcard.write(wallet).decode()
    assert "Format: P2SH\n" in written
    assert registered(written.replace("Format: P2SH\n", "")).descriptor == wallet.descriptor
    with pytest.raises(Unreadable, match="no line says the format"):
        registered(DEVICE.replace("Format: P2WSH\n", ""))


def _cosigners(path: str) -> list[str]:
    return [desk.expressions(path)[who] for who in "ABC"]


LINES = {
    "an unknown label": (DEVICE + "Threshold: 1\n", "threshold is not known"),
    "a label that is there twice": (DEVICE + "Policy: 2 of 3\n", "policy stands there twice"),
    "no label": (DEVICE + "hello\n", "not a label"),
    "a curly apostrophe": (DEVICE + "Derivation: m/48\u2019/1\u2019\n", "derivation path"),
    "a key of other letters": (DEVICE + "0f056943: zpub\n", "line .* Coldcard"),
    "a control character": (DEVICE + "Name: \x1b[2J\n", "cannot be shown"),
}


@pytest.mark.parametrize("defect", LINES)
def test_an_error_names_the_line_and_what_the_file_was_taken_for(defect: str) -> None:
    text, reason = LINES[defect]
    number = len(DEVICE.splitlines()) + 1
    with pytest.raises(Unreadable, match=reason) as refusal:
        registered(text.replace("2 of 3", "2 of 4", 1) if "key" in defect else text)
    assert refusal.value.message.startswith(f"line {number} ")
    if defect == "a curly apostrophe":
        assert "apostrophes curly" in refusal.value.hint


@pytest.mark.parametrize("said", ["maybe", "0", ""])
def test_a_line_that_does_not_say_whether_the_keys_are_sorted_is_refused(said: str) -> None:
    with pytest.raises(Unreadable, match="neither True nor False"):
        registered(f"{DEVICE}Sorted: {said}\n")


# --- at the edges ---


@pytest.mark.parametrize(
    ("name", "form"),
    [("P2WSH", "wsh("), ("P2SH-P2WSH", "sh(wsh("), ("P2WSH-P2SH", "sh(wsh("), ("P2SH", "sh("), ("p2Sh", "sh(")],
)
def test_every_name_of_a_format_is_its_script(name: str, form: str) -> None:
    (text,) = coldcard.read(DEVICE.replace("P2WSH", name).encode()).descriptors
    assert text.startswith(f"{form}sortedmulti(2,[")


@pytest.mark.parametrize(
    ("path", "is_p2sh"),
    [
        ("m/45'", True),
        ("m/48'/1'/0'/3'", True),
        ("m/48'/1'/0'/2", True),
        ("m/49'/1'/0'/2'", True),
        ("m/48'/1'/0'/1'", False),
        ("m/48'/1'/0'/2'", False),
    ],
)
def test_without_a_format_only_bip_48s_own_paths_contradict_p2sh(path: str, is_p2sh: bool) -> None:
    text = PER_KEY.replace("Format: P2WSH\n", "")
    for document in (
        re.sub(r"Derivation: .*", f"Derivation: {path}", text),
        re.sub(r"Derivation: .*", "Derivation: m/45'", text, count=2).replace("m/48h/1h/0h/2h", path),
    ):
        if is_p2sh:
            (found,) = coldcard.read(document.encode()).descriptors
            assert found.startswith("sh(sortedmulti(")
        else:
            with pytest.raises(Unreadable, match="no line says the format"):
                coldcard.read(document.encode())


@pytest.mark.parametrize(
    ("policy", "told"),
    [
        ("2 of 3", None),
        ("2of3", None),
        ("2  OF  3", None),
        ("2/3", None),
        ("2 / 3", None),
        ("02 of 3", "not of the form"),
        ("2 of 03", "not of the form"),
        ("2 from 3", "not of the form"),
        ("200 of 3", "not of the form"),
        ("2 of 300", "not of the form"),
        ("2", "not of the form"),
        ("", "not of the form"),
        ("2 of 30", "counts 30 keys and the file holds 3"),
        ("2 of 2", "counts 2 keys and the file holds 3"),
    ],
)
def test_a_policy_is_two_numbers_and_the_second_is_that_of_the_keys(policy: str, told: str | None) -> None:
    document = DEVICE.replace("2 of 3", policy)
    if told is None:
        assert registered(document).descriptor.threshold == 2
    else:
        with pytest.raises(Unreadable, match=told):
            registered(document)


@pytest.mark.parametrize(
    ("document", "is_one"),
    [
        (b"Policy: 2 of 3", True),
        (b"# x\n \tPOLICY\t : ", True),
        (b"x" * 99_990 + b"\npolicy: 2 of 3", True),
        (b"x" * 100_000 + b"\npolicy: 2 of 3", False),
        (b"# policy: 2", False),
        (b"The policy: 2", False),
        (b"policy 2 of 3", False),
        (b"Policyx: 2", False),
        (b"", False),
    ],
)
def test_a_file_is_told_by_the_line_of_its_policy(document: bytes, is_one: bool) -> None:
    assert coldcard.is_one(document) is is_one


@pytest.mark.parametrize(("said", "name"), [("True", "sortedmulti"), ("TRUE", "sortedmulti"), ("false", "multi")])
def test_whether_the_keys_are_sorted_may_be_said(said: str, name: str) -> None:
    (text,) = coldcard.read(f"{DEVICE}Sorted: {said}\n".encode()).descriptors
    assert text.startswith(f"wsh({name}(2,")


@pytest.mark.parametrize("label", ["Name", "Policy", "Format", "Sorted"])
def test_a_label_stands_there_once(label: str) -> None:
    document = DEVICE + "Sorted: True\n"
    with pytest.raises(Unreadable, match=f"^line 12 of .*the label {label.lower()} stands there twice"):
        registered(document + "".join(line + "\n" for line in document.splitlines() if line.startswith(label)))


@pytest.mark.parametrize(("name", "written"), [("x" * 20, "x" * 20), ("x" * 21, "x" * 20), ("x" * 19 + " y", "x" * 19)])
def test_a_name_has_at_most_20_characters_and_no_blank_at_its_end(name: str, written: str) -> None:
    wallet = Wallet.register(name, [desk.wallet(QUORUMS[0]).descriptor], REGTEST)
    assert f"\nName: {written}\n".encode() in coldcard.write(wallet)


def test_what_is_written_is_exactly_a_setup_file() -> None:
    wallet = Wallet.register("treasury", [desk.wallet(QUORUMS[0]).descriptor], REGTEST)
    keys = "".join(f"\nDerivation: m/48'/1'/0'/2'\n{line}\n" for line in (A, B, C))
    header = "# Coldcard Multisig setup file\nName: treasury\nPolicy: 2 of 3\nFormat: P2WSH\n"
    assert coldcard.write(wallet).decode() == header + keys


def test_a_key_without_an_origin_is_not_written() -> None:
    text = desk.wallet(QUORUMS[0]).descriptor.replace(f"[{fingerprint('C').lower()}/{PATH}]", "")
    with pytest.raises(Usage, match="coldcard"):
        coldcard.write(Wallet.register("treasury", [text], REGTEST))


# --- the device's JSON, at the edges ---


@pytest.mark.parametrize(
    ("name", "purpose", "around"),
    [("bip44", 44, "pkh"), ("bip49", 49, "sh(wpkh"), ("bip84", 84, "wpkh"), ("bip86", 86, "tr")],
)
def test_every_section_is_its_script_at_its_purpose(name: str, purpose: int, around: str) -> None:
    path = f"{purpose}h/1h/0h"
    document = {"chain": "XRT", "xfp": fingerprint("A"), name: {"deriv": f"m/{path}", "xpub": xpub("A", path)}}
    closing = ")" * (around.count("(") + 1)
    for account in (None, name):
        (text,) = read(document, account).descriptors
        assert text == f"{around}([{fingerprint('A').lower()}/{path}]{xpub('A', path)}/<0;1>/*{closing}"


@pytest.mark.parametrize(("chain", "network"), [("BTC", "main"), ("XTN", None), ("XRT", "regtest")])
def test_each_of_the_devices_chains_is_a_network_or_any_of_the_test_networks(chain: str, network: str | None) -> None:
    assert read({**EXPORT, "chain": chain}).network == network
    for wrong in (chain.lower(), chain + "x", ""):
        with pytest.raises(Unreadable, match="the field chain"):
            read({**EXPORT, "chain": wrong})


@pytest.mark.parametrize("number", [0, 1, 2**31 - 1])
def test_the_account_is_that_of_the_path(number: int) -> None:
    path = f"84h/1h/{number}h"
    section = {"deriv": f"m/{path}", "xpub": xpub("A", path)}
    document: dict[str, Any] = {"chain": "XRT", "xfp": fingerprint("A"), "account": number, "bip84": section}
    assert read(document).register("mine", REGTEST)
    if number == 0:
        del document["account"]
        assert read(document).register("mine", REGTEST)
    for other, told in (
        (number + 1, "path of a section|the field account"),
        (-1, "the field account"),
        (2**31, "account"),
    ):
        with pytest.raises(Unreadable, match=told):
            read({**document, "account": other})


@pytest.mark.parametrize(
    "path", ["m/85'/1'/7'", "m/84/1'/7'", "m/84'/1'/7", "m/84'/1'/8'", "m/84'/1'", "m/84'/1'/7'/0'", "m"]
)
def test_a_sections_path_is_of_its_purpose_and_account(path: str) -> None:
    with pytest.raises(Unreadable, match="path of a section is not that of its kind and account"):
        read(changed("bip84", deriv=path))

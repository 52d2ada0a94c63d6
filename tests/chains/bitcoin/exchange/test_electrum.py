"""Electrum's wallet files: its own, ours, and one defect in each.

electrum.json holds two files as Electrum itself saved them (source of 2026-08-21), watching keys of the desk.
"""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from custody.chains.bitcoin.addresses import base58
from custody.chains.bitcoin.consensus.network import NETWORKS
from custody.chains.bitcoin.exchange import slip132
from custody.chains.bitcoin.exchange.formats import recognise
from custody.chains.bitcoin.exchange.programs import electrum
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.errors import Mismatch, Unreadable
from tests.chains.bitcoin.exchange import wallets
from tests.chains.bitcoin.exchange.wallets import REGTEST
from tests.support import desk

OWN: dict[str, Any] = json.loads(Path(__file__).with_name("electrum.json").read_text(encoding="ascii"))
KINDS = {"standard": "wpkh", "2of3": "wsh(sortedmulti)"}
ENCRYPTED = "QklFMQNP9ktggIoLkTOjiK8Qv9YA/1OpRLkSpoplXZvrv8+2Qmc7amKr1OJN5m7RMwrJupZT8dI2ZqRuo+ZdHiWsytnA1qi7"


def read(fields: object) -> Wallet:
    return electrum.read(json.dumps(fields).encode()).register("treasury", REGTEST)


@pytest.mark.parametrize("kind", KINDS)
def test_the_programs_own_files_are_read_with_the_addresses_that_it_gave_out(kind: str) -> None:
    wallet = read(OWN[kind])
    assert wallet == wallets.wallet(KINDS[kind])
    remembered = OWN[kind]["addresses"]
    assert [wallet.address(0, index) for index in range(20)] == remembered["receiving"]
    assert [wallet.address(1, index) for index in range(10)] == remembered["change"]


def test_another_first_address_is_a_mismatch() -> None:
    fields = copy.deepcopy(OWN["2of3"])
    fields["addresses"]["receiving"].insert(0, wallets.owner("wpkh").address(0, 0))
    with pytest.raises(Mismatch, match="first address"):
        read(fields)


def test_a_swapped_cosigner_does_not_make_the_first_address_that_the_program_remembers() -> None:
    fields = copy.deepcopy(OWN["2of3"])
    theirs = json.loads(electrum.write(_another_quorum()))["x3/"]
    assert theirs != fields["x3"]
    fields["x3"] = theirs
    with pytest.raises(Mismatch, match="first address"):
        read(fields)


def _another_quorum() -> Wallet:
    keys = ",".join(desk.expressions("48h/1h/5h/2h").values()).split(",")
    chosen = [key for key in keys if key.startswith("[") and "<0;1>" in key]
    return Wallet.register("x", [f"wsh(sortedmulti(2,{','.join(chosen)}))"], REGTEST)


def test_the_network_of_the_file_must_be_the_wallets() -> None:
    document = json.dumps(OWN["standard"]).encode()
    with pytest.raises(Mismatch) as refusal:
        electrum.read(document).register("treasury", NETWORKS["test"])
    assert refusal.value.code == "network-mismatch"
    with pytest.raises(Unreadable, match="genesis_blockhash"):
        read({**OWN["standard"], "genesis_blockhash": "00" * 32})
    unsaid = {name: value for name, value in OWN["standard"].items() if name != "genesis_blockhash"}
    assert read(unsaid) == wallets.wallet("wpkh")


@pytest.mark.parametrize("slash", ["", "/"])
def test_keystores_go_by_the_names_of_old_and_young_versions(slash: str) -> None:
    fields = {f"{name}{slash}" if name in ("x1", "x2", "x3") else name: value for name, value in OWN["2of3"].items()}
    assert read(fields) == wallets.wallet("wsh(sortedmulti)")


def test_a_hardware_keystore_is_a_public_key_like_others() -> None:
    fields = copy.deepcopy(OWN["2of3"])
    fields["x2"] |= {"type": "hardware", "hw_type": "coldcard", "label": "B", "soft_device_id": None}
    assert read(fields) == wallets.wallet("wsh(sortedmulti)")


def test_a_key_whose_origin_the_program_does_not_know_has_none() -> None:
    fields = copy.deepcopy(OWN["standard"])
    fields["keystore"] |= {"root_fingerprint": None, "derivation": None}
    (key,) = read(fields).descriptor.keys
    assert not key.has_origin


def test_what_is_written_holds_no_field_for_a_secret() -> None:
    written = electrum.write(wallets.wallet("wsh(sortedmulti)")).decode()
    assert not any(f'"{name}"' in written for name in ("xprv", "seed", "passphrase", "keypairs"))


@pytest.mark.parametrize("ending", ["", "\n"])
def test_an_encrypted_file_is_named_as_what_it_is(ending: str) -> None:
    with pytest.raises(Unreadable, match="encrypted with a password"):
        recognise((ENCRYPTED + ending).encode())


@pytest.mark.parametrize("between", [",\n", ","])
def test_a_file_with_changes_behind_it_is_named_as_what_it_is(between: str) -> None:
    """The program appends them (RFC 6902) until it writes the whole file again."""
    change = {"op": "replace", "path": "/x1/xpub", "value": OWN["2of3"]["x2"]["xpub"]}
    for changes in ([change], [change, {"op": "add", "path": "/labels/a", "value": "b"}]):
        with pytest.raises(Unreadable, match="changes behind it") as refusal:
            recognise(json.dumps(OWN["2of3"], indent=4).encode() + _behind(changes, between))
        assert "Save backup" in refusal.value.hint


def _behind(changes: list[dict[str, str]], between: str) -> bytes:
    return "".join(between + json.dumps(each) for each in changes).encode()


KEYSTORE = OWN["standard"]["keystore"]
X1 = OWN["2of3"]["x1"]


def single(**keystore: Any) -> dict[str, Any]:
    return {**OWN["standard"], "keystore": {**KEYSTORE, **keystore}}


SECRETS: dict[str, dict[str, Any]] = {
    "a seed": single(seed="wild father tree among universe such mobile favorite target dynamic credit identify"),
    "a seed behind a password": single(seed="dGhpcyBpcyBub3QgYSByZWFsIG9uZQ=="),
    "a private key behind a password": single(xprv="dGhpcyBpcyBub3QgYSByZWFsIG9uZQ=="),
    "a passphrase": single(passphrase="hunter2"),
    "a quorum of which one key is hot": {**OWN["2of3"], "x1": {**X1, "seed": "abandon"}},
    "a lightning key": {**OWN["standard"], "lightning_xprv": "x"},
    "lightning channels": {**OWN["standard"], "channels": {"a": {}}},
    "imported private keys": {**OWN["standard"], "keypairs": {"02": "L"}},
}


@pytest.mark.parametrize("secret", SECRETS)
def test_a_file_with_a_secret_is_refused_as_exposed_and_not_repeated(secret: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        read(SECRETS[secret])
    assert refusal.value.code == "private-key"
    assert "exposed" in refusal.value.hint
    assert not any(word in refusal.value.message + refusal.value.hint for word in ("hunter2", "wild", "dGhpcyBp"))


YPUB = json.loads(electrum.write(wallets.wallet("sh(wpkh)")))["keystore"]["xpub"]
ZPUB_OF_MANY = X1["xpub"]
DEFECTS: dict[str, dict[str, Any]] = {
    "a type that is imported addresses": {**OWN["standard"], "wallet_type": "imported"},
    "a type that a service shares in": {**OWN["standard"], "wallet_type": "2fa"},
    "a type that is a number": {**OWN["standard"], "wallet_type": 1},
    "a threshold of nought": {**OWN["2of3"], "wallet_type": "0of3"},
    "a threshold over the keys": {**OWN["2of3"], "wallet_type": "4of3"},
    "a keystore too few": {name: value for name, value in OWN["2of3"].items() if name != "x3"},
    "a keystore too many": {**OWN["2of3"], "x4": X1},
    "a keystore under two names": {**OWN["2of3"], "x1/": X1},
    "a quorum's keystore in a wallet of one key": {**OWN["standard"], "x1": X1},
    "one key twice": {**OWN["2of3"], "x2": X1},
    "one key twice under two fingerprints": {**OWN["2of3"], "x2": {**X1, "root_fingerprint": "b8688df1"}},
    "a keystore of the old kind": single(type="old"),
    "a keystore that is a text": {**OWN["standard"], "keystore": "x"},
    "no key": single(xpub=None),
    "a key that is cut off": single(xpub=KEYSTORE["xpub"][:-1]),
    "a key of a quorum in a wallet of one": single(xpub=ZPUB_OF_MANY),
    "a key of one in a quorum": {**OWN["2of3"], "x1": {**X1, "xpub": KEYSTORE["xpub"]}},
    "keys for two kinds of script": {**OWN["2of3"], "x1": {**X1, "xpub": desk.root("A").to_public().to_base58()}},
    "another kind of script than it gave addresses for": single(xpub=YPUB, derivation="m/49h/1h/0h"),
    "a path of another depth": single(derivation="m/84h/1h"),
    "a path to another child": single(derivation="m/84h/1h/1h"),
    "a path that is none": single(derivation="m/84x"),
    "a path that is a number": single(derivation=84),
    "a fingerprint of seven": single(root_fingerprint="73c5da0"),
    "a fingerprint that is a number": single(root_fingerprint=73),
    "an address that is a number": {**OWN["standard"], "addresses": {"receiving": [7]}},
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_file_with_a_defect_is_refused(defect: str) -> None:
    with pytest.raises((Unreadable, Mismatch)):
        read(DEFECTS[defect])


# --- Coldcard's files for the program ---


def of_a_coldcard(**changes: object) -> dict[str, Any]:
    """A file as the device writes it: the master's fingerprint is a number, its lowest byte first."""
    fields = json.loads(electrum.write(wallets.wallet("wpkh")))
    keystore = fields["keystore"] | {
        "type": "hardware",
        "hw_type": "coldcard",
        "ckcc_xpub": desk.root("A").to_public().to_base58(),
    }
    del keystore["root_fingerprint"]
    keystore["ckcc_xfp"] = int.from_bytes(desk.root("A").my_fingerprint, "little")
    return fields | {"keystore": keystore | changes}


def test_a_coldcards_origin_is_not_lost() -> None:
    assert read(of_a_coldcard()) == wallets.wallet("wpkh")
    assert read(of_a_coldcard(ckcc_xpub=None)) == wallets.wallet("wpkh")
    assert read(of_a_coldcard(ckcc_xfp=None)) == wallets.wallet("wpkh")
    assert read(of_a_coldcard(root_fingerprint=desk.root("A").my_fingerprint.hex())) == wallets.wallet("wpkh")


@pytest.mark.parametrize(
    "changes",
    [
        {"ckcc_xfp": int.from_bytes(desk.root("A").my_fingerprint)},
        {"ckcc_xfp": int.from_bytes(desk.root("B").my_fingerprint, "little")},
        {"ckcc_xfp": 2**32},
        {"ckcc_xfp": -1},
        {"ckcc_xfp": "168dd603"},
        {"ckcc_xfp": True},
        {"ckcc_xpub": desk.root("B").to_public().to_base58()},
        {"ckcc_xpub": "xpub"},
        {"root_fingerprint": desk.root("B").my_fingerprint.hex()},
    ],
    ids=repr,
)
def test_what_a_coldcard_says_twice_must_agree(changes: dict[str, object]) -> None:
    with pytest.raises(Unreadable):
        read(of_a_coldcard(**changes))


# --- at the edges ---

HASHES = {
    "main": "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f",
    "test": "000000000933ea01ad0ee984209779baaec3ced90fa3f408719526f8d77f4943",
    "testnet4": "00000000da84f2bafbbc53dee25a72ae507ff4914b867c565be350b0da8bf043",
    "signet": "00000008819873e925422c1ff0f99f7cc9bbb232af63a077a480a3633bee1ef6",
    "regtest": "0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206",
}
"""The first block of every network, as nodes and explorers name it."""


@pytest.mark.parametrize("network", HASHES)
def test_the_first_block_says_the_network(network: str) -> None:
    document = json.dumps({**OWN["standard"], "genesis_blockhash": HASHES[network]}).encode()
    assert electrum.read(document).network == network


@pytest.mark.parametrize("place", ["seed", "xprv", "passphrase", "keypairs"])
def test_a_secret_is_found_in_the_file_and_in_every_keystore(place: str) -> None:
    for said in ("x", ["x"], {"a": "x"}, 1, True):
        found: list[dict[str, Any]] = [{**OWN["standard"], place: said}, single(**{place: said})]
        found += [{**OWN["2of3"], name: {**OWN["2of3"][name], place: said}} for name in ("x1", "x2", "x3")]
        for fields in found:
            with pytest.raises(Unreadable) as refusal:
                read(fields)
            assert refusal.value.code == "private-key"
    for nothing in (None, "", [], {}, False):
        assert read(single(**{place: nothing})) == wallets.wallet("wpkh")


@pytest.mark.parametrize(
    "place", ["lightning_xprv", "lightning_privkey", "lightning_privkey2", "channels", "master_private_keys"]
)
def test_a_hot_wallets_fields_are_secrets(place: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        read({**OWN["2of3"], place: {"a": 1}})
    assert refusal.value.code == "private-key"
    assert read({**OWN["2of3"], place: {}}) == wallets.wallet("wsh(sortedmulti)")


@pytest.mark.parametrize(
    ("document", "is_closed"),
    [
        (ENCRYPTED.encode(), True),
        (b" \n" + ENCRYPTED[:40].encode() + b"\r\n" + ENCRYPTED[40:].encode() + b"\n", True),
        (b"QklFM", True),
        (b"QklF", False),
        (b"QklE" + ENCRYPTED[4:].encode(), False),
        (b"QklFM-x", False),
        (b'{"a": {}},\n{"op": "add"}', True),
        (b'{"a": {}},{"op":"add"}', True),
        (b'{"a": {}},\n\n{"op": "add"}', False),
        (b'{"a": {}} {"op": "add"}', False),
        (b'{"a": {}},{"opx": "add"}', False),
        (b"", False),
    ],
)
def test_a_closed_file_is_told_by_its_letters_or_by_what_is_behind_it(document: bytes, is_closed: bool) -> None:
    assert electrum.is_closed(document) is is_closed


def of_many(count: int, threshold: int, slash: str = "") -> dict[str, Any]:
    keys = ",".join(
        f"{desk.root('A').derive(f'm/48h/1h/{number}h/2h').to_public().to_base58()}/<0;1>/*" for number in range(count)
    )
    fields = json.loads(electrum.write(Wallet.register("x", [f"wsh(sortedmulti({threshold},{keys}))"], REGTEST)))
    return {name.replace("/", slash): value for name, value in fields.items()}


@pytest.mark.parametrize(("count", "threshold"), [(1, 1), (2, 1), (10, 9), (15, 15)])
@pytest.mark.parametrize("slash", ["", "/"])
def test_a_quorum_has_1_to_15_keystores(count: int, threshold: int, slash: str) -> None:
    fields = of_many(count, threshold, slash)
    assert fields["wallet_type"] == f"{threshold}of{count}"
    wallet = read(fields)
    assert (len(wallet.descriptor.keys), wallet.descriptor.threshold) == (count, threshold)


@pytest.mark.parametrize("kind", ["02of3", "2of03", "2 of 3", "2of3x", "x2of3", "2of300", "", "Standard", "standardx"])
def test_a_type_of_another_form_is_not_read(kind: str) -> None:
    with pytest.raises(Unreadable, match="of this type is not read"):
        read({**OWN["2of3"], "wallet_type": kind})


@pytest.mark.parametrize("name", ["keystore", "x4", "x4/", "x1/", "x10"])
def test_a_keystore_too_many_is_refused_as_that(name: str) -> None:
    with pytest.raises(Unreadable, match="keystores are not those of its type"):
        read({**OWN["2of3"], name: X1})
    assert read({**OWN["2of3"], "x0": X1, "xx1": X1, "x1a": X1, "keystores": X1}) == wallets.wallet("wsh(sortedmulti)")


@pytest.mark.parametrize("kind", ["bip32", "hardware"])
def test_a_keystore_of_a_type_that_derives_is_read(kind: str) -> None:
    assert read(single(type=kind)) == wallets.wallet("wpkh")
    for other in ("old", "imported", "2fa", kind + "x", ""):
        with pytest.raises(Unreadable, match="derives no keys by BIP-32"):
            read(single(type=other))


@pytest.mark.parametrize("wrong", ["", "73c5da0", "73c5da0ab", "73c5da0g"])
def test_what_is_no_fingerprint_is_refused_by_its_field(wrong: str) -> None:
    with pytest.raises(Unreadable, match="the field root_fingerprint"):
        read(single(root_fingerprint=wrong))


@pytest.mark.parametrize("missing", ["root_fingerprint", "derivation"])
def test_half_an_origin_is_none(missing: str) -> None:
    (key,) = read(single(**{missing: None})).descriptor.keys
    assert not key.has_origin


@pytest.mark.parametrize("number", [0, 2**32 - 1])
def test_a_coldcards_number_has_four_bytes(number: int) -> None:
    fields = of_a_coldcard(ckcc_xpub=None, ckcc_xfp=number)
    (text,) = electrum.read(json.dumps(fields).encode()).descriptors
    assert text.startswith(f"wpkh([{number.to_bytes(4, 'little').hex()}/84h/1h/0h]")


def test_a_path_may_end_in_a_slash_as_the_program_wrote_it() -> None:
    assert read(single(derivation="m/84'/1'/0'/")) == wallets.wallet("wpkh")


@pytest.mark.parametrize(
    "addresses", [None, 7, "x", [], {}, {"receiving": None}, {"receiving": []}, {"receiving": "x"}]
)
def test_addresses_that_the_program_does_not_remember_are_not_compared(addresses: Any) -> None:
    document = json.dumps({**OWN["standard"], "addresses": addresses}).encode()
    assert electrum.read(document).first_address is None


def test_what_is_written_is_exactly_a_wallet_that_watches() -> None:
    assert json.loads(electrum.write(wallets.wallet("wpkh"))) == {
        "keystore": {
            "type": "bip32",
            "xpub": KEYSTORE["xpub"],
            "derivation": "m/84'/1'/0'",
            "root_fingerprint": "73c5da0a",
            "pw_hash_version": 1,
        },
        "wallet_type": "standard",
        "seed_version": 20,
        "use_encryption": False,
        "genesis_blockhash": HASHES["regtest"],
    }


@pytest.mark.parametrize("name", ["x1", "x2", "x3"])
@pytest.mark.parametrize("version", ["043587cf", "024289ef"])
def test_one_key_of_a_quorum_in_the_letters_of_another_script_is_refused_as_that(name: str, version: str) -> None:
    """The same key at the same place, so that nothing else is wrong with it."""
    key, _form = slip132.read(OWN["2of3"][name]["xpub"], is_quorum=True)
    other = base58.encode_check(bytes.fromhex(version) + key.to_bytes()[4:])
    with pytest.raises(Unreadable, match="its keys are for different kinds of script"):
        read({**OWN["2of3"], name: {**OWN["2of3"][name], "xpub": other}})

"""Specter's wallet files: as the program reads them with embit, as it and others write them, and one defect in each."""

import json
import re
from typing import Any

import pytest
from embit.descriptor import Descriptor as EmbitDescriptor
from embit.networks import NETWORKS as EMBIT

from custody.chains.bitcoin.descriptor.checksum import checksum
from custody.chains.bitcoin.exchange import slip132
from custody.chains.bitcoin.exchange.formats import recognise
from custody.chains.bitcoin.exchange.programs import specter
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.chains.extended_key import ExtendedKey
from custody.errors import Mismatch, Unreadable
from tests.chains.bitcoin.exchange import wallets
from tests.chains.bitcoin.exchange.wallets import COMPARED, HOLDS, REGTEST
from tests.support import desk


def read(fields: object) -> Wallet:
    return recognise(json.dumps(fields).encode()).register("treasury", REGTEST)


@pytest.mark.parametrize("kind", sorted(HOLDS["specter"]))
def test_the_library_that_the_program_stands_on_makes_the_same_addresses(kind: str) -> None:
    """It wants /0/* below every key, and makes both branches of it itself: {0,1} (its wallet_importer)."""
    fields = json.loads(specter.write(wallets.wallet(kind)))
    assert fields.keys() == {"label", "blockheight", "descriptor", "devices"}
    assert [each.keys() for each in fields["devices"]] == [{"type", "label"}] * len(
        wallets.wallet(kind).descriptor.keys
    )
    imported = EmbitDescriptor.from_string(fields["descriptor"])
    assert all(key.is_extended and key.allowed_derivation.indexes == [0, None] for key in imported.keys)
    combined = EmbitDescriptor.from_string(imported.to_string().split("#")[0].replace("/0/*", "/{0,1}/*"))
    assert [
        [combined.derive(index, branch_index=branch).address(EMBIT["regtest"]) for index in range(COMPARED)]
        for branch in (0, 1)
    ] == wallets.addresses(kind)


QUORUM = wallets.owner("wsh(sortedmulti)")
EXPORT = {"label": "treasury", "blockheight": 800_000, "descriptor": QUORUM.single(0), "devices": ["A", "B", "C"]}
BACKUP = {
    "name": "treasury",
    "alias": "treasury",
    "description": "2 of 3 Multisig (Segwit)",
    "address_type": "bech32",
    "address": QUORUM.address(0, 7),
    "address_index": 7,
    "keypool": 20,
    "recv_descriptor": QUORUM.single(0),
    "change_descriptor": QUORUM.single(1),
    "keys": [{"fingerprint": "73c5da0a", "derivation": "m/48h/1h/0h/2h", "type": "wsh"}],
    "devices": ["a", "b", "c"],
    "sigs_required": 2,
}


@pytest.mark.parametrize(
    "layout",
    [
        EXPORT,
        {"label": "treasury", "descriptor": QUORUM.descriptor},
        {"label": "treasury", "blockheight": 0, "descriptor": QUORUM.descriptor.replace("/<0;1>/*", "")},  # Sparrow's
        {**EXPORT, "descriptor": re.sub(r"(?<=\d)h(?=[/\]])", "'", QUORUM.single(0))},
        {**EXPORT, "descriptor": f"{QUORUM.single(0)}#{checksum(QUORUM.single(0))}"},
        {**EXPORT, "devices": [{"type": "coldcard", "label": "A"}] * 3},
        BACKUP,
        {name: value for name, value in BACKUP.items() if name != "change_descriptor"},
    ],
)
def test_every_layout_is_the_same_wallet(layout: dict[str, Any]) -> None:
    assert read(layout) == wallets.wallet("wsh(sortedmulti)")
    assert recognise(json.dumps(layout).encode()).name == "treasury"


def dressed(kind: str, form: str) -> str:
    """The descriptor of a kind with its keys in the letters of another kind's form."""
    text = wallets.owner(kind).single(0)
    other = wallets.wallet(form).descriptor.form
    for key in wallets.wallet(kind).descriptor.keys:
        assert key.extended is not None
        text = text.replace(key.extended.serialize(), slip132.write(key.extended, other))
    return text


@pytest.mark.parametrize("kind", ["wpkh", "sh(wpkh)", "wsh(sortedmulti)", "sh(wsh(sortedmulti))"])
def test_keys_in_the_letters_of_their_script_are_read(kind: str) -> None:
    text = dressed(kind, kind)
    assert text != wallets.owner(kind).single(0)
    assert read({**EXPORT, "descriptor": text}) == wallets.wallet(kind)
    assert read({**EXPORT, "descriptor": f"{text}#{checksum(text)}"}) == wallets.wallet(kind)


@pytest.mark.parametrize(
    ("kind", "form"),
    [
        ("wpkh", "sh(wpkh)"),
        ("sh(wpkh)", "wpkh"),
        ("wpkh", "wsh(sortedmulti)"),
        ("pkh", "wpkh"),
        ("tr", "wpkh"),
        ("wsh(sortedmulti)", "wpkh"),
        ("wsh(sortedmulti)", "sh(wsh(sortedmulti))"),
        ("sh(sortedmulti)", "wsh(sortedmulti)"),
    ],
)
def test_keys_in_the_letters_of_another_script_are_refused(kind: str, form: str) -> None:
    with pytest.raises(Unreadable, match="letters"):
        read({**EXPORT, "descriptor": dressed(kind, form)})


DEFECTS: dict[str, dict[str, Any]] = {
    "a descriptor that is a list": {**EXPORT, "descriptor": [QUORUM.single(0)]},
    "a descriptor that is none": {**EXPORT, "descriptor": "hello"},
    "a label that is a number": {**EXPORT, "label": 7},
    "change alone": {**EXPORT, "descriptor": QUORUM.single(1)},
    "one branch of which nothing is known": {**EXPORT, "descriptor": QUORUM.descriptor.replace("/<0;1>", "")},
    "a checksum that does not hold": {**EXPORT, "descriptor": QUORUM.single(0) + "#qqqqqqqq"},
    "change of another wallet": {**BACKUP, "change_descriptor": wallets.owner("wsh(multi)").single(1)},
    "change that receives": {**BACKUP, "change_descriptor": QUORUM.single(0)},
    "the branches swapped": {**BACKUP, "recv_descriptor": QUORUM.single(1), "change_descriptor": QUORUM.single(0)},
    "change that is a number": {**BACKUP, "change_descriptor": 1},
    "a private key": {**EXPORT, "descriptor": f"wpkh({desk.root('A').to_base58()}/0/*)"},
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_file_with_a_defect_is_refused(defect: str) -> None:
    with pytest.raises((Unreadable, Mismatch)):
        read(DEFECTS[defect])


@pytest.mark.parametrize("version", ["049d7cb2", "04b24746", "0295b43f", "02aa7ed3", "044a5262", "024289ef"])
def test_a_key_in_other_letters_is_the_same_key(version: str) -> None:
    """The table of SLIP-132, against embit's."""
    letters = desk.root("A").derive("m/84h").to_public().to_base58(version=bytes.fromhex(version))
    key, _form = slip132.read(letters, is_quorum=letters[0].isupper())
    plain = desk.root("A").derive("m/84h").to_public().to_base58(version=key.version)
    assert key == ExtendedKey.parse(plain)
    assert plain[0] == ("x" if letters[0] in "yzYZ" else "t")


# --- Specter-DIY's line, and what a file is told by ---


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("addwallet treasury&{}", "treasury"),
        ("ADDWALLET  my own treasury &{}", "my own treasury"),
        ("# one\n\n#two\n addwallet x&{}\n", "x"),
    ],
)
def test_a_line_is_a_name_and_a_descriptor(line: str, name: str) -> None:
    for text in (QUORUM.single(0), QUORUM.descriptor, QUORUM.descriptor.replace("/<0;1>/*", "")):
        document = line.format(text).encode()
        assert specter.is_line(document)
        assert recognise(document).name == name
        assert recognise(document).register("treasury", REGTEST) == wallets.wallet("wsh(sortedmulti)")


@pytest.mark.parametrize("line", ["addwallet {}", "addwallet &{}", "addwallet  &{}", "addwallet x&{}\nmore"])
def test_a_line_without_a_name_or_with_more_is_refused_as_that(line: str) -> None:
    with pytest.raises(Unreadable, match="needs a name, & and one descriptor"):
        recognise(line.format(QUORUM.single(0)).encode())


@pytest.mark.parametrize(
    "beginning", [b"addwallet", b"addwallet\n", b"# addwallet x", b"add wallet x", b"xaddwallet x", b""]
)
def test_what_does_not_begin_so_is_no_line(beginning: bytes) -> None:
    assert not specter.is_line(beginning)


@pytest.mark.parametrize(
    ("value", "is_one"),
    [
        ({"descriptor": "x"}, True),
        ({"recv_descriptor": "x"}, True),
        ({"descriptor": "x", "format": "custody/wallet"}, False),
        ({"change_descriptor": "x"}, False),
        ({"descriptors": "x"}, False),
        (["descriptor"], False),
        (None, False),
    ],
)
def test_a_file_is_told_by_its_descriptor(value: Any, is_one: bool) -> None:
    assert specter.is_one(value) is is_one


def test_a_label_is_the_name_before_another_name() -> None:
    both = {"label": "treasury", "name": "another"}
    assert recognise(json.dumps({**EXPORT, **both}).encode()).name == "treasury"
    assert recognise(json.dumps({**BACKUP, **both}).encode()).name == "treasury"
    assert recognise(json.dumps({"descriptor": QUORUM.single(0)}).encode()).name is None


def test_what_is_written_is_exactly_an_export() -> None:
    written = specter.write(wallets.wallet("wsh(sortedmulti)"))
    devices = [{"type": "other", "label": desk.root(who).my_fingerprint.hex()} for who in "ABC"]
    text = f"{QUORUM.single(0)}#{checksum(QUORUM.single(0))}"
    assert json.loads(written) == {"label": "treasury", "blockheight": 0, "descriptor": text, "devices": devices}
    assert written.endswith(b"}\n")

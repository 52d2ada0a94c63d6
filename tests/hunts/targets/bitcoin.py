"""What the chains read: transactions and their PSBTs, scripts and keys, wallets of all programs, messages, labels."""

import json
import re
from base64 import b64decode, b64encode

from custody import derivation
from custody.chains import cbor_values
from custody.chains.bitcoin.addresses import address, base58, bech32
from custody.chains.bitcoin.consensus.network import NETWORKS, Network
from custody.chains.bitcoin.consensus.transaction import Transaction
from custody.chains.bitcoin.descriptor import Descriptor
from custody.chains.bitcoin.descriptor.key_expression import KeyExpression
from custody.chains.bitcoin.exchange import dialect, formats, own_output, slip132, ur_v1
from custody.chains.bitcoin.exchange.programs import ur
from custody.chains.bitcoin.message import armour, device_request, encoding, text_rules
from custody.chains.bitcoin.message.conditions import recognise
from custody.chains.bitcoin.message.virtual import to_sign
from custody.chains.bitcoin.miniscript import Context, parse
from custody.chains.bitcoin.psbt import Psbt, envelope
from custody.chains.bitcoin.review.labels import Labels
from custody.chains.bitcoin.review.past import Earlier
from custody.chains.bitcoin.roles.source import Source
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.chains.extended_key import ExtendedKey
from tests.airgap.ur.test_legacy import bc32, series
from tests.chains.bitcoin.exchange import wallets
from tests.chains.bitcoin.message.requests import asked
from tests.chains.bitcoin.message.test_armour import ALONE, IN_ARMOUR
from tests.chains.bitcoin.message.test_device_request import REQUESTS
from tests.chains.bitcoin.miniscript.miniscripts import TEMPLATES, grown
from tests.chains.bitcoin.review.drafts import honest
from tests.chains.bitcoin.review.test_labels import OF_THE_BIP, lines
from tests.conftest import VECTORS
from tests.hunts.targets.target import Target
from tests.support import desk

REGTEST = NETWORKS["regtest"]


def _psbts() -> list[bytes]:
    found = [honest(kind, count).psbt() for kind in (*desk.KINDS, *desk.POLICIES) for count in (1, 2)]
    owner = desk.wallet("tr")
    found.append(desk.psbt(owner, desk.coins(owner, 2), [(b"\x00\x14" + b"\x5a" * 20, 50_000)], 2_000, 2))
    if VECTORS.is_dir():
        published = json.loads((VECTORS / "psbt" / "bip174-370-371.json").read_text(encoding="utf-8"))
        found += [b64decode(each["psbt_base64"]) for each in published if each["parse"] == "ok"]
    return found


def _as_people_have_it(psbt: bytes) -> list[bytes]:
    text = b64encode(psbt)
    wrapped = b"\n".join(text[at : at + 64] for at in range(0, len(text), 64))
    answer = json.dumps({"psbt": text.decode(), "complete": False}).encode()
    return [psbt, text + b"\n", b'"' + wrapped + b'"', psbt.hex().encode(), text.decode().encode("utf-16"), answer]


def _script_and_network(text: str) -> tuple[bytes, Network]:
    """Read an address of whichever network, as whoever knows none yet does."""
    is_main = text[:1] in ("1", "3") or text.lower().startswith("bc1")
    network = NETWORKS["main"] if is_main else REGTEST
    return address.script_of(text, network), network


PSBTS = _psbts()
TRANSACTIONS = [
    desk.transaction([(b"\x11" * 32, 0, 0xFFFFFFFD)], [desk.output(1_000, b"\x51"), desk.output(9, b"")], 7),
    to_sign(b"hello", b"\x51").serialize(),
    bytes.fromhex("02000000000101" + "22" * 32 + "00000000" + "00" + "fdffffff" + "01" + "e803000000000000")
    + bytes.fromhex("16" + "0014" + "5a" * 20 + "02" + "03616263" + "0164" + "00000000"),
]
DESCRIPTORS = [wallets.owner(kind).descriptor for kind in wallets.KINDS]
MESSAGES = [asked(kind, 2) for kind in ("wpkh", "wsh(sortedmulti)", "tr")]
KEYS = sorted({key for text in DESCRIPTORS for key in re.findall(r"\[[^]]+\][A-Za-z0-9]+[^,)}]*", text)})
EXTENDED = sorted({key for text in DESCRIPTORS for key in re.findall(r"tpub[A-Za-z0-9]+", text)})
SCRIPTS = [grown(seed, context) for seed in range(12) for context in Context]
MINISCRIPTS = [*SCRIPTS, *(text.format(*(["pk(A)"] * 4), key="B") for text in TEMPLATES)]
ADDRESSES = [
    *(wallets.owner(kind).address(0, 0) for kind in wallets.KINDS),
    "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
    "BC1P0XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQZK5JJ0",
    "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
    "3P14159f73E4gFr7JterCCQh9QjiTjiZrG",
]
DOCUMENTS = [
    f"addwallet mine&{wallets.owner('wpkh').descriptor}".encode(),
    *(document for several in wallets.samples().values() for document in several),
]
EXPORTS = [
    json.dumps({"to": "core", "policy_digest": "00", "content": document.decode()}).encode()
    for document in wallets.samples()["core"]
]
ACCOUNTS = [
    each for name in ("core", "coldcard-json", "cosigner-json", "account-json") for each in wallets.samples()[name]
]
WALLETS = [wallets.wallet(kind).to_json() for kind in wallets.KINDS]
CBOR_OF_WALLETS = [
    ur.write(wallets.wallet(kind), ur_type)
    for kind, ur_type in (
        ("wpkh", ur.UrType.OUTPUT),
        ("wsh(sortedmulti)", ur.UrType.OUTPUT),
        ("wsh(sortedmulti)", ur.UrType.DESCRIPTOR),
        ("tr", ur.UrType.ACCOUNT),
    )
]
CBOR = [
    *CBOR_OF_WALLETS,
    cbor_values.encode({1: [b"\x01\x02", -5, True], "a": cbor_values.Tagged(308, {3: "text"})}),
]
PATHS = ["m", "m/84h/1h/0h/0/7", "m/48'/1'/0'/2'", "84h/1h/0h", "m/2147483647h/0"]

TARGETS = (
    Target("a PSBT", Psbt.parse, PSBTS, Psbt.serialize, exact=True),
    Target(
        "a PSBT as people have it",
        envelope.open,
        [each for psbt in PSBTS[:3] for each in _as_people_have_it(psbt)],
        lambda found: found.seal(found.payload),
    ),
    Target("an earlier PSBT", Earlier.read, PSBTS[:20]),
    Target("one of several PSBTs", lambda document: Source.read("a.psbt", document), PSBTS[:20]),
    Target("a message's PSBT", lambda document: recognise(Psbt.parse(document)), MESSAGES),
    Target("a transaction", Transaction.parse, TRANSACTIONS, Transaction.serialize, exact=True),
    Target("the CBOR of a wallet", ur.read, CBOR_OF_WALLETS),
    Target("a descriptor", Descriptor.parse, DESCRIPTORS, Descriptor.text),
    Target("a descriptor in its program's spelling", dialect.plain, DESCRIPTORS, lambda text: text),
    Target("a key expression", KeyExpression.parse, KEYS, KeyExpression.text),
    *(
        Target(
            f"a miniscript in {context}",
            lambda text, context=context: parse(text, context, str),
            MINISCRIPTS,
            lambda node: node.text(str),
        )
        for context in Context
    ),
    Target("a wallet's file", Wallet.from_json, WALLETS, Wallet.to_json),
    Target("another program's wallet", formats.recognise, DOCUMENTS),
    Target("the file that the JSON of an export holds", own_output.within, EXPORTS),
    Target("an account of it", lambda document: formats.recognise(document, "bip84"), ACCOUNTS),
    Target("labels", Labels.parse, [lines(*OF_THE_BIP), *(lines(each) for each in OF_THE_BIP)]),
    Target("a signature's file", armour.read, [*ALONE.values(), *(each.encode() for each in IN_ARMOUR.values())]),
    Target(
        "a signature",
        lambda text: encoding.read(text)[1],
        [
            encoding.write(encoding.Witness((b"abc", b"d"))),
            encoding.write(to_sign(b"", b"\x51")),
            b64encode(b"\x1f" + bytes(64)).decode(),
            "smpAgNhYmMBZA==",
        ],
    ),
    Target("a device's request", device_request.read, [text.encode() for text, _wanted in REQUESTS.values()]),
    Target("a message", text_rules.read_message, ["We hold this.\n  Zo\u00eb".encode(), b"", b"a" * 900]),
    Target("an address", _script_and_network, ADDRESSES, lambda found: address.address(*found) or "no address at all"),
    Target(
        "base58",
        base58.decode_check,
        [*EXTENDED, "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"],
        base58.encode_check,
        exact=True,
    ),
    Target(
        "a segwit address",
        bech32.decode_segwit,
        [each for each in ADDRESSES if "1q" in each.lower() or "1p" in each.lower()],
        lambda found: bech32.encode_segwit(*found),
    ),
    Target("letters of BC32", bech32.decode_bare, [bc32(bytes(range(20))), bc32(b"")]),
    Target("an extended key", ExtendedKey.parse, EXTENDED, ExtendedKey.serialize, exact=True),
    Target(
        "an extended key's bytes",
        ExtendedKey.from_bytes,
        [ExtendedKey.parse(each).to_bytes() for each in EXTENDED],
        ExtendedKey.to_bytes,
        exact=True,
    ),
    *(
        Target(
            f"letters of SLIP-132, {'a quorum' if is_quorum else 'a single key'}",
            lambda text, is_quorum=is_quorum: slip132.read(text, is_quorum=is_quorum),
            [*EXTENDED, wallets.samples()["key"][0].decode().rpartition("]")[2].strip()],
        )
        for is_quorum in (False, True)
    ),
    Target("CBOR as values", cbor_values.decode, CBOR, cbor_values.encode),
    Target(
        "the bytes in a UR of version 1",
        ur_v1.payload,
        ["\n".join(series(b"\x43abc", 3)).encode(), series(b"\x43abc", 1)[0].encode()],
    ),
    Target("a path", derivation.parse_path, PATHS, lambda path: derivation.format_path(path, "h")),
    Target("a step of a path", derivation.parse_step, ["0", "84h", "2147483647'", "1"]),
)

"""A whole transaction in every form in which people have one, and nothing that could be two."""

import base64
import json
from collections.abc import Callable

import pytest

from custody.chains.bitcoin.consensus.transaction import Transaction
from custody.cli.transactions.raw_transactions import parse_transaction
from custody.errors import Unreadable
from tests.support import desk

RAW = desk.coins(desk.wallet("wpkh"), 1)[0].previous
HEX = RAW.hex()
OTHER = desk.coins(desk.wallet("wpkh"), 2)[1].previous.hex()
SCRIPT = {"hex": "0014" + "ab" * 20, "asm": "0"}
VERBOSE = {
    "txid": "02000000" + "ab" * 28,
    "hex": HEX,
    "vout": [{"scriptPubKey": SCRIPT}],
    "vin": [{"scriptSig": SCRIPT}],
}

FORMS = {
    "binary": RAW,
    "binary and a line end": RAW + b"\n",
    "binary and a line end of Windows": RAW + b"\r\n",
    "hex": HEX.encode(),
    "hex in capitals, quoted": f'"{HEX.upper()}"\n'.encode(),
    "hex in lines": "\r\n".join(HEX[start : start + 64] for start in range(0, len(HEX), 64)).encode(),
    "hex in UTF-16": HEX.encode("utf-16"),
    "base64": base64.b64encode(RAW),
    "gettransaction": json.dumps({"amount": -0.1, "hex": HEX, "decoded": VERBOSE | {"hex": None}}).encode(),
    "getrawtransaction, verbose": json.dumps(VERBOSE, indent=2).encode("utf-16"),
    "walletprocesspsbt, complete": json.dumps({"psbt": "cHNidP8", "complete": True, "hex": HEX}).encode(),
    "JSON-RPC": json.dumps({"result": HEX, "error": None, "id": "1"}).encode(),
}


@pytest.mark.parametrize("content", FORMS.values(), ids=FORMS)
def test_a_transaction_is_read_as_people_have_it(content: bytes) -> None:
    assert parse_transaction(content) == Transaction.parse(RAW)


FOREIGN = {
    "nothing": b"",
    "words": b"hello",
    "a space inside": f"{HEX[:20]} {HEX[20:]}".encode(),
    "two line ends behind": RAW + b"\n\n",
    "two of them": f"{HEX}\n{OTHER}\n".encode(),
    "two in one answer": json.dumps({"hex": HEX, "before": OTHER}).encode(),
    "a PSBT beside it": json.dumps({"hex": HEX, "psbt": "cHNidP8"}).encode(),
    "under another name": json.dumps({"tx": HEX}).encode(),
    "half of it": HEX[:-2].encode(),
    "hex of hex": HEX.encode().hex().encode(),
}


@pytest.mark.parametrize("content", FOREIGN.values(), ids=FOREIGN)
def test_anything_else_is_unreadable(content: bytes) -> None:
    with pytest.raises(Unreadable):
        parse_transaction(content)


@pytest.mark.parametrize(
    "damage",
    [lambda raw: raw.replace(b"\n", b"\r\n"), lambda raw: raw.decode("utf-8", "replace").encode()],
    ids=["line ends", "re-encoded"],
)
def test_what_text_mode_did_to_a_transaction_is_named(damage: Callable[[bytes], bytes]) -> None:
    raw = desk.transaction([(b"\x0a\xff" * 16, 0, desk.FINAL)], [desk.output(2_570, b"\x0a" * 10)])
    assert parse_transaction(raw) == Transaction.parse(raw)
    for damaged in (damage(raw), damage(raw) + b"\n"):
        with pytest.raises(Unreadable, match="text mode"):
            parse_transaction(damaged)

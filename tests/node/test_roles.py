"""The desk's jobs judged by a node: what we combine, finalise and extract is what it does, and it would relay that.

The node's wallet makes the request, without previous transactions where we are to put them back; cosigners sign apart.
"""

import base64
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from custody.chains.bitcoin.psbt import Psbt
from tests.chains.bitcoin.roles.cosigners import changed, fields, without
from tests.node.node import Node
from tests.node.test_policies import in_version
from tests.referees.test_table import sign
from tests.support import desk
from tests.support.custody_command import call

pytestmark = pytest.mark.node

POLICIES = [kind for kind, (_form, _path, ways) in desk.POLICIES.items() if desk.RBF in ways]
KINDS = [*desk.KINDS, *POLICIES]
CELLS = [(kind, version) for kind in KINDS for version in (0, 2)]


def run(folder: Path, words: str, *inputs: str, out: str, known: bool = True) -> bytes:
    """Run one of the commands in a folder; return what it wrote."""
    wallet = ["--wallet", str(folder / "wallet.json")] if known else []
    files = [each if each.startswith("--") else str(folder / each) for each in inputs]
    assert call("psbt", words, *files, *wallet, "-o", str(folder / out)) == 0
    return (folder / out).read_bytes()


def requested(node: Node, owner: desk.Wallet, name: str, first: int) -> bytes:
    """Fund two addresses, and let the node's wallet ask for a payment of both coins."""
    node.watch(name, owner.single(0), owner.single(1))
    addresses = [owner.address(0, index) for index in (first, first + 1)]
    node.fund(addresses)
    coins = [coin for coin in node.call("listunspent", wallet=name) if coin["address"] in addresses]
    assert len(coins) == 2
    return node.psbt(name, {node.call("getnewaddress", wallet="purse"): Decimal("0.15")}, coins)


def bare(node: Node, psbt: bytes, folder: Path) -> tuple[bytes, list[str]]:
    """Leave the previous transactions out, as a QR code does; lay them into files of their own."""
    options: list[str] = []
    for number, tx_input in enumerate(Psbt.parse(psbt).transaction.inputs):
        txid = tx_input.outpoint.txid[::-1].hex()
        raw: Any = node.call("gettransaction", txid, wallet="purse")["hex"]
        (folder / f"{number}.tx").write_text(raw)
        options += ["--tx", f"{number}.tx"]
        psbt = changed(psbt, 1 + number, without(0x00))
    return psbt, options


@pytest.mark.parametrize(("kind", "version"), CELLS)
def test_the_node_combines_finalises_and_accepts_the_same(node: Node, kind: str, version: int, tmp_path: Path) -> None:
    owner = desk.wallet(kind)
    number = CELLS.index((kind, version))
    asked = requested(node, owner, f"roles-{number}", 2 * (number % 20))
    without_transactions, options = bare(node, in_version(asked, version), tmp_path)
    (tmp_path / "bare.psbt").write_bytes(without_transactions)
    whole = run(tmp_path, "complete", "bare.psbt", *options, out="whole.psbt", known=False)
    assert not any(each.non_witness_utxo is None for each in Psbt.parse(whole).inputs)
    for who in owner.signers:
        folder = tmp_path / who
        folder.mkdir()
        (tmp_path / f"{who}.psbt").write_bytes(sign(replace(owner, signers=(who,)), whole, folder))
    (tmp_path / "wallet.json").write_bytes((tmp_path / owner.signers[0] / "wallet.json").read_bytes())
    files = [f"{who}.psbt" for who in owner.signers]
    combined = run(tmp_path, "combine", *files, out="all.psbt")
    run(tmp_path, "finalize", "all.psbt", out="final.psbt")
    raw = run(tmp_path, "extract", "final.psbt", out="tx.hex", known=False).decode().strip()
    assert raw == node.finalize(in_version(combined, 0))
    node.accept(raw)
    if version == 0:
        theirs = node.call("combinepsbt", [base64.b64encode((tmp_path / each).read_bytes()).decode() for each in files])
        assert fields(Psbt.parse(base64.b64decode(theirs))) == fields(Psbt.parse(combined))
    again = node.call("finalizepsbt", base64.b64encode(in_version((tmp_path / "final.psbt").read_bytes(), 0)).decode())
    assert (again["complete"], again["hex"]) == (True, raw)
    node.confirm(raw)

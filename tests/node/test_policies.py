"""Wallets of a policy: a node's wallet makes the PSBT, our command line signs it, the node finalises and mines it.

Every way to spend is taken, those behind a time lock too, by PSBT version 0, and by version 2 as libwally rewrites it.
"""

import base64
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import wallycore

from tests.node.node import Node, RpcFailed
from tests.referees.test_table import sign
from tests.support import desk

pytestmark = pytest.mark.node

COIN = Decimal("0.01")
LATE = {52560: 20, 144: 10, 145: 11}
"""The locks of the desk's policies, and the shorter ones that a test can wait for."""

NODES_ONLY = {
    "wsh(hashed keys)": (
        "wsh(thresh(2,pk({A}),s:pk({B}),sln:older(144)))",
        "48h/1h/0h/2h",
        {desk.RBF: ("A", "B"), 144: ("B",)},
    ),
    "tr(pkh)": ("tr({H},{{and_v(v:pkh({A}),pk({B})),and_v(v:pkh({C}),older(144))}})", "48h/1h/0h/2h", {
        desk.RBF: ("B", "A"), 144: ("C",)
    }),
    "tr(deep)": ("tr({C},{{pk({A}),{{sortedmulti_a(2,{A2},{B}),multi_a(1,{B2},{C2})}}}})", "86h/1h/0h", {
        desk.RBF: ("B", "A")
    }),
}  # fmt: skip
"""Policies that only the node finalises."""

POLICIES = desk.POLICIES | NODES_ONLY
WAYS = [(kind, sequence, version) for kind in POLICIES for sequence in POLICIES[kind][2] for version in (0, 2)]


def owned(kind: str, sequence: int) -> desk.Wallet:
    """The desk's wallet of a kind, its locks shortened, with those who sign at a sequence number."""
    form, path, signers = POLICIES[kind]
    for written, waited in LATE.items():
        form = form.replace(f"older({written})", f"older({waited})")
    return desk.Wallet(kind, form.format(**desk.expressions(path)), signers[sequence])


def in_version(psbt: bytes, version: int) -> bytes:
    """Rewrite a PSBT in another version."""
    read = wallycore.psbt_from_bytes(psbt, wallycore.WALLY_PSBT_PARSE_FLAG_STRICT)
    wallycore.psbt_set_version(read, 0, version)
    if version == 2:
        wallycore.psbt_set_tx_modifiable_flags(read, 0)  # a desk says so once the transaction is finished
    return bytes(wallycore.psbt_to_bytes(read, 0))


def make(node: Node, name: str, coins: list[dict[str, Any]], sequence: int) -> bytes:
    """Let the watching wallet make a PSBT that spends coins at a sequence number."""
    chosen = [{"txid": coin["txid"], "vout": coin["vout"], "sequence": sequence} for coin in coins]
    stranger = node.call("getnewaddress", wallet="purse")
    options = {"fee_rate": 5, "add_inputs": False}
    answer = node.call(
        "walletcreatefundedpsbt", chosen, [{stranger: str(COIN)}], 0, options, True, wallet=name
    )  # fmt: skip
    return base64.b64decode(answer["psbt"], validate=True)


@pytest.mark.parametrize(("kind", "sequence", "version"), WAYS)
def test_the_node_mines_what_we_signed_by_every_way(
    node: Node, kind: str, sequence: int, version: int, tmp_path: Path
) -> None:
    owner = owned(kind, sequence)
    name = f"{kind}-{sequence}-{version}".translate(str.maketrans("(), ", "----"))
    node.watch(name, owner.single(0), owner.single(1))
    first = 10 * WAYS.index((kind, sequence, version))
    addresses = [owner.address(0, index % 50) for index in (first, first + 1)]
    node.fund(addresses, COIN)
    asked = LATE.get(sequence, sequence)
    if asked != desk.RBF:
        node.mine(asked)
    coins = [coin for coin in node.call("listunspent", wallet=name) if coin["address"] in addresses]
    assert len(coins) == 2
    psbt = make(node, name, coins, asked)
    with pytest.raises(RpcFailed):
        node.finalize(psbt)
    signed = sign(owner, in_version(psbt, version), tmp_path)
    final = node.finalize(in_version(signed, 0))
    node.accept(final)
    node.confirm(final)

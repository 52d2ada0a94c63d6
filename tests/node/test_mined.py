"""A node's wallet makes the PSBT, our command line signs it, the node finalises, accepts and mines it."""

from decimal import Decimal
from pathlib import Path

import pytest

from tests.node.node import Node, RpcFailed
from tests.referees.test_table import sign
from tests.support import desk

pytestmark = pytest.mark.node

COIN = Decimal("0.01")
ADDRESSES = {1: range(1), 5: range(1, 6), 50: range(6, 56)}
"""How many inputs -> the addresses that get a coin each; no two tests share one."""


@pytest.mark.parametrize("count", ADDRESSES)
@pytest.mark.parametrize("kind", desk.KINDS)
def test_the_node_mines_what_we_signed(node: Node, kind: str, count: int, tmp_path: Path) -> None:
    owner = desk.wallet(kind)
    name = f"{kind.replace('(', '-').replace(')', '')}-{count}"
    node.watch(name, owner.single(0), owner.single(1))
    addresses = [owner.address(0, index) for index in ADDRESSES[count]]
    node.fund(addresses, COIN)
    coins = [coin for coin in node.call("listunspent", wallet=name) if coin["address"] in addresses]
    assert len(coins) == count
    stranger = node.call("getnewaddress", wallet="purse")
    psbt = node.psbt(name, {stranger: COIN * count / 2}, coins)
    with pytest.raises(RpcFailed):
        node.finalize(psbt)
    final = node.finalize(sign(owner, psbt, tmp_path))
    node.accept(final)
    node.confirm(final)

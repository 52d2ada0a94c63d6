"""The judge itself: it starts, pays, and says no where it should."""

from decimal import Decimal

import pytest

from tests.node.node import Node, RpcFailed

pytestmark = pytest.mark.node


def test_the_node_is_alone_and_has_money(node: Node) -> None:
    assert node.call("getblockchaininfo")["chain"] == "regtest"
    assert node.call("getconnectioncount") == 0
    assert node.call("getbalance", wallet="purse") > Decimal(50)


def test_the_node_refuses_a_transaction_that_nobody_signed(node: Node) -> None:
    address = node.call("getnewaddress", wallet="purse")
    (coin, *_rest) = node.call("listunspent", wallet="purse")
    raw = node.call("createrawtransaction", [{"txid": coin["txid"], "vout": coin["vout"]}], [{address: "1"}])
    with pytest.raises(RpcFailed, match="testmempoolaccept"):
        node.accept(raw)

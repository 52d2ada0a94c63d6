"""Legacy signatures by the node's own wallet, which we verify, and ours of no kind that it could mistake."""

import base64

import pytest

from custody.chains.bitcoin.addresses.address import script_of
from custody.chains.bitcoin.consensus.network import NETWORKS
from custody.chains.bitcoin.interpreter.verdicts import Invalid
from custody.chains.bitcoin.message.verification import Verified, verify
from tests.node.node import Node, RpcFailed

pytestmark = pytest.mark.node

MESSAGES = ("", "Hello", "Nine of ten coins, \u00fc \U0001f600", "x" * 300, "two\nlines\n")


@pytest.mark.parametrize("message", MESSAGES)
def test_what_the_node_signs_we_verify_and_both_refuse_the_same(node: Node, message: str) -> None:
    address = node.call("getnewaddress", "", "legacy", wallet="purse")
    signature = node.call("signmessage", address, message, wallet="purse")
    script = script_of(address, NETWORKS["regtest"])
    assert verify(script, message.encode(), signature) == Verified("legacy")  # type: ignore[arg-type]
    assert node.call("verifymessage", address, signature, message)
    content = bytearray(base64.b64decode(signature))
    for place in (0, 1, 20, 40, 64):
        changed = bytearray(content)
        changed[place] ^= 1
        text = base64.b64encode(changed).decode()
        assert not node_says(node, address, text, message)
        with pytest.raises(Invalid):
            verify(script, message.encode(), text)
    with pytest.raises(Invalid):
        verify(script, message.encode() + b" ", signature)


def node_says(node: Node, address: str, signature: str, message: str) -> bool:
    try:
        return bool(node.call("verifymessage", address, signature, message))
    except RpcFailed:
        return False

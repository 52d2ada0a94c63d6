"""Bitcoin Core's lists before a node: it imports ours, its own come back, and the addresses are the same."""

import json
from typing import Any

import pytest

from custody.chains.bitcoin.exchange.formats import WRITTEN, recognise
from custody.chains.bitcoin.exchange.programs import core
from custody.errors import Unreadable, Usage
from tests.chains.bitcoin.exchange import wallets
from tests.chains.bitcoin.exchange.wallets import COMPARED, KINDS, PAIRS, REGTEST
from tests.node.node import Node

pytestmark = pytest.mark.node

ACCOUNTS = {"bip44": "legacy", "bip49": "p2sh-segwit", "bip84": "bech32", "bip86": "bech32m"}


def derived(node: Node, descriptor: str) -> list[str]:
    found: list[str] = node.call("deriveaddresses", descriptor, [0, COMPARED - 1])
    return found


def as_json(answer: Any) -> bytes:
    return json.dumps(answer, default=str).encode()


@pytest.mark.parametrize("kind", KINDS)
def test_the_node_imports_our_list_and_its_own_is_the_same_wallet(node: Node, kind: str) -> None:
    wallet = wallets.wallet(kind)
    name = f"export {KINDS.index(kind)}"
    node.call("createwallet", name, True, True)
    requests = json.loads(core.write(wallet))
    answers = node.call("importdescriptors", requests, wallet=name)
    assert [answer["success"] for answer in answers] == [True, True], answers
    assert [derived(node, request["desc"]) for request in requests] == wallets.addresses(kind)
    listed = node.call("listdescriptors", wallet=name)
    imported = recognise(as_json(listed))
    assert imported.name == name
    assert imported.register("treasury", REGTEST) == wallet
    for branch in (0, 1):
        (first, *_others) = wallets.addresses(kind)[branch]
        assert node.call("getaddressinfo", first, wallet=name)["ismine"]


@pytest.mark.parametrize(("target", "kind"), [pair for pair in PAIRS if pair[0] in ("sparrow", "specter")])
def test_the_descriptors_of_other_exports_are_the_nodes_too(node: Node, target: str, kind: str) -> None:
    written = WRITTEN[target](wallets.wallet(kind)).decode()
    if target == "specter":
        assert derived(node, json.loads(written)["descriptor"]) == wallets.addresses(kind)[0]
        return
    both, receive, change = (line for line in written.split("\n") if line and not line.startswith("#"))
    assert [derived(node, receive), derived(node, change)] == wallets.addresses(kind)
    assert node.call("deriveaddresses", both, [0, COMPARED - 1]) == wallets.addresses(kind)


def test_each_account_of_a_wallet_that_the_node_made_is_read_by_its_name(node: Node) -> None:
    node.call("createwallet", "made by the node")
    listed = node.call("listdescriptors", wallet="made by the node")
    with pytest.raises(Usage, match="several") as refusal:
        recognise(as_json(listed))
    assert ", ".join(ACCOUNTS) in refusal.value.hint
    for account, kind in ACCOUNTS.items():
        wallet = recognise(as_json(listed), account).register("node", REGTEST)
        given = [
            node.call(call, *arguments, wallet="made by the node")
            for call, arguments in (("getnewaddress", ("", kind)), ("getrawchangeaddress", (kind,)))
        ]
        assert given == [wallet.address(0, 0), wallet.address(1, 0)]


def test_the_nodes_list_with_private_keys_is_refused(node: Node) -> None:
    node.call("createwallet", "with its keys")
    listed = node.call("listdescriptors", True, wallet="with its keys")
    assert "tprv" in as_json(listed).decode()
    for account in (None, "bip84"):
        with pytest.raises(Unreadable) as refusal:
            recognise(as_json(listed), account)
        assert refusal.value.code == "private-key"
    with pytest.raises(Unreadable) as refusal:
        core.read(as_json(listed), "bip84")
    assert refusal.value.code == "private-key"

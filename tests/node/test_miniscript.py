"""Miniscripts before a node: it finds the same ones sane, gives the same addresses, and takes our witnesses."""

from decimal import Decimal
from random import Random

import pytest

from custody.chains.bitcoin.consensus.taproot import NUMS_KEY
from custody.chains.bitcoin.consensus.timelocks import Timing
from custody.chains.bitcoin.consensus.transaction import OutPoint, Transaction
from custody.chains.bitcoin.miniscript import Context, check_sane, parse, satisfy
from custody.errors import Unreadable
from tests.chains.bitcoin.miniscript.miniscripts import (
    PLAIN,
    PREIMAGES,
    TEMPLATES,
    Grower,
    Spend,
    grown,
    holds,
    sane,
    script_pubkey,
)
from tests.node.node import Node, RpcFailed

pytestmark = pytest.mark.node

CANDIDATES = 250
SPENT = 40
TEMPLATES_OF = {Context.P2WSH: TEMPLATES, Context.TAPSCRIPT: PLAIN}
"""The node takes no conditionals in leaves; others do, and btclib's engine runs them."""


def descriptor(text: str, context: Context) -> str:
    return f"wsh({text})" if context is Context.P2WSH else f"tr({NUMS_KEY.hex()},{text})"


def accepts(node: Node, text: str) -> bool:
    try:
        node.call("getdescriptorinfo", text)
    except RpcFailed:
        return False
    return True


def is_sane(text: str, context: Context) -> bool:
    try:
        check_sane(parse(text, context, str))
    except Unreadable:
        return False
    return True


def candidates(context: Context) -> list[str]:
    """Texts whose parts are valid, and scripts that are, which may both be useless."""
    texts = []
    for seed in range(CANDIDATES):
        try:
            texts.append(Grower(Random(seed), context, TEMPLATES_OF[context]).candidate(2))
        except IndexError:  # more keys than there are
            texts.append(grown(seed, context, TEMPLATES_OF[context]))
    return texts


@pytest.mark.parametrize("context", Context)
def test_the_node_finds_the_same_scripts_sane(node: Node, context: Context) -> None:
    answers = []
    for text in candidates(context):
        answers.append(accepts(node, descriptor(text, context)))
        assert is_sane(text, context) is answers[-1], text
    assert min(answers.count(True), answers.count(False)) > CANDIDATES // 5


@pytest.mark.parametrize("context", Context)
def test_the_node_gives_the_same_scripts(node: Node, context: Context) -> None:
    for seed in range(100):
        script = sane(seed, context, TEMPLATES_OF[context])
        checked = node.call("getdescriptorinfo", descriptor(script.text(str), context))["descriptor"]
        (address,) = node.call("deriveaddresses", checked)
        assert node.call("validateaddress", address)["scriptPubKey"] == script_pubkey(script).hex()


@pytest.mark.parametrize("context", Context)
def test_the_node_takes_our_witnesses(node: Node, context: Context) -> None:
    scripts = [sane(seed, context, TEMPLATES_OF[context]) for seed in range(SPENT)]
    addresses = {
        node.call("decodescript", script_pubkey(script).hex())["address"]: Decimal("0.001") for script in scripts
    }
    txid = node.call("sendmany", "", {to: str(amount) for to, amount in addresses.items()}, wallet="purse")
    node.mine(10)
    paid = Transaction.parse(bytes.fromhex(node.call("gettransaction", txid, wallet="purse")["hex"]))
    places = {output.script: number for number, output in enumerate(paid.outputs)}
    timing = Timing(2, 9, 100)  # ten blocks old, and the chain is higher than 100
    taken = 0
    for script in scripts:
        coin = OutPoint(bytes.fromhex(txid)[::-1], places[script_pubkey(script)])
        spend = Spend.of(script, timing, coin, 100_000)
        signed = spend.sign(script.keys())
        witness = satisfy(
            script,
            signatures=signed,
            timing=timing,
            key_bytes=bytes.fromhex,
            preimages=PREIMAGES,
        )
        assert (witness is not None) is holds(script, script.keys(), timing, PREIMAGES)
        if witness is not None:
            node.accept(spend.with_witness(witness).serialize().hex())
            taken += 1
    assert taken > SPENT // 2

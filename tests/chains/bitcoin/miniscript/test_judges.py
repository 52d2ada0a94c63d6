"""Random miniscripts before judges that are not ours: their scripts, and whether our witnesses really spend."""

from io import BytesIO
from random import Random

import bdkpython
import pytest
import wallycore
from btclib.exceptions import BTClibValueError
from embit.descriptor.miniscript import Miniscript

from custody.chains.bitcoin.consensus.taproot import NUMS_KEY
from custody.chains.bitcoin.consensus.timelocks import Timing
from custody.chains.bitcoin.consensus.transaction import Transaction
from custody.chains.bitcoin.miniscript import (
    Context,
    Node,
    check_sane,
    largest_satisfaction_size,
    parse,
    satisfy,
    stack_items,
)
from tests.chains.bitcoin.miniscript.miniscripts import PREIMAGES, Spend, grown, holds, sane, script_pubkey
from tests.referees.judges import verify

SCRIPTS = 150
SPENT = 40
SEQUENCES = (0, 1, 5, 200, 0x400001, 0x40FFFF, 0xFFFFFFFD, 0xFFFFFFFF)
LOCKTIMES = (0, 60, 200, 600_000, 500_000_001, 1_600_000_000)


@pytest.mark.parametrize("context", Context)
def test_embit_writes_the_same_scripts(context: Context) -> None:
    for seed in range(SCRIPTS):
        text = grown(seed, context)
        judge = Miniscript.read_from(BytesIO(text.encode()), taproot=context is Context.TAPSCRIPT)
        judge.verify()
        assert judge.compile() == parse(text, context, str).script(bytes.fromhex), text


def test_libwally_writes_the_same_scripts() -> None:
    judged = 0
    for seed in range(SCRIPTS):
        node = sane(seed, Context.P2WSH)
        try:
            judge = wallycore.descriptor_parse(f"wsh({node.text(str)})", None, 0, 0)
            script = bytes(wallycore.descriptor_to_script(judge, 0, 0, 0, 0, 0, 0))
        except ValueError:  # it has limits of its own, on n: and t:or_c among others
            continue
        assert script == script_pubkey(node)
        judged += 1
    assert judged >= SCRIPTS * 9 // 10


@pytest.mark.parametrize("context", Context)
def test_bdk_finds_the_same_scripts_sane_and_their_addresses(context: Context) -> None:
    judged = 0
    for seed in range(SCRIPTS):
        node = sane(seed, context)
        text = node.text(str)
        if context is Context.TAPSCRIPT and "d" in {each.fragment.value for each in node.walk()}:
            continue  # BIP-379 gives d: the property u there, rust-miniscript does not
        whole = f"wsh({text})" if context is Context.P2WSH else f"tr({NUMS_KEY.hex()},{text})"
        judge = bdkpython.Descriptor(whole, bdkpython.NetworkKind.TEST)
        judge.sanity_check()
        address = judge.derive_address(0, bdkpython.Network.REGTEST)
        assert bytes(address.script_pubkey().to_bytes()) == script_pubkey(node), text
        judged += 1
    assert judged >= SCRIPTS * 9 // 10


@pytest.mark.parametrize("context", Context)
def test_a_witness_is_made_exactly_where_the_policy_is_met_and_it_spends(context: Context) -> None:
    made = refused = 0
    for seed in range(SPENT):
        random = Random(seed)
        node = sane(seed, context)
        keys = node.keys()
        for _each in range(4):
            signing = [key for key in keys if random.random() < 0.7]
            known = [preimage for preimage in PREIMAGES if random.random() < 0.7]
            timing = Timing(random.choice((1, 2, 2, 2)), random.choice(SEQUENCES), random.choice(LOCKTIMES))
            spend = Spend.of(node, timing)
            witness = satisfy(
                node,
                signatures=spend.sign(signing),
                timing=timing,
                key_bytes=bytes.fromhex,
                preimages=known,
            )
            assert (witness is not None) is holds(node, signing, timing, known), node.text(str)
            if witness is None:
                refused += 1
                continue
            made += 1
            assert sum(1 + len(item) for item in witness) <= (largest_satisfaction_size(node) or 0)
            assert len(witness) <= (stack_items(node) or 0)
            run(spend, spend.with_witness(witness))
    assert min(made, refused) > SPENT


@pytest.mark.parametrize("context", Context)
def test_the_engine_refuses_a_witness_at_another_time(context: Context) -> None:
    for text, open_at, closed_at in (
        ("and_v(v:pk({}),older(5))", Timing(2, 5, 0), Timing(2, 4, 0)),
        ("and_v(v:pk({}),after(100))", Timing(2, 0, 100), Timing(2, 0, 99)),
        ("and_v(v:pk({}),after(100))", Timing(2, 0, 100), Timing(2, 0xFFFFFFFF, 100)),
        ("and_v(v:pk({}),older(4194309))", Timing(2, 4194309, 0), Timing(2, 9, 0)),
    ):
        key = sane(0, context).keys()[0]
        node = parse(text.format(key), context, str)
        check_sane(node)
        early, late = Spend.of(node, closed_at), Spend.of(node, open_at)
        assert satisfied(node, early, closed_at, key) is None
        witness = satisfied(node, late, open_at, key)
        assert witness is not None
        run(late, late.with_witness(witness))
        forced = satisfied(node, early, open_at, key)  # signed for the early transaction, as if it were late
        assert forced is not None
        with pytest.raises(BTClibValueError):
            run(early, early.with_witness(forced))


def satisfied(node: Node[str], spend: Spend, timing: Timing, key: str) -> tuple[bytes, ...] | None:
    return satisfy(node, signatures=spend.sign([key]), timing=timing, key_bytes=bytes.fromhex)


def run(spend: Spend, transaction: Transaction) -> None:
    """Run the script in btclib's engine."""
    verify(transaction.serialize(), [spend.spent.serialize()])

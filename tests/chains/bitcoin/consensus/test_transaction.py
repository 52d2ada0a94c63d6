"""Transactions: read and written as the network does, agreeing with implementations that are not ours."""

import pytest
import wallycore
from btclib.tx.tx import Tx
from hypothesis import given, settings
from hypothesis import strategies as st

from custody.chains.bitcoin.consensus.transaction import OutPoint, Transaction, TxInput, TxOutput
from custody.errors import CustodyError, Unreadable
from tests.support.effort import growth, operations

# The first transaction of all, block 0.
GENESIS = bytes.fromhex(
    "01000000010000000000000000000000000000000000000000000000000000000000000000ffffffff4d04ffff001d0104455468652054696d"
    "65732030332f4a616e2f32303039204368616e63656c6c6f72206f6e206272696e6b206f66207365636f6e64206261696c6f757420666f7220"
    "62616e6b73ffffffff0100f2052a01000000434104678afdb0fe5548271967f1a67130b7105cd6a828e03909a67962e0ea1f61deb649f6bc3f"
    "4cef38c4f35504e51ec112de5c384df7ba0b8d578a4c702b6bf11d5fac00000000"
)
TXID = bytes(range(32))


def sample(*, witness: tuple[bytes, ...] = (b"sig", b"key"), script_sig: bytes = b"") -> Transaction:
    return Transaction(
        version=2,
        inputs=(TxInput(OutPoint(TXID, 1), script_sig, 0xFFFFFFFD, witness), TxInput(OutPoint(TXID, 2), b"", 0)),
        outputs=(TxOutput(50_000, b"\x00\x14" + bytes(20)), TxOutput(0, b"\x6a")),
        locktime=800_000,
    )


def test_the_first_transaction_has_its_name_and_size() -> None:
    genesis = Transaction.parse(GENESIS)
    assert genesis.serialize() == GENESIS
    assert genesis.txid_hex == "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b"
    assert genesis.txid[::-1].hex() == genesis.txid_hex
    assert (genesis.outputs[0].amount, genesis.virtual_size, genesis.weight) == (5_000_000_000, 204, 816)


def test_an_outpoint_reads_as_people_write_it() -> None:
    assert str(OutPoint(TXID, 7)) == TXID[::-1].hex() + ":7"


def test_a_witness_changes_size_and_not_the_name() -> None:
    bare, signed = sample(witness=()), sample()
    assert signed.txid == bare.txid
    assert signed.serialize(witness=False) == bare.serialize()
    assert signed.weight > bare.weight == 4 * len(bare.serialize())
    assert Transaction.parse(signed.serialize()) == signed


@pytest.mark.parametrize("amount", [-1, -(2**63), 2**63 - 1, 2_100_000_000_000_001])
def test_an_impossible_amount_stays_readable(amount: int) -> None:
    odd = Transaction(2, sample().inputs, (TxOutput(amount, b""),), 0)
    assert Transaction.parse(odd.serialize()).outputs[0].amount == amount


def test_the_version_is_signed() -> None:
    odd = Transaction(-1, sample().inputs, sample().outputs, 0)
    assert Transaction.parse(odd.serialize()) == odd


def without_witness(transaction: Transaction) -> bytes:
    return transaction.serialize(witness=False)


@pytest.mark.parametrize(
    ("defect", "data"),
    [
        ("empty", b""),
        ("trailing byte", GENESIS + b"\x00"),
        ("no lock time", GENESIS[:-4]),
        ("no inputs", bytes.fromhex("02000000000100000000000000000000000000")),
        ("no inputs and no outputs", bytes.fromhex("02000000000000000000")),
        ("unknown flag", sample().serialize()[:5] + b"\x02" + sample().serialize()[6:]),
        ("marker without flag", bytes.fromhex("0200000000")),
        (
            "marker, and witnesses all empty",
            b"\x02\0\0\0\x00\x01" + without_witness(sample())[4:-4] + b"\0\0" + bytes(4),
        ),
        ("long compact size", bytes.fromhex("02000000fd0100") + GENESIS[5:]),
        ("2**64 - 1 inputs", bytes.fromhex("02000000ffffffffffffffffff") + bytes(200)),
        ("more outputs than bytes", without_witness(sample())[:87] + b"\xfe\xff\xff\xff\x7f" + bytes(100)),
        ("script longer than the rest", GENESIS.replace(b"\x4d\x04\xff", b"\xfd\x4d\x14")),
        ("more witness items than bytes", sample().serialize()[:-4] + b"\xfe\xff\xff\xff\x7f" + bytes(4)),
    ],
)
def test_a_malformed_transaction_is_unreadable(defect: str, data: bytes) -> None:
    with pytest.raises(Unreadable, match="the draft cannot be read at byte"):
        Transaction.parse(data, what="the draft")


def test_truncation_at_every_length_is_unreadable() -> None:
    whole = sample().serialize()
    for length in range(len(whole)):
        with pytest.raises(Unreadable):
            Transaction.parse(whole[:length])


def test_an_unsigned_transaction_has_no_scriptsig_and_no_witness() -> None:
    bare = sample(witness=())
    assert Transaction.parse(bare.serialize(), unsigned=True) == bare
    with pytest.raises(Unreadable, match="carries a scriptSig"):
        Transaction.parse(sample(witness=(), script_sig=b"\x51").serialize(), unsigned=True)
    with pytest.raises(Unreadable):
        Transaction.parse(sample().serialize(), unsigned=True)


def test_an_unsigned_transaction_may_be_empty() -> None:
    empty = bytes.fromhex("02000000000000000000")
    assert Transaction.parse(empty, unsigned=True).serialize() == empty


def test_inputs_and_outputs_are_limited_together() -> None:
    data = sample(witness=()).serialize()
    assert Transaction.parse(data, unsigned=True, limit=4).outputs
    for limit in (1, 3):
        with pytest.raises(Unreadable, match="more than the limit"):
            Transaction.parse(data, unsigned=True, limit=limit)


def test_what_no_block_holds_is_refused_unread() -> None:
    large = Transaction(2, sample().inputs, (TxOutput(0, bytes(4_000_000)),), 0)
    with pytest.raises(Unreadable, match="more than a block holds"):
        Transaction.parse(large.serialize())


def test_reading_is_linear() -> None:
    def of_outputs(count: int) -> bytes:
        return Transaction(2, sample().inputs, (TxOutput(1, b"\x51"),) * count, 0).serialize()

    few, many = of_outputs(2_500), of_outputs(20_000)
    assert operations(lambda: Transaction.parse(many)) < 10 * operations(lambda: Transaction.parse(few))
    assert operations(lambda: Transaction.parse(many)) < 20_000 * 100
    few, many = of_outputs(37_500), of_outputs(300_000)
    assert len(Transaction.parse(many).outputs) == 300_000
    assert growth(lambda: Transaction.parse(few), lambda: Transaction.parse(many), 2) < 24


short = st.binary(max_size=20)
transactions = st.builds(
    Transaction,
    version=st.integers(0, 2**31 - 1),
    inputs=st.lists(
        st.builds(
            TxInput,
            st.builds(OutPoint, st.binary(min_size=32, max_size=32), st.integers(0, 2**32 - 2)),
            short,
            st.integers(0, 2**32 - 1),
            st.lists(short, max_size=3).map(tuple),
        ),
        min_size=1,
        max_size=4,
    ).map(tuple),
    outputs=st.lists(st.builds(TxOutput, st.integers(0, 21 * 10**14), short), min_size=1, max_size=4).map(tuple),
    locktime=st.integers(0, 2**32 - 1),
)


@given(transactions)
def test_any_transaction_comes_back_as_it_went(transaction: Transaction) -> None:
    assert Transaction.parse(transaction.serialize()) == transaction


@settings(max_examples=50, deadline=None)
@given(transactions)
def test_name_weight_and_size_agree_with_two_other_implementations(transaction: Transaction) -> None:
    written = transaction.serialize()
    wally = wallycore.tx_from_bytes(written, wallycore.WALLY_TX_FLAG_USE_WITNESS)
    assert bytes(wallycore.tx_get_txid(wally)) == transaction.txid
    assert wallycore.tx_get_weight(wally) == transaction.weight
    assert wallycore.tx_get_vsize(wally) == transaction.virtual_size
    btclib = Tx.parse(written, check_validity=False)
    assert btclib.id.hex() == transaction.txid_hex
    assert (btclib.weight, btclib.vsize) == (transaction.weight, transaction.virtual_size)


@given(st.binary(max_size=120))
def test_any_bytes_are_a_transaction_or_unreadable(data: bytes) -> None:
    try:
        transaction = Transaction.parse(data)
    except CustodyError:
        return
    assert transaction.serialize() == data


@given(st.integers(0, 200), st.binary(max_size=3))
def test_a_changed_transaction_is_another_one_or_unreadable(position: int, replacement: bytes) -> None:
    data = sample().serialize()
    changed = data[:position] + replacement + data[position + len(replacement) :]
    for unsigned in (False, True):
        try:
            transaction = Transaction.parse(changed, unsigned=unsigned)
        except CustodyError:
            continue
        assert transaction.serialize(witness=not unsigned) == changed

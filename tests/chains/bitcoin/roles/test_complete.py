"""Completing: a previous transaction is proven by its txid, agrees with the file, and is all that is added."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from custody.chains.bitcoin.consensus.transaction import Transaction
from custody.chains.bitcoin.psbt import Psbt
from custody.chains.bitcoin.review.review import review
from custody.chains.bitcoin.roles import Completed, PreviousTransaction, complete
from custody.errors import Alarm, Mismatch, Refused
from custody.signing import Verdict
from tests.chains.bitcoin.roles.cosigners import changed, fields, having, request, signed_by, source, wallets, without
from tests.support import desk


def previous(kind: str, count: int = 2) -> list[PreviousTransaction]:
    """The transactions that made the coins."""
    made = [Transaction.parse(coin.previous) for coin in desk.coins(desk.wallet(kind), count)]
    return [PreviousTransaction(f"{number}.tx", each) for number, each in enumerate(made)]


def bare(document: bytes, *numbers: int) -> bytes:
    """A file without the previous transactions of some inputs, as it comes from a QR code."""
    for number in numbers:
        document = changed(document, 1 + number, without(0x00))
    return document


def done(document: bytes, given: Sequence[PreviousTransaction]) -> Completed:
    return complete(source(document), given)


@pytest.mark.parametrize("version", [0, 2])
@pytest.mark.parametrize("kind", [kind for kind in desk.KINDS if kind != "tr"])
def test_what_was_left_out_is_put_back_and_the_review_accepts(kind: str, version: int) -> None:
    whole = request(kind, version)
    document = bare(whole, 0, 1)
    assert review(document, wallets(kind)).review.verdict is Verdict.REFUSE
    made = done(document, previous(kind))
    assert (made.added, made.missing) == ((0, 1), ())
    assert fields(made.psbt) == fields(Psbt.parse(whole))
    assert review(made.psbt.serialize(), wallets(kind)).review.verdict is Verdict.ACCEPT


@pytest.mark.parametrize("kind", ["wpkh", "wsh(sortedmulti)"])
def test_everything_else_stays_in_its_place(kind: str) -> None:
    document = bare(signed_by("A", kind), 0)
    before, after = Psbt.parse(document), done(document, previous(kind)[:1]).psbt
    assert (after.header, after.outputs, after.inputs[1]) == (before.header, before.outputs, before.inputs[1])
    assert after.inputs[0].pairs[:-1] == before.inputs[0].pairs
    assert after.inputs[0].pairs[-1] == (b"\x00", previous(kind)[0].transaction.serialize())


def test_what_is_still_missing_is_said() -> None:
    document = bare(request("wpkh", count=3), 0, 1, 2)
    made = done(document, previous("wpkh", 3)[1:2])
    assert (made.added, made.missing) == ((1,), (0, 2))


def test_taproot_inputs_alone_miss_nothing() -> None:
    made = done(request("tr"), previous("tr")[:1])
    assert (made.added, made.missing) == ((0,), ())


def test_one_transaction_serves_every_input_that_spends_it() -> None:
    first = desk.coins(desk.wallet("wpkh"), 1)[0]
    coins = [first, replace(first, vout=0)]
    document = desk.psbt(desk.wallet("wpkh"), coins, [], 500, 0)
    stranger = Transaction.parse(first.previous).outputs[0]
    document = changed(bare(document, 0, 1), 2, having(b"\x01", stranger.serialize()))
    assert done(document, previous("wpkh", 1)).added == (0, 1)


def test_a_transaction_that_is_there_is_kept_and_one_given_twice_added_once() -> None:
    document = bare(request("wpkh"), 1)
    given = previous("wpkh")
    witnessed = replace(given[0].transaction, inputs=(replace(given[0].transaction.inputs[0], witness=(b"w",)),))
    made = done(document, [replace(given[0], transaction=witnessed), *given[1:], *given])
    assert made.added == (1,)
    assert made.psbt.inputs[0] == Psbt.parse(document).inputs[0]


def test_the_witnesses_of_a_previous_transaction_are_kept() -> None:
    given = previous("wpkh")[0]
    witnessed = replace(given.transaction, inputs=(replace(given.transaction.inputs[0], witness=(b"w", b"")),))
    made = done(bare(request("wpkh"), 0), [replace(given, transaction=witnessed)])
    assert made.psbt.inputs[0].non_witness_utxo == witnessed


@pytest.mark.parametrize("change", ["output", "locktime", "stranger"])
def test_a_transaction_that_no_input_names_is_refused_by_name(change: str) -> None:
    given = previous("wpkh")[0]
    made = given.transaction
    other = {
        "output": replace(made, outputs=(replace(made.outputs[0], amount=1), made.outputs[1])),
        "locktime": replace(made, locktime=1),
        "stranger": previous("pkh")[0].transaction,
    }[change]
    with pytest.raises(Mismatch, match=rf"0\.tx: .*{other.txid_hex}"):
        done(bare(request("wpkh"), 0), [PreviousTransaction("0.tx", other)])


def test_an_output_that_does_not_exist_is_refused() -> None:
    coin = replace(desk.coins(desk.wallet("wpkh"), 1)[0], vout=2)
    document = desk.psbt(desk.wallet("wpkh"), [coin], [], 500, 0)
    for each in (document, bare(document, 0)):
        with pytest.raises(Mismatch) as refusal:
            done(each, previous("wpkh", 1))
        assert refusal.value.code == "no-such-output"


@pytest.mark.parametrize("version", [0, 2])
@pytest.mark.parametrize("what", ["amount", "script"])
def test_an_amount_or_script_stated_falsely_is_an_alarm(what: str, version: int) -> None:
    coin = desk.coins(desk.wallet("wpkh"), 2)[0]
    false = {
        "amount": desk.output(coin.amount - 1, coin.script),
        "script": desk.output(coin.amount, b"\x00\x14" + bytes(20)),
    }[what]
    document = changed(bare(request("wpkh", version), 0), 1, having(b"\x01", false))
    with pytest.raises(Alarm) as alarm:
        done(document, previous("wpkh"))
    assert alarm.value.code == "coin-contradiction"
    assert "0.tx" in alarm.value.message


def test_another_previous_transaction_in_the_file_is_an_alarm() -> None:
    false = changed(request("wpkh"), 1, having(b"\x00", desk.coins(desk.wallet("wpkh"), 2)[1].previous))
    for given, named in ((previous("wpkh"), "0.tx"), (previous("wpkh")[1:], "BTC-PREVTX-MISMATCH")):
        with pytest.raises(Alarm, match=named) as alarm:
            done(false, given)
        assert alarm.value.code == "coin-contradiction"


def test_a_file_does_not_grow_over_the_limit() -> None:
    made = previous("wpkh", 1)[0].transaction
    large = replace(made, outputs=(*made.outputs, *[replace(made.outputs[0], script=bytes(9_000))] * 400))
    document = thrice(large)
    with pytest.raises(Refused) as refusal:
        done(document, [PreviousTransaction("large", large)])
    assert refusal.value.code == "too-large"


def thrice(made: Transaction) -> bytes:
    """A request that spends three outputs of one transaction and carries it nowhere."""
    spent = [(made.txid, vout, desk.RBF) for vout in (0, 1, 2)]
    bare_transaction = desk.transaction(spent, [desk.output(1_000, made.outputs[1].script)])
    return b"psbt\xff" + desk.psbt_map([(b"\x00", bare_transaction)]) + b"\x00" * 4

"""Random honest transactions as other wallets write them: none is refused, and referees agree with every number.

Wallets differ in what they put beside a transaction: both UTXO fields or one, scripts or none, a declared sighash,
account keys, notes of their own, fields in any order. A seed makes each case; it is the test's parameter.
"""

from random import Random

import pytest
from btclib.tx.tx import Tx

from custody.chains.bitcoin.consensus.network import network
from custody.chains.bitcoin.consensus.transaction import Transaction
from custody.chains.bitcoin.review.review import review
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.keys import signer
from custody.keys.hd import MasterKey
from custody.keys.phrases import mnemonic
from custody.signing import Approval, Verdict
from tests.referees import judges
from tests.support import desk

KINDS = tuple(desk.KINDS)
USED_TO = 500
UNSPENT = (50_000, 1_000_000, 10**8, 10**11, 10**14)
HEADS = {
    "p2pkh": (b"\x76\xa9\x14", 20, b"\x88\xac"),
    "p2sh": (b"\xa9\x14", 20, b"\x87"),
    "p2wpkh": (b"\x00\x14", 20, b""),
    "p2wsh": (b"\x00\x20", 32, b""),
}


def stranger(chance: Random) -> bytes:
    """A script of somebody else, of any ordinary kind."""
    if chance.random() < 0.2:
        return b"\x51\x20" + desk.root("C").derive([chance.randrange(1 << 30)]).to_public().xonly()
    head, size, tail = chance.choice(list(HEADS.values()))
    return head + chance.randbytes(size) + tail


def coin(chance: Random, owner: desk.Wallet, size: int) -> tuple[desk.Coin, bytes]:
    """A coin somewhere in the wallet and the txid that made it, now and then by a transaction with witnesses."""
    branch, index, number = chance.choice((0, 0, 1)), chance.randrange(USED_TO + 200), chance.randrange(4)
    outputs = [desk.output(chance.randrange(1, 10**6), stranger(chance)) for _each in range(4)]
    amount = size + chance.randrange(size)
    outputs[number] = desk.output(amount, owner.script(branch, index))
    bare = desk.transaction([(chance.randbytes(32), chance.randrange(5), desk.RBF)], outputs, chance.randrange(1_000))
    witness = b"\x02" + desk.sized(chance.randbytes(71)) + desk.sized(chance.randbytes(33))
    with_witness = bare[:4] + b"\x00\x01" + bare[4:-4] + witness + bare[-4:]
    previous = chance.choice((bare, with_witness))
    return desk.Coin(branch, index, amount, owner.script(branch, index), previous, number), desk.txid(bare)


def said_of_a_coin(chance: Random, owner: desk.Wallet, spent: desk.Coin) -> list[desk.Pair]:
    """What one of many wallets says of a coin; the scripts stay, because the referees need them to finalise."""
    fields = dict(desk.input_pairs(owner, spent))
    if b"\x01" in fields and chance.random() < 0.4:
        fields[b"\x00"] = spent.previous
    if b"\x00" in fields and b"\x01" in fields and chance.random() < 0.4:
        del fields[b"\x01"]
    if chance.random() < 0.3:
        fields[b"\x03"] = chance.choice((0, 1) if owner.kind == "tr" else (1,)).to_bytes(4, "little")
    if chance.random() < 0.2:
        fields[b"\xfc\x05cider" + bytes([chance.randrange(5)])] = chance.randbytes(9)
    return list(fields.items())


def shuffled(chance: Random, pairs: list[desk.Pair]) -> bytes:
    """A map with its fields in any order."""
    chance.shuffle(pairs)
    return b"".join(desk.sized(key) + desk.sized(value) for key, value in pairs) + b"\x00"


def outputs_of(chance: Random, owner: desk.Wallet, rest: int) -> list[tuple[bytes, int, list[desk.Pair]]]:
    """Payments, change in up to two pieces with or without its scripts, and sometimes data."""
    count, pieces = chance.choice((1, 1, 2, 20)), chance.choice((0, 1, 1, 2))
    paid = [(stranger(chance), rest // (2 * count), []) for _each in range(count)]
    rest -= sum(amount for _script, amount, _pairs in paid)
    for piece in range(pieces):
        branch, index = chance.choice((1, 1, 0)), chance.randrange(USED_TO + 200)
        pairs = desk.change_pairs(owner, branch, index)
        if chance.random() < 0.3:
            pairs = [pair for pair in pairs if pair[0] not in (b"\x00", b"\x01", b"\x05")]
        amount = rest if piece == pieces - 1 else rest // 2
        rest -= amount
        paid.append((owner.script(branch, index), amount, pairs))
    if rest:
        script, amount, pairs = paid[0]
        paid[0] = (script, amount + rest, pairs)
    if chance.random() < 0.3:
        paid.append((b"\x6a" + desk.sized(chance.randbytes(chance.choice((2, 20, 75)))), 0, []))
    chance.shuffle(paid)
    return paid


@pytest.mark.parametrize("seed", range(70))
def test_an_honest_mixture_is_accepted_signed_and_agreed_on(seed: int) -> None:
    chance = Random(seed)
    owner, version = desk.wallet(KINDS[seed % 7]), seed // 7 % 2 * 2
    made = [coin(chance, owner, chance.choice(UNSPENT)) for _each in range(chance.choice((1, 2, 5)))]
    total = sum(spent.amount for spent, _txid in made)
    fee = min(300 * len(made), total // 200)
    sequence, locktime = chance.choice((desk.FINAL, desk.RBF, 0xFFFFFFFE, 0)), chance.choice((0, 166, 850_000))
    paid = outputs_of(chance, owner, total - fee)
    inputs = [said_of_a_coin(chance, owner, spent) for spent, _txid in made]
    fields = [pairs for _script, _amount, pairs in paid]
    outpoints = [(txid, spent.vout, sequence) for spent, txid in made]
    unsigned = desk.transaction(outpoints, [desk.output(amount, script) for script, amount, _pairs in paid], locktime)
    if version == 0:
        heads = [(b"\x00", unsigned)]
    else:
        numbers = {b"\x02": 2, b"\x03": locktime, b"\xfb": 2}
        heads = [(key, number.to_bytes(4, "little")) for key, number in numbers.items()]
        heads += [(b"\x04", desk.compact_size(len(made))), (b"\x05", desk.compact_size(len(paid)))]
        for pairs, (txid, number, _sequence) in zip(inputs, outpoints, strict=True):
            pairs += [(b"\x0e", txid), (b"\x0f", number.to_bytes(4, "little"))]
            pairs.append((b"\x10", sequence.to_bytes(4, "little")))
        for pairs, (script, amount, _pairs) in zip(fields, paid, strict=True):
            pairs += [(b"\x03", amount.to_bytes(8, "little")), (b"\x04", script)]
    psbt = b"psbt\xff" + b"".join(shuffled(chance, pairs) for pairs in [heads, *inputs, *fields])

    wallet = Wallet.register("treasury", [owner.descriptor], network("regtest"), USED_TO)
    found = review(psbt, (wallet,)).review
    assert found.verdict is Verdict.ACCEPT, found.findings
    assert (found.fee.atoms, found.fee.proven) == (fee, True)
    sums = [sum(each.atoms for each in part) for part in (found.payments, found.change, found.burned)]
    assert sum(coin.atoms or 0 for coin in found.inputs) == total == sum(sums) + fee

    for who in owner.signers:
        reviewed = review(psbt, (wallet,))
        key = MasterKey.from_seed(mnemonic.seed(mnemonic.entropy_of(desk.PHRASES[who])))
        approval = Approval(reviewed.review.commitment, by="a test")
        psbt = reviewed.attach([signer.sign(key, task, approval) for task in reviewed.tasks(approval, key.fingerprint)])
    final = [judges.wally(psbt)] + ([judges.bdk(psbt)] if version == 0 else [])
    for transaction in final:
        judges.verify(transaction, [spent.utxo for spent, _txid in made])
        read = Tx.parse(transaction)
        assert read.id.hex() == Transaction.parse(transaction).txid_hex
        assert [(bytes(each.prev_out.tx_id)[::-1], each.prev_out.vout, each.sequence) for each in read.vin] == outpoints
        assert [(bytes(each.script_pub_key.script), each.value) for each in read.vout] == [each[:2] for each in paid]
        assert abs(float(found.fee.rate or 0) - fee / read.vsize) < 0.06 + 0.02 * fee / read.vsize

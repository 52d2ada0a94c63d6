"""A thousand random honest transactions over every kind of script: others say the same of each, and none is refused.

A seed makes each: coins anywhere in the wallet, payments to every kind of address, change or none, data, transfers to
another wallet of ours, lock times, sequence numbers, both versions of PSBT. Then

- txid, amounts and fee are what embit and libwally read from the same bytes, and bdk where it reads the version;
- each of our ECDSA signatures is, byte for byte, the one that embit makes with the same key;
- with everybody's signatures libwally finalises it, and bdk the same where it reads the version, and btclib's engine
  runs every script and verifies every signature, those of taproot too.
"""

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from random import Random

import bdkpython
import pytest
import wallycore
from btclib.tx.tx import Tx
from embit.psbt import PSBT, InputScope

from custody.chains.bitcoin.review.review import ReviewedPsbt, review
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.keys import signer
from custody.keys.hd import MasterKey
from custody.keys.phrases import mnemonic
from custody.signing import Approval, Severity, Signature, SignatureScheme, Verdict
from tests.chains.bitcoin.review.drafts import registered
from tests.referees import judges
from tests.support import desk

pytestmark = pytest.mark.referee

TRANSACTIONS, CHUNKS = 1_000, 20
SEED = 20_261_123
USED_TO = 500
NATIVE = ("wpkh", "wsh(sortedmulti)", "tr")
"""Kinds whose signatures leave the txid as it is."""

AGES = (144, (1 << 22) + 10)
SEQUENCES = (desk.FINAL, desk.FINAL, 0xFFFFFFFE, 1 << 22, *AGES)
"""144 blocks and 10 times 512 seconds (BIP-68), and numbers that ask for no age.

Not 0, which embit takes for 0xffffffff; tests/chains/bitcoin/review/test_honest_mixtures.py has it, with other judges.
"""

HEADS = (
    (b"\x76\xa9\x14", 20, b"\x88\xac"),
    (b"\xa9\x14", 20, b"\x87"),
    (b"\x00\x14", 20, b""),
    (b"\x00\x20", 32, b""),
)
"""P2PKH, P2SH, P2WPKH and P2WSH around a hash; P2TR needs a point."""


@dataclass(frozen=True)
class Place:
    """An address of a test wallet."""

    branch: int
    index: int
    script: bytes


@dataclass(frozen=True)
class Honest:
    """An honest transaction: the PSBT, and what its maker knows about it."""

    kind: str
    psbt: bytes
    version: int
    unsigned: bytes
    coins: tuple[desk.Coin, ...]
    outpoints: tuple[tuple[bytes, int, int], ...]
    paid: tuple[tuple[bytes, int, str], ...]
    fee: int
    warned: frozenset[str]

    @property
    def txid(self) -> str:
        """As people write it."""
        return desk.txid(self.unsigned)[::-1].hex()


@cache
def places(kind: str) -> tuple[Place, ...]:
    """A dozen addresses all over a wallet: the first, the last before the gap, and some between, on both branches."""
    owner, chance = desk.wallet(kind), Random(f"{SEED} {kind}")
    indices = [0, USED_TO, USED_TO + 150, *(chance.randrange(USED_TO) for _each in range(4))]
    return tuple(Place(branch, index, owner.script(branch, index)) for branch in (0, 1) for index in indices)


@cache
def said_of_change(kind: str, place: Place) -> tuple[desk.Pair, ...]:
    """What a desk says of change at a place."""
    return tuple(desk.change_pairs(desk.wallet(kind), place.branch, place.index))


@cache
def said_of_coins(kind: str, place: Place) -> tuple[desk.Pair, ...]:
    """What a desk says of every coin at a place, without the amounts."""
    nothing = desk.Coin(place.branch, place.index, 0, place.script, b"", 0)
    return tuple(pair for pair in desk.input_pairs(desk.wallet(kind), nothing) if pair[0] not in (b"\x00", b"\x01"))


@cache
def points() -> tuple[bytes, ...]:
    """Keys of strangers, for taproot."""
    return tuple(bytes(desk.root("C").derive([7, number]).to_public().xonly()) for number in range(8))


def stranger(chance: Random) -> bytes:
    """A script of somebody else, of any kind that has an address."""
    if chance.random() < 0.2:
        return b"\x51\x20" + chance.choice(points())
    head, size, tail = chance.choice(HEADS)
    return head + chance.randbytes(size) + tail


def coin(chance: Random, kind: str, size: int) -> desk.Coin:
    """A coin somewhere in the wallet, among outputs to others in its own transaction."""
    place, number = chance.choice(places(kind)), chance.randrange(3)
    outputs = [desk.output(chance.randrange(1, 10**6), stranger(chance)) for _each in range(3)]
    amount = size + chance.randrange(size)
    outputs[number] = desk.output(amount, place.script)
    previous = desk.transaction([(chance.randbytes(32), chance.randrange(5), desk.RBF)], outputs, chance.randrange(9))
    return desk.Coin(place.branch, place.index, amount, place.script, previous, number)


def said_of(kind: str, spent: desk.Coin) -> list[desk.Pair]:
    """What a desk says about one coin."""
    pairs = list(said_of_coins(kind, Place(spent.branch, spent.index, spent.script)))
    if kind != "tr":
        pairs.append((b"\x00", spent.previous))
    if kind not in ("pkh", "sh(multi)"):
        pairs.append((b"\x01", spent.utxo))
    return pairs


def outputs(chance: Random, kind: str, rest: int) -> Iterator[tuple[bytes, int, str, tuple[desk.Pair, ...]]]:
    """Payments, change, transfers to another wallet of ours and data, in any order: `rest`, to the last satoshi."""
    payments, change = chance.choice((0, 1, 1, 1, 2, 4)), chance.choice((0, 1, 1, 2))
    found: list[tuple[bytes, str, tuple[desk.Pair, ...]]]
    found = [(stranger(chance), "payments", ()) for _each in range(payments)]
    if chance.random() < 0.15:
        other = chance.choice([each for each in desk.KINDS if each != kind])
        found.append((chance.choice(places(other)).script, "payments", ()))
    for _each in range(change or not found):
        place = chance.choice(places(kind))
        found.append((place.script, "change", said_of_change(kind, place)))
    least = rest // (2 * len(found))
    over = rest - least * len(found)
    cuts = [0, *sorted(chance.randrange(over) for _each in found[1:]), over]
    amounts = [least + after - before for before, after in pairwise(cuts)]
    made = [(script, amount, what, pairs) for (script, what, pairs), amount in zip(found, amounts, strict=True)]
    if chance.random() < 0.2:
        made.append((b"\x6a" + desk.sized(chance.randbytes(chance.choice((4, 20, 75)))), 0, "burned", ()))
    chance.shuffle(made)
    yield from made


def honest(number: int, seed: int = SEED) -> Honest:
    """Make the transaction with this number."""
    chance = Random(f"{seed} {number}")
    kind, version = tuple(desk.KINDS)[number % len(desk.KINDS)], chance.choice((0, 2))
    size = chance.choice((400_000, 5_000_000, 10**8, 10**11, 10**14))
    spent = tuple(coin(chance, kind, size) for _each in range(chance.choice((1, 1, 1, 2, 3))))
    total = sum(each.amount for each in spent)
    fee = min(350 * len(spent) + chance.randrange(500), total // 350)  # under 5 % of what leaves
    paid = list(outputs(chance, kind, total - fee))
    locktime = chance.choice((0, 0, 0, 166, 850_000, 850_000, 1_700_000_000))
    sequences = [chance.choice(SEQUENCES) if chance.random() < 0.3 else desk.RBF for _each in spent]
    outpoints = [(desk.txid(each.previous), each.vout, n) for each, n in zip(spent, sequences, strict=True)]
    unsigned, psbt = written(version, outpoints, paid, [said_of(kind, each) for each in spent], locktime)
    warned = warnings(locktime, sequences)
    told = tuple(each[:3] for each in paid)
    return Honest(kind, psbt, version, unsigned, spent, tuple(outpoints), told, fee, warned)


def warnings(locktime: int, sequences: list[int]) -> frozenset[str]:
    """What an honest sender is asked about: a lock time that is a date, and an age that is asked of a coin."""
    dated = locktime >= 500_000_000 and set(sequences) != {desk.FINAL}
    aged = any(sequence in AGES for sequence in sequences)
    return frozenset(["BTC-LOCKTIME-FAR"] * dated + ["BTC-SEQUENCE-LOCK"] * aged)


def written(
    version: int,
    outpoints: list[tuple[bytes, int, int]],
    paid: Sequence[tuple[bytes, int, str, Sequence[desk.Pair]]],
    inputs: list[list[desk.Pair]],
    locktime: int,
    beside: Sequence[desk.Pair] = (),
) -> tuple[bytes, bytes]:
    """Write the transaction without signatures, and the PSBT with it. `beside` is what else its global map says."""
    unsigned = desk.transaction(outpoints, [desk.output(amount, script) for script, amount, *_ in paid], locktime)
    fields = [list(pairs) for *_rest, pairs in paid]
    heads = [(b"\x00", unsigned)] if version == 0 else _version_2(outpoints, paid, inputs, fields, locktime)
    return unsigned, b"psbt\xff" + b"".join(map(desk.psbt_map, [[*heads, *beside], *inputs, *fields]))


def _version_2(
    outpoints: list[tuple[bytes, int, int]],
    paid: Sequence[tuple[bytes, int, str, Sequence[desk.Pair]]],
    inputs: list[list[desk.Pair]],
    fields: list[list[desk.Pair]],
    locktime: int,
) -> list[desk.Pair]:
    """Write the transaction as BIP-370 does: into every map. Return the global one."""
    for pairs, (txid, vout, sequence) in zip(inputs, outpoints, strict=True):
        numbers = ((b"\x0f", vout), (b"\x10", sequence))
        pairs += [(b"\x0e", txid), *((key, number.to_bytes(4, "little")) for key, number in numbers)]
    for pairs, (script, amount, *_rest) in zip(fields, paid, strict=True):
        pairs += [(b"\x03", amount.to_bytes(8, "little")), (b"\x04", script)]
    heads = [(key, number.to_bytes(4, "little")) for key, number in ((b"\x02", 2), (b"\x03", locktime), (b"\xfb", 2))]
    return [*heads, (b"\x04", desk.compact_size(len(inputs))), (b"\x05", desk.compact_size(len(fields)))]


# --- what we say, and what others say ---


@cache
def master(who: str) -> MasterKey:
    return MasterKey.from_seed(mnemonic.seed(mnemonic.entropy_of(desk.PHRASES[who])))


@cache
def wallet(kind: str) -> Wallet:
    return registered(kind, used_to=USED_TO)


def judge_review(made: Honest) -> ReviewedPsbt:
    """Our review: nothing refused, every output under its heading, every amount as it was made."""
    reviewed = review(made.psbt, (wallet(made.kind),))
    found = reviewed.review
    assert found.verdict is not Verdict.REFUSE, found.findings
    warned = {finding.id for finding in found.findings if finding.severity is Severity.WARN}
    assert warned == made.warned, found.findings
    for what in ("payments", "change", "burned"):
        told = [(each.index, each.atoms) for each in getattr(found, what)]
        assert told == [(at, amount) for at, (_script, amount, kind) in enumerate(made.paid) if kind == what]
    assert [each.atoms for each in found.inputs] == [each.amount for each in made.coins]
    assert (found.fee.atoms, found.fee.proven) == (made.fee, True)
    assert reviewed.psbt.transaction.txid_hex == made.txid
    return reviewed


def judge_numbers(made: Honest, by_embit: PSBT) -> None:
    """Txid, amounts and fee, from the PSBT's bytes, by embit and libwally, and by bdk where it reads the version."""
    amounts = [amount for _script, amount, _what in made.paid]
    assert by_embit.tx.txid().hex() == made.txid
    assert [each.value for each in by_embit.tx.vout] == amounts
    assert by_embit.fee() == made.fee
    by_wally = wallycore.psbt_from_bytes(made.psbt, wallycore.WALLY_PSBT_PARSE_FLAG_STRICT)
    extracted = wallycore.psbt_extract(by_wally, wallycore.WALLY_PSBT_EXTRACT_NON_FINAL)
    assert bytes(wallycore.tx_get_txid(extracted))[::-1].hex() == made.txid
    assert [wallycore.tx_get_output_satoshi(extracted, at) for at in range(len(amounts))] == amounts
    spent = [wallycore.psbt_get_input_best_utxo(by_wally, at) for at in range(len(made.coins))]
    assert sum(wallycore.tx_output_get_satoshi(each) for each in spent) - sum(amounts) == made.fee
    if made.version == 0:
        by_bdk = bdkpython.Psbt(base64.b64encode(made.psbt).decode())
        assert by_bdk.fee() == made.fee
        assert str(by_bdk.extract_tx_unchecked_fee_rate().compute_txid()) == made.txid


def signatures(reviewed: ReviewedPsbt, who: str) -> list[Signature]:
    """What our key signs."""
    approval = Approval(reviewed.review.commitment, by="a test")
    return [signer.sign(master(who), task, approval) for task in reviewed.tasks(approval, master(who).fingerprint)]


def judge_signatures(made: Honest, reviewed: ReviewedPsbt, by_embit: PSBT) -> bytes:
    """Every signer's signatures, compared with embit's, or verified by libwally. Return the signed PSBT."""
    signed: list[Signature] = []
    for who in desk.wallet(made.kind).signers:
        assert by_embit.sign_with(desk.root(who)) == len(made.coins)
        ours = signatures(reviewed, who)
        assert [each.task.input_index for each in ours] == list(range(len(made.coins)))
        for each in ours:
            _judge_signature(by_embit.inputs[each.task.input_index], each)
        signed += ours
    return reviewed.attach(signed)


def _judge_signature(by_embit: InputScope, signature: Signature) -> None:
    """ECDSA: embit makes the same bytes, with SIGHASH_ALL behind them. BIP-340: it takes other nonces; btclib judges.

    embit grinds for 70 bytes, not for a low R: it is content with a high R (33 bytes) where S is as short.
    """
    task = signature.task
    if task.scheme is SignatureScheme.ECDSA_LOW_R:
        theirs = next(value for key, value in by_embit.partial_sigs.items() if key.sec() == task.public_key)
        contented = theirs[3] == 33 and len(theirs) <= 71
        assert theirs == signature.encoded + b"\x01" or contented
        assert signature.encoded[3] <= 32


def judge_engine(made: Honest, signed: bytes) -> None:
    """libwally, and bdk where it reads the version, finalise the same transaction; btclib's engine runs all of it."""
    final = judges.wally(signed)
    if made.version == 0:
        assert judges.bdk(signed) == final
    judges.verify(final, [coin.utxo for coin in made.coins])
    read = Tx.parse(final)
    assert [(bytes(each.prev_out.tx_id)[::-1], each.prev_out.vout, each.sequence) for each in read.vin] == list(
        made.outpoints
    )
    assert [(bytes(each.script_pub_key.script), each.value) for each in read.vout] == [each[:2] for each in made.paid]
    if made.kind in NATIVE:
        assert read.id.hex() == made.txid


def judge(number: int, seed: int = SEED) -> None:
    """Make a transaction and let everybody judge it."""
    made = honest(number, seed)
    reviewed = judge_review(made)
    by_embit = PSBT.parse(made.psbt)
    judge_numbers(made, by_embit)
    judge_engine(made, judge_signatures(made, reviewed, by_embit))


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_others_say_the_same_of_every_transaction_and_none_is_refused(chunk: int) -> None:
    for number in range(chunk, TRANSACTIONS, CHUNKS):
        try:
            judge(number)
        except Exception as fault:
            fault.add_note(f"transaction {number} of seed {SEED}: {honest(number).psbt.hex()}")
            raise


def test_the_thousand_are_of_every_sort() -> None:
    every = [honest(number) for number in range(TRANSACTIONS)]
    assert {(made.kind, made.version) for made in every} == {
        (kind, version) for kind in desk.KINDS for version in (0, 2)
    }
    assert {len(made.coins) for made in every} == {1, 2, 3}
    sorts = [tuple(what for _script, _amount, what in made.paid) for made in every]
    counts = {what: {sort.count(what) for sort in sorts} for what in ("payments", "change", "burned")}
    assert counts["payments"] >= {0, 1, 2, 3, 4}
    assert counts["change"] == {0, 1, 2}
    assert counts["burned"] == {0, 1}
    scripts = {script for made in every for script, _amount, what in made.paid if what == "payments"}
    assert {script[:2] for script in scripts} == {b"\x76\xa9", b"\xa9\x14", b"\x00\x14", b"\x00\x20", b"\x51\x20"}
    assert scripts & {place.script for kind in desk.KINDS for place in places(kind)}, "transfers of our own"
    asked = {sequence for made in every for _txid, _vout, sequence in made.outpoints}
    assert asked == {*SEQUENCES, desk.RBF}
    assert {(coin.branch, coin.index) for made in every for coin in made.coins} >= {(0, 0), (1, 0), (1, USED_TO + 150)}
    assert sum(bool(made.warned) for made in every) < 300


def changed(made: Honest, old: bytes, new: bytes) -> Honest:
    """The same, had its PSBT been another."""
    assert made.psbt.count(old) == 1
    return replace(made, psbt=made.psbt.replace(old, new))


def test_a_difference_of_one_satoshi_is_noticed_by_us_and_by_others() -> None:
    made = next(made for made in map(honest, range(100)) if made.kind == "pkh" and made.version == 2)
    script, amount, _what = made.paid[0]
    fields = b"\x01\x03\x08%b\x01\x04%b"
    pair = [fields % (value.to_bytes(8, "little"), desk.sized(script)) for value in (amount, amount - 1)]
    false = changed(made, pair[0], pair[1])
    with pytest.raises(AssertionError):
        judge_review(false)
    with pytest.raises(AssertionError):
        judge_numbers(false, PSBT.parse(false.psbt))

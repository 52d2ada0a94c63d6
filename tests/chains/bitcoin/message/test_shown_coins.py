"""Proofs of funds as a prover may lay them out: what counts as shown, what is only claimed, and what no key signed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

import pytest

from custody.chains.bitcoin.consensus.script import multisig, p2wsh, push
from custody.chains.bitcoin.consensus.sighash import Sighash
from custody.chains.bitcoin.consensus.transaction import OutPoint, Transaction, TxOutput
from custody.chains.bitcoin.interpreter.verdicts import Inconclusive, Invalid
from custody.chains.bitcoin.message.encoding import Witness, write
from custody.chains.bitcoin.message.verification import Verified, verify
from custody.chains.bitcoin.message.virtual import TO_SIGN_OUTPUT, to_sign
from custody.chains.bitcoin.psbt import Psbt
from custody.chains.bitcoin.review.coins import MAX_MONEY
from custody.cli.messages.screen import verified_lines
from tests.chains.bitcoin.message.keys import Lock, LoneKey, locks, open_input
from tests.support import desk

MESSAGE = b"We hold this."
A, B = LoneKey.named("A"), LoneKey.named("B")
SINGLE, QUORUM = locks([A]), locks([A, B])
ADDRESS = SINGLE["p2wpkh"]
BARE = Lock(multisig(2, [A.public, B.public]))
ANYONE = Lock(p2wsh(sha256(b"\x51").digest()), witness=b"\x51")
BITCOIN = 10**8


@dataclass(frozen=True)
class Held:
    """A coin of a proof: what opens it, what is signed to be in it, and which transaction is given for it, if any."""

    lock: Lock
    keys: Sequence[LoneKey]
    amount: int
    given: bytes | None = None
    outpoint: OutPoint | None = None


def making(lock: Lock, amount: int) -> bytes:
    """A transaction that pays a lock."""
    return desk.transaction([(b"\x07" * 32, 0, desk.FINAL)], [desk.output(amount, lock.script)])


def held(lock: Lock, keys: Sequence[LoneKey], amount: int, *, proven: bool) -> Held:
    made = making(lock, amount)
    return Held(lock, keys, amount, made if proven else None, OutPoint(desk.txid(made), 0))


def opened(transaction: Transaction, index: int, spent: list[TxOutput], coin: Held) -> Transaction:
    if coin.keys and coin.lock is not BARE:
        return open_input(transaction, index, spent, coin.lock, list(coin.keys))
    inputs = list(transaction.inputs)
    if coin.lock is BARE:
        digest = Sighash(transaction, spent).legacy(index, BARE.script, 1)
        signed = push(b"") + b"".join(push(key.ecdsa(digest)) for key in coin.keys)
        inputs[index] = replace(inputs[index], script_sig=signed)
    else:
        inputs[index] = replace(inputs[index], witness=(coin.lock.witness or b"",))
    return replace(transaction, inputs=tuple(inputs))


def signed(*coins: Held, **changed: Any) -> tuple[Transaction, list[TxOutput]]:
    """`to_sign`, changed and then signed by all, and what it spends."""
    shown = [coin.outpoint or OutPoint(bytes(32), 0) for coin in coins]
    transaction = replace(to_sign(MESSAGE, ADDRESS.script, shown), **changed)
    spent = [TxOutput(0, ADDRESS.script), *(TxOutput(coin.amount, coin.lock.script) for coin in coins)]
    for index, coin in enumerate((Held(ADDRESS, [A], 0), *coins)):
        transaction = opened(transaction, index, spent, coin)
    return transaction, spent


def proof(*coins: Held, **changed: Any) -> str:
    """Write a proof as its prover does: everything is signed, whether it is true or not."""
    transaction, spent = signed(*coins, **changed)
    bare = tuple(replace(each, script_sig=b"", witness=()) for each in transaction.inputs)
    maps: list[list[desk.Pair]] = [[(b"\x00", replace(transaction, inputs=bare).serialize())]]
    for tx_input, output, coin in zip(transaction.inputs, spent, (None, *coins), strict=True):
        pairs: list[desk.Pair] = []
        if coin is not None and coin.given is not None:
            pairs.append((b"\x00", coin.given))
        else:
            pairs.append((b"\x01", output.serialize()))
        if tx_input.script_sig:
            pairs.append((b"\x07", tx_input.script_sig))
        if tx_input.witness:
            stack = b"".join(desk.sized(item) for item in tx_input.witness)
            pairs.append((b"\x08", desk.compact_size(len(tx_input.witness)) + stack))
        maps.append(pairs)
    return write(
        Psbt.parse(b"psbt\xff" + b"".join(map(desk.psbt_map, [*maps, *([] for _each in transaction.outputs)])))
    )


def verified(*coins: Held) -> Verified:
    return verify(ADDRESS.script, MESSAGE, proof(*coins))


def told(*coins: Held) -> str:
    return "\n".join(verified_lines(verified(*coins), "an address", MESSAGE.decode()))


LOCKS = {**{name: (SINGLE[name], [A]) for name in ("p2pkh", "p2wpkh", "p2sh-p2wpkh", "p2tr")}} | {
    **{name: (QUORUM[name], [A, B]) for name in QUORUM if "multisig" in name},
    "bare multisig": (BARE, [A, B]),
}
SIGN_NO_AMOUNT = ("p2pkh", "p2sh-multisig", "bare multisig")
UNUSUAL = {"p2pk": push(A.public) + b"\xac", "no template": push(A.public) + b"\xad\x51"}
"""Scripts that a key opens and that sign no amount, of which no wallet is made: CHECKSIG, and CHECKSIGVERIFY 1."""


@pytest.mark.parametrize("kind", LOCKS)
def test_a_coin_with_its_transaction_is_shown(kind: str) -> None:
    lock, keys = LOCKS[kind]
    [coin] = verified(held(lock, keys, BITCOIN, proven=True)).coins
    assert (coin.output.amount, coin.amount_proven, coin.signed, coin.shown) == (BITCOIN, True, True, True)


@pytest.mark.parametrize("kind", LOCKS)
def test_a_transaction_that_is_made_up_for_a_coin_proves_nothing(kind: str) -> None:
    """The script is the coin's own and the amount is a dream; only the identifier gives it away."""
    lock, keys = LOCKS[kind]
    honest = held(lock, keys, BITCOIN, proven=True)
    with pytest.raises(Invalid, match="is another one"):
        verified(replace(honest, amount=2_100_000 * BITCOIN, given=making(lock, 2_100_000 * BITCOIN)))


@pytest.mark.parametrize("kind", SIGN_NO_AMOUNT)
def test_a_coin_whose_signatures_sign_no_amount_needs_its_transaction(kind: str) -> None:
    lock, keys = LOCKS[kind]
    with pytest.raises(Invalid, match="missing"):
        verified(held(lock, keys, 10_000 * BITCOIN, proven=False))


@pytest.mark.parametrize("script", UNUSUAL.values(), ids=UNUSUAL)
def test_a_coin_of_an_unusual_script_that_signs_no_amount_needs_its_transaction_too(script: bytes) -> None:
    with pytest.raises(Invalid, match="missing"):
        verified(held(Lock(script), [], 10_000 * BITCOIN, proven=False))


CHANGED = {
    "another output": ({"outputs": (TxOutput(0, SINGLE["p2pkh"].script),)}, Invalid, "other outputs"),
    "an output more": ({"outputs": (TO_SIGN_OUTPUT,) * 2}, Invalid, "other outputs"),
    "no output": ({"outputs": ()}, Invalid, "other outputs"),
    "version 1": ({"version": 1}, Inconclusive, "version 1; 0 and 2"),
    "version 3": ({"version": 3}, Inconclusive, "version 3; 0 and 2"),
}


@pytest.mark.parametrize("change", CHANGED)
def test_what_is_signed_in_another_form_than_a_message_has_is_not_valid(change: str) -> None:
    """The signatures hold, for a transaction that no message is."""
    changed, answer, said = CHANGED[change]
    coin = held(*LOCKS["p2wpkh"], 7, proven=True)
    for text in (proof(**changed), proof(coin, **changed), write(signed(**changed)[0])):
        with pytest.raises(answer, match=said):
            verify(ADDRESS.script, MESSAGE, text)


def test_a_signature_in_full_form_shows_no_coins() -> None:
    with pytest.raises(Invalid, match="without saying what they hold"):
        verify(ADDRESS.script, MESSAGE, write(signed(held(*LOCKS["p2wpkh"], 7, proven=True))[0]))


def test_a_coin_that_its_transaction_does_not_have_is_invalid() -> None:
    coin = held(*LOCKS["p2wpkh"], 7, proven=True)
    assert coin.outpoint is not None
    with pytest.raises(Invalid, match="does not exist in its own transaction"):
        verified(replace(coin, outpoint=replace(coin.outpoint, index=1)))


def test_a_coin_that_is_shown_twice_counts_for_nothing() -> None:
    coin = held(*LOCKS["p2wpkh"], 7, proven=True)
    with pytest.raises(Invalid, match="the same coin is shown twice"):
        verified(coin, coin)


@pytest.mark.parametrize("kind", [kind for kind in LOCKS if kind not in SIGN_NO_AMOUNT])
def test_a_claimed_amount_is_never_shown(kind: str) -> None:
    lock, keys = LOCKS[kind]
    claimed, proven = held(lock, keys, 10_000 * BITCOIN, proven=False), held(*LOCKS["p2pkh"], 7, proven=True)
    assert [coin.shown for coin in verified(claimed, proven).coins] == [False, True]
    shown = told(claimed, proven)
    assert " Shows 0.00 000 007 BTC (7 satoshi) in 1 coin\n" in shown
    assert "Not shown, only claimed: 10 000.00 000 000 BTC" in shown
    assert "BTC (1 000 000 000 000 satoshi), only claimed\n" in shown
    assert "in 0 coins" in told(claimed)


def test_a_coin_that_no_key_signed_is_said_to_be_one_and_not_shown() -> None:
    anybodys, ours = held(ANYONE, [], 10 * BITCOIN, proven=True), held(*LOCKS["p2wpkh"], 7, proven=True)
    assert [(coin.signed, coin.shown) for coin in verified(ours, anybodys).coins] == [(True, True), (False, False)]
    shown = told(anybodys, ours)
    assert " Shows 0.00 000 007 BTC (7 satoshi) in 1 coin\n" in shown
    assert "Not shown, no key signed: 10.00 000 000 BTC" in shown
    assert shown.count("no key signed for this coin") == 1
    assert "no key signed" not in told(ours)
    assert "NO KEY" not in told(ours)


def test_an_address_that_asks_for_no_key_is_said_to_ask_for_none() -> None:
    answer = verify(ANYONE.script, MESSAGE, write(Witness((b"\x51",))))
    assert not answer.signed
    assert "NO KEY SIGNED" in "\n".join(verified_lines(answer, "an address", MESSAGE.decode()))


@pytest.mark.parametrize("kind", SINGLE)
def test_a_key_that_signed_is_seen_in_every_form(kind: str) -> None:
    keys = [A]
    transaction = to_sign(MESSAGE, SINGLE[kind].script)
    signed = open_input(transaction, 0, [TxOutput(0, SINGLE[kind].script)], SINGLE[kind], keys)
    assert verify(SINGLE[kind].script, MESSAGE, write(signed)).signed


@pytest.mark.parametrize("amounts", [(MAX_MONEY + 1,), (MAX_MONEY, 1), (MAX_MONEY // 2 + 1,) * 2, (-1,)])
def test_more_than_there_can_ever_be_is_invalid(amounts: tuple[int, ...]) -> None:
    coins = [
        replace(held(*LOCKS["p2wpkh"], 1, proven=False), amount=amount, outpoint=OutPoint(bytes([9]) * 32, index))
        for index, amount in enumerate(amounts)
    ]
    with pytest.raises(Invalid, match="cannot exist"):
        verified(*coins)


def test_all_that_there_can_ever_be_is_not_over_the_bound() -> None:
    assert not verified(held(*LOCKS["p2wpkh"], MAX_MONEY, proven=False)).coins[0].shown


def test_a_coin_that_names_none_is_invalid() -> None:
    nothing = replace(held(*LOCKS["p2wpkh"], 1, proven=False), outpoint=OutPoint(bytes(32), 0xFFFFFFFF))
    with pytest.raises(Invalid, match="names none"):
        verified(nothing)


@pytest.mark.parametrize(
    ("age", "locked"), [(0, False), (5, True), (5 | 1 << 31, False), (1 << 31, False), (1 << 22, False)]
)
def test_an_age_that_is_switched_off_locks_nothing(age: int, locked: bool) -> None:
    assert Verified("full", age=age).locked is locked  # type: ignore[arg-type]

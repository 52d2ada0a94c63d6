"""Lock times and sequence numbers: shown with their meaning, and warned of where no wallet sets them by itself."""

import pytest

from custody.chains.bitcoin.consensus.network import network
from custody.chains.bitcoin.consensus.transaction import OutPoint, Transaction, TxInput
from custody.chains.bitcoin.review.review import review
from custody.chains.bitcoin.review.timing import timing_findings
from custody.signing import Verdict
from tests.chains.bitcoin.review.drafts import Draft, honest, ids, judge, registered
from tests.support import desk

LAST, FAR = 1_237_799, 1_237_800
"""The last height within five years of 144 blocks a day from block 975,000, and the first beyond."""


@pytest.mark.parametrize(("locktime", "far"), [(LAST, False), (FAR, True), (499_999_999, True), (500_000_000, True)])
def test_a_lock_that_no_wallet_sets_by_itself_is_warned_of(locktime: int, far: bool) -> None:
    draft = honest("wpkh")
    draft.locktime = locktime
    assert ("BTC-LOCKTIME-FAR" in ids(judge(draft))) is far
    assert ("BTC-LOCKTIME" in ids(judge(draft))) is not far
    assert judge(draft).review.verdict is (Verdict.WARN if far else Verdict.ACCEPT)
    draft.sequence = desk.FINAL
    assert judge(draft).review.verdict is Verdict.ACCEPT


@pytest.mark.parametrize(
    ("locktime", "rule", "when"),
    [
        (977_000, "BTC-LOCKTIME", "block 977000, about 2026-11."),
        (LAST, "BTC-LOCKTIME", "block 1237799, about 2031-11."),
        (FAR, "BTC-LOCKTIME-FAR", "block 1237800, about 2031-11."),
        (499_999_999, "BTC-LOCKTIME-FAR", "block 499999999, in thousands of years."),
        (1_900_000_000, "BTC-LOCKTIME-FAR", "2030-03-17 17:46 UTC."),
    ],
)
def test_a_lock_of_the_main_network_is_told_with_its_month(locktime: int, rule: str, when: str) -> None:
    (found,) = timing_findings(locked(locktime), network("main"))
    assert found.id == rule
    assert when in found.text


def test_where_blocks_come_in_storms_a_height_is_no_time() -> None:
    for locktime, rule in ((9_999_999, "BTC-LOCKTIME"), (10_000_000, "BTC-LOCKTIME-FAR")):
        assert [each.id for each in timing_findings(locked(locktime), network("test"))] == [rule]
    for name in ("testnet4", "signet"):
        assert [each.id for each in timing_findings(locked(FAR), network(name))] == ["BTC-LOCKTIME-FAR"]


def locked(locktime: int) -> Transaction:
    return Transaction(2, (TxInput(OutPoint(b"\x01" * 32, 0), b"", desk.FINAL - 1),), (), locktime)


def made_at(*made: tuple[int, int]) -> Draft:
    """A payment far ahead of coins whose transactions had these lock times, and sequence numbers."""
    draft = honest("wpkh", len(made))
    draft.locktime = FAR + 1_000
    for index, ((locktime, sequence), coin) in enumerate(zip(made, draft.coins, strict=True)):
        before = desk.transaction([(bytes([7]) * 32, index, sequence)], [coin.utxo], locktime)
        draft.put(index, b"\x00", before)
        draft.outpoints[index] = (desk.txid(before), 0)
    return draft


@pytest.mark.parametrize(
    ("made", "far"),
    [
        ([(975_999, desk.RBF)], True),
        ([(976_001, desk.RBF)], False),
        ([(976_001, desk.RBF), (976_001, desk.RBF)], False),
        ([(976_001, desk.RBF), (0, desk.RBF)], True),
        ([(976_001, desk.FINAL)], True),
        ([(1_900_000_000, desk.RBF)], True),
    ],
    ids=["one short", "reached", "both", "one coin says nothing", "a lock that is not in force", "a time"],
)
def test_the_years_are_counted_from_a_height_that_every_coin_proves(made: list[tuple[int, int]], far: bool) -> None:
    reviewed = judge(made_at(*made))
    assert reviewed.review.verdict is (Verdict.WARN if far else Verdict.ACCEPT)
    assert ("BTC-LOCKTIME-FAR" in ids(reviewed)) is far


def test_a_time_is_asked_about_whatever_height_the_coins_name() -> None:
    draft = made_at((499_999_999, desk.RBF))
    draft.locktime = 500_000_000
    assert "BTC-LOCKTIME-FAR" in ids(judge(draft))


def test_a_coin_that_is_only_claimed_proves_no_height() -> None:
    draft = made_at((976_001, desk.RBF))
    draft.outpoints[0] = (b"\x07" * 32, 0)
    assert "BTC-LOCKTIME-FAR" in ids(judge(draft))


@pytest.mark.parametrize("version", [0, 4, -1, 2**31 - 1, -(2**31)])
def test_a_version_that_means_nothing_is_refused(version: int) -> None:
    raw = honest("wpkh").psbt()
    at = raw.index((2).to_bytes(4, "little"), 5)
    for tried, verdict in ((version, Verdict.REFUSE), (1, Verdict.ACCEPT), (2, Verdict.ACCEPT), (3, Verdict.ACCEPT)):
        written = raw[:at] + tried.to_bytes(4, "little", signed=True) + raw[at + 4 :]
        reviewed = review(written, (registered("wpkh"),))
        assert reviewed.review.verdict is verdict
        assert ("BTC-VERSION-UNKNOWN" in ids(reviewed)) is (verdict is Verdict.REFUSE)


@pytest.mark.parametrize(
    ("sequence", "age"),
    [(0xFFFF, "65535 blocks"), (1, "1 block"), (0x40FFFF, "9321 hours"), (0x400001, "1 hour")],
)
def test_a_relative_lock_is_warned_of_in_words(sequence: int, age: str) -> None:
    draft = honest("wpkh", 2)
    draft.sequence = sequence
    found = [finding for finding in judge(draft).review.findings if finding.id == "BTC-SEQUENCE-LOCK"]
    assert len(found) == 1
    assert age in found[0].text


@pytest.mark.parametrize("sequence", [0, 0xFFFFFFFF, 0xFFFFFFFE, desk.RBF, 1 << 31 | 5, 0x00400000])
def test_a_sequence_number_without_a_lock_is_not(sequence: int) -> None:
    draft = honest("wpkh")
    draft.sequence = sequence
    assert judge(draft).review.verdict is Verdict.ACCEPT

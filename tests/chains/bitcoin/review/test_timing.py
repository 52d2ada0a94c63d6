"""Lock times and sequence numbers: shown with their meaning, and warned of where no wallet sets them by itself."""

import pytest

from custody.chains.bitcoin.consensus.network import network
from custody.chains.bitcoin.consensus.transaction import OutPoint, Transaction, TxInput
from custody.chains.bitcoin.review.review import review
from custody.chains.bitcoin.review.timing import timing_findings
from custody.signing import Verdict
from tests.chains.bitcoin.review.drafts import honest, ids, judge, registered
from tests.support import desk


@pytest.mark.parametrize(("locktime", "far"), [(9_999_999, False), (10_000_000, True), (500_000_000, True)])
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
        (1_999_999, "BTC-LOCKTIME", "block 1999999, about 2046-05."),
        (2_000_000, "BTC-LOCKTIME-FAR", "block 2000000, about 2046-05."),
        (499_999_999, "BTC-LOCKTIME-FAR", "block 499999999, in thousands of years."),
        (1_900_000_000, "BTC-LOCKTIME-FAR", "2030-03-17 17:46 UTC."),
    ],
)
def test_a_lock_of_the_main_network_is_told_with_its_month(locktime: int, rule: str, when: str) -> None:
    spent = TxInput(OutPoint(b"\x01" * 32, 0), b"", desk.FINAL - 1)
    (found,) = timing_findings(Transaction(2, (spent,), (), locktime), network("main"))
    assert found.id == rule
    assert when in found.text


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

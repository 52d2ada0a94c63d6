"""Lock times and sequence numbers: shown with their meaning, and warned of where no wallet sets them by itself."""

import pytest

from custody.signing import Verdict
from tests.chains.bitcoin.drafts import honest, ids, judge
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

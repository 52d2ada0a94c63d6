"""Signing for a policy: a signature wherever the key counts, finalised by rust-miniscript, run by btclib."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from custody.chains.bitcoin.consensus.transaction import Transaction
from custody.chains.bitcoin.psbt import Psbt
from custody.chains.bitcoin.review.fee import signed_virtual_size
from custody.chains.bitcoin.review.review import ReviewedPsbt, review
from custody.errors import Alarm, Refused
from custody.signing import SignatureScheme, Verdict
from tests.chains.bitcoin.review.drafts import STRANGER, honest, judge, registered
from tests.chains.bitcoin.review.test_tasks import master, signatures, tasks
from tests.referees import judges
from tests.support import desk

WAYS = [(kind, sequence) for kind, (_form, _path, ways) in desk.POLICIES.items() for sequence in ways]


def reviewed(kind: str, sequence: int, version: int = 0, count: int = 2) -> ReviewedPsbt:
    owner = desk.wallet(kind, sequence)
    psbt = desk.psbt(owner, desk.coins(owner, count), [(STRANGER, 40_000)], 1_500, version, sequence=sequence)
    return review(psbt, (registered(kind),))


def signed(kind: str, sequence: int, version: int = 0) -> ReviewedPsbt:
    """Let everybody sign who has to, in turn."""
    current = reviewed(kind, sequence, version)
    for who in desk.wallet(kind, sequence).signers:
        current = review(current.attach(signatures(current, who)), (registered(kind),))
    return current


@pytest.mark.parametrize(("kind", "sequence"), WAYS)
def test_what_we_sign_is_finalised_and_runs(kind: str, sequence: int) -> None:
    done = signed(kind, sequence)
    assert done.review.verdict is (Verdict.ACCEPT if sequence == desk.RBF else Verdict.WARN)
    final = judges.bdk(done.envelope.payload)
    judges.verify(final, [coin.utxo for coin in desk.coins(desk.wallet(kind), 2)])


@pytest.mark.parametrize(("kind", "sequence"), WAYS)
def test_both_versions_carry_the_same_signatures(kind: str, sequence: int) -> None:
    first, second = signed(kind, sequence, 0).psbt, signed(kind, sequence, 2).psbt
    for old, new in zip(first.inputs, second.inputs, strict=True):
        assert (old.partial_sigs, old.tap_key_sig) == (new.partial_sigs, new.tap_key_sig)
        assert old.tap_script_sigs == new.tap_script_sigs


@pytest.mark.parametrize(("kind", "sequence"), WAYS)
def test_the_size_that_the_fee_is_judged_by_is_never_below_the_true_one(kind: str, sequence: int) -> None:
    done = signed(kind, sequence)
    final = Transaction.parse(judges.bdk(done.envelope.payload))
    true_size = -(-(3 * len(final.serialize(witness=False)) + len(final.serialize())) // 4)
    judged_by = signed_virtual_size(done.psbt.transaction, [spend.derived for spend in done.spends])
    assert true_size <= judged_by <= true_size * 1.4


def test_the_largest_way_is_estimated_closely() -> None:
    for kind, sequence in (("wsh(decaying)", desk.RBF), ("wsh(or_i)", desk.RBF), ("tr(nobody,multi_a)", desk.RBF)):
        done = signed(kind, sequence)
        final = Transaction.parse(judges.bdk(done.envelope.payload))
        true_size = -(-(3 * len(final.serialize(witness=False)) + len(final.serialize())) // 4)
        assert 0 <= signed_virtual_size(done.psbt.transaction, [s.derived for s in done.spends]) - true_size <= 3


OWED = [  # kind, sequence, who, how many signatures for one coin
    ("wsh(decaying)", desk.RBF, "A", 1),
    ("wsh(decaying)", 52560, "A", 2),
    ("wsh(decaying)", 52561, "A", 2),
    ("wsh(decaying)", 52559, "A", 1),
    ("wsh(decaying)", desk.FINAL, "A", 1),
    ("tr(tree)", desk.RBF, "A", 1),
    ("tr(tree)", desk.RBF, "B", 1),
    ("tr(tree)", 144, "C", 1),
    ("tr(nobody,tree)", desk.RBF, "A", 1),
    ("tr(nobody,tree)", desk.RBF, "C", 1),
    ("tr(nobody,tree)", 144, "A", 2),
    ("tr(nobody,tree)", 144, "B", 1),
    ("tr(nobody,tree)", 145, "B", 2),
]


@pytest.mark.parametrize(("kind", "sequence", "who", "count"), OWED)
def test_a_key_signs_where_its_signature_can_count(kind: str, sequence: int, who: str, count: int) -> None:
    draft = honest(kind, 2)
    draft.sequence = sequence
    owed = tasks(judge(draft), who)
    assert [task.input_index for task in owed] == [0] * count + [1] * count
    assert len({task.payload for task in owed}) == (len(owed) if kind.startswith("tr") else 2)


@pytest.mark.parametrize(("kind", "who"), [("tr(tree)", "C"), ("wsh(or_i)", "C")])
@pytest.mark.parametrize("sequence", [desk.RBF, desk.FINAL, 143, 144 | 1 << 22, 144 | 1 << 31])
def test_a_key_whose_lock_has_not_passed_signs_nothing(kind: str, who: str, sequence: int) -> None:
    draft = honest(kind)
    draft.sequence = sequence
    with pytest.raises(Refused) as refusal:
        tasks(judge(draft), who)
    assert refusal.value.code == "locked"


def test_a_lock_time_opens_the_way_that_asks_for_it() -> None:
    draft = honest("sh(wsh(andor))")
    for locktime, owed in ((499, 0), (500, 1), (501, 1), (500_000_000, 0)):
        draft.locktime = locktime
        if owed:
            assert len(tasks(judge(draft), "A")) == owed
            continue
        with pytest.raises(Refused):
            tasks(judge(draft), "A")
    draft.locktime, draft.sequence = 500, desk.FINAL
    with pytest.raises(Refused):
        tasks(judge(draft), "A")


def test_the_key_path_is_tweaked_and_the_leaves_are_not() -> None:
    key_path = tasks(judge(honest("tr(tree)")), "A")
    leaf = tasks(judge(honest("tr(tree)")), "B")
    assert all(task.tweak is not None for task in key_path)
    assert all(task.tweak is None for task in leaf)
    assert {task.scheme for task in (*key_path, *leaf)} == {SignatureScheme.BIP340}


def test_what_a_key_has_signed_in_one_leaf_it_still_owes_in_another() -> None:
    current = reviewed("tr(nobody,tree)", 144, count=1)
    first, second = signatures(current, "A")
    halfway = review(current.attach([first]), (registered("tr(nobody,tree)"),))
    (owed,) = tasks(halfway, "A")
    assert owed.payload == second.task.payload
    done = review(halfway.attach([second]), (registered("tr(nobody,tree)"),))
    with pytest.raises(Refused) as refusal:
        tasks(done, "A")
    assert refusal.value.code == "nothing-to-sign"


@pytest.mark.parametrize("kind", desk.POLICIES)
def test_attaching_adds_the_signatures_and_nothing_else(kind: str) -> None:
    before = reviewed(kind, desk.RBF)
    who = desk.wallet(kind).signers[0]
    made = signatures(before, who)
    after = Psbt.parse(before.attach(made))
    assert (after.transaction, after.outputs, after.header) == (
        before.psbt.transaction,
        before.psbt.outputs,
        before.psbt.header,
    )
    for old, new in zip(before.psbt.inputs, after.inputs, strict=True):
        gained = set(new.raw.pairs) - set(old.raw.pairs)
        assert set(old.raw.pairs) < set(new.raw.pairs)
        assert {key[0] for key, _value in gained} <= {0x02, 0x13, 0x14}
        assert len(gained) == len(made) // 2


def broken(kind: str) -> Iterator[tuple[ReviewedPsbt, list]]:
    current = reviewed(kind, desk.RBF, count=1)
    (made,) = signatures(current, desk.wallet(kind).signers[0])
    yield current, [replace(made, encoded=made.encoded[:-1] + bytes([made.encoded[-1] ^ 1]))]
    yield current, [replace(made, task=replace(made.task, payload=bytes(32)))]
    yield current, [replace(made, task=replace(made.task, public_key=b"\x02" + made.task.payload))]


@pytest.mark.parametrize("kind", desk.POLICIES)
def test_a_signature_that_is_broken_or_belongs_elsewhere_is_not_attached(kind: str) -> None:
    for current, made in broken(kind):
        with pytest.raises(Alarm):
            current.attach(made)


def test_a_signature_of_another_leaf_is_not_attached() -> None:
    current = reviewed("tr(nobody,tree)", 144, count=1)
    first, second = signatures(current, "A")
    with pytest.raises(Alarm) as alarm:
        current.attach([replace(first, encoded=second.encoded)])
    assert alarm.value.code == "signature-invalid"


def test_a_declared_sighash_all_is_written_out_in_a_leaf() -> None:
    current = judge(honest("tr(nobody,multi_a)").put(0, b"\x03", b"\x01\x00\x00\x00"))
    (signature,) = Psbt.parse(current.attach(signatures(current, "A"))).inputs[0].tap_script_sigs
    assert (len(signature.signature), signature.signature[-1]) == (65, 1)


def test_nobody_signs_on_a_key_path_that_nobody_holds() -> None:
    spend = judge(honest("tr(nobody,tree)")).spends[0]
    assert all(slot.leaf is not None for slot in spend.slots)
    assert master("A").fingerprint in {slot.key.fingerprint for slot in spend.slots}

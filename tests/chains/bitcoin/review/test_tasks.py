"""From approval to signatures and back: what is signed is what was approved, and nothing else leaves."""

from dataclasses import replace

import pytest

from custody.chains.bitcoin.psbt import Psbt
from custody.chains.bitcoin.review.review import ReviewedPsbt, review
from custody.errors import Alarm, Refused
from custody.keys import signer
from custody.keys.hd import MasterKey
from custody.keys.phrases import mnemonic
from custody.signing import Approval, Signature, SignatureScheme, SigningTask, Verdict
from tests.chains.bitcoin.review.drafts import STRANGER, honest, judge, registered
from tests.support import desk


def master(who: str = "A") -> MasterKey:
    return MasterKey.from_seed(mnemonic.seed(mnemonic.entropy_of(desk.PHRASES[who])))


def approved(reviewed: ReviewedPsbt) -> Approval:
    return Approval(reviewed.review.commitment, by="a test")


def tasks(reviewed: ReviewedPsbt, who: str = "A") -> tuple[SigningTask, ...]:
    return reviewed.tasks(approved(reviewed), master(who).fingerprint)


def signatures(reviewed: ReviewedPsbt, who: str = "A") -> list[Signature]:
    return [signer.sign(master(who), task, approved(reviewed)) for task in tasks(reviewed, who)]


@pytest.mark.parametrize("kind", desk.KINDS)
def test_every_input_owes_one_signature_of_each_key(kind: str) -> None:
    reviewed = judge(honest(kind, 3))
    owed = tasks(reviewed)
    assert [task.input_index for task in owed] == [0, 1, 2]
    scheme = SignatureScheme.BIP340 if kind == "tr" else SignatureScheme.ECDSA_LOW_R
    assert {task.scheme for task in owed} == {scheme}
    assert {task.commitment for task in owed} == {reviewed.review.commitment}


def test_a_refused_review_has_no_tasks() -> None:
    draft = honest()
    draft.outputs[1] = (STRANGER, *draft.outputs[1][1:])
    reviewed = judge(draft)
    with pytest.raises(Refused):
        tasks(reviewed)


def test_an_approval_of_another_review_is_an_alarm() -> None:
    other = judge(honest("wpkh", 2))
    with pytest.raises(Alarm):
        judge(honest()).tasks(approved(other), master().fingerprint)


def test_a_task_that_carries_another_commitment_is_not_signed() -> None:
    reviewed = judge(honest())
    task = replace(tasks(reviewed)[0], commitment=bytes(32))
    with pytest.raises(Alarm):
        signer.sign(master(), task, approved(reviewed))


def test_a_signature_of_other_bytes_is_not_attached() -> None:
    reviewed, other = judge(honest()), judge(honest("wpkh", 2))
    with pytest.raises(Alarm):
        reviewed.attach(signatures(other)[:1])


@pytest.mark.parametrize("kind", ["wpkh", "tr"])
def test_a_broken_signature_is_not_attached(kind: str) -> None:
    reviewed = judge(honest(kind))
    (made,) = signatures(reviewed)
    broken = bytearray(made.encoded)
    broken[-1] ^= 1
    with pytest.raises(Alarm):
        reviewed.attach([replace(made, encoded=bytes(broken))])


@pytest.mark.parametrize("kind", desk.KINDS)
def test_attaching_adds_the_signatures_and_nothing_else(kind: str) -> None:
    reviewed = judge(honest(kind, 2))
    before, after = reviewed.psbt, Psbt.parse(reviewed.attach(signatures(reviewed)))
    assert after.transaction == before.transaction
    assert after.outputs == before.outputs
    assert after.header == before.header
    for old, new in zip(before.inputs, after.inputs, strict=True):
        assert set(old.raw.pairs) < set(new.raw.pairs)
        assert len(new.raw.pairs) == len(old.raw.pairs) + 1


@pytest.mark.parametrize("flags", [0, 1, 2, 3, 4, 7, 0x83, 0xFF])
def test_a_file_that_may_grow_is_reviewed_like_any_other_and_is_closed_by_a_signature(flags: int) -> None:
    owner = desk.wallet("wpkh")
    settled = desk.psbt(owner, desk.coins(owner, 1), [(STRANGER, 40_000)], 1_500, 2)
    reviewed = review(settled.replace(b"psbt\xff", b"psbt\xff\x01\x06\x01" + bytes([flags]), 1), (registered("wpkh"),))
    assert reviewed.review.verdict is Verdict.ACCEPT
    assert reviewed.attach([]) == reviewed.psbt.serialize()
    signed = Psbt.parse(reviewed.attach(signatures(reviewed)))
    assert signed.modifiable == flags & ~3  # BIP-370 "Signer": the signature is not ANYONECANPAY, NONE or SINGLE
    assert signed.header.pairs[0] == (b"\x06", bytes([flags & ~3]))
    assert signed.header.pairs[1:] == reviewed.psbt.header.pairs[1:]
    assert signed.outputs == reviewed.psbt.outputs


def test_a_declared_sighash_all_of_taproot_is_written_out() -> None:
    reviewed = judge(honest("tr").put(0, b"\x03", b"\x01\x00\x00\x00"))
    signed = Psbt.parse(reviewed.attach(signatures(reviewed)))
    signature = signed.inputs[0].tap_key_sig
    assert signature is not None
    assert (len(signature), signature[-1]) == (65, 1)


def test_what_is_signed_twice_is_the_same_bytes() -> None:
    reviewed = judge(honest("wsh(sortedmulti)", 2))
    assert reviewed.attach(signatures(reviewed)) == reviewed.attach(signatures(reviewed))


def test_a_signed_input_owes_nothing_to_the_same_key() -> None:
    draft = honest("wsh(sortedmulti)")
    reviewed = judge(draft)
    (made,) = signatures(reviewed)
    draft.put(0, b"\x02" + made.task.public_key, made.encoded + b"\x01")
    again = judge(draft)
    assert again.review.inputs[0].signed
    assert [finding.text for finding in again.review.findings if finding.id == "BTC-SIGNED-BY"] == [
        "1 of 2 signatures are present and valid."
    ]
    with pytest.raises(Refused) as refusal:
        tasks(again)
    assert refusal.value.code == "nothing-to-sign"
    assert tasks(again, "B")

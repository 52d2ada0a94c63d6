"""What a participant signs: a plan or a head, by one person, in one meaning, written in one way."""

import json
from dataclasses import replace

import pytest

from custody.ceremony.transcript.signature import SIGNATURE_LIMIT, Says, Signature, Statement
from custody.errors import Alarm, Unreadable
from tests.ceremony.transcript.sittings import NOON, Sat, a_plan, signed

PLAN = a_plan()
AGREED = signed(Statement.agreed(PLAN, "witness-1", NOON))
SAW = Sat(PLAN).everybody().signature(Says.SAW, "witness-1")


@pytest.mark.parametrize("signature", [AGREED, SAW])
def test_a_file_is_read_again_as_it_was_written(signature: Signature) -> None:
    assert Signature.decode(signature.encode()) == signature
    signature.require(PLAN)


@pytest.mark.parametrize("signature", [AGREED, SAW])
def test_every_byte_of_a_file_counts(signature: Signature) -> None:
    """A changed file is unreadable or an alarm, and never another statement that holds."""
    document = signature.encode()
    for at in range(len(document)):
        for bit in (1, 0x20):
            changed = document[:at] + bytes([document[at] ^ bit]) + document[at + 1 :]
            with pytest.raises((Unreadable, Alarm)):
                Signature.decode(changed).require(PLAN)


def test_more_or_less_than_one_line_is_no_signature() -> None:
    document = AGREED.encode()
    for changed in (document[:-1], document + b"\n", b" " + document, document * 2, b"", b" " * (SIGNATURE_LIMIT + 1)):
        with pytest.raises(Unreadable):
            Signature.decode(changed)


def test_who_agrees_names_no_head_and_who_saw_names_one() -> None:
    for changed in (
        replace(AGREED.statement, head=b"\x01" * 32),
        replace(AGREED.statement, rehearsal=False),
        replace(AGREED.statement, sitting="sitting-1"),
        replace(SAW.statement, head=bytes(32)),
        replace(SAW.statement, rehearsal=None),
        replace(SAW.statement, sitting=None),
    ):
        with pytest.raises(Unreadable):
            Signature.decode(signed(changed).encode())


def test_a_newer_signature_is_told_as_newer() -> None:
    value = {**AGREED.to_json(), "v": 2}
    with pytest.raises(Unreadable, match="newer release"):
        Signature.decode(json.dumps(value, sort_keys=True, separators=(",", ":")).encode() + b"\n")


@pytest.mark.parametrize(
    ("changed", "match"),
    [
        (signed(replace(AGREED.statement, person="witness-2"), by="witness-1"), "is false"),
        (signed(replace(AGREED.statement, person="mallory")), "has no key"),
        (signed(replace(AGREED.statement, plan=b"\x01" * 32)), "another plan"),
        (Signature(replace(AGREED.statement, at=NOON + 1), AGREED.signature), "is false"),
    ],
)
def test_a_signature_of_somebody_else_of_another_plan_or_of_another_time_is_an_alarm(
    changed: Signature, match: str
) -> None:
    with pytest.raises(Alarm, match=match):
        changed.require(PLAN)


def test_a_plan_that_was_changed_after_it_was_signed_has_no_signature() -> None:
    with pytest.raises(Alarm, match="another plan"):
        AGREED.require(replace(PLAN, purpose="another purpose"))
    with pytest.raises(Alarm, match="another plan"):
        AGREED.require(replace(PLAN, identities={**PLAN.identities, "witness-2": b"\x05" * 32}))

"""What a participant signs: a plan or a head, by one person, in one meaning, written in one way."""

import json
from dataclasses import replace

import pytest

from custody.ceremony.transcript.signature import SIGNATURE_LIMIT, Says, Signature, Statement
from custody.errors import Alarm, Unreadable
from tests.ceremony.transcript.sittings import NOON, Sat, a_plan, signed
from tests.conftest import ROOT

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


def edited(signature: Signature, /, **members: object) -> bytes:
    """The file with other members, written as canonically."""
    return json.dumps({**signature.to_json(), **members}, sort_keys=True, separators=(",", ":")).encode() + b"\n"


@pytest.mark.parametrize("name", ["", "Alice", "a b", "\u001b[31m", "\u202eecila", "x" * 41, 7, None])
def test_what_is_no_name_of_a_plan_reaches_no_sentence(name: object) -> None:
    for signature, member in ((AGREED, "person"), (SAW, "person"), (SAW, "sitting")):
        with pytest.raises(Unreadable) as told:
            Signature.decode(edited(signature, **{member: name}))
        assert "\x1b" not in told.value.message and "\u202e" not in told.value.message


@pytest.mark.parametrize("member", ["plan", "head", "signature"])
def test_digits_are_lower_case_and_all_there(member: str) -> None:
    value = SAW.to_json()[member]
    for changed in (value.upper(), value[:-2], value + "00", f"0x{value[2:]}"):
        with pytest.raises(Unreadable):
            Signature.decode(edited(SAW, **{member: changed}))


def test_an_agreement_is_not_replayed_as_having_seen_anything() -> None:
    of_transcript = {name: SAW.to_json()[name] for name in ("head", "rehearsal", "sitting")}
    for says in (Says.SAW, Says.REFUSED):
        with pytest.raises(Unreadable):
            Signature.decode(edited(AGREED, says=says.value))
        with pytest.raises(Alarm, match="is false"):
            Signature.decode(edited(AGREED, says=says.value, **of_transcript)).require(PLAN)
    with pytest.raises(Alarm, match="is false"):
        Signature.decode(edited(SAW, says=Says.REFUSED.value)).require(PLAN)


def test_the_same_members_written_in_another_way_are_no_signature() -> None:
    value = AGREED.to_json()
    for document in (
        json.dumps(value, sort_keys=True).encode(),
        json.dumps(dict(reversed(value.items())), separators=(",", ":")).encode(),
        AGREED.encode().rstrip().replace(b'"v":1', b'"v":1,"v":1'),
    ):
        with pytest.raises(Unreadable):
            Signature.decode(document + b"\n")


def test_a_key_of_small_order_signs_nothing() -> None:
    plan = replace(PLAN, identities={**PLAN.identities, "witness-1": b"\x01" + bytes(31)})
    statement = Statement.agreed(plan, "witness-1", NOON)
    with pytest.raises(Alarm, match="is false"):
        Signature(statement, b"\x01" + bytes(63)).require(plan)


def test_what_a_signature_may_say_is_what_the_page_names() -> None:
    page = (ROOT / "docs" / "spec" / "transcript.md").read_text(encoding="utf-8")
    assert all(f"| `{each.value}` |" in page for each in Says)
    assert {each.value for each in Says} == {"agreed", "saw", "refused"}

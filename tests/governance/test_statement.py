"""Statements: one writing, one digest, and signatures that hold or are refused."""

from dataclasses import replace
from typing import Any

import pytest

from custody import canonical
from custody.errors import Unreadable
from custody.governance import ed25519
from custody.governance.entry import LATEST
from custody.governance.fields import StrictFields
from custody.governance.statement import NOBODY, RESUME, Heads, Signed, Statement, Tip, heads, heads_json
from tests.governance.strictly import changed
from tests.governance.treasury import ALICE, AT, BOB, A, B, Person, digest, sign

HEADS: Heads = {A.key: (Tip(7, digest("a7")),), B.key: (Tip(3, digest("b3")), Tip(4, digest("b4")))}
RESUMPTION = Statement(
    RESUME, digest("treasury"), A.key, HEADS, (bytes(32), b"\xff" * 32), digest("state"), AT, {"halts": []}
)


def taken(written: dict[str, Any]) -> Signed:
    return Signed.take(StrictFields(written, "an entry"))


def test_a_statement_reads_as_it_was_written() -> None:
    signed = sign(RESUMPTION, (ALICE, BOB))
    assert taken(signed.to_json()) == signed
    assert taken(canonical.decode(canonical.encode(signed.to_json()))) == signed
    assert signed.by == {ALICE.key, BOB.key}


def test_a_statement_is_signed_under_its_tag() -> None:
    tag = b"custody/statement/v2"
    assert RESUMPTION.digest == ed25519.digest(tag, canonical.encode(RESUMPTION.to_json()))
    assert RESUMPTION.to_sign == ed25519.message(tag, RESUMPTION.digest)
    assert RESUMPTION.to_json()["v"] == 2
    assert bytes(32) == NOBODY


@pytest.mark.parametrize(
    "other",
    [
        replace(RESUMPTION, kind="adopt"),
        replace(RESUMPTION, treasury=digest("another")),
        replace(RESUMPTION, machine=B.key),
        replace(RESUMPTION, heads={A.key: HEADS[A.key]}),
        replace(RESUMPTION, heads={**HEADS, A.key: (Tip(8, digest("a7")),)}),
        replace(RESUMPTION, basis=(bytes(32),)),
        replace(RESUMPTION, state=digest("another")),
        replace(RESUMPTION, at=AT + 1),
        replace(RESUMPTION, says={"halts": [digest("a halt").hex()]}),
    ],
)
def test_whatever_is_said_is_signed(other: Statement) -> None:
    assert other.digest != RESUMPTION.digest
    carried = Signed(other, sign(RESUMPTION, (ALICE,)).signatures).to_json()
    with pytest.raises(Unreadable, match="does not hold"):
        taken(carried)


def test_one_signature_that_does_not_hold_is_one_too_many() -> None:
    signed = sign(RESUMPTION, (ALICE, BOB))
    for key in signed.signatures:
        with pytest.raises(Unreadable, match="does not hold"):
            taken(Signed(RESUMPTION, {**signed.signatures, key: bytes(64)}).to_json())


def test_a_statement_written_otherwise_is_unreadable() -> None:
    for written in changed(RESUMPTION.to_json()):
        if written.get("kind") != "":  # what kinds there are is judged where a line is
            with pytest.raises(Unreadable):
                Statement.from_json(written)
                pytest.fail(str(written))


@pytest.mark.parametrize(
    "more",
    [
        {"v": 1},
        {"v": 3},
        {"at": LATEST + 1},
        {"basis": [(b"\xff" * 32).hex(), bytes(32).hex()]},
        {"basis": [bytes(32).hex()] * 2},
        {"says": {str(number): 0 for number in range(65)}},
    ],
    ids=str,
)
def test_a_statement_out_of_bounds_is_unreadable(more: dict[str, Any]) -> None:
    with pytest.raises(Unreadable):
        Statement.from_json(RESUMPTION.to_json() | more)


@pytest.mark.parametrize(
    "more",
    [{"at": LATEST}, {"at": 0}, {"basis": []}, {"heads": {}}, {"says": {str(number): 0 for number in range(64)}}],
)
def test_a_statement_at_its_bounds_is_read(more: dict[str, Any]) -> None:
    written = RESUMPTION.to_json() | more
    assert Statement.from_json(written).to_json() == written


@pytest.mark.parametrize("defect", ["out of order", "twice", "of another key", "short", "more", "no list", "no object"])
def test_signatures_that_are_not_as_written_are_refused(defect: str) -> None:
    written = sign(RESUMPTION, (ALICE, BOB)).to_json()
    signatures = written["signatures"]
    match defect:
        case "out of order":
            signatures.reverse()
        case "twice":
            signatures.append(signatures[-1])
        case "of another key":
            signatures[0]["signature"] = signatures[1]["signature"]
        case "short":
            signatures[0]["signature"] = signatures[0]["signature"][:-2]
        case "more":
            signatures[0]["more"] = 1
        case "no list":
            written["signatures"] = {"by": signatures}
        case _:
            signatures[0] = [signatures[0]]
    with pytest.raises(Unreadable):
        taken(written)


def test_as_many_sign_as_a_roster_has_officers() -> None:
    people = [Person(f"officer {number}") for number in range(65)]
    assert len(taken(sign(RESUMPTION, people[:64]).to_json()).by) == 64
    with pytest.raises(Unreadable):
        taken(sign(RESUMPTION, people).to_json())


def test_heads_read_as_they_were_written() -> None:
    assert heads(StrictFields({"heads": heads_json(HEADS)}, "a line")) == HEADS
    assert heads(StrictFields({"others": heads_json(HEADS)}, "a line"), "others") == HEADS


def tips(count: int) -> list[Any]:
    return [[number, digest(str(number)).hex()] for number in range(count)]


@pytest.mark.parametrize(
    "written",
    [
        [],
        tips(65),
        [tips(2)[1], tips(2)[0]],
        [tips(1)[0], tips(1)[0]],
        [[7]],
        [[7, "00" * 32, 1]],
        [["7", "00" * 32]],
        [[-1, "00" * 32]],
        [[True, "00" * 32]],
        [[7, "00" * 31]],
        [[7, None]],
        [{"n": 7, "hash": "00" * 32}],
        ["ab"],
        {"0": [7, "00" * 32]},
        None,
    ],
    ids=lambda each: str(each)[:30],
)
def test_heads_written_otherwise_are_unreadable(written: Any) -> None:
    with pytest.raises(Unreadable):
        heads(StrictFields({"heads": {A.key.hex(): written}}, "a line"))


def test_a_writer_that_forked_has_at_most_so_many_branches() -> None:
    assert len(heads(StrictFields({"heads": {A.key.hex(): tips(64)}}, "a line"))[A.key]) == 64
    with pytest.raises(Unreadable):
        heads(StrictFields({"heads": {A.key.hex()[2:]: tips(1)}}, "a line"))

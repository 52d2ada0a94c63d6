"""Statements: one writing, one digest, and signatures that hold or are refused."""

from dataclasses import replace

import pytest

from custody.errors import Unreadable
from custody.governance.fields import StrictFields
from custody.governance.statement import Signed, Statement
from tests.governance.treasury import ALICE, BOB, digest, sign

HALT = Statement("halt", digest("treasury"), digest("basis"), digest("head"), {"reason": None})


def test_a_statement_reads_as_it_was_written() -> None:
    signed = sign(HALT, (ALICE, BOB))
    assert Signed.take(StrictFields(signed.to_json(), "an entry")) == signed


@pytest.mark.parametrize(
    "other",
    [
        replace(HALT, kind="resume"),
        replace(HALT, treasury=digest("another")),
        replace(HALT, basis=digest("another")),
        replace(HALT, head=digest("another")),
        replace(HALT, says={"reason": digest("why").hex()}),
    ],
)
def test_whatever_is_said_is_signed(other: Statement) -> None:
    assert other.digest != HALT.digest
    carried = Signed(other, sign(HALT, (ALICE,)).signatures).to_json()
    with pytest.raises(Unreadable, match="does not hold"):
        Signed.take(StrictFields(carried, "an entry"))


@pytest.mark.parametrize("defect", ["out of order", "twice", "of another key", "short"])
def test_signatures_that_are_not_as_written_are_refused(defect: str) -> None:
    written = sign(HALT, (ALICE, BOB)).to_json()
    signatures = written["signatures"]
    if defect == "out of order":
        signatures.reverse()
    elif defect == "twice":
        signatures.append(signatures[-1])
    elif defect == "of another key":
        signatures[0]["signature"] = signatures[1]["signature"]
    else:
        signatures[0]["signature"] = signatures[0]["signature"][:-2]
    with pytest.raises(Unreadable):
        Signed.take(StrictFields(written, "an entry"))

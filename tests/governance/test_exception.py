"""A quorum excepts what is unfit on a machine: named findings, a reason, an end within a year; while it holds."""

from dataclasses import replace
from typing import Any

import pytest

from custody.errors import Refused, Unreadable
from custody.governance.exception import LONGEST, MOST_FINDINGS, MachineException
from custody.governance.statement import EXCEPTION, NOBODY, ROSTER, WALLET, Statement
from tests.governance.treasury import (
    ALICE,
    AT,
    BOB,
    CAROL,
    DAVE,
    ERIN,
    FIVE,
    A,
    B,
    Person,
    admitted,
    agree,
    begun,
    digest,
    exported,
    joined,
    roster,
    sign,
    statement,
    taken,
    tell,
)

SWAP = MachineException(A.key, ("MACHINE-NET-UP", "MACHINE-SWAP"), "the old laptop", AT + 1000, digest("report"))
WALLET_SAYS = {"name": "treasury", "document": {"name": "treasury", "x": 1}}


def read(says: dict[str, Any], at: int = AT) -> MachineException:
    return MachineException.of(Statement(EXCEPTION, NOBODY, A.key, {}, (), NOBODY, at, says))


def test_it_is_read_as_it_was_written() -> None:
    assert read(SWAP.to_json()) == SWAP
    many = tuple(sorted(f"MACHINE-{number}" for number in range(MOST_FINDINGS)))
    longest = replace(SWAP, findings=many, reason="x" * 200, ends=AT + LONGEST)
    assert read(longest.to_json()) == longest


@pytest.mark.parametrize(
    "more",
    [
        {"findings": []},
        {"findings": ["MACHINE-SWAP", "MACHINE-NET-UP"]},
        {"findings": ["MACHINE-SWAP", "MACHINE-SWAP"]},
        {"findings": ["machine-swap"]},
        {"findings": ["MACHINE-SWAP\n"]},
        {"findings": [""]},
        {"findings": sorted(f"MACHINE-{number}" for number in range(MOST_FINDINGS + 1))},
        {"reason": ""},
        {"reason": " \n"},
        {"reason": "x" * 201},
        {"to": AT},
        {"to": AT + LONGEST + 1},
        {"machine": "00"},
        {"report": "00"},
        {"more": 1},
    ],
    ids=str,
)
def test_whatever_is_no_exception_is_unreadable(more: dict[str, Any]) -> None:
    with pytest.raises(Unreadable):
        read(SWAP.to_json() | more)


@pytest.mark.parametrize("member", SWAP.to_json())
def test_nothing_of_it_may_be_missing(member: str) -> None:
    says = SWAP.to_json()
    del says[member]
    with pytest.raises(Unreadable):
        read(says)


def test_it_takes_a_quorum() -> None:
    with pytest.raises(Refused) as wrong:
        agree(begun(), EXCEPTION, SWAP.to_json(), (ALICE, BOB))
    assert wrong.value.code == "quorum"


def test_it_holds_on_its_machine_and_up_to_its_end() -> None:
    first = agree(admitted(begun(), B), EXCEPTION, SWAP.to_json(), (ALICE, BOB, CAROL))
    assert first.excepted(AT) == first.excepted(AT + 999) == (SWAP,)
    assert first.excepted(AT + 1000) == ()
    second = taken(joined(B, exported(first)), exported(first))
    assert second.state.rules.exceptions == (SWAP,)
    assert second.excepted(AT) == ()


def test_a_clock_that_was_put_back_revives_none() -> None:
    book = agree(begun(), EXCEPTION, SWAP.to_json(), (ALICE, BOB, CAROL))
    later = statement(book, WALLET, WALLET_SAYS, at=AT + 1000)
    ahead = tell(book, WALLET, sign(later, (ALICE, BOB, CAROL)).to_json())
    assert ahead.excepted(AT) == ()


def test_one_that_leavers_dated_back_counts_nowhere() -> None:
    first = admitted(begun(FIVE), B)
    second = taken(joined(B, exported(first)), exported(first))
    new = roster((ALICE, BOB, *map(Person, ("gina", "hank", "ivan"))), version=2)
    left = agree(first, ROSTER, {"roster": new.to_json()}, (ALICE, BOB, CAROL, *map(Person, ("gina", "hank", "ivan"))))
    on_second = replace(SWAP, machine=B.key)
    backdated = agree(second, EXCEPTION, on_second.to_json(), (CAROL, DAVE, ERIN))
    assert backdated.excepted(AT) == (on_second,)
    heard = taken(backdated, exported(left))
    assert [each.kind for each in heard.state.rules.waiting] == [EXCEPTION]
    assert heard.excepted(AT) == ()

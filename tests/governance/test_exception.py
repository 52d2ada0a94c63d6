"""A quorum excepts what is unfit on a machine: named findings, a reason, an end within a year; while it holds."""

from dataclasses import replace
from typing import Any

import pytest

from custody.errors import Refused, Unreadable
from custody.governance.exception import LONGEST, MOST_FINDINGS, Excepted, MachineException, shown
from custody.governance.records import Mended
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

THINGS = (Excepted("MACHINE-NET-UP", "eth0"), Excepted("MACHINE-SWAP", ""))
SWAP = MachineException(A.key, THINGS, "the old laptop", AT + 1000, digest("report"))
MENDED = Mended(1, digest("cut")).to_json()
WALLET_SAYS = {"name": "treasury", "document": {"name": "treasury", "x": 1}}


def read(says: dict[str, Any], at: int = AT) -> MachineException:
    return MachineException.of(Statement(EXCEPTION, NOBODY, A.key, {}, (), NOBODY, at, says))


def test_it_is_read_as_it_was_written() -> None:
    assert read(SWAP.to_json()) == SWAP
    many = tuple(sorted(Excepted("MACHINE-NET-UP", f"eth{number}") for number in range(MOST_FINDINGS)))
    longest = replace(SWAP, findings=many, reason="x" * 200, ends=AT + LONGEST)
    assert read(longest.to_json()) == longest


@pytest.mark.parametrize(
    "more",
    [
        {"findings": []},
        {"findings": [["MACHINE-SWAP", ""], ["MACHINE-NET-UP", "eth0"]]},
        {"findings": [["MACHINE-NET-UP", "wlan0"], ["MACHINE-NET-UP", "eth0"]]},
        {"findings": [["MACHINE-SWAP", "a"], ["MACHINE-SWAP", "a"]]},
        {"findings": ["MACHINE-SWAP"]},
        {"findings": [["MACHINE-SWAP"]]},
        {"findings": [["MACHINE-SWAP", "a", "b"]]},
        {"findings": [{"MACHINE-SWAP": "a"}]},
        {"findings": [["MACHINE-SWAP", None]]},
        {"findings": [["MACHINE-SWAP", ["a"]]]},
        {"findings": [["MACHINE-SWAP", "a\n"]]},
        {"findings": [["MACHINE-SWAP", "\u0435th0"]]},
        {"findings": [["MACHINE-SWAP", "a" * 201]]},
        {"findings": [["machine-swap", ""]]},
        {"findings": [["MACHINE-SWAP\n", ""]]},
        {"findings": [["", "eth0"]]},
        {"findings": sorted(["MACHINE-NET-UP", f"eth{number}"] for number in range(MOST_FINDINGS + 1))},
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


def test_a_line_that_its_machine_wrote_later_ends_it_and_another_machines_does_not() -> None:
    first = agree(admitted(begun(), B), EXCEPTION, SWAP.to_json(), (ALICE, BOB, CAROL))
    second = joined(B, exported(first))
    ahead = second.extended(B.sealed(second.next("mended", MENDED, at=AT + 2000)))
    heard = taken(first, exported(ahead))
    assert heard.excepted(AT) == (SWAP,), "another machine's clock"
    assert heard.not_before(AT, B.key) == AT + 2000
    own = heard.extended(A.sealed(heard.next("mended", MENDED, at=AT + 1000)))
    assert own.excepted(AT) == own.exceptions_at(AT) == ()
    assert own.state.rules.exceptions == (SWAP,), "it ended, and was not taken back"
    other = taken(ahead, exported(own))
    assert other.exceptions_at(AT) == (), "whoever reads the book sees it as its machine does"


def test_people_read_a_finding_and_for_what() -> None:
    assert shown(THINGS) == "MACHINE-NET-UP for eth0, MACHINE-SWAP"


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

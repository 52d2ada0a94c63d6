"""Officers signed over the rules that the lines make: another state in a statement or an approval is an alarm."""

from dataclasses import replace
from typing import Any

import pytest

from custody.errors import Alarm
from custody.governance.approval import Intent
from custody.governance.book import Book
from custody.governance.contents import Absence
from custody.governance.known.checking import check_states
from custody.governance.statement import WALLET
from tests.governance.treasury import (
    ALICE,
    AT,
    ERIN,
    FIVE,
    FRANK,
    THREE,
    A,
    B,
    C,
    agree,
    approved,
    begun,
    both,
    by_hand,
    change,
    digest,
    exchanged,
    halted,
    heir,
    sign,
    signature,
    signed,
    statement,
    tell,
    with_vault,
)

WALLET_SAYS: dict[str, Any] = {"document": {"format": "x"}, "name": "treasury"}


def busy() -> tuple[Book, ...]:
    one, two = both(B)
    one = signed(halted(with_vault(signed(one, "one", "coin:a:0")), ERIN), "two", "coin:b:0")
    two = agree(signed(two, "three", "coin:c:0"), WALLET, WALLET_SAYS, THREE)
    one, two = exchanged(one, two)
    one = signed(change(one, FIVE[:4], THREE), "four")
    two = signed(agree(two, "absence", Absence(FRANK.key, 1, 2).to_json(), THREE), "five", "coin:d:0")
    one, two = exchanged(one, two)
    return agree(one, WALLET, {**WALLET_SAYS, "name": "cold"}, THREE), two


def test_what_honest_machines_show_is_what_their_journals_make() -> None:
    for book in (*busy(), begun(), heir(signed(begun(), "one"), C)):
        check_states(book.known)


def test_a_statement_over_other_rules_is_an_alarm() -> None:
    one, two = exchanged(*both(B))
    false = replace(statement(two, WALLET, WALLET_SAYS), state=digest("x"))
    two = tell(two, WALLET, sign(false, THREE).to_json())
    for book in exchanged(signed(one, "one"), two):
        with pytest.raises(Alarm) as told:
            check_states(book.known)
        assert told.value.code == "state-changed"
        assert f"entry {two.head.number} of machine {B.key.hex()[:8]}" in told.value.message


def test_an_approval_over_other_rules_is_an_alarm() -> None:
    book = signed(begun(), "one")
    honest = approved(book, "two", THREE)
    officers = {person.key: person for person in THREE}
    false = [by_hand(replace(each.approval, state=digest("x")), officers[each.approval.officer]) for each in honest[:1]]
    present = sorted((*false, *honest[1:]), key=lambda each: each.approval.officer)
    told_ = signature(book, "two") | {"present": [each.to_json() for each in present]}
    with pytest.raises(Alarm, match=f"entry 2 of machine {A.key.hex()[:8]}"):
        check_states(tell(book, "signed", told_).known)


def test_a_state_of_an_older_line_is_another_state() -> None:
    for older in (begun(), signed(begun(), "one", "coin:a:0")):
        book = signed(signed(begun(), "one", "coin:a:0"), "two", "coin:b:0")
        false = replace(statement(book, WALLET, WALLET_SAYS), state=older.digest)
        with pytest.raises(Alarm, match="entry 3"):
            check_states(tell(book, WALLET, sign(false, THREE).to_json()).known)


def test_the_state_of_a_genesis_is_not_asked_for() -> None:
    check_states(begun().known)
    assert begun().known.statements[0].signed.statement.state == bytes(32)


def test_a_no_is_over_a_state_too() -> None:
    book = begun()
    approval = book.approval(Intent.DECLINE, ALICE.key, digest("d"), at=AT, review=digest("r"), verdict="warn")
    for state, fine in ((approval.state, True), (digest("x"), False)):
        declined = by_hand(replace(approval, state=state), ALICE)
        what = {
            "code": "c",
            "digest": digest("d").hex(),
            "document": digest("f").hex(),
            "findings": [],
            "present": [declined.to_json()],
            "reason": None,
            "review": digest("r").hex(),
            "wallets": [],
        }
        told = tell(book, "declined", what)
        if fine:
            check_states(told.known)
        else:
            with pytest.raises(Alarm):
                check_states(told.known)

"""A quorum enters a ceremony: sittings by their transcripts' heads, the sets of their cards, and wallets."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from custody.errors import Refused, Unreadable
from custody.governance.ceremonies.entered import MOST, MOST_CARDS, MOST_SETS, CardSet, Entered, Sitting
from custody.governance.contents import wallet_digest
from custody.governance.statement import ADOPT, CEREMONY, NOBODY, ROSTER, WALLET, Statement, Tip
from tests.governance.strictly import changed
from tests.governance.treasury import (
    ALICE,
    AT,
    BOB,
    CAROL,
    DAVE,
    ERIN,
    THREE,
    A,
    B,
    agree,
    begun,
    both,
    digest,
    exchanged,
    roster,
)

PLAN = digest("plan")
CARDS = CardSet("key-1", 17, b"\x01\x02\x03\x04", b"\x05\x06\x07\x08", digest("cards"), 2, ((3, 5), (1, 1), (2, 3)))
OTHER = replace(CARDS, key="key-2", number=18, needed=1, groups=((3, 5),))
TOKYO = Sitting(PLAN, "tokyo", Tip(63, digest("head")), Tip(55, digest("aloud")), (CARDS, OTHER))
OSAKA = Sitting(PLAN, "osaka", Tip(64, digest("other head")), Tip(50, digest("x")), ())
WALLETS = (("cold", {"format": "x", "name": "cold"}), ("main", {"format": "y", "name": "main"}))
ENTERED = Entered(PLAN, (OSAKA, TOKYO), WALLETS)
SAYS = ENTERED.to_json()


def read(says: dict[str, Any]) -> Entered:
    return Entered.of(Statement(CEREMONY, NOBODY, A.key, {}, (), NOBODY, AT, says))


def test_it_is_read_as_it_was_written() -> None:
    assert read(SAYS) == ENTERED
    for part in (replace(ENTERED, sittings=()), replace(ENTERED, wallets=())):
        assert read(part.to_json()) == part


def test_the_widest_is_read_and_nothing_wider() -> None:
    groups = ((MOST_CARDS, MOST_CARDS),) * MOST_CARDS
    wide = replace(CARDS, key="k" * 40, number=MOST_SETS - 1, needed=MOST_CARDS, groups=groups)
    keys = tuple(replace(wide, key=f"k{number:02}") for number in range(MOST))
    sittings = tuple(replace(OSAKA, name=f"s{number:02}", keys=()) for number in range(MOST - 1))
    whole = Entered(PLAN, (*sittings, replace(TOKYO, name="t" * 40, keys=keys)), ())
    assert read(whole.to_json()) == whole
    for each in (
        replace(wide, key="k" * 41),
        replace(wide, number=MOST_SETS),
        replace(wide, needed=MOST_CARDS + 1),
        replace(wide, groups=((1, 1),) * (MOST_CARDS + 1)),
        replace(wide, groups=((MOST_CARDS + 1, MOST_CARDS + 1),)),
    ):
        with pytest.raises(Unreadable):
            read(Entered(PLAN, (replace(TOKYO, keys=(each,)),), ()).to_json())
    for more in (
        Entered(PLAN, (*sittings, OSAKA, TOKYO), ()),
        Entered(PLAN, (replace(TOKYO, keys=(*keys, replace(wide, key="z"))),), ()),
        Entered(PLAN, (), tuple((f"w{number:02}", {}) for number in range(MOST + 1))),
    ):
        with pytest.raises(Unreadable):
            read(more.to_json())


def nested() -> Iterator[dict[str, Any]]:
    """What is said, with one member wrong, somewhere."""
    yield from changed(SAYS)
    osaka, tokyo = SAYS["sittings"]
    yield from (SAYS | {"sittings": [osaka, each]} for each in changed(tokyo))
    for each in changed(CARDS.to_json()):
        yield SAYS | {"sittings": [osaka, tokyo | {"keys": [each]}]}
    for wallet in changed(SAYS["wallets"][0]):
        if wallet.get("name", "cold") == "" or (isinstance(wallet.get("document"), dict) and "x" in wallet["document"]):
            continue  # a name and a document are free in what they hold, as in a wallet's own statement
        yield SAYS | {"wallets": [wallet]}


def test_another_form_is_unreadable() -> None:
    for says in nested():
        with pytest.raises(Unreadable):
            read(says)
            pytest.fail(str(says))


@pytest.mark.parametrize(
    "wrong",
    [
        {"sittings": [], "wallets": []},
        {"sittings": SAYS["sittings"][::-1]},
        {"sittings": [SAYS["sittings"][0]] * 2},
        {"wallets": SAYS["wallets"][::-1]},
        {"wallets": [SAYS["wallets"][0]] * 2},
        {"wallets": [{"name": "n" * 201, "document": {}}]},
        {"sittings": [OSAKA.says() | {"plan": PLAN.hex()}]},
        *(
            {"sittings": [OSAKA.says() | {"sitting": name}]}
            for name in ("", "Osaka", "1st", "o saka", "o\n", "ö", "-o")
        ),
        *({"sittings": [TOKYO.says() | {"keys": keys}]} for keys in ([OTHER.to_json(), CARDS.to_json()],)),
        {"sittings": [TOKYO.says() | {"keys": [CARDS.to_json()] * 2}]},
        *(
            {"sittings": [TOKYO.says() | {"keys": [CARDS.to_json() | {"groups": groups}]}]}
            for groups in ([], [[3]], [[3, 5, 1]], [[6, 5], [1, 1]], [[0, 5], [1, 1]], ["35", "11"], [{}, {}])
        ),
        {"sittings": [TOKYO.says() | {"keys": [CARDS.to_json() | {"needed": 0}]}]},
        {"sittings": [TOKYO.says() | {"keys": [CARDS.to_json() | {"needed": 4}]}]},
    ],
    ids=str,
)
def test_what_says_nothing_or_out_of_order_is_unreadable(wrong: dict[str, Any]) -> None:
    with pytest.raises(Unreadable):
        read(SAYS | wrong)


def test_a_quorum_enters_it_and_fewer_do_not() -> None:
    with pytest.raises(Refused, match="2 of the 3 seats") as told:
        agree(begun(), CEREMONY, SAYS, (ALICE, BOB))
    assert told.value.code == "quorum"
    state = agree(begun(), CEREMONY, SAYS, THREE).state
    assert set(state.rules.ceremonies) == {OSAKA, TOKYO}
    assert state.named(PLAN, "tokyo") == (TOKYO,)
    assert state.named(PLAN, "kyoto") == state.named(digest("x"), "tokyo") == ()


def test_its_wallets_are_registered_as_by_a_statement_of_their_own() -> None:
    entered = agree(begun(), CEREMONY, SAYS, THREE)
    alone = begun()
    for name, document in WALLETS:
        alone = agree(alone, WALLET, {"document": document, "name": name}, THREE)
    assert entered.state.wallets == alone.state.wallets == dict(WALLETS)
    assert {each.digest for each in entered.state.rules.wallets} == {wallet_digest(each) for _n, each in WALLETS}
    assert len(agree(alone, CEREMONY, SAYS, THREE).state.rules.wallets) == 2, "one content under one name is one"


def test_what_two_machines_enter_alike_counts_once_and_a_difference_stands() -> None:
    one, two = both(B)
    one, two = agree(one, CEREMONY, SAYS, THREE), agree(two, CEREMONY, SAYS, (CAROL, DAVE, ERIN))
    for book in exchanged(one, two):
        assert sorted(book.state.rules.ceremonies, key=lambda each: each.name) == [OSAKA, TOKYO]
    one, two = both(B)
    forged = replace(TOKYO, keys=(replace(CARDS, cards=digest("x")),))
    one = agree(one, CEREMONY, SAYS, THREE)
    two = agree(two, CEREMONY, replace(ENTERED, sittings=(forged,), wallets=()).to_json(), (CAROL, DAVE, ERIN))
    for book in exchanged(one, two):
        assert set(book.state.named(PLAN, "tokyo")) == {TOKYO, forged}


def test_one_that_former_officers_agreed_to_waits_and_registers_nothing_until_it_is_adopted() -> None:
    one, two = both(B)
    fewer = roster((*THREE, DAVE), version=2)
    one = agree(one, ROSTER, {"roster": fewer.to_json()}, THREE)
    two = agree(two, CEREMONY, SAYS, (CAROL, DAVE, ERIN))
    one, two = exchanged(one, two)
    assert [each.kind for each in one.state.rules.waiting] == [CEREMONY]
    assert not one.state.rules.ceremonies and not one.state.wallets
    waiting = {"statements": [each.digest.hex() for each in one.state.rules.waiting]}
    one = agree(one, ADOPT, waiting, (ALICE, BOB, CAROL))
    assert set(one.state.rules.ceremonies) == {OSAKA, TOKYO} and set(one.state.wallets) == {"cold", "main"}

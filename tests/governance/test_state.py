"""How a machine stands: what it may do while halted, contested or not admitted, and how wallets are called."""

from dataclasses import replace
from typing import Any

import pytest

from custody import canonical
from custody.errors import Refused
from custody.governance.ceremonies.entered import CardSet, Sitting
from custody.governance.contents import Absence, VaultRecord
from custody.governance.exception import Excepted, MachineException
from custody.governance.known.machines import Writer
from custody.governance.state import OpenHalt, Rules, State, Waiting, WalletRecord
from custody.governance.statement import Tip
from tests.governance.treasury import (
    ALICE,
    BOB,
    FIVE,
    THREE,
    A,
    B,
    begun,
    both,
    change,
    digest,
    ended,
    exchanged,
    exported,
    halt_of,
    halted,
    joined,
    roster,
    with_vault,
)

HALT = halt_of(begun(), ALICE)
RECORD = VaultRecord(digest("vault")[:16], 1, 1, "slip39", {"slip39": "0a0b0c0d"}, digest("continuity"))
CARDS = CardSet("key-1", 17, b"1234", b"5678", digest("cards"), 1, ((3, 5),))
HELD = Sitting(digest("plan"), "tokyo", Tip(63, digest("last line")), Tip(55, digest("aloud")), (CARDS,))
RULES = Rules(
    treasury=digest("treasury"),
    leaves=((digest("roster"), roster()),),
    contested=False,
    machines={A.key: Writer(A.key, digest("name"), True, None, Tip(7, digest("tip")), (Tip(3, digest("end")),), 4)},
    halts={HALT.digest: OpenHalt(HALT, A.key, 7)},
    mute={},
    cleared=frozenset({digest("cleared")}),
    wallets=(WalletRecord("treasury", digest("content"), {"format": "x"}),),
    vaults=((A.key, "main", RECORD),),
    absences=(Absence(ALICE.key, 1, 2),),
    exceptions=(MachineException(A.key, (Excepted("MACHINE-SWAP", "/dev/sda3"),), "old", 9, digest("report")),),
    ceremonies=(HELD,),
    waiting=(Waiting(digest("waits"), "wallet", A.key, 3, frozenset({BOB.key})),),
)


def written(rules: Rules) -> bytes:
    return canonical.encode(rules.to_json())


def changes() -> dict[str, Any]:
    """Rules that differ in one thing, each."""
    machine = RULES.machines[A.key]

    def with_machine(**changed: Any) -> dict[str, Any]:
        return {"machines": {A.key: replace(machine, **changed)}}

    return {
        "treasury": {"treasury": digest("x")},
        "the id of a roster": {"leaves": ((digest("x"), roster()),)},
        "a roster": {"leaves": ((digest("roster"), roster(rules=4)),)},
        "another roster": {"leaves": (*RULES.leaves, (digest("x"), roster()))},
        "certified": with_machine(certified=False),
        "ends": with_machine(ends=()),
        "another end": with_machine(ends=(Tip(4, digest("end")),)),
        "a fork": with_machine(forked=None),
        "a machine's name": with_machine(name=None),
        "another machine": {"machines": {B.key: replace(machine, key=B.key)}},
        "halts": {"halts": {}},
        "mute halts": {"mute": {HALT.digest: OpenHalt(HALT, A.key, 7)}},
        "cleared": {"cleared": frozenset()},
        "wallets": {"wallets": ()},
        "a wallet's name": {"wallets": (replace(RULES.wallets[0], name="x"),)},
        "a wallet's content": {"wallets": (replace(RULES.wallets[0], digest=digest("x")),)},
        "vaults": {"vaults": ()},
        "a vault's machine": {"vaults": ((B.key, "main", RECORD),)},
        "a vault's name": {"vaults": ((A.key, "other", RECORD),)},
        "a vault's key": {"vaults": ((A.key, "main", replace(RECORD, continuity=digest("x"))),)},
        "absences": {"absences": ()},
        "exceptions": {"exceptions": ()},
        "ceremonies": {"ceremonies": ()},
        **{
            f"a sitting's {name}": {"ceremonies": (replace(HELD, **{name: other}),)}
            for name, other in {
                "plan": digest("x"),
                "name": "osaka",
                "head": Tip(63, digest("x")),
                "aloud": Tip(55, digest("x")),
                "keys": (),
            }.items()
        },
        "a sitting's last number": {"ceremonies": (replace(HELD, head=Tip(64, HELD.head.hash)),)},
        **{
            f"a set's {name}": {"ceremonies": (replace(HELD, keys=(replace(CARDS, **{name: other}),)),)}
            for name, other in {
                "key": "key-2",
                "number": 18,
                "fingerprint": b"8765",
                "other": b"4321",
                "cards": digest("x"),
                "needed": 2,
                "groups": ((2, 5),),
            }.items()
        },
        "what waits": {"waiting": ()},
    }


def test_every_rule_is_in_the_object_whose_digest_is_signed() -> None:
    forms = {written(replace(RULES, **changed)) for changed in changes().values()}
    assert len(forms | {written(RULES)}) == len(changes()) + 1


def test_the_order_of_what_is_listed_does_not_count() -> None:
    wallets = (*RULES.wallets, WalletRecord("cold", digest("c"), {}))
    vaults = (*RULES.vaults, (B.key, "main", RECORD))
    waiting = (*RULES.waiting, Waiting(digest("w"), "wallet", A.key, 4, frozenset()))
    absences = (*RULES.absences, Absence(BOB.key, 1, 2))
    exceptions = (*RULES.exceptions, replace(RULES.exceptions[0], reason="new"))
    ceremonies = (HELD, replace(HELD, name="osaka"))
    one = replace(
        RULES,
        wallets=wallets,
        vaults=vaults,
        waiting=waiting,
        absences=absences,
        exceptions=exceptions,
        ceremonies=ceremonies,
    )
    other = replace(
        RULES,
        wallets=wallets[::-1],
        vaults=vaults[::-1],
        waiting=waiting[::-1],
        absences=absences[::-1],
        exceptions=exceptions[::-1],
        ceremonies=ceremonies[::-1],
    )
    assert written(one) == written(other)
    cleared = {digest(str(number)) for number in range(20)}
    mute = {each: OpenHalt(HALT, A.key, 7) for each in cleared}
    told = replace(RULES, cleared=frozenset(cleared), mute=mute, halts=mute).to_json()
    assert told["cleared"] == told["mute"] == told["halts"] == sorted(each.hex() for each in cleared)


def test_what_a_machine_said_last_is_no_rule() -> None:
    """The newest line of a machine changes with each line: heads and marks name it, not the rules."""
    machine = RULES.machines[A.key]
    other = replace(machine, newest=None, replaced=B.key)
    assert written(replace(RULES, machines={A.key: other})) == written(RULES)


def test_a_state_gives_what_its_rules_hold() -> None:
    state = State(RULES, A.key)
    assert state.treasury == digest("treasury")
    assert state.rosters == (roster(),) and state.roster == roster()
    assert state.basis == (digest("roster"),) and state.roster_id == digest("roster")
    assert state.halts == RULES.halts
    assert (state.vaults, state.identities, state.backups, state.counts) == ({}, {}, (), {})


def test_nothing_runs_while_a_halt_is_open() -> None:
    state = State(RULES, A.key)
    assert state.halted
    with pytest.raises(Refused) as told:
        state.require_running()
    assert told.value.code == "halted"
    State(replace(RULES, halts={}), A.key).require_running()


def test_nothing_is_signed_while_rosters_are_contested() -> None:
    State(RULES, A.key).require_settled()
    with pytest.raises(Refused) as told:
        State(replace(RULES, contested=True), A.key).require_settled()
    assert told.value.code == "contested"
    one, two = both(B)
    one, _two = exchanged(change(one, FIVE[:4], THREE), change(two, FIVE[1:], FIVE[1:4]))
    with pytest.raises(Refused):
        one.state.require_settled()
    assert one.state.roster_id == min(one.state.basis)


def test_a_machine_writes_that_a_quorum_admitted_and_nobody_ended() -> None:
    one, two = both(B)
    one.state.require_writer()
    two.state.require_writer()
    for book in (joined(B, exported(begun())),):
        with pytest.raises(Refused) as told:
            book.state.require_writer()
        assert told.value.code == "not-admitted" and B.key.hex() in told.value.hint
    with pytest.raises(Refused) as told:
        State(replace(RULES, machines={}), A.key).require_writer()
    assert told.value.code == "not-admitted"
    one = ended(one, B)
    for book in exchanged(one, two)[1:]:
        with pytest.raises(Refused) as told:
            book.state.require_writer()
        assert told.value.code == "writer"


def test_vaults_that_are_elsewhere_are_told_apart_by_their_identifier() -> None:
    one, two = exchanged(*both(B))
    one = with_vault(one)
    one, two = exchanged(one, two)
    assert one.state.elsewhere == ()
    ((writer, name, _record),) = two.state.elsewhere
    assert (writer, name) == (A.key, "main") and two.state.vaults == {}


def test_a_name_that_two_contents_have_says_which() -> None:
    two = (WalletRecord("a", digest("1"), {"format": "1"}), WalletRecord("a", digest("2"), {"format": "2"}))
    state = State(replace(RULES, wallets=(*two, WalletRecord("b", digest("1"), {"format": "1"}))), A.key)
    one, other = (f"a~{digest(each).hex()[:8]}" for each in "12")
    assert state.wallets == {
        one: {"format": "1", "name": one},
        other: {"format": "2", "name": other},
        "b": {"format": "1"},
    }


def test_a_halted_book_says_so() -> None:
    assert not begun().state.halted
    assert halted(begun(), ALICE).state.halted


def test_a_state_is_hashed_under_these_names() -> None:
    assert begun().state.rules.to_json().keys() == {
        *(
            "absences",
            "ceremonies",
            "cleared",
            "exceptions",
            "halts",
            "machines",
            "mute",
            "rosters",
            "treasury",
            "vaults",
        ),
        *("waiting", "wallets"),
    }

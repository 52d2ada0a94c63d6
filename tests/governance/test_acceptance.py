"""Who must sign what: every change of rules with one voice too few is refused, and nothing counts twice."""

from dataclasses import replace

import pytest

from custody.errors import Refused
from custody.governance import acceptance
from custody.governance.book import Book
from custody.governance.contents import Follows, Genesis
from custody.governance.roster import Roster
from custody.governance.statement import Statement
from tests.governance.treasury import (
    ALICE,
    BOB,
    CAROL,
    DAVE,
    ERIN,
    FIVE,
    FRANK,
    VAULT_SAYS,
    Person,
    agree,
    begun,
    digest,
    genesis,
    genesis_line,
    roster,
    sign,
    signature,
    statement,
    tell,
    with_vault,
)

QUORUM = (ALICE, BOB, CAROL)
WALLET_SAYS = {"document": {"format": "x"}, "name": "treasury"}


def halted(book: Book, by: Person = ERIN) -> Book:
    """The book after one officer called a halt."""
    return agree(book, acceptance.HALT, {"reason": None}, (by,))


def proposals(book: Book) -> dict[str, tuple[str, dict[str, object], dict[str, object]]]:
    """Every change that takes a quorum: its kind, what it says, and what else its entry has."""
    fewer = Roster("regtest", book.state.roster.officers[:4], 3, 3, 2)
    joined = Roster("regtest", (*book.state.roster.officers, FRANK.officer(6)), 3, 3, 2)
    lower = replace(book.state.roster, rules=2, unlock=2, version=2)
    return {
        "an officer leaves": ("roster", {"roster": fewer.to_json()}, {"vaults": {}}),
        "an officer joins": ("roster", {"roster": joined.to_json()}, {"vaults": {}}),
        "a lower quorum": ("roster", {"roster": lower.to_json()}, {"vaults": {}}),
        "a wallet": ("wallet", WALLET_SAYS, {}),
        "a vault": ("vault", VAULT_SAYS, {"vaults": {"main": 1}}),
    }


@pytest.mark.parametrize("change", list(proposals(begun())))
def test_one_approval_too_few_is_refused_and_enough_are_accepted(change: str) -> None:
    book = begun()
    kind, says, more = proposals(book)[change]
    joining = (FRANK,) if change == "an officer joins" else ()
    with pytest.raises(Refused) as told:
        agree(book, kind, says, (ALICE, BOB, *joining), **more)
    assert told.value.code == "quorum"
    agree(book, kind, says, (*QUORUM, *joining), **more)


def test_who_joins_counts_for_nothing_yet() -> None:
    book = begun()
    kind, says, more = proposals(book)["an officer joins"]
    with pytest.raises(Refused):
        agree(book, kind, says, (ALICE, BOB, FRANK), **more)
    with pytest.raises(Refused, match="prove"):
        agree(book, kind, says, QUORUM, **more)


@pytest.mark.parametrize("change", ["an officer leaves", "a wallet", "a vault"])
def test_a_stranger_among_the_signers_is_refused(change: str) -> None:
    book = begun()
    kind, says, more = proposals(book)[change]
    with pytest.raises(Refused):
        agree(book, kind, says, (*QUORUM, FRANK), **more)


def test_two_people_of_one_seat_are_one_voice() -> None:
    officers = (*roster().officers, FRANK.officer(1, alternate=True))
    people = (*FIVE, FRANK)
    first = Genesis(Roster("regtest", officers, 3, 3, 1), digest("salt")[:16], (), (), None)
    unsigned = Statement("genesis", bytes(32), bytes(32), bytes(32), first.to_json())
    book = Book.begin(genesis_line(sign(unsigned, people)))
    with pytest.raises(Refused, match="2 of the 3"):
        agree(book, "wallet", WALLET_SAYS, (ALICE, FRANK, BOB))
    agree(book, "wallet", WALLET_SAYS, (FRANK, BOB, CAROL))


def test_an_approval_dies_with_the_next_change_of_rules() -> None:
    book = begun()
    old = sign(statement(book, "vault", VAULT_SAYS), QUORUM)
    book = agree(book, "wallet", WALLET_SAYS, QUORUM)
    with pytest.raises(Refused) as told:
        tell(book, "vault", old.to_json())
    assert told.value.code == "stale"


def test_a_statement_does_not_count_twice() -> None:
    book = halted(begun())
    cleared = {"halts": [each.hex() for each in book.state.halts]}
    resumption = sign(statement(book, "resume", cleared), QUORUM)
    book = halted(tell(book, "resume", resumption.to_json()), BOB)
    with pytest.raises(Refused):
        tell(book, "resume", resumption.to_json())


def test_a_statement_of_another_treasury_is_refused() -> None:
    book, other = begun(), begun(rules=2)
    with pytest.raises(Refused) as told:
        tell(
            book,
            "wallet",
            sign(replace(statement(other, "wallet", WALLET_SAYS), head=book.head.hash), QUORUM).to_json(),
        )
    assert told.value.code == "foreign"


def test_a_statement_that_names_a_head_of_another_journal_is_refused() -> None:
    book = begun()
    with pytest.raises(Refused):
        tell(book, "wallet", sign(replace(statement(book, "wallet", WALLET_SAYS), head=digest("x")), QUORUM).to_json())


@pytest.mark.parametrize("person", FIVE)
def test_any_officer_halts_alone(person: Person) -> None:
    assert halted(begun(), person).state.halted


def test_a_halt_by_a_stranger_or_by_two_is_refused() -> None:
    for people in ((FRANK,), (ALICE, BOB)):
        with pytest.raises(Refused):
            agree(begun(), "halt", {"reason": None}, people)


def test_a_halt_stops_signatures_wallets_and_vaults_until_a_quorum_resumes() -> None:
    book = halted(with_vault(begun()))
    with pytest.raises(Refused) as told:
        tell(book, "signed", signature("one", vaults={"main": 2}))
    assert told.value.code == "halted"
    with pytest.raises(Refused):
        agree(book, "wallet", WALLET_SAYS, QUORUM)
    open_halts = {"halts": [each.hex() for each in book.state.halts]}
    with pytest.raises(Refused):
        agree(book, "resume", open_halts, (ALICE, BOB))
    book = agree(book, "resume", open_halts, QUORUM)
    tell(book, "signed", signature("one", vaults={"main": 2}))


def test_a_resumption_names_every_open_halt() -> None:
    book = halted(begun())
    one = {"halts": [each.hex() for each in book.state.halts]}
    book = halted(book, BOB)
    with pytest.raises(Refused, match="every halt"):
        agree(book, "resume", one, QUORUM)
    with pytest.raises(Refused):
        agree(begun(), "resume", {"halts": []}, QUORUM)


def test_a_cleared_halt_cannot_be_played_again() -> None:
    book = begun()
    halt = sign(statement(book, "halt", {"reason": None}), (ERIN,))
    book = tell(book, "halt", halt.to_json())
    book = agree(book, "resume", {"halts": [halt.statement.digest.hex()]}, QUORUM)
    with pytest.raises(Refused):
        tell(book, "halt", halt.to_json())


def test_an_officer_who_left_halts_nothing() -> None:
    book = begun()
    kind, says, more = proposals(book)["an officer leaves"]
    book = agree(book, kind, says, QUORUM, **more)
    with pytest.raises(Refused):
        halted(book, ERIN)
    assert halted(book, DAVE).state.halted


@pytest.mark.parametrize(
    ("defect", "people"), [("one signature is missing", FIVE[:4]), ("a stranger signed too", (*FIVE, FRANK))]
)
def test_a_genesis_is_signed_by_every_officer_and_nobody_else(defect: str, people: tuple[Person, ...]) -> None:
    with pytest.raises(Exception, match="signed by every officer"):
        Book.begin(genesis_line(genesis(by=people)))


def test_a_new_treasury_follows_an_old_one_only_with_the_signature_of_its_cards() -> None:
    cards = Person("the cards")
    before = Follows(digest("old treasury"), digest("old head"), 41, digest("old journal"), cards.key, bytes(64))
    for evidence in (cards.private.sign(before.message(roster())), ALICE.private.sign(before.message(roster()))):
        first = Genesis(roster(), digest("salt")[:16], (), (), replace(before, evidence=evidence))
        signed = sign(Statement("genesis", bytes(32), bytes(32), bytes(32), first.to_json()), FIVE)
        if cards.private.sign(before.message(roster())) == evidence:
            assert acceptance.accept_genesis(signed) == first
        else:
            with pytest.raises(Refused) as told:
                acceptance.accept_genesis(signed)
            assert told.value.code == "continuity"


@pytest.mark.parametrize("vaults", [{}, {"main": 1}, {"main": 3}, {"main": 2, "other": 1}])
def test_a_change_of_the_roster_gives_every_vault_its_next_generation(vaults: dict[str, int]) -> None:
    book = with_vault(begun())
    says = {"roster": replace(roster(FIVE[:4]), version=2).to_json()}
    with pytest.raises(Exception, match="vault"):
        agree(book, "roster", says, QUORUM, vaults=vaults)
    book = agree(book, "roster", says, QUORUM, vaults={"main": 2})
    assert book.state.vaults["main"].kept_from == 2


def test_a_vault_is_opened_by_officers_only() -> None:
    book = with_vault(begun())
    with pytest.raises(Refused):
        tell(book, "signed", signature("one", by=(FRANK,), vaults={"main": 2}))


def test_a_roster_skips_no_version_and_keeps_its_network() -> None:
    for changed in (replace(roster(FIVE[:4]), version=3), replace(roster(FIVE[:4]), network="main", version=2)):
        with pytest.raises(Refused):
            agree(begun(), "roster", {"roster": changed.to_json()}, QUORUM, vaults={})

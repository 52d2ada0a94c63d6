"""What a statement says, for each kind: read as it was written, and in no other form."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest

from custody import canonical
from custody.errors import Unreadable
from custody.governance import contents, ed25519
from custody.governance.contents import Absence, Follows, Genesis, Machine, Replaced, VaultRecord
from custody.governance.entry import LATEST
from custody.governance.records import Sealing
from custody.governance.statement import NOBODY, Statement, Tip
from tests.governance.strictly import changed
from tests.governance.treasury import AT, VAULT_SAYS, A, B, digest, roster

FOLLOWS = Follows(digest("old"), digest("head"), 41, digest("journal"), digest("continuity"), bytes(64))
GENESIS = Genesis(roster(), bytes(16), (digest("b"), digest("a")), ("camera", "disk"), FOLLOWS, digest("laptop"))
BOTH = Machine(A.key, digest("name"), Replaced(B.key, Tip(7, digest("last"))))
ABSENCE = Absence(A.key, AT, AT + 1)
WALLET = {"document": {"format": "x"}, "name": "treasury"}


def saying(kind: str, says: dict[str, Any]) -> Statement:
    return Statement(kind, NOBODY, A.key, {}, (), NOBODY, AT, says)


READERS: dict[str, tuple[Callable[[Statement], Any], dict[str, Any]]] = {
    "genesis": (Genesis.of, GENESIS.to_json()),
    "roster": (contents.roster_of, {"roster": roster().to_json()}),
    "wallet": (contents.wallet_of, WALLET),
    "vault": (contents.vault_of, VAULT_SAYS),
    "resume": (contents.cleared_by, {"halts": [bytes(32).hex(), (b"\xff" * 32).hex()]}),
    "machine": (Machine.of, BOTH.to_json()),
    "absence": (Absence.of, ABSENCE.to_json()),
    "adopt": (contents.adopted_by, {"statements": [bytes(32).hex(), (b"\xff" * 32).hex()]}),
}
NULLS = {"genesis": {"follows", "machine"}, "machine": {"key", "name", "replaces"}}
FREE = {"name", "document", "exceptions", "witnesses", "fingerprints"}
"""Members of which some of the values that are wrong elsewhere are right; they have tests of their own."""


def wrong(kind: str) -> Iterator[dict[str, Any]]:
    says = READERS[kind][1]
    for each in changed(says, frozenset(NULLS.get(kind, ()))):
        altered = [name for name in says if name in each and each[name] != says[name]]
        if altered and altered[0] in FREE and isinstance(each[altered[0]], type(says[altered[0]])):
            continue
        if kind == "vault" and altered == ["kind"] and each["kind"] == "":
            continue
        yield each


@pytest.mark.parametrize("kind", READERS)
def test_each_kind_is_read_in_its_form(kind: str) -> None:
    reader, says = READERS[kind]
    assert reader(saying(kind, says))


@pytest.mark.parametrize("kind", READERS)
def test_another_form_is_unreadable(kind: str) -> None:
    for says in wrong(kind):
        with pytest.raises(Unreadable):
            READERS[kind][0](saying(kind, says))
            pytest.fail(str(says))


@pytest.mark.parametrize(
    "genesis", [GENESIS, replace(GENESIS, follows=None), replace(GENESIS, machine=None, witnesses=(), exceptions=())]
)
def test_a_genesis_reads_as_it_was_written(genesis: Genesis) -> None:
    assert Genesis.of(saying("genesis", genesis.to_json())) == genesis


@pytest.mark.parametrize(
    "more",
    [
        {"witnesses": [digest(str(each)).hex() for each in range(65)]},
        {"witnesses": [digest("a").hex()] * 2},
        {"witnesses": ["00"]},
        {"exceptions": [str(each) for each in range(65)]},
        {"exceptions": ["a", "a"]},
        {"exceptions": [1]},
        {"salt": "00" * 15},
    ],
    ids=lambda each: str(each)[:40],
)
def test_a_genesis_out_of_bounds_is_unreadable(more: dict[str, Any]) -> None:
    with pytest.raises(Unreadable):
        Genesis.of(saying("genesis", GENESIS.to_json() | more))


def test_a_genesis_lists_at_most_so_many() -> None:
    lists = {"witnesses": tuple(digest(str(each)) for each in range(64)), "exceptions": tuple(map(str, range(64)))}
    genesis = replace(GENESIS, **lists)
    assert Genesis.of(saying("genesis", genesis.to_json())) == genesis


def test_what_a_genesis_follows_is_read_strictly() -> None:
    for written in changed(FOLLOWS.to_json()):
        with pytest.raises(Unreadable):
            Follows.from_json(written)
            pytest.fail(str(written))


@pytest.mark.parametrize(
    "other", [replace(FOLLOWS, treasury=digest("x")), replace(FOLLOWS, head=digest("x")), replace(FOLLOWS, number=42)]
)
def test_the_cards_sign_which_treasury_ends_where_and_who_follows(other: Follows) -> None:
    assert other.message(roster()) != FOLLOWS.message(roster())
    assert FOLLOWS.message(roster()) != FOLLOWS.message(roster(rules=4))
    assert FOLLOWS.message(roster()).startswith(b"custody/continuity/signature/v1\x00")
    assert len(FOLLOWS.message(roster())) == len(b"custody/continuity/signature/v1\x00") + 32


def test_what_the_journal_kept_is_no_part_of_what_the_cards_sign() -> None:
    assert replace(FOLLOWS, journal=digest("x"), evidence=b"e" * 64).message(roster()) == FOLLOWS.message(roster())


def test_a_wallet_has_a_name_and_a_document() -> None:
    assert contents.wallet_of(saying("wallet", WALLET)) == ("treasury", {"format": "x"})
    many = {str(number): 0 for number in range(10_001)}
    with pytest.raises(Unreadable):
        contents.wallet_of(saying("wallet", {"document": many, "name": "treasury"}))
    del many["0"]
    assert contents.wallet_of(saying("wallet", {"document": many, "name": "x" * 200}))[1] == many
    with pytest.raises(Unreadable):
        contents.wallet_of(saying("wallet", {"document": {}, "name": "x" * 201}))


VAULT = VaultRecord(digest("vault")[:16], 1, 1, "slip39", {"slip39": "0a0b0c0d"}, digest("continuity"), bytes(32), ())


def test_a_vault_is_sealed_as_its_first_generation() -> None:
    assert contents.vault_of(saying("vault", VAULT_SAYS)) == ("main", VAULT)
    assert contents.vault_says("main", VAULT) == VAULT_SAYS
    assert VAULT.to_json() == {name: each for name, each in VAULT_SAYS.items() if name != "name"}


@pytest.mark.parametrize(
    "fingerprints", [{"slip39": "0a0b"}, {"slip39": "0A0B0C0D"}, {"slip39": 1}, {"bip32": "0a0b0c0d"}, [], None]
)
def test_the_fingerprints_of_a_vault_are_of_secrets_that_there_are(fingerprints: Any) -> None:
    with pytest.raises(Unreadable):
        contents.vault_of(saying("vault", VAULT_SAYS | {"fingerprints": fingerprints}))


@pytest.mark.parametrize("fingerprints", [{}, {"bip39": "00000000"}, {"bip39": "ffffffff", "slip39": "0a0b0c0d"}])
def test_a_vault_has_a_fingerprint_by_kind_of_secret(fingerprints: dict[str, str]) -> None:
    assert (
        contents.vault_of(saying("vault", VAULT_SAYS | {"fingerprints": fingerprints}))[1].fingerprints == fingerprints
    )


@pytest.mark.parametrize("name", ["", "../main", "MAIN", "-main", "ma in", "m" * 65, "m\u00e4in", "main\n", "ma.in"])
def test_a_vaults_name_names_a_file(name: str) -> None:
    assert not contents.is_vault_name(name)
    with pytest.raises(Unreadable, match="name of a vault"):
        contents.vault_of(saying("vault", VAULT_SAYS | {"name": name}))


@pytest.mark.parametrize("name", ["m", "main", "0", "m-", "a-z0189", "m" * 64])
def test_small_letters_digits_and_hyphens_name_a_vault(name: str) -> None:
    assert contents.is_vault_name(name)


@pytest.mark.parametrize(("generation", "since", "oldest"), [(1, 1, 1), (3, 1, 1), (4, 1, 2), (9, 8, 8), (9, 3, 7)])
def test_a_home_keeps_three_generations_and_none_from_before_the_roster(
    generation: int, since: int, oldest: int
) -> None:
    assert replace(VAULT, generation=generation, since=since).kept_from == oldest
    assert contents.GENERATIONS == 3


def test_another_generation_of_a_vault_is_the_same_vault() -> None:
    sealed = VAULT.sealed(Sealing(4, digest("file"), 2, (digest("roster"),)))
    assert sealed == replace(VAULT, generation=4, sha256=digest("file"), since=2, roster=(digest("roster"),))


@pytest.mark.parametrize(("kind", "member"), [("resume", "halts"), ("adopt", "statements")])
def test_what_is_cleared_or_adopted_is_a_set_that_is_not_empty(kind: str, member: str) -> None:
    reader = READERS[kind][0]
    one, two = bytes(32).hex(), (b"\xff" * 32).hex()
    assert reader(saying(kind, {member: [one]})) == {bytes(32)}
    assert reader(saying(kind, {member: [one, two]})) == {bytes(32), b"\xff" * 32}
    for wrong_ in ([], [one, one], [two, one], [one[2:]]):
        with pytest.raises(Unreadable):
            reader(saying(kind, {member: wrong_}))


@pytest.mark.parametrize(
    "machine",
    [BOTH, replace(BOTH, name=None), replace(BOTH, replaces=None), Machine(None, None, BOTH.replaces)],
    ids=["both", "no name", "certified", "ended"],
)
def test_a_certificate_reads_as_it_was_written(machine: Machine) -> None:
    assert Machine.of(saying("machine", machine.to_json())) == machine


@pytest.mark.parametrize(
    "says",
    [
        {"key": None, "name": None, "replaces": None},
        {"key": None, "name": digest("name").hex(), "replaces": None},
        {**BOTH.to_json(), "key": None},
        {**BOTH.to_json(), "replaces": {"head": "00" * 32, "key": "00" * 32}},
        {**BOTH.to_json(), "replaces": {"head": "00" * 32, "key": "00" * 32, "n": -1}},
        {**BOTH.to_json(), "replaces": {"head": "00" * 31, "key": "00" * 32, "n": 1}},
        {**BOTH.to_json(), "replaces": {"head": "00" * 32, "key": "00" * 31, "n": 1}},
        {**BOTH.to_json(), "replaces": {"head": "00" * 32, "key": "00" * 32, "n": 1, "over": 1}},
    ],
    ids=lambda each: str(each)[-60:],
)
def test_a_certificate_that_says_nothing_or_names_nobody_is_unreadable(says: dict[str, Any]) -> None:
    with pytest.raises(Unreadable):
        Machine.of(saying("machine", says))


def test_a_handover_is_of_the_certificates_digest() -> None:
    message = ed25519.message(b"custody/handover/v1", digest("certificate"))
    assert contents.handover_message(digest("certificate")) == message


def test_an_absence_ends_after_it_begins() -> None:
    assert Absence.of(saying("absence", ABSENCE.to_json())) == ABSENCE
    for more in ({"to": AT}, {"to": AT - 1}, {"to": LATEST + 1}, {"from": -1}, {"officer": "00" * 31}):
        with pytest.raises(Unreadable):
            Absence.of(saying("absence", ABSENCE.to_json() | more))
    assert Absence.of(saying("absence", ABSENCE.to_json() | {"from": 0, "to": LATEST})).ends == LATEST


def test_an_officer_signs_the_own_identity_for_one_treasury() -> None:
    tag = b"custody/identity/v1"
    said = {"identity": digest("i").hex(), "officer": A.key.hex(), "treasury": digest("t").hex()}
    message = ed25519.message(tag, ed25519.digest(tag, canonical.encode(said)))
    assert contents.identity_message(digest("t"), A.key, digest("i")) == message


def test_what_the_continuity_key_signs_is_as_the_page_writes_it() -> None:
    """Made again by hand: a member of another name would be another signature, and both sides would change together."""
    ends = f'{{"head":"{FOLLOWS.head.hex()}","n":41,"roster":ROSTER,"treasury":"{FOLLOWS.treasury.hex()}"}}'
    told = ends.replace("ROSTER", canonical.encode(roster().to_json()).decode())
    assert FOLLOWS.message(roster()).endswith(sha256(told.encode()).digest())

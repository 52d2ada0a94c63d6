"""A treasury follows another only with the key that the other one recorded of its cards; who only says so is found."""

from dataclasses import replace
from pathlib import Path

import pytest

from custody.ceremony.home.home import reading
from custody.ceremony.treasury import exchange
from custody.ceremony.treasury.genesis import found
from custody.ceremony.treasury.succession import Succession
from custody.errors import Alarm
from custody.governance.book import Book
from custody.governance.contents import Follows
from custody.governance.export import JournalExport
from custody.governance.following import followed, is_proven
from custody.governance.paper import words_of
from custody.governance.roster import Roster
from custody.keys.kinds import Kind
from custody.keys.vaults.payload import KeyPayload
from custody.secret import Secret
from tests.ceremony.treasury.officers import Script, begun, five, with_vault


class WithKey(Succession):
    """A founder who vouches for himself, with whatever key he has; a true one has that of the old vault."""

    key = b"sixteen bytes of"

    def follows(self, roster: Roster) -> Follows:
        payload, head = KeyPayload(Kind.SLIP39, Secret(self.key)), self.book.head
        unsigned = Follows(
            self.book.state.treasury, head.hash, head.number, self.digest, payload.continuity(), bytes(64)
        )
        return replace(unsigned, evidence=payload.sign_continuity(unsigned.message(roster)))


class OfTheVault(WithKey):
    key = bytes.fromhex("000102030405060708090a0b0c0d0e0f")


@pytest.fixture
def old(tmp_path: Path) -> Book:
    begun(tmp_path / "old")
    with_vault(tmp_path / "old")
    with reading(tmp_path / "old") as home:
        return home.book


def founded(path: Path, succession: Succession) -> Path:
    found(path, five(2, 2, ("Frank", "Grace")), Script(("Frank", "Grace")), succession)
    return path


def test_the_new_home_keeps_the_journal_that_proves_it(tmp_path: Path, old: Book) -> None:
    with reading(founded(tmp_path / "new", OfTheVault(old, None))) as home:  # type: ignore[arg-type]
        follows = followed(home.book)
        assert follows is not None
        assert is_proven(follows, home.kept)
        whole = JournalExport.read(exchange.export(home, 0, documents=True))
        bare = JournalExport.read(exchange.export(home, 0, documents=False))
    assert is_proven(follows, whole.kept.get)
    assert not is_proven(follows, bare.kept.get)


def test_who_founds_a_treasury_with_a_key_of_his_own_is_found(tmp_path: Path, old: Book) -> None:
    with reading(founded(tmp_path / "evil", WithKey(old, None))) as home:  # type: ignore[arg-type]
        follows = followed(home.book)
        assert follows is not None
        with pytest.raises(Alarm) as told:
            is_proven(follows, home.kept)
    assert told.value.code == "continuity"


@pytest.mark.parametrize("changed", [{"number": 0}, {"treasury": bytes(32)}, {"head": bytes(32)}])
def test_the_journal_that_is_kept_must_be_the_one_that_is_named(
    changed: dict[str, object], tmp_path: Path, old: Book
) -> None:
    with reading(founded(tmp_path / "new", OfTheVault(old, None))) as home:  # type: ignore[arg-type]
        follows = followed(home.book)
        assert follows is not None
        with pytest.raises(Alarm):
            is_proven(replace(follows, **changed), home.kept)  # type: ignore[arg-type]


def test_what_is_followed_is_shown_before_anybody_agrees(tmp_path: Path, old: Book) -> None:
    script = Script(("Frank", "Grace"))
    found(tmp_path / "new", five(2, 2, ("Frank", "Grace")), script, OfTheVault(old, None))  # type: ignore[arg-type]
    (line,) = [said for said in script.said if "takes the place of treasury" in said]
    assert old.state.treasury.hex()[:16] in line
    assert " ".join(words_of(old.state.treasury, old.head)) in line

"""What an entry tells that no statement is: read as it was written, each member of its type, none missing or over."""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import pytest

from custody.errors import Unreadable
from custody.governance import records
from custody.governance.fields import StrictFields
from custody.governance.records import (
    BackupMade,
    Begun,
    HaltCalled,
    IdentitySealed,
    Import,
    Joined,
    Mended,
    Objection,
    Sealing,
    Signature,
    identities,
    mark,
    sealings,
)
from custody.governance.statement import Tip
from tests.governance.strictly import changed
from tests.governance.treasury import ALICE, A, approved, begun, digest, halt_of

BOOK = begun()
PRESENT = approved(BOOK, "one", (ALICE,))
SEALING = Sealing(3, digest("file"), 2, (bytes(32), b"\xff" * 32))
HEADS = {A.key: (Tip(7, digest("head")),)}

EVERY: dict[str, Any] = {
    "signed": Signature(
        chain="bitcoin",
        network="regtest",
        digest=digest("digest"),
        document=digest("document"),
        review=digest("review"),
        result=digest("result"),
        wallets=("treasury",),
        marks=(mark("one"), mark("two")),
        findings=("BTC-SIGHASH",),
        present=PRESENT,
        vaults={"main": SEALING},
    ),
    "declined": Objection(
        "code", digest("digest"), digest("document"), digest("review"), ("w",), ("f",), digest("why"), PRESENT
    ),
    "refused, unread": Objection("code", None, digest("document"), None, (), ()),
    "imported": Import(digest("segment"), HEADS),
    "joined": Joined(digest("segment"), HEADS),
    "begun": Begun(digest("backup"), b"h" * 64, digest("segment"), HEADS, True, PRESENT, {"main": SEALING}),
    "begun where it stood": Begun(None, b"h" * 64, digest("segment"), {}, False, (), {}),
    "halt": HaltCalled(halt_of(BOOK, ALICE)),
    "backup": BackupMade(digest("backup"), digest("label")),
    "identity": IdentitySealed(ALICE.key, digest("identity"), b"s" * 64),
    "mended": Mended(7, digest("torn")),
}
NULLS = frozenset({"digest", "review", "reason", "backup"})
TEXTS = frozenset({"chain", "network", "code"})
LISTS = frozenset({"wallets", "marks", "findings"})


def taken(kind: str, what: dict[str, Any]) -> Any:
    fields = StrictFields(what, "an entry")
    found = type(EVERY[kind]).take(fields)
    fields.end()
    return found


def wrong(kind: str) -> Iterator[dict[str, Any]]:
    what = EVERY[kind].to_json()
    for each in changed(what, NULLS if isinstance(EVERY[kind], Objection | Begun) else frozenset()):
        altered = next((name for name in what if name in each and each[name] != what[name]), None)
        if altered not in TEXTS or each[altered] != "":
            yield each


@pytest.mark.parametrize("kind", EVERY)
def test_each_record_reads_as_it_was_written(kind: str) -> None:
    assert taken(kind, EVERY[kind].to_json()) == EVERY[kind]


@pytest.mark.parametrize("kind", EVERY)
def test_every_member_is_read_strictly(kind: str) -> None:
    for what in wrong(kind):
        with pytest.raises(Unreadable):
            taken(kind, what)
            pytest.fail(str(what))


@pytest.mark.parametrize("name", sorted(LISTS))
def test_what_is_listed_is_of_its_kind_and_stands_once(name: str) -> None:
    what = EVERY["signed"].to_json()
    for each in ([None], [1], [what[name][0]] * 2, what[name] + [["x"]], {}):
        with pytest.raises(Unreadable):
            taken("signed", what | {name: each})
    assert not getattr(taken("signed", what | {name: []}), name)


@pytest.mark.parametrize("kind", ["imported", "joined", "halt", "backup", "mended"])
def test_a_machine_writes_these_alone(kind: str) -> None:
    what = EVERY[kind].to_json()
    assert what["present"] == []
    for present in ([each.to_json() for each in PRESENT], {}, "", None, False):
        with pytest.raises(Unreadable):
            taken(kind, what | {"present": present})


def test_a_halt_in_an_entry_holds() -> None:
    token = EVERY["halt"].halt.encode()
    for wrong_ in (token[:-1] + format(int(token[-1], 16) ^ 1, "x"), token + "00", "", 7, None, [token]):
        with pytest.raises(Unreadable):
            taken("halt", {"halt": wrong_, "present": []})


@pytest.mark.parametrize("size", [0, -1, True])
def test_something_was_cut_away_where_something_was_torn(size: int) -> None:
    with pytest.raises(Unreadable):
        taken("mended", {"bytes": size, "present": [], "sha256": "00" * 32})
    assert taken("mended", {"bytes": 1, "present": [], "sha256": "00" * 32}).size == 1


def test_a_sealing_written_otherwise_is_unreadable() -> None:
    for written in changed(SEALING.to_json()):
        with pytest.raises(Unreadable):
            Sealing.from_json(written)
            pytest.fail(str(written))


@pytest.mark.parametrize(
    "more",
    [
        {"generation": 0},
        {"since": 0},
        {"generation": 2**31 + 1},
        {"since": 4},
        {"roster": [(b"\xff" * 32).hex(), bytes(32).hex()]},
    ],
    ids=str,
)
def test_a_sealing_out_of_bounds_is_unreadable(more: dict[str, Any]) -> None:
    with pytest.raises(Unreadable):
        Sealing.from_json(SEALING.to_json() | more)


@pytest.mark.parametrize("more", [{"since": 3}, {"since": 1}, {"generation": 2**31}, {"generation": 1, "since": 1}])
def test_a_sealing_at_its_bounds_is_read(more: dict[str, Any]) -> None:
    written = SEALING.to_json() | more
    assert Sealing.from_json(written).to_json() == written


def test_an_entry_seals_so_many_vaults() -> None:
    fields = StrictFields({"vaults": {"a": SEALING.to_json(), "b": SEALING.to_json()}}, "an entry")
    assert sealings(fields, 2) == {"a": SEALING, "b": SEALING}
    with pytest.raises(Unreadable):
        sealings(StrictFields({"vaults": {"a": SEALING.to_json(), "b": SEALING.to_json()}}, "an entry"), 1)
    assert records.MOST_VAULTS == 64


def test_sealed_identities_are_named_by_officers_keys() -> None:
    written = {ALICE.key.hex(): digest("file").hex()}
    assert identities(StrictFields({"identities": written}, "an entry")) == {ALICE.key: digest("file")}
    assert identities(StrictFields({"identities": {}}, "an entry")) == {}
    for wrong_ in ({"00": digest("file").hex()}, {ALICE.key.hex(): "00"}, {ALICE.key.hex(): 1}, []):
        with pytest.raises(Unreadable):
            identities(StrictFields({"identities": wrong_}, "an entry"))


def test_a_mark_is_sixteen_bytes_of_a_tagged_hash() -> None:
    assert mark("coin:aa:0") == sha256(b"custody/mark/v1\x00coin:aa:0").digest()[:16]


def test_what_is_kept_is_what_was_read_and_what_left() -> None:
    assert EVERY["signed"].kept == (digest("document"), digest("review"), digest("result"))
    assert EVERY["declined"].kept == (digest("document"), digest("review"))
    assert EVERY["refused, unread"].kept == (digest("document"),)


def test_each_kind_has_one_word() -> None:
    kinds = [Signature.KIND, Import.KIND, Joined.KIND, Begun.KIND, HaltCalled.KIND, BackupMade.KIND, Mended.KIND]
    kinds += [Objection.REFUSED, Objection.DECLINED, Objection.ALARM]
    told = ["signed", "imported", "joined", "begun", "halt", "backup", "mended", "refused", "declined", "alarm"]
    assert kinds == told

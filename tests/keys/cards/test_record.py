"""The public record of a set of cards: it comes back as written, nothing else is read, and it tells wrong cards."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.errors import CustodyError, Mismatch, Unreadable
from custody.keys.cards.record import SetRecord
from custody.keys.cards.shares import ReadShare, Scheme
from custody.keys.kinds import Kind
from custody.secret import Secret
from tests.conftest import ROOT

RECORD = SetRecord(
    17245, Kind.SLIP39, True, 1, Scheme(2, ((2, 3), (1, 1))), bytes.fromhex("641b2a9a"), bytes.fromhex("49845b3e")
)

CARD = ReadShare(17245, True, 1, 0, 2, 2, 2, 2, Secret(bytes(16)))


def changed(**fields: object) -> str:
    return json.dumps(json.loads(RECORD.to_json()) | fields, indent=2) + "\n"


def test_a_record_comes_back_as_written() -> None:
    assert SetRecord.from_json(RECORD.to_json()) == RECORD


def test_the_document_shows_a_record_as_it_is_written() -> None:
    assert RECORD.to_json() in (ROOT / "docs" / "spec" / "share-set.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "fields",
    [
        {"format": "custody-share-set/2"},
        {"kind": "bip32"},
        {"identifier": -1},
        {"identifier": 1 << 15},
        {"identifier": True},
        {"identifier": 1.0},
        {"iteration_exponent": 11},
        {"extendable": 1},
        {"group_threshold": 3},
        {"groups": []},
        {"groups": [{"threshold": 1, "shares": 2}, {"threshold": 1, "shares": 1}]},
        {"groups": [{"threshold": 2, "shares": 3, "more": 1}, {"threshold": 1, "shares": 1}]},
        {"groups": "2/3"},
        {"fingerprint": "00000000"},
        {"fingerprints": {"slip39": "641b2a9a"}},
        {"fingerprints": {"slip39": "641b2a9a00", "bip39": "49845b3e"}},
        {"words": "guilt evoke academic"},
    ],
    ids=str,
)
def test_a_record_that_says_anything_else_is_unreadable(fields: dict[str, object]) -> None:
    with pytest.raises(Unreadable):
        SetRecord.from_json(changed(**fields))


@pytest.mark.parametrize("written", ["custody-share-set/2", "", None, 1])
def test_a_record_of_another_format_is_told_apart_from_one_that_is_damaged(written: object) -> None:
    with pytest.raises(Unreadable, match="in a format that this program knows"):
        SetRecord.from_json(changed(format=written))


@pytest.mark.parametrize("text", ["", "{", "null", "[]", "[" * 100_000, "{}", '{"format": "custody-share-set/1"}'])
def test_what_is_no_record_is_unreadable(text: str) -> None:
    with pytest.raises(Unreadable):
        SetRecord.from_json(text)


@given(st.text(max_size=200) | st.dictionaries(st.text(), st.integers() | st.text()).map(json.dumps))
def test_any_text_is_a_record_or_an_error_of_ours(text: str) -> None:
    with pytest.raises(CustodyError):
        SetRecord.from_json(text)


def test_cards_of_another_set_or_key_are_told() -> None:
    RECORD.check_card(CARD)
    RECORD.check_fingerprints({Kind.SLIP39: bytes.fromhex("641b2a9a"), Kind.BIP39: bytes(4)})
    with pytest.raises(Mismatch, match="card 3 of group 1 is of set 17246, the record of set 17245"):
        RECORD.check_card(replace(CARD, identifier=17246))
    for other in (
        {"extendable": False},
        {"iteration_exponent": 0},
        {"group_threshold": 1},
        {"group_count": 3},
        {"member_threshold": 3},
        {"member_index": 3},
        {"group_index": 1},
    ):
        with pytest.raises(Mismatch, match="but other thresholds, groups or cards"):
            RECORD.check_card(replace(CARD, **other))
    with pytest.raises(Mismatch, match=r"^without a passphrase this opens key 00000000, the set's is 641b2a9a"):
        RECORD.check_fingerprints({Kind.SLIP39: bytes(4), Kind.BIP39: bytes.fromhex("641b2a9a")})
    with pytest.raises(Mismatch, match=r"^this passphrase leads to key 00000000"):
        RECORD.check_fingerprints({Kind.SLIP39: bytes(4)}, passphrase=True)
    with pytest.raises(Mismatch, match="cannot be of kind slip39") as refusal:
        RECORD.check_fingerprints({Kind.BIP39: bytes.fromhex("641b2a9a")})
    assert refusal.value.code == "kind"


def test_the_auditors_page_names_a_test_for_every_trap() -> None:
    page = (ROOT / "docs" / "auditor.md").read_text(encoding="utf-8")
    tests = (Path(__file__).parent / "test_shamir_traps.py").read_text(encoding="utf-8")
    for trap in range(1, 14):
        assert f"def test_trap_{trap}_" in tests
    assert "tests/keys/cards/test_shamir_traps.py" in page

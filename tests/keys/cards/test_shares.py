"""Attacks on cards: what is forged, strange or damaged is refused by name, and nothing secret is repeated."""

import json
import os
import re
import secrets
import subprocess
import sys
import traceback
from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from typing import Any

import pytest
import shamir_mnemonic
from hypothesis import given, settings
from hypothesis import strategies as st
from shamir_mnemonic import rs1024, shamir
from shamir_mnemonic.share import Share

from custody.errors import Alarm, CustodyError, Mismatch, Refused, Unfit, Unreadable, Usage
from custody.keys import kinds
from custody.keys.cards import shares
from custody.keys.cards.collection import UntrustedCollection
from custody.keys.cards.randomness import SetMix
from custody.keys.cards.record import SetRecord
from custody.keys.cards.shares import HIGHEST_EXPONENT, MOST, SLIP39, Scheme, read_share, split
from custody.keys.entropy import MachinePart
from custody.keys.hd import MasterKey
from custody.keys.kinds import Kind
from custody.keys.reading import read_secret
from custody.secret import Secret
from tests.conftest import ROOT
from tests.support.effort import nothing_derived

SECRET = bytes(range(32))
SURROGATE = "\ud800"


def collected(cards: list[str]) -> UntrustedCollection:
    collection = UntrustedCollection()
    for card in cards:
        collection.add(card)
    return collection


def groups_of(scheme: Scheme, secret: bytes = SECRET, **options: Any) -> list[list[str]]:
    made = split(Secret(secret), scheme, iteration_exponent=0, **options)
    return [[card.reveal().decode() for card in group] for group in made.groups]


def theirs(secret: bytes, threshold: int = 2, count: int = 3, **options: Any) -> list[str]:
    """Cards as the library makes them."""
    made = shamir_mnemonic.generate_mnemonics(1, [(threshold, count)], secret, iteration_exponent=0, **options)
    cards: list[str] = made[0]
    return cards


def forged(card: str, **changes: Any) -> str:
    """A card whose checksum holds and that says something else."""
    text: str = replace(Share.from_mnemonic(card), **changes).mnemonic()
    return text


def other_value(card: str) -> str:
    value = bytearray(Share.from_mnemonic(card).value)
    value[3] ^= 0x40
    return forged(card, value=bytes(value))


def resealed(card: str, position: int, number: int) -> str:
    """Put another word in, and make the checksum hold again."""
    numbers = [SLIP39.words.index(word) for word in card.split()][:-3]
    numbers[position] = number
    customization = b"shamir_extendable" if numbers[1] >> 4 & 1 else b"shamir"
    return " ".join(SLIP39.words[n] for n in [*numbers, *rs1024.create_checksum(numbers, customization)])


# Schemes and splitting


@pytest.mark.parametrize(
    ("needed", "groups"),
    [
        (0, ((2, 3),)),
        (2, ((2, 3),)),
        (1, ()),
        (1, ((0, 1),)),
        (1, ((-1, 3),)),
        (1, ((4, 3),)),
        (1, ((1, 2),)),
        (1, ((2, MOST + 1),)),
        (1, ((1, 1),) * (MOST + 1)),
    ],
)
def test_a_scheme_that_slip39_cannot_have_is_refused(needed: int, groups: tuple[tuple[int, int], ...]) -> None:
    with pytest.raises(Usage):
        Scheme(needed, groups)


@given(
    st.lists(
        st.integers(1, 3).flatmap(lambda most: st.tuples(st.integers(min(2, most), most), st.just(most))),
        min_size=1,
        max_size=4,
    ),
    st.data(),
)
@settings(max_examples=25, deadline=None)
def test_any_scheme_opens_with_every_quorum_and_with_none_less(
    groups: list[tuple[int, int]], data: st.DataObject
) -> None:
    scheme = Scheme(data.draw(st.integers(1, len(groups))), tuple(groups))
    cards = groups_of(scheme, SECRET[:16])
    chosen = data.draw(st.permutations(range(len(groups))))[: scheme.group_threshold]
    quorum = [card for at in chosen for card in data.draw(st.permutations(cards[at]))[: groups[at][0]]]
    assert collected(data.draw(st.permutations(quorum))).quorum().recover(None).reveal() == SECRET[:16]
    missing = data.draw(st.sampled_from(quorum))
    fewer = [card for card in quorum if card != missing]
    if fewer:
        with pytest.raises(Refused):
            collected(fewer).quorum()


@pytest.mark.parametrize("exponent", [-1, HIGHEST_EXPONENT + 1, 16, 1 << 40])
def test_an_exponent_out_of_bounds_is_refused_before_any_work(exponent: int) -> None:
    with nothing_derived(), pytest.raises(Usage):
        split(Secret(SECRET), Scheme.single(2, 3), iteration_exponent=exponent)


@pytest.mark.parametrize("passphrase", [b"\n", b"\x7f", b"\x00", "é".encode(), b"tab\tin it"])
def test_a_passphrase_that_slip39_cannot_take_makes_no_cards(passphrase: bytes) -> None:
    with pytest.raises(Mismatch):
        split(Secret(SECRET), Scheme.single(2, 3), Secret(passphrase))


def test_the_librarys_randomness_replaced_makes_no_cards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shamir, "RANDOM_BYTES", os.urandom)  # good, but not what was reviewed
    with pytest.raises(Unfit):
        split(Secret(SECRET), Scheme.single(2, 3))


@pytest.mark.parametrize("source", [bytes, lambda count: b"\x5a" * count, lambda count: bytes(range(count))])
def test_randomness_replaced_at_its_source_makes_no_cards(
    monkeypatch: pytest.MonkeyPatch, source: Callable[[int], bytes]
) -> None:
    """The health tests see a stub in the place of the system's source."""
    monkeypatch.setattr(MachinePart.draw.__func__, "__defaults__", (source,))  # type: ignore[attr-defined]
    with pytest.raises(Unfit):
        split(Secret(SECRET), Scheme.single(3, 5))


def test_the_librarys_source_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Replaced before the library was loaded it would pass for the system's; nothing of a card comes from it."""
    for place in ((secrets, "token_bytes"), (shamir, "RANDOM_BYTES")):
        monkeypatch.setattr(*place, pytest.fail)
    wide, narrow = groups_of(Scheme(2, ((3, 5), (2, 2))))
    assert collected([*wide[2:], *narrow]).quorum().recover(None).reveal() == SECRET


@pytest.mark.parametrize(
    "damage",
    [
        {"identifier": 1},
        {"iteration_exponent": 3},
        {"group_threshold": 2, "group_count": 2},
        {"group_index": 1, "group_count": 2},
        {"index": 9},
        {"member_threshold": 4},
        {"value": bytes(32)},
        {"extendable": False},
        {"group_threshold": 9},
    ],
    ids=lambda damage: "-".join(damage),
)
def test_no_card_leaves_when_one_does_not_read_back_as_made(
    monkeypatch: pytest.MonkeyPatch, damage: dict[str, Any]
) -> None:
    honest = shares._cut

    def faulty(*arguments: Any) -> list[list[Share]]:
        cut = list(honest(*arguments))
        cut[0][4] = replace(cut[0][4], **damage)
        return cut

    monkeypatch.setattr(shares, "_cut", faulty)
    used = frozenset({1})
    with pytest.raises(Alarm):
        split(Secret(SECRET), Scheme.single(3, 5), iteration_exponent=0, mix=SetMix.draw(used))


def test_no_card_leaves_when_its_set_opens_to_another_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every quorum agrees, and on the wrong thing: it was another secret that was cut."""
    honest = shamir.EncryptedMasterSecret.from_master_secret

    def of_another(_secret: bytes, *rest: Any) -> shamir.EncryptedMasterSecret:
        return honest(bytes(32), *rest)

    monkeypatch.setattr(shamir.EncryptedMasterSecret, "from_master_secret", of_another)
    with pytest.raises(Alarm, match="does not give the secret back"):
        split(Secret(SECRET), Scheme.single(3, 5), iteration_exponent=0)


@pytest.mark.parametrize("group", [0, 1])
def test_no_card_leaves_when_two_quorums_open_to_two_secrets(monkeypatch: pytest.MonkeyPatch, group: int) -> None:
    """Two groups of which either opens the set, each of one card: no digest stands between."""
    honest = shares._cut

    def two_stories(*arguments: Any) -> list[list[Share]]:
        cut = list(honest(*arguments))
        cut[group][0] = replace(cut[group][0], value=bytes(32))
        return cut

    monkeypatch.setattr(shares, "_cut", two_stories)
    with pytest.raises(Alarm, match="does not give the secret back"):
        split(Secret(SECRET), Scheme(1, ((1, 1), (1, 1))), iteration_exponent=0)


# What a card may say


def test_a_card_of_a_group_that_its_set_does_not_have_is_refused() -> None:
    """The library reads it; a collection that counts groups would never look at it again."""
    cards = groups_of(Scheme.single(2, 3))[0]
    stray = forged(cards[2], group_index=7)
    assert Share.from_mnemonic(stray).group_index == 7
    with pytest.raises(
        Unreadable, match="card 3 in the order given: its checksum holds, but what it says is against SLIP-39"
    ):
        collected([cards[0], cards[1], stray])


def test_wrong_padding_under_a_checksum_that_holds_is_not_called_misread() -> None:
    card = groups_of(Scheme.single(1, 1))[0][0]
    with pytest.raises(Unreadable, match="against SLIP-39") as refusal:
        read_share(resealed(card, 4, 1023), "card 1")
    assert "forged" in refusal.value.hint
    assert refusal.value.__context__ is None


def test_an_iteration_exponent_over_ten_is_refused_before_any_work() -> None:
    card = groups_of(Scheme.single(1, 1))[0][0]
    for exponent in range(HIGHEST_EXPONENT + 1, 16):
        with nothing_derived(), pytest.raises(Unreadable, match=f"exponent {exponent}"):
            UntrustedCollection().add(forged(card, iteration_exponent=exponent))


@pytest.mark.parametrize("count", [1, 2, 3, 7, 19, 21, 24, 32, 34, 64, 65, 1000])
def test_no_other_count_of_words_is_a_card(count: int) -> None:
    with pytest.raises(Unreadable):
        read_share("academic " * count, "card 1")


# What a collection tells


def test_a_refused_card_takes_no_number_so_later_ones_are_named_rightly() -> None:
    cards = groups_of(Scheme.single(3, 5))[0]
    collection = collected(cards[:2])
    for _attempt in range(2):
        with pytest.raises(Unreadable, match="card 3"):
            collection.add("academic acid")
    collection.add(cards[2])
    collection.add(other_value(cards[3]))
    with pytest.raises(Mismatch, match=r"^card 4: does not fit"):
        collection.quorum()


def test_two_sets_of_one_number_are_not_told_apart_by_their_number() -> None:
    used = frozenset(range(1 << 15)) - {4711}
    ours = groups_of(Scheme.single(2, 3), mix=SetMix.draw(used))[0]
    others = groups_of(Scheme(1, ((2, 3), (1, 1))), mix=SetMix.draw(used))[0]
    with pytest.raises(Mismatch) as refusal:
        collected([ours[0], others[1]])
    assert "Both say set 4711" in refusal.value.hint


def test_two_whole_quorums_of_one_number_are_not_chosen_between() -> None:
    used = frozenset(range(1 << 15)) - {4711}
    ours = groups_of(Scheme.single(2, 4), mix=SetMix.draw(used))[0]
    others = groups_of(Scheme.single(2, 4), bytes(32), mix=SetMix.draw(used))[0]
    for brought in (ours[:2] + others[2:], others[:2] + ours[2:]):
        with pytest.raises(Mismatch, match="more than one secret"):
            collected(brought).quorum()


def test_a_card_that_opens_alone_is_unchecked_also_where_its_set_has_other_groups() -> None:
    """One of two groups is enough and has one card: no digest stands against a forged value."""
    (alone,), pair = groups_of(Scheme(1, ((1, 1), (2, 3))))
    status = collected([other_value(alone)]).status()
    assert status.complete
    assert not status.checked
    assert collected([alone, *pair]).status().checked
    assert collected(pair[:2]).status().checked
    with pytest.raises(Mismatch):
        collected([other_value(alone), *pair[:2]]).quorum()


@pytest.mark.parametrize("scheme", [Scheme(1, ((2, 3), (2, 3))), Scheme(2, ((2, 3), (1, 1), (3, 4)))])
def test_a_card_beside_the_quorum_whose_group_lacks_one_is_proven(scheme: Scheme) -> None:
    groups = groups_of(scheme)
    full = [card for at in range(scheme.group_threshold) for card in groups[at][: scheme.groups[at][0]]]
    last = len(groups) - 1
    beside = groups[last][1 : scheme.groups[last][0]]
    quorum = collected([*full, *beside]).quorum()
    assert quorum.unproven == ()
    assert quorum.recover(None).reveal() == SECRET
    with pytest.raises(Mismatch, match=rf"^card 2 of group {last + 1}\b") as refusal:
        collected([*full, other_value(beside[0]), *beside[1:]]).quorum()
    assert refusal.value.code == "odd-share"


def test_a_card_beside_the_quorum_that_nothing_can_prove_is_named_as_such() -> None:
    whole, other = groups_of(Scheme(1, ((2, 3), (3, 4))))
    quorum = collected([*whole[:2], other_value(other[2])]).quorum()
    assert quorum.unproven == ("card 3 of group 2",)
    assert quorum.recover(None).reveal() == SECRET


def test_every_place_of_a_forged_card_among_five_is_found_in_any_order() -> None:
    cards = groups_of(Scheme.single(3, 5))[0]
    for bad in range(5):
        brought = [other_value(card) if at == bad else card for at, card in enumerate(cards)]
        for order in (brought, brought[::-1], brought[2:] + brought[:2]):
            with pytest.raises(Mismatch, match=rf"^card {bad + 1}: does"):
                collected(order).quorum()
    for bad in combinations(range(5), 2):
        brought = [other_value(card) if at in bad else card for at, card in enumerate(cards)]
        with pytest.raises(Mismatch, match="do not fit the others") as refusal:
            collected(brought).quorum()
        assert all(f"card {at + 1}" in refusal.value.message for at in bad)


PICK = """
import sys
from shamir_mnemonic.recovery import RecoveryState
from shamir_mnemonic.share import Share
from shamir_mnemonic import MnemonicError
state = RecoveryState()
for card in sys.stdin.read().splitlines():
    state.add_share(Share.from_mnemonic(card))
try:
    print(state.recover(b"").hex())
except MnemonicError:
    print("failed")
"""


def test_the_library_recovers_or_fails_by_the_hash_seed() -> None:
    """Trap 2, shown on the library: the same five cards, one forged, with nothing changed but PYTHONHASHSEED."""
    cards = theirs(SECRET, 3, 5)
    brought = "\n".join([*cards[:4], other_value(cards[4])])
    said = set()
    for seed in range(60):
        environment = os.environ | {"PYTHONHASHSEED": str(seed)}
        done = subprocess.run(
            [sys.executable, "-c", PICK], input=brought, env=environment, capture_output=True, text=True, check=True
        )
        said.add(done.stdout.strip())
        if len(said) == 2:
            break
    assert said == {SECRET.hex(), "failed"}


# Sets that others made


@pytest.mark.parametrize("extendable", [False, True])
def test_a_set_of_the_library_is_read_with_its_passphrase(extendable: bool) -> None:
    cards = theirs(SECRET, passphrase=b"TREZOR", extendable=extendable)
    for chosen in combinations(cards, 2):
        assert collected(list(chosen)).quorum().recover(Secret(b"TREZOR")).reveal() == SECRET
    assert collected(cards).status().extendable is extendable


@pytest.mark.parametrize("size", [18, 64])
def test_a_seed_of_a_length_that_no_phrase_has_still_opens_its_key(size: int) -> None:
    """SLIP-39 cuts any even length from 16 bytes; 64 is what the seed of a phrase has."""
    seed = bytes(range(size))
    cards = theirs(seed)[:2]
    fingerprint = MasterKey.from_seed(Secret(seed)).fingerprint
    found = kinds.fingerprints(collected(cards).quorum(), None)
    assert found == {Kind.SLIP39: fingerprint}
    given_cards = read_secret(cards)
    assert [(kind, master.fingerprint) for kind, master in given_cards.candidates()] == [(Kind.SLIP39, fingerprint)]
    record = SetRecord(1, Kind.BIP39, True, 0, Scheme.single(2, 3), fingerprint, fingerprint)
    with pytest.raises(Mismatch, match="cannot be of kind bip39"):
        record.check_fingerprints(found)


# Lines of a secret


@pytest.mark.parametrize(
    "lines",
    [
        ["passphrase: " + SURROGATE],
        ["abandon " * 11 + SURROGATE],
        ["academic " * 19 + SURROGATE],
        ["abandon " * 11 + "about", "passphrase: " + SURROGATE],
    ],
)
def test_text_that_utf8_cannot_write_is_unreadable_and_not_repeated(lines: list[str]) -> None:
    with pytest.raises(Unreadable) as refusal:
        read_secret(lines)
    assert refusal.value.__context__ is None
    assert SURROGATE not in refusal.value.message


LINES = st.text(st.characters(), max_size=60) | st.lists(st.sampled_from(SLIP39.words), max_size=34).map(" ".join)


@given(st.lists(LINES | LINES.map("passphrase: {}".format), max_size=4))
@settings(max_examples=60, deadline=None)
def test_any_lines_are_a_secret_or_an_error_of_ours(lines: list[str]) -> None:
    with pytest.raises(CustodyError):
        read_secret(lines)


# Nothing secret is repeated


PASSPHRASE = "needle in a haystack"


def faults() -> dict[str, list[str]]:
    used = frozenset(range(1 << 15)) - {4711}
    cards = groups_of(Scheme.single(3, 5), mix=SetMix.draw(used))[0]
    others = groups_of(Scheme.single(3, 5), bytes(range(1, 33)), mix=SetMix.draw(used))[0]
    words = cards[0].split()
    return {
        "mistyped": [" ".join([*words[:9], "needlle", *words[10:]])],
        "checksum": [" ".join([*words[:-2], words[-1], words[-2]])],
        "short": [" ".join(words[:-1])],
        "padding": [resealed(cards[0], 4, 1023)],
        "exponent": [forged(cards[0], iteration_exponent=12)],
        "stray group": [forged(cards[0], group_index=3)],
        "too few": cards[:2],
        "another set": [cards[0], groups_of(Scheme.single(3, 5))[0][1]],
        "forged": [*cards[:2], other_value(cards[2])],
        "surplus": [*cards[:3], other_value(cards[3])],
        "same place": [*cards[:2], other_value(cards[1])],
        "two quorums": [*cards[:3], others[3], others[4]],
        "a phrase among cards": [cards[0], "abandon " * 11 + "about"],
        "two passphrases": [*cards[:3], "passphrase: x"],
        "a passphrase of another script": [*cards[:3], "passphrase\u00a0: x"],
    }


def told(lines: list[str]) -> str:
    """All that an error about these lines carries, its numbers left out."""
    with pytest.raises(CustodyError) as refusal:
        read_secret([*lines, f"passphrase: {PASSPHRASE}"])
    failure = refusal.value
    assert failure.__context__ is None
    assert failure.__cause__ is None
    said = "".join(traceback.format_exception_only(failure)) + repr(failure) + repr(vars(failure))
    return re.sub(r"[0-9]+", "N", said)


def test_no_error_repeats_a_word_a_passphrase_or_a_value() -> None:
    """Two sets have no words in common, so an error that is the same for both repeats none of them."""
    first, second = faults(), faults()
    assert first["forged"] != second["forged"]
    for fault, lines in first.items():
        said = told(lines)
        assert said == told(second[fault]), fault
        assert "needlle" not in said, fault
        assert PASSPHRASE not in said, fault


def test_nothing_that_is_made_on_the_way_prints_what_it_holds() -> None:
    made = split(Secret(SECRET), Scheme.single(2, 2), Secret(PASSPHRASE.encode()), iteration_exponent=0)
    texts = [card.reveal().decode() for card in made.groups[0]]
    read = [read_share(text, "card") for text in texts]
    collection = collected(texts)
    quorum = collection.quorum()
    given_cards = read_secret([*texts, f"passphrase: {PASSPHRASE}"])
    things = (made, *read, collection, collection.status(), quorum, quorum.encrypted, given_cards)
    shown = "".join(f"{thing!r}{thing}" for thing in things)
    needles = [SECRET, quorum.encrypted.ciphertext.reveal(), *(share.value.reveal() for share in read)]
    for needle in needles:
        assert needle.hex() not in shown
        assert repr(needle)[2:-1] not in shown
    assert PASSPHRASE not in shown
    for text in texts:
        assert " ".join(text.split()[4:6]) not in shown


# The record


RECORDS = st.builds(
    SetRecord,
    st.integers(0, (1 << 15) - 1),
    st.sampled_from(Kind),
    st.booleans(),
    st.integers(0, HIGHEST_EXPONENT),
    st.lists(st.sampled_from([(1, 1), (2, 3), (16, 16)]), min_size=1, max_size=MOST).flatmap(
        lambda groups: st.builds(Scheme, st.integers(1, len(groups)), st.just(tuple(groups)))
    ),
    st.binary(min_size=4, max_size=4),
    st.binary(min_size=4, max_size=4),
)


@given(RECORDS)
@settings(max_examples=50, deadline=None)
def test_any_record_comes_back_as_it_was_written(record: SetRecord) -> None:
    assert SetRecord.from_json(record.to_json()) == record


@given(RECORDS, st.data())
@settings(max_examples=80, deadline=None)
def test_a_record_with_one_character_changed_is_another_record_or_unreadable(
    record: SetRecord, data: st.DataObject
) -> None:
    text = record.to_json()
    at = data.draw(st.integers(0, len(text) - 1))
    changed = text[:at] + data.draw(st.characters().filter(lambda character: character != text[at])) + text[at + 1 :]
    try:
        read = SetRecord.from_json(changed)
    except Unreadable:
        return
    assert read != record
    assert read.to_json() == changed


def nested(depth: int) -> str:
    return "[" * depth + "]" * depth


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace('"identifier": 7,', '"identifier": 8,\n  "identifier": 7,'),
        lambda text: json.dumps(json.loads(text)),
        lambda text: json.dumps(dict(reversed(json.loads(text).items())), indent=2) + "\n",
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text + "\n",
        lambda text: "\ufeff" + text,
        lambda text: text.replace("aabbccdd", "AABBCCDD"),
        lambda text: text.replace('"aabbccdd"', '"aa bbccdd"'),
        lambda text: text.replace(": 7,", ": 7.0,"),
        lambda text: text.replace(": 7,", ": \uff17,"),
        lambda text: text.replace(": 7,", f": {'9' * 5000},"),
        lambda text: text.replace(": 7,", ": NaN,"),
        lambda text: text.replace("true", nested(500)),
        lambda text: text.replace('"fingerprint": "aabbccdd"', f'"fingerprint": {nested(700)}'),
        lambda text: text.replace('"fingerprint": "aabbccdd"', f'"fingerprint": {nested(100_000)}'),
        lambda text: text + " " * 4_000_000,
    ],
)
def test_a_record_written_in_any_other_way_is_unreadable(change: Callable[[str], str]) -> None:
    text = SetRecord(
        7, Kind.SLIP39, True, 1, Scheme.single(2, 3), bytes.fromhex("aabbccdd"), bytes.fromhex("00112233")
    ).to_json()
    changed = change(text)
    assert changed != text
    with pytest.raises(Unreadable):
        SetRecord.from_json(changed)


# The page of the traps


def test_the_page_names_a_test_that_exists_for_every_trap() -> None:
    page = (ROOT / "docs" / "shamir-traps.md").read_text(encoding="utf-8")
    rows = {int(number): row for number, row in re.findall(r"^\| ([0-9]+) \|(.*)$", page, re.MULTILINE)}
    assert sorted(rows) == list(range(1, 14))
    for number, row in rows.items():
        named = re.findall(r"`(test_\w+)\.(test_\w+)`", row)
        assert named, number
        for module, function in named:
            (source,) = (ROOT / "tests").rglob(f"{module}.py")
            assert f"\ndef {function}(" in source.read_text(encoding="utf-8"), f"{module}.{function}"

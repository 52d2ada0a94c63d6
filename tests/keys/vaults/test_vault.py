"""A vault: no officer opens it alone, no bit of it may change, and what a leaver knows opens nothing made after him."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import combinations, product

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given, settings
from hypothesis import strategies as st

from custody.errors import Mismatch, Refused, StorageFailed, Unfit, Unreadable, Usage
from custody.keys.cards.shares import SLIP39, Scheme, split
from custody.keys.kinds import Kind
from custody.keys.vaults import primitives, vault
from custody.keys.vaults.officer import OfficerPublic
from custody.keys.vaults.parameters import Network, Parameters
from custody.keys.vaults.payload import KeyPayload
from custody.keys.vaults.sealed import SealedIdentity
from custody.keys.vaults.vault import OpenedVault, SealedVault
from custody.keys.vaults.vault_file import (
    HEADER,
    HIGHEST_GENERATION,
    MOST_BYTES,
    SLOT,
    SMALLEST,
    Member,
    Parsed,
    Purpose,
)
from custody.secret import Secret
from tests.keys.vaults import vaults
from tests.keys.vaults.vaults import PAYLOAD, SECRET, bound_work, member, officer, passphrase, sealed

ALICE, BOB, CAROL = (member(seat, name) for seat, name in enumerate(("alice", "bob", "carol"), 1))
THREE = sealed([ALICE, BOB, CAROL]).content
TWO = sealed([ALICE, BOB]).content
SIXTEEN = [member(seat, f"officer {seat}") for seat in range(1, 17)]
NEXT = {"head": b"\x33" * 32, "n": 8, "basis": b"\x44" * 32}


def opened(content: bytes, *names: str) -> OpenedVault:
    return SealedVault.parse(content).open([officer(name) for name in names])


def opened_by_passphrases(content: bytes, *numbers: int) -> OpenedVault:
    """As at the table: each slot's identity is unsealed by its holder, then the vault is opened."""
    read = SealedVault.parse(content)
    names = ("alice", "bob", "carol")
    return read.open([read.slots[number].member.identity.unseal(passphrase(names[number])) for number in numbers])


def with_byte(content: bytes, place: int, value: int) -> bytes:
    return content[:place] + bytes([value]) + content[place + 1 :]


# Opening


@pytest.mark.parametrize("names", [*combinations(("alice", "bob", "carol"), 2), ("carol", "bob", "alice")])
def test_enough_officers_open_it_in_any_order(names: tuple[str, ...]) -> None:
    with opened(THREE, *names) as found:
        assert found.payload == PAYLOAD
        assert found.header == replace(vaults.HEADER, threshold=2)
        assert found.members == (ALICE, BOB, CAROL)


def test_it_opens_with_passphrases_and_the_file_alone() -> None:
    assert opened_by_passphrases(THREE, 0, 2).payload == PAYLOAD


@pytest.mark.parametrize(
    ("names", "missing"), [((), "officers of 2 more seats"), (("bob",), "an officer of 1 more seat")]
)
def test_too_few_seats_are_refused_and_what_is_missing_is_told(names: tuple[str, ...], missing: str) -> None:
    with pytest.raises(Refused, match=missing) as told:
        opened(THREE, *names)
    assert told.value.code == "no-quorum"


def test_one_officer_twice_counts_once() -> None:
    with pytest.raises(Refused, match="1 more seat"):
        opened(THREE, "alice", "alice")
    assert opened(THREE, "alice", "alice", "bob").payload == PAYLOAD


def test_two_officers_of_one_seat_hold_one_piece_and_count_once() -> None:
    deputy = member(1, "deputy")
    content = sealed([deputy, CAROL, ALICE, BOB]).content
    with pytest.raises(Refused, match="1 more seat"):
        opened(content, "alice", "deputy")
    for names in (("alice", "bob"), ("deputy", "bob"), ("deputy", "alice", "carol")):
        assert opened(content, *names).payload == PAYLOAD


def test_an_officer_without_a_slot_is_named_by_his_key() -> None:
    with pytest.raises(Mismatch, match=officer("mallory").public.officer[:4].hex()) as told:
        opened(THREE, "alice", "mallory")
    assert told.value.code == "no-slot"


def test_a_wrong_passphrase_is_answered_as_damage_is() -> None:
    read = SealedVault.parse(TWO)
    with pytest.raises(Mismatch) as mistyped:
        read.slots[0].member.identity.unseal(passphrase("alicia"))
    with pytest.raises(Mismatch) as damaged:
        opened_by_passphrases(with_byte(TWO, len(TWO) - 1, TWO[-1] ^ 1), 0, 1)
    with pytest.raises(Mismatch) as piece:
        opened_by_passphrases(with_byte(TWO, HEADER + 200, TWO[HEADER + 200] ^ 1), 0, 1)
    answers = {(str(each.value), each.value.hint, each.value.code) for each in (mistyped, damaged, piece)}
    assert len(answers) == 1


@given(
    st.lists(st.integers(1, 9), min_size=2, max_size=8).filter(lambda seats: len(set(seats)) >= 2),
    st.data(),
)
@settings(max_examples=15, deadline=None)
def test_any_seats_open_at_their_threshold_and_not_below(seats: list[int], data: st.DataObject) -> None:
    threshold = data.draw(st.integers(2, len(set(seats))))
    members = [replace(member(1, f"officer {at}"), seat=seat) for at, seat in enumerate(seats)]
    content = sealed(data.draw(st.permutations(members)), threshold).content
    chosen = data.draw(st.lists(st.integers(0, len(seats) - 1), unique=True))
    present = [officer(f"officer {at}") for at in chosen]
    if len({seats[at] for at in chosen}) >= threshold:
        assert SealedVault.parse(content).open(present).payload == PAYLOAD
    else:
        with pytest.raises(Refused):
            SealedVault.parse(content).open(present)


# Damage


def test_every_bit_of_a_small_vault_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    bound_work(monkeypatch)
    assert opened_by_passphrases(TWO, 0, 1).payload == PAYLOAD
    for place, bit in product(range(len(TWO)), range(8)):
        with pytest.raises((Mismatch, Unreadable)):
            opened_by_passphrases(with_byte(TWO, place, TWO[place] ^ 1 << bit), 0, 1)


def test_every_byte_of_a_slot_that_nobody_used_counts() -> None:
    for place in range(HEADER + 2 * SLOT, HEADER + 3 * SLOT):
        with pytest.raises((Mismatch, Unreadable)):
            opened(with_byte(THREE, place, THREE[place] ^ 1 << place % 8), "alice", "bob")


def test_every_truncation_and_every_byte_too_many_is_refused() -> None:
    for length in range(len(TWO)):
        with pytest.raises(Unreadable):
            SealedVault.parse(TWO[:length])
    for more in (b"\0", TWO):
        with pytest.raises(Unreadable, match="left over"):
            SealedVault.parse(TWO + more)


@pytest.mark.parametrize("place", range(2))
def test_slots_of_another_generation_do_not_open(place: int) -> None:
    """Officers, seats, treasury and vault are the same; the header is not."""
    after = opened(TWO, "alice", "bob").rekeyed([ALICE, BOB], 2, **NEXT).content
    at = HEADER + place * SLOT
    with pytest.raises(Mismatch):
        opened(after[:at] + TWO[at : at + SLOT] + after[at + SLOT :], "alice", "bob")


def test_a_payload_of_another_generation_does_not_open() -> None:
    after = opened(TWO, "alice", "bob").rekeyed([ALICE, BOB], 2, **NEXT).content
    end = HEADER + 2 * SLOT
    with pytest.raises(Mismatch):
        opened(after[:end] + TWO[end:], "alice", "bob")


@given(st.binary(max_size=1500))
def test_any_bytes_are_a_vault_or_unreadable(content: bytes) -> None:
    for each in (content, b"CUSTVLT1" + content, TWO[:HEADER] + content):
        with pytest.raises(Unreadable):
            SealedVault.parse(each)


# Limits, before any work


DEFECTS: dict[str, tuple[int, bytes]] = {
    "another format": (0, b"CUSTOFF1"),
    "a purpose that nobody knows": (8, b"\x03"),
    "no purpose": (8, b"\0"),
    "a network that nobody knows": (9, b"\x02"),
    "a main network with a test network's passphrases": (9, b"\0"),
    "generation 0": (58, bytes(4)),
    "a generation of nine digits": (58, (HIGHEST_GENERATION + 1).to_bytes(4)),
    "a threshold of 0": (134, b"\0"),
    "a threshold of 1": (134, b"\x01"),
    "a threshold over its seats": (134, b"\x03"),
    "no slots": (135, b"\0"),
    "one slot": (135, b"\x01"),
    "255 slots": (135, b"\xff"),
    "seat 0": (136, b"\0"),
    "seats out of order": (136, b"\x09"),
    "an unknown factor": (136 + 1 + 64, b"\x02"),
    "memory over the ceiling": (136 + 1 + 65, (2048 * 1024 + 1).to_bytes(4)),
    "all the memory there is": (136 + 1 + 65, b"\xff" * 4),
    "memory below the floor": (136 + 1 + 65, (63).to_bytes(4)),
    "passes over the ceiling": (136 + 1 + 69, (17).to_bytes(4)),
    "no passes": (136 + 1 + 69, bytes(4)),
    "lanes over the ceiling": (136 + 1 + 73, b"\x11"),
    "no lanes": (136 + 1 + 73, b"\0"),
    "a payload of all the disk": (136 + 2 * SLOT, b"\xff" * 8),
    "a payload of nothing": (136 + 2 * SLOT, bytes(8)),
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_defect_is_unreadable_before_any_derivation(defect: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(**_work: object) -> None:
        pytest.fail("a derivation was begun")

    monkeypatch.setattr(primitives, "Argon2id", never)
    place, value = DEFECTS[defect]
    with pytest.raises(Unreadable):
        SealedVault.parse(TWO[:place] + value + TWO[place + len(value) :])


def test_two_slots_never_have_one_key() -> None:
    first, second = TWO[HEADER : HEADER + SLOT], TWO[HEADER + SLOT : HEADER + 2 * SLOT]
    rest = TWO[HEADER + 2 * SLOT :]
    for other in (b"\x02" + first[1:], second[:33] + first[33:65] + second[65:]):
        with pytest.raises(Unreadable, match="one key"):
            SealedVault.parse(TWO[:HEADER] + first + other + rest)
    with pytest.raises(Unreadable, match="order"):  # the first slot twice, then the second
        SealedVault.parse(THREE[: HEADER + SLOT] + THREE[HEADER : HEADER + 2 * SLOT] + THREE[HEADER + 3 * SLOT :])


@pytest.mark.parametrize("magic", [b"CUSTVLT3", b"CUSTVLT9"])
def test_a_newer_release_is_named(magic: bytes) -> None:
    with pytest.raises(Unreadable, match="newer release"):
        SealedVault.parse(magic + TWO[8:])
    with pytest.raises(Unreadable, match="newer release"):
        SealedVault.parse(magic)


@pytest.mark.parametrize("magic", [b"CUSTVLTA", b"CUSTVLT0", b"CUSTVLS2"])
def test_what_is_no_later_format_is_no_vault(magic: bytes) -> None:
    with pytest.raises(Unreadable, match="no vault of ours"):
        SealedVault.parse(magic + TWO[8:])


def test_the_most_seats_and_the_highest_generation_are_read() -> None:
    made = sealed(SIXTEEN, generation=99_999_999)
    read = SealedVault.parse(made.content)
    assert (len(read.slots), read.header.generation) == (16, HIGHEST_GENERATION)
    with pytest.raises(Usage, match="2 to 16 seats"):
        sealed([*SIXTEEN, member(17, "one too many")])


def test_a_file_of_as_many_bytes_as_a_vault_may_have_is_read() -> None:
    class Large(bytes):
        def __len__(self) -> int:
            return MOST_BYTES

    with pytest.raises(Unreadable, match="cut short"):
        SealedVault.parse(Large(TWO))


def test_a_file_over_the_limit_is_not_read() -> None:
    class Huge(bytes):
        def __len__(self) -> int:
            return MOST_BYTES + 1

    with pytest.raises(Unreadable, match="at most"):
        SealedVault.parse(Huge(TWO))


def test_a_key_vault_holds_nothing_longer_than_a_key() -> None:
    backup = sealed([ALICE, BOB], payload=Secret(bytes(68)), purpose=Purpose.HOME_BACKUP).content
    with pytest.raises(Unreadable, match="longer than any key"):
        SealedVault.parse(with_byte(backup, 8, Purpose.KEY))


def test_the_layout_is_the_documented_one() -> None:
    assert (HEADER, SLOT, SMALLEST) == (136, 253, 666)
    assert len(TWO) == 136 + 2 * 253 + 8 + 35 + 16
    assert TWO[:10] == b"CUSTVLT1\x01\x01"
    assert TWO[58:62] == (1).to_bytes(4)
    assert TWO[94:102] == (7).to_bytes(8)
    assert TWO[136:139] == b"\x01" + ALICE.identity.public.officer[:2]


# Hostile pieces: whoever knows the public keys can write a vault


def forged(pieces: dict[int, bytes]) -> bytes:
    """A vault of alice and bob whose pieces are these plaintexts; its payload is sealed under a key of zeros."""
    header = replace(vaults.HEADER, threshold=2).encode([ALICE, BOB])
    slots = b"".join(
        each.encode()
        + primitives.seal_to(
            each.identity.public.recipient,
            Secret(pieces[each.seat]),
            b"custody/vault/piece/v1" + header + each.encode(),
        )
        for each in (ALICE, BOB)
    )
    before = header + slots + (len(PAYLOAD) + 16).to_bytes(8)
    key = primitives.hkdf(Secret(bytes(32)), b"custody/vault/payload/v1")
    return before + primitives.seal(key, PAYLOAD, before)


def cards(secret: bytes, threshold: int = 2, count: int = 2, exponent: int = 0) -> list[bytes]:
    made = split(Secret(secret), Scheme.single(threshold, count), iteration_exponent=exponent)
    return [numbers(card.reveal().decode()) for card in made.groups[0]]


def numbers(card: str) -> bytes:
    return b"".join(SLIP39.words.index(word).to_bytes(2) for word in card.split())


def test_honest_pieces_of_a_forger_open() -> None:
    """So the ones below fail for their defect alone, and a vault proves nothing of who sealed it."""
    first, second = cards(bytes(32))
    assert opened(forged({1: first, 2: second}), "alice", "bob").payload == PAYLOAD


def hostile() -> Iterator[tuple[str, bytes, bytes]]:
    first, second = cards(bytes(32))
    yield "swapped", second, first
    yield "one piece twice", first, first
    yield "another set's", first, cards(bytes(32))[1]
    yield "a larger threshold", *cards(bytes(32), 3, 3)[:2]
    yield "an iteration exponent", *cards(bytes(32), exponent=1)
    yield "words that are none", b"\xff" * 66, second
    yield "word 1024", (1024).to_bytes(2) + first[2:], second
    yield "a wrong checksum", first[:-2] + ((int.from_bytes(first[-2:]) + 1) % 1024).to_bytes(2), second


@pytest.mark.parametrize(("first", "second"), [pytest.param(*each[1:], id=each[0]) for each in hostile()])
def test_pieces_that_do_not_fit_are_answered_as_damage_is(first: bytes, second: bytes) -> None:
    with pytest.raises(Mismatch) as told:
        opened(forged({1: first, 2: second}), "alice", "bob")
    assert told.value.code == "unopened"
    assert not [word for word in re.findall(r"[a-z]+", str(told.value)) if len(word) > 8 and word in SLIP39.words]


def test_a_surplus_officers_piece_must_fit_as_well() -> None:
    """A forged piece of the third seat is told even though two are enough."""
    stranger = cards(bytes(32), 2, 3)[2]
    header = replace(vaults.HEADER, threshold=2).encode([ALICE, BOB, CAROL])
    sealed_to = primitives.seal_to(
        CAROL.identity.public.recipient, Secret(stranger), b"custody/vault/piece/v1" + header + CAROL.encode()
    )
    at = HEADER + 2 * SLOT + 139
    with pytest.raises(Mismatch):
        opened(THREE[:at] + sealed_to + THREE[at + len(sealed_to) :], "alice", "bob", "carol")


# Generations


def test_the_next_generation_remembers_another_head_under_a_fresh_key() -> None:
    first = opened(THREE, "alice", "bob")
    after = first.rekeyed(first.members, 2, **NEXT).content
    with opened(after, "bob", "carol") as second:
        assert second.payload == PAYLOAD
        assert second.header == replace(first.header, generation=2, **NEXT)
        assert second.members == first.members
    end = HEADER + 3 * SLOT
    assert THREE[end + 8 :] != after[end + 8 :]
    assert not {slot.piece for slot in SealedVault.parse(THREE).slots} & {
        slot.piece for slot in SealedVault.parse(after).slots
    }


def test_the_same_content_is_never_sealed_under_one_key_twice() -> None:
    first, second = (sealed([ALICE, BOB]).content for _time in range(2))
    assert first[-16:] != second[-16:]


def test_a_retired_officer_opens_nothing_that_was_made_after() -> None:
    dave = member(4, "dave")
    after = opened(THREE, "alice", "bob").rekeyed([ALICE, BOB, dave], 2, **NEXT).content
    assert opened(after, "bob", "dave").payload == PAYLOAD
    with pytest.raises(Mismatch, match="no slot"):
        opened(after, "alice", "carol")
    old = HEADER + 2 * SLOT
    with pytest.raises(Mismatch):  # his old slot in the place of his successor's
        opened(after[:old] + THREE[old : old + SLOT] + after[old + SLOT :], "alice", "carol")
    assert opened(THREE, "alice", "carol").payload == PAYLOAD  # so older generations must be removed


def test_a_change_of_roster_may_change_the_threshold() -> None:
    after = opened(THREE, "alice", "bob").rekeyed([ALICE, BOB, CAROL], 3, **NEXT).content
    with pytest.raises(Refused):
        opened(after, "alice", "bob")
    assert opened(after, "alice", "bob", "carol").header.threshold == 3


def test_a_new_passphrase_takes_hold_with_the_next_generation() -> None:
    fresh = SealedIdentity.seal(
        officer("alice"), passphrase("another one"), None, Network.TEST, parameters=Parameters(64, 1, 1)
    )
    after = opened(TWO, "alice", "bob").rekeyed([replace(ALICE, identity=fresh), BOB], 2, **NEXT).content
    identity = SealedVault.parse(after).slots[0].member.identity
    with pytest.raises(Mismatch):
        identity.unseal(passphrase("alice"))
    assert SealedVault.parse(after).open([identity.unseal(passphrase("another one")), officer("bob")])


def test_what_was_written_is_proven_by_reading_it_back() -> None:
    made = sealed([ALICE, BOB])
    made.prove(bytes(bytearray(made.content)))
    for wrong in (b"", made.content[:-1], with_byte(made.content, 700, made.content[700] ^ 1), TWO):
        with pytest.raises(StorageFailed):
            made.prove(wrong)
    with made:
        pass
    with pytest.raises(ValueError, match="wiped"):
        made.prove(made.content)


# Sealing


REFUSED: dict[str, Callable[[], object]] = {
    "a threshold of 1": lambda: sealed([ALICE, BOB], 1),
    "a threshold over the seats": lambda: sealed([ALICE, BOB], 3),
    "two officers of one seat alone": lambda: sealed([ALICE, member(1, "deputy")]),
    "one officer": lambda: sealed([ALICE]),
    "nobody": lambda: sealed([]),
    "seventeen seats": lambda: sealed([replace(member(1, f"{seat}"), seat=seat) for seat in range(1, 18)]),
    "65 slots": lambda: sealed([replace(member(1, f"{at}"), seat=1 + at % 4) for at in range(65)]),
    "seat 0": lambda: sealed([replace(ALICE, seat=0), BOB]),
    "an officer twice": lambda: sealed([ALICE, replace(ALICE, seat=2)]),
    "a slot twice": lambda: sealed([ALICE, ALICE, BOB]),
    "generation 0": lambda: sealed([ALICE, BOB], generation=0),
    "a generation of nine digits": lambda: sealed([ALICE, BOB], generation=10**8),
    "a key longer than any": lambda: sealed([ALICE, BOB], payload=Secret(bytes(68))),
    "another network's officer": lambda: sealed(
        [ALICE, replace(BOB, identity=replace(BOB.identity, network=Network.MAIN))]
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_no_vault_may_be_is_not_sealed(what: str) -> None:
    with pytest.raises(Usage):
        REFUSED[what]()


def test_a_piece_is_not_sealed_to_a_key_that_everybody_opens() -> None:
    weak = replace(BOB, identity=replace(BOB.identity, public=OfficerPublic(bytes(32), bytes(32))))
    with pytest.raises(Unreadable):
        sealed([ALICE, weak])


def test_sick_randomness_seals_nothing() -> None:
    with pytest.raises(Unfit):
        vault.seal(vaults.HEADER, [ALICE, BOB], PAYLOAD, bytes)
    with pytest.raises(Unfit):
        vault.new_identifier(bytes)
    assert len(vault.new_identifier()) == 16


@pytest.mark.parametrize("failing", ["seal", "seal_to"])
def test_a_seal_that_fails_leaves_no_key_behind(failing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    secrets: list[Secret] = []

    def kept(function: Callable[..., Secret]) -> Callable[..., Secret]:
        def keep(*arguments: object, **named: object) -> Secret:
            secrets.append(function(*arguments, **named))
            return secrets[-1]

        return keep

    def fail(*_arguments: object) -> bytes:
        raise MemoryError

    monkeypatch.setattr(primitives, "hkdf", kept(primitives.hkdf))
    monkeypatch.setattr(vault, "_numbers", kept(vault._numbers))
    monkeypatch.setattr(primitives, failing, fail)
    with pytest.raises(MemoryError):
        vault.seal(vaults.HEADER, [ALICE, BOB], PAYLOAD)
    assert len(secrets) >= 2
    assert not any(len(secret) for secret in secrets)


@pytest.mark.parametrize(
    "changes", [{"treasury": b""}, {"vault": bytes(17)}, {"head": bytes(31)}, {"n": -1}, {"n": 1 << 64}]
)
def test_a_header_of_other_sizes_is_our_mistake(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="header"):
        sealed([ALICE, BOB], **changes)


def test_a_backup_of_a_megabyte_is_sealed_and_opened() -> None:
    home = Secret(bytes(range(256)) * 4096)
    content = sealed([ALICE, BOB], payload=home, purpose=Purpose.HOME_BACKUP).content
    assert opened(content, "alice", "bob").payload == home


def test_nothing_secret_shows() -> None:
    with opened(TWO, "alice", "bob") as found:
        shown = repr((found, sealed([ALICE, BOB]), SealedVault.parse(TWO), Parsed.of(TWO)))
    assert SECRET.hex() not in shown
    assert repr(SECRET)[2:-1] not in shown
    assert "Secret" not in shown
    assert "memory at" not in shown  # the file's bytes, neither before the payload nor of it
    with pytest.raises(ValueError, match="wiped"):
        found.payload.reveal()


# What a key vault holds


@pytest.mark.parametrize(
    ("kind", "size"), [(Kind.SLIP39, 16), (Kind.SLIP39, 32), (Kind.SLIP39, 64), (Kind.BIP39, 16), (Kind.BIP39, 20)]
)
def test_a_key_payload_is_read_as_it_was_written(kind: Kind, size: int) -> None:
    made = KeyPayload(kind, Secret(bytes(range(size))))
    encoded = made.encode()
    assert encoded.reveal() == bytes([1 if kind is Kind.SLIP39 else 2]) + size.to_bytes(2) + bytes(range(size))
    assert KeyPayload.parse(encoded) == made
    assert repr(made).count("Secret") == 0


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x01\x00",
        b"\x01\x00\x10" + bytes(15),
        b"\x01\x00\x10" + bytes(17),
        b"\x01\x00\x10" + bytes(18),
        b"\x02\x00\x20" + bytes(16),
        b"\x00\x00\x10" + bytes(16),
        b"\x03\x00\x10" + bytes(16),
        b"\x01\x00\x00",
        b"\x01\x00\x42" + bytes(66),
        b"\x02\x00\x12" + bytes(18),
        b"\x02\x00\x40" + bytes(64),
    ],
)
def test_a_payload_that_is_no_key_is_unreadable(content: bytes) -> None:
    with pytest.raises(Unreadable):
        KeyPayload.parse(Secret(content))


def test_the_continuity_key_is_the_secrets_own() -> None:
    first, other = (KeyPayload(Kind.SLIP39, Secret(bytes([each]) * 32)) for each in (1, 2))
    assert first.continuity() == KeyPayload(Kind.SLIP39, Secret(b"\x01" * 32)).continuity()
    assert first.continuity() != other.continuity()
    assert len(first.continuity()) == 32


# At the limits themselves


@pytest.mark.parametrize("members", [[ALICE, BOB], [ALICE, BOB, CAROL]], ids=["two", "three"])
def test_a_vault_of_as_many_bytes_as_are_allowed_is_sealed_and_of_one_more_is_not(
    members: list[Member], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A smaller limit stands for the one of half a gigabyte."""
    home, longer = Secret(bytes(1_000)), Secret(bytes(1_001))
    size = len(sealed(members, payload=home, purpose=Purpose.HOME_BACKUP).content)
    monkeypatch.setattr(vault, "MOST_BYTES", size)
    assert len(sealed(members, payload=home, purpose=Purpose.HOME_BACKUP).content) == size
    with pytest.raises(Usage, match=f"more than {size} bytes"):
        sealed(members, payload=longer, purpose=Purpose.HOME_BACKUP)


def test_the_longest_key_is_sealed_and_opened_and_none_that_is_longer() -> None:
    key = KeyPayload(Kind.SLIP39, Secret(bytes(range(64)))).encode()
    assert opened(sealed([ALICE, BOB], payload=key).content, "alice", "bob").payload == key
    with pytest.raises(Usage, match="more than 67 bytes"):
        sealed([ALICE, BOB], payload=Secret(bytes(68)))


def test_as_many_slots_as_are_allowed_are_sealed_and_read_and_one_more_is_not() -> None:
    many = [replace(ALICE, seat=1 + at % 4, identity=of_number(at)) for at in range(65)]
    assert len(SealedVault.parse(sealed(many[:64]).content).slots) == 64
    with pytest.raises(Usage, match="2 to 16 seats and at most 64 slots"):
        sealed(many)


def of_number(number: int) -> SealedIdentity:
    """Somebody's identity that nobody opens, so nothing need be derived."""
    return replace(ALICE.identity, public=officer(f"somebody {number}").public)


def test_a_seat_is_a_number_of_a_byte() -> None:
    content = sealed([replace(ALICE, seat=255), replace(BOB, seat=254)]).content
    assert [slot.member.seat for slot in SealedVault.parse(content).slots] == [254, 255]
    assert opened(content, "alice", "bob").payload == PAYLOAD
    with pytest.raises(ValueError, match="seats of a byte"):
        sealed([replace(ALICE, seat=256), BOB])


@pytest.mark.parametrize("n", [0, (1 << 64) - 1])
def test_the_number_of_an_entry_is_one_of_64_bits(n: int) -> None:
    assert SealedVault.parse(sealed([ALICE, BOB], n=n).content).header.n == n


@pytest.mark.parametrize("member", ["treasury", "vault", "head", "basis"])
@pytest.mark.parametrize("more", [-1, 1])
def test_each_member_of_a_header_has_its_size(member: str, more: int) -> None:
    with pytest.raises(ValueError, match="header"):
        sealed([ALICE, BOB], **{member: bytes(len(getattr(vaults.HEADER, member)) + more)})


@pytest.mark.parametrize(("kind", "sizes"), [(Kind.SLIP39, range(16, 65, 2)), (Kind.BIP39, (16, 20, 24, 28, 32))])
def test_a_secret_has_one_of_the_sizes_of_its_kind(kind: Kind, sizes: Sequence[int]) -> None:
    for size in range(80):
        if size in sizes:
            assert KeyPayload.parse(KeyPayload(kind, Secret(bytes(size))).encode()).kind is kind
        else:
            with pytest.raises(Unreadable, match=f"of kind {kind.value} does not have {size} bytes"):
                KeyPayload(kind, Secret(bytes(size)))


SAID: dict[str, tuple[int, bytes, str]] = {
    "a purpose that nobody knows": (8, b"\x03", "a purpose that this release does not know"),
    "a network that nobody knows": (9, b"\x02", "a network that this release does not know"),
    "generation 0": (58, bytes(4), "between 1 and 99999999"),
    "a generation of nine digits": (58, (10**8).to_bytes(4), "between 1 and 99999999"),
    "a threshold of 1": (134, b"\x01", "2 to 16 seats and at most 64 slots"),
    "a threshold over its seats": (134, b"\x03", "2 to 16 seats and at most 64 slots"),
    "one slot": (135, b"\x01", "a vault has 2 to 64 slots"),
    "65 slots": (135, b"\x41", "a vault has 2 to 64 slots"),
    "64 slots that are not there": (135, b"\x40", "cut short"),
    "seat 0": (136, b"\0", "not in the order of their seats"),
    "seats out of order": (136, b"\x09", "not in the order of their seats"),
    "a longer payload": (136 + 2 * SLOT, (len(PAYLOAD) + 17).to_bytes(8), "cut short, or bytes are left over"),
    "a shorter payload": (136 + 2 * SLOT, (len(PAYLOAD) + 15).to_bytes(8), "cut short, or bytes are left over"),
}


@pytest.mark.parametrize("defect", SAID)
def test_what_is_wrong_with_a_file_is_named(defect: str) -> None:
    place, value, said = SAID[defect]
    with pytest.raises(Unreadable, match=said):
        SealedVault.parse(TWO[:place] + value + TWO[place + len(value) :])


def test_the_key_of_continuity_is_the_one_that_the_page_describes_and_signs() -> None:
    """docs/spec/vault.md: HKDF-SHA256 of the secret under a name of its own."""
    payload = KeyPayload(Kind.SLIP39, Secret(SECRET))
    private = HKDF(hashes.SHA256(), 32, None, b"custody/vault/continuity/v1").derive(SECRET)
    theirs = Ed25519PrivateKey.from_private_bytes(private)
    assert payload.continuity() == theirs.public_key().public_bytes_raw()
    assert payload.sign_continuity(b"a line") == theirs.sign(b"a line")
    payload.wipe()
    with pytest.raises(ValueError, match="wiped"):
        payload.encode()

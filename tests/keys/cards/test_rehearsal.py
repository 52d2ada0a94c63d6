"""A rehearsal's cards are for rehearsals alone, and real cards are never practised with."""

import ast
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

import custody
from custody.errors import Refused, Usage
from custody.keys import kinds
from custody.keys.cards import randomness, rehearsal, shares
from custody.keys.cards.collection import Quorum, UntrustedCollection
from custody.keys.cards.randomness import IDENTIFIERS, SetMix
from custody.keys.cards.shares import Encrypted, Scheme, split
from custody.keys.kinds import Kind, SecretInput
from custody.keys.phrases import mnemonic
from custody.keys.reading import read_secret
from custody.secret import Secret
from tests.keys.cards.rehearsals import SECRETS, rehearsed

TWO_OF_THREE = Scheme.single(2, 3)
REAL = Secret(sha256(b"a real key").digest())
NUMBER = rehearsal.NUMBERS[7]


def quorum_of(cards: list[str], *, in_rehearsal: bool = False) -> Quorum:
    collection = UntrustedCollection(in_rehearsal=in_rehearsal)
    for card in cards:
        collection.add(card)
    return collection.quorum()


def foreign(number: int, secret: Secret, passphrase: bytes = b"") -> list[str]:
    """A set of another program, whose numbers fall anywhere."""
    encrypted = shares.shamir.EncryptedMasterSecret.from_master_secret(secret.reveal(), passphrase, number, True, 0)
    return [share.mnemonic() for share in shares.shamir.split_ems(1, [(2, 2)], encrypted)[0]]


def refusal(attempt: Callable[[], object]) -> Refused:
    with pytest.raises(Refused) as caught:
        attempt()
    assert caught.value.code == "rehearsal"
    return caught.value


def test_the_numbers_are_the_last_32_and_the_marker_leaves_64_random_bits() -> None:
    assert list(rehearsal.NUMBERS) == list(range(IDENTIFIERS))[-32:]
    assert [len(SECRETS[bits]) - len(rehearsal.MARKER) for bits in (128, 256)] == [8, 24]


def test_a_real_set_never_has_a_rehearsals_number_and_a_rehearsals_always_has() -> None:
    free_for_one = {number for number in range(IDENTIFIERS) if number not in (5, NUMBER)}
    assert {SetMix.draw(free_for_one).identifier for _time in range(20)} == {5}
    assert {SetMix.draw(free_for_one, for_rehearsal=True).identifier for _time in range(20)} == {NUMBER}
    with pytest.raises(Usage):
        SetMix.draw(range(rehearsal.NUMBERS.start))
    with pytest.raises(Usage):
        SetMix.draw(rehearsal.NUMBERS, for_rehearsal=True)


def test_numbers_are_drawn_in_one_place() -> None:
    """Whoever draws one elsewhere would have to know the range, too."""
    draws = {"choice", "randbelow", "randbits", "SystemRandom"}
    found = set()
    for path in Path(custody.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and node.attr in draws and ast.unparse(node.value) == "secrets":
                found.add(path.name)
    assert found == {"randomness.py"}


def test_every_number_that_is_kept_can_be_drawn_and_every_other_too(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[range] = []

    def noted(numbers: range) -> int:
        asked.append(numbers)
        return numbers[0]

    monkeypatch.setattr(randomness.secrets, "choice", noted)
    SetMix.draw()
    SetMix.draw(for_rehearsal=True)
    assert asked == [range(32_736), range(32_736, 32_768)]


@pytest.mark.parametrize("bits", [128, 256])
def test_a_rehearsals_quorum_gives_no_secret_and_no_key_in_either_reading(bits: int) -> None:
    quorum = quorum_of(rehearsed(TWO_OF_THREE, bits=bits).quorum)
    for passphrase in (None, Secret(b""), Secret(b"a passphrase")):
        refusal(lambda passphrase=passphrase: quorum.recover(passphrase))
        refusal(lambda passphrase=passphrase: kinds.fingerprints(quorum, passphrase))
        for kind in Kind:
            refusal(lambda kind=kind, passphrase=passphrase: kinds.opened(quorum, kind, passphrase))


def test_a_rehearsal_takes_its_own_cards() -> None:
    quorum = quorum_of(rehearsed(TWO_OF_THREE).quorum, in_rehearsal=True)
    assert quorum.recover(None) == SECRETS[128]


def test_a_rehearsal_takes_no_real_card_and_no_key_that_has_a_rehearsals_number_by_chance() -> None:
    real = split(REAL, TWO_OF_THREE, iteration_exponent=0)
    refusal(lambda: quorum_of([card.reveal().decode() for card in real.groups[0]], in_rehearsal=True))
    refusal(lambda: quorum_of(foreign(NUMBER, REAL), in_rehearsal=True).recover(None))


@pytest.mark.parametrize("passphrase", [None, Secret(b"correct horse")])
def test_a_set_of_another_program_that_has_the_number_by_chance_opens(passphrase: Secret | None) -> None:
    quorum = quorum_of(foreign(NUMBER, REAL, b"" if passphrase is None else passphrase.reveal()))
    assert quorum.recover(passphrase) == REAL


def test_a_rehearsals_secret_under_another_number_is_refused_as_well() -> None:
    refusal(lambda: quorum_of(foreign(4711, SECRETS[256])).recover(None))
    refusal(lambda: quorum_of(foreign(4711, SECRETS[256], b"hidden")).recover(Secret(b"hidden")))


def test_a_rehearsals_secret_is_refused_as_a_phrase_a_seed_and_a_vaults() -> None:
    refusal(lambda: read_secret([mnemonic.phrase(SECRETS[128]).reveal().decode()]))
    refusal(lambda: SecretInput.of_seed(SECRETS[256]))
    refusal(lambda: SecretInput.of_vault(Kind.BIP39, SECRETS[128]))


def test_only_a_rehearsals_key_is_cut_under_its_numbers_and_without_a_passphrase() -> None:
    real, practised = SetMix.draw(), SetMix.draw(for_rehearsal=True)
    assert (real.is_for_rehearsal, practised.is_for_rehearsal) == (False, True)
    refusal(lambda: split(REAL, TWO_OF_THREE, iteration_exponent=0, mix=practised))
    refusal(lambda: split(SECRETS[256], TWO_OF_THREE, iteration_exponent=0, mix=real))
    refusal(lambda: split(SECRETS[256], TWO_OF_THREE, iteration_exponent=0))
    refusal(lambda: split(SECRETS[256], TWO_OF_THREE, Secret(b"a passphrase"), iteration_exponent=0, mix=practised))


@pytest.mark.parametrize(
    ("number", "passphrase", "expected"),
    [
        (4711, None, [b""]),
        (4711, b"correct horse", [b"correct horse"]),
        (NUMBER, None, [b""]),
        (NUMBER, b"correct horse", [b"", b"correct horse"]),
    ],
    ids=["plain", "passphrase", "number by chance", "number by chance and passphrase"],
)
def test_honest_cards_are_decrypted_once_but_where_number_and_passphrase_leave_it_open(
    number: int, passphrase: bytes | None, expected: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    quorum = quorum_of(foreign(number, REAL, passphrase or b""))
    tried: list[bytes] = []
    decrypt = Encrypted.decrypt

    def counted(self: Encrypted, given: Secret | None) -> Secret:
        tried.append(b"" if given is None else given.reveal())
        return decrypt(self, given)

    monkeypatch.setattr(Encrypted, "decrypt", counted)
    assert quorum.recover(None if passphrase is None else Secret(passphrase)) == REAL
    assert tried == expected


def test_nobody_decrypts_cards_but_who_asks_whether_they_are_a_rehearsals() -> None:
    """`shares` proves what it has just made; everybody else goes through `Quorum.recover`."""
    found = set()
    for path in Path(custody.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and node.attr == "decrypt" and "encrypted" in ast.unparse(node.value):
                found.add(path.relative_to(Path(custody.__file__).parent).as_posix())
    assert found == {"keys/cards/shares.py", "keys/cards/collection.py"}


def test_a_number_of_a_rehearsal_is_told_and_others_are_not() -> None:
    assert [rehearsal.suspicion(number) is None for number in (0, 32_735, 32_736, 32_767)] == [True, True, False, False]


def test_a_marked_secret_keeps_what_was_drawn_behind_the_marker() -> None:
    assert rehearsal.marked(REAL).reveal() == b"REHEARSE" + REAL.reveal()[8:]
    mixed = replace(SetMix.draw(for_rehearsal=True), identifier=NUMBER)
    assert mixed.is_for_rehearsal

"""The thirteen traps of shamir-mnemonic 0.3.0: what the library does, and what we do (docs/shamir-traps.md)."""

import secrets
import subprocess
import sys

import pytest
import shamir_mnemonic
from shamir_mnemonic import MnemonicError, shamir
from shamir_mnemonic.recovery import RecoveryState
from shamir_mnemonic.share import Share

from custody.cli.keys.commands import new
from custody.errors import Mismatch, Unfit, Unreadable, Usage
from custody.keys import kinds
from custody.keys.cards import shares
from custody.keys.cards.collection import UntrustedCollection
from custody.keys.cards.randomness import SetMix
from custody.keys.cards.shares import Scheme, split
from custody.keys.kinds import Kind
from custody.secret import Secret
from tests.keys.cards.test_collection import another_value, cards, forged
from tests.keys.cards.test_slip39_vectors import collected, recovered
from tests.support.effort import nothing_derived

SECRET = bytes(range(32))


def theirs(threshold: int, count: int, secret: bytes = SECRET, **options: object) -> list[str]:
    """Shares as the library makes them."""
    return shamir_mnemonic.generate_mnemonics(1, [(threshold, count)], secret, **options)[0]


def test_trap_1_an_iteration_exponent_of_16_makes_shares_that_nobody_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shamir_mnemonic.shamir.cipher, "encrypt", lambda secret, *_rest: secret)  # hours of PBKDF2
    (made,) = theirs(1, 1, iteration_exponent=16)
    with pytest.raises(MnemonicError):
        Share.from_mnemonic(made)
    with pytest.raises(Usage):
        split(Secret(SECRET), Scheme.single(1, 1), iteration_exponent=16)
    with pytest.raises(Usage):
        split(Secret(SECRET), Scheme.single(1, 1), iteration_exponent=shares.HIGHEST_EXPONENT + 1)


def test_trap_1_a_card_that_asks_for_hours_of_work_is_refused_before_any_derivation() -> None:
    share = Share.from_mnemonic(cards()[0])
    slow = Share(share.identifier, True, 15, 0, 1, 1, 0, 1, share.value).mnemonic()
    assert Share.from_mnemonic(slow).iteration_exponent == 15
    with nothing_derived(), pytest.raises(Unreadable, match="iteration exponent 15 is over the limit of 10"):
        UntrustedCollection().add(slow)


def test_trap_2_which_shares_are_used_is_chance_for_the_library_and_fixed_for_us() -> None:
    made = cards()[:4]
    assert isinstance(next(iter(shamir_mnemonic.decode_mnemonics(made).values())).shares, set)
    bad = [made[0], forged(made[1], value=another_value(made[1])), *made[2:]]
    said = set()
    for order in (bad, bad[::-1]):
        with pytest.raises(Mismatch) as refusal:
            collected(order).quorum()
        said.add(refusal.value.message)
    assert said == {"card 2: does not fit the others, so it is forged or misread"}


def test_trap_3_surplus_shares_are_refused_or_ignored_by_the_library_and_proven_by_us() -> None:
    made = cards()[:4]
    with pytest.raises(MnemonicError):
        shamir_mnemonic.combine_mnemonics(made)
    bad = [*made[:3], forged(made[3], value=another_value(made[3]))]
    state = RecoveryState()
    for card in made[:3]:
        state.add_share(Share.from_mnemonic(card))
    assert state.is_complete()  # the fourth card, whatever it says, is not asked
    assert recovered(made) == SECRET
    with pytest.raises(Mismatch, match="card 4"):
        collected(bad).quorum()


def test_trap_4_a_wrong_passphrase_gives_another_secret_and_the_library_takes_any_bytes() -> None:
    made = theirs(2, 2, passphrase=b"right")
    assert shamir_mnemonic.combine_mnemonics(made, b"wrong") != SECRET
    assert shamir_mnemonic.combine_mnemonics(made, "パス".encode()) != SECRET
    quorum = collected(made).quorum()
    with pytest.raises(Mismatch):
        quorum.recover(Secret("パス".encode()))
    with pytest.raises(Mismatch):
        split(Secret(SECRET), Scheme.single(2, 2), Secret("é".encode()))
    right, wrong = (kinds.fingerprints(quorum, Secret(text))[Kind.SLIP39] for text in (b"right", b"wrong"))
    assert right != wrong


def test_trap_5_a_share_that_stands_alone_has_no_digest() -> None:
    (alone,) = theirs(1, 1)
    changed = forged(alone, value=another_value(alone))
    assert shamir_mnemonic.combine_mnemonics([changed]) != SECRET
    assert not collected([changed]).status().checked


def test_trap_6_fifteen_bits_name_a_set_so_a_used_number_is_never_drawn_again() -> None:
    assert shamir.ID_LENGTH_BITS == 15
    free = 12_345
    used = frozenset(range(1 << 15)) - {free}
    assert split(Secret(SECRET), Scheme.single(2, 2), mix=SetMix.draw(used)).identifier == free
    with pytest.raises(Usage):
        split(Secret(SECRET), Scheme.single(2, 2), mix=SetMix.draw(frozenset(range(1 << 15))))


def test_trap_7_the_librarys_errors_repeat_words_and_ours_do_not() -> None:
    typed = cards()[0].split()
    typed[7] = "hunter2"
    with pytest.raises(MnemonicError, match="hunter2"):
        Share.from_mnemonic(" ".join(typed))
    with pytest.raises(Unreadable) as refusal:
        UntrustedCollection().add(" ".join(typed))
    assert "hunter2" not in repr(refusal.value) + refusal.value.hint
    assert refusal.value.__context__ is None or "hunter2" not in str(refusal.value.__context__)


def test_trap_7_no_error_carries_the_librarys_behind_it() -> None:
    typed = cards()[0].split()
    typed[-1], typed[-2] = typed[-2], typed[-1]
    with pytest.raises(MnemonicError, match=typed[0]):
        Share.from_mnemonic(" ".join(typed))
    with pytest.raises(Unreadable) as refusal:
        UntrustedCollection().add(" ".join(typed))
    assert refusal.value.__cause__ is None
    assert refusal.value.__context__ is None


def test_trap_8_four_letters_name_a_word_for_us_alone() -> None:
    (made,) = theirs(1, 1)
    short = " ".join(word[:4] for word in made.split())
    with pytest.raises(MnemonicError):
        Share.from_mnemonic(short)
    assert recovered([short]) == SECRET


def test_trap_9_shares_of_different_lengths_fail_late_there_and_at_once_here() -> None:
    long, short = cards(identifier=77), cards(identifier=77, secret=bytes(16))
    assert shamir_mnemonic.decode_mnemonics([long[0], short[1]])
    collection = collected(long[:1])
    with pytest.raises(Mismatch, match="not of the same set"):
        collection.add(short[1])


def test_trap_10_one_place_claimed_twice_is_called_forged_or_misread() -> None:
    made = cards()
    twin = forged(made[0], value=another_value(made[0]))
    with pytest.raises(MnemonicError, match=r"indices must be unique|Wrong number"):
        shamir_mnemonic.combine_mnemonics([made[0], twin, made[1]])
    collection = collected([made[0]])
    with pytest.raises(Mismatch, match="both claim to be card 1"):
        collection.add(twin)


def test_trap_11_up_to_three_wrong_words_are_always_seen_and_never_corrected() -> None:
    made = cards()[0].split()
    chance = secrets.SystemRandom()
    for _attempt in range(300):
        wrong = list(made)
        for position in chance.sample(range(len(made)), chance.randint(1, 3)):
            wrong[position] = chance.choice([word for word in shares.SLIP39.words if word != made[position]])
        with pytest.raises(Unreadable):
            UntrustedCollection().add(" ".join(wrong))


def test_trap_12_python_keeps_copies_so_the_process_is_short_lived_and_leaves_no_core() -> None:
    share = Share.from_mnemonic(cards()[0])
    assert share.value.hex() not in repr(Secret(share.value))
    assert repr(share.value) in repr(share)  # the library's share shows its secret
    assert repr(share.value) not in repr(shares.read_share(share.mnemonic(), "card 1"))
    hardened = (
        "from custody import guard; import resource; guard.harden(); print(resource.getrlimit(resource.RLIMIT_CORE))"
    )
    done = subprocess.run([sys.executable, "-c", hardened], capture_output=True, text=True, check=True)
    assert done.stdout == "(0, 0)\n"


def test_trap_13_the_digest_leaks_32_bits_so_a_new_secret_has_256() -> None:
    assert shamir.DIGEST_LENGTH_BYTES * 8 == 32
    words = next(parameter for parameter in new.params if parameter.name == "words")
    assert str(words.default) == "24"


def test_replaced_randomness_makes_no_shares(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shamir, "RANDOM_BYTES", lambda count: bytes(count))
    assert theirs(2, 3)[0]
    with pytest.raises(Unfit):
        split(Secret(SECRET), Scheme.single(2, 3))


def test_shares_without_the_extendable_flag_are_read_and_never_made() -> None:
    old = theirs(2, 3, extendable=False)
    assert recovered(old[:2]) == SECRET
    made = split(Secret(SECRET), Scheme.single(2, 3))
    assert made.extendable
    assert Share.from_mnemonic(made.groups[0][0].reveal().decode()).extendable

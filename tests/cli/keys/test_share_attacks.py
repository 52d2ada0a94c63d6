"""Bad cards on the command line: the exit code says what is wrong, no work is done, and nothing typed comes back."""

from dataclasses import replace

import pytest
from shamir_mnemonic.share import Share

from tests.support.effort import nothing_derived

SCHEME = ("--threshold", "2", "--shares", "3", "--iteration-exponent", "0")


@pytest.fixture
def cards(custody) -> tuple[str, ...]:
    return custody("key", "new", "--network", "main", "--no-dice", *SCHEME, out=True).secrets


def test_a_passphrase_beyond_ascii_is_exit_5_for_cards(custody, cards) -> None:
    secret = "\n".join(cards[:2])
    for command in (("share", "combine"), ("share", "check"), ("key", "show")):
        by_line = custody(*command, "--json", secret=f"{secret}\npassphrase: ключ\n")
        by_descriptor = custody(*command, "--json", secret=secret, passphrase="ключ")
        assert (by_line.code, by_descriptor.code) == (5, 5), command
        assert "ключ" not in by_line.stdout + by_line.stderr


def test_a_wrong_passphrase_opens_another_key_without_an_error(custody, cards) -> None:
    secret = "\n".join(cards[:2])
    bare = custody("share", "combine", "--json", secret=secret).json["fingerprints"]
    wrong = custody("share", "combine", "--json", secret=secret, passphrase="wrong").json["fingerprints"]
    assert bare["slip39"] != wrong["slip39"]
    assert bare["bip39"] != wrong["bip39"]


def test_a_card_that_asks_for_hours_is_exit_4_before_any_derivation(custody, cards) -> None:
    slow = replace(Share.from_mnemonic(cards[0]), iteration_exponent=15).mnemonic()
    with nothing_derived():
        assert custody("share", "combine", secret=f"{slow}\n{cards[1]}").code == 4


def test_a_card_of_a_group_that_is_not_there_is_exit_4(custody, cards) -> None:
    stray = replace(Share.from_mnemonic(cards[2]), group_index=9).mnemonic()
    answer = custody("share", "combine", "--json", secret="\n".join([*cards[:2], stray]))
    assert answer.code == 4
    assert "card 3" in answer.json["error"]["message"]


def test_a_seed_that_no_phrase_has_opens_and_is_released_only_as_what_it_is(custody) -> None:
    from shamir_mnemonic import generate_mnemonics

    foreign = "\n".join(generate_mnemonics(1, [(2, 2)], bytes(range(64)), iteration_exponent=0)[0])
    answer = custody("share", "combine", "--json", secret=foreign)
    assert answer.code == 0
    assert set(answer.json["fingerprints"]) == {"slip39"}
    shown = custody("key", "show", "--json", secret=foreign)
    assert shown.code == 0
    assert shown.json["fingerprint"] == answer.json["fingerprints"]["slip39"]
    released = custody("share", "combine", "--kind", "bip39", secret=foreign, out=True)
    assert released.code in (3, 4, 5)
    assert released.secrets == ()

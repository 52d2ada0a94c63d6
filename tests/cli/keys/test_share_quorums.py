"""Cards through the command line: every quorum gives the key back, every smaller set is refused."""

from itertools import combinations

import pytest

THREE_OF_FIVE = ("--threshold", "3", "--shares", "5")
TWO_GROUPS = ("--group", "2/3", "--group", "1/1", "--group", "2/2", "--group-threshold", "2")


@pytest.mark.parametrize("words", ["12", "24"])
def test_three_of_five_by_every_choice(custody, words: str) -> None:
    made = custody("key", "new", "--network", "main", "--no-dice", "--words", words, "--json", out=True)
    cut = custody("share", "split", *THREE_OF_FIVE, "--json", secret=made.secrets[0], out=True)
    assert cut.json["fingerprint"] == made.json["fingerprint"]
    for chosen in combinations(cut.secrets, 3):
        answer = custody("share", "combine", "--json", secret="\n".join(chosen))
        assert answer.code == 0
        assert answer.json["fingerprints"]["slip39"] == made.json["fingerprint"]
    for chosen in combinations(cut.secrets, 2):
        answer = custody("share", "combine", "--json", secret="\n".join(chosen))
        assert answer.code == 3
        assert answer.json["error"]["code"] == "no-quorum"


@pytest.mark.parametrize("words", ["12", "24"])
def test_two_of_three_groups_by_every_choice(custody, words: str) -> None:
    made = custody("key", "new", "--network", "main", "--no-dice", "--words", words, "--json", out=True)
    cut = custody("share", "split", *TWO_GROUPS, "--json", secret=made.secrets[0], out=True)
    cards = cut.secrets
    groups = [list(combinations(cards[:3], 2)), [(cards[3],)], [cards[4:]]]
    for first, second in combinations(groups, 2):
        for one in first:
            for other in second:
                answer = custody("share", "combine", "--json", secret="\n".join((*one, *other)))
                assert answer.json["fingerprints"]["slip39"] == made.json["fingerprint"]
    for group in groups:
        for one in group:
            assert custody("share", "combine", secret="\n".join(one)).code == 3


def test_a_phrase_is_cut_as_its_entropy_and_every_quorum_opens_its_key(custody) -> None:
    made = custody(
        "key", "new", "--network", "main", "--no-dice", "--kind", "bip39", "--words", "12", "--json", out=True
    )
    cut = custody("share", "split", *THREE_OF_FIVE, "--json", secret=made.secrets[0], out=True)
    assert cut.json["kind"] == "bip39"
    for chosen in combinations(cut.secrets, 3):
        answer = custody("share", "combine", "--json", secret="\n".join(chosen))
        assert answer.json["fingerprints"]["bip39"] == made.json["fingerprint"]


def test_a_card_that_nothing_can_prove_is_named(custody) -> None:
    made = custody("key", "new", "--network", "main", "--no-dice", "--words", "12", out=True)
    groups = ("--group", "2/2", "--group", "3/3", "--group-threshold", "1")
    cards = custody("share", "split", *groups, secret=made.secrets[0], out=True).secrets
    quorum = custody("share", "check", "--json", secret="\n".join(cards[:2]))
    beside = custody("share", "check", "--json", secret="\n".join(cards[:3]))
    assert not any("could not be proven" in warning for warning in quorum.json["warnings"])
    assert any(
        "card 1 of group 2" in warning and "could not be proven" in warning for warning in beside.json["warnings"]
    )

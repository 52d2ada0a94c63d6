"""What is opened is recomputed to the cards; what is kept is handed over as it was committed; the rest is an alarm."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from custody.ceremony.candidates.candidate import Candidate
from custody.ceremony.candidates.choice import Choice
from custody.ceremony.candidates.follows import Follows
from custody.ceremony.candidates.opening import check_handed, check_opened, check_salts, compare, kept_cards
from custody.errors import Alarm, Refused
from custody.keys.cards.commitment import commitment
from custody.keys.entropy import Dice, MachinePart
from custody.secret import Secret
from tests.ceremony.candidates.drawn import COUNT, KEY, PLAN, candidate, rolls

CANDIDATES = tuple(candidate(number) for number in range(1, COUNT + 1))
FOLLOWS = tuple(each.follows(PLAN, KEY) for each in CANDIDATES)
CHOICE = Choice.by([each.digest for each in FOLLOWS], "2")
OPENED, KEPT = 0, 1
"""The first candidate is opened, the second is kept: their places in the lists."""


def committing_to(false: Follows) -> Choice:
    """A choice before which the machine said this of a candidate."""
    said = [false if each.candidate == false.candidate else each for each in FOLLOWS]
    return Choice.by([each.digest for each in said], "2")


def changed(value: bytes) -> bytes:
    return bytes([value[0] ^ 1]) + value[1:]


def other_card(committed: Follows, number: int) -> Follows:
    (group,) = committed.cards
    cards = [changed(each) if place == number else each for place, each in enumerate(group, 1)]
    return replace(committed, cards=(tuple(cards),))


LIES: dict[str, Callable[[Follows], Follows]] = {
    "the plan": lambda of: replace(of, plan=changed(of.plan)),
    "which candidate for which key it is": lambda of: replace(of, key="key-2"),
    "the commitment to the machine's part": lambda of: replace(of, machine=changed(of.machine or b"")),
    "the number of the set": lambda of: replace(of, set=of.set + 1),
    "the fingerprint of the key": lambda of: replace(of, fingerprint=changed(of.fingerprint)),
    "the account key at m/84'/1'/0'": lambda of: replace(of, accounts=(replace(of.accounts[0], xpub=CANDIDATE_XPUB),)),
    "the first address of wallet": lambda of: replace(of, addresses=(replace(of.addresses[0], address="bcrt1qevil"),)),
    "card 4": lambda of: other_card(of, 4),
    "how it is written": lambda of: replace(of, accounts=of.accounts * 2),
}
CANDIDATE_XPUB = FOLLOWS[2].accounts[0].xpub


def test_an_honest_machine_passes() -> None:
    assert CHOICE.kept == 2
    for number in CHOICE.opened:
        check_opened(CHOICE, FOLLOWS[number - 1], CANDIDATES[number - 1], PLAN, KEY)
    made = kept_cards(CHOICE, FOLLOWS[KEPT], CANDIDATES[KEPT], PLAN, KEY)
    for (group, number), _commitment in FOLLOWS[KEPT].places:
        salt = CANDIDATES[KEPT].salts[group - 1][number - 1]
        check_handed(FOLLOWS[KEPT], (group, number), salt, made.groups[group - 1][number - 1])
    check_salts([each.salts for each in CANDIDATES])


@pytest.mark.parametrize("what", LIES)
def test_a_lie_about_a_candidate_that_is_opened_is_named(what: str) -> None:
    false = LIES[what](FOLLOWS[OPENED])
    with pytest.raises(Alarm) as caught:
        check_opened(committing_to(false), false, CANDIDATES[OPENED], PLAN, KEY)
    assert caught.value.message.endswith(f"this differs: {what}")


@pytest.mark.parametrize("what", LIES)
def test_a_lie_about_the_kept_one_hands_no_card_over(what: str) -> None:
    false = LIES[what](FOLLOWS[KEPT])
    with pytest.raises(Alarm) as caught:
        kept_cards(committing_to(false), false, CANDIDATES[KEPT], PLAN, KEY)
    assert caught.value.message.endswith(f"this differs: {what}")


def test_all_that_differs_is_named_in_one_alarm() -> None:
    with pytest.raises(Alarm) as caught:
        compare(FOLLOWS[0], replace(FOLLOWS[1], candidate=1, set=FOLLOWS[0].set))
    for what in ("machine's part", "fingerprint", "account key", "first address", "card 1; card 2; card 3"):
        assert what in caught.value.message


@pytest.mark.parametrize(
    "otherwise",
    [
        lambda of: replace(of, mix=replace(of.mix, machine=MachinePart(Secret(b"x" * 32)))),
        lambda of: replace(of, mix=of.mix.rolled(Dice.parse(rolls(99)))),
        lambda of: replace(of, mix=replace(of.mix, identifier=17)),
        lambda of: replace(of, salts=(of.salts[0][::-1],)),
    ],
    ids=["part", "rolls", "set number", "salts in another order"],
)
def test_another_part_other_rolls_number_or_salts_than_were_committed_are_an_alarm(
    otherwise: Callable[[Candidate], Candidate],
) -> None:
    with pytest.raises(Alarm):
        check_opened(CHOICE, FOLLOWS[OPENED], otherwise(CANDIDATES[OPENED]), PLAN, KEY)


def test_an_honest_candidate_that_was_not_said_before_the_choice_is_an_alarm() -> None:
    late = candidate(1, seed=7)
    with pytest.raises(Alarm, match="not what was committed to before"):
        check_opened(CHOICE, late.follows(PLAN, KEY), late, PLAN, KEY)
    late = candidate(2, seed=7)
    with pytest.raises(Alarm, match="not what was committed to before"):
        kept_cards(CHOICE, late.follows(PLAN, KEY), late, PLAN, KEY)


def test_the_kept_one_is_never_opened_and_an_opened_one_never_kept() -> None:
    with pytest.raises(Refused, match="is kept"):
        check_opened(CHOICE, FOLLOWS[KEPT], CANDIDATES[KEPT], PLAN, KEY)
    with pytest.raises(Alarm, match="was opened"):
        kept_cards(CHOICE, FOLLOWS[OPENED], CANDIDATES[OPENED], PLAN, KEY)


def test_an_opened_one_under_the_number_of_another_is_an_alarm() -> None:
    with pytest.raises(Alarm):
        check_opened(CHOICE, FOLLOWS[OPENED], replace(CANDIDATES[2], number=1), PLAN, KEY)


def test_cards_swapped_between_holders_are_told_by_both_places() -> None:
    committed, of = FOLLOWS[KEPT], CANDIDATES[KEPT]
    (cards,) = of.cards(KEY).groups
    with pytest.raises(Alarm, match="this is card 5, and it was handed over as card 2"):
        check_handed(committed, (1, 2), of.salts[0][1], cards[4])
    with pytest.raises(Alarm, match="this is card 2, and it was handed over as card 5"):
        check_handed(committed, (1, 5), of.salts[0][4], cards[1])


def test_a_card_of_another_candidate_or_under_another_salt_is_not_the_one_that_was_committed_to() -> None:
    committed, of = FOLLOWS[KEPT], CANDIDATES[KEPT]
    (strange,) = CANDIDATES[2].cards(KEY).groups
    (cards,) = of.cards(KEY).groups
    for salt, card in ((of.salts[0][1], strange[1]), (of.salts[0][2], cards[1])):
        with pytest.raises(Alarm, match="card 2 is not the card that was committed to"):
            check_handed(committed, (1, 2), salt, card)


@pytest.mark.parametrize("place", [(1, 0), (1, 6), (2, 1), (0, 1)])
def test_a_place_that_no_card_has_is_an_alarm(place: tuple[int, int]) -> None:
    card = CANDIDATES[KEPT].cards(KEY).groups[0][0]
    with pytest.raises(Alarm):
        check_handed(FOLLOWS[KEPT], place, CANDIDATES[KEPT].salts[0][0], card)


def test_a_salt_that_stands_twice_is_an_alarm() -> None:
    salts = [each.salts for each in CANDIDATES]
    within = [(salts[0][0][0], *salts[0][0][:-1])]
    for reused in ([within], [salts[0], salts[0]], [*salts, [[salts[1][0][3]]]]):
        with pytest.raises(Alarm, match="a salt was used"):
            check_salts(reused)


def test_no_two_salted_commitments_of_all_candidates_agree() -> None:
    commitments = [said for follows in FOLLOWS for _place, said in follows.places]
    assert len(set(commitments)) == len(commitments) == COUNT * 5
    card = CANDIDATES[0].cards(KEY).groups[0][0]
    salts = [salt for each in CANDIDATES for group in each.salts for salt in group]
    assert len({commitment(salt, card) for salt in salts}) == len(salts)


@pytest.mark.parametrize("place", [(1, 1), (1, 2), (2, 1)])
def test_cards_of_several_groups_are_named_by_both_numbers(place: tuple[int, int]) -> None:
    committed = replace(FOLLOWS[0], cards=((b"1" * 32, b"2" * 32), (b"3" * 32,)))
    cards = tuple(
        tuple(b"x" * 32 if (group, number) == place else each for number, each in enumerate(members, 1))
        for group, members in enumerate(committed.cards, 1)
    )
    with pytest.raises(Alarm, match=f"this differs: card {place[1]} of group {place[0]}$"):
        compare(committed, replace(committed, cards=cards))

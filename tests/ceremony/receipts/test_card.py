"""One card alone: which card of a sitting it is, and every way in which it is none of them."""

from dataclasses import replace

import pytest

from custody.ceremony.candidates.candidate import Candidate
from custody.ceremony.plan.plan import Group, Key, Plan
from custody.ceremony.receipts.card import committed_cards, look, require_kept
from custody.ceremony.transcript.account import Account
from custody.ceremony.transcript.contents import Closed
from custody.ceremony.transcript.key_lines import Opened, Voided
from custody.errors import Alarm, Mismatch, Refused, Unreadable
from custody.keys.cards.published import Published
from custody.keys.cards.randomness import SetMix
from custody.keys.cards.shares import Scheme, split
from custody.keys.entropy import Dice
from custody.secret import Secret
from tests.ceremony.candidates.drawn import rolls
from tests.ceremony.receipts.held import PLAN, Held, cards_of, kept, whole, words
from tests.ceremony.transcript.sittings import Sat

KEY = PLAN.keys[0]


def test_each_card_is_told_by_its_own_place_with_its_bag_and_where_it_rests() -> None:
    for number, planned in enumerate(KEY.cards, 1):
        found = look(kept().found.standing, kept().found.transcript.lines, words(number))
        assert (found.key, found.set, found.group, found.number) == ("key-1", 17, 1, number)
        assert (found.bag, found.medium, found.place) == (planned.seal, planned.medium, PLAN.places[planned.place])
        assert found.fingerprint == kept().standing.made["key-1"].follows.fingerprint


def test_words_count_as_people_type_them() -> None:
    typed = "  ".join(word[:4].upper() for word in words(3).split())
    assert look(kept().found.standing, kept().found.transcript.lines, typed).number == 3


def test_nobody_learns_from_a_card_whose_it_is() -> None:
    told = repr(look(kept().found.standing, kept().found.transcript.lines, words(4)))
    assert not [name for name in PLAN.people if name in told]


def forged(scheme: Scheme, number: int = 17) -> list[str]:
    """Cards of a set of another secret, that has the number of the true one."""
    mix = replace(SetMix.draw(), identifier=number)
    made = split(Secret(b"\x21" * (KEY.bits // 8)), scheme, mix=mix)
    return [each.reveal().decode() for group in made.groups for each in group]


def test_a_card_that_takes_the_place_of_another_is_an_alarm() -> None:
    for text in (forged(Scheme.single(3, 5))[1], forged(Scheme.single(3, 6))[5]):
        with pytest.raises(Alarm, match="of set 17 is not the card that was committed to") as told:
            look(kept().found.standing, kept().found.transcript.lines, text)
        assert told.value.code == "card-differs"
        assert not any(word in told.value.message + told.value.hint for word in text.split() if len(word) > 6)


def test_a_misread_card_is_unreadable_and_no_alarm() -> None:
    typed = words(1).split()
    for wrong in ([*typed[:9], typed[10], typed[9], *typed[11:]], typed[:-1], ["nosuchword"]):
        with pytest.raises(Unreadable):
            look(kept().found.standing, kept().found.transcript.lines, " ".join(wrong))
    with pytest.raises(Unreadable, match="may be a passphrase"):
        look(kept().found.standing, kept().found.transcript.lines, "passphrase: " + words(1))


def given_up() -> Sat:
    """A sitting at which set 17 was given up when card 1 had left, and the key made again."""
    sat = Held(PLAN).everybody().until(lambda step: step.id.endswith("/card-2"))
    return sat.add(Voided("key-1", 17, (1,), "a fire alarm"))


def test_a_card_of_a_set_that_was_given_up_is_to_be_destroyed() -> None:
    sat = given_up()
    found = Account(sat.transcript, sat.standing, (), 0)
    with pytest.raises(Refused, match=r"given up \(a fire alarm\): it is to be destroyed") as told:
        look(found.standing, found.transcript.lines, words(1))
    assert told.value.code == "card-void"
    assert "Destroy it before two people" in told.value.hint


def test_one_that_was_said_to_be_destroyed_is_told_so_and_the_next_set_holds() -> None:
    sat = given_up().to_end()
    found = Account(sat.transcript, sat.standing, (), 0)
    with pytest.raises(Refused, match="it is to be destroyed") as told:
        look(found.standing, found.transcript.lines, words(1))
    assert "all of them were destroyed before holder-1, holder-2" in told.value.hint
    assert look(found.standing, found.transcript.lines, cards_of(KEY, 18)[0][0]).set == 18


def an_opened(number: int) -> tuple[Opened, str]:
    """A candidate that was opened, and its first card."""
    mix = replace(SetMix.draw(), identifier=number).rolled(Dice.parse(rolls(7)))
    salts = tuple(tuple(bytes([at]) * 16 for at, _card in enumerate(group.cards)) for group in KEY.groups)
    of = Candidate(2, mix, salts)
    card, told = of.cards(KEY).groups[0][0].reveal().decode(), Published.of(mix)
    return Opened(KEY.id, 2, told.identifier, told.part, told.rolls, salts), card


def test_a_card_of_an_opened_candidate_is_an_alarm_and_one_of_its_number_alone_is_a_stranger() -> None:
    opened, card = an_opened(23)
    whole = kept().transcript
    found = replace(kept().found, transcript=whole.with_(whole.next(opened, 1)))
    with pytest.raises(Alarm, match="of candidate 2 of key-1, which was opened") as told:
        look(found.standing, found.transcript.lines, card)
    assert told.value.code == "card-opened"
    for stranger in (forged(Scheme.single(3, 5), 23)[0], forged(Scheme.single(3, 6), 23)[5]):
        with pytest.raises(Mismatch, match="of no key of this transcript"):
            look(found.standing, found.transcript.lines, stranger)


def test_a_card_of_another_set_is_a_strangers_and_a_rehearsals_number_is_told() -> None:
    with pytest.raises(Mismatch, match="whose sets are: 17") as told:
        look(kept().found.standing, kept().found.transcript.lines, forged(Scheme.single(3, 5), 24)[0])
    assert told.value.code == "foreign-share"
    mix = replace(SetMix.draw(for_rehearsal=True), identifier=32_740)
    made = split(Secret(b"REHEARSE" + bytes(24)), Scheme.single(3, 5), mix=mix)
    with pytest.raises(Mismatch, match="of no key of this transcript") as told:
        look(kept().found.standing, kept().found.transcript.lines, made.groups[0][0].reveal().decode())
    assert "numbers that rehearsals use" in told.value.hint


def in_groups() -> Plan:
    """A plan of two groups, of which one is enough."""
    cards = KEY.cards
    groups = (Group(2, cards[:3]), Group(2, cards[3:]))
    return replace(PLAN, keys=(replace(KEY, groups_needed=1, groups=groups), *PLAN.keys[1:]))


def test_a_card_of_a_second_group_is_told_by_group_and_number_with_its_own_bag() -> None:
    plan = in_groups()
    key: Key = plan.keys[0]
    sat = whole(plan)
    last = look(sat.found.standing, sat.found.transcript.lines, cards_of(key, 17)[1][1])
    assert (last.group, last.number, last.bag) == (2, 2, key.cards[4].seal)
    assert last.name == "card 2 of group 2"
    assert [each.bag for each in committed_cards(sat.standing)] == [each.seal for each in key.cards]


def test_cards_of_a_rehearsal_or_of_a_sitting_that_failed_are_not_looked_at() -> None:
    rehearsal = Held(PLAN, rehearsal=True).everybody().to_end()
    with pytest.raises(Refused, match="a rehearsal's transcript") as told:
        require_kept(Account(rehearsal.transcript, rehearsal.standing, (), 0))
    assert told.value.code == "rehearsal"
    from_there = Held(PLAN).everybody().until(lambda step: step.id.endswith("/closing/final"))
    require_kept(Account(from_there.transcript, from_there.standing, (), 0))
    from_there.add(Closed(False, "holder-1", None))
    with pytest.raises(Refused, match="did not pass") as told:
        require_kept(Account(from_there.transcript, from_there.standing, (), 0))
    assert told.value.code == "sitting-failed"

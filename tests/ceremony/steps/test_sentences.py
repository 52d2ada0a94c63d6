"""Every sentence is there in both languages, with the same places, and is said at some step."""

import re
from string import Formatter

import pytest

from custody.ceremony.plan.plan import Threat
from custody.ceremony.steps.sentences import PHRASES, sentence
from tests.ceremony.steps.courses import all_steps

KANA = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")


def _places(text: str) -> set[str | None]:
    return {name for _text, name, _spec, _conversion in Formatter().parse(text)} - {None}


@pytest.mark.parametrize("name", PHRASES)
def test_both_languages_have_the_same_places(name: str) -> None:
    english, japanese = PHRASES[name]
    assert _places(english) == _places(japanese)


@pytest.mark.parametrize("name", PHRASES)
def test_japanese_is_japanese_and_english_is_not(name: str) -> None:
    english, japanese = PHRASES[name]
    assert KANA.search(japanese)
    assert not KANA.search(english)


def test_every_sentence_is_said_at_a_step() -> None:
    said = set()
    for threat in Threat:
        for step in all_steps(threat):
            said |= {each.name for each in (step.does, step.says, *step.records) if each is not None}
    assert said == set(PHRASES)


def test_a_sentence_that_nobody_wrote_is_an_error_where_it_is_made() -> None:
    with pytest.raises(KeyError):
        sentence("hello")


def test_a_step_says_the_plan_s_own_names_in_both_languages() -> None:
    said = sentence("boot", machine="Laptop", serial="A-17")
    assert "Laptop" in said.english
    assert "A-17" in said.japanese

"""Every text of the script is there in both languages, with the same places, is used, and can be drawn."""

import re
from pathlib import Path
from string import Formatter

import pytest

from custody.ceremony.printed import texts
from custody.ceremony.printed.texts import TEXTS, told
from custody.ceremony.steps.sentences import PHRASES
from custody.ceremony.steps.step import Role
from tests.printing.faces import face

KANA = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")


def _places(text: str) -> set[str | None]:
    return {name for _text, name, _spec, _conversion in Formatter().parse(text)} - {None}


@pytest.mark.parametrize("name", TEXTS)
def test_both_languages_have_the_same_places_and_each_is_itself(name: str) -> None:
    english, japanese = TEXTS[name]
    assert _places(english) == _places(japanese)
    assert KANA.search(japanese)
    assert not KANA.search(english)


@pytest.mark.parametrize("table", [TEXTS, PHRASES], ids=["texts", "sentences"])
def test_the_font_has_every_letter_of_ours(table: dict[str, tuple[str, str]]) -> None:
    assert not face().lacking("".join(part for pair in table.values() for part in pair))


def test_every_text_is_used() -> None:
    folder = Path(texts.__file__).parent
    source = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py") if path.name != "texts.py")
    values = {"threat-accident", "threat-insider", "threat-targeted", "measured", "claimed", "signed"}
    values |= {"before", "making", "closing", "service", "attests", *Role}
    assert not [name for name in TEXTS if f'"{name}"' not in source and name not in values]


def test_a_text_that_nobody_wrote_is_an_error() -> None:
    with pytest.raises(KeyError):
        told("hello")

"""A line of each kind, and of kinds that nobody has written a sentence for; texts in both languages."""

import re
from pathlib import Path
from string import Formatter

import pytest

from custody.ceremony.reported import said, texts
from custody.ceremony.reported.said import SAID
from custody.ceremony.reported.texts import TEXTS, told
from custody.ceremony.steps.course import course
from custody.ceremony.steps.step import Evidence
from custody.ceremony.transcript.contents import KINDS, Done, kind_of
from tests.ceremony.transcript.sittings import a_plan, of_each_kind
from tests.printing.faces import face

KANA = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")
SENTENCES = {**TEXTS, **{f"line {kind}": (english, japanese) for kind, (english, japanese, _below) in SAID.items()}}


def _places(text: str) -> set[str | None]:
    return {name for _text, name, _spec, _conversion in Formatter().parse(text)} - {None}


@pytest.mark.parametrize("name", SENTENCES)
def test_both_languages_have_the_same_places_and_each_is_itself(name: str) -> None:
    english, japanese = SENTENCES[name]
    assert _places(english) == _places(japanese)
    assert KANA.search(japanese)
    assert not KANA.search(english)
    assert not face().lacking(english + japanese)


def test_every_text_is_used() -> None:
    folder = Path(texts.__file__).parent
    source = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py") if path.name != "texts.py")
    values = {*Evidence, *(f"is-{name}" for name in ("open", "failed", "refused", "unsigned"))}
    values |= {f"{name}-told" for name in ("open", "failed", "refused", "unsigned", "whole", "whole-in-ink")}
    values |= {"ink-agreed", "ink-saw", "ink-refused"}
    assert not [name for name in TEXTS if f'"{name}"' not in source and name not in values]
    with pytest.raises(KeyError):
        told("hello")


def test_every_kind_of_line_has_a_sentence_in_both_languages() -> None:
    plan = a_plan()
    steps = {step.id: step for step in course(plan, plan.sittings[0])}
    assert set(SAID) == {*KINDS, "closed-failed"} - {"done"}
    for line in of_each_kind():
        told_ = said.said(line, steps)
        assert all(told_.sentence), kind_of(line.content)
        assert told_.id == (line.content.step if isinstance(line.content, Done) else "")
        assert "{" not in "".join(told_.sentence)
        assert all(text for _label, text in told_.below)


def test_a_kind_without_a_sentence_is_drawn_by_its_name_and_members(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(said, "SAID", {})
    found = {
        kind_of(line.content): said.said(line, {}) for line in of_each_kind() if not isinstance(line.content, Done)
    }
    assert found["exception"] == said.Said(("exception", ""), ((("text", ""), "a noise"), (("by", ""), "operator-1")))
    assert {label[0]: text for label, text in found["void"].below}["cards"] == "1, 3"
    assert len(found) == len(KINDS) - 1

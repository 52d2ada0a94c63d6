"""The page about the review's JSON names exactly what is there."""

import json
import re
from dataclasses import fields

import pytest

from custody.chains.bitcoin.review.batch import Total, together
from custody.signing import Burn, Change, Difference, Fee, Finding, Input, Note, Payment, Replacement, Review
from tests.chains.bitcoin.review.drafts import honest, judge
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "spec" / "review.md").read_text(encoding="utf-8")


def example(name: str) -> dict[str, object]:
    """An example of the page, by the word behind its fence."""
    found = re.search(rf"^```json {name}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    assert found is not None
    content: dict[str, object] = json.loads(found[1])
    return content


@pytest.mark.parametrize(
    ("name", "form"), [("replaces", Replacement), ("notes", Note), ("total", Total)], ids=["replaces", "notes", "total"]
)
def test_the_page_shows_every_field_in_its_order(name: str, form: type) -> None:
    assert list(example(name)) == [field.name for field in fields(form)]


def test_the_page_shows_the_review_as_it_is() -> None:
    page, beside = example("review"), ("replaces", "notes")
    assert list(page) == list(judge(honest()).review.to_json())
    assert list(page)[1:] == [field.name for field in fields(Review) if field.name not in beside]
    for name, form in {
        "payments": Payment,
        "change": Change,
        "burned": Burn,
        "inputs": Input,
    }.items():
        (item,) = page[name]  # type: ignore[misc]
        assert list(item) == [field.name for field in fields(form)]
    (found,) = page["findings"]  # type: ignore[misc]
    said = [field.name for field in fields(Finding) if field.name != "spoken"]
    assert list(found) == said == list(judge(honest()).review.to_json()["findings"][0])
    assert list(page["fee"]) == [field.name for field in fields(Fee)]  # type: ignore[call-overload]


def test_the_page_shows_a_difference_and_a_batch_as_they_are() -> None:
    (payment,) = example("replaces")["payments"]  # type: ignore[misc]
    assert list(payment) == [field.name for field in fields(Difference)]
    batch = together([judge(honest())]).to_json()
    assert list(example("batch")) == list(batch)
    assert list(example("batch")["totals"]) == list(batch["totals"])  # type: ignore[call-overload]


def test_the_page_names_every_part_of_a_finding() -> None:
    assert all(f"`{field.name}`" in PAGE for field in fields(Finding))

"""The page of a plan says its rules as the code has them."""

from docs.generate import DOCS, of_plans


def test_the_table_of_rules_is_the_one_in_the_code() -> None:
    page = (DOCS / "spec" / "ceremony.md").read_text(encoding="utf-8")
    assert of_plans(page) == page, "make docs writes it anew"

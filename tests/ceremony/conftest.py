"""Identities are sealed, and words made, with little work: how much there should be is tested where both are made."""

from collections.abc import Iterator

import pytest

from custody.governance.paper import slow_words
from custody.keys.vaults import sealed
from tests.ceremony.treasury.officers import QUICK, QUICK_WORDS


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(sealed, "STANDARD", QUICK)
    monkeypatch.setattr(slow_words, "MEMORY", QUICK_WORDS)
    slow_words.beginning.cache_clear()
    yield
    slow_words.beginning.cache_clear()

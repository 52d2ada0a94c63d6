"""Identities of the tests are sealed with little work: how much there should be is tested where keys are."""

import pytest

from custody.keys import sealed
from tests.ceremony.officers import QUICK


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealed, "STANDARD", QUICK)

"""Identities of the tests are sealed with little work: how much there should be is tested where keys are."""

import pytest

from custody.keys.vaults import sealed
from tests.ceremony.treasury.officers import QUICK


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealed, "STANDARD", QUICK)

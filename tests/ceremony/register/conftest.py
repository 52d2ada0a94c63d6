"""A treasury for the tests of the register."""

from pathlib import Path

import pytest

from tests.ceremony.treasury.officers import begun, with_vault


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A treasury of five with a 3-of-5 vault."""
    path = tmp_path / "home"
    begun(path)
    with_vault(path)
    return path

"""Two laptops of one treasury that know the same, made once for a module of tests."""

import shutil
from pathlib import Path

import pytest

from tests.cli.treasury.laptops import admitted, founded
from tests.support.officers import quick_identities


@pytest.fixture(scope="module")
def two_laptops(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the homes `first` and `second`, which know the same."""
    folder = tmp_path_factory.mktemp("made")
    with quick_identities():
        admitted(founded(folder / "first"))
    return folder


@pytest.fixture
def two(two_laptops: Path, tmp_path: Path) -> str:
    """The first of two laptops, for one test; the second lies beside it."""
    for name in ("first", "second"):
        shutil.copytree(two_laptops / name, tmp_path / name)
    return str(tmp_path / "first")

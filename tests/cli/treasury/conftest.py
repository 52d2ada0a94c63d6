"""Two laptops of one treasury that know the same, made once for a module of tests."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.treasury.laptops import admitted, founded
from tests.support.officers import quick_identities, quick_words


@pytest.fixture(scope="module", autouse=True)
def words_of_tests() -> Iterator[None]:
    """Words of entries that cost little; a module that tells them to a process of its own has the real ones."""
    with quick_words():
        yield


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

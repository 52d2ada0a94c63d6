"""A laptop on which nothing is wrong."""

import pytest

from tests.machine.laptop import Laptop


@pytest.fixture
def laptop(tmp_path) -> Laptop:
    return Laptop(tmp_path / "laptop")

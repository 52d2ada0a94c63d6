"""The other wallets' libraries, for every test of this room."""

from collections.abc import Iterator

import pytest

from tests.conftest import needed
from tests.peers.library import Library, library, missing


@pytest.fixture(scope="session")
def peer() -> Iterator[Library]:
    """The libraries, or a skip."""
    if reason := missing():
        needed("peers", reason)
    yield from library()

"""Starts the node once for each worker, where BITCOIND names one."""

import os
from collections.abc import Iterator

import pytest

from tests.conftest import needed
from tests.node.node import Node


@pytest.fixture(scope="session")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A node on regtest with a purse of spendable coins."""
    bitcoind = os.environ.get("BITCOIND")
    if not bitcoind:
        needed("node", "no Bitcoin node: BITCOIND names none")
    running = Node(str(bitcoind), tmp_path_factory.mktemp("node"))
    running.start()
    try:
        running.open_purse()
        yield running
    finally:
        running.stop()

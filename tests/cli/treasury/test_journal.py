"""An entry is told strictly: lines that no rule depends on are read by nobody else."""

from types import SimpleNamespace
from typing import Any

import pytest

from custody.cli.treasury import journal
from custody.errors import Unreadable

SIGNED = {"by": "00" * 32, "signature": "00" * 64}


@pytest.mark.parametrize(
    "what",
    [
        {"wallets": 1},
        {"wallets": [1]},
        {"findings": [None]},
        {"code": 1},
        {"signatures": [SIGNED]},
        {"signatures": [SIGNED | {"by": "00 " * 32}], "statement": {}},
        {"signatures": [{}], "statement": {}},
        {"signatures": 1, "statement": {}},
    ],
    ids=str,
)
def test_an_entry_that_is_not_as_we_write_it_is_unreadable(what: dict[str, Any]) -> None:
    home = SimpleNamespace(book=SimpleNamespace(entry=lambda _number: SimpleNamespace(what=what)))
    with pytest.raises(Unreadable):
        journal._summary(home, 0)  # type: ignore[arg-type]

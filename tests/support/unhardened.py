"""Commands in the tests' own process: not hardened, which would change it for every later test, and as behind a door.

`tests/cli/front/test_hardened.py` and `tests/airgap/door` look at what is left out here.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any
from unittest import mock

from airgap.door.standing import Standing
from custody import apart, guard
from custody.cli.front import hardened


def measured() -> Any:
    """A machine on which nothing is unfit; no code of ours says so."""
    return SimpleNamespace(is_fit=True, standing=lambda _standing: ())


def stands() -> Standing:
    """A door that is shut, and nothing was noticed."""
    return Standing(is_shut=True)


@contextmanager
def unhardened() -> Iterator[None]:
    """Leave the process as it is, its door for shut and the machine for fit; what is done apart is done here."""
    with (
        mock.patch.object(guard, "harden", tuple),
        mock.patch.object(apart, "run", lambda work, *_how: work()),
        mock.patch.object(hardened, "standing", stands),
        mock.patch.object(hardened, "measured_machine", measured),
    ):
        yield

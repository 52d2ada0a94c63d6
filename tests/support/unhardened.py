"""Commands in the tests' own process: not hardened, which would change it for every later test, and as behind a door.

`tests/cli/front/test_hardened.py` and `tests/airgap/door` look at what is left out here.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

from airgap.door import Standing
from custody import guard
from custody.cli.front import hardened


@contextmanager
def unhardened() -> Iterator[None]:
    """Leave the process as it is, and its door for shut."""
    with (
        mock.patch.object(guard, "harden", tuple),
        mock.patch.object(hardened, "standing", lambda: Standing(is_shut=True)),
    ):
        yield

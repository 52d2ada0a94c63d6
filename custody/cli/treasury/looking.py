"""Opens a treasury's directory to look at it: no secret is read, and no library of keys is loaded."""

from collections.abc import Iterator
from contextlib import contextmanager

from custody.ceremony.home.home import Home, reading
from custody.cli.front import output
from custody.cli.treasury.options import require_home


@contextmanager
def looking(path: str | None, *, strictly: bool = False) -> Iterator[Home]:
    """Open the home that was named. Raises as `reading` does, and Usage where none was named."""
    with reading(require_home(path), strictly=strictly) as home:
        output.about(home.book.state.roster.network)
        yield home

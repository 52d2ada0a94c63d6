"""A text file of at most 4 MB to its text; two results, or two inputs, on one standard stream raise Usage."""

from collections.abc import Sequence

from custody import outside, store
from custody.catalogue import _
from custody.errors import Unreadable, Usage
from custody.strict_json import SIZE_LIMIT
from custody.text import safe


def read_document(path: str) -> str:
    """Read a text file (UTF-8, UTF-16) of at most 4 MB. Raises Usage, Unreadable and StorageFailed."""
    try:
        return outside.plain(store.read(path, SIZE_LIMIT)).decode()
    except Unreadable:
        raise Unreadable(
            _("{path} is not a text file").format(path=safe(path)), hint=_("Check that it is the file that you meant.")
        ) from None


def called(path: str) -> str:
    """Return what a person calls the file that a result went to: a stream's own name says nothing."""
    return _("standard output") if store.is_stream(path) else safe(path)


def refuse_two_results(path: str | None, *, as_json: bool) -> None:
    """Raise Usage where both `--json` and a file named "-" want standard output."""
    if as_json and path == store.STANDARD:
        raise Usage(
            _("--json and a file on standard output do not go together"),
            hint=_("Name a file with -o, or leave --json away."),
        )


def refuse_one_input_twice(paths: Sequence[str | None]) -> None:
    """Raise Usage where two files are to come from standard input: the second would be empty."""
    if sum(path == store.STANDARD for path in paths) > 1:
        raise Usage(_("standard input can be read once, and two files are named -"), hint=_("Name a file."))

"""Files beside the one that is reviewed: earlier transactions (`--before`) and the desk's labels (BIP-329), to values.

They are read as strictly as the file itself, and an error names its file (docs/spec/review.md).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from custody import outside, store
from custody.catalogue import _, ngettext
from custody.chains.bitcoin.psbt.envelope import FILE_LIMIT
from custody.chains.bitcoin.review.labels import DOCUMENT_LIMIT, NO_LABELS, Labels
from custody.chains.bitcoin.review.past import Earlier
from custody.cli.front import output
from custody.errors import Alarm, Unreadable
from custody.text import safe


def read_past(paths: Sequence[str]) -> tuple[Earlier, ...]:
    """Read earlier transactions, as strictly as a new one. Raises Usage, Unreadable and StorageFailed."""
    return tuple(_read_earlier(path) for path in paths)


def read_labels(path: str | None) -> Labels:
    """Read the desk's labels, if a file was named. Raises Usage, Unreadable and StorageFailed."""
    if path is None:
        return NO_LABELS
    content = store.read(path, DOCUMENT_LIMIT)
    with naming(path):
        return Labels.parse(outside.plain(content))


def say_what_was_ignored(labels: Labels) -> None:
    """Say how many labels were of an unknown type; behind the review, whose first lines are the verdict's."""
    if labels.ignored:
        output.progress(
            ngettext(
                "{count} line of the labels is of a type that is not known, and was left out.",
                "{count} lines of the labels are of types that are not known, and were left out.",
                labels.ignored,
            ).format(count=labels.ignored)
        )


@contextmanager
def naming(path: str) -> Iterator[None]:
    """Let an error of a file say which file it was, where a command reads several."""
    try:
        yield
    except (Unreadable, Alarm) as failure:
        message = _("{path}: {reason}").format(path=safe(path), reason=failure.message)
        raise type(failure)(message, hint=failure.hint, code=failure.code) from None


def _read_earlier(path: str) -> Earlier:
    content = store.read(path, FILE_LIMIT)
    with naming(path):
        return Earlier.read(content)

"""What a review may be given beside its file: earlier transactions and the desk's labels. It knows files, no rules."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import click

from custody import store
from custody.catalogue import _, ngettext
from custody.chains.bitcoin.psbt.envelope import FILE_LIMIT
from custody.chains.bitcoin.review.labels import DOCUMENT_LIMIT, NO_LABELS, Labels
from custody.chains.bitcoin.review.past import Earlier
from custody.cli.front import output
from custody.errors import Alarm, Unreadable, Usage
from custody.text import safe

_Function = TypeVar("_Function", bound=Callable[..., Any])


def before_option(command: _Function) -> _Function:
    """Give a command `--before FILE`, which may come several times."""
    text = _("An earlier transaction (PSBT) to compare with; say it once for each file.")
    return click.option("--before", multiple=True, metavar="FILE", type=click.Path(), help=text)(command)


def labels_option(command: _Function) -> _Function:
    """Give a command `--labels FILE`."""
    text = _("The desk's labels (BIP-329), shown as what nobody checked.")
    return click.option("--labels", "labels_file", metavar="FILE", type=click.Path(), help=text)(command)


def read_past(paths: Sequence[str]) -> tuple[Earlier, ...]:
    """Read earlier transactions, as strictly as a new one. Raises Usage, Unreadable and StorageFailed."""
    return tuple(_read_earlier(path) for path in paths)


def read_labels(path: str | None) -> Labels:
    """Read the desk's labels, if a file was named. Raises Usage, Unreadable and StorageFailed."""
    if path is None:
        return NO_LABELS
    content = store.read(path, DOCUMENT_LIMIT)
    with naming(path):
        return Labels.parse(content)


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


def refuse_one_input_twice(paths: Sequence[str | None]) -> None:
    """Raise Usage where two files are to come from standard input: the second would be empty."""
    if sum(path == store.STANDARD for path in paths) > 1:
        raise Usage(_("standard input can be read once, and two files are named -"), hint=_("Name a file."))


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

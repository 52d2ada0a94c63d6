"""The desk's labels of a review to lines: each in quotes behind a bar, and said to be what nobody checked."""

from collections.abc import Iterator, Mapping, Sequence

from custody import text
from custody.catalogue import _
from custody.cli.front.layout import folded, marked
from custody.signing import Note, Review

Places = Mapping[str, Sequence[Note]]
"""Labels by where they stand."""


def by_place(review: Review) -> Places:
    """Sort the labels of a review by their places."""
    places: dict[str, list[Note]] = {}
    for note in review.notes:
        places.setdefault(note.where, []).append(note)
    return places


def of_output(places: Places, index: int) -> Iterator[str]:
    """Yield the labels of one output, to stand below it."""
    for note in places.get(f"output {index}", ()):
        yield from _told(note)


def others(review: Review) -> Iterator[str]:
    """Yield the labels of the coins, of the keys and of the transaction itself."""
    chosen = [note for note in review.notes if not note.where.startswith("output ")]
    if not chosen:
        return
    yield ""
    yield _(" Labels in the desk's file")
    for note in chosen:
        yield from folded(_about(note), indent="   ")
        yield from _told(note)


def _told(note: Note) -> list[str]:
    shown = text.safe(note.text) + (f"[+{note.more}]" if note.more else "")
    return marked(_('label in the desk\'s file, nobody checked it: "{label}"').format(label=shown), indent="       ")


def _about(note: Note) -> str:
    place = note.where.removeprefix("input ")
    if note.where:
        return _("Coin {number}").format(number=place)
    return {
        "tx": _("This transaction"),
        "xpub": _("The account key {key}"),
        "pubkey": _("The public key {key}"),
    }[note.kind].format(key=text.safe(note.ref))

"""What a report says first, and at the head of every page: whether the sitting is whole, what it lacks, a rehearsal."""

from collections.abc import Iterator

from custody.ceremony.printed.cells import LARGE, PLAIN, Both, Item, both, inner, lines, row
from custody.ceremony.printed.page import BODY, Block, gap
from custody.ceremony.reported.texts import told
from custody.ceremony.transcript.account import Account
from custody.ceremony.transcript.together import Together
from custody.printing.face import Face


def lacks(found: Account) -> tuple[str, ...]:
    """Return the names of what a sitting lacks to be whole, in the order in which they are said; none where it is."""
    closed = found.standing.closed
    said = {
        "open": closed is None,
        "failed": closed is not None and not closed.passed,
        "refused": bool(found.refusing),
        "unsigned": bool(found.lacking),
    }
    return tuple(name for name, holds in said.items() if holds)


def in_short(found: Account) -> Both:
    """Return the verdict in a few words."""
    names = [told(f"is-{name}") for name in lacks(found)]
    if not names:
        return told("is-whole")
    english, japanese = told("not-whole")
    return f"{english}: {', '.join(each for each, _ in names)}", f"{japanese}。{'、'.join(each for _, each in names)}"


def band(face: Face, together: Together) -> Iterator[Block]:
    """Yield what stands at the head of each page: nothing, for what is real and whole."""
    said = []
    if together.is_rehearsal:
        said.append(told("rehearsal-band"))
    if lacks(together.sittings[0]):
        said.append(in_short(together.sittings[0]))
    elif not together.is_whole:
        said.append(told("others-not-whole"))
    for each in said:
        yield from row((BODY,), (lines(face, "   ".join(each), inner(BODY), LARGE, bold=True),), fill=0.88)
    if said:
        yield gap(8)


def verdict(face: Face, together: Together) -> Iterator[Block]:
    """Yield the verdict with its reasons: who refused, who has not signed, which step comes next."""
    found = together.sittings[0]
    wide = inner(BODY)
    items: list[Item] = both(face, in_short(found), wide, 17.0, bold=True)
    for sentence, names in _reasons(found):
        items += [*both(face, sentence, wide, PLAIN), *(lines(face, names, wide, PLAIN, bold=True) if names else [])]
    if lacks(together.sittings[0]) == () and not together.is_whole:
        items += both(face, told("others-not-whole"), wide, LARGE, bold=True)
    yield from row((BODY,), (items,))


def _reasons(found: Account) -> Iterator[tuple[Both, str]]:
    """Yield sentences, each with the names that belong to it."""
    standing = found.standing
    for name in lacks(found) or ("whole" if any(each.has_key for each in found.signers) else "whole-in-ink",):
        yield told(f"{name}-told"), ""
    if standing.closed is None:
        yield told("next"), "-" if standing.next is None else standing.next.id
        if standing.live is not None:
            yield told("live", key=standing.live.id), ""
    elif not found.passed:
        due = "-" if standing.closed.due is None else standing.closed.due.isoformat()
        yield told("owner"), f"{standing.closed.owner}, {due}"
    if found.refusing:
        yield told("refusing"), ", ".join(found.refusing)
    if found.lacking:
        yield told("lacking"), ", ".join(found.lacking)
    if found.unsigned_from is not None:
        yield told("unsigned-from", number=found.unsigned_from), ""
    if found.transcript.torn:
        yield told("torn"), ""

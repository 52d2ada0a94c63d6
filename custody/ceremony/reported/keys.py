"""Keys that were made at the sitting: numbers, fingerprints, account keys, opened candidates, the odds of it all."""

from collections.abc import Iterator, Sequence

from custody.ceremony.candidates.choice import escapes
from custody.ceremony.plan.plan import Key
from custody.ceremony.printed.cells import PLAIN, Both, heading, paragraph
from custody.ceremony.printed.page import Block, Section, gap
from custody.ceremony.reported.blocks import fact
from custody.ceremony.reported.seen import Seen
from custody.ceremony.reported.texts import told
from custody.ceremony.transcript.key_lines import KeyMade
from custody.printing.face import Face


def keys(face: Face, seen: Seen, heads: tuple[Block, ...]) -> Section:
    """Return the keys of the sitting, made or not."""
    return Section((*heads, heading(face, told("keys"), 13.0)), _keys(face, seen))


def _keys(face: Face, seen: Seen) -> Iterator[Block]:
    standing = seen.found.standing
    made_here = standing.plan.made_at(standing.sitting)
    for key in made_here:
        made = standing.made.get(key.id)
        facts: list[tuple[Both, Sequence[str]]] = [(told("key"), (key.id,))]
        facts += [(told("set"), told("not-made"))] if made is None else _made(seen, key, made)
        for label, values in facts:
            yield from fact(face, label, values)
        yield gap(10)
    candidates = [key.candidates for key in made_here if key.id in standing.made]
    if max(candidates, default=1) > 1:
        yield from fact(face, told("odds"), told("odds-told", count=escapes(candidates).denominator))
    for void in standing.unopened:
        yield gap(4)
        yield paragraph(face, told("unopened", key=void.key), PLAIN)
    yield gap(8)
    if not standing.voided:
        yield paragraph(face, told("none-given-up"))
    if not standing.deviations:
        yield paragraph(face, told("no-exceptions"))


def _made(seen: Seen, key: Key, made: KeyMade) -> list[tuple[Both, Sequence[str]]]:
    follows = made.follows
    facts: list[tuple[Both, Sequence[str]]] = [
        (told("set"), (str(made.set),)),
        (told("fingerprint"), (follows.fingerprint.hex(),)),
        (told("committed"), _rows(follows.words)),
    ]
    if key.candidates > 1:
        facts.append((told("kept"), (f"{follows.candidate} / {key.candidates}",)))
    facts += [(told("account"), (f"{each.script}  {each.path}", each.xpub)) for each in follows.accounts]
    facts += [(told("first-address", wallet=each.wallet), (each.address,)) for each in follows.addresses]
    for opened, words in seen.found.opened:
        if opened.key == key.id:
            label = told("opened", number=opened.candidate)
            facts.append((label, (" ".join(told("opened-told")), *_rows(tuple(words.split())))))
    return facts


def _rows(words: Sequence[str]) -> tuple[str, ...]:
    """Return words, eight in a row."""
    return tuple(" ".join(words[at : at + 8]) for at in range(0, len(words), 8))

"""What a courier does to the bytes of an export: he has no key of the treasury, and may do as he likes with a file."""

import random
from dataclasses import replace

from custody.errors import Unreadable
from custody.governance.entry import Entry
from tests.governance.treasury import Laptop

HIS = Laptop("the courier's own")
DAY = 86_400
DEEDS = ("drop lines", "duplicate", "reorder", "truncate", "edit", "re-chain", "relabel", "re-date", "rubbish")


def changed(content: bytes, deed: str, chance: random.Random) -> bytes:
    """The export after one deed of his."""
    lines = content.splitlines(keepends=True)
    at = chance.randrange(len(lines)) if lines else 0
    if deed == "truncate":
        return content[: chance.randrange(len(content) + 1)]
    if deed == "rubbish" or not lines:
        lines.insert(at, chance.choice([b"{}\n", b"\n", b"\x00\xff\n", b'{"base64":"AA==","sha256":"00"}\n']))
    elif deed == "drop lines":
        lines = [each for each in lines if chance.random() < 0.8]
    elif deed == "duplicate":
        lines += chance.sample(lines, chance.randrange(1, len(lines) + 1))
    elif deed == "reorder":
        chance.shuffle(lines)
    elif deed == "edit":
        edited = bytearray(lines[at])
        edited[chance.randrange(len(edited))] = chance.choice(b'0123456789abcdef{}":,\n')
        lines[at] = bytes(edited)
    elif deed == "re-date":
        absences = [place for place, line in enumerate(lines) if b'"kind":"absence"' in line]
        if absences:
            at = chance.choice(absences)
            lines[at] = _dated_anew(lines[at], chance)
    else:
        lines[at] = _written_again(lines, at, deed, chance)
    return b"".join(lines)


def mixed(one: bytes, other: bytes, chance: random.Random) -> bytes:
    """Two exports in one, line by line."""
    queues = [one.splitlines(keepends=True), other.splitlines(keepends=True)]
    found = []
    while any(queues):
        found.append(chance.choice([each for each in queues if each]).pop(0))
    return b"".join(found)


def _written_again(lines: list[bytes], at: int, deed: str, chance: random.Random) -> bytes:
    """A line in another place of its chain, under the old seal or the courier's; or a copy in the courier's name."""
    try:
        entry = Entry.decode(lines[at].rstrip(b"\n"))
        other = Entry.decode(chance.choice(lines).rstrip(b"\n"))
    except Unreadable:
        return lines[at]
    if deed == "re-chain":
        moved = replace(entry, after=other.after, number=other.number)
        return (
            moved.sealed(HIS.private.sign(moved.to_seal)).encode() + b"\n"
            if chance.random() < 0.5
            else (moved.encode() + b"\n")
        )
    named = replace(entry, writer=chance.choice([HIS.key, other.writer]))
    return named.sealed(HIS.private.sign(named.to_seal)).encode() + b"\n"


def _dated_anew(line: bytes, chance: random.Random) -> bytes:
    """An absence with other days: under the old seal, under the courier's own, or in the courier's name."""
    try:
        entry = Entry.decode(line.rstrip(b"\n"))
        statement = entry.what["statement"]
        says = statement["says"] | {"to": statement["says"]["to"] + chance.choice([1, DAY, 30 * DAY])}
    except (Unreadable, KeyError, TypeError):
        return line
    entry = replace(entry, what=entry.what | {"statement": statement | {"says": says}})
    if (way := chance.randrange(3)) == 0:
        return entry.encode() + b"\n"
    named = replace(entry, writer=HIS.key) if way == 1 else entry
    return named.sealed(HIS.private.sign(named.to_seal)).encode() + b"\n"

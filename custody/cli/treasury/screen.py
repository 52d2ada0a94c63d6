"""A treasury to JSON and to lines: the head to write on paper, the officers, the status, an entry of the book."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from custody.catalogue import _, ngettext
from custody.ceremony.home.home import Home
from custody.ceremony.treasury.halting import open_halts
from custody.ceremony.treasury.roster_text import roster_lines
from custody.governance.book import Book
from custody.governance.chain import Head
from custody.governance.entry import Entry
from custody.governance.paper import words_of
from custody.text import safe

_HASH_SHOWN = 16


def head_json(book: Book) -> dict[str, Any]:
    """Return the newest entry of a book as scripts read it."""
    return _head_json(book.state.treasury, book.head)


def head_lines(book: Book) -> Iterator[str]:
    """Yield what is written on paper."""
    words = " ".join(words_of(book.state.treasury, book.head))
    yield _("Write on paper, with the date, and keep it away from this machine:")
    yield _("  entry {number}: {words}").format(number=book.head.number, words=words)


def officers_json(home: Home) -> list[dict[str, Any]]:
    """Return the officers as scripts read them; a name that was erased is null."""
    return [
        {
            "name": home.names.text(officer.name),
            "officer": officer.key.hex(),
            "seat": officer.seat,
            "alternate": officer.alternate,
            "roles": sorted(officer.roles),
            "identity": "here" if home.identity(officer) is not None else "elsewhere",
        }
        for officer in home.book.state.roster.officers
    ]


def officers_lines(home: Home) -> list[str]:
    """Return the roster in sentences."""
    roster = home.book.state.roster
    return roster_lines(roster, [home.name_of(officer) for officer in roster.officers])


def status_json(home: Home) -> dict[str, Any]:
    """Return what the book says is so, but for other machines: `machines_json`."""
    state = home.book.state
    return {
        "treasury": state.treasury.hex(),
        "network": state.roster.network,
        "halted": state.halted,
        "halts": [digest.hex() for digest in state.halts],
        "head": head_json(home.book),
        "entries": home.book.head.number + 1,
        "officers": officers_json(home),
        "rules": state.roster.rules,
        "unlock": state.roster.unlock,
        "roster_version": state.roster.version,
        "wallets": sorted(state.wallets),
        "vaults": {
            name: {"kind": record.kind, "generation": record.generation, "fingerprints": dict(record.fingerprints)}
            for name, record in state.vaults.items()
        },
        "counts": dict(state.counts),
        "backups": [
            {"n": each.number, "sha256": each.sha256.hex(), "label": home.names.text(each.label)}
            for each in state.backups
        ],
    }


def machines_json(home: Home) -> dict[str, Any]:
    """Return what is known of other machines: their newest heads, each with words that take a fifth of a second."""
    state = home.book.state
    return {writer.hex(): _head_json(state.treasury, head) for writer, head in state.writers.items()}


def status_lines(home: Home) -> Iterator[str]:
    """Yield what an officer wants to know first."""
    state = home.book.state
    if state.halted:
        yield _("HALTED. Nothing is signed until a quorum resumes.")
        yield from open_halts(home)
        yield ""
    yield _("Treasury {treasury} on {network}, {count}").format(
        treasury=state.treasury.hex()[:_HASH_SHOWN],
        network=state.roster.network,
        count=_entries(home.book.head.number + 1),
    )
    yield ""
    yield from officers_lines(home)
    yield ""
    for name in sorted(state.wallets):
        yield _("Wallet {name}").format(name=safe(name))
    for name, record in sorted(state.vaults.items()):
        yield _("Vault {name}: key {fingerprint} ({kind}), generation {generation}").format(
            name=name,
            fingerprint=", ".join(record.fingerprints.values()),
            kind=record.kind,
            generation=record.generation,
        )
    if not state.vaults:
        yield _("No vault: cards are brought together for each signature.")
    yield _last_backup(home)
    yield ""
    yield from head_lines(home.book)


def entry_json(home: Home, number: int) -> dict[str, Any]:
    """Return an entry as scripts read it, without its words: each would take a fifth of a second."""
    entry, head = home.book.entry(number), home.book.head_at(number)
    return {
        "n": number,
        "kind": entry.kind,
        "at": entry.at,
        "hash": head.hash.hex(),
        "writer": entry.writer.hex(),
        "what": entry.what,
    }


def entry_line(entry: Entry, summary: str) -> str:
    """Return an entry in a line."""
    day = datetime.fromtimestamp(entry.at, UTC).strftime("%Y-%m-%d %H:%M") if entry.at else _("unknown time")
    return (
        _("{number}  {day}  {kind}  {summary}")
        .format(number=f"{entry.number:>6}", day=day, kind=f"{entry.kind:<10}", summary=summary)
        .rstrip()
    )


def _head_json(treasury: bytes, head: Head) -> dict[str, Any]:
    return {"n": head.number, "hash": head.hash.hex(), "words": " ".join(words_of(treasury, head))}


def _entries(count: int) -> str:
    return ngettext("{count} entry", "{count} entries", count).format(count=count)


def _last_backup(home: Home) -> str:
    if not home.book.state.backups:
        return _("No backup was made yet: custody home backup.")
    last = home.book.state.backups[-1]
    since = home.book.head.number - last.number
    return _("Last backup in entry {number} ({label}), {since} ago").format(
        number=last.number,
        label=safe(home.names.text(last.label) or _("a medium whose name was erased")),
        since=_entries(since),
    )

"""A treasury to JSON and to lines: the head to write on paper, the officers, how it stands."""

from collections.abc import Iterator
from typing import Any

from custody.catalogue import _, ngettext
from custody.ceremony.home.home import Home
from custody.ceremony.treasury.halting import open_halts
from custody.ceremony.treasury.roster_text import roster_lines
from custody.governance.chain import Head
from custody.text import safe

_HASH_SHOWN = 16


def head_json(head: Head) -> dict[str, Any]:
    """Return a head as scripts read it."""
    return {"n": head.number, "hash": head.hash.hex(), "words": " ".join(head.words)}


def head_lines(head: Head) -> Iterator[str]:
    """Yield what is written on paper."""
    yield _("Write on paper, with the date, and keep it away from this machine:")
    yield _("  entry {number}: {words}").format(number=head.number, words=" ".join(head.words))


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
    """Return what the book says is so."""
    state = home.book.state
    return {
        "treasury": state.treasury.hex(),
        "network": state.roster.network,
        "halted": state.halted,
        "halts": [digest.hex() for digest in state.halts],
        "head": head_json(home.book.head),
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


def _entries(count: int) -> str:
    return ngettext("{count} entry", "{count} entries", count).format(count=count)

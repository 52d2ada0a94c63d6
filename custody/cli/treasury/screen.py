"""A treasury to JSON and to lines: the head to write on paper, the officers, how it stands."""

from collections.abc import Iterator
from typing import Any

from custody.catalogue import _, ngettext
from custody.ceremony.home.beside import shown_date
from custody.ceremony.home.home import Home
from custody.ceremony.machines.admission import waiting_lines
from custody.ceremony.register.ceremonies import by_plan, ceremony_lines, contradicted, told_words
from custody.ceremony.table.roster_text import roster_lines
from custody.ceremony.treasury.halting import mute_halts, open_halts
from custody.cli.front.layout import folded
from custody.governance.book import Book
from custody.governance.chain import Head
from custody.governance.known.machines import Writer
from custody.governance.paper import words_of
from custody.governance.roster import Roster
from custody.keys.vaults.sealed import SealedIdentity
from custody.text import safe

_HASH_SHOWN = 16
_KEY_SHOWN = 8


def head_json(book: Book) -> dict[str, Any]:
    """Return the newest entry of a book as scripts read it."""
    return head_of(book.state.treasury, book.head)


def head_lines(book: Book) -> Iterator[str]:
    """Yield what is written on paper."""
    yield from paper_lines(book.state.treasury, book.head)


def paper_lines(treasury: bytes, head: Head) -> Iterator[str]:
    """Yield what is written on paper of any entry."""
    words = " ".join(words_of(treasury, head))
    yield _("Write on paper, with the date, and keep it away from this machine:")
    yield _("  entry {number}: {words}").format(number=head.number, words=words)


def officers_json(home: Home, roster: Roster | None = None) -> list[dict[str, Any]]:
    """Return the officers of a roster, today's if none is named, as scripts read them; an erased name is null."""
    return [
        {
            "name": home.names.text(officer.name),
            "officer": officer.key.hex(),
            "seat": officer.seat,
            "alternate": officer.alternate,
            "dated": officer.dated,
            "roles": sorted(officer.roles),
            **_identity_json(home.identity(officer)),
        }
        for officer in (roster or home.book.state.roster).officers
    ]


def _identity_json(identity: SealedIdentity | None) -> dict[str, Any]:
    """Return where an identity is and what it is sealed with besides a passphrase; null where it is not here."""
    if identity is None:
        return {"identity": "elsewhere", "key_file": None, "tokens": None}
    tokens = identity.tokens
    models = [] if tokens is None else [{"aaguid": each.aaguid.hex(), "pin": tokens.pin} for each in tokens.each]
    return {"identity": "here", "key_file": identity.needs_key_file, "tokens": models}


def rosters_json(home: Home) -> list[dict[str, Any]]:
    """Return every roster that no other follows, as scripts read them: more than one where they are contested."""
    return [
        {
            "roster": id_.hex(),
            "version": roster.version,
            "rules": roster.rules,
            "unlock": roster.unlock,
            "officers": officers_json(home, roster),
        }
        for id_, roster in home.book.state.rules.leaves
    ]


def officers_lines(home: Home) -> list[str]:
    """Return the roster in sentences, with the beginnings of keys; all of them where they are contested."""
    rules = home.book.state.rules
    if not rules.contested:
        return _roster_lines(home, home.book.state.roster)
    lines = []
    for number, (id_, roster) in enumerate(rules.leaves, 1):
        title = _("Roster {number} of {count} that are contested ({id}):")
        lines.append(title.format(number=number, count=len(rules.leaves), id=id_.hex()[:_KEY_SHOWN]))
        lines += [*_roster_lines(home, roster), ""]
    return [*lines, _("Until it is settled, whatever is agreed takes the quorum of each.")]


def _roster_lines(home: Home, roster: Roster) -> list[str]:
    lines = roster_lines(roster, [home.name_of(officer) for officer in roster.officers], with_keys=True)
    return [*lines, *_token_lines(home, roster)]


def _token_lines(home: Home, roster: Roster) -> Iterator[str]:
    """Yield who needs a token, as the identities that are here say."""
    for officer in roster.officers:
        identity = home.identity(officer)
        if identity is not None and identity.tokens is not None:
            count = len(identity.tokens.each)
            yield ngettext(
                "{name} needs a token beside the passphrase; {count} is enrolled, and there is no spare.",
                "{name} needs a token beside the passphrase; {count} are enrolled, and each will do.",
                count,
            ).format(name=safe(home.name_of(officer)), count=count)


def status_json(home: Home) -> dict[str, Any]:
    """Return what the book says is so, but for other machines: `machines_json`."""
    state = home.book.state
    return {
        "treasury": state.treasury.hex(),
        "network": state.roster.network,
        "halted": home.halted,
        "halts": halts_json(home),
        "alarms": [{"at": each.at, "code": each.code, "text": each.text} for each in home.beside.alarms if each.bars],
        "mute": [digest.hex() for digest in state.rules.mute],
        "contested": state.rules.contested,
        "waiting": [
            {"kind": each.kind, "machine": each.writer.hex(), "n": each.number, "statement": each.digest.hex()}
            for each in state.rules.waiting
        ],
        "head": head_json(home.book),
        "entries": home.book.head.number + 1,
        "officers": officers_json(home),
        "rosters": rosters_json(home),
        "rules": state.roster.rules,
        "unlock": state.roster.unlock,
        "roster_version": state.roster.version,
        "wallets": sorted(state.wallets),
        "ceremonies": [
            {**each.to_json(), **told_words(each), "contradicted": each in contradicted(state.rules.ceremonies)}
            for sittings in by_plan(state.rules.ceremonies).values()
            for each in sittings
        ],
        "vaults": {
            name: {"kind": record.kind, "generation": record.generation, "fingerprints": dict(record.fingerprints)}
            for name, record in state.vaults.items()
        },
        "counts": dict(state.counts),
        "backups": [
            {
                "machine": each.writer.hex(),
                "n": each.number,
                "sha256": each.sha256.hex(),
                "label": home.names.text(each.label),
            }
            for each in state.backups
        ],
        "machine": machine_json(home, home.book.writer),
        "machines": {key.hex(): machine_json(home, key) for key in state.rules.machines if key != home.book.writer},
    }


def halts_json(home: Home) -> list[str]:
    """Return the digests of the halts that are open, in the book and beside it."""
    return [digest.hex() for digest in (*home.book.state.halts, *(each.digest for each in home.halts_beside))]


def machine_json(home: Home, key: bytes) -> dict[str, Any]:
    """Return how a machine stands: admitted, live, ended, forked, and its newest entry that is known here."""
    machine = home.book.state.rules.machines.get(key)
    if machine is None:
        return {"key": key.hex(), "name": None, "admitted": False, "live": False, "newest": None}
    newest = None if machine.newest is None else {"hash": machine.newest.hash.hex(), "n": machine.newest.number}
    return {
        "key": key.hex(),
        "name": home.named(key),
        "admitted": machine.certified,
        "live": machine.live,
        "newest": newest,
    }


def machine_lines(home: Home) -> Iterator[str]:
    """Yield how this machine stands, where it may not sign."""
    own = machine_json(home, home.book.writer)
    if not own["admitted"]:
        yield _("No quorum has admitted this machine yet: it reads, verifies, carries and halts.")
        yield _("Its key: {key}").format(key=own["key"])
    elif not own["live"]:
        yield _("This machine writes no more for the treasury: officers ended it, or it was copied.")


def other_line(home: Home, machine: Writer) -> str:
    """Say how another machine stands, and how far it is known."""
    standing = _("writes") if machine.live else _("was ended") if machine.ends else _("is not admitted")
    if machine.forked is not None:
        standing = _("was rolled back or copied at entry {number}").format(number=machine.forked)
    newest = _("nothing of it is known") if machine.newest is None else _("known to entry {number}")
    name = safe(home.machine_name(machine.key))
    if home.named(machine.key) is not None:
        name = _("{machine} ({key})").format(machine=name, key=machine.key.hex()[:_KEY_SHOWN])
    return _("{machine} {standing}; {newest}").format(
        machine=name,
        standing=standing,
        newest=newest.format(number=machine.newest.number if machine.newest else 0),
    )


def status_lines(home: Home) -> Iterator[str]:
    """Yield what an officer wants to know first."""
    state = home.book.state
    for alarm in home.beside.alarms:
        if alarm.bars:
            yield _("ALARM since {date}: {text}. Nothing is signed here.").format(
                date=shown_date(alarm.at), text=alarm.text
            )
    if state.rules.contested:
        yield _("CONTESTED: two rosters follow one. Nothing is signed until the quorums of both settle it.")
    for name in dict.fromkeys(each.name for each in contradicted(state.rules.ceremonies)):
        yield _("CONTRADICTED: the book names two transcripts of sitting {sitting}, or two things of one.").format(
            sitting=name
        )
    yield from waiting_lines(home)
    yield from mute_halts(home)
    if home.halted:
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
    yield from machine_lines(home)
    yield ""
    for name in sorted(state.wallets):
        yield _("Wallet {name}").format(name=safe(name))
    for plan, sittings in by_plan(state.rules.ceremonies).items():
        for line in (_("A ceremony."), *ceremony_lines(plan, sittings)):
            yield from folded(line, "")
    for name, record in sorted(state.vaults.items()):
        yield _("Vault {name}: key {fingerprint} ({kind}), generation {generation}").format(
            name=name,
            fingerprint=", ".join(record.fingerprints.values()),
            kind=record.kind,
            generation=record.generation,
        )
    if not state.vaults:
        yield _("No vault on this machine: cards are brought together for each signature.")


def head_of(treasury: bytes, head: Head) -> dict[str, Any]:
    """Return any entry as scripts read a head."""
    return {"n": head.number, "hash": head.hash.hex(), "words": " ".join(words_of(treasury, head))}


def _entries(count: int) -> str:
    return ngettext("{count} entry", "{count} entries", count).format(count=count)

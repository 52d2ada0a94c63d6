"""The fold: what is known to the rules that hold, in the steps of docs/spec/journal.md; steps 4 and 5 are here.

It is a function of the set: not of the order in which lines came, nor of who imported whom.
"""

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any

from custody import canonical
from custody.governance import contents, ed25519
from custody.governance.ceremonies.entered import Entered, Sitting
from custody.governance.contents import VaultRecord
from custody.governance.exception import MachineException
from custody.governance.halt import MOST_OPEN, Halt
from custody.governance.known.lines import Known, Node, Stated
from custody.governance.known.machines import Writer, writers
from custody.governance.known.past import Past
from custody.governance.known.standing import Rosters, standing
from custody.governance.records import Signature
from custody.governance.roster import officer_of
from custody.governance.state import OpenHalt, Rules, Waiting, WalletRecord
from custody.governance.statement import ABSENCE, CEREMONY, EXCEPTION, RESUME, VAULT, WALLET, Statement

_TAG = b"custody/state/v1"


def fold(known: Known, past: Past) -> Rules:
    """Return the rules that a past makes: all that is known, or what a line covers."""
    rosters = Rosters(known, past)
    stand, waits = standing(rosters)
    machines = writers(known, past, stand)
    cleared = frozenset(
        digest
        for each in stand
        if each.signed.statement.kind == RESUME
        for digest in contents.cleared_by(each.signed.statement)
    )
    called, mute = _halts(known, rosters, machines)
    return Rules(
        treasury=known.treasury or bytes(32),
        leaves=tuple((each.id, each.roster) for each in rosters.leaves),
        contested=rosters.contested,
        machines=machines,
        halts=dict(_flood_limited({digest: each for digest, each in called.items() if digest not in cleared})),
        mute={digest: each for digest, each in mute.items() if digest not in cleared and digest not in called},
        cleared=cleared,
        wallets=tuple(_wallets(stand)),
        vaults=tuple(_vaults(stand)),
        absences=tuple(
            contents.Absence.of(each.signed.statement) for each in stand if each.signed.statement.kind == ABSENCE
        ),
        exceptions=tuple(
            MachineException.of(each.signed.statement) for each in stand if each.signed.statement.kind == EXCEPTION
        ),
        ceremonies=tuple(dict.fromkeys(_sittings(stand))),
        waiting=tuple(
            Waiting(each.digest, each.signed.statement.kind, each.node.writer, each.node.number, each.signed.by)
            for each in waits
        ),
    )


def state_digest(known: Known, past: Past, rules: Rules) -> bytes:
    """Return the digest of a fold: its rules, and of each newest line the running hash of what was signed up to it."""
    marks = {
        writer.hex(): [[tip.number, _marks(known, known.nodes[tip.hash])] for tip in sorted(tips)]
        for writer, tips in past.tips.items()
    }
    return state_of(marks, canonical.encode(rules.to_json()))


def state_of(marks: Mapping[str, Any], rules: bytes) -> bytes:
    """Return the digest of `marks`, by writer the running hash at each newest line, and of canonical `rules`."""
    return ed25519.digest(_TAG, b'{"marks":' + canonical.encode(dict(marks)) + b',"rules":' + rules + b"}")


def _marks(known: Known, tip: Node) -> str:
    running = bytes(32)
    for node in reversed([each for each in known.chain(tip) if each.kind == Signature.KIND]):
        running = sha256(running + b"".join(marks_in(node.line))).digest()
    return running.hex()


def marks_in(line: bytes) -> Iterator[bytes]:
    """Yield the marks of a `signed` line: a list of texts that stands once in its canonical writing."""
    begin = line.index(b'"marks":[') + 9
    for each in line[begin : line.index(b"]", begin)].split(b","):
        if each:
            yield bytes.fromhex(each[1:-1].decode())


def _halts(
    known: Known, rosters: Rosters, machines: Mapping[bytes, Writer]
) -> tuple[dict[bytes, OpenHalt], dict[bytes, OpenHalt]]:
    """Return the halts that count, and those that do not, by their digests, each with the line that tells of it."""
    count: dict[bytes, OpenHalt] = {}
    mute: dict[bytes, OpenHalt] = {}
    today = {officer.key for leaf in rosters.leaves for officer in leaf.roster.officers}
    for node, said in known.said:
        if said.halt is None or not known.is_in(rosters.past, node):
            continue
        halt = said.halt
        counts = halt.officer in today or (
            node.writer in machines and machines[node.writer].owns(known, node) and _was_officer(known, node, halt)
        )
        found = count if counts else mute
        told = OpenHalt(halt, node.writer, node.number)
        found[halt.digest] = min(found.get(halt.digest, told), told, key=lambda each: (each.writer, each.number))
    return count, mute


def _was_officer(known: Known, node: Node, halt: Halt) -> bool:
    """Say whether the officer was on a roster that nothing followed yet, where the line was written."""
    below = known.past_of(node.previous) if node.previous is not None else None
    leaves = () if below is None else below.leaves
    return officer_of((known.rosters[each].roster for each in leaves), halt.officer) is not None


def _flood_limited(called: Mapping[bytes, OpenHalt]) -> Iterator[tuple[bytes, OpenHalt]]:
    """Yield the halts, of one officer those of the lowest digests: he halts already, and nobody floods."""
    count: dict[bytes, int] = {}
    for digest, each in sorted(called.items()):
        count[each.halt.officer] = count.get(each.halt.officer, 0) + 1
        if count[each.halt.officer] <= MOST_OPEN:
            yield digest, each


def _wallets(stand: Iterable[Stated]) -> Iterator[WalletRecord]:
    """Yield the wallets by content: one content may have several names, and one statement each is enough."""
    seen = set[tuple[str, bytes]]()
    for name, document in (wallet for each in stand for wallet in _registered(each.signed.statement)):
        digest = contents.wallet_digest(document)
        if (name, digest) not in seen:
            seen.add((name, digest))
            yield WalletRecord(name, digest, document)


def _registered(statement: Statement) -> Iterable[tuple[str, dict[str, Any]]]:
    """Return the wallets that a statement registers, by name."""
    if statement.kind == WALLET:
        return (contents.wallet_of(statement),)
    return Entered.of(statement).wallets if statement.kind == CEREMONY else ()


def _sittings(stand: Iterable[Stated]) -> Iterator[Sitting]:
    for each in stand:
        if each.signed.statement.kind == CEREMONY:
            yield from Entered.of(each.signed.statement).sittings


def _vaults(stand: Iterable[Stated]) -> Iterator[tuple[bytes, str, VaultRecord]]:
    for each in stand:
        if each.signed.statement.kind == VAULT:
            name, record = contents.vault_of(each.signed.statement)
            yield each.node.writer, name, record

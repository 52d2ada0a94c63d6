"""Sittings for tests: people with keys, and a transcript that is written step by step by the plan."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from hashlib import sha256

from custody.ceremony.candidates import candidate as candidates
from custody.ceremony.candidates.follows import Follows
from custody.ceremony.plan.plan import Key, Plan, Threat
from custody.ceremony.steps.step import Evidence, Role, Step
from custody.ceremony.transcript.contents import (
    Attached,
    Begun,
    Closed,
    Content,
    Deviation,
    Done,
    Handover,
    Here,
    Ink,
    Paused,
    Rehearsed,
    Resumed,
    Signed,
)
from custody.ceremony.transcript.key_lines import Checked, Destroyed, KeyMade, Opened, Printed, Spoiled, Voided
from custody.ceremony.transcript.line import Line
from custody.ceremony.transcript.replay import begin, evidence_of, follow, replay
from custody.ceremony.transcript.service_lines import Ended, Made, Proof, StandsOn
from custody.ceremony.transcript.signature import Says, Signature, Statement
from custody.ceremony.transcript.standing import Standing
from custody.ceremony.transcript.transcript import Transcript
from custody.cli.ceremonies.sittings.head import spoken
from custody.governance.chain import Head
from custody.keys.hd import MasterKey
from custody.secret import Secret
from tests.ceremony.plan.plans import filled, key_of, read, wish

NOON = 1_797_768_000
RUN = b"\x07" * 16


def with_keys(plan: Plan, people: Iterable[str] | None = None) -> Plan:
    """A plan whose people, all of them or these, sign on a device of their own."""
    named = plan.people if people is None else people
    return replace(plan, identities={name: key_of(name).public_key().public_bytes_raw() for name in named})


def a_plan(threat: Threat = Threat.INSIDER, *, keys: int = 1, quorum: int = 1) -> Plan:
    return with_keys(read(filled(wish(threat, keys=keys, quorum=quorum))))


def signed(statement: Statement, by: str | None = None) -> Signature:
    return Signature.made(statement, key_of(by or statement.person).sign)


def by_all(plan: Plan) -> Rehearsed:
    """A rehearsal that everybody of a plan signed; nobody has read it."""
    return Rehearsed(9, sha256(b"a rehearsal").digest(), frozenset(plan.people))


class Sat:
    """A sitting that is written down as it goes, each line by the rules of a replay."""

    def __init__(
        self, plan: Plan, sitting: int = 0, *, rehearsal: bool = False, run: bytes = RUN, rehearsed: bool = True
    ) -> None:
        begun = Begun(plan, plan.sittings[sitting].id, rehearsal, run, "0.1")
        self.transcript = Transcript(())
        self.transcript = self.transcript.with_(self.transcript.next(begun, NOON))
        self.standing: Standing = begin(begun)
        self.fixed: int | None = None
        self.spoken: Callable[[Plan, Head], str] | None = None
        if not rehearsal and rehearsed:
            self.add(by_all(plan))

    @property
    def plan(self) -> Plan:
        return self.standing.plan

    def add(self, content: Content, evidence: Evidence | None = None) -> "Sat":
        line = self.transcript.next(content, NOON + len(self.transcript.lines), evidence)
        heads = {each.hash: each.number for each in self.transcript.lines}
        self.standing = follow(self.standing, line, heads)
        self.transcript = self.transcript.with_(line)
        return self

    def aloud(self) -> "Sat":
        """Say the real words at its end, which take a while to make: for commands that hold them against the lines."""
        self.spoken = spoken
        return self

    def everybody(self) -> "Sat":
        """All come whom the sitting wants, the first of each."""
        wanted = {name for step in self.standing.course for each in step.attend for name in each.people[: each.count]}
        return self.add(Here(frozenset(wanted)))

    def sign(self, says: Says, people: Iterable[str] | None = None) -> "Sat":
        for person in sorted(self.standing.here) if people is None else people:
            self.add(Signed(self.signature(says, person)))
        return self

    def signature(self, says: Says, person: str) -> Signature:
        if says is Says.AGREED:
            return signed(Statement.agreed(self.plan, person, NOON))
        begun, head = self.standing.begun, self.transcript.head.hash
        return signed(Statement(person, says, self.plan.digest, head, begun.rehearsal, begun.sitting, NOON))

    def ink(self, says: Says) -> "Sat":
        return self.add(Ink(self.standing.here, says))

    def step(self, *, wrote: str = "text") -> "Sat":
        """Do the next step, with what it stands on: signatures, and what is public of a key."""
        step = self.standing.next
        assert step is not None
        if step.id.endswith("/closing/exceptions"):
            for each in self.standing.undestroyed:
                self.add(Destroyed(each.key, each.set, self.standing.here))
        if (number := self.standing.unchecked(step)) is not None:
            self.add(Checked(step.id.split("/")[1], number))
        if step.evidence is Evidence.SIGNED:
            says = Says.AGREED if step.id.endswith("/plan-signed") else Says.SAW
            keyed = self.standing.here & self.plan.identities.keys()
            self.sign(says, sorted(keyed))
            if keyed != self.standing.here:
                self.add(Ink(self.standing.here - keyed, says))
        if step.id.endswith("/forget"):
            kept = self.standing.kept(self.live)
            assert kept is not None
            self.add(made(self.plan, self.live, number=self.number, candidate=kept))
        if (number := self.standing.opens(step)) is not None:
            self.add(opened(self.live, number, self.number))
        return self.done(step, wrote=wrote)

    @property
    def number(self) -> int:
        """The number of the next set."""
        if self.fixed is not None:
            return self.fixed
        first = 32_740 if self.standing.begun.rehearsal else 17
        return first + len(self.standing.made) + len(self.standing.voided)

    def done(self, step: Step, *, wrote: str = "text") -> "Sat":
        by = self.standing.acts(step)
        assert by is not None
        written = {each.name: self.written(step, each.name, wrote) for each in step.records}
        return self.add(Done(step.id, by, written), evidence_of(self.standing, step))

    def written(self, step: Step, name: str, otherwise: str) -> str:
        """What is written down at a step: what the plan says, and what was said before; the first candidate is kept."""
        if step.id.endswith("/choose"):
            return "1"  # the throw, and what it keeps
        if step.id.endswith("/final") and self.spoken is not None:
            line = self.standing.told
            return self.spoken(self.plan, Head(line, self.transcript.lines[line].hash))
        if step.id.endswith(("/commit", "/roll")):
            key = next(each for each in self.plan.keys if each.id == step.id.split("/")[1])
            candidate = int(step.id.split("/")[2].removeprefix("candidate-"))
            said = {**drawn(self.plan, key, candidate, self.number), "written-rolls": str(key.rolls)}
            return said[name]
        key = self.standing.live
        if key is not None and step.id.endswith("/follows"):
            candidate = int(step.id.split("/")[-2].removeprefix("candidate-"))
            return " ".join(follows(self.plan, key, candidate, self.number).words)
        if key is not None and (number := self.standing.opens(step)) is not None:
            return self.standing.said_of(key, number) or ""
        return step.expects.get(name, otherwise)

    @property
    def live(self) -> Key:
        key = self.standing.live
        assert key is not None
        return key

    def until(self, wanted: Callable[[Step], bool]) -> "Sat":
        """Go on until the next step is one that is wanted."""
        while self.standing.next is not None and not wanted(self.standing.next):
            self.step()
        assert self.standing.next is not None
        return self

    def to_end(self, *, passed: bool = True) -> "Sat":
        while self.standing.next is not None:
            self.step()
        if passed:
            self.add(Closed(True, None, None))
        assert replay(self.transcript) == self.standing, "whoever reads the file comes to the same"
        return self

    def on_paper(self) -> "Sat":
        """Go to the end, where everybody signs on paper, and it passes."""
        while (step := self.standing.next) is not None:
            if step.evidence is Evidence.SIGNED:
                self.ink(Says.AGREED if step.id.endswith("/plan-signed") else Says.SAW).done(step)
            else:
                self.step()
        return self.add(Closed(True, None, None))

    def encode(self) -> bytes:
        return b"".join(line.encode() + b"\n" for line in self.transcript.lines)


def part_of(key: Key, candidate: int, number: int) -> bytes:
    return sha256(f"part {key.id} {candidate} {number}".encode()).digest() if key.machine_random else b""


def follows(plan: Plan, key: Key, candidate: int, number: int) -> Follows:
    """What a machine might say of a candidate; of its cards nothing was computed."""

    def digest(text: str) -> bytes:
        return sha256(f"{key.id} {candidate} {number} {text}".encode()).digest()

    cards = tuple(tuple(digest(f"{each.holder}") for each in group.cards) for group in key.groups)
    part = part_of(key, candidate, number)
    machine = sha256(part).digest() if part else None
    master = master_of(key, candidate, number)
    accounts = tuple(candidates._accounts(plan, key, master))
    addresses = tuple(candidates._addresses(plan, key, master.fingerprint, accounts))
    fingerprint, other = master.fingerprint, digest("other")[:4]
    return Follows(plan.digest, key.id, candidate, number, machine, fingerprint, other, accounts, addresses, cards)


def master_of(key: Key, candidate: int = 1, number: int = 17) -> MasterKey:
    """The master key that `follows` tells of."""
    return MasterKey.from_seed(Secret(sha256(f"{key.id} {candidate} {number} seed".encode()).digest()))


def salts(key: Key, of: str = "") -> tuple[tuple[bytes, ...], ...]:
    return tuple(
        tuple(sha256(f"{of} {at} {card.holder}".encode()).digest()[:16] for card in group.cards)
        for at, group in enumerate(key.groups)
    )


def made(plan: Plan, key: Key, *, number: int = 17, candidate: int = 1) -> KeyMade:
    return KeyMade(follows(plan, key, candidate, number), salts(key))


def opened(key: Key, candidate: int, number: int = 17) -> Opened:
    part = part_of(key, candidate, number)
    rolls = (f"{candidate % 6 + 1}{candidate // 6 % 6 + 1}" + "1" * key.rolls)[: key.rolls]
    return Opened(key.id, candidate, number, part, rolls, salts(key, str(candidate)))


def drawn(plan: Plan, key: Key, candidate: int, number: int) -> dict[str, str]:
    """What is written down of a candidate before its dice."""
    del plan
    commitment = sha256(part_of(key, candidate, number)).hexdigest()
    return {"written-set": str(number), "written-commitment": commitment}


def rechained(lines: Iterable[tuple[Content, Evidence | None]]) -> Transcript:
    """A chain of these contents, by somebody who computes it anew."""
    chain = Transcript(())
    for content, evidence in lines:
        step = evidence if isinstance(content, Done) else None
        chain = chain.with_(chain.next(content, NOON + len(chain.lines), step))
    return chain


def of_each_kind() -> list[Line]:
    """One line of every kind, whether or not it could follow."""
    sat = Sat(a_plan()).everybody()
    contents: list[Content] = [
        sat.transcript.lines[0].content,
        Here(frozenset({"operator-1", "witness-1"})),
        Handover(Role.HOLDER, "holder-1", "holder-2"),
        Done("sitting-1/before/kit", "administrator-1", {"written-words": "able acid"}),
        Signed(sat.signature(Says.SAW, "witness-1")),
        Ink(frozenset({"operator-1"}), Says.AGREED),
        by_all(sat.plan),
        Deviation("a noise", "operator-1"),
        Attached("bag B-17, closed", "witness-1", bytes(range(32)), 2_000_000),
        Paused("lunch"),
        Resumed("after lunch"),
        opened(sat.plan.keys[0], 2),
        made(sat.plan, sat.plan.keys[0]),
        Checked("key-1", 2),
        Printed("key-1", 2, 7),
        Spoiled(7, False, frozenset({"operator-1", "witness-1"}), "a jam"),
        Voided("key-1", None, (1, 3), "fire"),
        Destroyed("key-1", None, frozenset({"operator-1", "witness-1"})),
        StandsOn((Ended("sitting-1", 90, sha256(b"a head").digest()),), (Made("wallet", "wpkh(...)#abcdefgh"),)),
        Proof("wallet", "smpAkcwRAIg"),
        Closed(False, "operator-1", date(2027, 1, 15)),
    ]
    chain = Transcript(())
    return [chain.next(each, 7, Evidence.CLAIMED if isinstance(each, Done) else None) for each in contents]

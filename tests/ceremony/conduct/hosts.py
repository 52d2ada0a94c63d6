"""A host that answers by a script, a maker without a secret, and a transcript that is kept in memory."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from custody.ceremony.conduct.answers import Answer, AreHere, Brought, Did, SawDestroyed, SignedInInk
from custody.ceremony.conduct.conduct import Conduct, Performed
from custody.ceremony.conduct.page import Page
from custody.ceremony.conduct.press import Notes
from custody.ceremony.plan.plan import Key, Plan
from custody.ceremony.steps.step import Step
from custody.ceremony.transcript.contents import Begun, Content
from custody.ceremony.transcript.signature import Says, Signature, Statement
from custody.ceremony.transcript.standing import Standing
from custody.ceremony.transcript.transcript import Transcript
from custody.errors import CustodyError
from tests.ceremony.transcript.sittings import NOON, RUN, drawn, follows, made, opened, signed


@dataclass
class Memory:
    """A file that is none. `kept` has every state of it, the oldest first."""

    kept: list[Transcript] = field(default_factory=list)

    def read(self) -> Transcript:
        return self.kept[-1]

    def write(self, transcript: Transcript) -> None:
        assert transcript.lines[:-1] == self.kept[-1].lines
        self.kept.append(transcript)

    @classmethod
    def of(cls, plan: Plan, sitting: int = 0, *, rehearsal: bool = True) -> "Memory":
        begun = Begun(plan, plan.sittings[sitting].id, rehearsal, RUN, "0.1")
        empty = Transcript(())
        return cls([empty.with_(empty.next(begun, NOON))])


Rule = Callable[[Page], Answer | None]


@dataclass
class Scripted:
    """Answers each page as people would: all come, all sign, all is done. `rules` come first, each once."""

    memory: Memory
    rules: list[Rule] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    failures: list[CustodyError] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def answer(self, page: Page) -> Answer:
        self.pages.append(page)
        assert len(self.pages) < 1000, "it does not go on"
        for rule in self.rules:
            if (answer := rule(page)) is not None:
                self.rules.remove(rule)
                return answer
        return self.usual(page)

    def usual(self, page: Page) -> Answer:
        standing = page.standing
        if standing.lacking(page.step):
            return AreHere(everybody(standing))
        if page.waits is not None and page.is_signed:
            says = Says.AGREED if page.step.id.endswith("/plan-signed") else Says.SAW
            if not standing.plan.identities:
                return SignedInInk(standing.here, says)
            return Brought(tuple(self.signature(standing, each, says) for each in sorted(standing.here)))
        if page.waits is not None and "not destroyed" in page.waits:
            return SawDestroyed(frozenset(sorted(standing.here)[:2]))
        assert page.waits is None, page.waits
        return Did({each.name: self.typed(page, each.name) for each in page.to_type})

    @staticmethod
    def typed(page: Page, name: str) -> str:
        """What people write down: what the plan says, and of an opened candidate what was said of it."""
        key, number = page.standing.live, page.standing.opens(page.step)
        if key is not None and number is not None:
            return page.standing.said_of(key, number) or ""
        return page.step.expects.get(name, "typed")

    def signature(self, standing: Standing, person: str, says: Says) -> Signature:
        if says is Says.AGREED:
            return signed(Statement.agreed(standing.plan, person, NOON))
        begun, head = standing.begun, self.memory.read().head.hash
        return signed(Statement(person, says, standing.plan.digest, head, begun.rehearsal, begun.sitting, NOON))

    def refused(self, failure: CustodyError) -> None:
        self.failures.append(failure)

    def told(self, text: str) -> None:
        self.said.append(text)

    def shown(self, page: Page) -> None:
        assert page.waits is None

    def acknowledged(self, lines: Sequence[str]) -> None:
        self.said += lines


def everybody(standing: Standing) -> frozenset[str]:
    return frozenset(name for step in standing.course for each in step.attend for name in each.people[: each.count])


@dataclass
class Empty:
    """Makes a key that is none, of which the first candidate is kept; remembers at which steps it did something."""

    plan: Plan
    key: Key
    number: int
    performed: list[str] = field(default_factory=list)

    def perform(self, step: Step, _notes: Notes) -> Performed:
        self.performed.append(step.id)
        if step.id.endswith("/choose"):
            return {"written-throws": "1", "written-kept": "1"}, ()
        if step.id.endswith("/follows"):
            candidate = int(step.id.split("/")[-2].removeprefix("candidate-"))
            return {"written-words": " ".join(follows(self.plan, self.key, candidate, self.number).words)}, ("shown",)
        if step.id.endswith(("/commit", "/roll")):
            candidate = int(step.id.split("/")[2].removeprefix("candidate-"))
            said = {**drawn(self.plan, self.key, candidate, self.number), "written-rolls": str(self.key.rolls)}
            return {each.name: said[each.name] for each in step.records}, ("shown",)
        if "/open-" in step.id:
            return {}, ()
        return {each.name: "measured" for each in step.records if each.name not in step.expects}, ("shown",)

    def says_before(self, step: Step) -> Iterator[Content]:
        name = step.id.split("/")[-1]
        if name.startswith("open-"):
            yield opened(self.key, int(name.removeprefix("open-")) + 1, self.number)
        if name == "forget":
            yield made(self.plan, self.key, number=self.number)


@dataclass
class World:
    """A conduct with what it stands on."""

    memory: Memory
    host: Scripted
    makers: list[Empty] = field(default_factory=list)
    apart: Callable[[Callable[[], None]], None] = lambda work: work()

    @classmethod
    def of(cls, plan: Plan, *rules: Rule, sitting: int = 0, rehearsal: bool = True) -> "World":
        memory = Memory.of(plan, sitting, rehearsal=rehearsal)
        return cls(memory, Scripted(memory, list(rules)))

    def conduct(self) -> Conduct:
        return Conduct(self.memory, self.host, lambda: NOON, self.machine, self.maker, self.apart)

    @staticmethod
    def machine(step: Step, _transcript: Transcript, _standing: Standing) -> Performed:
        measured: Mapping[str, str] = {each.name: "measured" for each in step.records if step.evidence == "measured"}
        return measured, ()

    def maker(self, key: Key, standing: Standing) -> Empty:
        used = len(standing.made) + len(standing.voided)
        first = 32_740 if standing.begun.rehearsal else 17
        self.makers.append(Empty(standing.plan, key, first + used))
        return self.makers[-1]

"""A host that answers by a script, a maker without a secret, and a transcript that is kept in memory."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from custody.ceremony.conduct.answers import Answer, AreHere, Brought, Did
from custody.ceremony.conduct.conduct import Conduct, Performed
from custody.ceremony.conduct.page import Page
from custody.ceremony.plan.plan import Key, Plan
from custody.ceremony.steps.step import Step
from custody.ceremony.transcript.contents import Begun, KeyMade
from custody.ceremony.transcript.signature import Says, Signature, Statement
from custody.ceremony.transcript.standing import Standing
from custody.ceremony.transcript.transcript import Transcript
from custody.errors import CustodyError
from tests.ceremony.transcript.sittings import NOON, RUN, made, signed


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
            return Brought(tuple(self.signature(standing, each, says) for each in sorted(standing.here)))
        assert page.waits is None, page.waits
        return Did({each.name: page.step.expects.get(each.name, "typed") for each in page.to_type})

    def signature(self, standing: Standing, person: str, says: Says) -> Signature:
        if says is Says.AGREED:
            return signed(Statement.agreed(standing.plan, person, NOON))
        begun, head = standing.begun, self.memory.read().head.hash
        return signed(Statement(person, says, standing.plan.digest, head, begun.rehearsal, begun.sitting, NOON))

    def refused(self, failure: CustodyError) -> None:
        self.failures.append(failure)

    def told(self, text: str) -> None:
        self.said.append(text)


def everybody(standing: Standing) -> frozenset[str]:
    return frozenset(name for step in standing.course for each in step.attend for name in each.people[: each.count])


@dataclass
class Empty:
    """Makes a key that is none; remembers at which steps it did something."""

    key: Key
    set_number: int | None
    performed: list[str] = field(default_factory=list)

    def perform(self, step: Step) -> Performed:
        self.performed.append(step.id)
        return {each.name: "measured" for each in step.records if each.name not in step.expects}, ("shown",)

    def made(self) -> KeyMade:
        assert self.set_number is not None
        return made(self.key, number=self.set_number)


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
        self.makers.append(Empty(key, 17 + used))
        return self.makers[-1]

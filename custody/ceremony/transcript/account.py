"""`Account`: what a transcript comes to, line by line and person by person, with signatures that lie beside it.

docs/spec/transcript.md, "Verdict". Each line is marked measured, claimed or signed; what nobody signed is said.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from custody.catalogue import _
from custody.ceremony.candidates.candidate import require_apart, require_of_plan
from custody.ceremony.candidates.opening import check_salts
from custody.ceremony.transcript.contents import Closed, Content, Done, Here, Ink, Signed
from custody.ceremony.transcript.key_lines import Opened
from custody.ceremony.transcript.recomputed import recomputed
from custody.ceremony.transcript.replay import covered, replay
from custody.ceremony.transcript.signature import Says, Signature
from custody.ceremony.transcript.standing import Standing
from custody.ceremony.transcript.transcript import Transcript
from custody.errors import Alarm, Refused, Unreadable


@dataclass(frozen=True, slots=True)
class Signer:
    """One person who was there. `covers`: up to which line the own key says so, None where it says nothing.

    `in_ink` is what somebody typed of paper, and proves nothing here. `at_end`: this person was there when all signed;
    before a sitting's end, whoever was there at some time.
    """

    name: str
    has_key: bool
    agreed: bool
    covers: int | None
    refused: bool
    in_ink: bool
    was_here: bool
    at_end: bool


@dataclass(frozen=True, slots=True)
class Account:
    """A transcript that was replayed, with what was signed of it.

    `last_step` is the last line before the last signatures: whoever signed up to there signed all of it.
    """

    transcript: Transcript
    standing: Standing
    signers: tuple[Signer, ...]
    last_step: int

    @property
    def passed(self) -> bool:
        """Whether the sitting is closed, and passed."""
        return self.standing.closed is not None and self.standing.closed.passed

    @property
    def opened(self) -> tuple[tuple[Opened, str], ...]:
        """The candidates that were opened, and the words that were said of each: recomputed, it comes to them."""
        keys = {key.id: key for key in self.standing.plan.keys}
        said = ((each, self.standing.said_of(keys[each.key], each.candidate)) for each in self.standing.opened)
        return tuple((each, words or "") for each, words in said)

    @property
    def lacking(self) -> tuple[str, ...]:
        """Who was there at the end, has a key in the plan, and has not signed the plan and every step with it."""
        return tuple(
            each.name
            for each in self.signers
            if each.at_end
            and each.has_key
            and not (each.agreed and each.covers is not None and each.covers >= self.last_step)
        )

    @property
    def left(self) -> tuple[Signer, ...]:
        """Who was there, and not at the end: what these signed is told, and nothing waits for it."""
        return tuple(each for each in self.signers if each.was_here and not each.at_end)

    @property
    def signed_all(self) -> frozenset[str]:
        """Who says by the own key, or is said to have signed in ink, that it was as every line up to the last says."""
        there = [each for each in self.signers if each.was_here]
        by_key = {each.name for each in there if each.covers is not None and each.covers >= self.last_step}
        in_ink = {each.name for each in there if self.standing.inked(each.name).get(Says.SAW, -1) >= self.last_step}
        return frozenset(by_key | in_ink)

    @property
    def refusing(self) -> tuple[str, ...]:
        """Who says, by the own key or in ink, that it was not so."""
        return tuple(each.name for each in self.signers if each.refused)

    @property
    def is_whole(self) -> bool:
        """Whether it passed, nobody refused, and everybody who has a key signed all of it."""
        return self.passed and not self.lacking and not self.refusing

    @property
    def unsigned_from(self) -> int | None:
        """The first line that no key vouches for; None where the last step is covered, and what follows is closing."""
        newest = max((each.covers for each in self.signers if each.covers is not None), default=-1)
        return None if newest >= self.last_step else newest + 1


def account(transcript: Transcript, beside: Iterable[Signature] = ()) -> Account:
    """Replay a transcript, and take in signatures that lie beside it.

    Raises Unreadable for one that cannot be replayed; Alarm for a signature that is false, or of another plan or
    transcript, and for a candidate that comes to something else than was said before the dice chose.
    """
    standing = replay(transcript)
    check_opened(transcript, standing)
    for key in standing.plan.keys:
        if key.id in standing.made:
            require_of_plan(standing.plan, key, standing.made[key.id].follows)
    if not standing.begun.rehearsal:  # which has few numbers, and they come again
        require_apart(made.follows for made in standing.made.values())
    check_salts((*(each.salts for each in standing.opened), *(each.salts for each in standing.made.values())))
    heads = {line.hash: line.number for line in transcript.lines}
    more = [(each, covered(standing, each, heads)) for each in beside]
    signers = tuple(_signers(transcript, standing, more))
    last = (line.number for line in transcript.lines if not _is_of_the_end(standing, line.content))
    return Account(transcript, standing, signers, max(last, default=0))


def _is_of_the_end(standing: Standing, content: Content) -> bool:
    """Say whether a line is a signature, or what comes when all have signed."""
    return isinstance(content, Signed | Ink | Closed) or (isinstance(content, Done) and content.step == standing.end)


def check_opened(transcript: Transcript, standing: Standing) -> None:
    """Recompute every candidate that was opened, also of keys that were given up. Raises Alarm."""
    said: dict[tuple[str, str], str] = {}
    for line in transcript.lines:
        content = line.content
        if isinstance(content, Done) and content.step.endswith("/follows"):
            _sitting, key, candidate, _follows = content.step.split("/")
            said[key, candidate] = content.wrote["written-words"]
        if isinstance(content, Opened):
            try:
                words = " ".join(recomputed(standing.plan, content).words)
            except (Refused, Unreadable):  # no honest machine would have taken these dice
                words = ""
            if words != said[content.key, f"candidate-{content.candidate}"]:
                raise Alarm(
                    _("candidate {number} of {key} comes to something else than was said before the dice chose").format(
                        number=content.candidate, key=content.key
                    ),
                    hint=_("The machine that made it cheats, or the transcript was changed. Give its key no money."),
                    code="candidate-differs",
                )


def _signers(transcript: Transcript, standing: Standing, beside: list[tuple[Signature, int]]) -> Iterator[Signer]:
    """Yield everybody of the plan who was there at some time, or signed, in the plan's order."""
    here = {name for line in transcript.lines if isinstance(line.content, Here) for name in line.content.people}
    end = here if standing.at_end is None else standing.at_end
    there = here | {each.statement.person for each, covers in beside if covers >= 0}
    there |= set(standing.refusing)
    brought = [(each.signature, each.covers) for each in standing.brought] + beside
    for name in standing.plan.people:
        if name in there:
            own = [(each.statement.says, covers) for each, covers in brought if each.statement.person == name]
            inked = standing.inked(name)
            yield Signer(
                name,
                name in standing.plan.identities,
                any(says is Says.AGREED for says, _covers in own),
                max((covers for says, covers in own if says is Says.SAW), default=None),
                any(says is Says.REFUSED for says, _covers in own) or Says.REFUSED in inked,
                Says.AGREED in inked or Says.SAW in inked,
                name in here,
                name in end,
            )

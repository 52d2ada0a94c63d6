"""The rules of a plan as data: an ID, how severe it is under each threat, its sentence, and why.

docs/spec/ceremony.md has this table, written from here; `lint` decides where each applies.
"""

from dataclasses import dataclass
from types import MappingProxyType

from custody.catalogue import _
from custody.ceremony.plan.plan import Threat
from custody.signing import Severity

REFUSE, WARN, INFO = Severity.REFUSE, Severity.WARN, Severity.INFO


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `severity`: under "accident", "insider", "targeted"; None where it does not apply."""

    id: str
    severity: tuple[Severity | None, Severity | None, Severity | None]
    sentence: str
    why: str


@dataclass(frozen=True, slots=True)
class Demand:
    """What a threat asks for at the least: so many witnesses, candidates for a key, people who attest the software."""

    witnesses: int
    candidates: int
    attesting: int


DEMANDS = MappingProxyType(
    {Threat.ACCIDENT: Demand(0, 1, 0), Threat.INSIDER: Demand(1, 2, 1), Threat.TARGETED: Demand(2, 4, 2)}
)


@dataclass(frozen=True, slots=True)
class PlanFinding:
    """One thing that was noticed in a plan: by which rule, how severe it is, where, what, and why it matters."""

    id: str
    severity: Severity
    where: str
    text: str
    why: str

    def to_json(self) -> dict[str, str]:
        """Return it as scripts read it."""
        return {"id": self.id, "severity": self.severity, "where": self.where, "text": self.text, "why": self.why}


_ALWAYS = (REFUSE, REFUSE, REFUSE)
_FROM_INSIDER = (None, REFUSE, REFUSE)
_FROM_TARGETED = (None, WARN, REFUSE)
_TOLD = (INFO, INFO, INFO)

_RULES = (
    Rule(
        "PLAN-UNFILLED",
        _ALWAYS,
        _("nobody has filled this in yet"),
        _("Roles sign what stands there."),
    ),
    Rule(
        "PLAN-PERSON-OPENS",
        _ALWAYS,
        _("{name} alone meets enough cards to open {what}"),
        _("One person could take everything, or be made to. Who stands in for a holder meets that card, too."),
    ),
    Rule(
        "PLAN-PLACE-OPENS",
        _ALWAYS,
        _("the cards at {name} are enough to open {what}"),
        _("One break-in, one dishonest keeper or one search takes everything."),
    ),
    Rule(
        "PLAN-CITY-OPENS",
        (INFO, WARN, WARN),
        _("the cards in {name} are enough to open {what}"),
        _("One catastrophe, or one authority, reaches all of a city."),
    ),
    Rule(
        "PLAN-NO-SPARE-CARD",
        _ALWAYS,
        _("no card of {what} may be lost: the one of {name} is needed"),
        _("Paper is lost, burnt and misread. A threshold without a spare card is a matter of time."),
    ),
    Rule(
        "PLAN-PLACE-LOST",
        (WARN, WARN, REFUSE),
        _("if {name} is lost, {what} cannot be opened any more"),
        _("A fire, or a bank that shuts its vault, ends the key."),
    ),
    Rule(
        "PLAN-NO-SPARE-KEY",
        (WARN, WARN, WARN),
        _("no key of {what} may be lost"),
        _("Each key has spare cards; a whole set that cannot be found, or is given up after a theft, ends the wallet."),
    ),
    Rule(
        "PLAN-PERSON-SIGNS",
        _ALWAYS,
        _("{name} alone meets enough cards to sign for {what}"),
        _("A quorum of keys is of no use where one person opens enough of them."),
    ),
    Rule(
        "PLAN-PLACE-SIGNS",
        _ALWAYS,
        _("the cards at {name} are enough to sign for {what}"),
        _("A quorum of keys is of no use where one place holds enough of them."),
    ),
    Rule(
        "PLAN-MOMENT",
        _TOLD,
        _("at the moment of making, {name} sees the whole key of {what}, and so does whoever can read its memory"),
        _("Cards divide a key afterwards. Nothing divides the moment of making but a quorum of keys made apart."),
    ),
    Rule(
        "PLAN-ONE-MACHINE",
        (INFO, WARN, REFUSE),
        _("{name} makes enough keys to sign for {what}"),
        _("One machine with a fault, or a hostile one, has the quorum."),
    ),
    Rule(
        "PLAN-ADDRESS-WAITS",
        _TOLD,
        _("{what} has no receiving address before all of its sittings are closed: {name}"),
        _("An address of a wallet that one key is missing from belongs to another wallet."),
    ),
    Rule(
        "PLAN-ROLES-IN-ONE-HAND",
        _FROM_INSIDER,
        _("{name} may be {first} and {second}"),
        _("Who watches does not act, and who leads does not type. Deputies count: on the day they act."),
    ),
    Rule(
        "PLAN-AUDITOR-HOLDS",
        _FROM_INSIDER,
        _("{name} is the auditor, and may hold a card"),
        _("An auditor who holds a card audits himself."),
    ),
    Rule(
        "PLAN-OPERATOR-HOLDS",
        (None, INFO, WARN),
        _("{name} operates the machine, and may hold a card of a key that is made there"),
        _("The operator is closest to the whole key; a card makes him closer."),
    ),
    Rule(
        "PLAN-NO-DEPUTY",
        _FROM_INSIDER,
        _("nobody stands in for the {name}"),
        _("One flat tyre must not stop five people, nor be a reason to do without a role."),
    ),
    Rule(
        "PLAN-FEW-WITNESSES",
        _FROM_INSIDER,
        _("{count} of {needed} witnesses"),
        _("Two confirmations by one operator prove nothing: somebody else has to have seen it."),
    ),
    Rule(
        "PLAN-NO-AUDITOR",
        _FROM_TARGETED,
        _("there is no auditor"),
        _("Somebody has to say afterwards whether what was done is what was planned."),
    ),
    Rule(
        "PLAN-FEW-ATTEST",
        _FROM_TARGETED,
        _("{count} of {needed} people rebuilt the software and signed its digest"),
        _("One machine that built a hostile program vouches for it."),
    ),
    Rule(
        "PLAN-IN-INK",
        _FROM_TARGETED,
        _("{name} signs in ink only"),
        _("What was signed on paper is typed by the operator, and proves nothing elsewhere. A key of one's own does."),
    ),
    Rule(
        "PLAN-NO-SECOND-MACHINE",
        _FROM_INSIDER,
        _("there is no second machine"),
        _("What one machine says about itself is checked by another: opened candidates, cards, addresses."),
    ),
    Rule(
        "PLAN-FEW-CANDIDATES",
        _FROM_INSIDER,
        _("of the candidates for {name}, {opened} are opened: who cheats in one is caught {opened} in {count} times"),
        _("Witnesses' dice choose which are opened and recomputed; which one is kept nobody could foresee."),
    ),
    Rule(
        "PLAN-FEW-ROLLS",
        _ALWAYS,
        _("{count} rolls for {name} are worth {bits} bits, and {needed} rolls are the least"),
        _("If the machine's randomness is known to somebody, the dice alone must be out of reach: 2^128."),
    ),
    Rule(
        "PLAN-NO-DICE",
        (INFO, REFUSE, REFUSE),
        _("{name} comes from the machine's randomness alone"),
        _("Nobody can see a machine's randomness fall."),
    ),
    Rule(
        "PLAN-NO-SEAL",
        (INFO, REFUSE, REFUSE),
        _("the card of {name} for {what} has no seal"),
        _("Without a bag's serial nobody notices that a card was read."),
    ),
    Rule(
        "PLAN-SEAL-TWICE",
        _ALWAYS,
        _("the seal {name} is on more than one card"),
        _("Two bags of one serial can be swapped."),
    ),
    Rule(
        "PLAN-LONG",
        (INFO, WARN, WARN),
        _("{name} takes some {minutes} minutes"),
        _("After four hours people confirm what they do not read. Make two sittings of it, or fewer candidates."),
    ),
)

RULES = MappingProxyType({rule.id: rule for rule in _RULES})

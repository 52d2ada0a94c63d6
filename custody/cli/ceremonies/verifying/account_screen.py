"""What a transcript comes to, for a person: lines with who says so, keys, candidates, who signed, and the verdict."""

from collections.abc import Collection, Iterator

from custody.catalogue import _
from custody.ceremony.candidates.choice import escapes
from custody.ceremony.conduct.page import called
from custody.ceremony.transcript.account import Account, Signer
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
    Rehearsed,
    Signed,
    kind_of,
)
from custody.ceremony.transcript.key_lines import Checked, Destroyed, KeyMade, Opened, Printed, Spoiled, Voided
from custody.ceremony.transcript.line import Line
from custody.ceremony.transcript.service_lines import Proof, StandsOn
from custody.ceremony.transcript.standing import Standing
from custody.cli.ceremonies.sittings.head import last_words, spoken
from custody.cli.ceremonies.sittings.screen import ROLES
from custody.governance.chain import Head
from custody.text import safe


def account_lines(found: Account, words: str, shown: Collection[bytes] = frozenset()) -> Iterator[str]:
    """Yield the lines. `words`: those of its last line; `shown`: heads of rehearsals that lay beside it."""
    standing = found.standing
    kind = _("A REHEARSAL: nothing of it is real") if standing.begun.rehearsal else _("A ceremony")
    yield _("{kind}. {purpose}").format(kind=kind, purpose=safe(standing.plan.purpose))
    yield _("Sitting {name}, {city}. The words of its plan:").format(
        name=standing.begun.sitting, city=safe(standing.sitting.city)
    )
    for at in (0, 8):
        yield "  " + " ".join(standing.plan.words[at : at + 8])
    yield ""
    for line in found.transcript.lines:
        yield from _line(line)
    yield ""
    for rehearsal in standing.rehearsed:
        yield from rehearsal_lines(found, rehearsal, shown)
    for key in standing.made.values():
        yield _("Key {name}: fingerprint {fingerprint}, set {set}").format(
            name=key.key, fingerprint=key.follows.fingerprint.hex(), set=key.set
        )
        for account_ in key.follows.accounts:
            yield f"  {safe(account_.path)}  {safe(account_.xpub)}"
        for first in key.follows.addresses:
            yield _("  first address of {wallet}: {address}").format(
                wallet=safe(first.wallet), address=safe(first.address)
            )
    for each, said in found.opened:
        yield _("Candidate {number} of {key}, recomputed here, comes to these words:").format(
            number=each.candidate, key=each.key
        )
        for at in (0, 8):
            yield "  " + " ".join(said.split()[at : at + 8])
    candidates = [key.candidates for key in standing.plan.keys if key.id in standing.made]
    if max(candidates, default=1) > 1:
        yield _("A machine that cheated in one candidate of each key is still unseen once in {count} times.").format(
            count=escapes(candidates).denominator
        )
    yield from given_up_lines(standing)
    yield ""
    for signer in found.signers:
        yield signer_line(found, signer)
    yield ""
    if found.transcript.torn:
        yield _("Behind its last line stands the beginning of another one, which a crash left.")
    yield from verdict_lines(found)
    if (end := last_words(found)) is not None:
        yield _("What everybody wrote down at the end: {words}").format(words=end)
    yield _("Its last line: {words}").format(words=words)


def given_up_lines(standing: Standing) -> Iterator[str]:
    """Yield the keys that were given up, with the cards to be destroyed."""
    for void in standing.unopened:
        yield _(
            "WARNING: {key} was given up after the dice had chosen, and before all others were opened ({reason})."
        ).format(key=void.key, reason=safe(void.reason))
        yield _("Whoever could end it then had another try: the odds above are of one.")
    for void in standing.voided:
        told = _("Given up: {key}, set {set}. Cards of this set to be destroyed: {cards}")
        if void.cards and void not in standing.undestroyed:
            told = _("Given up: {key}, set {set}. Cards of this set, destroyed as was typed: {cards}")
        yield told.format(
            key=void.key, set="-" if void.set is None else void.set, cards=", ".join(map(str, void.cards)) or "-"
        )


def rehearsal_lines(found: Account, rehearsal: Rehearsed, shown: Collection[bytes]) -> Iterator[str]:
    """Say who rehearsed, and whether the rehearsal was read here."""
    if rehearsal.head in shown:
        told = _("Rehearsed, and the rehearsal was read here: {names}. Its last line:")
    else:
        told = _("Rehearsed, as the machine says (--rehearsal FILE shows it): {names}. The rehearsal's last line:")
    yield told.format(names=", ".join(sorted(rehearsal.people)))
    yield f"  {spoken(found.standing.plan, Head(rehearsal.line, rehearsal.head))}"


def _line(line: Line) -> Iterator[str]:
    yield f"{line.number:>5}  {line.evidence.value:<8}  {_told(line.content)}"


def _told(content: Content) -> str:
    match content:
        case Begun():
            return _("begun")
        case Done(step, by, wrote):
            told = "; ".join(safe(text) for text in wrote.values())
            return f"{step} ({by})" + (f": {told}" if told else "")
        case Rehearsed() as rehearsed:
            return _("it stands on a rehearsal of: {names}").format(names=", ".join(sorted(rehearsed.people)))
        case Here(people):
            return _("here: {names}").format(names=", ".join(sorted(people)))
        case Handover(role, from_, to):
            return _("{to} acts as {role} for {name}").format(to=to, role=ROLES[role], name=from_)
        case Signed(signature):
            return _("{name} signed: {says}").format(
                name=signature.statement.person, says=signature.statement.says.value
            )
        case Ink(people, says):
            return _("in ink, it was typed: {names} ({says})").format(names=", ".join(sorted(people)), says=says.value)
        case Deviation(text, by):
            return _("exception, by {name}: {text}").format(name=by, text=safe(text))
        case Attached(text, by, digest):
            return _("file, by {name}: {text}, SHA-256 {digest}").format(name=by, text=safe(text), digest=digest.hex())
        case Checked(key, card):
            return _("card {card} of {key} was typed again, and is as it was committed to").format(card=card, key=key)
        case Printed(key, card, sheet):
            return _("card {card} of {key} was printed, sheet {sheet}").format(card=card, key=key, sheet=sheet)
        case Spoiled() as spoiled:
            told = _("sheet {sheet}: one was destroyed before {names}, and a whole one remains: {reason}")
            if not spoiled.remains:
                told = _("sheet {sheet} was destroyed before {names}: {reason}")
            names = ", ".join(sorted(spoiled.people))
            return told.format(sheet=spoiled.sheet, names=names, reason=safe(spoiled.reason))
        case KeyMade() as made:
            return _("key {name} was made").format(name=made.key)
        case Opened() as opened:
            return _("candidate {number} of {key} was opened").format(number=opened.candidate, key=opened.key)
        case Voided() as voided:
            return _("{key} was given up: {reason}").format(key=voided.key, reason=safe(voided.reason))
        case Destroyed(_key, number, people):
            return _("cards of set {set} were destroyed before {names}").format(
                set="-" if number is None else number, names=", ".join(sorted(people))
            )
        case StandsOn(sittings):
            return _("it stands on: {names}").format(names=", ".join(each.sitting for each in sittings))
        case Proof(wallet):
            return _("a proof from the cards of {wallet}, which holds").format(wallet=wallet)
        case Closed(passed, owner, due):
            return (
                _("closed, passed")
                if passed
                else _("closed, not passed: {owner} until {due}").format(owner=owner, due=due)
            )
    return kind_of(content)


def signer_line(found: Account, signer: Signer) -> str:
    """Say what somebody signed, and how."""
    name = called(found.standing.plan, signer.name)
    if signer.refused:
        return _("REFUSED: {name}").format(name=name)
    if not signer.has_key:
        told = _("in ink only, as somebody typed") if signer.in_ink else _("nothing, and no key in the plan")
        return _("{name}: {told}").format(name=name, told=told)
    agreed = _("the plan") if signer.agreed else _("not the plan")
    covers = _("nothing of the sitting") if signer.covers is None else _("lines 0 to {last}").format(last=signer.covers)
    if not signer.at_end:
        name = _("{name}, who was not there at the end,").format(name=name)
    return _("{name} signed: {agreed}, {covers}").format(name=name, agreed=agreed, covers=covers)


def verdict_lines(found: Account) -> Iterator[str]:
    """Say whether it is whole, and what is missing."""
    if found.standing.closed is None:
        step = found.standing.next
        if (live := found.standing.live) is not None:
            yield _("{key} is being made, set {set}. If its program has ended, nobody has this key any more:").format(
                key=live.id, set=found.standing.set_of(live) or "-"
            )
            yield _("start the same command again. It gives the key up, and names the cards to destroy.")
        yield _("It is not closed. Next: {step}").format(step="-" if step is None else step.id)
    elif not found.passed:
        yield _("It did not pass.")
    if found.refusing:
        yield _("Refused by: {names}").format(names=", ".join(found.refusing))
    if found.lacking:
        yield _("Not signed, or not all of it, by: {names}").format(names=", ".join(found.lacking))
    if found.unsigned_from is not None:
        yield _("From line {number} on no key vouches for it: the machine and who typed there say so alone.").format(
            number=found.unsigned_from
        )
    if found.is_whole and any(each.has_key for each in found.signers):
        yield _("It is whole: it passed, and everybody who has a key in the plan signed all steps of it.")
    elif found.is_whole:
        yield _("It passed. Nobody has a key in its plan: compare its words with the papers that people signed.")

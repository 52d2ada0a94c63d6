"""`custody ceremony sign`: a participant agrees to a plan, or says of a transcript that it is what happened, or not.

It is read and shown first. The key is used in a copy of this process that ends; what it gave is verified here, before
it leaves, against the plan.
"""

import time
from collections.abc import Mapping
from typing import Any, NamedTuple

from custody import store
from custody.catalogue import _
from custody.ceremony.lint.lint import is_refused, lint
from custody.ceremony.plan.document import read_plan
from custody.ceremony.plan.plan import Plan
from custody.ceremony.plan.rules import PlanFinding
from custody.ceremony.plan.table import DOCUMENT_LIMIT
from custody.ceremony.steps.rates import ASSUMED
from custody.ceremony.table.stakes import stakes_of
from custody.ceremony.transcript.account import Account, account
from custody.ceremony.transcript.signature import Says, Signature, Statement
from custody.ceremony.transcript.transcript import TRANSCRIPT_LIMIT, Transcript
from custody.cli.ceremonies.owner import Owner
from custody.cli.ceremonies.participants import require_factors, require_network, whose
from custody.cli.ceremonies.plan_screen import plan_lines
from custody.cli.ceremonies.sittings.head import head_words
from custody.cli.ceremonies.verifying.account_screen import account_lines
from custody.cli.front import output
from custody.cli.front.documents import refuse_one_input_twice, refuse_two_results
from custody.cli.front.hardened import done_apart, harden_for
from custody.cli.front.result import print_result
from custody.errors import Refused, Usage
from custody.keys.vaults.sealed import MOST_OF_OFFICER_FILE, read_officer_file
from custody.signing import Severity
from custody.text import safe

_BEGINNING = b'{"after":"'
"""How a transcript begins, and no plan."""

_SAID = {
    Says.AGREED: _("{name} ({called}) agreed to this plan; the signature is in {path}."),
    Says.SAW: _("{name} ({called}) saw what stands in this transcript; the signature is in {path}."),
    Says.REFUSED: _("{name} ({called}) REFUSES what stands in this transcript; the signature is in {path}."),
}


class _Shown(NamedTuple):
    """What is put before somebody to be signed: the lines, the question and its word, and what the key will say."""

    statement: Statement
    lines: list[str]
    question: str
    word: str
    signs: str


def sign(
    *,
    file: str,
    identity_file: str,
    out: str | None,
    key_file: str | None,
    passphrase_fd: int | None,
    refuse: bool,
    yes: bool,
    force: bool,
    as_json: bool,
) -> None:
    """Read, show, ask, sign, verify and write, in this order."""
    if out is None:
        raise Usage(_("nothing says where the signature goes"), hint=_("Name a file with -o FILE."))
    refuse_two_results(out, as_json=as_json)
    refuse_one_input_twice([file, identity_file, key_file])
    document = _read(store.read(file, TRANSCRIPT_LIMIT), refuse=refuse)
    plan = document.standing.plan if isinstance(document, Account) else document
    output.about(plan.network)
    identity = read_officer_file(store.read(identity_file, MOST_OF_OFFICER_FILE))
    person, network = whose(plan, identity), stakes_of(plan.network)
    require_network(identity, network)
    store.refuse_taken(out, force=force)
    shown = _seeing(document, person, refuse=refuse) if isinstance(document, Account) else _agreeing(plan, person)
    harden_for(plan.network)

    def work() -> bytes:
        owner = Owner.of(network, passphrase_fd, key_file, yes=yes)
        require_factors(identity, key_file)
        owner.meeting.confirm(shown.lines, shown.question, shown.word)
        with owner.open(identity, person, shown.signs) as keys:
            return Signature.made(shown.statement, keys.sign).encode()

    content = done_apart(work)
    signature = Signature.decode(content)
    signature.require(plan)
    store.write_new(out, content, force=force)
    _tell(signature, plan, out, as_json=as_json)


def _read(content: bytes, *, refuse: bool) -> Plan | Account:
    """Read a plan that may be signed, or a transcript, and hold it against its own rules. Raises as both."""
    if content.startswith(_BEGINNING):
        return account(Transcript.decode(content))
    if refuse:
        raise Usage(
            _("what is refused is what happened: a transcript, and this is a plan"),
            hint=_("Who does not agree to a plan signs nothing."),
        )
    plan = read_plan(content[: DOCUMENT_LIMIT + 1])
    findings = lint(plan)
    if is_refused(findings):
        raise _not_to_be_signed(findings)
    return plan


def _not_to_be_signed(findings: tuple[PlanFinding, ...]) -> Refused:
    rules = dict.fromkeys(each.id for each in findings if each.severity is Severity.REFUSE)
    return Refused(
        _("this plan is not to be signed as it stands: {rules}").format(rules=", ".join(rules)),
        hint=_("See what is wrong, and why: custody ceremony plan FILE"),
    )


def _seeing(found: Account, person: str, *, refuse: bool) -> _Shown:
    """Put what a transcript comes to before somebody who was there."""
    begun, words = found.standing.begun, head_words(found.transcript)
    says = Says.REFUSED if refuse else Says.SAW
    digest, head = begun.plan.digest, found.transcript.head.hash
    statement = Statement(person, says, digest, head, begun.rehearsal, begun.sitting, int(time.time()))
    lines = [*account_lines(found, words), ""]
    if refuse:
        question = _("{name}, do you refuse it: is what stands here not what you saw?").format(name=person)
        return _Shown(
            statement, lines, question, _("refuse"), _("I was there, and do not agree with what stands there")
        )
    question = _("{name}, were you there, and did you see what stands here?").format(name=person)
    return _Shown(statement, lines, question, _("saw"), _("I was there, and saw what stands there"))


def _agreeing(plan: Plan, person: str) -> _Shown:
    return _Shown(
        Statement.agreed(plan, person, int(time.time())),
        [*plan_lines(plan, lint(plan), None, ASSUMED), ""],
        _("{name}, are these the words that you have on paper, and do you agree to this plan?").format(name=person),
        _("agree"),
        _("I agree to this plan"),
    )


def _tell(signature: Signature, plan: Plan, out: str, *, as_json: bool) -> None:
    said = signature.statement
    public: Mapping[str, Any] = {
        "output": out,
        "person": said.person,
        "says": said.says.value,
        "plan": said.plan.hex(),
        "words": " ".join(plan.words),
        "at": said.at,
        "head": None if said.says is Says.AGREED else said.head.hex(),
    }
    told = _SAID[said.says].format(name=said.person, called=safe(plan.people[said.person]), path=safe(out))
    lines = [told]
    if out == store.STANDARD:
        output.tell({}, lines)
    else:
        print_result(public, lines, as_json=as_json)

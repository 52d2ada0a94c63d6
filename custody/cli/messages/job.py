"""A message's PSBT to its signature, or to the next cosigner's PSBT: reviewed, approved, signed, verified, written.

For `sign` and `prove`. Where the review refuses it is printed and nothing is written; in a treasury the book is told
before a signature leaves.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from custody import store
from custody.catalogue import _, ngettext
from custody.ceremony.delivered import Delivered
from custody.ceremony.home.writing import WritableHome
from custody.ceremony.sign import sign as sign_reviewed
from custody.ceremony.treasury.signing import refuse_recorded
from custody.chains.bitcoin.consensus.network import network
from custody.chains.bitcoin.message import armour
from custody.chains.bitcoin.message.conditions import MessagePsbt, recognise
from custody.chains.bitcoin.message.finish import check_form, finish
from custody.chains.bitcoin.message.legacy_signing import LEGACY, LegacyMessage, as_legacy
from custody.chains.bitcoin.message.review import MessageReview, ReviewedMessage, review_message, signatures_there
from custody.chains.bitcoin.psbt import Psbt
from custody.chains.bitcoin.psbt.envelope import open as open_envelope
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.cli.front import output
from custody.cli.front.documents import called, refuse_two_results
from custody.cli.front.hardened import harden_for
from custody.cli.front.result import print_result
from custody.cli.messages import screen
from custody.cli.people.shown import show
from custody.cli.people.terminal import standard_terminal
from custody.cli.transactions.screens.review import finding_sentence
from custody.cli.transactions.signing_operators import PersonAtTerminal, ScriptedOperator
from custody.cli.transactions.vault_key import KeyWish, choose_vault, sign_with, signed_apart, tell_head
from custody.cli.treasury.freshness import put_off
from custody.errors import Refused, Usage
from custody.signing import Approval, Review, Severity, Verdict


@dataclass(frozen=True, slots=True)
class Answering:
    """How the command was told to answer: who is asked, which form is wanted (None: whatever fits), what is written.

    `armour` is wished for the finished signature; what cosigners pass on has none.
    """

    wish: KeyWish
    form: str | None
    sign: bool
    out: str
    force: bool
    as_json: bool
    armour: bool


@dataclass(frozen=True, slots=True)
class PersonReadsMessage(PersonAtTerminal):
    """A person reads the message page by page, answers for every warning, and types the word that signs."""

    def approve(self, review: Review) -> Approval:
        """Show the message; each warning needs its own answer. Raises Declined, and Refused for what is no message."""
        if not isinstance(review, MessageReview):
            raise Refused(
                _("this is not a message; nothing was signed"), hint=_("A payment is signed by: custody sign")
            )
        self.terminal.page(tuple(screen.lines(review)))
        for finding in review.findings:
            if finding.severity is Severity.WARN:
                self.terminal.page(("", finding_sentence(finding)))
                self.terminal.confirm(_("You answer for this."), _("understood"))
        self.terminal.confirm(_("Sign exactly this message?"), _("sign"))
        return Approval(review.commitment, by=_("the person at the terminal"))


def answer(document: bytes, wallets: Sequence[Wallet], how: Answering, home: WritableHome | None = None) -> int:
    """Review the request, and sign it or put it together; exit 3 where the review refuses, and nothing is written.

    With a `home`, what happens is written into its book first, but for a review alone.
    """
    refuse_two_results(how.out, as_json=how.as_json)
    if home is not None and how.sign:
        put_off(home, how.wish.paper, yes=how.wish.officers.yes)
    reviewed = _reviewed(document, wallets, how)
    output.about(reviewed.review.network)
    if reviewed.review.verdict is Verdict.REFUSE:
        if home is not None and how.sign:
            refuse_recorded(home, document, reviewed.signable)
        show(reviewed.review.to_json(), screen.lines(reviewed.review), as_json=how.as_json)
        return Refused.exit_code
    if how.form != LEGACY:
        check_form(reviewed.draft, how.form)
    if how.armour:
        armour.write(reviewed.review.message, reviewed.review.address, "")
    store.refuse_taken(how.out, force=how.force)
    if not how.sign:
        return _write(reviewed, document, None, how)
    main_network = network(reviewed.review.network).is_main
    if home is None:
        operator = _operator(reviewed, how, None, main_network=main_network, treasury=False)
        harden_for(reviewed.review.network)
        signed = signed_apart(lambda: sign_reviewed(reviewed.signable, operator, main_network=main_network))
    else:
        vault = choose_vault(home, reviewed.signable.signers, how.wish)
        operator = _operator(reviewed, how, vault, main_network=main_network, treasury=True)
        signed = sign_with(home, document, reviewed.signable, operator, how.wish, vault, main_network=main_network)
    code = _write(reviewed, signed.document, signed, how)
    if home is not None:
        home.catch_up()
        tell_head(home)
    return code


def _reviewed(document: bytes, wallets: Sequence[Wallet], how: Answering) -> ReviewedMessage:
    """Judge the message as it is to be signed. Raises Refused and Usage where the legacy form cannot be."""
    reviewed = review_message(document, wallets)
    if how.form != LEGACY or reviewed.review.verdict is Verdict.REFUSE:
        return reviewed
    if not how.sign:
        raise Usage(_("the legacy form is one key's signature: there is nothing to ask for or to put together"))
    return as_legacy(reviewed)


def _write(reviewed: ReviewedMessage, document: bytes, signed: Delivered | None, how: Answering) -> int:
    """Write the signature where it is finished, else the PSBT for the next cosigner, and say which."""
    draft, finished = reviewed.draft, None
    if how.form == LEGACY:
        finished = document.decode("ascii")
    else:
        draft = recognise(Psbt.parse(open_envelope(document).payload))
        finished = finish(draft, reviewed.signable.spends, form=how.form)
    content = document if finished is None else f"{finished}\n".encode()
    if how.armour and finished is not None:
        content = armour.write(reviewed.review.message, reviewed.review.address, finished).encode()
    store.write_new(how.out, content, force=how.force)
    if finished is not None:
        output.ended(output.COMPLETE)
    if how.as_json:
        print_result(_json(reviewed, draft, signed, finished), (), as_json=True)
    else:
        if not how.sign:  # else its own screen said so
            output.announce()
        output.progress(_sentence(reviewed, draft, finished, how.out))
    return 0


def _json(
    reviewed: ReviewedMessage, draft: MessagePsbt, signed: Delivered | None, finished: str | None
) -> dict[str, Any]:
    made = () if signed is None else signed.made
    legacy = isinstance(reviewed.signable, LegacyMessage)
    return {
        **reviewed.review.to_json(),
        "signatures": {
            "have": len(made) if legacy else signatures_there(draft, reviewed.signable.spends),
            "need": reviewed.review.need,
        },
        "signed": [each.to_json() for each in made],
        "key": None if signed is None else {"fingerprint": signed.fingerprint.hex(), "kind": signed.kind},
        "complete": finished is not None,
        "signature": finished,
    }


def _sentence(reviewed: ReviewedMessage, draft: MessagePsbt, finished: str | None, out: str) -> str:
    if finished is not None:
        return _("The signature is complete, verified, and written to {out}.").format(out=called(out))
    have = signatures_there(draft, reviewed.signable.spends)
    if reviewed.review.need is None:
        return _("Not complete. The request with what is signed is written to {out}.").format(out=called(out))
    missing = reviewed.review.need - have
    return ngettext(
        "{count} more signature is needed. Pass {out} to the next cosigner.",
        "{count} more signatures are needed. Pass {out} to the next cosigner.",
        missing,
    ).format(count=missing, out=called(out))


def _operator(
    reviewed: ReviewedMessage, how: Answering, vault: str | None, *, main_network: bool, treasury: bool
) -> ScriptedOperator | PersonReadsMessage:
    officers = how.wish.officers
    passphrase_fd = None if treasury else officers.passphrase_fd
    wanted = how.wish.wanted(reviewed.signable.signers)
    if officers.yes and main_network:
        raise Usage(
            _("--yes is for test networks; on {network} a person reads and answers").format(
                network=reviewed.review.network
            ),
            hint=_("Run the command on a terminal, without --yes."),
        )
    if officers.yes:
        if how.wish.secret_fd is None and vault is None:
            raise Usage(_("--yes asks for nothing, so the secret must come from --secret-fd"))
        return ScriptedOperator(how.wish.secret_fd, passphrase_fd, wanted)
    terminal = standard_terminal()
    terminal.require(_("A person must read the message; on a test network a script may say --yes."))
    return PersonReadsMessage(terminal, how.wish.secret_fd, passphrase_fd, wanted)

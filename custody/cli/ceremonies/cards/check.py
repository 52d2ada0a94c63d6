"""`custody share check --transcript`: replays a transcript, then asks for cards, and says which of its cards they are.

The cards are read in a copy of this process that ends, and nothing but their places comes back. With an identity what
was seen is signed, in another copy, which never had a card.
"""

from custody import canonical, store
from custody.catalogue import _
from custody.ceremony.receipts.bags import bags_of, checked_serial, require_new, require_own
from custody.ceremony.receipts.card import CommittedCard, committed_cards, look, require_kept
from custody.ceremony.receipts.record import true_receipts
from custody.ceremony.transcript.account import Account, account
from custody.ceremony.transcript.transcript import TRANSCRIPT_LIMIT, Transcript
from custody.cli.ceremonies.cards.screen import card_lines, cards_json, transcript_lines, warnings_of
from custody.cli.ceremonies.cards.signed import Inspector
from custody.cli.ceremonies.sittings.head import head_words, last_words
from custody.cli.ceremonies.verifying.own_plan import require_plan
from custody.cli.ceremonies.verifying.receipts import read_receipts
from custody.cli.front import output
from custody.cli.front.documents import called, refuse_one_input_twice, refuse_two_results
from custody.cli.front.hardened import done_apart, harden_for
from custody.cli.front.result import print_result
from custody.cli.people.operators import FrontOperator
from custody.cli.people.terminal import standard_terminal
from custody.errors import Unreadable, Usage


def check(
    *,
    transcript: str,
    record_path: str | None,
    plan_file: str | None,
    receipts: tuple[str, ...],
    from_bag: str | None,
    bag: str | None,
    identity_file: str | None,
    key_file: str | None,
    out: str | None,
    secret_fd: int | None,
    passphrase_fd: int | None,
    yes: bool,
    force: bool,
    as_json: bool,
) -> None:
    """Replay, ask for cards, hold each against its commitment; and sign a receipt where an identity is named.

    Raises as `look` of what is no card of the transcript, Alarm and Mismatch for a card out of a bag that is not its
    own, Refused for a transcript whose cards nobody keeps, and Mismatch for another plan or somebody else's identity.
    """
    if record_path is not None:
        raise Usage(
            _("a transcript says itself what its sets are"), hint=_("Name either --transcript FILE or --set FILE.")
        )
    if (identity_file is None) is not (out is None):
        raise Usage(_("a receipt is signed by an identity and goes into a file"), hint=_("--identity ID -o RECEIPT"))
    if identity_file is None and (bag or key_file or yes or force or passphrase_fd is not None):
        raise Usage(_("this belongs to a receipt, and no identity signs one"), hint=_("Add --identity ID -o RECEIPT."))
    refuse_two_results(out, as_json=as_json)
    refuse_one_input_twice([transcript, plan_file, *receipts, identity_file, key_file])
    came, lies = checked_serial(from_bag), checked_serial(bag)
    read = Transcript.decode(store.read(transcript, TRANSCRIPT_LIMIT))
    require_plan(read, plan_file)
    plan = read.begun.plan
    output.about(plan.network)
    found = account(read)
    require_kept(found)
    told, words = last_words(found), head_words(read)
    cards = tuple(committed_cards(found.standing))
    since = true_receipts(read_receipts(receipts), [found])
    bags = bags_of(cards, since)
    inspector = None
    if identity_file is not None and out is not None:
        if came is None and None not in bags.values():
            raise Usage(
                _("every card lies in a bag, and nothing says which one was opened"),
                hint=_("Say its serial as it stands on the bag: --from-bag SERIAL"),
            )
        inspector = Inspector.of(plan, identity_file, passphrase_fd, key_file, yes=yes)
        require_new(lies, came, bags)
        store.refuse_taken(out, force=force)
    harden_for(plan.network)
    seen, repeated = _read_cards(found, secret_fd, alone=inspector is not None or came is not None)
    if inspector is not None or came is not None:
        require_own(seen[0], came, bags, cards)
    warnings = warnings_of(found, repeated)
    if inspector is not None and out is not None:
        receipt = inspector.sign(seen[0], read.head.hash, (came, lies))
        store.write_new(out, receipt.encode(), force=force)
        bags = bags_of(cards, [*since, receipt.looked])
    public = {
        "plan": plan.digest.hex(),
        "sitting": found.standing.begun.sitting,
        "head": words,
        "told": told,
        "whole": found.is_whole,
        "cards": cards_json(seen, bags),
        "person": None if inspector is None else inspector.person,
        "receipt": out,
        "warnings": warnings,
    }
    lines = [*card_lines(seen, bags), *transcript_lines(found, told, words)]
    if inspector is not None and out is not None:
        lines += ["", inspector.told(called(out))]
    if out == store.STANDARD:
        output.tell({"warnings": warnings}, lines)
    else:
        print_result(public, lines, as_json=as_json)


def _read_cards(
    found: Account, secret_fd: int | None, *, alone: bool
) -> tuple[tuple[CommittedCard, ...], tuple[str, ...]]:
    """Have cards typed or given, one where it stands `alone`, and return which they are, and what was repeated.

    Raises as `look`; Unreadable for no card, and for a passphrase, which a ceremony's cards have not.
    """
    terminal = standard_terminal()
    if secret_fd is None:
        terminal.require(_("Give the cards with --secret-fd N, one per line, or run the command on a terminal."))
        output.announce()
    operator = FrontOperator(terminal, secret_fd=secret_fd)

    def work() -> bytes:
        if operator.scripted and operator.given.passphrase is not None:
            raise Unreadable(_("a ceremony's cards have no passphrase"), hint=_("Give the words of the card alone."))
        return canonical.encode([list(each.at) for each in _looked_at(found, operator, alone=alone)])

    places = [tuple(each) for each in canonical.decode(done_apart(work))]
    by_place = {each.at: each for each in committed_cards(found.standing)}
    seen = tuple(by_place[each] for each in dict.fromkeys(places))
    return seen, tuple(each.name for each in seen if places.count(each.at) > 1)


def _looked_at(found: Account, operator: FrontOperator, *, alone: bool) -> list[CommittedCard]:
    """Take cards until there are no more. A card that cannot be read is typed again; whatever else is wrong ends it."""
    seen: list[CommittedCard] = []
    while (text := operator.ask_card(len(seen) + 1, complete=False)) is not None:
        if alone and seen:
            raise Usage(
                _("a bag and a receipt are of one card, and several were given"), hint=_("Look at one after the other.")
            )
        try:
            card = look(found.standing, found.transcript.lines, text)
        except Unreadable as failure:
            operator.card_refused(len(seen) + 1, failure)
            continue
        seen.append(card)
        if alone and not operator.scripted:
            break
        operator.progress(_("Taken: {card}.").format(card=card.name))
    if not seen:
        raise Unreadable(_("there is no card"), hint=_("Give the words of at least one, on a line of its own."))
    return seen

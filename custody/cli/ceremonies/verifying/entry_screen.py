"""What officers read before they enter a ceremony: plan, sittings, last lines, keys, who signed, wallets; and after."""

from collections.abc import Collection, Iterator
from typing import Any

from custody.catalogue import _, ngettext
from custody.ceremony.register.ceremonies import card_set, plan_words, spoken, told_words
from custody.ceremony.transcript.account import Account
from custody.ceremony.transcript.together import Together
from custody.ceremony.treasury.named import held
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.cli.ceremonies.verifying.account_screen import given_up_lines, rehearsal_lines, signer_line, verdict_lines
from custody.cli.ceremonies.verifying.together_screen import waiting_lines, wallet_lines
from custody.cli.wallets import screen
from custody.governance.ceremonies.entered import Entered
from custody.text import safe


def entry_lines(together: Together, entered: Entered, shown: Collection[bytes]) -> Iterator[str]:
    """Yield what is to be agreed. `shown`: heads of rehearsals that lay beside the transcripts."""
    yield _("A ceremony of {count}. {purpose}").format(
        count=ngettext("{count} sitting", "{count} sittings", len(together.sittings)).format(
            count=len(together.sittings)
        ),
        purpose=safe(together.plan.purpose),
    )
    yield _("The words of its plan, to be compared with the paper:")
    words = plan_words(entered.plan)
    for at in (0, 8):
        yield "  " + " ".join(words[at : at + 8])
    new = {each.name for each in entered.sittings}
    for found in together.sittings:
        yield from _sitting(found, shown, is_new=found.standing.begun.sitting in new)
    for wallet in new_wallets(together, entered):
        yield from wallet_lines(wallet)
    yield from waiting_lines(together)
    yield from _not_served(together, entered)
    yield ""
    yield _("What is entered stays in the book of every machine of this treasury.")


def _sitting(found: Account, shown: Collection[bytes], *, is_new: bool) -> Iterator[str]:
    standing, ours = found.standing, held(found)
    yield ""
    title = _("Sitting {name}, {city}, {date}:")
    if not is_new:
        title = _("Sitting {name}, {city}, {date}, which the book names already:")
    yield title.format(name=ours.name, city=safe(standing.sitting.city), date=standing.sitting.date.isoformat())
    yield _("What everybody wrote down at its end: {words}").format(words=spoken(ours.plan, ours.aloud))
    yield _("Its last line: {words}").format(words=spoken(ours.plan, ours.head))
    yield from map(card_set, ours.keys)
    yield from given_up_lines(standing)
    if standing.deviations:
        count = len(standing.deviations)
        yield ngettext(
            "{count} exception was noted: custody ceremony verify tells it.",
            "{count} exceptions were noted: custody ceremony verify tells them.",
            count,
        ).format(count=count)
    for rehearsal in standing.rehearsed:
        yield from rehearsal_lines(found, rehearsal, shown)
    for signer in found.signers:
        yield signer_line(found, signer)
    yield from verdict_lines(found)


def new_wallets(together: Together, entered: Entered) -> tuple[Wallet, ...]:
    """Return the wallets that are registered."""
    names = {name for name, _document in entered.wallets}
    return tuple(wallet for wallet in together.wallets if wallet.name in names)


def entered_lines(together: Together, entered: Entered) -> Iterator[str]:
    """Yield what the book has now."""
    for each in entered.sittings:
        yield _("The book names sitting {sitting}. Its last line: {words}").format(
            sitting=each.name, words=spoken(each.plan, each.head)
        )
    for wallet in new_wallets(together, entered):
        yield _("Registered the wallet {name}").format(name=safe(wallet.name))
    yield from waiting_lines(together)
    yield from _not_served(together, entered)
    yield ""


def _not_served(together: Together, entered: Entered) -> Iterator[str]:
    """Say of wallets that are whole and not registered now when they will be."""
    if together.wallets and not entered.wallets:
        yield ""
        yield _("A wallet is registered once it is in service: custody ceremony enter FILE --service SERVICE")


def entered_json(together: Together, entered: Entered) -> dict[str, Any]:
    """Return the same as scripts read it."""
    return {
        "plan": entered.plan.hex(),
        "sittings": [{**each.says(), **told_words(each)} for each in entered.sittings],
        "wallets": [
            {**screen.identity(wallet), "descriptor": wallet.descriptor.with_checksum()}
            for wallet in new_wallets(together, entered)
        ],
        "waiting": {name: list(sittings) for name, sittings in together.waiting.items()},
    }

"""Sittings put together, for a person: other sittings and their verdicts, wallets and what they wait for, records."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from custody.catalogue import _
from custody.ceremony.transcript.account import Account
from custody.ceremony.transcript.together import Together
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.cli.ceremonies.sittings.head import last_words
from custody.cli.ceremonies.verifying.account_screen import verdict_lines
from custody.cli.ceremonies.verifying.service import Service
from custody.cli.front.layout import address_lines
from custody.cli.wallets import screen
from custody.text import safe


def together_lines(found: Together, service: Service | None, written: Sequence[str], *, asked: bool) -> Iterator[str]:
    """Yield the lines below those of the first transcript. `asked`: records were wanted."""
    for each in found.sittings[1:]:
        yield from _other(each)
    if service is not None:
        yield from service.lines()
    for wallet in found.wallets:
        yield from wallet_lines(wallet)
        if service is None or not service.whole:
            yield _("It is NOT in service yet: only a small sum belongs there now. custody ceremony service PLAN")
        else:
            yield _("It is in service.")
    yield from waiting_lines(found)
    if asked:
        yield ""
        if not found.is_whole:
            yield _("No record is written: only of sittings that are whole.")
        for path in written:
            yield _("Written: {path}").format(path=safe(path))


def report_lines(report: Mapping[str, Any] | None) -> Iterator[str]:
    """Yield what is said of a report that was written, if any."""
    if report is not None:
        yield ""
        yield _("Written: {file}, {pages} pages of A4, for printing in black, at actual size").format(
            file=safe(report["file"]), pages=report["pages"]
        )
        yield from report["warnings"]


def wallet_lines(wallet: Wallet) -> Iterator[str]:
    """Yield a wallet whose keys were all made."""
    yield ""
    shown = screen.identity(wallet)
    yield _("Wallet {wallet}").format(wallet=safe(wallet.name))
    yield from address_lines(shown["first_address"], _("First address: "))
    yield from screen.policy_words(shown["policy_words"])
    yield wallet.descriptor.with_checksum()


def waiting_lines(found: Together) -> Iterator[str]:
    """Yield the wallets that have no address yet."""
    for name, sittings in found.waiting.items():
        yield ""
        yield _("Wallet {wallet} is not to be paid to yet. It waits for: {sittings}").format(
            wallet=safe(name), sittings=", ".join(sittings)
        )


def named_lines(named: Mapping[str, bool] | None) -> Iterator[str]:
    """Say which sittings a treasury's book names; nothing where no book was asked."""
    for sitting, is_named in (named or {}).items():
        yield ""
        if is_named:
            yield _("The book names this transcript of {sitting}, and says the same of its keys.").format(
                sitting=sitting
            )
        else:
            yield _("The book does not name {sitting}: custody ceremony enter FILE --plan PLAN --home DIR").format(
                sitting=sitting
            )


def _other(each: Account) -> Iterator[str]:
    standing = each.standing
    yield ""
    yield _("Sitting {name}, {city}:").format(name=standing.begun.sitting, city=safe(standing.sitting.city))
    yield from verdict_lines(each)
    if (told := last_words(each)) is not None:
        yield _("What everybody wrote down at the end: {words}").format(words=told)

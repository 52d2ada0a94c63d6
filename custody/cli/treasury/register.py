"""Entries of the book to what an auditor reads, a block each, and to JSON. It sees `Row`s, and no form of the journal.

Amounts and addresses stand in groups as on every screen, names from outside are made safe, and no line of ours is wider
than 80 columns.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from custody import aloud
from custody.catalogue import _, ngettext
from custody.ceremony.register.officers import KEY_SHOWN, shown_name
from custody.ceremony.register.row import Doubt, Kept, Outcome, Payment, Person, Presence, Row
from custody.cli.front.layout import bitcoin, folded, marked, paid_to
from custody.cli.treasury.times import shown_time, written_time
from custody.text import safe

_DIGEST_SHOWN = 16
_PAYMENTS_SHOWN = 20
"""More of one entry are summed up; JSON and CSV have every one."""
_MESSAGE_SHOWN = 200
_IN, _FURTHER = " " * 3, " " * 7


def row_json(row: Row) -> dict[str, Any]:
    """Return an entry as scripts read it. Amounts are satoshi, called atoms as in a review."""
    outcome = row.outcome
    return {
        "n": row.number,
        "kind": row.kind,
        "at": row.at,
        "date": written_time(row.at),
        "hash": row.head.hash.hex(),
        "writer": row.machine.hex(),
        "machine": row.called,
        "title": row.title,
        "details": list(row.details),
        "presence": str(row.presence),
        "who": [person_json(person) for person in row.who],
        "doubts": [str(each) for each in row.doubts],
        "outcome": None if outcome is None else _outcome_json(outcome),
        "what": row.what,
    }


def _outcome_json(outcome: Outcome) -> dict[str, Any]:
    return {
        "digest": None if outcome.digest is None else outcome.digest.hex(),
        "review": str(outcome.kept),
        "wallets": list(outcome.wallets),
        "payments": [
            {
                "index": payment.index,
                "address": payment.address,
                "script": payment.script,
                "atoms": payment.satoshi,
                "label": payment.label,
            }
            for payment in outcome.payments
        ],
        "burned": outcome.burned,
        "fee": outcome.fee,
        "message": outcome.message,
        "findings": list(outcome.findings),
    }


def register_lines(rows: Iterable[Row]) -> Iterator[str]:
    """Yield the register, a block for each entry."""
    yield from folded(_("Times are UTC, by the clock of the machine that wrote; nobody vouches for one."), "")
    yield from folded(_("Each machine counts its own entries; each stands here after all that it follows."), "")
    is_empty = True
    for row in rows:
        is_empty = False
        yield ""
        yield from _block(row)
    if is_empty:
        yield _("No entry is of this kind and time.")


def presence_sentence(row: Row) -> str:
    """Say who was there, and how that is known."""
    names = ", ".join(map(shown_name, row.who))
    return {
        Presence.SIGNED: _("Signed by {names}"),
        Presence.UNNAMED: _("Somebody was there, and the book does not name who"),
        Presence.MACHINE: _("By the machine alone; nobody need have been there"),
    }[row.presence].format(names=names)


def doubt_sentence(doubt: Doubt, presence: Presence) -> str:
    """Say why an entry does not count, or what of it counts all the same."""
    if doubt is Doubt.WAITS:
        return _("WAITS: it has no effect until a quorum adopts it")
    if doubt is Doubt.MUTE:
        return _("DOES NOT COUNT: who halted was no officer any more where this was written")
    why = {
        Doubt.NOT_ADMITTED: _("No quorum has admitted this machine"),
        Doubt.ENDED: _("Officers ended this machine before this entry"),
        Doubt.FORKED: _("This machine was rolled back or copied: it wrote two entries of this number or one before"),
    }[doubt]
    if presence is Presence.SIGNED:
        return _("{why}; what officers signed in it counts all the same").format(why=why)
    return _("{why}; it does not count").format(why=why)


def _block(row: Row) -> Iterator[str]:
    machine = safe(row.called) if row.called else _("machine {key}").format(key=row.machine.hex()[:KEY_SHOWN])
    line = _("Entry {number}  {time}  {machine}  {kind}").format(
        number=row.number, time=shown_time(row.at), machine=machine, kind=row.kind
    )
    yield from folded(line, "")
    yield from folded(row.title, _IN)
    for detail in row.details:
        yield from folded(detail, _IN)
    if row.outcome is not None:
        yield from _outcome(row.outcome)
    yield from folded(presence_sentence(row), _IN)
    for doubt in row.doubts:
        yield from folded(doubt_sentence(doubt, row.presence), _IN)


def _outcome(outcome: Outcome) -> Iterator[str]:
    for wallet in outcome.wallets:
        yield from folded(_('Coins of the wallet "{wallet}"').format(wallet=safe(wallet)), _IN)
    yield from _money(outcome)
    if outcome.digest is None:
        yield _IN + _("What was brought could not be read")
    else:
        yield _IN + _("SHA-256 of what was read begins {digest}").format(digest=outcome.digest.hex()[:_DIGEST_SHOWN])
    if outcome.findings:
        yield from folded(_("Findings: {ids}").format(ids=", ".join(map(safe, outcome.findings))), _IN)


def _money(outcome: Outcome) -> Iterator[str]:
    missing = {
        Kept.GONE: _("Its review is not here: amounts and payees are not known"),
        Kept.STRANGE: _("Its review is kept in a form that this release does not read"),
        Kept.NONE: _("There was no review"),
    }
    if outcome.kept in missing:
        yield from folded(missing[outcome.kept], _IN)
        return
    if outcome.message is not None:
        yield from _message(outcome.message)
        return
    for payment in outcome.payments[:_PAYMENTS_SHOWN]:
        yield from _payment(payment)
    yield from _more(outcome.payments[_PAYMENTS_SHOWN:])
    if outcome.burned:
        yield _IN + _("Destroyed {amount}").format(amount=bitcoin(outcome.burned))
    if outcome.fee is None:
        yield _IN + _("Fee cannot be checked")
    else:
        yield _IN + _("Fee {amount}").format(amount=bitcoin(outcome.fee))
        yield _IN + _("In all {amount} with the fee").format(amount=bitcoin(outcome.leaving + outcome.fee))


def _message(message: str) -> Iterator[str]:
    yield _IN + _("The message:")
    for line in message[:_MESSAGE_SHOWN].split("\n"):
        yield from marked(safe(line), _FURTHER) or (f"{_FURTHER}|",)
    if len(message) > _MESSAGE_SHOWN:
        more = len(message) - _MESSAGE_SHOWN
        sentence = ngettext("{count} character more", "{count} characters more", more)
        yield _FURTHER + sentence.format(count=aloud.number(more).aloud)


def _payment(payment: Payment) -> Iterator[str]:
    yield f"{_IN}#{payment.index:<3}{bitcoin(payment.satoshi)}"
    yield from paid_to(payment.address, payment.script, _FURTHER)
    if payment.label is not None:
        yield from folded(_("Transfer to our own wallet: {name}").format(name=safe(payment.label)), _FURTHER)


def _more(payments: tuple[Payment, ...]) -> Iterator[str]:
    if payments:
        sentence = ngettext(
            "{count} payment more, of {amount}: --json and --csv have it",
            "{count} payments more, of {amount} in all: --json and --csv have each",
            len(payments),
        )
        amount = bitcoin(sum(payment.satoshi for payment in payments))
        yield from folded(sentence.format(count=aloud.number(len(payments)).aloud, amount=amount), _IN)


def person_json(person: Person) -> dict[str, Any]:
    """Return an officer as scripts read one; a name that was erased is null."""
    return {"name": person.name, "officer": person.key.hex()}

"""Entries of the book to a table for a spreadsheet: CSV (RFC 4180), one row a payment, or an entry that has none.

Plain ASCII, cells parted by commas, lines ended by CR LF, a heading first. A spreadsheet takes a cell that begins with
= + - or @, a tab or a return for a formula; such a cell, and one that begins with ', gets a ' before it, so that taking
one ' away gives what was there. Fee and what is destroyed stand in an entry's first row alone, so that columns can be
summed.
"""

import csv
import io
from collections.abc import Iterable, Iterator

from custody.ceremony.register.officers import shown_name
from custody.ceremony.register.row import Outcome, Payment, Row
from custody.cli.treasury.times import written_time
from custody.text import safe

COLUMNS = (
    "entry",
    "time_utc",
    "machine",
    "machine_name",
    "kind",
    "title",
    "details",
    "presence",
    "who",
    "doubts",
    "wallets",
    "payment",
    "payee",
    "script",
    "satoshi",
    "own_wallet",
    "burned_satoshi",
    "fee_satoshi",
    "message",
    "review",
    "document",
    "findings",
    "hash",
)
"""The heading. Scripts hold on to these names; new ones come at the end."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")
_BETWEEN = " | "
_CELL = 10_000
"""Characters of a cell that come from outside; a spreadsheet takes three times as many."""


def table(rows: Iterable[Row]) -> bytes:
    """Return the whole table."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerows([guarded(cell) for cell in line] for line in _lines(row))
    return text.getvalue().encode("ascii")


def guarded(cell: str) -> str:
    """Keep a spreadsheet from taking a cell for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _lines(row: Row) -> Iterator[list[str]]:
    outcome = row.outcome
    payments: tuple[Payment | None, ...] = (None,) if outcome is None else outcome.payments or (None,)
    for place, payment in enumerate(payments):
        cells = _of_entry(row) | _of_payment(payment)
        if outcome is not None:
            cells |= _of_outcome(outcome)
            if not place:
                cells |= _once(outcome)
        yield [cells.get(column, "") for column in COLUMNS]


def _of_entry(row: Row) -> dict[str, str]:
    return {
        "entry": str(row.number),
        "time_utc": written_time(row.at) or "",
        "machine": row.machine.hex(),
        "machine_name": safe(row.called or ""),
        "kind": row.kind,
        "title": row.title,
        "details": _BETWEEN.join(row.details),
        "presence": str(row.presence),
        "who": _BETWEEN.join(map(shown_name, row.who)),
        "doubts": _BETWEEN.join(map(str, row.doubts)),
        "hash": row.head.hash.hex(),
    }


def _of_payment(payment: Payment | None) -> dict[str, str]:
    if payment is None:
        return {}
    return {
        "payment": str(payment.index),
        "payee": safe(payment.address or ""),
        "script": safe(payment.script, _CELL),
        "satoshi": str(payment.satoshi),
        "own_wallet": safe(payment.label or ""),
    }


def _of_outcome(outcome: Outcome) -> dict[str, str]:
    return {
        "wallets": _BETWEEN.join(map(safe, outcome.wallets)),
        "review": str(outcome.kept),
        "document": "" if outcome.digest is None else outcome.digest.hex(),
        "findings": _BETWEEN.join(map(safe, outcome.findings)),
    }


def _once(outcome: Outcome) -> dict[str, str]:
    return {
        "burned_satoshi": str(outcome.burned) if outcome.burned else "",
        "fee_satoshi": "" if outcome.fee is None else str(outcome.fee),
        "message": safe(outcome.message or "", _CELL),
    }

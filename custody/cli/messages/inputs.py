"""Options to what is signed: the message's bytes, the address in the wallet that signs, the lines of a date.

Contradictions raise Usage, an address that is not found in the wallet Mismatch.
"""

import re
from collections.abc import Iterator
from datetime import date as day

from custody import store
from custody.aloud import ungrouped
from custody.catalogue import _
from custody.chains.bitcoin.message.funds import place_of
from custody.chains.bitcoin.review.ownership import Place
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.errors import Mismatch, Unreadable, Usage
from custody.text import safe

MESSAGE_FILE_LIMIT = 4_000_000


def read_message(message: str | None, message_file: str | None) -> bytes:
    """Return the message's bytes. Raises Usage unless it is given exactly once, and as reading a file does."""
    if (message is None) == (message_file is None):
        raise Usage(_("the message is wanted once: --message TEXT or --file FILE"))
    if message_file is not None:
        return store.read(message_file, MESSAGE_FILE_LIMIT)
    try:
        return (message or "").encode("utf-8")
    except UnicodeEncodeError:  # bytes of the command line that are not UTF-8
        raise Unreadable(_("the message is not text (UTF-8)")) from None


def choose_place(wallet: Wallet, address: str | None, index: int | None, *, change: bool, limit: int) -> Place | None:
    """Return where in the wallet the address that answers lies; None where none was named.

    Raises Usage, Mismatch where the address is not found in the wallet, and Unreadable where it is none.
    """
    if address is not None and (index is not None or change):
        raise Usage(_("--address and --index do not go together"))
    if address is not None:
        address = ungrouped(address)
        found = wallet.find(address, limit + (wallet.used_to or 0))
        if found is None:
            raise Mismatch(
                _("{address} is not among the first {count} addresses of {wallet}").format(
                    address=safe(address), count=limit + (wallet.used_to or 0), wallet=safe(wallet.name)
                ),
                hint=_("Look further with --limit, or check that it is the right wallet."),
            )
        return place_of(wallet, *found)
    if index is None:
        if change:
            raise Usage(_("--change says nothing without --index"))
        return None
    if change and wallet.descriptor.branches < 2:
        raise Usage(_("{wallet} has no change branch of its own").format(wallet=safe(wallet.name)))
    return place_of(wallet, 1 if change else 0, index)


def stated(message: bytes, date: str | None, block: str | None) -> bytes:
    """Add the lines that say when a proof was made: a date, and a block's hash that nobody could know before.

    Raises Usage for what is neither.
    """
    if date is not None and not _is_day(date):
        raise Usage(_("--date wants a date such as 2026-11-23"))
    if block is not None and not _HASH.fullmatch(block):
        raise Usage(_("--block wants a block's hash, 64 digits of lower-case hex"))
    return b"\n".join([message, *_statement(date, block)]) if message else b"\n".join(_statement(date, block))


def _is_day(text: str) -> bool:
    if not _DATE.fullmatch(text):
        return False
    try:
        day.fromisoformat(text)
    except ValueError:
        return False
    return True


def _statement(date: str | None, block: str | None) -> Iterator[bytes]:
    """The lines themselves are the record's, in English, whatever language the screen speaks."""
    if date is not None:
        yield f"Date: {date}".encode()
    if block is not None:
        yield f"Block: {block}".encode()


_DATE = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])", re.ASCII)


_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)

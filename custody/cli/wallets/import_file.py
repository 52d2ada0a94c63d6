"""A file of another program, or a UR's letters, to an `Imported` wallet, which is not registered yet.

Its format is told by its content, in `chains.bitcoin.exchange`; what holds no wallet, or a private key, raises
Unreadable.
"""

from airgap.message import Message
from airgap.receiving.collector import Collector
from custody import outside, store
from custody.catalogue import _
from custody.chains.bitcoin.exchange import own_output, private_keys, ur_v1
from custody.chains.bitcoin.exchange.formats import recognise
from custody.chains.bitcoin.exchange.imported import Imported
from custody.chains.bitcoin.exchange.programs import ur
from custody.errors import Unreadable
from custody.strict_json import SIZE_LIMIT

_LETTERS = b"ur:"


def read_foreign(path: str, account: str | None) -> Imported:
    """Read a file of another wallet, in whichever format.

    Raises Usage, Unreadable and StorageFailed, and the window's errors for a UR that is malformed or not complete.
    """
    document = own_output.within(_text(store.read(path, SIZE_LIMIT)))
    if document.lstrip()[: len(_LETTERS)].lower() != _LETTERS:
        return recognise(document, account)
    if ur_v1.is_one(document):
        return recognise(ur_v1.payload(document), account)
    message = _message(document)
    if message.type == "bytes":  # a file in letters, as some devices show it
        return recognise(message.payload, account)
    if message.type not in ur.READ_TYPES:
        raise Unreadable(
            _("the UR is of type {type}, which holds no wallet").format(type=message.type),
            hint=_("Known: {names}.").format(names=", ".join(ur.READ_TYPES)),
        )
    private_keys.refuse(message.payload)
    return ur.read(message.payload, message.type, account)


def _text(content: bytes) -> bytes:
    """Return a text without marks and quotes; what is none stays as it is, and no format takes it."""
    try:
        return outside.bare(outside.plain(content))
    except Unreadable:
        return content


def _message(document: bytes) -> Message:
    """Put the parts together, one a line; blank lines are passed over."""
    collector = Collector()
    for line in document.split(b"\n"):
        if line.strip():
            collector.receive(line.decode("ascii", errors="replace"))
    if collector.withheld:
        raise private_keys.exposed()
    return collector.require()

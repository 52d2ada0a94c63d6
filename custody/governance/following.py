"""Whether a treasury follows the one that its genesis names: that one's journal must have recorded the cards' key.

Anybody can write into a genesis that he follows somebody. The new home keeps the old journal, so that it can be checked
at any time; a journal that says otherwise is an Alarm (docs/spec/journal.md).
"""

from collections.abc import Callable

from custody.catalogue import _
from custody.errors import Alarm
from custody.governance.book import Book
from custody.governance.contents import Follows, Genesis
from custody.governance.fields import StrictFields
from custody.governance.statement import Signed


def followed(book: Book) -> Follows | None:
    """Return what the genesis of a verified book says that it follows."""
    signed = Signed.take(StrictFields(book.entry(0).what, _("a genesis")))
    return Genesis.of(signed.statement).follows


def is_proven(follows: Follows, kept: Callable[[bytes], bytes | None]) -> bool:
    """Say whether the followed journal is here and recorded the cards' key. `kept`: the bytes with a SHA-256, if any.

    Raises Alarm where it is here and says otherwise: then somebody only says that his treasury follows it.
    """
    journal = kept(follows.journal)
    if journal is None:
        return False
    old = Book.verify(journal)
    known = {record.continuity for record in old.state.vaults.values()}
    named = (old.state.treasury, old.head.number, old.head.hash)
    if named != (follows.treasury, follows.number, follows.head) or follows.continuity not in known:
        raise Alarm(
            _("the genesis says that it follows a treasury which never recorded the key of these cards"),
            hint=_("Somebody founded a treasury of his own. Trust nothing in it, and keep it as evidence."),
            code="continuity",
        )
    return True

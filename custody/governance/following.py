"""Whether a treasury follows the one that its genesis names: that one's journal must have recorded the cards' key.

Anybody can write into a genesis that he follows somebody. The new home keeps the old journal, so that it can be checked
at any time; a journal that says otherwise is an Alarm (docs/spec/journal.md).
"""

from collections.abc import Callable

from custody.catalogue import _
from custody.errors import Alarm
from custody.governance import contents
from custody.governance.contents import Follows, Genesis
from custody.governance.export import verified
from custody.governance.known.lines import Known
from custody.governance.statement import GENESIS, VAULT


def followed(known: Known) -> Follows | None:
    """Return what the genesis of a treasury says that it follows."""
    statements = (stated.signed.statement for stated in known.statements)
    return next(Genesis.of(statement).follows for statement in statements if statement.kind == GENESIS)


def continuities(known: Known) -> frozenset[bytes]:
    """Return the continuity keys of all vaults that officers agreed on, on whatever machine."""
    statements = (stated.signed.statement for stated in known.statements)
    return frozenset(contents.vault_of(each)[1].continuity for each in statements if each.kind == VAULT)


def is_proven(follows: Follows, kept: Callable[[bytes], bytes | None]) -> bool:
    """Say whether the followed journal is here and recorded the cards' key. `kept`: the bytes with a SHA-256, if any.

    Raises Alarm where it is here and says otherwise: then somebody only says that his treasury follows it.
    """
    journal = kept(follows.journal)
    if journal is None:
        return False
    old = verified(journal).known
    node = old.nodes.get(follows.head)
    is_there = node is not None and node.number == follows.number and old.treasury == follows.treasury
    if not is_there or follows.continuity not in continuities(old):
        raise Alarm(
            _("the genesis says that it follows a treasury which never recorded the key of these cards"),
            hint=_("Somebody founded a treasury of his own. Trust nothing in it, and keep it as evidence."),
            code="continuity",
        )
    return True

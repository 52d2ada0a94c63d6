"""`Rule`: an ID, how severe it is, and what it says to each of its readers."""

from dataclasses import dataclass

from custody.signing import Severity


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    `sentence` is for the treasurer and may hold named places; `engineer` says which check on which field or bytes, with
    its specification. `why`, the real `case` behind it, and how an honest sender may `clear` it go to the documents.
    """

    id: str
    severity: Severity
    sentence: str
    engineer: str
    why: str
    case: str
    clear: str

"""`Learnt`: names that officers brought along, which a home has in memory until its next step keeps them.

They are known by the officer's key, so that nobody's name becomes another's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from custody.catalogue import _
from custody.errors import Mismatch
from custody.governance.commitment import Names, Opening
from custody.governance.roster import Roster


@dataclass(frozen=True, slots=True)
class Learnt:
    """The opening of each officer's name, by the Ed25519 key."""

    openings: Mapping[bytes, Opening]

    def added_to(self, names: Names, rosters: Sequence[Roster]) -> Names:
        """Return the names with those of who is on one of these rosters; the others wait for another one.

        Raises Mismatch for an opening that is not of the name that the roster has there.
        """
        officers = {officer.key: officer for roster in rosters for officer in roster.officers}
        found = [(officers[key], opening) for key, opening in self.openings.items() if key in officers]
        for officer, opening in found:
            if opening.commitment != officer.name:
                raise Mismatch(
                    _("the name in the file of officer {key} is not the one that the roster has").format(
                        key=officer.key.hex()[:_KEY_SHOWN]
                    ),
                    hint=_("Somebody changed the file. Carry it again from the machine where the officer is named."),
                    code="name-mismatch",
                )
        return names.with_(*(opening for _officer, opening in found))


NOTHING_LEARNT = Learnt({})

_KEY_SHOWN = 8

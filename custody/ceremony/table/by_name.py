"""An officer of a roster by the name that people say, or by the beginning of the key where the name is not known."""

from custody.catalogue import _
from custody.ceremony.home.home import Home
from custody.errors import Mismatch
from custody.governance.commitment import alike
from custody.governance.roster import Officer
from custody.text import safe


def find(home: Home, name: str) -> Officer:
    """Return the officer who is called so, or whose key begins so. Raises Mismatch where none is, or several are."""
    officers = {officer.key: officer for roster in home.book.state.rosters for officer in roster.officers}.values()
    found = [officer for officer in officers if alike(home.name_of(officer)) == alike(name)] or [
        officer for officer in officers if len(name) >= _LEAST_OF_KEY and officer.key.hex().startswith(name.lower())
    ]
    if len(found) != 1:
        raise Mismatch(
            _("no officer is called {name}").format(name=safe(name))
            if not found
            else _("several officers are called {name}").format(name=safe(name)),
            hint=_("custody officer list --home DIR names them, with the beginnings of their keys."),
        )
    return found[0]


_LEAST_OF_KEY = 8

"""Before a secret is read: this process is hardened, and on a main network its door must be shut (docs/adr/0020)."""

from airgap.door import standing
from custody import guard
from custody.catalogue import _
from custody.cli.front import output
from custody.errors import Unfit

NOTICED = {
    "unasked": _("it was not started by its launcher"),
    "launcher": _("it was not started by its launcher"),
    "loader": _("the system's loader was told to load something before it"),
    "environment": _("variables came along that its launcher does not pass on"),
    "network": _("its input or output leads into a network"),
    "mapped": _("it holds code that is neither Python's nor the system's"),
    "open": _("this kernel did not shut its door"),
    "system": _("only Linux has a door that shuts"),
}
"""What `airgap.door` notices -> what is said of this process."""


def harden_for(network: str | None) -> None:
    """Harden this process for a secret of a network, None where that is not known. Raises as `require_door`."""
    require_door(network)
    harden()


def harden() -> None:
    """Make this process safer for a secret, and say what stays a concern."""
    for concern in guard.harden():
        output.warn(concern)


def require_door(network: str | None) -> None:
    """Raise Unfit where the money may be real, and this process could talk or hold somebody else's code."""
    found = standing()
    if network in output.TEST_MONEY or found.is_sound:
        return
    code = next(iter(found.noticed), "open")
    raise Unfit(
        _("this process touches no secret of a main network: {reason}").format(reason=NOTICED[code]),
        hint=_("Run the installed command itself, in a shell of its own: env -i TERM=$TERM HOME=$HOME custody"),
        code="door",
    )

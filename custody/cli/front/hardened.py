"""Before a secret is read: this process is hardened, and on a main network its door must be shut (docs/adr/0020).

There the machine must be fit, too, but for what officers have excepted (docs/spec/machine.md).
"""

import time
from collections.abc import Callable, Collection
from pathlib import Path

import click

from airgap.door.standing import standing
from airgap.errors import AirgapError
from custody import apart, guard
from custody.catalogue import _
from custody.cli.front import output
from custody.cli.front.main import unexpected
from custody.errors import CustodyError, Unfit
from custody.machine.examination import examine
from custody.machine.examination import require_fit as require_fit_machine
from custody.machine.measurement import Machine, Standing

NOTICED = {
    "unasked": _("it was not started by its launcher"),
    "launcher": _("it was not started by its launcher"),
    "late": _("a word of its line is one that asks for a page of help, so its door shut late"),
    "loader": _("the system's loader was told to load something before it"),
    "environment": _("variables came along that its launcher does not pass on"),
    "network": _("its input or output leads into a network"),
    "mapped": _("it holds code that is neither Python's nor the system's"),
    "open": _("this kernel did not shut its door"),
    "files": _("this kernel can close files off, and did not"),
    "system": _("only Linux has a door that shuts"),
}
"""What `airgap.door` notices -> what is said of this process."""


REMEDIES = {
    "late": _("Write such a value behind an equals sign: --message=-h"),
    "loader": _(
        "Clear what the loader was told, and run it again: "
        "unset LD_PRELOAD LD_AUDIT LD_LIBRARY_PATH GLIBC_TUNABLES GCONV_PATH LOCPATH"
    ),
    "network": _("Run it on a terminal of this machine, or with pipes and files."),
    "mapped": _("Find out whose code that is before you go on: custody doctor, /etc/ld.so.preload, the environment."),
    "open": _("Use a Linux on x86-64 or arm64 whose kernel has seccomp."),
    "files": _("Run it on a plain terminal, in no sandbox that closes files off itself."),
    "system": _("Use a Linux machine for secrets of a main network; a test network goes on here."),
}
"""What helps against it, where that is not to start the installed command."""


def harden_for(network: str | None) -> None:
    """Harden this process for a secret of a network, None where that is not known.

    Raises as `require_door` and `require_fit`.
    """
    require_door(network)
    require_fit(network)
    harden()


def harden() -> None:
    """Make this process safer for a secret, and say what stays a concern."""
    for concern in guard.harden():
        output.warn(concern)


def require_fit(network: str | None, excepted: Collection[tuple[str, str]] | None = None) -> None:
    """Raise Unfit where the money is real and something makes keys unsafe on this machine that was not excepted.

    `excepted` are findings, each with its subject; None where there is no treasury. Where no network is known, it
    is said. On test networks a machine may be what it is.
    """
    if network in output.TEST_MONEY:
        return
    machine = measured_machine()
    if network is not None:
        require_fit_machine(machine, excepted)
    elif not machine.is_fit:
        unfit = ", ".join(each.id for each in machine.standing(Standing.UNFIT))
        output.warn(_("this machine is not fit for secrets ({findings}): custody doctor").format(findings=unfit))


def done_apart(work: Callable[[], bytes]) -> bytes:
    """Do work with a secret in a copy of this process, which ends with it. Raises as the work."""
    output.flush()
    return apart.run(work, _in_our_words, _end_of_command)


def _end_of_command() -> None:
    """Do at the end of the copy what the end of the command does: what was typed and not read is forgotten."""
    context = click.get_current_context(silent=True)
    if context is not None:
        context.close()


def _in_our_words(failure: Exception) -> CustodyError:
    """Return what is said of an error that is none of custody's: of a picture that could not be read, or of a bug."""
    if not isinstance(failure, AirgapError):
        return unexpected(failure)
    return apart.BY_CODE[failure.exit_code](failure.message, hint=failure.hint, code=failure.code)


def measured_machine() -> Machine:
    """Measure this machine, as `custody doctor` does."""
    return examine(Path("/"), int(time.time()), guard.onlookers())


def require_door(network: str | None) -> None:
    """Raise Unfit where the money may be real, and this process could talk or hold somebody else's code."""
    found = standing()
    if network in output.TEST_MONEY or found.is_sound:
        return
    code = next(iter(found.noticed), "open")
    raise Unfit(
        _("this process touches no secret of a main network: {reason}").format(reason=NOTICED[code]),
        hint=REMEDIES.get(code, _("Run the command as it was installed: custody (docs/install.md).")),
        code="door",
    )

"""A check of the self-test: what is looked at, where its answer is published, and how it turned out."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from airgap.errors import AirgapError
from custody.catalogue import _
from custody.errors import CustodyError


class Standing(StrEnum):
    """How a check turned out. Only `FAILED` keeps people from going on; `UNKNOWN` is for a person to find out."""

    OK = "ok"
    FAILED = "failed"
    UNKNOWN = "unknown"


class Wrong(Exception):
    """What a check found, as a sentence without a value of anybody's."""


class NotTold(Exception):
    """Why a check found nothing out, as a sentence; and what to do."""

    def __init__(self, seen: str, remedy: str) -> None:
        super().__init__(seen)
        self.seen = seen
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Check:
    """One thing to look at. `run` returns what it saw, or raises Wrong or NotTold. `origin`: whose answer it is."""

    id: str
    name: str
    origin: str
    run: Callable[[], str | None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a check turned out. `id` is stable; the texts are for people. `remedy` is empty where all is well."""

    id: str
    standing: Standing
    name: str
    seen: str
    remedy: str = ""

    def to_json(self) -> dict[str, str]:
        """Return it as scripts read it."""
        return {
            "id": self.id,
            "standing": self.standing.value,
            "name": self.name,
            "seen": self.seen,
            "remedy": self.remedy,
        }


def outcome_of(check: Check) -> Outcome:
    """Run a check. Whatever it raises is a failed check: a primitive that breaks is no bug of the one who asks."""
    try:
        seen = check.run()
    except NotTold as reason:
        return Outcome(check.id, Standing.UNKNOWN, check.name, reason.seen, reason.remedy)
    except Wrong as reason:
        return _failed(check, str(reason))
    except Exception as failure:  # noqa: BLE001  a broken primitive may raise anything, and is told by its kind alone
        return _failed(check, _("it raised {kind}").format(kind=type(failure).__name__))
    return Outcome(check.id, Standing.OK, check.name, check.origin if seen is None else seen)


def require(holds: bool, what: str) -> None:
    """Raise Wrong with a sentence unless something holds."""
    if not holds:
        raise Wrong(what)


def require_equal(found: object, wanted: object) -> None:
    """Raise Wrong unless the answer is the published one."""
    require(found == wanted, _("the answer is not the published one"))


def require_refused(call: Callable[[], object]) -> None:
    """Raise Wrong unless a call refuses what is wrong on purpose: a check that takes everything shows nothing."""
    try:
        refused = call() is False
    except (CustodyError, AirgapError, ValueError):
        return
    require(refused, _("something wrong was taken for right"))


def _failed(check: Check, seen: str) -> Outcome:
    return Outcome(check.id, Standing.FAILED, check.name, seen, _BROKEN)


_BROKEN = _(
    "make no key and sign nothing here; verify the bundle on another machine and lay it again; if it fails again, "
    "take another machine"
)

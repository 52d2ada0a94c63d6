"""`custody selftest`: whether the files are those that were signed, and whether they compute what they must.

docs/spec/selftest.md has every ID, the JSON, and what a self-test cannot say of itself.
"""

import sys
from collections.abc import Iterable, Iterator

import custody
from custody.catalogue import _
from custody.cli.front.layout import folded
from custody.cli.front.loading import loaded
from custody.cli.machine import installed
from custody.cli.people.shown import show
from custody.cli.people.working import working
from custody.errors import Alarm, CustodyError, Unfit
from custody.release.laid import Difference
from custody.selftest.check import Outcome, Standing


def selftest(as_json: bool) -> int:
    """Check everything, and print how each turned out. Raises Alarm or Unfit, once all of it is said."""
    outcomes, differences = _checked()
    failure = failure_of(outcomes)
    show(_public(outcomes, differences), lines(outcomes), as_json=as_json)
    if failure is None:
        return 0
    if as_json:
        return failure.exit_code
    raise failure


def require_sound() -> None:
    """Check everything before a ceremony. Raises Alarm or Unfit where a check failed."""
    outcomes, _differences = _checked()
    failure = failure_of(outcomes)
    if failure is not None:
        raise failure


def _checked() -> tuple[tuple[Outcome, ...], tuple[Difference, ...]]:
    with working(_("the files that are laid are read")):
        of_files, differences = installed.files(sys.prefix)
    of_paths = installed.paths(sys.prefix, sys.path, custody.__file__)
    with working(_("the answers are computed")):
        return (of_files, of_paths, *of_answers()), tuple(differences)


def of_answers() -> tuple[Outcome, ...]:
    """Return how the answers turned out; one failed outcome in the place of all where what computes them is broken."""
    try:
        found: tuple[Outcome, ...] = loaded("machine.answers:outcomes")()
    except Exception as failure:  # noqa: BLE001  a changed module may raise anything, and the files are still to be told
        seen = _("they cannot be computed ({kind})").format(kind=type(failure).__name__)
        remedy = _("make no key and sign nothing here; verify the bundle on another machine and lay it again")
        return (Outcome("SELFTEST-ANSWERS", Standing.FAILED, _("the answers"), seen, remedy),)
    return found


def failure_of(outcomes: Iterable[Outcome]) -> CustodyError | None:
    """Return the error of what failed: Alarm where files were changed, Unfit where something computes wrongly."""
    failed = [each for each in outcomes if each.standing is Standing.FAILED]
    if not failed:
        return None
    names = ", ".join(each.id for each in failed)
    if any(each.id in (installed.FILES, installed.PATHS) for each in failed):
        return Alarm(
            _("what is laid here is not what was signed: {names}").format(names=names),
            hint=_("Make no key and sign nothing here. Keep this disk, and verify the bundle on another machine."),
            code="selftest-files",
        )
    return Unfit(
        _("the self-test failed: {names}").format(names=names),
        hint=_("Make no key and sign nothing here. Lay the bundle again; if it fails again, take another machine."),
        code="selftest",
    )


def lines(outcomes: Iterable[Outcome]) -> Iterator[str]:
    """Yield what a person reads: a line for each check, what to do where it is not ok, and how many are ok."""
    shown = list(outcomes)
    for each in shown:
        yield from folded(_LINES[each.standing].format(name=each.name, seen=each.seen), "")
        if each.standing is not Standing.OK:
            yield from folded(f"{each.id}: {each.remedy}", "       ")
    yield ""
    count = sum(each.standing is Standing.OK for each in shown)
    yield _("{count} of {all} checks are ok. A copy that somebody changed can say the same of itself:").format(
        count=count, all=len(shown)
    )
    yield _("verify the bundle by a verify.sh from another medium, on another machine, too.")


_LINES = {
    Standing.OK: _("ok       {name}: {seen}"),
    Standing.FAILED: _("FAILED   {name}: {seen}"),
    Standing.UNKNOWN: _("unknown  {name}: {seen}"),
}


def _public(outcomes: Iterable[Outcome], differences: Iterable[Difference]) -> dict[str, object]:
    checks = [each.to_json() for each in outcomes]
    return {
        "ok": not any(each["standing"] == Standing.FAILED for each in checks),
        "checks": checks,
        "files": [{"path": each.path, "wrong": each.wrong.value} for each in differences],
        "version": custody.__version__,
    }

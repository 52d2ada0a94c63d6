"""What every room's tests share: the published vectors' folder, and skips that CI does not forgive.

CUSTODY_REQUIRE names, by commas, what a run has and therefore must use: "vectors", "node", "referees", "peers",
"chromium", "packages". A test that asks for one of them and skips, for whatever reason, fails there; and a run in which
no such test passed fails too.
"""

import gc
import os
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests import slow
from tests.support import identity

identity.hold()

settings.register_profile("unhurried", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")

ROOT = Path(__file__).parent.parent
VECTORS = Path(os.environ.get("CUSTODY_VECTORS", ROOT.parent / "shared" / "vectors"))
REQUIRED = frozenset(filter(None, os.environ.get("CUSTODY_REQUIRE", "").split(",")))
MARKED = {"node": "node", "referees": "referee", "peers": "peer", "chromium": "browser", "packages": "packages"}
"""What CUSTODY_REQUIRE names -> the marker of the tests that need it."""


def needed(what: str, reason: str) -> None:
    """Skip, saying why; or fail where the run demands it."""
    if what in REQUIRED:
        pytest.fail(f"{what} demanded but absent: {reason}")
    pytest.skip(reason)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest files, and leave all else in its order."""
    items.sort(key=lambda item: slow.rank(item.nodeid.removeprefix("tests/")))


@pytest.hookimpl(hookwrapper=True)
def pytest_collection() -> Generator[None, None, None]:
    """Collect without looking for garbage: nearly all that is made stays."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def pytest_collection_finish() -> None:
    """Leave the tests themselves out of what is searched for garbage, and of what each copy of this process touches."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def vectors() -> Path:
    """The folder of published test vectors."""
    if not VECTORS.is_dir():
        needed("vectors", f"no folder of published vectors at {VECTORS}; CUSTODY_VECTORS names one")
    return VECTORS


def demanded(item_markers: set[str], required: frozenset[str]) -> set[str]:
    """Say which demanded things a test with these markers stands for."""
    return {what for what, marker in MARKED.items() if what in required and marker in item_markers}


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.CallInfo[None], None]:
    """Turn the skip of a demanded test into a failure."""
    outcome = yield
    report = outcome.get_result()
    whats = demanded({marker.name for marker in item.iter_markers()}, REQUIRED)
    if report.skipped and whats:
        report.outcome = "failed"
        report.longrepr = f"{', '.join(sorted(whats))} demanded, but this test skipped: {report.longrepr}"


_passed: set[str] = set()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Remember which demanded things were really asked. Runs where the reports arrive, so with xdist too."""
    if report.when == "call" and report.passed:
        _passed.update(demanded(set(report.keywords), REQUIRED))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run that demanded a judge and never asked it."""
    if hasattr(session.config, "workerinput"):
        return
    missing = (REQUIRED & MARKED.keys()) - _passed
    if missing and session.exitstatus == pytest.ExitCode.OK:
        names = ", ".join(sorted(missing))
        session.config.get_terminal_writer().line(f"\nerror: no test of what was demanded passed: {names}", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


# --- the quick tests: what is not among them is in one table, and is said


def _is_quick(config: pytest.Config) -> bool:
    return bool(config.option.markexpr == slow.QUICK)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave slow files and folders unread where only quick tests are asked for."""
    return True if _is_quick(config) and slow.is_left_out(collection_path) else None


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark what the table says is slow."""
    if slow.is_slow(item.nodeid.removeprefix("tests/")):
        item.add_marker("slow")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say at the end of the quick tests what was not run, and how it is."""
    if not _is_quick(config):
        return
    terminalreporter.section("not run, as these are the quick tests (tests/slow.py); `make test` runs all")
    for reason, places in slow.SLOW.items():
        terminalreporter.line(f"{reason}:")
        for place in places:
            terminalreporter.line(f"    tests/{place}")

"""Random work on a home directory, killed and failing at random, against a dictionary that does the same.

HUNT_HOMES says how many homes, of at most 25 changes each, are worked on; 500 of them are the long run.
"""

import os
import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from custody.store import folder
from tests.faults.fault import FAULTS, Fault
from tests.faults.inside import Inside

FILES = ("beside.jsonl", "names.json", f"kept/{'a' * 64}", "vaults/main.00000001.vault", f"officers/{'0' * 16}.officer")
JOURNAL = "journal.jsonl"

names = st.sampled_from(FILES)
contents = st.binary(max_size=300)
troubles = st.none() | st.tuples(st.sampled_from(FAULTS), st.integers(0, 14))
Trouble = tuple[Fault, int] | None


class Home(RuleBasedStateMachine):
    """A home and its model. After trouble the home is in the old state or the new one, and the model follows it."""

    @initialize()
    def make(self) -> None:
        self.scratch = Path(tempfile.mkdtemp())
        self.root = self.scratch / "home"
        self.model: dict[str, bytes] = {}
        with folder.create(self.root):
            pass

    @rule(name=names, data=contents, trouble=troubles)
    def write(self, name: str, data: bytes, trouble: Trouble) -> None:
        self.do(lambda home: home.write(name, data), [self.model | {name: data}], trouble)

    @rule(name=names, data=contents, trouble=troubles)
    def write_new(self, name: str, data: bytes, trouble: Trouble) -> None:
        new = [] if name in self.model else [self.model | {name: data}]
        self.do(lambda home: home.write_new(name, data), new, trouble)

    @rule(data=contents.filter(len), trouble=troubles)
    def append(self, data: bytes, trouble: Trouble) -> None:
        journal = self.model.get(JOURNAL, b"")
        self.do(
            lambda home: home.append(JOURNAL, data, len(journal)), [self.model | {JOURNAL: journal + data}], trouble
        )

    @rule(data=contents)
    def append_elsewhere(self, data: bytes) -> None:
        journal = self.model.get(JOURNAL, b"")
        self.do(lambda home: home.append(JOURNAL, data, len(journal) + 1), [], None)

    @rule(part=st.floats(0, 1), trouble=troubles)
    def truncate(self, part: float, trouble: Trouble) -> None:
        journal = self.model.get(JOURNAL)
        size = int(len(journal or b"") * part)
        new = [] if journal is None else [self.model | {JOURNAL: journal[:size]}]
        self.do(lambda home: home.truncate(JOURNAL, size), new, trouble)

    @rule(gone=st.lists(names, max_size=3), trouble=troubles)
    def remove(self, gone: list[str], trouble: Trouble) -> None:
        states = [
            {name: data for name, data in self.model.items() if name not in gone[:n]} for n in range(len(gone) + 1)
        ]
        self.do(lambda home: home.remove(gone), states, trouble)

    def do(self, work: object, new: list[dict[str, bytes]], trouble: Trouble) -> None:
        """Work, in a process that may be killed. `new`: the states on the way, success last; none: refused."""

        def action(root: Path) -> None:
            with folder.writing(root, patience=0) as home:
                work(home)  # type: ignore[operator]

        fault, at = trouble or (None, -1)
        outcome = Inside(action).attempt(self.root, fault, at)
        assert outcome.killed or outcome.error in ("", "StorageFailed")
        if outcome.code == 0:
            self.model = new[-1]
        elif trouble is None:
            assert not new, outcome
        else:
            found = self.found()
            torn = found.get(JOURNAL, b"")
            if found not in (self.model, *new) and new:  # a torn line; the next writer mends it
                assert new[-1].get(JOURNAL, b"").startswith(torn)
                assert torn.startswith(self.model.get(JOURNAL, b""))
                with folder.writing(self.root, patience=0) as home:
                    home.truncate(JOURNAL, len(self.model[JOURNAL]))
                found = self.found()
            assert found in (self.model, *new)
            self.model = found

    def found(self) -> dict[str, bytes]:
        """Read everything, as the next command does."""
        with folder.writing(self.root, patience=0) as home:
            names_there = [name for where in ("", "kept", "vaults", "officers") for name in home.names(where)]
            return {name: home.read(name, 10**6) for name in names_there}

    @invariant()
    def the_home_is_the_model(self) -> None:
        if not hasattr(self, "model"):
            return
        with folder.reading(self.root, patience=0) as home:
            assert set(home.names()) == {name for name in self.model if "/" not in name}
            for name, data in self.model.items():
                assert home.read(name, 10**6) == data

    def teardown(self) -> None:
        if not hasattr(self, "root"):
            return
        with folder.writing(self.root, patience=0):
            left = {str(path.relative_to(self.root)) for path in self.root.rglob("*") if not path.is_dir()}
        assert left == set(self.model)
        shutil.rmtree(self.scratch)


TestHome = Home.TestCase
TestHome.settings = settings(
    max_examples=int(os.environ.get("HUNT_HOMES", "12")),
    derandomize="HUNT_HOMES" not in os.environ,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)

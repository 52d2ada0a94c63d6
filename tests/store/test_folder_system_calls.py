"""A home directory in a process of its own, under strace: real system calls, killed and interrupted at each."""

import sys
from pathlib import Path

from custody.store import folder
from tests.conftest import needed
from tests.faults.fault import EINTR, KILLED_BEFORE, Outcome
from tests.faults.points import every_point
from tests.faults.program import Program
from tests.faults.traced import STRACE, Traced

VAULT = "vaults/main.00000001.vault"
SOURCE = f"""
import sys
from custody.errors import CustodyError
from custody.store import folder
try:
    with folder.writing(sys.argv[1]) as home:
        home.write({VAULT!r}, b"vault")
        home.append("journal.jsonl", b"two\\n", 4)
except CustodyError as failure:
    print(failure.message, file=sys.stderr)
    sys.exit(failure.exit_code)
"""


def test_at_every_system_call_the_state_is_the_old_or_the_new_one(tmp_path: Path) -> None:
    if STRACE is None:
        needed("strace", "there is no strace on this machine")
    (tmp_path / "program.py").write_text(SOURCE)
    with folder.create(tmp_path / "prepared") as made:
        made.write_new("journal.jsonl", b"one\n")

    def judge(root: Path, outcome: Outcome) -> None:
        assert outcome.killed or outcome.code in (0, 8), outcome.said
        with folder.writing(root, patience=0) as home:
            journal = home.read("journal.jsonl", 100)
            assert journal in (b"one\n", b"one\ntwo\n")
            assert journal == b"one\n" or home.read(VAULT, 100) == b"vault"
            assert outcome.code != 0 or journal == b"one\ntwo\n"
        assert not [path for path in root.rglob("*") if path.name.startswith(".")]

    program = Program([sys.executable, str(tmp_path / "program.py"), "{folder}"])
    tried = every_point(Traced(program), tmp_path / "prepared", judge, tmp_path / "scratch", [KILLED_BEFORE, EINTR])
    names = [call.name for call in tried.calls]
    assert names[0] == "flock"
    assert {"mkdirat", "mkdir"} & set(names)
    assert names[-3:] == ["pwrite64", "fsync", "fsync"]
    assert tried.points == 2 * len(names) > 20

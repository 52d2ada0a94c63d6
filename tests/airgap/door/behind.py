"""A Python of its own behind the door, that tells what it can still do."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from airgap.door.shutting import LAUNCH

TELL = "import json; from airgap.door.standing import standing; found = standing(); "
STANDING = TELL + "print(json.dumps([found.is_shut, *found.noticed]))"
CLEAN = {"PATH": "/usr/bin:/bin", "TERM": "xterm"}


def behind(
    line: str,
    *words: str,
    launch: str = LAUNCH,
    options: Sequence[str] = ("-I",),
    environment: Mapping[str, str] = CLEAN,
    **settings: Any,
) -> Any:
    """What a line of Python prints as JSON, after the launcher's beginning."""
    code = f"{launch}{line}" if "\n" not in line else f"{launch}\n{line}"
    done = subprocess.run(
        [sys.executable, *options, "-c", code, *words],
        env=dict(environment),
        check=True,
        stdout=settings.pop("stdout", subprocess.PIPE),
        stdin=settings.pop("stdin", subprocess.DEVNULL),
        **settings,
    )
    return json.loads(done.stdout) if done.stdout else None


def in_ones_own(environment: Mapping[str, str]) -> dict[str, str]:
    """The tests' environment without what belongs to it, with something more."""
    return {**CLEAN, "HOME": os.environ.get("HOME", "/"), **environment}

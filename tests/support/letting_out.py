"""Runs a command that lets a secret out, and returns what came down the pipe beside its answer."""

import os
from typing import Any

from tests.support.officers import Answer, custody


def letting_out(*arguments: str, **given: Any) -> tuple[Answer, str]:
    """Run a command with a pipe for what leaves."""
    reader, writer = os.pipe()
    try:
        answer = custody(*arguments, "--secret-out-fd", str(writer), **given)
    finally:
        os.close(writer)
    with os.fdopen(reader, encoding="utf-8") as out:
        return answer, out.read()

"""`Target`: a reader of inputs from outside, honest inputs of it, and how what it reads is written again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from airgap.errors import AirgapError
from custody.errors import CustodyError

Input = bytes | str


@dataclass(frozen=True)
class Target:
    """What `read` takes is an input or an error of ours, of exit code 2 to 9.

    `write` writes again what was read: the same where it is `exact`, and else something that reads the same.
    """

    name: str
    read: Callable[[Any], Any]
    seeds: Sequence[Input]
    write: Callable[[Any], Input] | None = None
    exact: bool = False

    def judge(self, content: Input) -> tuple[bool, str]:
        """Say whether an input is read, and what is wrong with the answer; nothing where all is well."""
        try:
            value = self.read(content)
        except (CustodyError, AirgapError) as refusal:
            return False, "" if 2 <= refusal.exit_code <= 9 else f"exit {refusal.exit_code}"
        except Exception as fault:  # noqa: BLE001  whatever it is, it is what we hunt
            return False, _named(fault)
        if self.write is None or value is None:
            return True, ""
        try:
            written = self.write(value)
            again = self.write(self.read(written))
        except Exception as fault:  # noqa: BLE001  likewise
            return True, f"not read again: {_named(fault)}"
        if again != written:
            return True, "read again it is another"
        return True, "not the identity" if self.exact and written != content else ""


def _named(fault: Exception) -> str:
    return f"{type(fault).__name__} {str(fault)[:100]!r}"

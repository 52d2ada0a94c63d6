"""The errors of the toolkit: each class is one exit code of the command line.

An error is one sentence that names the thing, the reason and the next step. `hint` carries lines that help.
Neither ever holds a secret: not a word of a phrase or a share, not a passphrase, not a key.
"""

from typing import Self


class CustodyError(Exception):
    """Root of every error that is an answer to a person. `code` is stable and meant for scripts."""

    exit_code = 1
    code = "internal"

    def __init__(self, message: str, *, hint: str = "", code: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        if code:
            self.code = code

    def with_hint(self, hint: str) -> Self:
        """Say another hint, and return the error."""
        self.hint = hint
        return self


class Usage(CustodyError):
    """The command line is wrong."""

    exit_code = 2
    code = "usage"


class Refused(CustodyError):
    """Review, policy or quorum says no."""

    exit_code = 3
    code = "refused"


class Unreadable(CustodyError):
    """Malformed, truncated, over a limit, or foreign input."""

    exit_code = 4
    code = "unreadable"


class Mismatch(CustodyError):
    """Wrong passphrase, share, key, wallet, network or fingerprint; a damaged vault."""

    exit_code = 5
    code = "mismatch"


class Declined(CustodyError):
    """The operator said no."""

    exit_code = 6
    code = "declined"


class Unfit(CustodyError):
    """The machine is not fit for secrets: it is connected, say, its randomness is sick, or its memory too small."""

    exit_code = 7
    code = "unfit"


class StorageFailed(CustodyError):
    """Disk full, read-only or failing, a file that is there already, or locked by another process."""

    exit_code = 8
    code = "storage"


class Alarm(CustodyError):
    """Evidence of tampering. Stop, keep the evidence, do not retry."""

    exit_code = 9
    code = "alarm"

"""The window's errors: each class is one exit code of `airgap`.

An error is one sentence that names the thing, the reason and the next step. `hint` carries lines that help.
"""


class AirgapError(Exception):
    """Root of every error that is an answer to a person. `code` is stable and meant for scripts."""

    exit_code = 1
    code = "internal"

    def __init__(self, message: str, *, hint: str = "", code: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        if code:
            self.code = code


class Usage(AirgapError):
    """The command line is wrong."""

    exit_code = 2
    code = "usage"


class Unreadable(AirgapError):
    """Malformed, truncated, over a limit, or foreign input."""

    exit_code = 4
    code = "unreadable"


class Mismatch(AirgapError):
    """What arrived contradicts itself: two messages where one was meant."""

    exit_code = 5
    code = "mismatch"


class Declined(AirgapError):
    """The operator said no."""

    exit_code = 6
    code = "declined"


class StorageFailed(AirgapError):
    """Disk full, read-only, or locked by another process."""

    exit_code = 8
    code = "storage"

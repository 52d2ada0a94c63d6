"""Holds the whole suite to one property: what `Psbt.parse` accepts, `serialize` writes again byte for byte."""

from collections.abc import Callable
from functools import wraps

from custody.chains.bitcoin.psbt import Psbt


class NotIdentical(BaseException):
    """What was accepted did not come back. No handler of ours or of a test may take it for an answer."""


def hold() -> None:
    """Check every PSBT that is parsed from now on in this process. Calling it again changes nothing."""
    if not is_held():
        Psbt.parse = classmethod(_checked(Psbt.parse.__func__))  # type: ignore[method-assign, attr-defined]


def is_held() -> bool:
    """Say whether PSBTs are checked."""
    return hasattr(Psbt.parse, "checked")


def _checked(parse: Callable[[type[Psbt], bytes], Psbt]) -> Callable[[type[Psbt], bytes], Psbt]:
    @wraps(parse)
    def parse_and_compare(cls: type[Psbt], data: bytes) -> Psbt:
        psbt = parse(cls, data)
        if psbt.serialize() != data:
            raise NotIdentical(f"{len(data)} bytes were accepted and others written")
        return psbt

    parse_and_compare.checked = True  # type: ignore[attr-defined]
    return parse_and_compare

"""What whoever started us left open: closed, but for the three streams and what the command line names."""

import os
import re
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress

STREAMS = (0, 1, 2)

_OPEN = "/proc/self/fd"
_UNIX = "/proc/self/net/unix"
_OPTION = re.compile(r"--[a-z-]*-fd")
_NUMBER = re.compile(r"[0-9]{1,4}")
"""As `--secret-fd` takes it."""
_PATH = re.compile(r"(?<![^/=])fd/+([0-9]{1,9})(?![0-9])")


def named(words: Iterable[str]) -> frozenset[int]:
    """Return the numbers that a command line means: `--secret-fd 5`, `--secret-fd=5`, and paths: `/dev/fd/63`.

    Any other number is an index, a count or a height, and keeps nothing open.
    """
    return frozenset(_numbers(words))


def _numbers(words: Iterable[str]) -> Iterator[int]:
    before = ""
    for word in words:
        option, _equals, value = word.partition("=")
        for name, said in ((before, word), (option, value)):
            if _OPTION.fullmatch(name) and _NUMBER.fullmatch(said):
                yield int(said)
        yield from (int(found[1]) for found in _PATH.finditer(word))
        before = word


def close_others(kept: Iterable[int]) -> tuple[int, ...]:
    """Close every descriptor but the streams and `kept`, and those that lead into a network. Return what leads there.

    A stream that leads into a network stays open and is told. A local socket may be kept: a script hands a secret over
    by one. Raises OSError where the system does not tell what is open.
    """
    spared = frozenset((*STREAMS, *kept))
    for number in _opened():
        if number not in spared or (number not in STREAMS and _leads_into_a_network(number)):
            with suppress(OSError):
                os.close(number)
    return tuple(number for number in STREAMS if _leads_into_a_network(number))


def _opened() -> list[int]:
    """The numbers that are open; the one by which this was read is closed again."""
    return sorted(int(name) for name in os.listdir(_OPEN))  # noqa: PTH208  by descriptor


def _leads_into_a_network(number: int) -> bool:
    """Say whether a descriptor is a socket, and none of the local ones that the system lists."""
    try:
        found = os.fstat(number)
    except OSError:
        return False
    return stat.S_ISSOCK(found.st_mode) and str(found.st_ino) not in _local_sockets()


def _local_sockets() -> Iterator[str]:
    with open(_UNIX, encoding="ascii", errors="replace") as table:  # noqa: PTH123  pathlib costs every start
        yield from (fields[6] for line in table if len(fields := line.split()) > 6)

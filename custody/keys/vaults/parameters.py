"""Argon2id's parameters (RFC 9106), refused below a network's floor or above a ceiling that no file can move.

The floor keeps a changed file from asking for a cheap derivation, the ceiling from asking for an endless one; both are
looked at before any work.
"""

from dataclasses import dataclass
from enum import IntEnum
from types import MappingProxyType
from typing import Self

from custody.catalogue import _
from custody.errors import Unreadable

MIB = 1024
"""KiB; Argon2id counts memory in them."""

_RATE = 1.5 * 1024 * MIB
"""KiB of memory that an ordinary laptop of 2025 passes over in a second; tests/keys/vaults/test_sealed.py has ours."""


class Network(IntEnum):
    """Whether money is at stake. A test network's files may be quick, and never open as a main network's."""

    MAIN = 0
    TEST = 1

    @classmethod
    def read(cls, number: int) -> Self:
        """Return the network of a file's byte. Raises Unreadable."""
        try:
            return cls(number)
        except ValueError:
            raise Unreadable(_("the file is for a network that this release does not know")) from None


@dataclass(frozen=True, slots=True)
class Parameters:
    """Argon2id's memory in KiB, passes over it, and lanes (RFC 9106)."""

    memory: int
    passes: int
    lanes: int

    def check(self, network: Network) -> None:
        """Refuse what is below the network's floor or above the ceiling. Raises Unreadable."""
        floor = FLOORS[network]
        if self.memory < floor.memory or self.passes < floor.passes or self.lanes < floor.lanes:
            raise Unreadable(
                _("the passphrase is guarded by less work than this network's floor of {memory} KiB, {passes}").format(
                    memory=floor.memory, passes=_passes(floor.passes)
                ),
                hint=_("No release of ours made this. Keep the file, and ask who changed it."),
            )
        over = self.memory > CEILING.memory or self.passes > CEILING.passes or self.lanes > CEILING.lanes
        if over or self.memory < 8 * self.lanes:
            raise Unreadable(
                _("the file asks for more work than is ever done for a passphrase, or for work that cannot be done"),
                hint=_("No release of ours made this. Keep the file, and ask who changed it."),
            )

    @property
    def seconds(self) -> float:
        """What a derivation takes on an ordinary laptop, at most: one lane at a time."""
        return self.memory * self.passes / _RATE


def _passes(count: int) -> str:
    return _("{count} passes").format(count=count) if count > 1 else _("1 pass")


FLOORS = MappingProxyType({Network.MAIN: Parameters(256 * MIB, 3, 1), Network.TEST: Parameters(64, 1, 1)})
CEILING = Parameters(2048 * MIB, 16, 16)
"""About half a minute, on one lane."""

STANDARD = MappingProxyType({Network.MAIN: Parameters(512 * MIB, 3, 4), Network.TEST: Parameters(8 * MIB, 1, 1)})
"""What is made, unless somebody asks for more: twice the floor, about a second."""

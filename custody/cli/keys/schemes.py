"""The options that say into how many cards a secret is cut. It knows SLIP-39's numbers, not its arithmetic."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import click

from custody.catalogue import _
from custody.cli.front.numbers import NumberType, PairType
from custody.errors import Usage
from custody.keys.cards.shares import Scheme

_MOST = 16
_EXPONENT = 10
_Function = TypeVar("_Function", bound=Callable[..., Any])

_OPTIONS = (
    click.option("--threshold", type=NumberType(1, _MOST), metavar="M", help=_("So many cards open the secret.")),
    click.option("--shares", type=NumberType(1, _MOST), metavar="N", help=_("So many cards are made.")),
    click.option(
        "--group",
        "groups",
        multiple=True,
        type=PairType("/", "2/3", _MOST),
        metavar="M/N",
        help=_("A group in which M of N cards are a quorum; say it once for each group."),
    ),
    click.option(
        "--group-threshold", type=NumberType(1, _MOST), metavar="G", help=_("So many groups open the secret.")
    ),
    click.option(
        "--iteration-exponent",
        type=NumberType(0, _EXPONENT),
        metavar="E",
        default=1,
        show_default=True,
        help=_("How slow a passphrase is to guess: 10000 * 2^E rounds. Hardware wallets want 0 to 2."),
    ),
)


@dataclass(frozen=True, slots=True)
class SchemeOptions:
    """What was said about cards, before it is known to make sense."""

    threshold: int | None
    shares: int | None
    groups: tuple[tuple[int, int], ...]
    group_threshold: int | None
    iteration_exponent: int

    def scheme(self) -> Scheme | None:
        """Return the scheme, or None where nothing was said. Raises Usage for halves and for contradictions."""
        if self.groups:
            return self._of_groups()
        if self.threshold is None and self.shares is None and self.group_threshold is None:
            return None
        if self.threshold is None or self.shares is None or self.group_threshold not in (None, 1):
            raise Usage(
                _("a number of cards needs both --threshold and --shares, or one --group for each group"),
                hint=_("For three of five: --threshold 3 --shares 5"),
            )
        return Scheme.single(self.threshold, self.shares)

    def _of_groups(self) -> Scheme:
        if self.threshold is not None or self.shares is not None:
            raise Usage(_("--group says M/N itself, so --threshold and --shares do not go with it"))
        if self.group_threshold is None and len(self.groups) > 1:
            raise Usage(
                _("--group-threshold must say how many of the {count} groups are needed").format(count=len(self.groups))
            )
        return Scheme(self.group_threshold or 1, self.groups)


def scheme_options(command: _Function) -> _Function:
    """Give a command `--threshold --shares --group --group-threshold --iteration-exponent`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command

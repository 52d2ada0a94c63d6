"""The options that several commands share, with their checks: how to frame, where to write, --json and --quiet."""

import re
from collections.abc import Callable
from typing import Any, TypeVar

import click

from airgap.catalogue import _
from airgap.cli import named
from airgap.cli.series import FRAGMENT_LIMIT, FRAMES_LIMIT, SMALLEST_FRAGMENT
from airgap.errors import Usage
from airgap.nearest import no_such_value
from airgap.presets import PRESETS, Preset

Decorated = TypeVar("Decorated", bound=Callable[..., Any])

_LAST_CAMERA = 63
FRAMINGS = ("ur", "bbqr")
_PLAIN = re.compile(r"0|[1-9][0-9]{0,9}", re.ASCII)
_UR_TYPE = re.compile(r"[a-z0-9-]{1,200}", re.ASCII)


class Number(click.types.IntParamType):
    """Plain decimal digits, to a number from `least` to `most`.

    `int()` also takes signs, spaces, underscores and digits of other scripts, which nobody meant to type.
    """

    def __init__(self, least: int, most: int) -> None:
        self.least = least
        self.most = most

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number, or fail as click does."""
        if isinstance(value, int):
            return value
        if not _PLAIN.fullmatch(value) or not self.least <= int(value) <= self.most:
            text = _("a plain number from {least} to {most} is wanted").format(least=self.least, most=self.most)
            self.fail(text, param, ctx)
        return int(value)


class Camera(Number):
    """A camera by its number."""

    def __init__(self) -> None:
        super().__init__(0, _LAST_CAMERA)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number, and remember that a camera is wanted."""
        named.remember_camera(ctx)
        return super().convert(value, param, ctx)


class NameType(click.Choice[str]):
    """One of a few names."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:  # noqa: ARG002
        """Return the name. Raises Usage with the nearest one."""
        if value in self.choices:
            return str(value)
        option = param.opts[0] if param is not None else _("this option")
        raise no_such_value(str(value), option, self.choices)


def _ur_type(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    if value is not None and not _UR_TYPE.fullmatch(value):
        raise click.BadParameter(_("a UR type is made of a-z, 0-9 and -"))
    return value


def framed(command: Decorated) -> Decorated:
    """Add the options that say how a message becomes frames: --type, --framing, --fragment, --frames."""
    for option in (
        click.option(
            "--frames",
            type=Number(1, FRAMES_LIMIT),
            metavar="N",
            help=_("How many frames. A UR stream is endless; by default it is each part once and half as many mixed."),
        ),
        click.option(
            "--fragment",
            type=Number(SMALLEST_FRAGMENT, FRAGMENT_LIMIT),
            metavar="BYTES",
            help=_(
                "Payload bytes in a frame, at most. [default: 200, or what the receiver reads and the window shows]"
            ),
        ),
        click.option(
            "--framing", type=NameType(FRAMINGS), help=_("How to frame. [default: ur, or what the receiver reads]")
        ),
        click.option(
            "--type",
            "ur_type",
            metavar="UR-TYPE",
            callback=_ur_type,
            help=_("What it is, as UR names it. [default: crypto-psbt for a PSBT, else bytes]"),
        ),
    ):
        command = option(command)
    return command


def targets(values: tuple[str, ...]) -> tuple[str | None, Preset | None]:
    """Tell a kind of picture from a receiver in what `--to` named. Raises Usage for two of one."""
    kinds = [value for value in values if value not in PRESETS]
    receivers = [value for value in values if value in PRESETS]
    if len(kinds) > 1 or len(receivers) > 1:
        raise Usage(_("--to names one receiver and one kind of picture at most"))
    return (kinds[0] if kinds else None), (PRESETS[receivers[0]] if receivers else None)


def output_file(command: Decorated) -> Decorated:
    """Add -o and --force."""
    command = click.option("--force", is_flag=True, help=_("Replace a file that exists."))(command)
    return click.option(
        "-o", "--output", "out", metavar="OUT", type=named.OUTPUT, help=_("Where to write; - is standard output.")
    )(command)


def json_result(command: Decorated) -> Decorated:
    """Add --json."""
    return click.option("--json", "as_json", is_flag=True, help=_("Print one JSON object."))(command)


def quiet(command: Decorated) -> Decorated:
    """Add --quiet."""
    return click.option("--quiet", is_flag=True, help=_("Show no progress."))(command)

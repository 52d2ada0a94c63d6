"""`airgap encode`: a file to the frames of its message, one a line, as a scanner would type them."""

from contextlib import suppress

import click

from airgap.catalogue import _
from airgap.cli import options, output, report, series
from airgap.cli.named import INPUT, Opening
from airgap.cli.source import message_of
from airgap.presets import DEFAULT, PRESETS


@click.command(
    cls=Opening,
    help=_("Print the frames of FILE, one a line; FILE is a PSBT (binary, base64 or hex) or any bytes."),
)
@click.argument("file", type=INPUT)
@click.option(
    "--to",
    "receiver",
    type=options.NameType(PRESETS),
    metavar="NAME",
    help=_("Frames as this receiver reads them: {receivers}.").format(receivers=", ".join(PRESETS)),
)
@options.framed
@options.json_result
def encode(
    file: str,
    receiver: str | None,
    ur_type: str | None,
    framing: str | None,
    fragment: int | None,
    frames: int | None,
    as_json: bool,
) -> None:
    """Plan the series of a file's message, and print its frames."""
    preset = PRESETS[receiver] if receiver else DEFAULT
    request = series.Request(message_of(file, ur_type), framing, fragment or preset.fragment, frames, preset)
    planned = series.plan(request)
    if as_json:
        shape = {"framing": planned.framing, "parts": planned.parts, "frames": list(planned.frames)}
        output.result(report.about(planned.message) | shape)
        return
    with suppress(BrokenPipeError):  # a reader stops when it has enough, and a fountain has no end
        for frame in planned.frames:
            output.line(frame)

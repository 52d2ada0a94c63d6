"""`airgap show`: a file to the QR codes of its message, on a terminal or in picture files."""

import sys
from importlib import import_module
from pathlib import Path

import click

from airgap import files
from airgap.catalogue import _
from airgap.cli import options, output, report
from airgap.cli.named import INPUT, Opening
from airgap.cli.series import Request, Series, plan
from airgap.cli.source import message_of
from airgap.errors import Usage
from airgap.presets import DEFAULT, PRESETS

KINDS = ("terminal", "png", "gif", "svg", "html", "pdf")


@click.command(
    cls=Opening,
    help=_(
        "Show FILE as QR codes; a long message as a series that repeats until a key is pressed (< and > change the "
        "speed, - and + the size of the codes).\n\n"
        "With --to png or svg a series becomes numbered files beside OUT (OUT-001.png, ...), or files in OUT if that "
        "is a folder; with --to gif it is one animated picture, with html a page that plays it, with pdf a print.\n\n"
        "--to also names a receiver, and may stand twice: --to sparrow --to png."
    ),
)
@click.argument("file", type=INPUT)
@click.option(
    "--to",
    "targets",
    type=options.NameType((*KINDS, *PRESETS)),
    multiple=True,
    metavar="NAME",
    help=_(
        "Where to, and for which receiver: {kinds}; {receivers}. [default: the terminal, or as OUT is named]"
    ).format(kinds=", ".join(KINDS), receivers=", ".join(PRESETS)),
)
@options.output_file
@options.framed
@click.option(
    "--period",
    type=options.Number(20, 10_000),
    metavar="MS",
    help=_("How long each code of a series is shown. [default: 200, or what the receiver keeps up with]"),
)
@click.option(
    "--scale",
    type=options.Number(1, 40),
    default=8,
    show_default=True,
    metavar="PIXELS",
    help=_("Pixels to a module, in pictures."),
)
@options.json_result
def show(
    file: str,
    targets: tuple[str, ...],
    out: str | None,
    force: bool,
    ur_type: str | None,
    framing: str | None,
    fragment: int | None,
    frames: int | None,
    period: int | None,
    scale: int,
    as_json: bool,
) -> None:
    """Draw a file's message on the terminal, or plan, draw and write its pictures."""
    wanted, preset = options.targets(targets)
    kind = _kind(wanted, out)
    preset = preset or DEFAULT
    period = period or preset.period_ms
    if kind == "terminal":
        _refuse_json(as_json=as_json)
        request = Request(message_of(file, ur_type), framing, fragment, frames, preset)
        import_module("airgap.cli.screen").present(request, period)  # loads what draws, which --help does without
        return
    if out is None:
        raise Usage(_("--to {kind} needs a file to write").format(kind=kind), hint=_("Name it with -o FILE."))
    output.refuse_two_results(out, as_json=as_json)
    planned = plan(Request(message_of(file, ur_type), framing, fragment, frames, preset))
    pictures = import_module("airgap.cli.pictures")
    written: tuple[str, ...] = pictures.write(planned, pictures.Style(kind, scale, period), out, force=force)
    _tell(planned, written, as_json=as_json)


def _refuse_json(*, as_json: bool) -> None:
    if as_json:
        raise Usage(_("--json goes with pictures, not with the terminal"), hint=_("Add --to png -o FILE."))


def _tell(planned: Series, written: tuple[str, ...], *, as_json: bool) -> None:
    if as_json:
        shape = {"framing": planned.framing, "parts": planned.parts, "frames": len(planned.frames)}
        output.result(report.about(planned.message) | shape | {"files": list(written)})
        return
    output.say(report.told(planned.message))
    if len(written) == 1:
        output.say(_("Written to {name}.").format(name=files.shown(written[0])))
    else:
        output.say(
            _("Written to {count} files, {first} to {last}.").format(
                count=len(written), first=files.shown(written[0]), last=files.shown(written[-1])
            )
        )


def _kind(kind: str | None, out: str | None) -> str:
    """Where to draw: as told; else as the output file is named, a folder being for PNG; else on the terminal."""
    if kind == "terminal" and out is not None:
        raise Usage(_("--to terminal writes no file"), hint=_("Leave -o away, or choose --to png."))
    if kind is not None:
        return kind
    if out is not None:
        if out.endswith("/") or Path(out).is_dir():
            return "png"
        suffix = Path(out).suffix.lower().removeprefix(".")
        if suffix in KINDS[1:]:
            return suffix
        raise Usage(
            _("the name of the output file does not tell its kind"), hint=_("Add --to png, gif, svg, html or pdf.")
        )
    if not sys.stdout.isatty():
        raise Usage(
            _("standard output is not a terminal, so no QR code can be shown on it"),
            hint=_("Write pictures with --to png -o FILE, or lines with: airgap encode FILE"),
        )
    return "terminal"

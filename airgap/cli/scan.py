"""`airgap scan`: pictures, PDF pages, films or a camera to the one message that their QR codes carry."""

import sys
from collections.abc import Iterator

import click

from airgap import files
from airgap.catalogue import _, ngettext
from airgap.cli import options, output, report, sources
from airgap.cli.guide import Guide
from airgap.cli.named import INPUT, Opening
from airgap.cli.sources import Looked
from airgap.errors import Unreadable, Usage
from airgap.receiving.collector import Collector
from airgap.scanning.worker import PictureReader, Seen

_NAMED = 10
"""Pictures without a code that are named one by one."""


@click.command(
    cls=Opening,
    help=_(
        "Read the QR codes in PICTURES, in any order, and write their message: PNG, JPEG and GIF, also animated, the "
        "pages of a PDF, films (AVI, MP4, WebM), and folders of them.\n\n"
        "With --watch a folder is looked at until the message is there; with --camera a camera is."
    ),
)
@click.argument("pictures", nargs=-1, type=INPUT)
@click.option("--camera", type=options.Camera(), metavar="N", help=_("Look through camera N; the first is 0."))
@click.option("--watch", is_flag=True, help=_("Wait for more files in the folders named, until the message is there."))
@options.output_file
@options.json_result
@options.quiet
def scan(
    pictures: tuple[str, ...],
    camera: int | None,
    watch: bool,
    out: str | None,
    force: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Collect what is seen, and deliver the message."""
    if bool(pictures) == (camera is not None):
        raise Usage(_("name pictures, or a camera with --camera N"))
    if watch and not pictures:
        raise Usage(_("--watch goes with folders, not with a camera"), hint=_("Leave --watch away."))
    if files.STANDARD in pictures:
        _refuse_typed_pictures()
    output.refuse_two_results(out, as_json=as_json)
    report.refuse_binary_on_a_terminal(out, as_json=as_json)
    if out is not None:
        files.require_free(out, force=force)
    if watch and not quiet:
        output.say(_("Waiting for pictures. Ctrl-C ends."))
    collector = Collector()
    unseen = _collect(pictures, camera, collector, watch=watch, quiet=quiet)
    if not collector.seen:
        raise _nothing(unseen)
    _warn(unseen)
    report.deliver(collector, out, as_json=as_json, force=force)


def _nothing(unseen: list[Looked]) -> Unreadable:
    """Say that no code was seen, where, and what helps against it, if that is one thing for all."""
    said = unseen[0].problem if unseen else _("no QR code was seen, and no picture that could hold one")
    if len(unseen) > 1:
        said = _("no QR code was read in any of the {count} pictures").format(count=len(unseen))
    hints = {each.hint for each in unseen}
    hint = hints.pop() if len(hints) == 1 else ""
    usual = _("Take them again: the whole code, sharp, with a light border, filling half of the picture.")
    return Unreadable(said, hint=hint or usual)


def _warn(unseen: list[Looked]) -> None:
    """Name the pictures that showed nothing; of many, the first."""
    for each in unseen[:_NAMED]:
        output.say(_("warning: {reason}").format(reason=each.problem))
    if (more := len(unseen) - _NAMED) > 0:
        output.say(
            ngettext(
                "warning: {count} more file showed no code", "warning: {count} more files showed no code", more
            ).format(count=more)
        )


def _refuse_typed_pictures() -> None:
    if sys.stdin.isatty():
        raise Usage(
            _("a picture is not typed, and standard input is a terminal"),
            hint=_("Name the picture's file, or type or scan the frames' lines with: airgap decode"),
        )


def _collect(
    pictures: tuple[str, ...], camera: int | None, collector: Collector, *, watch: bool, quiet: bool
) -> list[Looked]:
    """Give every code to the collector; return the files that gave none.

    The pictures are told in bytes: text that guesses at them could pass for another code's.
    """
    looked: dict[str, Looked] = {}
    guide = Guide()
    bar = output.Bar(quiet=quiet)
    try:
        with PictureReader(as_hex=True) as reader:
            for frame in _frames(pictures, camera, reader, collector, watch=watch):
                if isinstance(frame, Looked):
                    looked[frame.name] = frame
                    continue
                guide.watch(frame)
                for content in frame.contents:
                    collector.receive_code(content)
                report.show_progress(bar, collector, guide.advice)
                if camera is not None and collector.settled:
                    break
    finally:
        bar.close()
    return [each for each in looked.values() if each.problem]


def _frames(
    pictures: tuple[str, ...], camera: int | None, reader: PictureReader, collector: Collector, *, watch: bool
) -> Iterator[Seen | Looked]:
    if camera is not None:
        return sources.camera(camera, reader)
    if watch:
        return sources.arriving(pictures, reader, lambda: bool(collector.messages))
    return sources.frames(pictures, reader, lambda: collector.settled)

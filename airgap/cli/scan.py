"""`airgap scan`: pictures, films and what a camera sees become the message that their QR codes carry."""

from collections.abc import Iterator

import click

from airgap import files
from airgap.catalogue import _
from airgap.cli import options, output, report, sources
from airgap.cli.guide import Guide
from airgap.cli.sources import Looked
from airgap.collector import Collector
from airgap.errors import Unreadable, Usage
from airgap.worker import PictureReader, Seen

_LAST_CAMERA = 63


@click.command(
    short_help=_("Pictures of QR codes, or a camera, to the message they carry."),
    help=_(
        "Read the QR codes in PICTURES, in any order, and write their message: PNG, JPEG and GIF, also animated, films "
        "(AVI, MP4, WebM), and folders of them.\n\n"
        "With --watch a folder is looked at until the message is there; with --camera a camera is."
    ),
)
@click.argument("pictures", nargs=-1)
@click.option(
    "--camera", type=click.IntRange(0, _LAST_CAMERA), metavar="N", help=_("Look through camera N; the first is 0.")
)
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
    output.refuse_two_results(out, as_json=as_json)
    report.refuse_binary_on_a_terminal(out, as_json=as_json)
    if out is not None:
        files.require_free(out, force=force)
    collector = Collector()
    unseen = _collect(pictures, camera, collector, watch=watch, quiet=quiet)
    if not collector.seen:
        raise Unreadable(
            _nothing(unseen),
            hint=_("Take them again: the whole code, sharp, with a light border, filling half of the picture."),
        )
    for reason in unseen:
        output.say(_("warning: {reason}").format(reason=reason))
    report.deliver(collector, out, as_json=as_json, force=force)


def _nothing(unseen: list[str]) -> str:
    """Say that no code was seen, and where."""
    if len(unseen) > 1:
        return _("no QR code was read in any of the {count} pictures").format(count=len(unseen))
    return unseen[0] if unseen else _("no QR code was seen, and no picture that could hold one")


def _collect(
    pictures: tuple[str, ...], camera: int | None, collector: Collector, *, watch: bool, quiet: bool
) -> list[str]:
    """Give every code to the collector; return a sentence for each file that gave none.

    The pictures are told in bytes: text that guesses at them could pass for another code's.
    """
    unseen: dict[str, str] = {}
    guide = Guide()
    bar = output.Bar(quiet=quiet)
    try:
        with PictureReader(as_hex=True) as reader:
            for frame in _frames(pictures, camera, reader, collector, watch=watch):
                if isinstance(frame, Looked):
                    unseen[frame.name] = frame.problem
                    continue
                guide.watch(frame)
                for content in frame.contents:
                    collector.receive_code(content)
                report.show_progress(bar, collector, guide.advice)
                if camera is not None and collector.messages:
                    break
    finally:
        bar.close()
    return list(filter(None, unseen.values()))


def _frames(
    pictures: tuple[str, ...], camera: int | None, reader: PictureReader, collector: Collector, *, watch: bool
) -> Iterator[Seen | Looked]:
    def enough() -> bool:
        return bool(collector.messages)

    if camera is not None:
        return sources.camera(camera, reader)
    return sources.arriving(pictures, reader, enough) if watch else sources.frames(pictures, reader, enough)

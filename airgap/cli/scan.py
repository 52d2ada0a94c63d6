"""`airgap scan`: pictures of QR codes become the message that they carry."""

import click

from airgap import files
from airgap.catalogue import _
from airgap.cli import options, output, report
from airgap.cli.decode import show_progress
from airgap.collector import Collector
from airgap.errors import Unreadable
from airgap.worker import FILE_LIMIT, PictureReader


@click.command(
    short_help=_("Pictures of QR codes to the message they carry."),
    help=_("Read the QR codes in PICTURES (PNG, JPEG, GIF, also animated), in any order, and write their message."),
)
@click.argument("pictures", nargs=-1, required=True)
@options.output_file
@options.json_result
@options.quiet
def scan(pictures: tuple[str, ...], out: str | None, force: bool, as_json: bool, quiet: bool) -> None:
    """Collect what the pictures show, and deliver the message."""
    output.refuse_two_results(out, as_json=as_json)
    report.refuse_binary_on_a_terminal(out, as_json=as_json)
    if out is not None:
        files.require_free(out, force=force)
    collector = Collector()
    unread = _collect(pictures, collector, quiet=quiet)
    if not collector.seen:
        raise Unreadable(
            unread[0]
            if len(unread) == 1
            else _("no QR code was read in any of the {count} pictures").format(count=len(pictures)),
            hint=_("Take them again: the whole code, sharp, with a light border, filling half of the picture."),
        )
    for reason in unread:
        output.say(_("warning: {reason}").format(reason=reason))
    report.deliver(collector, out, as_json=as_json, force=force)


def _collect(pictures: tuple[str, ...], collector: Collector, *, quiet: bool) -> list[str]:
    """Give every code to the collector; return a sentence for each picture that gave none.

    One bad picture among many is no reason to stop: what it would have shown is missing, and will be named.
    """
    unread: list[str] = []
    bar = output.Bar(quiet=quiet)
    try:
        with PictureReader() as reader:
            for name in pictures:
                seen = collector.seen
                try:
                    for frames in reader.frames(files.read(name, FILE_LIMIT)):
                        for frame in frames:
                            collector.receive(frame)
                        show_progress(bar, collector)
                except Unreadable as problem:
                    unread.append(_("{name}: {problem}").format(name=files.shown(name), problem=problem))
                    continue
                if collector.seen == seen:
                    unread.append(_("no QR code was read in {name}").format(name=files.shown(name)))
    finally:
        bar.close()
    return unread

"""`airgap decode`: frames or the lines of a text, typed or piped, to the one message that they carry."""

import sys

import click

from airgap import files
from airgap.catalogue import _
from airgap.cli import options, output, report
from airgap.cli.named import INPUT, Opening
from airgap.receiving.collector import Collector


@click.command(
    cls=Opening,
    help=_(
        "Read frames of any framing in any order, one a line, from FILE or standard input, and write their message. "
        "Lines without a frame are one text: a PSBT in base64 or hex, any hex, or a text that is known."
    ),
)
@click.argument("file", type=INPUT, default=files.STANDARD)
@options.output_file
@options.json_result
@options.quiet
def decode(file: str, out: str | None, force: bool, as_json: bool, quiet: bool) -> None:
    """Collect the frames of a file or of standard input, and deliver the message."""
    output.refuse_two_results(out, as_json=as_json)
    report.refuse_binary_on_a_terminal(out, as_json=as_json)
    if out is not None:
        files.require_free(out, force=force)
    typed = file == files.STANDARD and sys.stdin.isatty()
    if typed and not quiet:
        output.say(_("Scan the frames, or type one a line. Ctrl-D ends."))
    collector = _collect(file, until_complete=typed, quiet=quiet)
    report.deliver(collector, out, as_json=as_json, force=force)


def _collect(file: str, *, until_complete: bool, quiet: bool) -> Collector:
    """A person stops when the message is there; a file is read to its end, for what follows or contradicts."""
    collector = Collector()
    bar = output.Bar(quiet=quiet)
    try:
        for line in files.lines(file):
            collector.receive(line)
            report.show_progress(bar, collector)
            if until_complete and collector.settled:
                break
    finally:
        bar.close()
    return collector

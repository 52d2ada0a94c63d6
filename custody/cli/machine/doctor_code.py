"""`custody doctor --qr`: the short report in this window as QR codes, as `airgap show` plays a file.

Where standard output is no terminal, Usage is raised.
"""

import sys

from airgap.cli.screen import present
from airgap.cli.series import Request
from airgap.message import Message
from custody.catalogue import _
from custody.cli.front import output
from custody.cli.machine.doctor import lines, measured, typed_line
from custody.errors import Usage
from custody.machine.examination import require_fit


def play(show_all: bool, as_json: bool) -> None:
    """Measure, show the codes until a key is pressed, and say what they hold. Raises Unfit at the end."""
    if as_json or not sys.stdout.isatty():
        raise Usage(
            _("--qr draws on a terminal, and standard output is for a program here"),
            hint=_("Leave --qr away, and keep what --json prints."),
        )
    report = measured(typed_line())
    request = Request(Message("bytes", report.encode()))
    present(request, request.preset.period_ms)
    output.tell({}, lines(report.machine, show_all=show_all))
    require_fit(report.machine)

"""`custody officer carry --qr`: the file of an officer in this window, as QR codes, as `airgap show` plays a file.

Where standard output is no terminal, Usage is raised.
"""

import sys

from airgap.cli.screen import present
from airgap.cli.series import Request
from airgap.message import Message
from custody import store
from custody.catalogue import _
from custody.cli.front import output
from custody.cli.treasury.carry import carried, told
from custody.cli.treasury.looking import looking
from custody.errors import Usage


def play(name: str, home_path: str | None, out: str | None, force: bool, as_json: bool) -> None:
    """Write the file, if one was named, and show it until a key is pressed."""
    if as_json or out == store.STANDARD or not sys.stdout.isatty():
        raise Usage(
            _("--qr draws on a terminal, and standard output is for a program here"),
            hint=_("Write the file with -o FILE; airgap show draws a file as a picture."),
        )
    if out is not None:
        store.refuse_taken(out, force=force)
    with looking(home_path) as home:
        public, content = carried(home, name)
    request = Request(Message("bytes", content))
    present(request, request.preset.period_ms, " ".join(output.banner()))
    if out is not None:
        store.write_new(out, content, force=force)
        public = {"output": out, **public}
    output.tell({}, told(public))

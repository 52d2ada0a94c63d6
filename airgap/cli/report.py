"""The one message of a collector to a file or to standard output, with its size, type, digest and words told.

Raises Unreadable while it is incomplete, Mismatch when there are two. Shared by `decode` and `scan`.
"""

import sys
from typing import Any

from airgap import files
from airgap.catalogue import _, ngettext
from airgap.cli import output
from airgap.errors import Usage
from airgap.message import Message
from airgap.receiving.collector import Collector


def refuse_binary_on_a_terminal(out: str | None, *, as_json: bool) -> None:
    """Raise Usage when the message would go to a person's screen."""
    if out in (None, files.STANDARD) and not as_json and sys.stdout.isatty():
        raise Usage(
            _("a message is bytes, not text, so it is not written to a terminal"),
            hint=_("Name a file with -o, or ask what arrived with --json."),
        )


def about(message: Message) -> dict[str, Any]:
    """Return what identifies a message, under the keys of docs/command-line.md."""
    return {
        "type": message.type,
        "bytes": len(message.payload),
        "sha256": message.sha256,
        "words": list(message.words),
    }


def deliver(collector: Collector, out: str | None, *, as_json: bool, force: bool) -> None:
    """Write the one message to `out` and say what it is.

    Without `out` it goes to standard output, or with `as_json` nowhere. Raises Unreadable while it is incomplete,
    Mismatch when there are two, StorageFailed.
    """
    if collector.withheld:
        output.say(_withheld(collector.withheld))
    message = collector.require()
    if collector.disagreed:
        output.say(_disagreement(collector.disagreed))
    if out is not None or not as_json:
        files.write(out or files.STANDARD, message.payload, force=force)
    if as_json:
        counted = {
            "frames_seen": collector.seen,
            "frames_used": collector.used,
            "frames_foreign": collector.foreign,
        }
        output.result(about(message) | counted)
        return
    output.say(told(message))
    output.say(_("SHA-256: {digest}").format(digest=message.sha256))
    if out not in (None, files.STANDARD):
        output.say(_("Written to {name}.").format(name=files.shown(str(out))))


def _disagreement(count: int) -> str:
    return ngettext(
        "warning: {count} frame contradicted the others and was dropped: it was misread, or somebody showed another",
        "warning: {count} frames contradicted the others and were dropped: misread, or somebody showed others",
        count,
    ).format(count=count)


def _withheld(count: int) -> str:
    return ngettext(
        "warning: {count} frame looked like a recovery phrase, a share or a private key, and was not taken",
        "warning: {count} frames looked like a recovery phrase, a share or a private key, and were not taken",
        count,
    ).format(count=count)


def show_progress(bar: output.Bar, collector: Collector, advice: str = "") -> None:
    """Say how much of the most advanced stream is there, and what a person can do better."""
    progress = collector.progress
    if collector.withheld and not advice:
        advice = _("a secret was seen, and not taken")
    if collector.messages and not collector.settled and not advice:
        advice = _("all parts seen, looking once more")
    if not progress.parts_needed:
        short = words = _("nothing understood yet") if collector.seen else _("no code yet")
    else:
        have, needed = progress.parts_have, progress.parts_needed
        short = _("{have} of {needed} parts").format(have=have, needed=needed)
        words = _("{have} of {needed} parts, {seen} frames seen").format(have=have, needed=needed, seen=collector.seen)
    if advice:
        short, words = f"{short}; {advice}", f"{words}; {advice}"
    bar.draw(progress.fraction, words, short)


def told(message: Message) -> str:
    """Return the line by which a person knows a message, to compare aloud with the other machine."""
    return _("{type}, {count} bytes. Words: {words}").format(
        type=message.type, count=len(message.payload), words=" ".join(message.words)
    )

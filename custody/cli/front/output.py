"""A command's result to standard output, all that is said to a person to standard error; no secret ever passes here.

A result that cannot be written raises StorageFailed; a person who no longer listens stops nothing. On a main network
every screen begins with `MAIN: real money`: a job says once which network it is about, and all ways to a person put
the banner there.
"""

import os
import sys
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from typing import Any

import click

from airgap.errors import AirgapError
from custody.catalogue import _
from custody.cli.front.layout import columns, fold, weighed
from custody.errors import CustodyError

_WIDTH = 79


QUIET = "custody.quiet"
"""Where a command's context keeps `--quiet`."""

_REAL_MONEY = "custody.real-money"
TEST_MONEY = frozenset({"test", "testnet4", "signet", "regtest"})
"""Networks whose coins are worth nothing; a test holds them to the table of networks, which takes longer to load."""


def about(network: str) -> None:
    """Remember that this command is about a network: on a main one every screen from now on begins with `banner`.

    A name that is not known is taken for a main one: in doubt it is real money.
    """
    context = click.get_current_context(silent=True)
    if context is not None and network not in TEST_MONEY:
        context.meta[_REAL_MONEY] = True


def banner() -> tuple[str, ...]:
    """The first lines of every screen of this command: one on a main network, none on others."""
    context = click.get_current_context(silent=True)
    real = context is not None and context.meta.get(_REAL_MONEY, False)
    return (_("MAIN: real money"),) if real else ()


def announce() -> None:
    """Say the banner where nothing else shows it: before a conversation, beside a result that stands alone."""
    for line in banner():
        say(line)


def say(text: str = "") -> None:
    """Say a line to the person, on standard error. A person who is not listening does not stop the work.

    On a terminal a long sentence is folded between words, and goes on further in: a name in it that is made of blanks
    and of a sentence of ours does not begin where ours do. Elsewhere it stays one line, for whoever searches it.
    """
    is_terminal = sys.stderr.isatty()
    text = weighed(text, is_terminal=is_terminal)
    if is_terminal and "\n" not in text:
        text = "\n".join(fold(text, min(_WIDTH, columns(sys.stderr)), cut=False))
    _write(sys.stderr, text + "\n")


def flush() -> None:
    """Hand over what was kept of both streams: a copy of this process would hand it over again."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):  # `main` tells of a result that was lost
            stream.flush()


def draw(text: str) -> None:
    """Write to standard error as it is, without a line's end: what is drawn over again."""
    _write(sys.stderr, text)


def warn(text: str) -> None:
    """Say a line that must not be overlooked."""
    say(_("warning: {text}").format(text=text))


def is_quiet() -> bool:
    """Say whether this command was called with `--quiet`."""
    context = click.get_current_context(silent=True)
    return context is not None and bool(context.meta.get(QUIET))


RESULT = "custody.result"
"""Where a command's context keeps that its result was printed for a script."""

ENDINGS = "custody.endings"
"""Where a command's context keeps how it ended."""


COMPLETE = "complete"
"""An ending: nothing is missing."""


def ended(how: str) -> None:
    """Remember how the command ended, "complete" say, where what comes next depends on it (`guide.next_steps`)."""
    context = click.get_current_context(silent=True)
    if context is not None:
        context.meta.setdefault(ENDINGS, set()).add(how)


def endings() -> Collection[str]:
    """Return how this command ended, as its job told."""
    context = click.get_current_context(silent=True)
    found: set[str] = set() if context is None else context.meta.get(ENDINGS, set())
    return found


def progress(text: str) -> None:
    """Say how far the work is, unless `--quiet`."""
    if not is_quiet():
        say(text)


def tell(public: Mapping[str, Any], lines: Iterable[str]) -> None:
    """Say a result and its "warnings" on standard error, where a file named "-" takes standard output."""
    announce()
    for warning in public.get("warnings", ()):
        warn(warning)
    for line in lines:
        say(line)


HOME = "custody.home"
"""Where a command's context keeps `--home` and its value as they are typed; "" where the environment names the home."""


def here(text: str) -> str:
    """Name this command's treasury where a sentence says ` --home DIR`: whoever copies a command runs it as it stands.

    A sentence about another machine says `HOME`, or nothing.
    """
    context = click.get_current_context(silent=True)
    home: str | None = None if context is None else context.meta.get(HOME)
    return text if home is None else text.replace(" --home DIR", home)


def error(failure: CustodyError | AirgapError) -> None:
    """Say an error to a person: `error:` and `hint:` lines on standard error."""
    say(_("error: {message}").format(message=failure.message))
    for line in failure.hint.splitlines():
        say(_("hint: {line}").format(line=line))


def _write(stream: Any, text: str) -> None:
    try:
        stream.write(text)
        stream.flush()
    except OSError:
        hush(stream)


def hush(stream: Any) -> None:
    """Let a stream that nobody reads lead nowhere: what was kept for it would fail again, wherever it is flushed."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)

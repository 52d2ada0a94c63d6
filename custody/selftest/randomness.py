"""The system's source of randomness: whether it was ever filled, and the health tests of NIST SP 800-90B, 4.4.

No test can tell a good generator from one that an attacker knows; these catch one that is stuck, repeats, or is
replaced by a stub. A key is not made of this source alone: dice are mixed in (docs/spec/share-set.md).
"""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import groupby

from custody.catalogue import _
from custody.selftest.check import NotTold, require

SAMPLE = 65_536
"""Bytes that are drawn, at full entropy: H = 8 bits a sample."""

REPETITION_CUTOFF = 6
"""Equal bytes in a row that fail (4.4.1): 1 + 40 / H. A false alarm in 2^40 at each byte, and in 2^24 runs."""

WINDOW = 512
"""Samples of a window of the adaptive proportion test (4.4.2), for samples of more than two values."""

PROPORTION_CUTOFF = 20
"""Times that the first byte of a window comes in it, itself counted, that fail (4.4.2): 1 + CRITBINOM(512, 2^-8, 1 -
2^-41). For a window a false alarm in 2^40, and in 2^33 runs of 128 windows."""

_DRAW = 32


def check_pool(ready: Callable[[], object] | None = None) -> None:
    """Ask the kernel for a byte without waiting. Raises Wrong where its pool was never filled since the start."""
    try:
        (ready or _ready)()
    except BlockingIOError:
        require(False, _("the kernel's pool has not been filled since this machine was started"))


def check_health(source: Callable[[int], bytes] = os.urandom) -> str:
    """Draw and test; say what was tested. Raises Wrong by the test that failed."""
    sample = source(SAMPLE)
    require(isinstance(sample, bytes) and len(sample) == SAMPLE, _("it answers with another length than was asked for"))
    run = max(len(list(group)) for _value, group in groupby(sample))
    require(
        run < REPETITION_CUTOFF,
        _("repetition count test: {run} equal bytes in a row, the cut-off is {cutoff}").format(
            run=run, cutoff=REPETITION_CUTOFF
        ),
    )
    most = max(_proportions(sample))
    require(
        most < PROPORTION_CUTOFF,
        _("adaptive proportion test: one byte {most} times in {window}, the cut-off is {cutoff}").format(
            most=most, window=WINDOW, cutoff=PROPORTION_CUTOFF
        ),
    )
    first, second = source(_DRAW), source(_DRAW)
    require(first != second, _("two draws are the same"))
    drawn = Counter(sample[at : at + _DRAW] for at in range(0, SAMPLE, _DRAW))
    require(len(drawn) == SAMPLE // _DRAW and first not in drawn, _("it gives the same bytes again"))
    return _("{count} bytes: repetition {run} of {runs}, proportion {most} of {cutoff}; two draws differ").format(
        count=SAMPLE, run=run, runs=REPETITION_CUTOFF, most=most, cutoff=PROPORTION_CUTOFF
    )


def _proportions(sample: bytes) -> Iterator[int]:
    """Yield how often the first byte of each window comes in it."""
    for at in range(0, len(sample), WINDOW):
        window = sample[at : at + WINDOW]
        yield window.count(window[:1])


def _ready() -> bytes:
    if not hasattr(os, "getrandom"):
        raise NotTold(
            _("this system does not tell whether its pool was ever filled"),
            _("make no key in the first minute after the start; throw dice"),
        )
    return os.getrandom(1, os.GRND_NONBLOCK)

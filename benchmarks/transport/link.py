"""Ten kilobytes from one laptop's screen to another's camera: seconds of link time, and bytes a second."""

from collections.abc import Iterator
from itertools import count
from statistics import mean

from airgap.cli.series import Request, plan
from airgap.message import Message
from airgap.presets import PRESETS, Preset
from airgap.receiving.collector import Collector
from airgap.ur import multipart
from benchmarks.transport.needed import Trial, ngraveio, played
from tests.peers.library import Library

SIZE = 10_000
LOSS = 0.1
TRIALS = 100

SPARROW = Preset("ur", 400, 200)
"""What Sparrow shows by default: 400 bytes a part, 200 ms each, counting up."""


def sent(size: int, trial: Trial) -> Message:
    """A PSBT of so many bytes."""
    return Message("crypto-psbt", b"psbt\xff" + trial.chance.randbytes(size - 5))


def frames(message: Message, preset: Preset) -> tuple[Iterator[str], int]:
    """Return the frames that the display plays of a message for a preset, and how many parts it has."""
    request = Request(message, "ur", preset.fragment, preset=preset)
    return played(request), plan(request).parts


def seconds(preset: Preset, *, late: bool, period: float, size: int = SIZE, trials: int = TRIALS) -> list[float]:
    """Return the link time of each trial with our receiver: frames shown since it looked, at so many seconds each."""
    found = []
    for seed in range(trials):
        trial = Trial(10, "random", LOSS, late, seed)
        message = sent(size, trial)
        shown, parts = frames(message, preset)
        trial = Trial(parts, "random", LOSS, late, seed)
        collector = Collector()
        for number, frame in trial.shown(shown):
            collector.receive(frame)
            if collector.messages:
                found.append(number * period)
                break
        else:
            raise ValueError("a message never arrived")
    return found


def sparrow_seconds(peer: Library, *, late: bool, trials: int = 10) -> float:
    """Return the mean link time of Sparrow's default stream with a decoder that peels."""
    found = []
    for seed in range(trials):
        message = sent(SIZE, Trial(10, "random", LOSS, late, seed))
        encoder = multipart.Encoder(message, SPARROW.fragment)
        trial = Trial(encoder.seq_len, "random", LOSS, late, seed)
        ratio = ngraveio(trial, (encoder.part(number) for number in count(1)), peer)
        if ratio is None:
            raise ValueError("a message never arrived")
        found.append(ratio * encoder.seq_len * SPARROW.period_ms / 1000)
    return round(mean(found), 2)


def goodput(name: str, rate: int) -> int:
    """Return bytes of a 100 kB message that arrive in a second at so many frames a second, with one in ten lost."""
    size = 100_000
    times = seconds(PRESETS[name], late=False, period=1 / rate, size=size, trials=3)
    return round(size / mean(times))

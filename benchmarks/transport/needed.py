"""Frames shown until a message is there, over the number of its parts: ours, and other wallets' decoders under node."""

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, cycle, islice
from statistics import mean

from airgap import bbqr
from airgap.cli.series import Request, plan
from airgap.message import Message
from airgap.order import passes
from airgap.presets import DEFAULT, PRESETS
from airgap.receiving.collector import Collector
from airgap.ur import multipart
from benchmarks.transport.loss import seen
from tests.peers.library import Library

BYTES = 30
"""Of a part: enough that no two are alike, and few, because frames are counted here and not carried."""

LOSSES = (("random", 0.0), ("random", 0.1), ("random", 0.3), ("random", 0.5), ("burst", 0.1), ("burst", 0.3))
LOSSES = (*LOSSES, ("burst", 0.5), ("alternate", 0.5))

COUNTING_UP, SHAPED, DENSE = "counting up", "shaped", "dense"
STREAMS = (COUNTING_UP, SHAPED, DENSE)
"""What is shown of a UR. Counting up is what other wallets send; the others are what our display plays."""

_GIVEN_UP = 12
"""Times K frames shown, after which a receiver counts as not served."""


@dataclass(frozen=True)
class Trial:
    """One sending: the message, and which frames the receiver saw of those shown since it looked."""

    parts: int
    model: str
    share: float
    late: bool
    seed: int

    @property
    def chance(self) -> random.Random:
        return random.Random(f"{self.parts} {self.model} {self.share} {self.late} {self.seed}")

    def message(self) -> Message:
        return Message("bytes", self.chance.randbytes(BYTES * self.parts - 5))

    def shown(self, frames: Iterator[str]) -> Iterator[tuple[int, str]]:
        """Yield what was seen, each with how many frames had been shown since the receiver began to look."""
        chance = self.chance
        start = chance.randrange(4 * self.parts) if self.late else 0
        looked = islice(frames, start, start + _GIVEN_UP * self.parts)
        caught = zip(count(1), looked, seen(self.model, self.share, chance))
        return ((shown, frame) for shown, frame, visible in caught if visible)


def ur_frames(trial: Trial, stream: str) -> Iterator[str]:
    """Yield the frames of a UR as they are shown, without end."""
    if stream == COUNTING_UP:
        encoder = multipart.Encoder(trial.message(), BYTES)
        return (encoder.part(number) for number in count(1))
    return played(Request(trial.message(), "ur", BYTES, preset=PRESETS["self"] if stream == DENSE else DEFAULT))


def played(request: Request) -> Iterator[str]:
    """Yield the frames of a planned series in the order in which the display plays them."""
    frames = plan(request).frames
    return (frames[at] for at in passes(len(frames)))


def bbqr_frames(trial: Trial, *, slipping: bool) -> Iterator[str]:
    """Yield the frames of a BBQr series again and again; slipping, as our display plays it."""
    frames = bbqr.encode(trial.message(), 8 + 2 * BYTES, "H")
    return (frames[at] for at in (passes(len(frames)) if slipping else cycle(range(len(frames)))))


def ours(trial: Trial, frames: Iterator[str]) -> float | None:
    """Return frames over K that our collector needed."""
    collector = Collector()
    for shown, frame in trial.shown(frames):
        collector.receive(frame)
        if collector.messages:
            return shown / trial.parts
    return None


def own_ms(trial: Trial, frames: Iterator[str]) -> float:
    """Return our own milliseconds for each frame that it took. Raises ValueError where twice K were not enough."""
    caught = [frame for _shown, frame in islice(trial.shown(frames), 2 * trial.parts)]
    collector = Collector()
    begin = time.process_time()
    for taken, frame in enumerate(caught, 1):
        collector.receive(frame)
        if collector.messages:
            return 1000 * (time.process_time() - begin) / taken
    raise ValueError("a message never arrived")


def ngraveio(trial: Trial, frames: Iterator[str], peer: Library) -> float | None:
    """Return frames over K that the decoder of @ngraveio/bc-ur needed."""
    caught = list(trial.shown(frames))
    used = peer.ask("ur_decode", frames=[frame for _shown, frame in caught])["used"]
    return caught[used - 1][0] / trial.parts if used > 0 else None


def every_part(trial: Trial, frames: Iterator[str], peer: Library) -> float | None:
    """Return frames over K until npm's bbqr has every part, which is what it takes; and let it join them."""
    have: dict[str, None] = {}
    for shown, frame in trial.shown(frames):
        have[frame] = None
        if len(have) == trial.parts:
            joined = peer.ask("bbqr_join", frames=list(have))
            if bytes.fromhex(joined["raw"]) != trial.message().payload:
                raise ValueError("bbqr joined another message")
            return shown / trial.parts
    return None


def summed(ratios: list[float | None]) -> dict[str, float | int | None]:
    """Return the mean and the worst of the trials that ended, and how many did not."""
    ended = sorted(ratio for ratio in ratios if ratio is not None)
    return {
        "mean": round(mean(ended), 3) if ended else None,
        "worst": round(ended[-1], 3) if ended else None,
        "unserved": len(ratios) - len(ended),
        "trials": len(ratios),
    }

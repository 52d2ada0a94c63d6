"""How long people took at sittings that were held, to the rates of a plan: seconds for a roll, a word, a bag.

A clock that jumped, and the time between a stop and going on, are left out. What nobody did keeps its assumed rate.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from statistics import median

from custody.ceremony.steps.rates import ASSUMED, Rates
from custody.ceremony.steps.step import Step
from custody.ceremony.transcript.contents import Done, Paused, Resumed
from custody.ceremony.transcript.standing import Standing
from custody.ceremony.transcript.transcript import Transcript

LEAST, MOST = 0.1, 3600.0
"""Seconds that a rate may have: below, a script typed it; above, people did something else."""


def measured_rates(sittings: Iterable[tuple[Standing, Transcript]]) -> Rates:
    """Return the rates that sittings show: of each thing the median of all that were done, in seconds a person."""
    found = defaultdict[str, list[float]](list)
    for standing, transcript in sittings:
        steps = {step.id: step for step in standing.course}
        for done, seconds in _durations(transcript):
            for name, rate in _rates(steps[done.step], done, seconds):
                if LEAST <= rate <= MOST:
                    found[name].append(rate)
    took = {name: median(rates) for name, rates in found.items()}
    return Rates(
        roll=took.get("roll", ASSUMED.roll),
        word=took.get("word", ASSUMED.word),
        sheet=took.get("sheet", ASSUMED.sheet),
        bag=took.get("bag", ASSUMED.bag),
        said=took.get("said", ASSUMED.said),
        work=ASSUMED.work,
        rest=ASSUMED.rest,
    )


def _durations(transcript: Transcript) -> Iterator[tuple[Done, float]]:
    """Yield each step that was done, and how long after the one before, without the time that the sitting stood still.

    A step whose clock ran backwards is left out.
    """
    since, stood, stopped = transcript.lines[0].at, 0, None
    for line in transcript.lines[1:]:
        match line.content:
            case Paused():
                stopped = line.at
            case Resumed() if stopped is not None:
                stood, stopped = stood + max(0, line.at - stopped), None
            case Done() as done:
                if line.at - since - stood > 0:
                    yield done, line.at - since - stood
                since, stood = line.at, 0


def _rates(step: Step, done: Done, seconds: float) -> Iterator[tuple[str, float]]:
    """Yield what a step tells of: its rate, as the step's own seconds were worked out from the assumed one."""
    if step.is_break:
        return
    if step.id.endswith("/roll"):
        yield "roll", seconds / max(1, int(done.wrote["written-rolls"]))
    elif step.id.endswith("/bag"):
        yield "bag", seconds
    elif step.card is not None:
        scale = seconds / step.seconds
        yield "word", scale * ASSUMED.word
        yield "sheet", scale * ASSUMED.sheet
    elif step.seconds == ASSUMED.said:
        yield "said", seconds

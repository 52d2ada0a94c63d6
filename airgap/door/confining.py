"""Files are closed off in steps: at the door to what the words could name, then to what a command says it opens.

Where the kernel has no Landlock nothing is closed off, and `custody doctor` tells it. Where it has it and does not do
it, that is noticed, as whatever else is wrong with a door.
"""

import os
from collections.abc import Iterable, Mapping

from airgap.door import places
from airgap.door.landlock import READ, Rule, confine, version
from airgap.door.standing import closes_files, notice, remember_closed


def to_words(words: Iterable[str], environment: Mapping[str, str]) -> bool:
    """Leave what any command could need for these words. Say whether it was done, where the kernel can."""
    if not version():
        return True
    done = confine(
        (
            *places.of_system(),
            *places.of_machine(),
            *places.of_cameras(),
            *places.of_tokens(),
            *places.of_words(words, environment),
        )
    )
    if done:
        remember_closed()
    return done


def to_named(named: Iterable[places.Named], also: Iterable[Rule] = ()) -> None:
    """Leave what a command's options name, once they are read. Only behind the door: it cannot be taken back."""
    _confine((*places.of_system(), *places.of_named(named), *also))


def to_pictures(descriptor: int = 0) -> None:
    """Leave what reads pictures: no file at all but what it is given as a descriptor, and cameras."""
    _confine((*places.of_system(), *places.of_cameras(), (descriptor, READ)))


def _confine(rules: Iterable[Rule]) -> None:
    """The kernel closes files off for the thread that asks, and for those that it starts: there may be no other."""
    if closes_files() and not (_is_alone() and confine(rules)):
        notice("files")


def _is_alone() -> bool:
    return len(os.listdir("/proc/self/task")) == 1  # noqa: PTH208  names

"""The font of this release, read once."""

from functools import cache

from custody.printing.face import FILE, Face


@cache
def face() -> Face:
    return Face.read(FILE.read_bytes())

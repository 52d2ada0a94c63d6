"""Text becomes a QR code, and the code becomes light. It knows frames only as text, never what they carry.

`matrix` makes the symbol; `terminal`, `png`, `gif` and `svg` draw it. Importing this package loads the imaging
library, so the front door loads it only when something is drawn.
"""

from airgap.capacity import alphanumeric, characters, modules, version_for
from airgap.qr.blocks import fits, terminal
from airgap.qr.drawing import gif, png, svg
from airgap.qr.symbol import Matrix, matrix

__all__ = [
    "Matrix",
    "alphanumeric",
    "characters",
    "fits",
    "gif",
    "matrix",
    "modules",
    "png",
    "svg",
    "terminal",
    "version_for",
]

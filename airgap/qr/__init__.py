"""A text to a QR code (ISO/IEC 18004, level L), and codes to a terminal, PNG, GIF, SVG, an HTML page or PDF.

`matrix` makes the symbol; `terminal`, `png`, `gif` and `svg` draw it; `page` and `printed` hold whole series. Importing
this package loads the imaging library, so `airgap.cli` loads it only when something is drawn.
"""

from airgap.capacity import alphanumeric, characters, modules, version_for
from airgap.qr.blocks import fits, one_code, terminal
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
    "one_code",
    "png",
    "svg",
    "terminal",
    "version_for",
]

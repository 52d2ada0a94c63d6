"""A text to the modules of a QR code, level L; a text that fits none raises Unreadable. The only door to `qrcode`."""

from typing import TypeAlias

from qrcode.constants import ERROR_CORRECT_L
from qrcode.main import QRCode
from qrcode.util import MODE_8BIT_BYTE, MODE_ALPHA_NUM, QRData

from airgap.capacity import alphanumeric, version_for

Matrix: TypeAlias = tuple[tuple[bool, ...], ...]
"""Rows of modules, True for dark, without the quiet zone."""

# Weighing all eight masks costs three quarters of the whole encoding, for each frame. Framed data is as good as random,
# which no mask favours, and a reader corrects what a chance pattern disturbs.
_MASK = 0


def matrix(text: str, version: int = 0) -> Matrix:
    """Return the QR code of `text`: level L, alphanumeric mode where all its characters allow it, else bytes of UTF-8.

    `version` 1 to 40 fixes the size, so that a series does not jump about; 0, or a version too small for the text,
    means the smallest that holds it. Raises Unreadable when the text fits no QR code. (ISO/IEC 18004)
    """
    needed = version_for(text)
    code: QRCode = QRCode(version=max(needed, version), error_correction=ERROR_CORRECT_L, mask_pattern=_MASK)
    code.add_data(QRData(text.encode(), mode=MODE_ALPHA_NUM if alphanumeric(text) else MODE_8BIT_BYTE))
    code.make(fit=False)
    return tuple(tuple(bool(module) for module in row) for row in code.modules)

"""The first bytes of a file to its kind: a picture, pages or a film that is read, a picture that is not, or neither."""

from enum import Enum, auto

from airgap.catalogue import _

START_LENGTH = 1024
"""Bytes that tell a file's kind; in so many a PDF must begin."""

_PDF = b"%PDF-"
"""Some begin a PDF with a blank line."""

_FILM_BOX = b"ftyp"
"""Begins MP4 and its kin, of which some are pictures; the four letters behind it say which (ISO/IEC 14496-12)."""

_STILL = {
    b"heic": "HEIC",
    b"heix": "HEIC",
    b"heim": "HEIC",
    b"heis": "HEIC",
    b"hevc": "HEIC",
    b"hevx": "HEIC",
    b"mif1": "HEIC",
    b"msf1": "HEIC",
    b"avif": "AVIF",
    b"avis": "AVIF",
}


class Kind(Enum):
    """What a file is to the window."""

    PICTURE = auto()
    FILM = auto()
    UNREAD = auto()
    """A picture of a kind that is not read."""
    OTHER = auto()


def kind_of(start: bytes) -> Kind:
    """Tell a file's kind by its first 1,024 bytes."""
    if is_pdf(start) or start.startswith((b"\x89PNG", b"\xff\xd8\xff", b"GIF8")):
        return Kind.PICTURE
    if format_unread(start):
        return Kind.UNREAD
    if (start[:4], start[8:12]) == (b"RIFF", b"AVI ") or start[4:8] == _FILM_BOX or start[:4] == b"\x1a\x45\xdf\xa3":
        return Kind.FILM
    return Kind.OTHER


def is_pdf(start: bytes) -> bool:
    """Say whether a file is a PDF, by its first 1,024 bytes."""
    return start.lstrip().startswith(_PDF)


def format_unread(start: bytes) -> str:
    """Name the format of a picture that is not read; nothing where it is none of them."""
    if start[4:8] == _FILM_BOX:
        return _STILL.get(start[8:12], "")
    if (start[:4], start[8:12]) == (b"RIFF", b"WEBP"):
        return "WebP"
    if start.startswith((b"II*\0", b"MM\0*")):
        return "TIFF"
    return "BMP" if start.startswith(b"BM") and start[6:10] == bytes(4) else ""


def way_out(name: str) -> str:
    """Say how a picture of that format comes to be one that is read."""
    if name == "HEIC":
        return _(
            "Save it as JPEG or PNG. On an iPhone: Settings, Camera, Formats, Most Compatible; then take it again."
        )
    return _("Save it as PNG or JPEG.")

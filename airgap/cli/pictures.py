"""A series to picture files of one kind: numbered PNG or SVG files, or one GIF, HTML page or PDF.

All codes of a series have one version. Either every file is written or none stays. Only `show` loads this module, when
there is something to draw.
"""

from dataclasses import dataclass
from pathlib import Path, PurePath

from airgap import files, qr
from airgap.catalogue import _
from airgap.cli.report import told
from airgap.cli.series import Series
from airgap.errors import Usage
from airgap.qr import page, printed

PIXEL_LIMIT = 250_000_000
"""Pixels of all the pictures of one series, before it is drawn."""


@dataclass(frozen=True, slots=True)
class Style:
    """How to draw: the kind, by its file's suffix; pixels to a module; milliseconds for each code of a series."""

    kind: str
    scale: int
    period_ms: int


def write(series: Series, style: Style, out: str, *, force: bool) -> tuple[str, ...]:
    """Draw the series, write it, and return the names of the files.

    All codes have one version. A folder that is named with a / at its end is made. Every name is asked for before the
    first file is written, and where not all can be, none stays. Raises StorageFailed, and Usage where several pictures
    are to go to standard output, or the series is larger than what is drawn.
    """
    version = max(map(qr.version_for, series.frames))
    _bound(len(series.frames), version, style.scale)
    if style.kind in _WHOLE:
        if out.endswith("/"):
            raise Usage(
                _("--to {kind} writes one file, and {name} names a folder").format(
                    kind=style.kind, name=files.shown(out)
                ),
                hint=_("Name the file with -o."),
            )
        files.require_free(out, force=force)
        files.write(out, _WHOLE[style.kind](series, style, version), force=force)
        return (out,)
    names = _names(out, style.kind, len(series.frames))
    if out.endswith("/"):
        files.make_folder(out)
    for name in names:
        files.require_free(name, force=force)
    draw = qr.png if style.kind == "png" else qr.svg
    written: list[str] = []
    try:
        for name, frame in zip(names, series.frames, strict=True):
            files.write(name, draw(qr.matrix(frame, version), style.scale), force=force)
            written.append(name)
    finally:
        if len(written) < len(names):  # half a series is no message, and may pass for one
            files.remove(written)
    return names


def _gif(series: Series, style: Style, version: int) -> bytes:
    return qr.gif(_matrices(series, version), style.period_ms, style.scale)


def _html(series: Series, style: Style, version: int) -> bytes:
    return page.html(_matrices(series, version), style.period_ms, told(series.message))


def _pdf(series: Series, _style: Style, version: int) -> bytes:
    count = len(series.frames)
    captions = [_("{number} of {count}").format(number=number, count=count) for number in range(1, count + 1)]
    return printed.pdf(_matrices(series, version), captions if count > 1 else [""], told(series.message))


def _matrices(series: Series, version: int) -> list[qr.Matrix]:
    return [qr.matrix(frame, version) for frame in series.frames]


_WHOLE = {"gif": _gif, "html": _html, "pdf": _pdf}
"""The kinds that are one file for a whole series."""


def _bound(count: int, version: int, scale: int) -> None:
    side = (qr.modules(version) + 8) * scale
    if count * side * side > PIXEL_LIMIT:
        raise Usage(
            _("{count} pictures of {side} by {side} pixels are more than what is drawn at once").format(
                count=count, side=side
            ),
            hint=_("Lower --frames or --scale, or raise --fragment."),
        )


def _names(out: str, kind: str, count: int) -> tuple[str, ...]:
    """OUT for one picture; OUT-001.png and so on for several; the same in OUT, named frame, if that is a folder."""
    path = PurePath(out)
    if out != files.STANDARD and (out.endswith("/") or Path(out).is_dir()):
        path = path / f"frame.{kind}"
    elif count == 1:
        return (out,)
    elif out == files.STANDARD:
        raise Usage(
            _("{count} pictures do not fit one standard output").format(count=count),
            hint=_("Name a folder or a file with -o, or choose --to gif."),
        )
    digits = max(3, len(str(count)))
    suffix = path.suffix or f".{kind}"
    return tuple(str(path.with_name(f"{path.stem}-{number:0{digits}}{suffix}")) for number in range(1, count + 1))

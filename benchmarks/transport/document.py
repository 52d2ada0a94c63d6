"""The document of the bench and its plot, written from what was measured and from nothing else."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from textwrap import fill
from typing import Any

DOCS = Path(__file__).parents[2] / "docs"
DOCUMENT = DOCS / "transport.md"
PLOT = DOCS / "pictures" / "transport.svg"

Results = Mapping[str, Any]

_RECEIVERS = (
    "ours, counting up",
    "ours, shaped",
    "ours, dense",
    "bc-ur, counting up",
    "bc-ur, shaped",
    "bbqr, in order",
    "bbqr, slipping",
)


def write(results: Results) -> None:
    """Write both files."""
    DOCUMENT.write_text(text(results))
    PLOT.write_text(plot(results))


def text(results: Results) -> str:
    """Return the document."""
    return "\n".join(_lines(results)) + "\n"


def _lines(results: Results) -> Iterator[str]:
    yield "# How messages cross the window"
    for paragraph in _INTRODUCTION:
        yield ""
        yield _filled(paragraph)
    for parts in (10, 50, 100, 1000):
        yield ""
        yield f"### A message of {parts:,} parts"
        yield ""
        yield from _needed_table(results, parts)
    yield ""
    yield "![Frames needed by who joins late, over the share of frames that is lost](pictures/transport.svg)"
    yield ""
    yield _filled(
        f"Our own work for a frame, decoding bytewords and CBOR included: {results['own_ms']['100']} ms for 100 parts, "
        f"{results['own_ms']['1000']} ms for 1,000 (mean over a late join at one frame in ten lost)."
    )
    yield from ("", "## Reading photographs", "")
    yield _filled(_CAMERA)
    for severity in ("good", "medium", "harsh"):
        yield ""
        yield f"### {severity.capitalize()} pictures"
        yield ""
        yield from _camera_table(results, severity)
    wrong = sum(cell["wrong"] for cell in results["camera"])
    pictures = sum(cell["pictures"] for cell in results["camera"])
    yield ""
    yield f"Read wrongly, of all {pictures:,} photographs: {wrong}."
    yield from ("", "## Ten kilobytes from laptop to laptop", "")
    yield from _link_lines(results)
    yield from ("", "## Bytes a second", "")
    yield from _goodput_table(results)
    machine = results["machine"]
    yield ""
    yield _filled(
        f"Measured with Python {machine['python']} on {machine['system']} and {machine['processors']} processors that "
        "others used too. Counts of frames are the same on every machine; milliseconds are this one's."
    )


_INTRODUCTION = (
    "Written by `make bench` from `benchmarks/transport/results.json`; a test compares. Every figure can be "
    "measured again.",
    "## Frames needed",
    "Frames shown since the receiver began to look until it has the message, divided by the number of parts: "
    "1.00 is the least there can be, and where one frame in ten is lost nothing can be better than 1.11. Mean of "
    "the trials, with the worst in brackets. *Start* looks from the first frame on; *late* begins anywhere in the "
    "first 4 K frames.",
    "*Ours* is this project's collector; *bc-ur* is the decoder of `@ngraveio/bc-ur` and *bbqr* the one of npm's "
    "`bbqr`, unmodified and run by node. *Counting up* is the order of other wallets. *Shaped* is what our display "
    "plays for them: all plain parts, then mixtures of 8 to 30 (from 250 parts on: to 60), again and again. *Dense* "
    "is what it plays for ourselves. Both are finite series, of 1.5 K and 2 K frames (60 at the least), played with a "
    "slip after each pass, as is *slipping* BBQr.",
    "Losses come by chance, in bursts of 8 frames on average, or every second frame. A dash: most trials had no "
    "message after 12 K frames.",
)

_CAMERA = (
    "Photographs of 1920 by 1080 pixels, made by `benchmarks/transport/camera.py`: perspective, blur, noise, "
    "uneven light, the moire of a panel, a glare, JPEG. In each cell: read by one fast look, read with the ladder "
    "of retries, of how many; milliseconds with the ladder."
)
_LINK = (
    "{bytes:,} bytes, one frame in ten lost, shown with the preset `self` at ten frames a second. Beside it "
    "Sparrow's own stream (400 bytes a part, 200 ms, counting up), read by `@ngraveio/bc-ur`. Seconds of link "
    "time."
)
_WIDTH = 150


def _filled(paragraph: str) -> str:
    return fill(paragraph, _WIDTH, break_long_words=False, break_on_hyphens=False)


def _needed_table(results: Results, parts: int) -> Iterator[str]:
    cells = {
        (cell["receiver"], cell["model"], cell["share"], cell["late"]): cell
        for cell in results["needed"]
        if cell["parts"] == parts
    }
    receivers = [name for name in _RECEIVERS if any(key[0] == name for key in cells)]
    yield "| lost | | " + " | ".join(receivers) + " |"
    yield "|---|---" + "|---" * len(receivers) + "|"
    for model, share in dict.fromkeys((key[1], key[2]) for key in cells):
        for late in (False, True):
            row = [_ratio(cells.get((name, model, share, late))) for name in receivers]
            yield f"| {_lost(model, share)} | {'late' if late else 'start'} | " + " | ".join(row) + " |"


def _lost(model: str, share: float) -> str:
    if model == "alternate":
        return "every second"
    return f"{share:.0%}" + (" in bursts" if model == "burst" else "")


def _ratio(cell: Mapping[str, Any] | None) -> str:
    if cell is None:
        return ""
    if cell["mean"] is None or cell["unserved"] * 2 > cell["trials"]:
        return "-"
    unserved = f", {cell['unserved']} of {cell['trials']} never" if cell["unserved"] else ""
    return f"{cell['mean']:.2f} ({cell['worst']:.2f}{unserved})"


def _camera_table(results: Results, severity: str) -> Iterator[str]:
    cells = {(cell["version"], cell["pixels"]): cell for cell in results["camera"] if cell["severity"] == severity}
    versions = sorted({version for version, _pixels in cells})
    yield "| pixels a module | " + " | ".join(f"version {version}" for version in versions) + " |"
    yield "|---" * (1 + len(versions)) + "|"
    for pixels in sorted({pixels for _version, pixels in cells}):
        row = [_photographs(cells.get((version, pixels))) for version in versions]
        yield f"| {pixels} | " + " | ".join(row) + " |"


def _photographs(cell: Mapping[str, Any] | None) -> str:
    if cell is None:
        return ""
    return f"{cell['fast']}, {cell['ladder']} of {cell['pictures']}; {cell['ms']:.0f} ms"


def _link_lines(results: Results) -> Iterator[str]:
    link = results["link"]
    yield _filled(_LINK.format(bytes=link["bytes"]))
    yield ""
    yield "| | ours, mean | ours, 19 of 20 | ours, worst | Sparrow's stream |"
    yield "|---|---|---|---|---|"
    for name in ("start", "late"):
        row = link[name]
        yield f"| {name} | {row['mean']:.2f} | {row['most']:.2f} | {row['worst']:.2f} | {row['sparrow']:.2f} |"


def _goodput_table(results: Results) -> Iterator[str]:
    yield "A message of 100 kB, one frame in ten lost, read by ours; the pace is the frames that are really seen."
    yield ""
    yield "| preset | 5 frames a second | 10 | 15 |"
    yield "|---|---|---|---|"
    for name, rates in results["goodput"].items():
        yield f"| {name} | " + " | ".join(f"{rates[rate]:,}" for rate in ("5", "10", "15")) + " |"


_COLOURS = {
    "ours, dense": "#1b7837",
    "ours, shaped": "#2166ac",
    "bc-ur, shaped": "#e08214",
    "bc-ur, counting up": "#b2182b",
    "bbqr, in order": "#542788",
}
_LEFT, _TOP, _WIDE, _HIGH = 60, 30, 480, 300
_MOST = 8.0


def plot(results: Results) -> str:
    """Return an SVG: frames over K = 100 for who joins late, over the share that is lost by chance."""
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 {_TOP + _HIGH + 50}"',
        ' font-family="sans-serif" font-size="13">',
        '<rect width="100%" height="100%" fill="#fff"/>',
        f'<text x="{_LEFT}" y="18">Frames shown over K until complete; K = 100, joining late (ideal: dashed)</text>',
        *_axes(),
    ]
    ideal = [(share, 1 / (1 - share)) for share in (0.0, 0.1, 0.2, 0.3, 0.4, 0.5)]
    lines.append(_line(ideal, "#888", 'stroke-dasharray="5 4"'))
    ends: list[tuple[float, str, str]] = []
    for name, colour in _COLOURS.items():
        points = [
            (cell["share"], cell["mean"])
            for cell in results["needed"]
            if (cell["parts"], cell["model"], cell["late"], cell["receiver"]) == (100, "random", True, name)
            and cell["mean"] is not None
        ]
        lines.append(_line(points, colour))
        lines += [f'<circle cx="{_x(x):.1f}" cy="{_y(y):.1f}" r="3" fill="{colour}"/>' for x, y in points]
        ends.append((points[-1][1], name, colour))
    lines += _labels(ends)
    return "\n".join([*lines, "</svg>"]) + "\n"


def _axes() -> Iterator[str]:
    for ratio in range(1, int(_MOST) + 1):
        yield f'<line x1="{_LEFT}" x2="{_LEFT + _WIDE}" y1="{_y(ratio):.1f}" y2="{_y(ratio):.1f}" stroke="#ddd"/>'
        yield f'<text x="{_LEFT - 10}" y="{_y(ratio) + 4:.1f}" text-anchor="end">{ratio}</text>'
    for share in (0.0, 0.1, 0.3, 0.5):
        yield f'<text x="{_x(share):.1f}" y="{_TOP + _HIGH + 20}" text-anchor="middle">{share:.0%} lost</text>'


def _labels(ends: Sequence[tuple[float, str, str]]) -> Iterator[str]:
    below = 0.0
    for ratio, name, colour in sorted(ends, reverse=True):
        at = max(_y(ratio) + 4, below)
        below = at + 16
        yield f'<text x="{_LEFT + _WIDE + 10}" y="{at:.1f}" fill="{colour}">{name} {ratio:.2f}</text>'


def _line(points: Sequence[tuple[float, float]], colour: str, more: str = "") -> str:
    path = " ".join(f"{_x(x):.1f},{_y(y):.1f}" for x, y in points)
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2" {more}/>'.replace(" />", "/>")


def _x(share: float) -> float:
    return _LEFT + _WIDE * share / 0.5


def _y(ratio: float) -> float:
    return _TOP + _HIGH * (1 - (min(ratio, _MOST) - 1) / (_MOST - 1))

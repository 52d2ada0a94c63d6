"""A series to one HTML page that plays it in any browser; the page loads nothing, and its policy forbids it to.

The frames are bits in the page, drawn on a canvas in whole pixels.
"""

import base64
import hashlib
import json
from collections.abc import Sequence
from html import escape

from airgap.catalogue import _
from airgap.order import slip
from airgap.qr.blocks import QUIET
from airgap.qr.symbol import Matrix

_STYLE = """
html,body{margin:0;height:100%;background:#fff;color:#000;font:16px/1.4 sans-serif;text-align:center}
body{display:flex;flex-direction:column;justify-content:center;align-items:center}
canvas{image-rendering:pixelated}
p{margin:.3em 1em}
"""

_SCRIPT = """
"use strict";
const series = JSON.parse(document.getElementById("series").textContent);
const canvas = document.getElementById("code"), place = document.getElementById("place");
const frames = series.frames.map(text => Uint8Array.from(atob(text), letter => letter.charCodeAt(0)));
const side = series.modules + 2 * series.quiet;
const paper = canvas.getContext("2d");
let shown = 0, period = series.period, paused = false, count = 0;

function draw() {
  const bits = frames[shown];
  const scale = Math.max(1, Math.floor(Math.min(innerWidth, innerHeight - series.room) / side));
  canvas.width = canvas.height = side * scale;
  paper.fillStyle = "#fff";
  paper.fillRect(0, 0, canvas.width, canvas.height);
  paper.fillStyle = "#000";
  for (let at = 0; at < series.modules * series.modules; at++) {
    if (bits[at >> 3] >> (7 - (at & 7)) & 1) {
      const row = Math.floor(at / series.modules), column = at % series.modules;
      paper.fillRect((column + series.quiet) * scale, (row + series.quiet) * scale, scale, scale);
    }
  }
  place.textContent = frames.length > 1 ? (shown + 1) + " / " + frames.length : "";
}

function next() {
  count += 1;
  if (count === frames.length) {
    count = 0;
    shown -= series.slip % frames.length;
  }
  shown = (shown + 1 + frames.length) % frames.length;
}

function turn() {
  if (!paused && frames.length > 1) { next(); draw(); }
  setTimeout(turn, period * (0.9 + 0.2 * Math.random()));
}

addEventListener("resize", draw);
addEventListener("keydown", event => {
  if (event.key === ">" || event.key === ".") period = Math.max(50, period / 1.25);
  if (event.key === "<" || event.key === ",") period = Math.min(5000, period * 1.25);
  if (event.key === " ") paused = !paused;
});
draw();
setTimeout(turn, period);
"""

_ROOM = 110
"""Pixels of the window's height that the lines below the code take."""


def html(matrices: Sequence[Matrix], period_ms: int, caption: str) -> bytes:
    """Return the page, with the caption as text.

    All codes have one size; each is shown for about `period_ms` milliseconds, in an order that changes with each round.
    """
    series = {
        "frames": [base64.b64encode(_bits(matrix)).decode("ascii") for matrix in matrices],
        "modules": len(matrices[0]),
        "period": period_ms,
        "quiet": QUIET,
        "room": _ROOM,
        "slip": slip(len(matrices)),
    }
    policy = f"default-src 'none'; script-src {_hash(_SCRIPT)}; style-src {_hash(_STYLE)}"
    keys = _("Keys: > faster, < slower, space stops.") if len(matrices) > 1 else ""
    return (
        "<!doctype html>\n"
        '<html><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">'
        f"<title>{escape(caption)}</title><style>{_STYLE}</style></head>\n"
        f'<body><canvas id="code"></canvas><p id="place"></p><p>{escape(caption)}</p><p>{escape(keys)}</p>\n'
        f'<script type="application/json" id="series">{json.dumps(series)}</script>\n'
        f"<script>{_SCRIPT}</script></body></html>\n"
    ).encode()


def _hash(text: str) -> str:
    """The source expression that lets a browser run exactly this text (Content Security Policy, level 2)."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode('ascii')}'"


def _bits(matrix: Matrix) -> bytes:
    """The modules row by row, eight to a byte, the first in the highest bit."""
    bits = "".join("1" if dark else "0" for row in matrix for dark in row)
    return int(bits.ljust(-(-len(bits) // 8) * 8, "0"), 2).to_bytes(-(-len(bits) // 8), "big")

"""Published examples of the exchange formats, with where they come from, in published.json beside this file."""

import json
from pathlib import Path
from typing import Any

PUBLISHED: dict[str, Any] = json.loads(Path(__file__).with_name("published.json").read_text(encoding="ascii"))

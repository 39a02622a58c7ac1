"""The small reviewed tables of colloquial names that no library knows."""

from __future__ import annotations

import functools
import json
from importlib.resources import files
from typing import Any


@functools.cache
def table(name: str) -> dict[str, Any]:
    """Return the JSON object in ``data/<name>.json`` of this package; not to be changed."""
    text = files("practicum.values").joinpath("data", f"{name}.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded

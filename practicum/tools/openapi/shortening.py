"""Descriptions cut short, where a tool's schema would be too long with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from practicum.records import JsonObject, canonical_json
from practicum.tools.schema import DATA

MAX_CHARACTERS = 64_000
"""Of a tool's schema, some 16,000 tokens of each model call that shows it."""
BOUNDS = (1000, 300, 100)
"""Characters of a description, the first bound that is short enough."""


@dataclass(frozen=True)
class Shortened:
    """A tool's schema as it is shown."""

    schema: JsonObject
    characters: int
    most: int | None = None
    """Characters to which each description is cut; None: none is."""

    @property
    def is_long(self) -> bool:
        """Whether it is longer than what a model should be shown."""
        return self.characters > MAX_CHARACTERS


def shortened(schema: JsonObject) -> Shortened:
    """Return a schema with its descriptions cut as far as its length makes it necessary."""
    made = Shortened(schema, len(canonical_json(schema)))
    for most in BOUNDS:
        if not made.is_long:
            break
        cut = _cut(schema, most)
        made = Shortened(cut, len(canonical_json(cut)), most)
    return made


def cut_text(text: str, most: int) -> str:
    """Return a text of at most so many characters."""
    return text if len(text) <= most else f"{text[: most - 3]}..."


def _cut(node: Any, most: int) -> Any:
    if isinstance(node, list):
        return [_cut(part, most) for part in node]
    if not isinstance(node, dict):
        return node
    return {
        key: cut_text(part, most)
        if key == "description" and isinstance(part, str)
        else (part if key in DATA else _cut(part, most))
        for key, part in node.items()
    }

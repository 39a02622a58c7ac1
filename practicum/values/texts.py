"""Free text: what a query quotes, what follows its colon, the names in it."""

from __future__ import annotations

import random
import re
from typing import Any

from practicum.values.free_text import free_texts
from practicum.values.registry import ValueFormat
from practicum.values.slots import Slot
from practicum.values.spans import Span, span

_PHRASES = ("hello world", "good morning", "see you at lunch", "the quick brown fox",
            "meet me at the station", "tea for two", "a penny for your thoughts",
            "open sesame", "winter is coming", "to be continued")  # fmt: skip
_WORDS = ("apple", "bridge", "candle", "dragon", "early", "forest", "garden", "harbor", "island", "jacket",
          "kettle", "lantern", "meadow", "night", "orange", "paper", "quiet", "river", "silver", "table",
          "under", "violet", "window", "yellow", "zebra", "blue", "cold", "little", "old")  # fmt: skip


def _resolve(text: str) -> list[Span]:
    found = [(text.find(value), value) for value in free_texts(text)]
    return [span(text, start, start + len(value), value) for start, value in found if start >= 0]


def _verbalise(value: Any) -> tuple[str, ...]:
    """Quote a text with the quotation marks that it does not contain."""
    if not isinstance(value, str) or not value or len(value) > 400 or "\n" in value:
        return ()
    pairs = (('"', '"'), ("\u201c", "\u201d"), ("\u00ab", "\u00bb"), ("`", "`"))
    return tuple(f"{left}{value}{right}" for left, right in pairs if left not in value and right not in value)


def _canonical(value: Any) -> Any:
    return " ".join(value.split()) if isinstance(value, str) else value


def _forms(value: Any, _: Slot) -> tuple[Any, ...]:
    return (value,)


def _draw(rng: random.Random) -> str:
    """Return a text that is hardly drawn twice: the same few again and again would look like a closed set."""
    if rng.random() < 0.2:
        return rng.choice(_PHRASES)
    words = rng.sample(_WORDS, rng.randint(1, 4))
    marked = rng.random()
    if marked < 0.15:
        return f"{'-'.join(words)}-{rng.randint(1, 2_999)}"
    said = " ".join(words)
    return said.title() if marked < 0.3 else said.capitalize() + "!" if marked < 0.4 else said


def is_drawn(value: str) -> bool:
    """Whether a text is one that practice draws by itself: that it was met says nothing of the tool.

    A word alone may be a member of a closed set as well ("silver"), and counts as none.
    """
    said = re.split(r"[ -]", re.sub(r"-\d+$|!$", "", value).lower())
    return value in _PHRASES or (len(said) > 1 and set(said) <= set(_WORDS))


FORMATS = (ValueFormat("text", _verbalise, _resolve, _draw, _canonical, _forms),)

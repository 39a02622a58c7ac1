"""Text that gives orders to a model: nothing that a tool returned may teach a model to obey it.

The patterns are reviewed one by one, and err on the side of orders to a model: they are no detector of
attacks, they keep the published kinds (tests/unit/hostile/injections.jsonl) out of what is shown and trained
on. An order in plain words without any sign that it is meant for a model is not told from data.
"""

from __future__ import annotations

from functools import cache, lru_cache

from practicum.hostile.many_patterns import ManyPatterns
from practicum.hostile.order_patterns import FOREIGN, PATTERNS
from practicum.hostile.unfold import LONGEST, views

SHOWN_CHARACTERS = 120
_SHORTEST = 8
TOO_LONG = f"(not read: it is longer than {LONGEST} characters)"
"""What is longer is taken for an order: what stands behind its beginning is not known."""


@cache
def orders() -> ManyPatterns:
    """Return all patterns, made at their first use: it takes as long as the command's help."""
    return ManyPatterns((*PATTERNS, *FOREIGN))


@lru_cache(maxsize=4096)
def instruction_like(text: str) -> str | None:
    """Return the part of ``text`` that reads as an order to a model, None when nothing does.

    Disguises are taken off before: look-alike letters, invisible characters, escapes, encodings. A text that
    is too long to be read to its end counts as one, too: `TOO_LONG`.
    """
    if len(text) < _SHORTEST:
        return None
    for view in views(text):
        found = orders().search(view)
        if found:
            return " ".join(found.group().split())[:SHOWN_CHARACTERS]
    return TOO_LONG if len(text) > LONGEST else None

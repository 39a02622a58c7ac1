"""Observations in a prompt are marked as data, by a tag that their own text can't close.

Not for the embedded model, whose figures were measured with the prompts as they are, and whose replies
are bound by a grammar.
"""

from __future__ import annotations

import re

TAG = "tool_result"
_TAGS = re.compile(rf"<\s*/?\s*{TAG}\b[^<>]*>?", re.IGNORECASE)


def as_data(text: str) -> str:
    """Return an observation between the tags that say it is one; such tags in it are taken out."""
    return f"<{TAG}>\n{_without_tags(text)}\n</{TAG}>"


def _without_tags(text: str) -> str:
    """Take tags out until none is left: the rest of one may close around another."""
    while (less := _TAGS.sub("", text)) != text:
        text = less
    return text

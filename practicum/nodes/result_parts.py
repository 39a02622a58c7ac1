"""The JSON in a result: the whole of it, block by block, amid words, or what a cut has left of it."""

from __future__ import annotations

import json
import re
from typing import Any

MOST_FAILURES = 50
"""Brackets that may open nothing that can be read; after so many the rest is not looked at."""

_DECODER = json.JSONDecoder()
_PART = re.compile(
    r'"(?P<key>[^"\\\n]{1,80})"\s{0,8}:\s{0,8}'
    r'(?:(?P<open>[\[{])|(?P<said>"(?:[^"\\\n]|\\.){0,200}"|-?\d{1,18}(?![\d.eE])))'
    r"|(?P<bare>[\[{])"
)

ResultPart = tuple[str, str, Any]
"""A value with the key around it and its own key, each empty where there is none."""


def json_parts(text: str) -> list[ResultPart]:
    """Return the JSON that stands in a result, in its order; empty where there is none.

    Servers return a block for each thing, or words before it, and a long result is cut: of an object that
    has no end, what it says before the cut counts.
    """
    try:
        return [("", "", json.loads(text))]
    except (ValueError, RecursionError):
        pass
    parts: list[ResultPart] = []
    around, at, failures = "", 0, 0
    while failures < MOST_FAILURES and (found := _PART.search(text, at)):
        key = found["key"] or ""
        start = max(found.start("open"), found.start("said"), found.start("bare"))
        try:
            value, at = _DECODER.raw_decode(text, start)
        except (ValueError, RecursionError):
            around, at, failures = key or around, start + 1, failures + 1
            continue
        if key or _holds_objects(value):
            parts.append((around, key, value))
    return parts


def _holds_objects(value: Any) -> bool:
    """Whether it is more than a word in brackets, such as "[3]"."""
    return isinstance(value, dict) or (
        isinstance(value, list) and any(isinstance(each, dict) for each in value)
    )

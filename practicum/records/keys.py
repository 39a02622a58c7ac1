"""When two queries, or two values, are the same: one spelling of each."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

_QUOTES = re.compile("[\"'`\u201c\u201d\u2018\u2019\u00ab\u00bb]")


def query_key(query: str) -> str:
    """Return one spelling per query: case, spaces, quotes and closing punctuation make no other one.

    Signs and inner punctuation stay: "-5 °C" is not "5 °C".
    """
    folded = unicodedata.normalize("NFKC", query).casefold()
    return " ".join(_QUOTES.sub("", folded).split()).rstrip(".?! ")


def plain_value(value: Any) -> Any:
    """Return a JSON value with whole numbers as integers: 70.0 is written 70."""
    if isinstance(value, dict):
        return {key: plain_value(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain_value(part) for part in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value

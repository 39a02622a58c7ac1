"""When two queries, values or calls are the same: one spelling of each."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from practicum.records.base import canonical_json
from practicum.records.calls import ToolCall, ToolSpec

_QUOTED = re.compile(r"(?<!\w)([\"'`])(.+?)\1(?!\w)")
_OTHER_QUOTES = re.compile("(?<![0-9])[\"'`]")
"""But for feet and inches, minutes and seconds."""
_RAISED = "\u00b9\u00b2\u00b3\u2070\u2074\u2075\u2076\u2077\u2078\u2079"
_PLAIN = str.maketrans(
    {
        **dict.fromkeys("\u201c\u201d\u00ab\u00bb", '"'),
        **dict.fromkeys("\u2018\u2019", "'"),
        **{raised: f"^{unicodedata.normalize('NFKC', raised)}" for raised in _RAISED},
    }
)


def query_key(query: str) -> str:
    """Return one spelling per query: case, spaces, quotes and closing punctuation make no other one.

    Signs, exponents and inner punctuation stay: "-5 °C" is not "5 °C".
    """
    folded = unicodedata.normalize("NFKC", query.translate(_PLAIN)).casefold()
    bare = _OTHER_QUOTES.sub("", _QUOTED.sub(r"\2", folded))
    return " ".join(bare.split()).rstrip(".?! ")


def plain_value(value: Any) -> Any:
    """Return a JSON value with whole numbers as integers: 70.0 is written 70."""
    if isinstance(value, dict):
        return {key: plain_value(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain_value(part) for part in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def call_key(call: ToolCall, spec: ToolSpec | None = None) -> str:
    """Return one spelling per call: 70.0 is 70, and null is as good as left out.

    Args:
        call: The call.
        spec: Its tool: an argument at its default is then as good as left out, too.
    """
    properties = spec.properties if spec is not None else {}
    arguments = {
        name: plain_value(value)
        for name, value in call.arguments.items()
        if value is not None
        and not ("default" in (found := properties.get(name, {})) and found["default"] == value)
    }
    return f"{call.name}({canonical_json(arguments)})"

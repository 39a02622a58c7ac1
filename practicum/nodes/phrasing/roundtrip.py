"""Whether a query still says every argument: the values it offers must contain them."""

from __future__ import annotations

import re
from typing import Any

from practicum import values
from practicum.nodes.phrasing.assigning import members, part
from practicum.nodes.phrasing.english import humanise
from practicum.nodes.phrasing.roles import Parameter, Role

_BACKWARDS = re.compile(
    r"\b(before|ago|earlier|back|minus|negative|subtract|prior|less)\b|(?<!\w)-\d", re.IGNORECASE
)
"""Words that say the minus of an offset."""
_LAST = re.compile(r"\b(last|final)\b", re.IGNORECASE)


def recoverable(parameter: Parameter, value: Any, query: str, said: str) -> bool:
    """Say whether ``value`` can be read from ``query``.

    Args:
        parameter: The parameter that the value is for.
        value: The argument of the call, a JSON value.
        query: The whole query.
        said: The words of the query that say it.
    """
    if isinstance(value, bool):
        return bool(said) and said in query
    if isinstance(value, list):
        item = members(parameter)
        return all(recoverable(item, one, query, said) for one in value)
    if isinstance(value, dict):
        return all(recoverable(part(parameter, name), one, query, said) for name, one in value.items())
    if parameter.format in {None, "text"}:
        return _literally(parameter, value, query)
    if parameter.role is Role.OFFSET and isinstance(value, int | float) and value < 0:
        signed = _BACKWARDS.search(query) is not None
        return signed and (_offered(parameter, value, query) or _offered(parameter, -value, query))
    return _offered(parameter, value, query) or _in_other_words(parameter, value, query, said)


def _in_other_words(parameter: Parameter, value: Any, query: str, said: str) -> bool:
    """Whether text is said as it is, or the last of several as such."""
    if isinstance(value, str):
        return said == value
    return bool(parameter.role is Role.ORDINAL and value == -1 and _LAST.search(query))


def _offered(parameter: Parameter, value: Any, query: str) -> bool:
    """Whether the query offers the value; a format that reads nothing at all leaves it to be copied."""
    offered = values.candidates(parameter.name, parameter.schema, query, description=parameter.description)
    if not offered:
        return _literally(parameter, value, query)
    return any(_same(parameter, one, value) for one in offered)


def _same(parameter: Parameter, one: Any, other: Any) -> bool:
    return values.equivalent(parameter.name, parameter.schema, one, other, description=parameter.description)


def _literally(parameter: Parameter, value: Any, query: str) -> bool:
    if isinstance(value, int | float):
        return re.search(rf"(?<![\d.]){re.escape(str(value))}(?![\d]|\.\d)", query) is not None
    text = str(value)
    if text in query:
        return True
    return bool(parameter.enum) and humanise(text).lower() in query.lower()

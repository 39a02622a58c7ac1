"""How values are written into paths, queries, headers, cookies and forms (OpenAPI 3.1, section 4.8.12)."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from practicum.tools.openapi.arguments import Argument
from practicum.tools.web import ExchangeError

RESERVED = ":/?#[]@!$&'()*+,;="
"""Characters that mean something in URLs."""
_BETWEEN = {"form": ",", "spaceDelimited": "%20", "pipeDelimited": "%7C"}


def scalar(value: Any) -> str:
    """Return one value as text: strings as they are, all else as JSON spells it."""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def path_text(argument: Argument, value: Any) -> str:
    """Return a value as it stands in a path, escaped.

    Raises:
        ExchangeError: the path would then name something else.
    """
    if argument.as_json:
        return quote(compact(value), safe="")
    prefix, between = {"label": (".", "."), "matrix": (f";{argument.key}=", ",")}.get(
        argument.style, ("", ",")
    )
    if argument.style == "label" and not argument.explode:
        between = ","
    if argument.style == "matrix" and argument.explode and isinstance(value, list | dict):
        pairs = value.items() if isinstance(value, dict) else [(argument.key, each) for each in value]
        return "".join(f";{quote(str(key), safe='')}={_escaped(each)}" for key, each in pairs)
    text = between.join(_listed(argument, value))
    if not prefix and text in {"", ".", ".."}:
        raise ExchangeError(
            f"argument {argument.name!r} can't be {value!r}: the path would name something else"
        )
    return prefix + text


def query_pairs(argument: Argument, value: Any) -> list[str]:
    """Return the ``key=value`` parts that a value takes in a query or a form, escaped."""
    key = quote(argument.key, safe="")
    safe = RESERVED.translate({ord(each): None for each in "&=+#"}) if argument.keeps_reserved else ""
    if argument.as_json or not isinstance(value, list | dict):
        text = compact(value) if argument.as_json else scalar(value)
        return [f"{key}={quote(text, safe=safe)}"]
    if argument.style == "deepObject":
        return _deep(key, value, safe)
    if argument.explode:
        if isinstance(value, dict):
            return [
                f"{quote(str(name), safe='')}={quote(scalar(each), safe=safe)}"
                for name, each in value.items()
            ]
        return [f"{key}={quote(scalar(each), safe=safe)}" for each in value]
    between = _BETWEEN.get(argument.style, ",")
    return [f"{key}={between.join(quote(scalar(each), safe=safe) for each in _flat(value))}"]


def header_text(argument: Argument, value: Any) -> str:
    """Return a value as a header.

    Raises:
        ExchangeError: headers can't hold it.
    """
    if argument.as_json:
        text = json.dumps(value, separators=(",", ":"))
    elif isinstance(value, dict) and argument.explode:
        text = ",".join(f"{key}={scalar(each)}" for key, each in value.items())
    else:
        text = (
            ",".join(scalar(each) for each in _flat(value))
            if isinstance(value, list | dict)
            else scalar(value)
        )
    if not text.isascii() or not text.isprintable():
        raise ExchangeError(
            f"argument {argument.name!r} can't hold {text!r:.60}: it is sent as an HTTP header"
        )
    return text.strip()


def compact(value: Any) -> str:
    """Return a value as JSON without spaces."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _deep(key: str, value: Any, safe: str) -> list[str]:
    """Names in brackets; of lists, which OpenAPI leaves open, their places."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    parts: list[str] = []
    for name, each in items:
        inner = f"{key}%5B{quote(str(name), safe='')}%5D"
        parts += (
            _deep(inner, each, safe)
            if isinstance(each, list | dict)
            else [f"{inner}={quote(scalar(each), safe=safe)}"]
        )
    return parts


def _listed(argument: Argument, value: Any) -> list[str]:
    if isinstance(value, dict) and argument.explode:
        return [f"{quote(str(key), safe='')}={_escaped(each)}" for key, each in value.items()]
    return [_escaped(each) for each in _flat(value)] if isinstance(value, list | dict) else [_escaped(value)]


def _flat(value: Any) -> list[Any]:
    """A list as it is, of an object names and values by turns."""
    return [each for pair in value.items() for each in pair] if isinstance(value, dict) else list(value)


def _escaped(value: Any) -> str:
    return quote(scalar(value), safe="")

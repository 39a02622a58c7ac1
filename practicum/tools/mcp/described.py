"""What a server says of its tools: a stranger's words, which every model reads and the terminal shows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from practicum.hostile import instruction_like, redact
from practicum.hostile.clean import visible
from practicum.records import JsonObject, ToolSpec, canonical_json
from practicum.tools.catalog import Notice
from practicum.tools.docstrings import say_of_parameters, summary
from practicum.tools.mcp.secrets import hide

LONGEST = 1024
"""Characters of a description that are kept, as providers accept them."""
_PARAMETER = re.compile(r"[A-Za-z0-9_.-]{1,64}")
"""Names that providers accept for an argument."""


def cleaned(described: JsonObject, secrets: Iterable[str]) -> JsonObject:
    """Return what is said of a tool without what nobody sees and without secrets, its descriptions bounded.

    Raises:
        ValueError: nothing that can be shown is left of a name in its schema, or the schema is too deep.
    """
    text = str(described.get("description") or "")
    schema = described.get("inputSchema")
    told = {"description": _clipped(_text(summary(text, schema), secrets))}
    try:
        schema = say_of_parameters(schema, text) if isinstance(schema, dict) else schema
        schema = _value(schema, tuple(secrets))
    except RecursionError:
        raise ValueError("its schema is nested too deeply") from None
    return {**described, **told, **({"inputSchema": schema} if "inputSchema" in described else {})}


def needs_task(described: JsonObject) -> bool:
    """Whether the server runs the tool only as a task that is asked again and again whether it has ended."""
    execution = described.get("execution")
    return isinstance(execution, dict) and execution.get("taskSupport") == "required"


def odd_parameter(spec: ToolSpec) -> str | None:
    """Return the name of an argument that no provider takes, as it may be shown; None where all are fine."""
    odd = next((name for name in spec.properties if not _PARAMETER.fullmatch(name)), None)
    return None if odd is None else repr(visible(odd)[:40])


def orders_in(spec: ToolSpec) -> Iterator[Notice]:
    """Yield a notice where a tool's description, or its schema, reads like an order to a model."""
    found = instruction_like(spec.description) or instruction_like(canonical_json(spec.parameters))
    if found:
        said = f"its description reads like an order to a model, which each that has it will read: {found!r}"
        yield Notice(said, (spec.name,))


def _value(value: Any, secrets: tuple[str, ...]) -> Any:
    if isinstance(value, str):
        return _text(value, secrets)
    if isinstance(value, list):
        return [_value(each, secrets) for each in value]
    if isinstance(value, dict):
        return {_name(key, secrets): _under(key, each, secrets) for key, each in value.items()}
    return value


def _under(key: str, value: Any, secrets: tuple[str, ...]) -> Any:
    inner = _value(value, secrets)
    return _clipped(inner) if key == "description" and isinstance(inner, str) else inner


def _name(name: str, secrets: tuple[str, ...]) -> str:
    shown = _text(name, secrets)
    if shown != name:
        raise ValueError(f"a name in its schema holds what can't be shown: {shown[:40]!r}")
    return name


def _text(text: str, secrets: Iterable[str]) -> str:
    return redact(hide(visible(text), secrets))


def _clipped(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."

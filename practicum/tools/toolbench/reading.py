"""One API of ToolBench's documentation as a model is told of it."""

from __future__ import annotations

import re
from typing import Any

from practicum.records import JsonObject, ToolSpec
from practicum.tools.effects import Effect
from practicum.tools.schema import MAX_PARAMETERS, UnusableSchemaError
from practicum.tools.toolbench.names import server_name

MAX_NAME = 64
MAX_DESCRIPTION = 1024
_TYPES = {"NUMBER": "number", "INTEGER": "integer", "BOOLEAN": "boolean"}
"""Everything else is text: also lists and objects, which the APIs take as text."""
_FORMATS = {"DATE": "date", "DATE (YYYY-MM-DD)": "date"}
_READING = ("GET", "HEAD", "OPTIONS")
_DESTRUCTIVE = ("PUT", "PATCH", "DELETE")
_ARGUMENT = re.compile(r"[A-Za-z0-9_.-]{1,64}")


def read_api(api: Any, tool: JsonObject, standard_tool: str) -> tuple[ToolSpec, str]:
    """Return what a model is told of an API, and the name by which the server knows it.

    Args:
        api: An entry of ``api_list``.
        tool: The documentation of its tool.
        standard_tool: The name of the tool's file, which is its name for the server.

    Raises:
        UnusableSchemaError: it is incomplete; says why.
    """
    if not isinstance(api, dict) or not isinstance(api.get("name"), str):
        raise UnusableSchemaError("an entry of its api_list has no name")
    api_name = server_name(api["name"])
    if not api_name:
        raise UnusableSchemaError("nothing of its name is left that the server knows")
    spec = ToolSpec(
        name=tool_name(api_name, standard_tool),
        description=_description(api, tool),
        parameters=_schema(api),
    )
    return spec, api_name


def tool_name(api_name: str, standard_tool: str) -> str:
    """Return the name of an API's function, as ToolBench's own agents call it: the last 64 characters."""
    whole = re.sub(r"[^A-Za-z0-9_-]", "_", f"{api_name}_for_{standard_tool}")
    return whole[-MAX_NAME:]


def effect_of(api: JsonObject) -> tuple[Effect, str]:
    """Return what an API may do, from the method that its documentation states."""
    method = str(api.get("method", "")).upper()
    if method in _READING:
        return Effect.READ_ONLY, f"HTTP {method} changes nothing"
    if method in _DESTRUCTIVE:
        return Effect.DESTRUCTIVE, f"HTTP {method} changes something"
    return Effect.UNKNOWN, f"HTTP {method} may change something" if method else "it states no HTTP method"


def _description(api: JsonObject, tool: JsonObject) -> str:
    name = str(tool.get("tool_name") or tool.get("title") or "")
    about = " ".join(str(tool.get("tool_description") or "").split())
    own = str(api.get("description") or "").strip() or f"{api['name']}."
    text = f"{own}\n(Part of {name}{': ' if about else ''}{about})" if name else own
    return text if len(text) <= MAX_DESCRIPTION else f"{text[: MAX_DESCRIPTION - 3]}..."


def _schema(api: JsonObject) -> JsonObject:
    properties: JsonObject = {}
    required: list[str] = []
    for key, is_required in (("required_parameters", True), ("optional_parameters", False)):
        parameters = api.get(key) or []
        if not isinstance(parameters, list):
            raise UnusableSchemaError(f"its {key} are no list")
        for parameter in parameters:
            name, schema = _parameter(parameter, key)
            if name not in properties and is_required:
                required.append(name)
            properties.setdefault(name, schema)
    if len(properties) > MAX_PARAMETERS:
        raise UnusableSchemaError(f"it has more than {MAX_PARAMETERS} parameters")
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _parameter(parameter: Any, key: str) -> tuple[str, JsonObject]:
    if not isinstance(parameter, dict) or not isinstance(parameter.get("name"), str):
        raise UnusableSchemaError(f"an entry of its {key} has no name")
    name = server_name(parameter["name"])
    if not _ARGUMENT.fullmatch(name):
        raise UnusableSchemaError(f"its parameter {parameter['name']!r:.60} has no name that models accept")
    stated = str(parameter.get("type", "")).upper()
    schema: JsonObject = {"type": _TYPES.get(stated, "string")}
    if stated in _FORMATS:
        schema["format"] = _FORMATS[stated]
    closed = next((parameter[each] for each in ("enum", "options") if parameter.get(each)), None)
    if isinstance(closed, list) and all(isinstance(value, str) for value in closed):
        schema = {"type": "string", "enum": list(dict.fromkeys(closed))}
    said = str(parameter.get("description") or "").strip()
    if said:
        schema["description"] = said[:MAX_DESCRIPTION]
    example = _example(parameter.get("default"), schema)
    return name, schema if example is None else {**schema, "examples": [example]}


def _example(default: Any, schema: JsonObject) -> Any:
    """What stands as a default is an example of a value; None where it is none, or of another type."""
    text = str(default).strip() if default is not None else ""
    if not text or len(text) > MAX_DESCRIPTION:
        return None
    kind = schema["type"]
    if kind == "boolean":
        return {"true": True, "false": False}.get(text.lower())
    if kind in {"number", "integer"}:
        try:
            value = float(text)
        except ValueError:
            return None
        is_whole = abs(value) < 2**53 and value.is_integer()
        return int(value) if is_whole else None if kind == "integer" or abs(value) == float("inf") else value
    return text if text in schema.get("enum", [text]) else None

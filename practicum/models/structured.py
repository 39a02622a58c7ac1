"""Structured output: a pydantic class or JSON Schema in, a checked value out."""

from __future__ import annotations

import json
from typing import Any

from langchain_core.exceptions import OutputParserException
from langchain_core.messages import AIMessage
from langchain_core.utils.function_calling import convert_to_json_schema
from pydantic import BaseModel, ValidationError

from practicum.models.describe import describe_parameter
from practicum.records import JsonObject


def json_schema_of(schema: dict[str, Any] | type) -> JsonObject:
    """Return the JSON Schema of a pydantic class, a TypedDict, or the schema itself."""
    if isinstance(schema, dict) and ("type" in schema or "properties" in schema or "anyOf" in schema):
        return schema
    if isinstance(schema, type) and issubclass(schema, BaseModel):
        return schema.model_json_schema()
    return convert_to_json_schema(schema)


def schema_instruction(schema: JsonObject) -> str:
    """Return what a prompt says of the object that is wanted."""
    required = frozenset(schema.get("required", ()))
    lines = [
        "  " + describe_parameter(name, part, schema, required=name in required)
        for name, part in schema.get("properties", {}).items()
    ]
    return "\n".join(["Reply with one JSON object and nothing else. Its fields:", *lines])


def parsed_reply(message: AIMessage, schema: dict[str, Any] | type, *, include_raw: bool) -> Any:
    """Return the value in a reply, or with ``include_raw`` the dict that LangChain describes.

    Raises:
        OutputParserException: the reply does not fit, and ``include_raw`` is false.
    """
    try:
        parsed, error = read_structured(str(message.text), schema), None
    except OutputParserException as broken:
        if not include_raw:
            raise
        parsed, error = None, broken
    return {"raw": message, "parsed": parsed, "parsing_error": error} if include_raw else parsed


def read_structured(text: str, schema: dict[str, Any] | type) -> Any:
    """Decode ``text``; an instance for a pydantic class, else the decoded JSON.

    Raises:
        OutputParserException: it is not JSON, or does not fit the class.
    """
    try:
        value = json.loads(text)
        if isinstance(schema, type) and issubclass(schema, BaseModel):
            return schema.model_validate(value)
    except (json.JSONDecodeError, ValidationError) as error:
        raise OutputParserException(f"the reply does not fit the schema: {error}", llm_output=text) from error
    return value

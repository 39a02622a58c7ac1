"""Structured output: a pydantic class or JSON Schema in, a checked value out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from langchain_core.exceptions import OutputParserException
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage
from langchain_core.utils.function_calling import convert_to_json_schema
from pydantic import BaseModel

from practicum.errors import ProviderError
from practicum.hostile.schema_patterns import validator_of
from practicum.models.describe import describe_parameter
from practicum.models.replies import compact_json
from practicum.records import JsonObject

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError as JsonSchemaError

NOT_FITTING = "the reply does not fit the schema"
CUT_OFF = {"length": "it reached the bound of its tokens", "content_filter": "the provider filtered it"}
"""What providers say of a reply that ends too soon, and what that means."""
SHOWN_CHARACTERS = 300
"""Of what a model wrote, or of what is said of it."""


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
    except (ValueError, RecursionError) as error:  # of JSON, of pydantic, of a number that is too long
        raise OutputParserException(f"{NOT_FITTING}: {error}", llm_output=text) from error
    return value


def misfit(value: Any, schema: JsonObject, error: BaseException | None = None) -> str:
    """Return why a decoded reply is not the object that was asked for; empty when it is.

    Args:
        value: What was decoded; None when nothing could be.
        schema: What was asked for. Its bounds on length count for nothing.
        error: What was said when nothing could be decoded.
    """
    if value is None:
        reason = (str(error).strip().splitlines() if error else []) or ["it is no JSON object"]
        return _not_fitting(reason[0].removeprefix(NOT_FITTING).removeprefix(": "))
    if not isinstance(value, dict):
        return _not_fitting(f"it is no JSON object but {_shortened(compact_json(value))}")
    wrong = _first_error(value, schema)
    return _not_fitting(wrong) if wrong else ""


def refuse_cut_off(message: Any, name: str) -> None:
    """Refuse an object that the model did not write to its end: what is there may look like a whole one.

    Raises:
        ProviderError: it was cut off, or filtered.
    """
    reason = message.response_metadata.get("finish_reason") if isinstance(message, AIMessage) else None
    if reason in CUT_OFF:
        raise ProviderError(f"the reply of {name} is no whole object: {CUT_OFF[reason]}")


def correction(text: str, wrong: str) -> list[BaseMessage]:
    """Return what a model is told of a reply that did not fit: its own words, and what is wrong with them."""
    complaint = f"This can't be used: {wrong}. Reply again, with one JSON object that fits and nothing else."
    return [AIMessage(content=text or "(nothing)"), HumanMessage(content=complaint)]


def _first_error(value: JsonObject, schema: JsonObject) -> str:
    from jsonschema.exceptions import UnknownType, relevance
    from referencing.exceptions import Unresolvable

    try:
        found = [each for each in validator_of(schema).iter_errors(value) if not _is_of_length(each)]
    except (UnknownType, Unresolvable):
        return ""  # a schema that can't be applied excludes nothing
    if not found:
        return ""
    worst = max(found, key=relevance)
    where = ".".join(str(part) for part in worst.absolute_path)
    return (f"at {where}: " if where else "") + _shortened(worst.message)


def _is_of_length(error: JsonSchemaError) -> bool:
    """Whether a value is only too long; of alternatives, whether one of them would else be kept."""
    if error.validator in {"maxLength", "maxItems"}:
        return True
    branches: dict[Any, bool] = {}
    for inner in error.context or ():
        branch = inner.relative_schema_path[0]
        branches[branch] = branches.get(branch, True) and _is_of_length(inner)
    return any(branches.values())


def _not_fitting(reason: str) -> str:
    return f"{NOT_FITTING}: {_shortened(reason)}"


def _shortened(text: str) -> str:
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[: SHOWN_CHARACTERS - 3]}..."

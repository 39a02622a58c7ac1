"""What no tool can be made of, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from langchain_core.tools import StructuredTool, tool
from tool_parts import made, refusal

from practicum.records import JsonObject


def add(first: int, second: int) -> int:
    """Add two numbers."""
    return first + second


class Named:
    def __call__(self, word: str) -> str:
        return word


@pytest.mark.parametrize("thing", [Named(), partial(add, 1)])
def test_what_has_no_name_of_its_own_is_refused_with_what_to_do(thing: Callable[..., Any]) -> None:
    refused = refusal(thing)
    assert refused.reason == "no schema can be made of it: it has no name of its own"
    assert refused.fix == "wrap it in a function with typed parameters"


def untyped(first: int, word) -> str:  # type: ignore[no-untyped-def]  # what is refused
    return f"{first}{word}"


def variadic(*words: str) -> str:
    return "".join(words)


def keywords(**words: str) -> str:
    return "".join(words)


def positional(word: str, /) -> str:
    return word


def reserved(callbacks: str) -> str:
    return callbacks


def private(_word: str) -> str:
    return _word


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (untyped, "its parameter 'word' has no type"),
        (variadic, "its parameter '*words' stands for any number of arguments"),
        (keywords, "its parameter '**words' stands for any number of arguments"),
        (positional, "its parameter 'word' can't be given by name"),
        (reserved, "its parameter can't be called 'callbacks'"),
        (private, "its parameter can't be called '_word'"),
        (dict, "it has no signature"),
    ],
)
def test_a_function_that_a_model_could_not_call_is_refused_with_a_fix(
    function: Callable[..., Any], reason: str
) -> None:
    refused = refusal(function)
    assert (refused.name, refused.reason) == (function.__name__, reason)
    assert refused.fix


@pytest.mark.parametrize("name", ["two words", "", "x" * 65, "à"])
def test_a_name_that_providers_refuse_is_refused(name: str) -> None:
    assert refusal(StructuredTool(name=name, description="D.", args_schema={}, func=print)).name == name


def test_a_lambda_and_a_partial_function_are_refused() -> None:
    assert refusal(lambda: 1).name == "<lambda>"
    assert "no schema can be made" in refusal(partial(made, thing=print)).reason


def test_annotations_that_mean_nothing_are_refused_with_what_is_missing() -> None:
    def look(word: Missing) -> str:  # type: ignore[name-defined]  # noqa: F821 - what is refused
        return str(word)

    assert refusal(look).reason == "no schema can be made of it: name 'Missing' is not defined"


def test_arguments_that_are_not_json_are_refused_in_tools_and_functions() -> None:
    def apply(function: Callable[[int], int]) -> int:
        """Apply a function."""
        return function(1)

    for thing in (apply, tool(apply)):
        assert "no schema can be made of it: Cannot generate a JsonSchema" in refusal(thing).reason


@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        ({"properties": {"a": {"$ref": "#/$defs/B"}}}, "which is not there"),
        ({"properties": {"a": {"type": "int"}}}, "no JSON Schema"),
    ],
)
def test_a_broken_json_schema_is_refused(schema: JsonObject, reason: str) -> None:
    refused = refusal(StructuredTool(name="odd", description="Odd.", args_schema=schema, func=print))
    assert reason in refused.reason
    assert refused.fix == "simplify its arguments' schema"

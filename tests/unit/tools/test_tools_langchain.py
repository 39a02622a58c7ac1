"""Typed functions and LangChain tools as tools of Practicum, and what can't be one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from enum import Enum
from functools import partial
from typing import Annotated, Any, Literal

import pytest
from langchain_core.tools import BaseTool, StructuredTool, tool
from langchain_core.tools import Tool as SingleInputTool
from pydantic import BaseModel, Field, field_validator

from practicum import read_only
from practicum.records import JsonObject, ToolCall
from practicum.tools.catalog import Refusal, Tool
from practicum.tools.effects import Effect
from practicum.tools.executor import Executor
from practicum.tools.langchain_tools import Toolish, make_tool


class Unit(Enum):
    KG = "kg"
    LB = "lb"


class Size(BaseModel):
    """How large."""

    width: int = Field(ge=1, description="In pixels")
    unit: Unit = Unit.KG

    @field_validator("width")
    @classmethod
    def even(cls, width: int) -> int:
        if width % 2:
            raise ValueError("the width must be even")
        return width


def made(thing: Toolish) -> Tool:
    result = make_tool(thing)
    assert isinstance(result, Tool), result
    return result


def refusal(thing: Toolish) -> Refusal:
    result = make_tool(thing)
    assert isinstance(result, Refusal), result
    return result


async def run(thing: Toolish, **arguments: Any) -> str:
    each = made(thing)
    return (await Executor([each]).execute(ToolCall(name=each.name, arguments=arguments))).text


def forecast(
    city: Annotated[str, Field(examples=["Oslo"], json_schema_extra={"format": "city"})],
    day: date,
    scale: Literal["C", "F"] = "C",
) -> str:
    """Forecast the weather of a city.

    Only for Europe.

    Args:
        city: Where.
        day: When.
        scale: Of temperatures.

    Returns:
        The forecast.
    """
    return f"{city} {day.year + 1} {scale}"


def test_a_function_becomes_a_tool_with_everything_its_annotations_and_docstring_say() -> None:
    spec = made(forecast).spec
    assert (spec.name, spec.description) == (
        "forecast",
        "Forecast the weather of a city. Only for Europe.",
    )
    assert spec.properties == {
        "city": {"type": "string", "format": "city", "examples": ["Oslo"], "description": "Where."},
        "day": {"type": "string", "format": "date", "description": "When."},
        "scale": {"type": "string", "enum": ["C", "F"], "default": "C", "description": "Of temperatures."},
    }
    assert spec.required == {"city", "day"}


def test_a_decorated_tool_with_a_docstring_says_of_its_parameters_what_that_says() -> None:
    spec = made(tool(forecast)).spec
    assert spec.description == "Forecast the weather of a city.\n\nOnly for Europe."
    assert [each["description"] for each in spec.properties.values()] == [
        "Where.",
        "When.",
        "Of temperatures.",
    ]


async def test_json_arguments_reach_the_function_as_the_types_it_asks_for() -> None:
    assert await run(forecast, city="Oslo", day="2026-01-02") == "Oslo 2027 C"


async def test_an_async_function_and_an_async_tool_are_awaited() -> None:
    async def double(value: int) -> int:
        """Double a number."""
        return 2 * value

    assert await run(double, value=4) == "8"
    assert await run(tool(double), value=4) == "8"


async def test_a_decorated_tool_keeps_its_name_schema_and_result() -> None:
    @tool("resize")
    def change(size: Size) -> str:
        """Resize the picture."""
        return f"{size.width} {size.unit.name}"

    spec = made(change).spec
    assert spec.name == "resize"
    assert spec.properties["size"]["properties"]["width"] == {
        "type": "integer",
        "minimum": 1,
        "description": "In pixels",
    }
    assert await run(change, size={"width": 2, "unit": "lb"}) == "2 LB"


async def test_what_an_args_schema_refuses_is_told_in_one_line_that_names_the_argument() -> None:
    resize = StructuredTool.from_function(
        func=lambda width, unit: f"{width} {unit}", name="resize", description="Resize.", args_schema=Size
    )
    assert await run(resize, width=3) == "Error: argument 'width': Value error, the width must be even"
    assert await run(resize, width=0) == "Error: argument 'width': 0 is less than the minimum of 1"


async def test_a_tool_with_a_json_schema_passes_its_arguments_on() -> None:
    schema = {
        "type": "object",
        "properties": {"word": {"type": "string", "title": "W"}},
        "required": ["word"],
    }
    echo = StructuredTool(name="echo", description="Echo.", args_schema=schema, func=lambda **given: given)
    assert made(echo).spec.parameters == {
        "type": "object",
        "properties": {"word": {"type": "string"}},
        "required": ["word"],
    }
    assert await run(echo, word="hi") == '{"word": "hi"}'


async def test_a_tool_with_a_single_input_shows_only_that() -> None:
    shout = SingleInputTool(name="shout", description="Shout.", func=str.upper)
    (parameter,) = made(shout).spec.properties
    assert made(shout).spec.required == {parameter}
    assert await run(shout, **{parameter: "hi"}) == "HI"


async def test_parameters_may_be_called_like_methods_of_the_models_behind() -> None:
    def dump(schema: str, json: str, copy: int) -> str:
        """Dump."""
        return f"{schema}{json}{copy}"

    assert await run(dump, schema="a", json="b", copy=1) == "ab1"


def test_a_function_without_a_docstring_is_described_by_its_name() -> None:
    def capital_of(country: str) -> str:
        return country

    assert made(capital_of).spec.description == "capital of"


def test_a_description_that_begins_like_a_section_is_kept() -> None:
    def rate(code: str) -> str:
        """Note: rates are of yesterday."""
        return code

    assert made(rate).spec.description == "Note: rates are of yesterday."


class Look(BaseTool):
    name: str = "look"
    description: str = "Look."

    @read_only
    def _run(self, word: str) -> str:
        return word


def test_a_class_declares_what_its_calls_do_where_it_runs_them() -> None:
    assert made(Look()).effect is Effect.READ_ONLY


async def test_a_docstring_that_tells_of_a_parameter_that_is_not_there_refuses_nothing() -> None:
    def rate(code: str) -> str:
        """Tell the rate.

        Args:
            code: Of a currency.
            day: When.
        """
        return code

    assert made(rate).spec.description == "Tell the rate."
    assert await run(rate, code="EUR") == "EUR"


class Named:
    def __call__(self, word: str) -> str:
        return word


@pytest.mark.parametrize("thing", [Named(), partial(forecast, "Oslo")])
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

"""Typed functions and LangChain tools as tools of Practicum."""

from __future__ import annotations

from datetime import date
from enum import Enum
from typing import Annotated, Literal

from langchain_core.tools import BaseTool, StructuredTool, tool
from langchain_core.tools import Tool as SingleInputTool
from pydantic import BaseModel, Field, field_validator
from tool_parts import made, run

from practicum import read_only
from practicum.tools.effects import Effect


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

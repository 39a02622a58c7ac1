"""Arguments with aliases: what is shown of a tool is what it can be called with."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from langchain_core.tools import StructuredTool, tool
from pydantic import AliasChoices, AliasPath, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from tool_parts import made, observe, run

from practicum.records import ErrorKind


class Place(BaseModel):
    in_: str = Field(alias="in")


class Trip(BaseModel):
    from_: str = Field(alias="from", description="Where it begins")
    to: str = "Oslo"
    by: Place | None = None


class Named(BaseModel):
    model_config = ConfigDict(populate_by_name=True)
    from_: str = Field(alias="from")


class Choices(BaseModel):
    from_: str = Field(validation_alias=AliasChoices(AliasPath("way", 0), "from", "source"))


class Camel(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)
    from_city: str


class ByName(BaseModel):
    model_config = ConfigDict(validate_by_alias=False, validate_by_name=True)
    from_: str = Field(alias="from")


def travel(**kept: Any) -> str:
    """Travel."""
    return repr(kept)


def taking(model: type[BaseModel]) -> StructuredTool:
    return StructuredTool.from_function(travel, args_schema=model)


@pytest.mark.parametrize(
    ("model", "name", "field"),
    [
        (Trip, "from", "from_"),
        (Named, "from", "from_"),
        (Choices, "from", "from_"),
        (Camel, "fromCity", "from_city"),
        (ByName, "from_", "from_"),
    ],
)
async def test_an_argument_is_called_what_the_tool_takes(
    model: type[BaseModel], name: str, field: str
) -> None:
    spec = made(taking(model)).spec
    assert next(iter(spec.properties)) == name
    assert spec.parameters["required"] == [name]
    seen = await observe(taking(model), **{name: "Rome"})
    assert seen.ok, seen.text
    assert f"{field!r}: 'Rome'" in seen.text


async def test_what_is_said_of_an_argument_stays_with_its_alias() -> None:
    parameters = made(taking(Trip)).spec.parameters
    assert parameters["properties"]["from"] == {"type": "string", "description": "Where it begins"}
    assert parameters["properties"]["by"]["anyOf"][0]["required"] == ["in"]
    assert "Place(in_='bus')" in await run(taking(Trip), **{"from": "Rome", "by": {"in": "bus"}})


async def test_the_fields_name_is_refused_with_the_one_that_is_taken() -> None:
    seen = await observe(taking(Trip), from_="Rome")
    assert seen.error is ErrorKind.SCHEMA
    assert seen.text == "Error: travel has no argument 'from_'; its arguments are: from, to, by"


async def test_a_functions_parameter_goes_by_its_own_name_as_langchain_calls_it() -> None:
    def leave(place: Annotated[str, Field(alias="from", description="Where")]) -> str:
        """Leave."""
        return place

    properties = {"place": {"type": "string", "description": "Where"}}
    assert made(leave).spec.properties == made(tool(leave)).spec.properties == properties
    assert await run(leave, place="Rome") == await run(tool(leave), place="Rome") == "Rome"

"""Where a parameter's description comes from, if its annotation, its class and the docstring all have one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

import pytest
from langchain_core.tools import StructuredTool, tool
from pydantic import BaseModel, Field
from test_tools_langchain import forecast
from tool_parts import made
from typing_extensions import Doc, TypedDict

from practicum.records import JsonObject
from practicum.tools.langchain_tools import Toolish, function_spec
from practicum.tools.mcp.described import cleaned


@dataclass
class Berth:
    """A place in a harbour.

    Attributes:
        number: As painted on the quay.
    """

    number: int
    depth: float = 2.0


class Boat(BaseModel):
    """What floats.

    :ivar length: From bow to stern.
    :ivar name: Said nowhere else.
    """

    length: Annotated[float, Field(description="In metres.")]
    name: str = ""


class Guest(TypedDict):
    """Whoever sleeps aboard."""

    name: str


def moor(boat: Boat, berth: Berth, guests: list[Guest], night: Berth | None = None) -> str:
    """Moor a boat.

    Parameters
    ----------
    boat : Boat
        The one that arrives.
    guests : list
        All of them.
    """
    return f"{boat}{berth}{guests}{night}"


def heave(
    line: Annotated[str, "Which line."],
    force: Annotated[float, Doc("In newtons.")],
    side: Annotated[str, Field(description="Port or starboard.")],
    berth: Annotated[Berth, "Where to."],
    speed: Annotated[float, Field(gt=0)] = 1.0,
) -> str:
    """Heave a line in.

    :param line: Of the docstring.
    :param force: Of the docstring.
    :param side: Of the docstring.
    :param berth: Of the docstring.
    :param speed: In metres a second.
    """
    return f"{line}{force}{side}{berth}{speed}"


def said(thing: Toolish) -> dict[str, str | None]:
    return {name: each.get("description") for name, each in made(thing).spec.properties.items()}


def test_what_an_annotation_says_comes_before_the_docstring() -> None:
    assert said(heave) == {
        "line": "Which line.",
        "force": "In newtons.",
        "side": "Port or starboard.",
        "berth": "Where to.\n\nA place in a harbour.",
        "speed": "In metres a second.",
    }


def test_a_class_says_what_it_is_after_what_the_docstring_says_of_the_parameter() -> None:
    assert said(moor) == {
        "boat": "The one that arrives.\n\nWhat floats.",
        "berth": "A place in a harbour.",
        "guests": "All of them.",
        "night": None,
    }
    assert made(moor).spec.description == "Moor a boat."


def test_fields_of_classes_have_what_their_docstring_says_of_them() -> None:
    properties = made(moor).spec.properties
    assert properties["boat"]["properties"] == {
        "length": {"description": "In metres.", "type": "number"},
        "name": {"default": "", "type": "string", "description": "Said nowhere else."},
    }
    number = {"type": "integer", "description": "As painted on the quay."}
    assert properties["berth"]["properties"]["number"] == number
    assert properties["night"]["anyOf"][0]["properties"]["number"] == number
    assert properties["guests"]["items"]["description"] == "Whoever sleeps aboard."


@pytest.mark.parametrize("function", [moor, heave])
def test_a_tool_that_langchain_made_of_a_function_is_described_as_it(function: Callable[..., str]) -> None:
    wrapped = tool(function)
    assert made(wrapped).spec.description == made(function).spec.description
    assert function_spec(wrapped) == made(function).spec
    assert said(tool(moor)) == said(moor)


def test_a_server_in_python_is_read_as_the_function_behind_it() -> None:
    tool_of_server: JsonObject = {
        "name": "moor",
        "description": moor.__doc__,
        "inputSchema": {
            "type": "object",
            "properties": {"boat": {"$ref": "#/$defs/Boat"}, "guests": {"type": "array"}},
            "$defs": {"Boat": Boat.model_json_schema()},
        },
    }
    shown = cleaned(tool_of_server, ())
    assert shown["description"] == "Moor a boat."
    assert shown["inputSchema"]["properties"] == {
        "boat": {"$ref": "#/$defs/Boat", "description": "The one that arrives.\n\nWhat floats."},
        "guests": {"type": "array", "description": "All of them."},
    }


def test_what_langchain_reads_itself_stays_as_it_reads_it() -> None:
    def weigh(parcel: Annotated[str, "Of the annotation."], berth: Berth, scale: int = 1) -> str:
        """Weigh.

        Args:
            parcel: Of the docstring.
            berth: Where it lies.

            scale: After a gap.
        """
        return f"{parcel}{berth}{scale}"

    parsed = StructuredTool.from_function(weigh, parse_docstring=True)
    assert said(parsed) == {"parcel": "Of the docstring.", "berth": "Where it lies.", "scale": None}
    assert said(weigh) == {
        "parcel": "Of the annotation.",
        "berth": "Where it lies.\n\nA place in a harbour.",
        "scale": "After a gap.",
    }


def test_what_was_read_before_keeps_its_hash_so_that_practice_with_it_stays_valid() -> None:
    hashes = [made(each).spec.schema_hash for each in (forecast, tool(forecast))]
    assert hashes == ["98813dfc3e42901f", "4aaf5630acf2247a"]
    assert made(tool(forecast, parse_docstring=True)).spec.schema_hash == "28e97c6493b35487"


def test_a_docstring_that_tells_of_no_parameter_that_is_there_still_says_the_others() -> None:
    def rate(code: str) -> str:
        """Tell the rate.

        Args:
            code: Of a currency.
            day: When.
        """
        return code

    assert said(rate) == {"code": "Of a currency."}

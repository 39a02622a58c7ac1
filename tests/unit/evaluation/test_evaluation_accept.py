"""Other right values that a query lists, of arguments that its expected call may leave out."""

from typing import Any

import pytest

from practicum.errors import DataError
from practicum.evaluation import check_items
from practicum.evaluation.matching.matcher import match_item
from practicum.records import Item, ToolCall, ToolSpec

UNITS = ToolSpec(
    name="convert_units",
    description="Converts.",
    parameters={
        "type": "object",
        "properties": {
            "value": {"type": "number"},
            "to_unit": {"type": "string", "enum": ["kg", "lb"]},
            "digits": {"type": "integer", "default": 2},
        },
        "required": ["value", "to_unit"],
        "additionalProperties": False,
    },
)


def item(**arguments: Any) -> Item:
    return Item(id="units-7", query="q", expected=(ToolCall(name="convert_units", arguments=arguments),))


def test_what_else_is_accepted_may_be_an_argument_that_the_expected_call_leaves_out() -> None:
    also = item(value=70, to_unit="lb").model_copy(update={"accept": {"digits": (0, 1)}})
    check_items([also], [UNITS])
    given = ToolCall(name="convert_units", arguments={"value": 70, "to_unit": "lb", "digits": 1})
    other = ToolCall(name="convert_units", arguments={"value": 70, "to_unit": "lb", "digits": 5})
    left_out = also.expected[0]
    assert [match_item(also, [call], [UNITS]).strict for call in (given, left_out, other)] == [
        True,
        True,
        False,
    ]


def test_what_else_is_accepted_for_no_argument_of_the_tool_is_refused() -> None:
    misspelt = item(value=70, to_unit="lb").model_copy(update={"accept": {"to_units": ("pound",)}})
    with pytest.raises(
        DataError, match=r"item 'units-7': accept.to_units names no argument of convert_units"
    ):
        check_items([misspelt], [UNITS])

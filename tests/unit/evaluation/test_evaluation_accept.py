"""Which arguments expected calls may have, and which other right values a query lists of them."""

from typing import Any

import pytest

from practicum.errors import DataError
from practicum.evaluation import Attempted, check_items, score
from practicum.evaluation.matching.matcher import match_item
from practicum.records import Item, Prediction, ToolCall, ToolSpec

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


def unsaid() -> ToolSpec:
    """The tool with a schema that doesn't say whether it is closed."""
    parameters = {name: part for name, part in UNITS.parameters.items() if name != "additionalProperties"}
    return UNITS.model_copy(update={"parameters": parameters})


def test_a_misspelt_optional_argument_of_an_expected_call_is_refused() -> None:
    misspelt = item(value=70, to_unit="lb", digit=1)
    words = r"item 'units-7': expected\[0\]: convert_units has no argument 'digit'; its arguments are: "
    with pytest.raises(DataError, match=words):
        check_items([misspelt], [unsaid()])
    anything = {**UNITS.parameters, "additionalProperties": True}
    check_items([misspelt], [UNITS.model_copy(update={"parameters": anything})])


def test_a_predicted_call_with_an_argument_that_the_tool_does_not_have_is_not_well_formed() -> None:
    misspelt = item(value=70, to_unit="lb", digit=1).expected
    attempt = Attempted(prediction=Prediction(id="units-7", calls=misspelt))
    scores = score([item(value=70, to_unit="lb")], [attempt], [unsaid()])
    assert (scores.strict.well_formed.k, scores.strict.tool_match.k) == (0, 1)
    assert "has no argument 'digit'" in scores.results[0].why

"""Schemas made flat, and calls checked against them with messages that a model can act on."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field

from practicum.errors import ToolCallError
from practicum.records import JsonObject, ToolCall, ToolSpec
from practicum.tools.schema import (
    MAX_PARAMETERS,
    UnusableSchemaError,
    check_arguments,
    flatten,
    require_valid,
)


def complaint(properties: JsonObject, arguments: JsonObject, **more: Any) -> str:
    """What the model is told of a call; empty when the call is right."""
    spec = ToolSpec(
        name="look", description="", parameters={"type": "object", "properties": properties, **more}
    )
    try:
        check_arguments(spec, ToolCall(name="look", arguments=arguments))
    except ToolCallError as error:
        return str(error)
    return ""


def test_references_are_put_in_place_with_what_stands_beside_them() -> None:
    place = {"title": "Place", "type": "object", "properties": {"city": {"title": "City", "type": "string"}}}
    flat = flatten(
        {"properties": {"at": {"$ref": "#/$defs/Place", "description": "Where"}}, "$defs": {"Place": place}}
    )
    at = {"type": "object", "properties": {"city": {"type": "string"}}, "description": "Where"}
    assert flat == {"properties": {"at": at}, "type": "object"}


def test_a_whole_schema_may_be_a_reference() -> None:
    inner = {"type": "object", "properties": {"unit": {"$ref": "#/definitions/Unit"}}}
    flat = flatten({"$ref": "#/definitions/A", "definitions": {"A": inner, "Unit": {"enum": ["kg", "lb"]}}})
    assert flat == {"type": "object", "properties": {"unit": {"enum": ["kg", "lb"]}}}


def test_a_parameter_called_title_and_titles_in_data_survive() -> None:
    title = {"title": "Title", "type": "object", "default": {"title": "none"}}
    assert flatten({"properties": {"title": title}})["properties"] == {
        "title": {"type": "object", "default": {"title": "none"}}
    }


def test_a_boolean_that_stands_for_a_schema_is_spelled_out_and_others_stay() -> None:
    flat = flatten({
        "properties": {
            "value": True,
            "never": False,
            "some": {"anyOf": [True, {"type": "null"}], "default": True},
            "list": {"type": "array", "items": True, "uniqueItems": True},
            "more": {"$ref": "#/$defs/Any", "description": "More"},
        },
        "additionalProperties": False,
        "$defs": {"Any": True},
    })  # fmt: skip
    assert flat == {
        "type": "object",
        "properties": {
            "value": {},
            "never": {"not": {}},
            "some": {"anyOf": [{}, {"type": "null"}], "default": True},
            "list": {"type": "array", "items": {}, "uniqueItems": True},
            "more": {"description": "More"},
        },
        "additionalProperties": False,
    }


def test_what_older_drafts_say_otherwise_is_said_as_today() -> None:
    point = {"type": "array", "items": [{"type": "number"}, True], "additionalItems": False}
    count = {
        "type": "integer",
        "minimum": 0,
        "exclusiveMinimum": True,
        "exclusiveMaximum": False,
        "maximum": 9,
    }
    flat = flatten({"properties": {"point": point, "count": count, "share": {"exclusiveMinimum": 0}}})
    require_valid(flat)
    assert flat["properties"] == {
        "point": {"type": "array", "prefixItems": [{"type": "number"}, {}], "items": {"not": {}}},
        "count": {"type": "integer", "exclusiveMinimum": 0, "maximum": 9},
        "share": {"exclusiveMinimum": 0},
    }
    assert complaint(flat["properties"], {"point": [1, "x"], "count": 1, "share": 0.5}) == ""


def test_a_schema_that_refers_to_itself_is_unusable_only_where_it_is_used() -> None:
    node = {"type": "object", "properties": {"next": {"$ref": "#/$defs/Node"}}}
    with pytest.raises(UnusableSchemaError, match="refers to itself through 'Node'"):
        flatten({"properties": {"head": {"$ref": "#/$defs/Node"}}, "$defs": {"Node": node}})
    assert flatten({"$defs": {"Node": node}})["properties"] == {}


def test_a_reference_to_nothing_is_unusable() -> None:
    with pytest.raises(UnusableSchemaError, match="'#/\\$defs/Gone', which is not there"):
        flatten({"properties": {"a": {"$ref": "#/$defs/Gone"}}})


@pytest.mark.parametrize("broken", [{"type": "int"}, {"enum": "kg"}, {"minimum": "1"}])
def test_what_is_no_json_schema_is_unusable_and_the_place_is_named(broken: JsonObject) -> None:
    with pytest.raises(UnusableSchemaError, match=r"no JSON Schema, at properties\.a"):
        require_valid({"type": "object", "properties": {"a": broken}})


@pytest.mark.parametrize("pattern", ["a{0,99999999999}", "(" * 3000 + ")" * 3000])
def test_a_pattern_that_is_too_much_for_python_is_dropped(pattern: str) -> None:
    assert flatten({"properties": {"a": {"pattern": pattern}}})["properties"] == {"a": {}}


def test_a_pattern_that_python_warns_of_stays_without_a_word() -> None:
    assert flatten({"properties": {"a": {"pattern": "[[a]b"}}})["properties"] == {"a": {"pattern": "[[a]b"}}


def test_a_pattern_that_python_cannot_read_is_dropped_and_others_stay() -> None:
    flat = flatten({"properties": {"a": {"pattern": r"^\p{L}+$"}, "b": {"pattern": "^x$"}}})
    assert flat["properties"] == {"a": {}, "b": {"pattern": "^x$"}}


def test_null_for_properties_means_none_and_too_many_are_unusable() -> None:
    assert flatten({"type": "object", "properties": None})["properties"] == {}
    many = {f"p{number}": {"type": "string"} for number in range(MAX_PARAMETERS + 1)}
    with pytest.raises(UnusableSchemaError, match="more than 100 parameters"):
        flatten({"properties": many})


@pytest.mark.parametrize(
    ("schema", "value", "said"),
    [
        ({"type": "integer"}, "five", "argument 'a': 'five' is not of type 'integer'"),
        ({"enum": ["kg", "lb"]}, "stone", "argument 'a': 'stone' is not one of ['kg', 'lb']"),
        ({"type": "number", "maximum": 10}, 11, "argument 'a': 11 is greater than the maximum of 10"),
        (
            {"type": "array", "items": {"type": "string"}},
            ["x", 1],
            "argument 'a.1': 1 is not of type 'string'",
        ),
    ],
)
def test_a_wrong_argument_is_named_with_what_would_be_right(
    schema: JsonObject, value: Any, said: str
) -> None:
    assert complaint({"a": schema}, {"a": value}) == said


def test_of_alternatives_each_is_told_but_null() -> None:
    optional = {"anyOf": [{"type": "integer"}, {"type": "null"}]}
    assert complaint({"a": optional}, {"a": "x"}) == "argument 'a': 'x' is not of type 'integer'"
    either = {"anyOf": [{"type": "integer"}, {"const": "all"}]}
    assert complaint({"a": either}, {"a": "x"}) == (
        "argument 'a': 'x' is not of type 'integer' and 'all' was expected"
    )


def test_a_missing_and_an_unknown_argument_are_named() -> None:
    assert "'a' is a required property" in complaint({"a": {}}, {}, required=["a"])
    assert complaint({"a": {}, "b": {}}, {"c": 1}) == "look has no argument 'c'; its arguments are: a, b"
    assert complaint({}, {"c": 1}) == "look has no argument 'c'; its arguments are: none"


@pytest.mark.parametrize(
    "more", [{"additionalProperties": True}, {"additionalProperties": {"type": "integer"}}]
)
def test_a_schema_that_is_open_takes_unknown_arguments(more: JsonObject) -> None:
    assert complaint({"a": {}}, {"c": 1}, **more) == ""


def test_an_open_schema_still_says_of_what_type_unknown_arguments_are() -> None:
    said = complaint({}, {"c": "x"}, additionalProperties={"type": "integer"})
    assert said == "argument 'c': 'x' is not of type 'integer'"


def test_a_few_lines_that_stand_for_billions_are_unusable() -> None:
    twice = {
        f"d{n}": {"anyOf": [{"$ref": f"#/$defs/d{n + 1}"}, {"$ref": f"#/$defs/d{n + 1}"}]} for n in range(40)
    }
    schema = {"properties": {"a": {"$ref": "#/$defs/d0"}}, "$defs": {**twice, "d40": {"type": "string"}}}
    with pytest.raises(UnusableSchemaError, match="grows without measure"):
        flatten(schema)


@pytest.mark.parametrize(
    "more",
    [
        {"properties": {"name": {"type": "string", "pattern": "^(a|aa)+$"}}},
        {"patternProperties": {"^(a|aa)+$": {}}, "additionalProperties": False},
        {"patternProperties": {"^(a|aa)+$": {}}, "unevaluatedProperties": False},
    ],
)
def test_a_pattern_that_never_ends_is_not_applied(more: JsonObject) -> None:
    endless = "a" * 60 + "!"
    spec = ToolSpec(name="look", description="", parameters={"type": "object", "properties": {}, **more})
    named = "name" in spec.properties
    check_arguments(spec, ToolCall(name="look", arguments={"name": endless} if named else {endless: 1}))


def test_patterns_are_applied_to_values_and_to_names() -> None:
    assert complaint({"at": {"type": "string", "pattern": "^[0-9]+$"}}, {"at": "12"}) == ""
    assert "does not match" in complaint({"at": {"type": "string", "pattern": "^[0-9]+$"}}, {"at": "x"})
    named = {"patternProperties": {"^x-": {"type": "integer"}}, "additionalProperties": False}
    assert complaint({"at": {}}, {"at": 1, "x-a": 1}, **named) == ""
    assert "is not of type" in complaint({}, {"x-a": "one"}, **named)
    assert "y-a" in complaint({}, {"y-a": 1}, **named)


def animal(kind: JsonObject, **more: Any) -> JsonObject:
    properties = {"kind": kind, **more}
    return {"type": "object", "properties": properties, "required": list(properties)}


PET = [
    animal({"const": "cat"}, lives={"type": "integer"}),
    animal({"enum": ["dog", "hound"]}, breed={"type": "string"}),
    {"type": "null"},
]


@pytest.mark.parametrize("kind", ["anyOf", "oneOf"])
@pytest.mark.parametrize(
    ("pet", "told"),
    [
        ({"kind": "dog"}, "argument 'pet': 'breed' is a required property"),
        ({"kind": "cat", "lives": "9"}, "argument 'pet.lives': '9' is not of type 'integer'"),
        ({"kind": "cow"}, "argument 'pet': 'kind' must be one of 'cat', 'dog', 'hound'"),
        ({"kind": ["dog"]}, "argument 'pet': 'kind' must be one of 'cat', 'dog', 'hound'"),
        ({"breed": "pug"}, "argument 'pet': 'kind' must be one of 'cat', 'dog', 'hound'"),
        ("dog", "argument 'pet': 'dog' is not of type 'object'"),
    ],
)
def test_of_alternatives_that_a_property_names_only_the_one_that_is_meant_is_told(
    kind: str, pet: Any, told: str
) -> None:
    assert complaint({"pet": {kind: PET}}, {"pet": pet}) == told


def test_alternatives_that_no_property_names_are_all_told() -> None:
    some = [animal({"type": "string"}, lives={}), animal({"const": "dog"}, breed={})]
    said = complaint({"pet": {"anyOf": some}}, {"pet": {"kind": "dog"}})
    assert said == "argument 'pet': 'lives' is a required property and 'breed' is a required property"


def test_a_discriminator_is_shown_without_what_it_refers_to() -> None:
    class Cat(BaseModel):
        kind: Literal["cat"]

    class Dog(BaseModel):
        kind: Literal["dog"]

    class Arguments(BaseModel):
        pet: Annotated[Cat | Dog, Field(discriminator="kind")]
        discriminator: dict[str, int]

    properties = flatten(Arguments.model_json_schema())["properties"]
    assert properties["pet"]["discriminator"] == {"propertyName": "kind"}
    assert "#/$defs" not in str(properties)
    assert properties["discriminator"]["type"] == "object"

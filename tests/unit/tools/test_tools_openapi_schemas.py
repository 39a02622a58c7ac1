"""Schemas of documents as plain JSON Schema: they allow the same values, and hold no reference."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from practicum.tools.openapi.arguments import MAX_NAME, Argument, Place, argument_name, told_apart
from practicum.tools.openapi.checking import require_schema
from practicum.tools.openapi.merging import merge_all, nullable, without_null
from practicum.tools.openapi.naming import tool_name
from practicum.tools.openapi.references import References
from practicum.tools.openapi.schemas import Translation
from practicum.tools.openapi.values import with_examples
from practicum.tools.schema import UnusableSchemaError, require_valid

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=6,
)
SCALARS = st.one_of(
    st.fixed_dictionaries({"type": st.just("integer")}, optional={"minimum": st.integers(-3, 3)}),
    st.fixed_dictionaries({"type": st.just("string")}, optional={"maxLength": st.integers(0, 3)}),
    st.fixed_dictionaries(
        {"enum": st.lists(st.integers(0, 3) | st.text(max_size=2), min_size=1, max_size=3)}
    ),
    st.just({"type": "boolean"}),
    st.just({"type": ["string", "null"]}),
)


def objects(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    properties = st.dictionaries(st.sampled_from("abc"), inner, min_size=1, max_size=3)
    return st.fixed_dictionaries(
        {"type": st.just("object"), "properties": properties},
        optional={"required": st.lists(st.sampled_from("abc"), max_size=2, unique=True)},
    )


SCHEMAS = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        objects(inner),
        st.fixed_dictionaries({"type": st.just("array"), "items": inner}),
        st.fixed_dictionaries({"anyOf": st.lists(inner, min_size=1, max_size=2)}),
        st.fixed_dictionaries({"allOf": st.lists(inner, min_size=1, max_size=3)}),
    ),
    max_leaves=6,
)


def translate(schema: Any, *, is_old: bool = False, **schemas: Any) -> Any:
    document = {"components": {"schemas": schemas}}
    return Translation(References(document), is_old=is_old).schema(schema)


def allows(schema: Any, value: Any) -> bool:
    return Draft202012Validator(schema).is_valid(value)


@given(SCHEMAS, st.lists(JSON, max_size=8))
def test_a_translated_schema_allows_what_the_original_allows(schema: Any, values: list[Any]) -> None:
    made = translate(schema)
    Draft202012Validator.check_schema(made)
    assert [allows(made, value) for value in values] == [allows(schema, value) for value in values]


@given(SCHEMAS, SCHEMAS, st.lists(JSON, max_size=8))
def test_a_merged_schema_allows_what_both_allow(left: Any, right: Any, values: list[Any]) -> None:
    made = merge_all([left, right])
    both = {"allOf": [left, right]}
    assert [allows(made, value) for value in values] == [allows(both, value) for value in values]


@given(SCHEMAS, st.lists(JSON, max_size=8))
def test_a_nullable_schema_allows_null_and_nothing_else_besides(schema: Any, values: list[Any]) -> None:
    plain = translate(schema)
    made = nullable(plain)
    assert allows(made, None)
    others = [value for value in values if value is not None]
    assert [allows(made, value) for value in others] == [allows(plain, value) for value in others]
    if not allows(plain, None):
        assert [allows(without_null(made), value) for value in others] == [
            allows(plain, value) for value in others
        ]


@given(st.sampled_from(["minimum", "maximum"]), st.integers(-3, 3), st.booleans(), st.integers(-4, 4))
def test_bounds_of_3_0_mean_the_same(bound: str, limit: int, is_exclusive: bool, value: int) -> None:
    exclusive = f"exclusive{bound.capitalize()}"
    made = translate({"type": "integer", bound: limit, exclusive: is_exclusive}, is_old=True)
    inside = value > limit if bound == "minimum" else value < limit
    assert allows(made, value) is (inside or (value == limit and not is_exclusive))


@given(JSON)
def test_whatever_stands_for_a_schema_is_a_schema_or_a_line(node: Any) -> None:
    try:
        made = translate({"type": "object", "properties": {"x": node}}, a=node)
    except UnusableSchemaError as error:
        made = str(error)
    assert isinstance(made, dict) or "\n" not in made
    json.dumps(made)


KEYWORDS = (
    "type",
    "enum",
    "minimum",
    "maxLength",
    "required",
    "items",
    "properties",
    "anyOf",
    "pattern",
    "not",
)


@given(st.dictionaries(st.sampled_from(KEYWORDS), JSON | st.just("string") | SCHEMAS, max_size=3))
def test_what_passes_as_a_schema_can_check_values(schema: Any) -> None:
    try:
        require_schema("x", schema)
    except UnusableSchemaError:
        return
    require_valid(schema)


@given(SCHEMAS)
def test_every_schema_passes_as_one_and_stays_as_it_is(schema: Any) -> None:
    before = repr(schema)
    require_schema("x", schema)
    assert repr(schema) == before


@given(st.lists(st.text(max_size=80), min_size=1, max_size=6))
def test_argument_names_are_such_as_providers_take_and_told_apart(keys: list[str]) -> None:
    arguments = []
    for key in keys:
        for place in (Place.QUERY, Place.BODY):
            try:
                arguments.append(Argument(argument_name(key), key, place, {}))
            except UnusableSchemaError:
                continue
    names = [argument.name for argument in told_apart(arguments)]
    assert len(set(names)) == len(names)
    assert all(0 < len(name) <= MAX_NAME and name.isascii() for name in names)


@given(st.lists(st.tuples(st.none() | st.text(max_size=70), st.text("/{}ab-", max_size=70)), max_size=8))
def test_tool_names_are_such_as_providers_take_and_told_apart(
    operations: list[tuple[str | None, str]],
) -> None:
    taken: set[str] = set()
    for operation_id, path in operations:
        name = tool_name(operation_id, "get", path, taken)
        assert name not in taken
        assert 0 < len(name) <= 64
        assert name.isascii()
        taken.add(name)


def test_references_are_put_in_place_with_what_stands_beside_them() -> None:
    unit = {"type": "string", "description": "A unit.", "example": "kg"}
    beside = {"$ref": "#/components/schemas/Unit", "description": "The other unit.", "maxLength": 2}
    assert translate(beside, Unit=unit) == {
        "type": "string",
        "description": "The other unit.",
        "maxLength": 2,
        "examples": ["kg"],
    }
    assert translate(beside, is_old=True, Unit=unit) == {
        "type": "string",
        "description": "The other unit.",
        "examples": ["kg"],
    }
    escaped = {"$ref": "#/components/schemas/a~1b%20c"}
    assert translate(escaped, is_old=False, **{"a/b c": {"type": "null"}}) == {"type": "null"}


def test_null_is_spelt_in_one_way_whatever_the_version() -> None:
    old = translate({"type": "string", "nullable": True, "default": None}, is_old=True)
    new = translate({"type": ["string", "null"], "default": None})
    assert old == new == {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None}
    closed = translate({"type": "string", "enum": ["a", None], "nullable": True}, is_old=True)
    assert closed == {"anyOf": [{"type": "string", "enum": ["a"]}, {"type": "null"}]}


def test_what_can_not_be_merged_stays_beside() -> None:
    part = {"type": "object", "properties": {"a": {"type": "integer", "minimum": 1}}, "required": ["a"]}
    other = {
        "type": "object",
        "properties": {"a": {"minimum": 2}, "b": {"type": "string"}},
        "required": ["b"],
    }
    made = merge_all([{"allOf": [part, other]}])
    assert made["required"] == ["a", "b"]
    assert made["properties"]["a"] == {"type": "integer", "minimum": 1, "allOf": [{"minimum": 2}]}


def test_keywords_that_are_names_of_properties_stay() -> None:
    schema = {"type": "object", "properties": {"title": {"type": "string"}, "example": {"type": "string"}}}
    assert translate(schema) == schema


def test_examples_that_do_not_fit_are_left_out() -> None:
    schema = {"type": "integer", "examples": [3, "x"]}
    assert with_examples(schema, [1, "2", 1, 3]) == {"type": "integer", "examples": [1, 3]}
    assert with_examples({"type": "integer"}, ["2"]) == {"type": "integer"}


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_a_number_that_json_has_not_is_a_line(number: float) -> None:
    with pytest.raises(UnusableSchemaError, match="a number that is not finite"):
        translate({"type": "number", "default": number})


FITTING = {
    "numbers for text": (
        {"type": "string", "enum": [1, True, "a"]},
        {"type": "string", "enum": ["1", "true", "a"]},
    ),
    "text for numbers": ({"type": "integer", "enum": ["1", "two", "2.5"]}, {"type": "integer", "enum": [1]}),
    "text for truth": ({"type": "boolean", "enum": ["true", "no"]}, {"type": "boolean", "enum": [True]}),
    "nothing that fits": ({"type": "integer", "enum": ["1 (on)", "NaN"]}, {"type": "integer"}),
    "the items'": (
        {"type": "array", "items": {"type": "integer"}, "enum": ["1", "2"]},
        {"type": "array", "items": {"type": "integer", "enum": [1, 2]}},
    ),
    "said apart": (
        {"allOf": [{"type": "string"}, {"enum": [1, 2]}]}, {"type": "string", "enum": ["1", "2"]},
    ),
    "of two types": (
        {"type": ["string", "null"], "enum": [1, None]},
        {"anyOf": [{"type": "string", "enum": ["1"]}, {"type": "null"}]},
    ),
    "twice, with a default": (
        {"type": "string", "enum": ["1", 1, 2], "default": 1},
        {"type": "string", "enum": ["1", "2"], "default": "1"},
    ),
    "no number": ({"type": "number", "enum": ["1e400", "1"]}, {"type": "number", "enum": [1]}),
    "whole numbers": ({"type": "integer", "enum": [1.0, None]}, {"type": "integer", "enum": [1.0, None]}),
}  # fmt: skip


@pytest.mark.parametrize("case", FITTING)
def test_a_closed_set_of_another_type_is_one_that_can_be_chosen_from(case: str) -> None:
    stated, made = FITTING[case]
    assert translate(stated) == made

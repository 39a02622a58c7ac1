"""Grammars: what they admit fits the schema, and ordinary calls are admitted."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from models_engines import accepts, admits, sample

from practicum.models.grammar import call_grammar, schema_grammar
from practicum.models.replies import compact_json
from practicum.records import JsonObject


def tool(name: str, properties: JsonObject, required: list[str] | None = None) -> JsonObject:
    parameters = {"type": "object", "properties": properties, "required": required or []}
    return {"type": "function", "function": {"name": name, "description": "", "parameters": parameters}}


CONVERT = tool(
    "convert_units",
    {
        "value": {"type": "number"},
        "from_unit": {"type": "string", "enum": ["kg", "lb", 'inch"']},
        "digits": {"type": "integer", "minimum": 0, "maximum": 10},
    },
    ["value", "from_unit"],
)


def call(arguments: JsonObject, name: str = "convert_units") -> str:
    return compact_json({"name": name, "arguments": arguments})


def test_a_compact_call_is_admitted() -> None:
    grammar = call_grammar([CONVERT]).grammar
    assert accepts(grammar, call({"value": 70, "from_unit": "kg"}))
    assert accepts(grammar, call({"value": -70.25, "from_unit": 'inch"', "digits": 10}))


@pytest.mark.parametrize(
    "text",
    [
        '{"name": "convert_units","arguments":{"value":70,"from_unit":"kg"}}',
        call({"value": 70, "from_unit": "stone"}),
        call({"value": "70", "from_unit": "kg"}),
        call({"from_unit": "kg"}),
        call({"from_unit": "kg", "value": 70}),
        call({"value": 70, "from_unit": "kg", "digits": 11}),
        call({"value": 70, "from_unit": "kg", "other": 1}),
        call({"value": 70, "from_unit": "kg"}, name="convert"),
        call({"value": 70, "from_unit": "kg"}) + " ",
        "text",
    ],
)
def test_white_space_wrong_values_and_other_keys_are_not_admitted(text: str) -> None:
    assert not accepts(call_grammar([CONVERT]).grammar, text)


def test_text_is_admitted_beside_a_call_where_it_is_asked_for() -> None:
    grammar = call_grammar([CONVERT], text=True).grammar
    assert accepts(grammar, "I can't weigh — sorry.\nReally.")
    assert accepts(grammar, call({"value": 1, "from_unit": "kg"}))
    assert not accepts(grammar, '{"a":1}')


def test_a_models_own_tags_surround_the_call() -> None:
    grammar = call_grammar([CONVERT], tags=("<tool_call>\n", "\n</tool_call>")).grammar
    inner = call({"value": 1, "from_unit": "kg"})
    assert accepts(grammar, f"<tool_call>\n{inner}\n</tool_call>")
    assert not accepts(grammar, inner)


def test_each_of_several_tools_may_be_called_with_its_own_arguments() -> None:
    grammar = call_grammar([CONVERT, tool("today", {})]).grammar
    assert accepts(grammar, call({}, name="today"))
    assert not accepts(grammar, call({}))


@pytest.mark.parametrize("chosen", range(16))
def test_optional_arguments_may_be_left_out_with_the_commas_right(chosen: int) -> None:
    names = ["a", "b", "c", "d"]
    arguments = {name: 1 for bit, name in enumerate(names) if chosen >> bit & 1}
    digit = {"type": "integer", "minimum": 0, "maximum": 9}
    optional = call_grammar([tool("t", dict.fromkeys(names, digit))]).grammar
    assert accepts(optional, call(arguments, name="t"))
    needs_b_and_c = call_grammar([tool("t", dict.fromkeys(names, digit), ["b", "c"])]).grammar
    assert accepts(needs_b_and_c, call(arguments, name="t")) == ({"b", "c"} <= arguments.keys())


@pytest.mark.parametrize(
    ("schema", "good", "bad"),
    [
        ({"type": "string"}, ["a", "é\n日本", 'say "hi" \\'], ["", "x" * 65]),
        ({"type": "string", "minLength": 0}, ["", "a"], []),
        ({"type": "string", "maxLength": 3}, ["abc"], ["abcd"]),
        ({"type": "string", "pattern": "^[A-Z]{3}$"}, ["EUR"], ["eur", "EURO"]),
        ({"type": "string", "pattern": r"^\d+(\.\d+)?\s[a-z]+$"}, ["12.5 kg"], ["12. kg", "kg"]),
        ({"type": "string", "pattern": r'^["\\]x[^"]$'}, ['"xy', "\\x\\"], ['"x"']),
        ({"type": "string", "pattern": "^(cat|dog)s?$"}, ["cat", "dogs"], ["bird"]),
        ({"type": "string", "pattern": "^[a-z]+$", "maxLength": 4}, ["abcd"], ["abcde"]),
        ({"type": "string", "pattern": r"(?=a)b"}, ["anything"], []),
        ({"type": "string", "pattern": "a{0,99999999999}"}, ["anything"], []),
        ({"type": "string", "pattern": "^[[a]b$"}, ["[b", "ab"], ["b"]),
        ({"type": "string", "format": "date"}, ["2024-02-29", "1999-12-31"], ["2023-02-29", "2024-04-31"]),
        ({"type": "string", "format": "time"}, ["23:59", "00:00:59"], ["24:00", "7:30"]),
        ({"type": "string", "format": "date-time"}, ["2024-05-17T09:30:00Z"], ["2024-05-17"]),
        ({"type": "integer", "minimum": 1, "maximum": 12}, [1, 9, 10, 12], [0, 13, -1]),
        ({"type": "number", "minimum": -90, "maximum": 90}, [-90, 0, 89.999999, -0.5], [90.1, -90.000001]),
        ({"type": "boolean"}, [True, False], [None, 1]),
        ({"type": ["integer", "null"]}, [None, 5], [False]),
        ({"anyOf": [{"type": "integer"}, {"const": "all"}]}, [5, "all"], ["some"]),
        ({"enum": [1, "1", None, ["a"]]}, [1, "1", None, ["a"]], [2]),
        ({"type": "array", "items": {"type": "integer"}}, [[], [1], [1] * 6], [[1] * 7, ["a"]]),
        ({"type": "array", "items": {"type": "integer"}, "minItems": 2}, [[1, 2]], [[1]]),
        ({"type": "array", "prefixItems": [{"type": "integer"}, {"type": "boolean"}]}, [[1, True]], [[1]]),
        (
            {"type": "object", "additionalProperties": {"type": "integer"}},
            [{}, {"a": 1, "b": 2}],
            [{"a": "x"}],
        ),
        ({}, ["a", 1, None, True], [[], {}]),
    ],
)
def test_each_kind_of_schema_has_its_grammar(schema: JsonObject, good: list[Any], bad: list[Any]) -> None:
    grammar = call_grammar([tool("t", {"x": schema}, ["x"])]).grammar
    assert [x for x in good if not accepts(grammar, call({"x": x}, name="t"))] == []
    assert [x for x in bad if accepts(grammar, call({"x": x}, name="t"))] == []


def test_references_and_recursion_end() -> None:
    node = {
        "type": "object",
        "properties": {
            "v": {"type": "integer"},
            "children": {"type": "array", "items": {"$ref": "#/$defs/Node"}},
        },
        "required": ["v", "children"],
    }
    grammar = schema_grammar({"$ref": "#/$defs/Node", "$defs": {"Node": node}}).grammar
    tree = {"v": 1, "children": [{"v": 2, "children": []}, {"v": 3, "children": [{"v": 4, "children": []}]}]}
    assert accepts(grammar, compact_json(tree))


def test_parts_that_alternatives_repeat_are_made_once() -> None:
    level: JsonObject = {"type": "integer"}
    for _ in range(30):  # made anew in each alternative they would be a thousand million
        either = [{"required": ["a"]}, {"required": ["b"]}]
        parts = {"a": {"type": "integer"}, "b": {"type": "integer"}, "p": level}
        level = {"type": "object", "anyOf": either, "properties": parts, "required": ["p"]}
    assert call_grammar([tool("t", {"x": level}, ["x"])]).grammar


def test_what_must_be_nested_without_end_or_too_deep_has_no_grammar() -> None:
    endless = {"type": "array", "items": {"$ref": "#/$defs/A"}, "minItems": 1}
    with pytest.raises(ValueError, match="nested without end"):
        schema_grammar({"$ref": "#/$defs/A", "$defs": {"A": endless}})
    deep: JsonObject = {"type": "integer"}
    for _ in range(300):
        deep = {"type": "object", "properties": {"p": deep}, "required": ["p"]}
    with pytest.raises(ValueError, match="nested without end"):
        schema_grammar(deep)


def test_what_must_be_given_is_said_however_deep_it_lies() -> None:
    schema: JsonObject = {"type": "integer"}
    value: Any = 7
    for _ in range(8):
        schema = {"type": "object", "properties": {"in": schema, "no": schema}, "required": ["in"]}
        value = {"in": value}
    listed = {"type": "array", "items": schema, "minItems": 1}
    grammar = call_grammar([tool("t", {"x": listed}, ["x"])]).grammar
    assert accepts(grammar, call({"x": [value]}, name="t"))


def test_a_schema_that_asks_for_itself_is_refused() -> None:
    node = {"type": "object", "properties": {"next": {"$ref": "#/$defs/Node"}}, "required": ["next"]}
    with pytest.raises(ValueError, match="nested without end"):
        schema_grammar({"$ref": "#/$defs/Node", "$defs": {"Node": node}})


def test_a_schema_that_nothing_fits_is_refused() -> None:
    with pytest.raises(ValueError, match="no number"):
        schema_grammar({"type": "integer", "exclusiveMinimum": 1, "exclusiveMaximum": 2})


def test_a_quick_grammar_leaves_only_long_strings_open() -> None:
    schema = tool("t", {"code": {"type": "string", "maxLength": 3}, "text": {"type": "string"}})
    grammar = call_grammar([schema], counted=False).grammar
    assert accepts(grammar, call({"text": "x" * 500}, name="t"))
    assert not accepts(grammar, call({"code": "abcd"}, name="t"))


@pytest.mark.parametrize(
    ("first", "prefix"),
    [
        ({"type": "number"}, '{"x":'),
        ({"type": "string"}, '{"x":"'),
        ({"enum": ["a", "b"]}, '{"x":"'),
        ({"enum": ["a", 1]}, '{"x":'),
        ({"type": ["string", "null"]}, '{"x":'),
    ],
)
def test_a_single_tools_call_is_forced_up_to_its_first_choice(first: JsonObject, prefix: str) -> None:
    described = tool("t", {"x": first, "y": {"type": "integer"}}, ["x"])
    constraint = call_grammar([described], forced=True)
    assert constraint.prefix == '{"name":"t","arguments":' + prefix
    for arguments in ({"x": "a"}, {"x": "a", "y": 5}, {"x": 1, "y": 5}):
        text = call(arguments, name="t")
        assert admits(constraint, text) == accepts(call_grammar([described]).grammar, text)


def test_nothing_is_forced_where_the_first_argument_may_be_left_out_or_text_is_welcome() -> None:
    optional = tool("t", {"x": {"type": "integer"}})
    assert call_grammar([optional], forced=True).prefix == '{"name":"t","arguments":'
    assert call_grammar([CONVERT], forced=True, text=True).prefix == ""
    assert call_grammar([CONVERT, optional], forced=True).prefix == ""


_SCALARS = st.one_of(
    st.just({"type": "boolean"}),
    st.builds(
        lambda low, size: {"type": "integer", "minimum": low, "maximum": low + size},
        st.integers(-500, 500),
        st.integers(0, 2000),
    ),
    st.builds(
        lambda low, size: {"type": "number", "minimum": low, "maximum": round(low + size, 3)},
        st.decimals(-50, 50, places=2).map(float),
        st.decimals(0, 40, places=2).map(float),
    ),
    st.builds(
        lambda low, size: {"type": "string", "minLength": low, "maxLength": low + size},
        st.integers(0, 5),
        st.integers(0, 12),
    ),
    st.sampled_from(
        [
            {"type": "string", "format": "date"},
            {"type": "string", "pattern": r"^[A-Z]{2}-\d{1,4}(/[^\s/]+)?$"},
            {"type": "string", "pattern": r"^\w+@\w+\.(com|org)$"},
            {"enum": ["a", 'b"\\c', None, 1.5, {"x": [1, "ü"]}]},
            {"type": "integer", "multipleOf": 7, "minimum": -20},
            {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
            {"type": "number"},
            {"type": ["string", "null"]},
        ]
    ),
)


def _nested(children: st.SearchStrategy[JsonObject]) -> st.SearchStrategy[JsonObject]:
    arrays = st.builds(
        lambda items, least, more: {
            "type": "array",
            "items": items,
            "minItems": least,
            "maxItems": least + more,
        },
        children,
        st.integers(0, 2),
        st.integers(0, 2),
    )
    objects = st.dictionaries(st.text(min_size=1, max_size=4), children, max_size=4).flatmap(
        lambda properties: (
            st.lists(st.sampled_from(sorted(properties)), unique=True).map(
                lambda required: {"type": "object", "properties": properties, "required": required}
            )
            if properties
            else st.just({"type": "object", "properties": {}})
        )
    )
    either = st.lists(children, min_size=1, max_size=2).map(lambda parts: {"anyOf": parts})
    return st.one_of(arrays, objects, either)


SCHEMAS = st.recursive(_SCALARS, _nested, max_leaves=5)


@settings(max_examples=60, deadline=None)
@given(schema=SCHEMAS, seed=st.integers(0, 10**6), counted=st.booleans())
def test_whatever_the_grammar_writes_fits_the_schema(schema: JsonObject, seed: int, counted: bool) -> None:
    validator = Draft202012Validator(schema)
    value = json.loads(sample(schema_grammar(schema).grammar, seed))
    assert list(validator.iter_errors(value)) == []
    forced = schema_grammar(schema, counted=counted, forced=True)
    value = json.loads(forced.prefix + sample(forced.grammar, seed))
    assert not counted or list(validator.iter_errors(value)) == []

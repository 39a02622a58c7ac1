"""Schemas that refer to themselves: shown to some depth, and what lies deeper may be sent all the same."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from openapi_documents import opened, with_paths

from practicum.errors import ToolCallError
from practicum.nodes.made_up import make_up
from practicum.records import JsonObject, ToolCall, ToolSpec, canonical_json
from practicum.tools.catalog import Offered
from practicum.tools.openapi.checking import usable_schema
from practicum.tools.openapi.circles import Circles
from practicum.tools.openapi.cutting import CUT
from practicum.tools.openapi.references import References
from practicum.tools.openapi.schemas import EndlessSchemaError, Translation
from practicum.tools.openapi.unrolling import MAX_CHARACTERS, MAX_LEVELS
from practicum.tools.openapi.values import OversizedSchemaError
from practicum.tools.schema import UnusableSchemaError, check_arguments


def to(name: str) -> JsonObject:
    return {"$ref": f"#/components/schemas/{name}"}


def listed(schema: JsonObject, **more: Any) -> JsonObject:
    return {"type": "array", "items": schema, **more}


def thing(required: tuple[str, ...] = (), /, **properties: Any) -> JsonObject:
    return {"type": "object", "properties": properties, **({"required": [*required]} if required else {})}


def sent(folder: Path, body: JsonObject, **schemas: JsonObject) -> ToolSpec:
    """The tool that takes such a body."""
    (tool,) = offered(folder, body, **schemas).tools
    return tool.spec


def offered(folder: Path, body: JsonObject, **schemas: JsonObject) -> Offered:
    operation = {
        "operationId": "act",
        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
    }
    return opened(folder, with_paths({"/a": {"post": operation}}, components={"schemas": schemas}))


def check(spec: ToolSpec, **arguments: Any) -> None:
    check_arguments(spec, ToolCall(name=spec.name, arguments=arguments))


def depth_of(schema: JsonObject, *names: str) -> int:
    """How many of a schema lie inside each other, by a property of each name; by items where it is empty."""
    inner = schema
    for name in names:
        inner = inner.get("properties", {}).get(name, {}) if name else inner.get("items", {})
    return 1 + (depth_of(inner, *names) if inner else 0)


TREE = thing(("name",), name={"type": "string"}, children=listed(to("Tree")))


def forest(depth: int) -> JsonObject:
    return {"name": "n", "children": [forest(depth - 1)]} if depth else {"name": "n"}


def test_a_tree_is_shown_to_some_depth_and_may_be_deeper(tmp_path: Path) -> None:
    spec = sent(tmp_path, to("Tree"), Tree=TREE)
    assert spec.required == {"name"}
    assert depth_of({"properties": spec.properties}, "children", "") == MAX_LEVELS
    check(spec, **forest(MAX_LEVELS + 7))
    with pytest.raises(ToolCallError, match=r"argument 'children\.0\.children\.0': 'name' is a required"):
        check(spec, name="n", children=[{"name": "n", "children": [{}]}])


def test_what_forbids_other_properties_does_not_forbid_those_that_were_left_out(tmp_path: Path) -> None:
    spec = sent(tmp_path, to("Tree"), Tree={**TREE, "additionalProperties": False})
    check(spec, **forest(MAX_LEVELS + 7))
    with pytest.raises(ToolCallError, match="'colour' was unexpected"):
        check(spec, name="n", children=[{"name": "n", "colour": "red"}])


def test_of_alternatives_those_are_left_out_that_lie_too_deep(tmp_path: Path) -> None:
    either = {"oneOf": [to("All"), to("Not"), to("Condition")]}
    spec = sent(
        tmp_path,
        thing(("where",), where=to("Filter")),
        Filter=either,
        All=thing(("all",), all=listed(to("Filter"), minItems=1)),
        Not=thing(("unless",), unless=to("Filter")),
        Condition=thing(("field", "is"), field={"type": "string"}, **{"is": {"type": "string"}}),
    )
    simple = {"field": "city", "is": "Lyon"}
    check(spec, where=simple)
    check(spec, where={"all": [simple, {"unless": {"all": [simple, {"unless": simple}]}}]})
    with pytest.raises(ToolCallError):
        check(spec, where={"all": [{"unless": {"field": "city"}}]})
    assert '"x-' not in canonical_json(spec.parameters)


def test_of_alternatives_that_became_alike_any_may_be_taken(tmp_path: Path) -> None:
    words = {name: thing(**{name: to("Word")}, said={"type": "string"}) for name in ("Before", "After")}
    closed = {name: {**word, "additionalProperties": False} for name, word in words.items()}
    spec = sent(tmp_path, thing(word=to("Word")), Word={"oneOf": [to("Before"), to("After")]}, **closed)
    last = spec.properties["word"]
    while "Before" in (first := last["anyOf"][0])["properties"]:
        last = first["properties"]["Before"]
    assert last == {"anyOf": [thing(said={"type": "string"})] * 2}
    assert '"oneOf"' not in canonical_json(spec.parameters)
    with pytest.raises(ToolCallError):
        check(spec, word={"After": {"Before": {"said": 1}}})
    word: JsonObject = {"After": {"said": "x"}}
    for _ in range(MAX_LEVELS + 2):
        check(spec, word=word)
        word = {"After": word}


def test_a_list_that_must_be_there_is_empty_at_the_end(tmp_path: Path) -> None:
    spec = sent(tmp_path, to("Tree"), Tree=thing(("children",), children=listed(to("Tree"))))
    check(spec, children=[{"children": []}, {"children": [{"children": []}]}])
    last: Any = spec.properties["children"]
    while "items" in last:
        last = last["items"]["properties"]["children"]
    assert last == {"type": "array", "maxItems": 0}


ENDLESS: dict[str, JsonObject] = {
    "a part that is required": thing(("next",), next=to("A")),
    "a list that may not be empty": thing(("all",), all=listed(to("A"), minItems=1)),
    "nothing but itself": {"allOf": [to("A"), thing(name={"type": "string"})]},
    "itself in another": {"anyOf": [thing(("next",), next=to("A"))]},
    "a pair": thing(("pair",), pair={"type": "array", "prefixItems": [to("A"), {"type": "string"}]}),
}


@pytest.mark.parametrize("case", ENDLESS)
def test_what_is_required_and_has_no_end_is_a_line(case: str, tmp_path: Path) -> None:
    found = offered(tmp_path, to("A"), A=ENDLESS[case])
    assert found.tools == ()
    assert [refusal.reason for refusal in found.refused] == ["its schema refers to itself through 'A'"]


def test_a_part_without_an_end_is_left_out_where_it_may_be(tmp_path: Path) -> None:
    chain = thing(("next",), next=to("Chain"))
    spec = sent(tmp_path, thing(name={"type": "string"}, chain=to("Chain")), Chain=chain)
    assert list(spec.properties) == ["name"]


def test_what_ends_in_null_does(tmp_path: Path) -> None:
    following = {"anyOf": [to("Node"), {"type": "null"}]}
    spec = sent(tmp_path, to("Node"), Node=thing(("next",), next=following))
    last = spec.properties["next"]
    for _ in range(MAX_LEVELS - 1):
        following, none = last["anyOf"]
        assert (following["required"], none) == (["next"], {"type": "null"})
        last = following["properties"]["next"]
    assert last == {"anyOf": [{"type": "null"}]}
    check(spec, next={"next": {"next": None}})
    with pytest.raises(ToolCallError):
        check(spec, next={"next": {}})


def test_parts_of_several_schemas_and_inheritance_are_no_level(tmp_path: Path) -> None:
    folder = {"allOf": [to("Item"), thing(items=listed(to("Item")), parent=to("Folder"))]}
    item = thing(("id",), id={"type": "integer"}, folder=to("Folder"))
    spec = sent(tmp_path, to("Folder"), Folder=folder, Item=item)
    assert spec.required == {"id"}
    assert depth_of({"properties": spec.properties}, "folder") == MAX_LEVELS


def test_many_schemas_that_all_name_each_other_are_shown_without_each_other(tmp_path: Path) -> None:
    names = [f"T{number}" for number in range(300)]
    schemas = {name: thing(id={"type": "string"}, **{each: to(each) for each in names}) for name in names}
    spec = sent(tmp_path, to("T0"), **schemas)
    assert list(spec.properties) == ["id"]


def test_what_grows_with_each_level_has_fewer_of_them(tmp_path: Path) -> None:
    children = {f"child_{number}": to("Tree") for number in range(8)}
    spec = sent(tmp_path, to("Tree"), Tree=thing(name={"type": "string"}, **children))
    assert 1 < depth_of({"properties": spec.properties}, "child_0") < MAX_LEVELS
    assert len(canonical_json(spec.parameters)) <= MAX_CHARACTERS


def test_a_description_is_said_once(tmp_path: Path) -> None:
    said = thing(name={"type": "string", "description": "What it is called."}, child=to("Tree"))
    spec = sent(tmp_path, to("Tree"), Tree=said)
    assert canonical_json(spec.parameters).count("What it is called.") == 1


def test_a_long_chain_of_references_is_followed_in_a_loop() -> None:
    chain: dict[Any, Any] = {str(number): {"$ref": str(number + 1)} for number in range(20_000)}
    circles = Circles({**chain, "20000": {"items": {"$ref": "19999"}}}.__getitem__)
    assert not circles.hold("0")
    assert circles.hold("19999")
    assert circles.hold("20000")
    assert not circles.hold("19998")


REFERENCES = st.sampled_from("ABC").map(to)
PARTS = st.one_of(
    st.just({"type": "integer"}),
    REFERENCES,
    REFERENCES.map(listed),
    REFERENCES.map(lambda schema: {"type": "object", "additionalProperties": schema}),
    st.lists(REFERENCES, min_size=1, max_size=2).map(lambda schemas: {"anyOf": [*schemas, {"type": "null"}]}),
    REFERENCES.map(lambda schema: {"allOf": [schema, {"description": "Again."}]}),
)


def objects(most_required: int) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries(
        {"type": st.just("object"), "properties": st.dictionaries(st.sampled_from("abc"), PARTS, max_size=3)},
        optional={
            "required": st.lists(st.sampled_from("abc"), max_size=most_required, unique=True),
            "additionalProperties": st.booleans(),
        },
    )


def documents(most_required: int) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries({name: objects(most_required) for name in "ABC"})


def unrolled(schemas: JsonObject, levels: int) -> JsonObject | None:
    references = References({"components": {"schemas": schemas}})
    try:
        return Translation(references, is_old=False, levels=levels).schema(to("A"))
    except (EndlessSchemaError, OversizedSchemaError):
        return None


def stated(schemas: JsonObject) -> Draft202012Validator:
    return Draft202012Validator({**to("A"), "components": {"schemas": schemas}})


@given(documents(2), st.integers(1, 3), st.randoms(use_true_random=False))
def test_what_is_made_under_the_schema_that_is_shown_is_what_the_document_allows(
    schemas: JsonObject, levels: int, rng: random.Random
) -> None:
    shown = unrolled(schemas, levels)
    made = make_up("value", shown, rng) if shown is not None else None
    if made is not None:
        assert [*stated(schemas).iter_errors(made)] == []


@given(documents(0), st.integers(1, 2), st.randoms(use_true_random=False))
def test_what_is_made_at_deeper_levels_is_allowed_where_fewer_are_shown(
    schemas: JsonObject, levels: int, rng: random.Random
) -> None:
    shown, deeper = unrolled(schemas, levels), unrolled(schemas, levels + 2)
    if shown is not None and deeper is not None:
        for _ in range(10):
            made = make_up("value", deeper, rng) or {}
            assert [*Draft202012Validator(shown).iter_errors(made)] == []


def test_alternatives_that_are_no_list_are_a_line(tmp_path: Path) -> None:
    found = offered(tmp_path, to("A"), A=thing(child=to("A")) | {"anyOf": None})
    assert found.tools == ()
    (refusal,) = found.refused
    assert "anyOf: None" in refusal.reason


KEYWORDS = ("type", "required", "minItems", "items", "allOf", "anyOf", "oneOf", "additionalProperties", "not")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 2) | st.sampled_from("abc") | REFERENCES,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from((*"abc", CUT)), inner, max_size=3)
    ),
    max_leaves=6,
)
WRONG = st.dictionaries(st.sampled_from((*KEYWORDS, "properties")), JSON, min_size=1, max_size=4)


@given(WRONG, WRONG)
def test_what_is_wrong_in_a_schema_that_refers_to_itself_is_a_schema_or_a_line(a: Any, b: Any) -> None:
    schemas = {"A": {"properties": {"c": to("A")}, **a}, "B": b, "C": listed(to("B"))}
    try:
        usable = usable_schema("value", unrolled(schemas, 2) or {})
    except UnusableSchemaError:
        return
    assert "$ref" not in canonical_json(usable)
    Draft202012Validator.check_schema(usable)

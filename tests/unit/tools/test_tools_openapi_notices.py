"""What is said of operations that can be used: what is left out of them, and what they cost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from openapi_documents import opened, query, with_paths

from practicum.records import JsonObject, canonical_json
from practicum.tools.catalog import Offered
from practicum.tools.openapi.shortening import MAX_CHARACTERS, shortened


def told(found: Offered) -> list[str]:
    assert found.refused == ()
    return [notice.text for notice in found.notices]


def posts(folder: Path, **bodies: JsonObject) -> Offered:
    operations = {
        f"/{name}": {"post": {"operationId": name, "requestBody": node}} for name, node in bodies.items()
    }
    return opened(folder, with_paths(operations))


def content(kind: str, schema: JsonObject | None = None) -> JsonObject:
    return {"content": {kind: {"schema": schema or {"type": "string", "format": "binary"}}}}


def test_an_optional_body_that_can_not_be_sent_is_told_once_for_all(tmp_path: Path) -> None:
    names = ("draw", "paint", "print", "scan")
    pictures = {name: content("image/png") for name in names}
    found = posts(tmp_path, **pictures, archive=content("application/zip"), note=content("text/plain"))
    assert told(found) == [
        "left out of draw, paint, print and 1 more: its body, which is image/png; JSON, forms and text can be"
        " sent",
        "left out of archive: its body, which is application/zip; JSON, forms and text can be sent",
    ]
    assert [notice.tools for notice in found.notices] == [names, ("archive",)]
    assert [list(tool.spec.properties) for tool in found.tools] == [[], [], [], [], [], ["body"]]


def test_an_object_that_would_have_to_be_written_as_xml_is_told(tmp_path: Path) -> None:
    thing = {"type": "object", "properties": {"a": {"type": "string"}}}
    (said,) = told(posts(tmp_path, act=content("text/xml", thing)))
    assert said.startswith("left out of act: its body, which is text/xml;")


def test_an_optional_file_is_told_by_name(tmp_path: Path) -> None:
    file = {"type": "string", "format": "binary"}
    fields = {"name": {"type": "string"}, "photo": file, "clip": file}
    found = posts(tmp_path, act=content("multipart/form-data", {"type": "object", "properties": fields}))
    assert told(found) == [
        "left out of act: its files 'photo', 'clip'; JSON, forms and text can be sent",
    ]
    assert list(found.tools[0].spec.properties) == ["name"]


def test_of_a_body_of_nothing_there_is_nothing_to_tell(tmp_path: Path) -> None:
    assert told(posts(tmp_path, a={}, b={"content": {}}, c={"description": "None."})) == []


def wide(characters: int, data: int = 0) -> JsonObject:
    """An object of ten properties, with so many characters of description and of data each."""
    described = {"type": "string", "description": "x" * characters, "default": {"description": "x" * data}}
    return {"type": "object", "properties": {f"p{number}": described for number in range(10)}}


def descriptions(schema: JsonObject) -> set[int]:
    return {len(each["description"]) for each in schema["properties"].values()}


def test_descriptions_are_cut_as_far_as_it_takes_and_no_further() -> None:
    short = wide(6000)
    assert shortened(short).schema is short
    for data, most in ((0, 1000), (5700, 300), (6200, 100)):
        shown = shortened(wide(8000, data))
        assert (shown.most, shown.is_long) == (most, False)
        assert descriptions(shown.schema) == {most}


def test_what_is_data_is_not_cut() -> None:
    text = "x" * MAX_CHARACTERS
    data: JsonObject = {
        "default": {"description": text},
        "enum": [{"description": text}],
        "description": text,
    }
    named: JsonObject = {"properties": {"description": {"type": "string", "description": text}}}
    assert shortened({**data, **named}).schema == {
        **data,
        "description": "x" * 97 + "...",
        "properties": {"description": {"type": "string", "description": "x" * 97 + "..."}},
    }


def asked(folder: Path, **schemas: Any) -> Offered:
    operations = {
        f"/{name}": {"get": {"operationId": name, "parameters": [query("q", schema, content=None)]}}
        for name, schema in schemas.items()
    }
    return opened(folder, with_paths(operations))


def test_long_schemas_are_told_with_what_was_done_and_what_can_be(tmp_path: Path) -> None:
    values = [f"a value that is number {number}" for number in range(4000)]
    many, more = {"type": "string", "enum": values[:3000]}, {"type": "string", "enum": values}
    found = asked(tmp_path, fine={"type": "string"}, wordy=wide(8000), many=many, more=more)
    sizes = {tool.name: len(canonical_json(tool.spec.parameters)) for tool in found.tools}
    assert sizes["wordy"] < MAX_CHARACTERS < sizes["many"] < sizes["more"]
    assert told(found) == [
        "descriptions in the schema of wordy are cut to 1000 characters each: whole, it would be longer than"
        " 64,000",
        f"the schema of more ({sizes['more']:,}), many ({sizes['many']:,}) is longer than 64,000 characters,"
        " its descriptions cut short: each model call that shows it pays for that; choose other tools with"
        " --tool, or take what you need of it into a smaller document",
    ]

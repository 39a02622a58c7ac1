"""A document with any part of it replaced by something else is opened or refused in a line."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openapi_documents import PETSTORE, opened

from practicum.errors import SetupError
from practicum.tools.openapi.yaml_reading import read_yaml
from practicum.tools.schema import require_valid

DOCUMENT, _ = read_yaml(PETSTORE)
STRANGE: tuple[Any, ...] = (
    None, True, 7, -1.5, "", "x", "../..", [], [None], ["x", "x"], {}, {"x": None}, {"": {"": 1}},
    {"$ref": "#"}, {"$ref": "#/paths"}, {"$ref": "#/components/schemas/NewPet"}, {"$ref": None},
    {"$ref": "#x"}, {"type": None}, {"type": "string", "pattern": r"\p{L}"}, {"maximum": "1"},
    {"allOf": [None]}, {"allOf": {}}, {"properties": []}, {"required": 1}, {"enum": {}}, [{"name": "q"}],
)  # fmt: skip


def places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every part of a document."""
    if path:
        yield path
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, child in children:
        yield from places(child, (*path, key))


def replaced(path: tuple[Any, ...], value: Any) -> Any:
    made = copy.deepcopy(DOCUMENT)
    node = made
    for key in path[:-1]:
        node = node[key]
    node[path[-1]] = value
    return made


@given(st.sampled_from(list(places(DOCUMENT))), st.sampled_from(STRANGE))
def test_whatever_stands_somewhere_is_a_tool_or_a_line(
    tmp_path_factory: pytest.TempPathFactory, path: tuple[Any, ...], value: Any
) -> None:
    folder = tmp_path_factory.getbasetemp()
    try:
        found = opened(folder, json.dumps(replaced(path, value)))
    except SetupError as error:
        said = [error.message, error.fix]
    else:
        said = [refusal.reason for refusal in found.refused]
        for tool in found.tools:
            require_valid(tool.spec.parameters)
    assert not any("\n" in line for line in said)

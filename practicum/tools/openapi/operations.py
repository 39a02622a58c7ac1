"""An operation of a document: what a model is told of it, and how it is called."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from practicum.records import JsonObject, ToolSpec
from practicum.tools.effects import Effect
from practicum.tools.openapi.arguments import Argument, Place, read_parameters, told_apart
from practicum.tools.openapi.bodies import Body, Sent, read_body
from practicum.tools.openapi.references import References
from practicum.tools.openapi.schemas import Translation
from practicum.tools.openapi.shortening import cut_text
from practicum.tools.openapi.unrolling import unrolled
from practicum.tools.schema import UnusableSchemaError, flatten

METHODS = ("get", "head", "options", "trace", "post", "put", "patch", "delete")
MAX_DESCRIPTION = 1024
"""Characters that providers accept."""
_READ_ONLY = ("get", "head", "options", "trace")
_UNKNOWN = ("post",)


@dataclass(frozen=True)
class Operation:
    """How an operation is called."""

    method: str
    path: str
    arguments: tuple[Argument, ...]
    """Of the body, too."""
    body: Body | None
    left_out: str = ""
    """What is not sent of its body since it can't be, in words; empty: nothing."""


@dataclass(frozen=True)
class Entry:
    """An operation as it stands in a document."""

    method: str
    path: str
    node: JsonObject
    item: JsonObject
    """The path's own entry, with what all its operations share."""


def entries(paths: JsonObject, references: References) -> Iterator[Entry | tuple[str, str]]:
    """Go through all operations in their order; what is no operation comes as its name and what is wrong."""
    for path, node in paths.items():
        if str(path).startswith("x-"):
            continue
        try:
            item = references.follow(node, "its path")
            if not str(path).startswith("/"):
                raise UnusableSchemaError("its path does not begin with /")
        except UnusableSchemaError as error:
            yield str(path), str(error)
            continue
        for method in (key for key in item if str(key).lower() in METHODS):
            operation = item[method]
            if isinstance(operation, dict):
                yield Entry(str(method).lower(), str(path), operation, item)
            else:
                yield f"{str(method).upper()} {path}", "it is no object in the document"


def effect_of(method: str) -> tuple[Effect, str]:
    """Return what an operation may do, as far as HTTP tells, and that it is HTTP which does."""
    if method in _READ_ONLY:
        return Effect.READ_ONLY, f"HTTP {method.upper()} changes nothing"
    if method in _UNKNOWN:
        return Effect.UNKNOWN, f"HTTP {method.upper()} may change something"
    return Effect.DESTRUCTIVE, f"HTTP {method.upper()} changes something"


def read_operation(
    entry: Entry, name: str, references: References, *, is_old: bool
) -> tuple[ToolSpec, Operation]:
    """Return what a model is told of an operation, and how it is called.

    Raises:
        UnusableSchemaError: it can't be used; says why.
    """

    def read(levels: int | None) -> tuple[ToolSpec, Operation]:
        return _read(entry, name, references, Translation(references, is_old=is_old, levels=levels))

    return unrolled(read)


def _read(
    entry: Entry, name: str, references: References, translation: Translation
) -> tuple[ToolSpec, Operation]:
    nodes = [*_list_of(entry.item), *_list_of(entry.node)]
    parameters = read_parameters(nodes, references, translation)
    _require_path(entry.path, parameters)
    taken = {argument.name for argument in parameters}
    node = entry.node.get("requestBody")
    sent = read_body(node, taken, references, translation) if node is not None else Sent()
    body = sent.body
    arguments = told_apart([*parameters, *(body.arguments if body else ())])
    spec = ToolSpec(name=name, description=_description(entry), parameters=_schema(arguments, body))
    return spec, Operation(entry.method.upper(), entry.path, arguments, body, sent.left_out)


def _list_of(node: JsonObject) -> list[Any]:
    parameters = node.get("parameters") or []
    if not isinstance(parameters, list):
        raise UnusableSchemaError("its parameters are no list")
    return parameters


def _require_path(path: str, parameters: list[Argument]) -> None:
    """Check that each gap in a path has its parameter: else it could not be filled."""
    from re import findall

    known = {argument.key for argument in parameters if argument.place is Place.PATH}
    for gap in findall(r"\{([^{}]*)\}", path):
        if gap not in known:
            raise UnusableSchemaError(f"its path has {{{gap}}}, and no path parameter is called so")


def _schema(arguments: tuple[Argument, ...], body: Body | None) -> JsonObject:
    is_needed = body is not None and body.is_required
    schema: JsonObject = {
        "type": "object",
        "properties": {argument.name: argument.schema for argument in arguments},
        "required": [
            argument.name
            for argument in arguments
            if argument.is_required and (argument.place is not Place.BODY or is_needed)
        ],
        "additionalProperties": False,
    }
    if not schema["required"]:
        del schema["required"]
    return flatten(schema)


def _description(entry: Entry) -> str:
    """Summary and description, and method and path where there is neither."""
    parts = [entry.node.get(key) or entry.item.get(key) for key in ("summary", "description")]
    said = list(dict.fromkeys(part.strip() for part in parts if isinstance(part, str) and part.strip()))
    if len(said) == 2 and said[1].startswith(said[0].rstrip(".")):
        said = said[1:]
    text = "\n".join(said) or f"{entry.method.upper()} {entry.path}"
    if entry.node.get("deprecated") is True:
        text = f"(Deprecated.) {text}"
    return cut_text(text, MAX_DESCRIPTION)

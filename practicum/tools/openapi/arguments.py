"""What a call is given, and where in the request each of it goes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from practicum.records import JsonObject
from practicum.tools.openapi.checking import usable_schema
from practicum.tools.openapi.merging import without_null
from practicum.tools.openapi.references import References
from practicum.tools.openapi.schemas import Translation
from practicum.tools.openapi.values import with_examples
from practicum.tools.schema import UnusableSchemaError

MAX_NAME = 64
_NO_NAME = re.compile(r"[^A-Za-z0-9_.-]+")
"""What providers refuse in the name of an argument."""
_NOT_ARGUMENTS = ("accept", "content-type", "authorization")
"""Headers that a document may list and that are to be ignored, whatever it says of them."""


class Place(StrEnum):
    """Where in a request an argument goes."""

    PATH = "path"
    QUERY = "query"
    HEADER = "header"
    COOKIE = "cookie"
    BODY = "body"


STYLES: dict[Place, tuple[str, ...]] = {
    Place.PATH: ("simple", "label", "matrix"),
    Place.QUERY: ("form", "spaceDelimited", "pipeDelimited", "deepObject"),
    Place.HEADER: ("simple",),
    Place.COOKIE: ("form",),
    Place.BODY: ("form", "spaceDelimited", "pipeDelimited", "deepObject"),
}
"""The styles of each place, the usual one first."""


@dataclass(frozen=True)
class Argument:
    """One argument of a tool."""

    name: str
    """What the model is told."""
    key: str
    """What the service calls it."""
    place: Place
    schema: JsonObject
    is_required: bool = False
    style: str = "form"
    explode: bool = True
    as_json: bool = False
    """Whether it is sent as JSON, not in a style."""
    keeps_reserved: bool = False
    """Whether characters that mean something in URLs are sent as they are."""


def argument_name(key: str) -> str:
    """Return a key of the service as a name that providers accept.

    Raises:
        UnusableSchemaError: nothing of it is left.
    """
    name = _NO_NAME.sub("_", key).strip("_")[:MAX_NAME]
    if not name:
        raise UnusableSchemaError(f"its parameter {key!r} has no name that models accept")
    return name


def told_apart(arguments: Iterable[Argument]) -> tuple[Argument, ...]:
    """Return the arguments with names of their own: of two that share one, the later says its place."""
    made: dict[str, Argument] = {}
    for argument in arguments:
        name, number = argument.name, 1
        while name in made:
            end = f"_{argument.place.value}{number if number > 1 else ''}"
            name, number = f"{argument.name[: MAX_NAME - len(end)]}{end}", number + 1
        made[name] = replace(argument, name=name)
    return tuple(made.values())


def read_parameters(nodes: Iterable[Any], references: References, translation: Translation) -> list[Argument]:
    """Return the parameters of an operation; of two with one name and place the later counts.

    Raises:
        UnusableSchemaError: one can't be used; says which and why.
    """
    made: dict[tuple[str, Place], Argument] = {}
    for node in nodes:
        argument = _read(references.follow(node, "a parameter of it"), references, translation)
        if argument.place is not Place.HEADER or argument.key.lower() not in _NOT_ARGUMENTS:
            made[argument.key, argument.place] = argument
    return list(made.values())


def _read(node: JsonObject, references: References, translation: Translation) -> Argument:
    from openapi_pydantic.v3.v3_1 import Parameter
    from pydantic import ValidationError

    from practicum.tools.openapi.reading import object_error

    outside = {key: value for key, value in node.items() if key not in {"schema", "content"}}
    try:
        read = Parameter.model_validate({**outside, "examples": None})
    except ValidationError as error:
        raise UnusableSchemaError(f"its parameter {node.get('name')!r:.60} {object_error(error)}") from None
    place, name = Place(read.param_in.value), read.name
    style = read.style or STYLES[place][0]
    if style not in STYLES[place]:
        raise UnusableSchemaError(
            f"its {place} parameter {name!r} has the style {style!r}, which is not known"
        )
    schema, as_json = _schema_of(node, name, references, translation)
    return Argument(
        name=argument_name(name),
        key=name,
        place=place,
        schema=described(schema, read.description, name),
        is_required=read.required or place is Place.PATH,
        style=style,
        explode=style in {"form", "deepObject"} if read.explode is None else read.explode,
        as_json=as_json,
        keeps_reserved=node.get("allowReserved") is True,
    )


def _schema_of(
    node: JsonObject, name: str, references: References, translation: Translation
) -> tuple[JsonObject, bool]:
    """A parameter's schema with its examples, and whether its values are sent as JSON."""
    content = node.get("content")
    as_json = isinstance(content, dict) and len(content) == 1
    source = references.follow(next(iter(content.values())), "a parameter of it") if as_json else node  # type: ignore[union-attr]  # a dict if as_json
    if "schema" not in source:
        raise UnusableSchemaError(f"its parameter {name!r} has no schema")
    schema = usable_schema(name, without_null(translation.schema(source["schema"])))
    require_type(schema, name)
    return with_examples(schema, examples_of({**source, **node}, references, translation)), as_json


def examples_of(node: JsonObject, references: References, translation: Translation) -> list[Any]:
    """Return the examples that stand beside a schema."""
    found = [translation.data(node["example"])] if "example" in node else []
    named = node.get("examples")
    for each in named.values() if isinstance(named, dict) else ():
        example = references.follow(each, "an example of it")
        if "value" in example:
            found.append(translation.data(example["value"]))
    return found


def described(schema: JsonObject, description: str | None, key: str) -> JsonObject:
    """Return the schema with the nearest description, or else the name that models can't be told."""
    said = (description or "").strip() or schema.get("description")
    if not said and argument_name(key) != key:
        said = key
    return {**schema, "description": said} if said else schema


def require_type(schema: JsonObject, name: str) -> None:
    """Check that something says what values an argument has.

    Raises:
        UnusableSchemaError: nothing does.
    """
    if not {"type", "enum", "const", "anyOf", "oneOf", "allOf"} & set(schema):
        raise UnusableSchemaError(f"its parameter {name!r} has no type")

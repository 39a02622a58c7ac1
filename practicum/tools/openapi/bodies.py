"""Bodies of requests: which kind is sent, and whether its properties are arguments of their own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from practicum.records import JsonObject
from practicum.tools.openapi.arguments import (
    STYLES,
    Argument,
    Place,
    argument_name,
    described,
    examples_of,
    require_type,
)
from practicum.tools.openapi.checking import usable_schema
from practicum.tools.openapi.merging import without_null
from practicum.tools.openapi.references import References
from practicum.tools.openapi.schemas import Translation
from practicum.tools.openapi.values import with_examples
from practicum.tools.schema import UnusableSchemaError

WHOLE = "body"
"""The argument that is the whole body, where its properties can't be arguments."""
JSON = "application/json"
JSON_PATCH = "application/json-patch+json"
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
PLAIN = "text/plain"
SENDABLE = "JSON, forms and text can be sent"
_FLAT = {"type", "properties", "required", "additionalProperties", "description", "default", "examples"}
"""Keywords of a body that is nothing but its properties."""


@dataclass(frozen=True)
class Body:
    """How a body is sent."""

    media_type: str
    is_whole: bool
    """Whether it is one argument, not made of several."""
    is_required: bool
    arguments: tuple[Argument, ...]


@dataclass(frozen=True)
class Sent:
    """What of a body is sent."""

    body: Body | None = None
    """None: there is none, or it may be left out and can't be sent."""
    left_out: str = ""
    """What is not sent of it since it can't be, in words; empty: nothing."""


def read_body(node: Any, taken: set[str], references: References, translation: Translation) -> Sent:
    """Return the body of an operation.

    Args:
        node: The request body as it stands.
        taken: Names of the other arguments.
        references: Of the document.
        translation: Of the tool.

    Raises:
        UnusableSchemaError: it must be sent, and can't be.
    """
    found = references.follow(node, "its body")
    required = found.get("required") is True
    content = found.get("content")
    stated_type = _choose(content) if isinstance(content, dict) else None
    if stated_type is None or not isinstance(content, dict):
        return _without(content, is_required=required)
    media_type = _sent_as(stated_type)
    media = references.follow(content[stated_type], "its body")
    stated = media.get("schema", {"type": "string"} if is_text(media_type) else {})
    schema = usable_schema(WHOLE, without_null(translation.schema(stated)))
    if _is_markup(media_type) and schema.get("type") in {"object", "array"}:
        return _without(content, is_required=required)
    examples = examples_of(media, references, translation)
    if _can_be_flat(schema, taken, is_required=required):
        arguments = _properties(schema, examples, media)
        files = _files_of(arguments) if media_type == MULTIPART else ()
        kept = tuple(argument for argument in arguments if argument not in files)
        return Sent(Body(media_type, False, required, kept), _files_in_words(files))
    whole = _whole(schema, examples, found, media_type, is_required=required)
    return Sent(Body(media_type, True, required, (whole,)))


def _choose(content: JsonObject) -> str | None:
    """The kind that says most: JSON before forms before text.

    Plain JSON comes before its kin, and last of them what describes a change instead of being the thing.
    """
    ranked = [
        lambda kind: kind == JSON,
        lambda kind: _is_json(kind) and kind != JSON_PATCH,
        _is_json,
        lambda kind: kind == FORM,
        lambda kind: kind == MULTIPART,
        lambda kind: kind == PLAIN,
        is_text,
    ]
    for fits in ranked:
        for kind in content:
            if fits(_bare(kind)):
                return str(kind)
    return None


def _sent_as(media_type: str) -> str:
    """The type to say in a request: no wildcard, and of forms nothing but their name."""
    bare = _bare(media_type)
    if "*" in bare:
        return PLAIN if is_text(bare) else JSON
    return bare if bare in {FORM, MULTIPART} else media_type


def _bare(media_type: str) -> str:
    return media_type.partition(";")[0].strip().lower()


def _is_json(media_type: str) -> bool:
    return media_type in {JSON, "*/*", "application/*", "text/json"} or media_type.endswith("+json")


def is_text(media_type: str) -> bool:
    """Whether a body of this type is sent as it is written, not as JSON."""
    bare = _bare(media_type)
    return bare.startswith("text/") and not _is_json(bare)


def _is_markup(media_type: str) -> bool:
    """Whether objects would have to be written in a notation of its own, which is not done here."""
    return is_text(media_type) and _bare(media_type) not in {PLAIN, "text/*"}


def _without(content: Any, *, is_required: bool) -> Sent:
    kinds = sorted(str(kind) for kind in content if kind) if isinstance(content, dict) else []
    said = " or ".join(kinds) or "of no kind"
    if is_required:
        raise UnusableSchemaError(f"its body is {said}; {SENDABLE}")
    return Sent(left_out=f"its body, which is {said}" if kinds else "")


def _can_be_flat(schema: JsonObject, taken: set[str], *, is_required: bool) -> bool:
    properties = schema.get("properties")
    if schema.get("type") != "object" or not isinstance(properties, dict) or not properties:
        return False
    if set(schema) - _FLAT or schema.get("additionalProperties", False) is not False:
        return False
    if not all(isinstance(child, dict) and _has_type(child) for child in properties.values()):
        return False
    return _are_clear(properties, taken) and (is_required or not schema.get("required"))


def _are_clear(keys: Iterable[str], taken: set[str]) -> bool:
    """Whether each property has a name that models accept and that is nobody else's."""
    try:
        names = [argument_name(key) for key in keys]
    except UnusableSchemaError:
        return False
    return len(set(names)) == len(names) and not taken & set(names)


def _has_type(schema: JsonObject) -> bool:
    try:
        require_type(schema, "")
    except UnusableSchemaError:
        return False
    return True


def _properties(schema: JsonObject, examples: list[Any], media: JsonObject) -> tuple[Argument, ...]:
    required = set(schema.get("required", ()))
    whole = [*examples, *schema.get("examples", ())]
    made = []
    for name, child in schema["properties"].items():
        given = [each[name] for each in whole if isinstance(each, dict) and name in each]
        argument = Argument(
            name=argument_name(name),
            key=name,
            place=Place.BODY,
            schema=described(with_examples(child, given), None, name),
            is_required=name in required,
        )
        made.append(_encoded(argument, media.get("encoding")))
    return tuple(made)


def _encoded(argument: Argument, encoding: Any) -> Argument:
    """The argument as a form sends it; JSON bodies know no such thing."""
    own = encoding.get(argument.key) if isinstance(encoding, dict) else None
    if not isinstance(own, dict):
        return argument
    style = own.get("style", argument.style)
    if style not in STYLES[Place.BODY]:
        raise UnusableSchemaError(
            f"its parameter {argument.key!r} has the style {style!r}, which is not known"
        )
    return replace(
        argument,
        style=style,
        explode=own.get("explode", style in {"form", "deepObject"}) is True,
        as_json=_is_json(_bare(str(own.get("contentType", "")))),
    )


def _files_of(arguments: tuple[Argument, ...]) -> tuple[Argument, ...]:
    """The files to upload, which can't be sent."""
    files = tuple(
        each
        for each in arguments
        if each.schema.get("format") == "binary" or "contentMediaType" in each.schema
    )
    for argument in files:
        if argument.is_required:
            raise UnusableSchemaError(f"its parameter {argument.key!r} is a file to upload")
    return files


def _files_in_words(files: tuple[Argument, ...]) -> str:
    named = ", ".join(repr(each.key) for each in files)
    return f"its {'files' if len(files) > 1 else 'file'} {named}" if files else ""


def _whole(
    schema: JsonObject, examples: list[Any], found: JsonObject, media_type: str, *, is_required: bool
) -> Argument:
    if media_type in {FORM, MULTIPART} and schema.get("type") != "object":
        raise UnusableSchemaError("its form has no fields")
    require_type(schema, WHOLE)
    said = found.get("description")
    schema = described(with_examples(schema, examples), said if isinstance(said, str) else None, WHOLE)
    return Argument(WHOLE, WHOLE, Place.BODY, schema, is_required)

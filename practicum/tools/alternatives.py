"""Which of a schema's alternatives a value is meant as, told by a property that names them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from practicum.records import JsonObject

if TYPE_CHECKING:
    from jsonschema import ValidationError


def narrowed(error: ValidationError) -> ValidationError:
    """Return what is wrong with the alternative that a value names; the error itself where it names none."""
    meant = _errors_of_meant(error)
    return narrowed(min(meant, key=str)) if meant else error


def problem_of_tag(error: ValidationError) -> str | None:
    """Say what the property that names an alternative may be, where it is something else, or missing."""
    branches = _objects(error)
    tag = _tag(branches.values())
    if tag is None or any(_fits(branch, tag, error.instance) for branch in branches.values()):
        return None
    names = [repr(value) for branch in branches.values() for value in _names(branch, tag)]
    return f"{tag!r} must be one of {', '.join(names)}"


def _errors_of_meant(error: ValidationError) -> list[ValidationError]:
    branches = _objects(error)
    tag = _tag(branches.values())
    meant = {place for place, branch in branches.items() if tag and _fits(branch, tag, error.instance)}
    return [inner for inner in error.context or () if inner.relative_schema_path[0] in meant]


def _objects(error: ValidationError) -> dict[int, JsonObject]:
    """Return the alternatives that an object could be, by their places; none for a value that is none."""
    if error.validator not in {"anyOf", "oneOf"} or not isinstance(error.instance, dict):
        return {}
    found: Any = error.validator_value
    return {
        place: each
        for place, each in enumerate(found)
        if isinstance(each, dict) and each.get("type", "object") == "object"
    }


def _tag(branches: Any) -> str | None:
    """Return the property of which every alternative has values of its own."""
    branches = list(branches)
    if len(branches) < 2:
        return None
    for name in branches[0].get("properties", {}):
        names = [value for branch in branches for value in dict.fromkeys(_names(branch, name))]
        if all(_names(branch, name) for branch in branches) and len(names) == len(set(names)):
            return str(name)
    return None


def _names(branch: JsonObject, tag: str) -> list[str]:
    """Return the texts that a property of an alternative may be; empty where it may be others."""
    schema = branch.get("properties", {}).get(tag)
    if not isinstance(schema, dict):
        return []
    values = [schema["const"]] if "const" in schema else schema.get("enum", [])
    return [value for value in values if isinstance(value, str)]


def _fits(branch: JsonObject, tag: str, instance: Any) -> bool:
    return instance.get(tag) in _names(branch, tag)

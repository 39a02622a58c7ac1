"""What evaluation asks of a tool's JSON Schema: does a call fit, and which schema has a value."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from practicum.errors import SetupError
from practicum.hostile.schema_patterns import validator_of
from practicum.records import JsonObject, ToolCall, ToolSpec
from practicum.tools.schema import problem_of_names

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

_MAX_HOPS = 16


class ToolSchemas:
    """The tools of an evaluation by name, with validators that are built once."""

    def __init__(self, specs: Iterable[ToolSpec]) -> None:
        self.by_name = {spec.name: spec for spec in specs}
        self._validators: dict[str, Validator] = {}

    def problem_of(self, call: ToolCall) -> str | None:
        """Say why ``call`` is not well-formed, or None when it fits its tool's schema.

        Null stands for an optional argument that was left out.

        Raises:
            SetupError: If the tool's own schema is not a valid JSON Schema.
        """
        spec = self.by_name.get(call.name)
        if spec is None:
            return f"no tool is named {call.name!r}"
        arguments = {
            name: value
            for name, value in call.arguments.items()
            if value is not None or name in spec.required or name not in spec.properties
        }
        from referencing.exceptions import Unresolvable

        try:
            found = next(iter(self._validator(spec).iter_errors(arguments)), None)
        except RecursionError:
            return f"{call.name}: nested too deeply"
        except Unresolvable as error:
            message = f"the schema of the tool {spec.name} refers to {error.ref!r}, which is not in it"
            raise SetupError(message, "put what the schema refers to under its $defs") from error
        if found is None:
            return problem_of_names(spec, call)
        place = ".".join([call.name, *map(str, found.absolute_path)])
        return f"{place}: {found.message[:200]}"

    def _validator(self, spec: ToolSpec) -> Validator:
        if spec.name not in self._validators:
            self._validators[spec.name] = _build_validator(spec)
        return self._validators[spec.name]


def _build_validator(spec: ToolSpec) -> Validator:
    from jsonschema import Draft202012Validator, SchemaError

    try:
        Draft202012Validator.check_schema(spec.parameters)
    except SchemaError as error:
        message = f"the schema of the tool {spec.name} is no JSON Schema: {error.message[:200]}"
        raise SetupError(message, "correct the tool's parameters") from error
    return validator_of(spec.parameters)


def resolve(schema: Any, root: JsonObject) -> JsonObject:
    """Return ``schema`` with local references followed and "or null" unwrapped.

    ``anyOf`` and ``oneOf`` with several branches other than null stay as they are.
    """
    found: JsonObject = schema if isinstance(schema, dict) else {}
    for _ in range(_MAX_HOPS):
        reference = found.get("$ref")
        if isinstance(reference, str):
            found = _without(found, "$ref", _point(root, reference))
            continue
        key = next((key for key in ("anyOf", "oneOf", "allOf") if _only_branch(found.get(key))), None)
        if key is None:
            break
        found = _without(found, key, _only_branch(found[key]) or {})
    return found


def _without(schema: JsonObject, key: str, inner: JsonObject) -> JsonObject:
    outer = {name: value for name, value in schema.items() if name != key}
    return {**inner, **outer}


def _only_branch(branches: Any) -> JsonObject | None:
    if not isinstance(branches, list):
        return None
    others = [branch for branch in branches if branch != {"type": "null"}]
    return others[0] if len(others) == 1 and isinstance(others[0], dict) else None


def _point(root: JsonObject, reference: str) -> JsonObject:
    if not reference.startswith("#/"):
        return {}
    found: Any = root
    for part in reference[2:].split("/"):
        found = found.get(part.replace("~1", "/").replace("~0", "~")) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}

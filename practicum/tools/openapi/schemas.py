"""Schemas of a document as plain JSON Schema: references put in place, the dialect of 3.0 translated."""

from __future__ import annotations

from typing import Any

from practicum.records import JsonObject
from practicum.tools.openapi.closed_sets import with_fitting_set
from practicum.tools.openapi.merging import merge_all, nullable, spell_null
from practicum.tools.openapi.references import References, last_part
from practicum.tools.openapi.values import SizeBudget, plain
from practicum.tools.schema import UnusableSchemaError

_NAMED = ("properties", "patternProperties", "dependentSchemas")
_LISTED = ("anyOf", "oneOf", "allOf", "prefixItems")
_SINGLE = ("items", "additionalProperties", "not", "contains", "propertyNames", "if", "then", "else",
           "unevaluatedItems", "unevaluatedProperties")  # fmt: skip
_DROPPED = ("discriminator", "xml", "externalDocs", "title", "deprecated", "readOnly", "writeOnly",
            "nullable", "example", "$id", "$schema", "$anchor", "$comment", "$defs")  # fmt: skip
_KEPT_BESIDE_OLD_REFERENCE = ("description",)
"""In 3.0 all else beside a ``$ref`` is to be ignored."""


class Translation:
    """Translates the schemas of one tool."""

    def __init__(self, references: References, *, is_old: bool, budget: SizeBudget | None = None) -> None:
        self._references = references
        self._is_old = is_old
        self._budget = budget or SizeBudget()

    def schema(self, node: Any) -> JsonObject:
        """Return a node as a schema of requests, without references.

        Raises:
            UnusableSchemaError: it is none, too large, refers to itself or to what is not there.
        """
        made = self._schema(node, (), 0)
        return made if isinstance(made, dict) else {}

    def data(self, value: Any) -> Any:
        """Return a value that the document holds.

        Raises:
            UnusableSchemaError: it is too large.
        """
        return plain(value, self._budget)

    def _schema(self, node: Any, path: tuple[str, ...], depth: int) -> JsonObject | bool:
        self._budget.spend(depth)
        if isinstance(node, bool):
            return node
        if not isinstance(node, dict):
            raise UnusableSchemaError(f"its schema holds {node!r:.40} where a schema belongs")
        if "$ref" not in node:
            return self._keywords(node, path, depth)
        reference = node["$ref"]
        if reference in path:
            raise UnusableSchemaError(f"its schema refers to itself through {last_part(reference)!r}")
        target = self._schema(self._references.lookup(reference), (*path, reference), depth + 1)
        beside = {
            key: value
            for key, value in node.items()
            if key != "$ref" and (not self._is_old or key in _KEPT_BESIDE_OLD_REFERENCE)
        }
        if not beside or not isinstance(target, dict):
            return target
        return merge_all([self._keywords(beside, path, depth), target])

    def _keywords(self, node: JsonObject, path: tuple[str, ...], depth: int) -> JsonObject:
        made: JsonObject = {}
        for key, value in self._modern(node).items():
            if key not in _DROPPED and not key.startswith("x-"):
                made[key] = self._keyword(key, value, path, depth)
        if "properties" in made and isinstance(made.get("required"), list):
            made["required"] = [each for each in made["required"] if not self._is_read_only(node, each)]
            if not made["required"]:
                del made["required"]
        merged = with_fitting_set(merge_all([made]))
        if self._is_old and node.get("nullable") is True:
            return nullable(merged)
        return spell_null(merged)

    def _keyword(self, key: str, value: Any, path: tuple[str, ...], depth: int) -> Any:
        if key in _NAMED and isinstance(value, dict):
            return {
                str(name): self._schema(child, path, depth + 1)
                for name, child in value.items()
                if key != "properties" or not self._says_read_only(child)
            }
        if key in _LISTED and isinstance(value, list):
            return [self._schema(child, path, depth + 1) for child in value]
        if key in _SINGLE and isinstance(value, dict):
            return self._schema(value, path, depth + 1)
        return plain(value, self._budget, depth)

    def _modern(self, node: JsonObject) -> JsonObject:
        """The keywords of 3.0 that mean something else, or are spelt otherwise, in JSON Schema."""
        made = dict(node)
        if "example" in made:
            known = made.get("examples")
            made["examples"] = [made["example"], *(known if isinstance(known, list) else [])]
        if not isinstance(made.get("examples", []), list):
            del made["examples"]  # those of OpenAPI's other objects have names
        for exclusive, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
            if isinstance(made.get(exclusive), bool):
                is_exclusive = made.pop(exclusive)
                if is_exclusive and bound in made:
                    made[exclusive] = made.pop(bound)
        return made

    def _says_read_only(self, node: Any) -> bool:
        """Whether a property only ever comes from the server: it is no argument."""
        if not isinstance(node, dict):
            return False
        if "$ref" in node and node.get("readOnly") is not True:
            try:
                node = self._references.follow(node, "it")
            except UnusableSchemaError:  # said where the property is translated
                return False
        return node.get("readOnly") is True

    def _is_read_only(self, node: JsonObject, name: Any) -> bool:
        properties = node.get("properties")
        if not isinstance(properties, dict) or not isinstance(name, str):
            return False
        return self._says_read_only(properties.get(name))

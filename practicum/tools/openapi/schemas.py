"""Schemas of a document as plain JSON Schema: references put in place, the dialect of 3.0 translated."""

from __future__ import annotations

from typing import Any

from practicum.records import JsonObject
from practicum.tools.openapi.closed_sets import with_fitting_set
from practicum.tools.openapi.cutting import CUT, ended
from practicum.tools.openapi.merging import merge_all, nullable, spell_null
from practicum.tools.openapi.references import References, last_part
from practicum.tools.openapi.values import SizeBudget, plain
from practicum.tools.openapi.ways import START, Way
from practicum.tools.schema import UnusableSchemaError

_NAMED = ("properties", "patternProperties", "dependentSchemas")
_LISTED = ("anyOf", "oneOf", "allOf", "prefixItems")
_OF_PARTS = ("properties", "patternProperties", "prefixItems", "items", "additionalProperties", "contains",
             "unevaluatedItems", "unevaluatedProperties")  # fmt: skip
"""Keywords whose schemas are of values inside the value."""
_SINGLE = ("items", "additionalProperties", "not", "contains", "propertyNames", "if", "then", "else",
           "unevaluatedItems", "unevaluatedProperties")  # fmt: skip
_DROPPED = ("discriminator", "xml", "externalDocs", "title", "deprecated", "readOnly", "writeOnly",
            "nullable", "example", "$id", "$schema", "$anchor", "$comment", "$defs")  # fmt: skip
_KEPT_BESIDE_OLD_REFERENCE = ("description",)
"""In 3.0 all else beside a ``$ref`` is to be ignored."""


class EndlessSchemaError(UnusableSchemaError):
    """A schema refers to itself, and nothing can be left out where it is to end."""


class Translation:
    """Translates the schemas of one tool."""

    def __init__(self, references: References, *, is_old: bool, levels: int | None = None) -> None:
        """Make one.

        Args:
            references: Of the document.
            is_old: Whether its schemas are those of OpenAPI 3.0.
            levels: How many values may lie inside each other whose schemas refer to themselves; what lies
                deeper is left out. None: there may be no such schemas.
        """
        self._references = references
        self._is_old = is_old
        self._levels = levels
        self._budget = SizeBudget()

    def schema(self, node: Any) -> JsonObject:
        """Return a node as a schema of requests, without references.

        Raises:
            EndlessSchemaError: it refers to itself without an end.
            UnusableSchemaError: it is none, too large, or refers to what is not there.
        """
        whole = self._schema(node, START)
        made = whole if self._levels is None else ended(whole)
        if made is None:
            raise EndlessSchemaError(f"its schema has no end within {self._levels} levels")
        return made if isinstance(made, dict) else {}

    def data(self, value: Any) -> Any:
        """Return a value that the document holds.

        Raises:
            UnusableSchemaError: it is too large.
        """
        return plain(value, self._budget)

    def _schema(self, node: Any, way: Way) -> JsonObject | bool:
        self._budget.spend(way.depth)
        if isinstance(node, bool):
            return node
        if not isinstance(node, dict):
            raise UnusableSchemaError(f"its schema holds {node!r:.40} where a schema belongs")
        if "$ref" not in node:
            return self._keywords(node, way)
        referred = self._references.lookup(node["$ref"])
        behind = self._behind(node["$ref"], way)
        if behind is None:
            return {CUT: True}
        target = self._schema(referred, behind)
        beside = {
            key: value
            for key, value in node.items()
            if key != "$ref" and (not self._is_old or key in _KEPT_BESIDE_OLD_REFERENCE)
        }
        if not beside or not isinstance(target, dict):
            return target
        return merge_all([self._keywords(beside, way), target])

    def _behind(self, reference: str, way: Way) -> Way | None:
        """The way on through a reference; None: what lies there is too deep, or nothing but itself."""
        if self._levels is None or not self._references.lead_back(reference):
            if reference in way.references:
                raise EndlessSchemaError(f"its schema refers to itself through {last_part(reference)!r}")
            return way.through(reference)
        behind = way.around(reference)
        return None if reference in way.here or behind.levels > self._levels else behind

    def _keywords(self, node: JsonObject, way: Way) -> JsonObject:
        made: JsonObject = {}
        for key, value in self._modern(node).items():
            is_said = key == "description" and way.is_repeated
            if key not in _DROPPED and not key.startswith("x-") and not is_said:
                made[key] = self._keyword(key, value, way)
        if "properties" in made and isinstance(made.get("required"), list):
            made["required"] = [each for each in made["required"] if not self._is_read_only(node, each)]
            if not made["required"]:
                del made["required"]
        merged = with_fitting_set(merge_all([made]))
        if self._is_old and node.get("nullable") is True:
            return nullable(merged)
        return spell_null(merged)

    def _keyword(self, key: str, value: Any, way: Way) -> Any:
        inner = way.inside() if key in _OF_PARTS else way.beside()
        if key in _NAMED and isinstance(value, dict):
            return {
                str(name): self._schema(child, inner)
                for name, child in value.items()
                if key != "properties" or not self._says_read_only(child)
            }
        if key in _LISTED and isinstance(value, list):
            return [self._schema(child, inner) for child in value]
        if key in _SINGLE and isinstance(value, dict):
            return self._schema(value, inner)
        return plain(value, self._budget, way.depth)

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

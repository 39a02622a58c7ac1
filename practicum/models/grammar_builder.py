"""Schemas to rules of a grammar: objects, arrays, alternatives and what they contain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from practicum.models.grammar_numbers import integer_expression, number_expression
from practicum.models.grammar_strings import STRING_RULES, literal, string_expression
from practicum.models.replies import compact_json
from practicum.models.schemas import merge, resolve
from practicum.records import JsonObject

KEY_LENGTH = 64
"""Characters of a key that the model chooses."""

MAX_ITEMS = 6
MAX_ITEMS_EVER = 32
MAX_DEPTH = 5
"""Levels of a recursive schema, and of what may be left out."""
MAX_NESTED = 64
"""Levels of any schema."""

_SCALARS = [{"type": "string"}, {"type": "number"}, {"type": "boolean"}, {"type": "null"}]

_ANNOTATIONS = {"title", "description", "default", "examples", "example", "deprecated", "$comment"}


class _TooDeepError(ValueError):
    """A schema was followed far enough; one that asks for itself has no values at all."""

    def __init__(self) -> None:
        super().__init__("the schema asks for values that are nested without end")


@dataclass(frozen=True)
class _Pair:
    """A property, with the rule of its value."""

    name: str
    value: str
    required: bool

    def __str__(self) -> str:
        return f"{literal(compact_json(self.name) + ':')} {self.value}"


class Builder:
    """Collects rules; equal schemas share one."""

    def __init__(self, default_length: int, *, counted: bool) -> None:
        self.root = {}
        self.rules: dict[str, str] = dict(STRING_RULES)
        self._names: dict[str, str] = {}
        self._made: dict[tuple[str, int], str] = {}
        self._nested = 0
        self._default_length = default_length
        self._counted = counted

    @property
    def root(self) -> JsonObject:
        """The schema that references are looked up in."""
        return self._root

    @root.setter
    def root(self, schema: JsonObject) -> None:
        self._root = schema
        self._may_recur = '"$ref":' in compact_json(schema)
        self._made = {}

    def _below(self, depth: int, *, needed: bool) -> int:
        """Return the depth of a part: one that can't be left out costs nothing where nothing can recur."""
        return depth if needed and not self._may_recur else depth + 1

    def grammar(self, root: str) -> str:
        """Return the text of the grammar."""
        return "\n".join(f"{name} ::= {body}" for name, body in [("root", root), *self.rules.items()])

    def rule(self, schema: Any, *, depth: int) -> str:
        """Return the name of the rule for the schema's values.

        Equal parts are made once: alternatives repeat what stands beside them, and theirs do so again.
        """
        found = resolve(schema, self.root)
        key = compact_json(found), depth
        if key not in self._made:
            if self._nested >= MAX_NESTED:
                raise _TooDeepError
            self._nested += 1
            try:
                self._made[key] = self.named(self.expression(found, depth=depth))
            finally:
                self._nested -= 1
        return self._made[key]

    def named(self, expression: str) -> str:
        """Return the name of the rule with this body, a new one if need be."""
        if expression not in self._names:
            self._names[expression] = f"r{len(self._names)}"
            self.rules[self._names[expression]] = expression
        return self._names[expression]

    def expression(self, schema: JsonObject, *, depth: int) -> str:
        """Return the expression for a schema whose own indirections are resolved."""
        values = [schema["const"]] if "const" in schema else schema.get("enum")
        if values:
            return " | ".join(dict.fromkeys(literal(compact_json(value)) for value in values))
        branches = schema.get("anyOf") or schema.get("oneOf")
        if branches:
            return self._either(schema, branches, depth)
        kind = _kind(schema)
        if isinstance(kind, list):
            return self._either(schema, [{"type": one} for one in kind], depth)
        if kind == "object":
            return self._object(schema, depth)
        if kind == "array":
            return self._array(schema, depth)
        return self._scalar(kind, schema)

    def _scalar(self, kind: str, schema: JsonObject) -> str:
        if kind == "string":
            return string_expression(schema, default_length=self._default_length, counted=self._counted)
        if kind == "integer":
            return integer_expression(schema)
        if kind == "number":
            return number_expression(schema)
        return {"boolean": '"true" | "false"', "null": '"null"'}.get(kind) or self._either(
            {}, _SCALARS, depth=0
        )

    def _either(self, schema: JsonObject, branches: Sequence[Any], depth: int) -> str:
        rest = {
            key: value
            for key, value in schema.items()
            if key not in {"anyOf", "oneOf", "type"} and key not in _ANNOTATIONS
        }
        names = []
        for branch in branches:
            found = merge(resolve(branch, self.root), rest)
            if "type" in schema and not isinstance(schema["type"], list):
                found = {"type": schema["type"], **found}
            try:
                names.append(self.rule(found, depth=depth))
            except _TooDeepError:
                continue
        if not names:
            raise _TooDeepError
        return " | ".join(dict.fromkeys(names))

    def _array(self, schema: JsonObject, depth: int) -> str:
        first = [
            self.rule(item, depth=self._below(depth, needed=True)) for item in schema.get("prefixItems", ())
        ]
        if first:
            return literal("[") + " " + ' "," '.join(first) + " " + literal("]")
        least = int(schema.get("minItems", 0))
        most = max(least, min(int(schema.get("maxItems", max(MAX_ITEMS, least))), MAX_ITEMS_EVER))
        if schema.get("uniqueItems"):  # a grammar can't compare
            most = max(least, min(most, 1))
        if most == 0:
            return literal("[]")
        try:
            item = self.rule(schema.get("items", {}), depth=self._below(depth, needed=least > 0))
        except _TooDeepError:
            if least:
                raise
            return literal("[]")
        items = f'{item} ("," {item}){{{max(least - 1, 0)},{most - 1}}}'
        return f'"[" {items} "]"' if least else f'"[" ({items})? "]"'

    def _object(self, schema: JsonObject, depth: int) -> str:
        if depth > MAX_DEPTH:
            raise _TooDeepError
        if not schema.get("properties") and schema.get("additionalProperties") not in (None, False):
            return self._mapping(schema["additionalProperties"], depth)
        return self._members(self._pairs(schema, depth=depth))

    def opened(self, schema: JsonObject) -> tuple[str, str]:
        """Return the text that every object of the schema begins with, and the expression of the rest.

        The text ends where the first choice is made: after the first key, if it is required, and
        after the quote, if a string follows.
        """
        pairs = self._pairs(schema, depth=0)
        if not pairs or not pairs[0].required:
            return "", self._members(pairs)
        first, *others = pairs
        opening = "{" + compact_json(first.name) + ":"
        unquoted = self._without_quote(resolve(schema["properties"][first.name], self.root))
        value = self.named(unquoted) if unquoted else first.value
        return opening + ('"' if unquoted else ""), f'{value} {self._rest(others)} "}}"'

    def _without_quote(self, schema: JsonObject) -> str | None:
        """Return the expression of a string after its opening quote; None for other values."""
        values = [schema["const"]] if "const" in schema else schema.get("enum")
        if values:
            texts = [value for value in values if isinstance(value, str)]
            unquoted = [literal(compact_json(text)[1:]) for text in texts]
            return " | ".join(dict.fromkeys(unquoted)) if len(texts) == len(values) else None
        if schema.get("type") != "string" or "anyOf" in schema or "oneOf" in schema:
            return None
        return self._scalar("string", schema).removeprefix(literal('"'))

    def _pairs(self, schema: JsonObject, *, depth: int) -> list[_Pair]:
        properties: JsonObject = schema.get("properties") or {}
        required = frozenset(schema.get("required", ()))
        pairs = []
        for name, part in properties.items():
            try:
                value = self.rule(part, depth=self._below(depth, needed=name in required))
            except _TooDeepError:
                if name in required:
                    raise
                continue
            pairs.append(_Pair(name, value, name in required))
        return pairs

    def _members(self, pairs: Sequence[_Pair]) -> str:
        """Return the object with these pairs, commas where they belong.

        Each pair that may come first begins one alternative.
        """
        needed = next((index for index, pair in enumerate(pairs) if pair.required), None)
        may_begin = len(pairs) if needed is None else needed + 1
        choices = [f"{pairs[index]} {self._rest(pairs[index + 1 :])}" for index in range(may_begin)]
        if not choices:
            return literal("{}")
        optional = "?" if needed is None else ""
        return f'"{{" ({" | ".join(choices)}){optional} "}}"'

    def _rest(self, pairs: Sequence[_Pair]) -> str:
        """Return the rule for what may follow a pair."""
        rest = '""'
        for pair in reversed(pairs):
            follow = f'"," {pair}' if pair.required else f'("," {pair})?'
            rest = self.named(f"{follow} {rest}")
        return rest

    def _mapping(self, values: Any, depth: int) -> str:
        try:
            value = self.rule({} if values is True else values, depth=depth + 1)
        except _TooDeepError:
            return literal("{}")
        key = self.named(string_expression({}, default_length=KEY_LENGTH, counted=self._counted))
        pair = self.named(f'{key} ":" {value}')
        return f'"{{" ({pair} ("," {pair}){{0,{MAX_ITEMS - 1}}})? "}}"'


_BY_KEYWORD = (
    ("object", ("properties", "additionalProperties", "required")),
    ("array", ("items", "prefixItems", "minItems", "maxItems")),
    ("string", ("pattern", "format", "minLength", "maxLength")),
    ("number", ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")),
)


def _kind(schema: JsonObject) -> str | list[str]:
    """Return the schema's type or types; without one, what its keywords speak of, else "any"."""
    stated: str | list[str] | None = schema.get("type")
    if stated:
        return stated
    for kind, keywords in _BY_KEYWORD:
        if any(keyword in schema for keyword in keywords):
            return kind
    return "any"

"""Tools and schemas to grammars of compact JSON, in xgrammar's EBNF.

With a JSON Schema, constrained decoding leaves white space free and models spend tokens on it; a
grammar leaves no choice but the values. Everything is bounded, since an unbounded number or string
can go on for minutes. What the grammar admits fits the schema; not everything that fits is
admitted (key order is the schema's, no additional properties, bounded lengths, plain notation).

Counting the characters of a string costs a second when a grammar is compiled (each count is a
state, and each state is checked against the vocabulary), and grounding brings a new grammar with
each query. So there are two grammars: the quick one leaves long strings open, and what it decoded
is checked (see `runaway`); the counted one is the last resort.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from practicum.models.engine import Constraint
from practicum.models.grammar_numbers import integer_expression, number_expression
from practicum.models.grammar_strings import STRING_RULES, literal, string_expression
from practicum.models.replies import compact_json
from practicum.models.schemas import merge, resolve
from practicum.records import JsonObject

ARGUMENT_LENGTH = 64
"""Characters of a string argument, where the schema sets no bound."""

FIELD_LENGTH = 240
"""Characters of a string in structured output: whole sentences are asked for there."""

MAX_ITEMS = 6
MAX_ITEMS_EVER = 32
MAX_DEPTH = 5
"""Levels of a recursive schema."""

_SCALARS = [{"type": "string"}, {"type": "number"}, {"type": "boolean"}, {"type": "null"}]

_ANNOTATIONS = {"title", "description", "default", "examples", "example", "deprecated", "$comment"}


class _TooDeepError(Exception):
    """A recursive schema was followed far enough."""


def call_grammar(
    tools: Sequence[JsonObject],
    *,
    text: bool = False,
    tags: tuple[str, str] = ("", ""),
    counted: bool = True,
    forced: bool = False,
) -> Constraint:
    """Return the grammar of one call of one of the tools.

    Args:
        tools: in OpenAI's format.
        text: whether a plain reply is allowed too; it can't begin with the call's first character.
        tags: what the model's template writes before and after a call.
        counted: whether the lengths of strings are bounded by the grammar itself.
        forced: whether what a single tool's call begins with may go to the constraint's prefix.

    Raises:
        ValueError: there are no tools, or no value fits a schema.
    """
    functions = [tool["function"] for tool in tools]
    if forced and not text and len(functions) == 1:
        return _forced_call_grammar(json.dumps(functions[0]), tags, counted)
    return _call_grammar(json.dumps(functions), text, tags, counted)


def schema_grammar(schema: JsonObject, *, counted: bool = True, forced: bool = False) -> Constraint:
    """Return the grammar of a value that fits the schema; the options as in `call_grammar`.

    Raises:
        ValueError: no value fits.
    """
    return _schema_grammar(json.dumps(schema), counted, forced)


@lru_cache(maxsize=512)
def _call_grammar(functions: str, text: bool, tags: tuple[str, str], counted: bool) -> Constraint:
    calls = []
    builder = _Builder(ARGUMENT_LENGTH, counted=counted)
    for function in json.loads(functions):
        schema = function.get("parameters") or {"type": "object", "properties": {}}
        builder.root = schema
        arguments = builder.rule({"type": "object", **schema}, depth=0)
        head = literal(f'{tags[0]}{{"name":{compact_json(function["name"])},"arguments":')
        calls.append(f"{head} {arguments} {literal('}' + tags[1])}")
    if not calls:
        raise ValueError("a call needs at least one tool")
    choices = list(calls)
    if text:
        opening = (tags[0] or "{")[0]
        builder.rules["text"] = rf"[^{opening}\u0000-\u0020] [^\u0000]*"
        choices.append("text")
    return Constraint(builder.grammar(" | ".join(choices)))


@lru_cache(maxsize=512)
def _forced_call_grammar(function: str, tags: tuple[str, str], counted: bool) -> Constraint:
    described = json.loads(function)
    schema = {"type": "object", **(described.get("parameters") or {})}
    builder = _Builder(ARGUMENT_LENGTH, counted=counted)
    builder.root = schema
    opening, rest = builder.opened(resolve(schema, schema))
    head = f'{tags[0]}{{"name":{compact_json(described["name"])},"arguments":{opening}'
    return Constraint(builder.grammar(f"{rest} {literal('}' + tags[1])}"), head)


@lru_cache(maxsize=256)
def _schema_grammar(schema: str, counted: bool, forced: bool) -> Constraint:
    builder = _Builder(FIELD_LENGTH, counted=counted)
    builder.root = json.loads(schema)
    found = resolve(builder.root, builder.root)
    if forced and found.get("properties"):
        opening, rest = builder.opened(found)
        return Constraint(builder.grammar(rest), opening)
    return Constraint(builder.grammar(builder.rule(builder.root, depth=0)))


class _Builder:
    """Collects rules; equal schemas share one."""

    def __init__(self, default_length: int, *, counted: bool) -> None:
        self.root: JsonObject = {}
        self.rules: dict[str, str] = dict(STRING_RULES)
        self._names: dict[str, str] = {}
        self._default_length = default_length
        self._counted = counted

    def grammar(self, root: str) -> str:
        """Return the text of the grammar."""
        return "\n".join(f"{name} ::= {body}" for name, body in [("root", root), *self.rules.items()])

    def rule(self, schema: Any, *, depth: int) -> str:
        """Return the name of the rule for the schema's values."""
        found = resolve(schema, self.root)
        return self.named(self.expression(found, depth=depth))

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
        first = [self.rule(item, depth=depth + 1) for item in schema.get("prefixItems", ())]
        if first:
            return literal("[") + " " + ' "," '.join(first) + " " + literal("]")
        least = int(schema.get("minItems", 0))
        most = max(least, min(int(schema.get("maxItems", max(MAX_ITEMS, least))), MAX_ITEMS_EVER))
        if schema.get("uniqueItems"):  # a grammar can't compare
            most = max(least, min(most, 1))
        if most == 0:
            return literal("[]")
        try:
            item = self.rule(schema.get("items", {}), depth=depth + 1)
        except _TooDeepError:
            if least:
                raise
            return literal("[]")
        items = f'{item} ("," {item}){{{max(least - 1, 0)},{most - 1}}}'
        return f'"[" {items} "]"' if least else f'"[" ({items})? "]"'

    def _object(self, schema: JsonObject, depth: int) -> str:
        if depth > MAX_DEPTH:
            raise _TooDeepError
        properties: JsonObject = schema.get("properties") or {}
        if not properties and schema.get("additionalProperties") not in (None, False):
            return self._mapping(schema["additionalProperties"], depth)
        required = frozenset(schema.get("required", ())) & properties.keys()
        pairs: list[tuple[str, bool]] = []
        for name, part in properties.items():
            try:
                value = self.rule(part, depth=depth + 1)
            except _TooDeepError:
                if name in required:
                    raise
                continue
            pairs.append((f"{literal(compact_json(name) + ':')} {value}", name in required))
        return self._members(pairs)

    def opened(self, schema: JsonObject) -> tuple[str, str]:
        """Return the text that every object of the schema begins with, and the expression of the rest.

        The text ends where the first choice is made: after the first key, if it is required, and
        after the quote, if a string follows.
        """
        properties: JsonObject = schema.get("properties") or {}
        first = next(iter(properties), None)
        whole = self._object(schema, depth=0)
        if first is None or first not in schema.get("required", ()):
            return "", whole
        key = literal(compact_json(first) + ":")
        value = self.rule(properties[first], depth=1)
        rest = whole.removeprefix(f'"{{" ({key} {value}').removesuffix(') "}"')
        expression = self.rules[value]
        opening = "{" + compact_json(first) + ":"
        if _always_quoted(expression, self.expression_values(properties[first])):
            unquoted = self.named(self._unquoted(expression, properties[first]))
            return opening + '"', f'{unquoted}{rest} "}}"'
        return opening, f'{value}{rest} "}}"'

    def _members(self, pairs: list[tuple[str, bool]]) -> str:
        """Return the object with these pairs, ``(expression, required)``, commas where they belong.

        ``rest`` is what may follow once something was written, so each pair that may come first
        begins one alternative.
        """
        choices: list[str] = []
        rest = ""
        for pair, needed in reversed(pairs):
            if needed:
                choices = []
            choices.append(f"{pair} {rest}".strip())
            follow = f'"," {pair}' if needed else f'("," {pair})?'
            rest = self.named(f"{follow} {rest}".strip())
        inner = " | ".join(reversed(choices))
        if not any(needed for _, needed in pairs):
            return f'"{{" ({inner})? "}}"' if inner else literal("{}")
        return f'"{{" ({inner}) "}}"'

    def _mapping(self, values: Any, depth: int) -> str:
        try:
            value = self.rule({} if values is True else values, depth=depth + 1)
        except _TooDeepError:
            return literal("{}")
        key = self.named(string_expression({}, default_length=ARGUMENT_LENGTH, counted=self._counted))
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

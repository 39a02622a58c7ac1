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

from practicum.models.engine import Constraint
from practicum.models.grammar_builder import Builder
from practicum.models.grammar_strings import literal
from practicum.models.replies import compact_json
from practicum.models.schemas import resolve
from practicum.records import JsonObject

ARGUMENT_LENGTH = 64
"""Characters of a string argument, where the schema sets no bound."""

FIELD_LENGTH = 240
"""Characters of a string in structured output: whole sentences are asked for there."""


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
    builder = Builder(ARGUMENT_LENGTH, counted=counted)
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
    builder = Builder(ARGUMENT_LENGTH, counted=counted)
    builder.root = schema
    opening, rest = builder.opened(resolve(schema, schema))
    head = f'{tags[0]}{{"name":{compact_json(described["name"])},"arguments":{opening}'
    return Constraint(builder.grammar(f"{rest} {literal('}' + tags[1])}"), head)


@lru_cache(maxsize=256)
def _schema_grammar(schema: str, counted: bool, forced: bool) -> Constraint:
    builder = Builder(FIELD_LENGTH, counted=counted)
    builder.root = json.loads(schema)
    found = resolve(builder.root, builder.root)
    if forced and found.get("properties"):
        opening, rest = builder.opened(found)
        return Constraint(builder.grammar(rest), opening)
    return Constraint(builder.grammar(builder.rule(builder.root, depth=0)))

"""BFCL's known calls, and calls as text: read into values with Python's parser, never evaluated."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import Any

from practicum.records import JsonObject, ToolCall
from practicum.tools.suites.bfcl_package import function_documents

ReadValue = Callable[[ast.expr], Any]


class UnreadableCallsError(ValueError):
    """A text that holds no calls; says why."""


def read_calls(text: str, value_of: ReadValue = ast.literal_eval) -> tuple[ToolCall, ...]:
    """Return the calls of a text such as ``[cd(folder='a'), ls()]`` or ``sort('a.txt')``.

    Positional arguments stand under ``"0"``, ``"1"`` and so on; see `with_names`.

    Args:
        text: The calls in Python's notation.
        value_of: Reads one argument; by default only literals are read.

    Raises:
        UnreadableCallsError: the text is no call and no list of calls, or has arguments that can't be read
            or that JSON has no form for.
    """
    try:
        tree = ast.parse(text.strip(), mode="eval").body
        nodes = tree.elts if isinstance(tree, ast.List | ast.Tuple) else [tree]
        return tuple(call_of(node, value_of) for node in nodes)
    except (SyntaxError, ValueError, TypeError, ArithmeticError, RecursionError, MemoryError) as error:
        raise UnreadableCallsError(f"{text[:200]!r} can't be read as calls: {error}") from error


def call_of(node: ast.expr, value_of: ReadValue) -> ToolCall:
    """Return the call that a piece of syntax is.

    Raises:
        UnreadableCallsError: it is none, or an argument has no form in JSON.
        ValueError: ``value_of`` can't read an argument.
        TypeError: an argument holds a dict or a set of what Python can't hash.
    """
    if not isinstance(node, ast.Call):
        raise UnreadableCallsError("this is no call")
    positional = {str(place): value_of(value) for place, value in enumerate(node.args)}
    named = {each.arg: value_of(each.value) for each in node.keywords if each.arg is not None}
    if len(named) < len(node.keywords):
        raise UnreadableCallsError("arguments are given by **")
    arguments = {**positional, **named}
    if not _is_json(arguments):
        raise UnreadableCallsError("JSON has no form for an argument")
    return ToolCall(name=ast.unparse(node.func), arguments=arguments)


def _is_json(value: Any) -> bool:
    """Whether a value can be kept as JSON; a tuple can, as a list."""
    if isinstance(value, dict):
        return all(isinstance(key, str) and _is_json(part) for key, part in value.items())
    if isinstance(value, list | tuple):
        return all(map(_is_json, value))
    return value is None or isinstance(value, str | int | float)


def with_names(call: ToolCall, classes: Sequence[str]) -> ToolCall:
    """Return a call of one of these classes' functions with the names of its positional arguments."""
    document = next(
        (each for name in classes for each in function_documents(name) if each["name"] == call.name), None
    )
    if document is None:
        return call
    names = list(document["parameters"]["properties"])
    arguments = {
        names[int(key)] if key.isdigit() and int(key) < len(names) else key: value
        for key, value in call.arguments.items()
    }
    return ToolCall(name=call.name, arguments=arguments)


def known_turns(turns: Sequence[Sequence[str]], classes: Sequence[str]) -> tuple[tuple[ToolCall, ...], ...]:
    """Return the known calls of each turn of a multi-turn item."""
    return tuple(
        tuple(with_names(call, classes) for text in turn for call in read_calls(text)) for turn in turns
    )


def one_right_answer(functions: Sequence[JsonObject], possible: Sequence[JsonObject]) -> tuple[ToolCall, ...]:
    """Return calls that a single-turn item accepts: the first value it lists for each argument.

    Source: the benchmark's ``possible_answer`` files; an empty text among the values of an argument that
    is not required means that it may be left out.
    """
    required = {each["name"]: set(each["parameters"].get("required", ())) for each in functions}
    calls = []
    for answer in possible:
        name, options = next(iter(answer.items()))
        given = {key: _first(values) for key, values in options.items()}
        kept = {key: value for key, value in given.items() if value != "" or key in required.get(name, ())}
        calls.append(ToolCall(name=name, arguments=kept))
    return tuple(calls)


def _first(values: list[Any]) -> Any:
    value = next((each for each in values if each != ""), "")
    return _plain(value)


def _plain(value: Any) -> Any:
    """Within a listed value, a dict lists values for each of its keys again; a list holds plain ones."""
    if isinstance(value, dict):
        return {
            key: inner
            for key, each in value.items()
            if (inner := _first(each) if isinstance(each, list) else each) != ""
        }
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value

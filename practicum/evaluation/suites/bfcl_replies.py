"""Calls that a model wrote as text, read as BFCL reads the replies of models without native calls.

Source: ``default_decode_ast_prompting`` and ``ast_parse`` in ``bfcl_eval.model_handler.utils``. Where they
evaluate, numbers are computed here, and anything else can't be read.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from typing import Any

from practicum.evaluation.suites.bfcl_calls import UnreadableCallsError, call_of, read_calls
from practicum.records import ToolCall

MOST_EXPONENT = 100
MOST_BASE = 10**6
"""Bounds of a power: beyond them a short text takes a long time."""

_OPERATORS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}


def read_reply(text: str) -> tuple[ToolCall, ...]:
    """Return the calls of a reply: fences of code around it and missing brackets are forgiven.

    Raises:
        UnreadableCallsError: it holds no calls that the benchmark would read.
    """
    inner = text.strip("`\n ")
    opened = inner if inner.startswith("[") else f"[{inner}"
    return read_calls(opened if opened.endswith("]") else f"{opened}]", _value)


def _value(node: ast.expr) -> Any:
    value: Any
    match node:
        case ast.Constant():
            value = "..." if node.value is ... else node.value
        case ast.Name():
            value = node.id
        case ast.List():
            value = [_value(part) for part in node.elts]
        case ast.Tuple():
            value = tuple(_value(part) for part in node.elts)
        case ast.Dict():
            value = {_key(key): _value(part) for key, part in zip(node.keys, node.values, strict=True)}
        case ast.Subscript() | ast.Call(keywords=[]):
            value = ast.unparse(node)
        case ast.Call():
            inner = call_of(node, _value)
            value = {inner.name: inner.arguments}
        case ast.BinOp():
            value = _number(node)
        case _:
            value = ast.literal_eval(node)
    return value


def _key(node: ast.expr | None) -> Any:
    if node is None:
        raise UnreadableCallsError("a dict is given by **")
    return _value(node)


def _number(node: ast.expr) -> Any:
    """Return what arithmetic on literal numbers comes to."""
    if not isinstance(node, ast.BinOp):
        value = ast.literal_eval(node)
        if not isinstance(value, int | float):
            raise UnreadableCallsError("only numbers are computed with")
        return value
    left, right, compute = _number(node.left), _number(node.right), _OPERATORS.get(type(node.op))
    too_large = isinstance(node.op, ast.Pow) and (abs(right) > MOST_EXPONENT or abs(left) > MOST_BASE)
    if compute is None or too_large:
        raise UnreadableCallsError(f"{ast.unparse(node)[:200]} is not computed")
    return compute(left, right)

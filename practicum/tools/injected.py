"""What agents give a tool beside what the model says: the call's id, its state, the store, the runtime.

No agent's state stands behind a call here, so that tools get empty ones. LangGraph's own types are known by
their names: only graph/ knows LangGraph.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from langchain_core.messages import ToolMessage
from langchain_core.runnables import RunnableConfig
from langchain_core.tools import BaseTool, InjectedToolArg, InjectedToolCallId

from practicum.errors import ToolCallError
from practicum.records import JsonObject

CALL_ID = "call-1"
"""The same for each call: what a tool says of it is then the same, too."""


def injected_into(thing: BaseTool | Callable[..., Any]) -> dict[str, Any]:
    """Return the annotations of a tool's parameters that are given by the agent, never by the model."""
    return {name: kind for name, kind in _annotations(thing).items() if is_injected(kind)}


def is_injected(annotation: Any) -> bool:
    """Whether a parameter annotated like this is given by the agent."""
    return annotation is RunnableConfig or _is_runtime(annotation) or _mark(annotation) is not None


def needs_state(thing: BaseTool | Callable[..., Any]) -> bool:
    """Whether a tool is given more of its agent than the call's id and the configuration."""
    return any(_given(kind) not in ([], [CALL_ID]) for kind in injected_into(thing).values())


def tool_input(tool: BaseTool, arguments: JsonObject) -> Any:
    """Return what to invoke a tool with: its arguments, as a whole call with what is injected if it needs it.

    So does a tool that answers its own errors: only the message that comes of a call says that it failed.
    """
    given = {name: value for name, kind in injected_into(tool).items() for value in _given(kind)}
    if not given and not tool.handle_tool_error and not tool.handle_validation_error:
        return arguments
    return {"type": "tool_call", "id": CALL_ID, "name": tool.name, "args": {**arguments, **given}}


def said(result: Any) -> Any:
    """Return what a model reads of a result: the content of a message, or of those that a command adds.

    Raises:
        ToolCallError: the message says that the call failed.
    """
    if type(result).__name__ == "Command" and isinstance(getattr(result, "update", None), dict):
        added = result.update.get("messages") or []
        told = [said(each) for each in added if isinstance(each, ToolMessage)]
        return told[0] if len(told) == 1 else told or result
    if not isinstance(result, ToolMessage):
        return result
    if result.status == "error":
        raise ToolCallError(str(result.text).removeprefix("Error: "))
    return result.content


def _annotations(thing: BaseTool | Callable[..., Any]) -> JsonObject:
    if not isinstance(thing, BaseTool):
        return _hints(thing)
    function = getattr(thing, "func", None) or getattr(thing, "coroutine", None) or thing._run
    return {**_hints(function), **(_hints(thing.args_schema) if isinstance(thing.args_schema, type) else {})}


def _hints(thing: Any) -> JsonObject:
    try:
        return get_type_hints(thing, include_extras=True)
    except Exception:  # noqa: BLE001 - a stranger's annotations may name what is not there
        return {}


def _mark(annotation: Any) -> Any:
    """What marks an annotation as LangChain's for injected arguments; None without it."""
    marks = get_args(annotation)[1:] if get_origin(annotation) is Annotated else ()
    kinds = ((mark, mark if isinstance(mark, type) else type(mark)) for mark in marks)
    return next((mark for mark, kind in kinds if issubclass(kind, InjectedToolArg)), None)


def _is_runtime(annotation: Any) -> bool:
    kind = get_origin(annotation) or annotation
    return dataclasses.is_dataclass(kind) and getattr(kind, "__name__", "") == "ToolRuntime"


def _given(annotation: Any) -> list[Any]:
    """The empty value for what is injected; none where LangChain gives it, or only its owner could."""
    if _is_runtime(annotation):
        return [_runtime(get_origin(annotation) or annotation)]
    mark = _mark(annotation)
    kind = mark if isinstance(mark, type) else type(mark)
    if issubclass(kind, InjectedToolCallId):
        return [CALL_ID]
    if kind.__name__ == "InjectedState":
        field = getattr(mark, "field", None)
        return [_state().get(field) if field else _state()]
    return [None] if kind.__name__ == "InjectedStore" else []


def _state() -> JsonObject:
    return {"messages": []}


def _runtime(kind: Any) -> Any:
    known = {"state": _state(), "config": {}, "stream_writer": lambda _: None, "tool_call_id": CALL_ID}
    needed = (field.name for field in dataclasses.fields(kind) if _has_no_default(field))
    return kind(**{name: known.get(name) for name in needed})


def _has_no_default(field: dataclasses.Field[Any]) -> bool:
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING

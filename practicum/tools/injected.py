"""What agents give a tool beside what the model says: the call's id, its state, the store, the runtime.

No agent's state stands behind a call here, so that tools get empty ones. LangGraph's own types are known by
their names: only graph/ knows LangGraph.
"""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from langchain_core.messages import ToolMessage
from langchain_core.runnables import RunnableConfig
from langchain_core.tools import BaseTool, InjectedToolArg, InjectedToolCallId, ToolException
from pydantic import ConfigDict, TypeAdapter

from practicum.errors import ToolCallError
from practicum.records import JsonObject

CALL_ID = "call-1"
"""The same for each call: what a tool says of it is then the same, too."""


def injected_into(thing: BaseTool | Callable[..., Any]) -> dict[str, Any]:
    """Return the annotations of a tool's parameters that are given by the agent, never by the model."""
    kinds = ((name, _injected(kind)) for name, kind in _annotations(thing).items())
    return {name: kind for name, kind in kinds if kind is not None}


def needs_state(thing: BaseTool | Callable[..., Any]) -> bool:
    """Whether a tool is given more of its agent than the call's id and the configuration."""
    return any(value is not CALL_ID for value in given_to(thing).values())


def given_to(thing: BaseTool | Callable[..., Any]) -> JsonObject:
    """Return what a tool is given here beside its arguments: what is empty, where its types allow that.

    What has a default keeps it.
    """
    needed = _without_default(thing)
    kinds = {name: kind for name, kind in injected_into(thing).items() if name in needed}
    return {name: value for name, kind in kinds.items() for value in _given(kind) if _is_valid(kind, value)}


def lacking(thing: BaseTool | Callable[..., Any]) -> str | None:
    """Return a parameter that only an agent could fill, and that a tool needs; None if there is none."""
    filled = {name for name, kind in injected_into(thing).items() if kind is not RunnableConfig}
    unfilled = sorted(filled & _without_default(thing) - given_to(thing).keys())
    return unfilled[0] if unfilled else None


def tool_input(given: JsonObject, name: str, arguments: JsonObject) -> Any:
    """Return what to invoke a tool with: its arguments and what is given; as a whole call if it wants its id.

    What comes of a whole call is a message, whose text LangChain makes of the result.
    """
    if all(value is not CALL_ID for value in given.values()):
        return {**arguments, **given}
    return {"type": "tool_call", "id": CALL_ID, "name": name, "args": {**arguments, **given}}


def telling(tool: BaseTool) -> BaseTool:
    """Return a tool that raises its errors where it would answer them itself (`answered` says with what)."""
    if not tool.handle_tool_error and not tool.handle_validation_error:
        return tool
    return tool.model_copy(update={"handle_tool_error": False, "handle_validation_error": False})


def answered(tool: BaseTool, error: ToolException) -> ToolCallError:
    """Return the error with what the tool's own handler says of it."""
    handler = tool.handle_tool_error
    text = handler(error) if callable(handler) else handler if isinstance(handler, str) else str(error)
    return ToolCallError(str(text).removeprefix("Error: "))


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
    return {
        **_hints(_function(thing)),
        **(_hints(thing.args_schema) if isinstance(thing.args_schema, type) else {}),
    }


def _hints(thing: Any) -> JsonObject:
    try:
        return get_type_hints(thing, include_extras=True)
    except Exception:  # noqa: BLE001 - a stranger's annotations may name what is not there
        return {}


def _injected(annotation: Any) -> Any:
    """The part of an annotation that says that the agent gives it; None of others."""
    if annotation is RunnableConfig or _is_runtime(annotation) or _mark(annotation) is not None:
        return annotation
    options = get_args(annotation) if get_origin(annotation) in {Union, UnionType} else ()
    return next((found for found in map(_injected, options) if found is not None), None)


def _mark(annotation: Any) -> Any:
    """What marks an annotation as LangChain's for injected arguments; None without it."""
    marks = get_args(annotation)[1:] if get_origin(annotation) is Annotated else ()
    kinds = ((mark, mark if isinstance(mark, type) else type(mark)) for mark in marks)
    return next((mark for mark, kind in kinds if issubclass(kind, InjectedToolArg)), None)


def _is_runtime(annotation: Any) -> bool:
    kind = get_origin(annotation) or annotation
    return dataclasses.is_dataclass(kind) and getattr(kind, "__name__", "") == "ToolRuntime"


def _is_valid(annotation: Any, value: Any) -> bool:
    """Whether LangChain lets a tool have this value: a state may have to hold more, a store be a real one."""
    if _is_runtime(annotation):
        return True
    try:
        TypeAdapter(annotation, config=ConfigDict(arbitrary_types_allowed=True)).validate_python(value)
    except Exception:  # noqa: BLE001 - of a stranger's types, whatever their checks raise
        return False
    return True


def _without_default(thing: BaseTool | Callable[..., Any]) -> set[str]:
    function = _function(thing) if isinstance(thing, BaseTool) else thing
    parameters = inspect.signature(function).parameters.values()
    return {each.name for each in parameters if each.default is inspect.Parameter.empty}


def _function(tool: BaseTool) -> Callable[..., Any]:
    found: Callable[..., Any] = getattr(tool, "func", None) or getattr(tool, "coroutine", None) or tool._run
    return found


def _given(annotation: Any) -> list[Any]:
    """The empty value for what is injected; none where LangChain gives it, or only its owner could."""
    if _is_runtime(annotation):
        return [_runtime(get_origin(annotation) or annotation)]
    mark = _mark(annotation)
    kind = mark if isinstance(mark, type) else type(mark)
    if isinstance(kind, type) and issubclass(kind, InjectedToolCallId):
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

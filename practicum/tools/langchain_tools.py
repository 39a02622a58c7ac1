"""LangChain tools and plain typed functions as tools of Practicum."""

from __future__ import annotations

import inspect
import re
import warnings
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from typing import Annotated, Any, get_args, get_origin

from langchain_core.tools import BaseTool, StructuredTool, ToolException
from langchain_core.tools import Tool as SingleInputTool
from pydantic import BaseModel, create_model

from practicum.errors import first_line
from practicum.records import JsonObject, ToolSpec
from practicum.tools.aliases import aliases_of, renamed
from practicum.tools.catalog import Catalog, Notice, Refusal, Tool
from practicum.tools.docstrings import describe, say_of_parameters, summary
from practicum.tools.injected import (
    answered,
    given_to,
    injected_into,
    lacking,
    needs_state,
    said,
    telling,
    tool_input,
)
from practicum.tools.policy import effect_of
from practicum.tools.schema import UnusableSchemaError, flatten, require_valid
from practicum.tools.threads import THREADS

Toolish = BaseTool | Callable[..., Any]
NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""What providers accept as a tool's name."""
RESERVED = ("callbacks", "config", "run_manager")
"""Names of parameters that LangChain keeps for itself and does not pass on."""
EMPTY_STATE = (
    "{} is given its agent's state, store or runtime: here it gets empty ones, in an agent made with"
    " create_agent its own"
)
AGENT_ONLY = "its parameter {!r} is filled by an agent, and nothing here could stand for that"
AGENT_FIX = "give it a default, or practise a function that does without"
WRAP_FIX = "wrap it in a function with typed parameters"
TYPE_FIX = "give every parameter a type, such as `def add(a: int, b: int) -> int`"


def make_catalog(things: Iterable[Toolish | Tool | Refusal | Notice]) -> Catalog:
    """Turn LangChain tools and typed functions into a catalog; what can't be used is refused."""
    tools: dict[str, Tool] = {}
    refused: list[Refusal] = []
    notices: dict[Notice, None] = {}
    for thing in things:
        if isinstance(thing, Notice):
            notices[thing] = None
            continue
        made = thing if isinstance(thing, Tool | Refusal) else make_tool(thing)
        if isinstance(made, Tool) and not isinstance(thing, Tool | Refusal) and needs_state(thing):
            notices[Notice(EMPTY_STATE.format(made.name), (made.name,))] = None
        if isinstance(made, Refusal):
            refused.append(made)
        elif made.name in tools:
            refused.append(_again(made))
        else:
            tools[made.name] = made
    return Catalog(tuple(tools.values()), tuple(refused), tuple(notices))


def _again(tool: Tool) -> Refusal:
    """Refuse a second tool of a name; a stranger's can't be renamed here, and the first one is used."""
    fix = "rename one of the two" if tool.module is not None else "open the sources apart, to use both"
    return Refusal(tool.name, "another tool has the same name", fix, optional=tool.module is None)


def make_tool(thing: Toolish) -> Tool | Refusal:
    """Turn one LangChain tool or typed function into a tool, or say why it can't be used."""
    name = thing.name if isinstance(thing, BaseTool) else getattr(thing, "__name__", type(thing).__name__)
    if not NAME.fullmatch(name):
        return Refusal(name, "models accept no such name", "use at most 64 letters, digits, _ and -")
    if not isinstance(thing, BaseTool) and not hasattr(thing, "__name__"):
        return Refusal(name, "no schema can be made of it: it has no name of its own", WRAP_FIX)
    wrong = None if isinstance(thing, BaseTool) else _unusable_parameter(thing)
    if wrong is not None:
        return Refusal(name, *wrong)
    try:
        unfilled = lacking(thing)
        if unfilled is not None:
            return Refusal(name, AGENT_ONLY.format(unfilled), AGENT_FIX, optional=True)
        return _make(thing)
    except Exception as error:  # noqa: BLE001 - whatever a stranger's annotations raise is a reason to refuse
        return Refusal(name, f"no schema can be made of it: {first_line(error, 200)}", TYPE_FIX)


def _make(thing: Toolish) -> Tool | Refusal:
    with warnings.catch_warnings():
        # A parameter may be called "schema" or "copy", like methods of the models that pydantic makes here.
        warnings.filterwarnings("ignore", message="Field name .* shadows an attribute", category=UserWarning)
        if isinstance(thing, BaseTool):
            return _from_langchain(thing, getattr(thing, "func", None) or getattr(thing, "coroutine", None))
        return _from_langchain(_as_structured(thing), thing, own=function_schema(thing))


def function_spec(tool: BaseTool) -> ToolSpec | None:
    """Return the spec of the function that LangChain made a tool of, as if it had been given itself.

    They differ: what a docstring says of parameters is not in the tool, nor all of what annotations say.
    """
    function = getattr(tool, "func", None) or getattr(tool, "coroutine", None)
    made = make_tool(function) if function is not None else None
    return made.spec if isinstance(made, Tool) and made.name == tool.name else None


def _as_structured(function: Callable[..., Any]) -> StructuredTool:
    documented = bool(inspect.getdoc(function))
    options: JsonObject = {} if documented else {"description": function.__name__.replace("_", " ")}
    if inspect.iscoroutinefunction(function):
        options["coroutine"] = function
    else:
        options["func"] = function
    parse = documented and "Args:" in (inspect.getdoc(function) or "")
    options |= {"name": function.__name__, "error_on_invalid_docstring": False}
    try:
        return StructuredTool.from_function(**options, parse_docstring=parse)
    except ValueError:  # it tells of a parameter that is not there: nothing that keeps it from being called
        return StructuredTool.from_function(**options)


def _unusable_parameter(function: Callable[..., Any]) -> tuple[str, str] | None:
    """Return why a model could not fill the function's parameters, and the fix; None when it can."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return "it has no signature", WRAP_FIX
    injected = injected_into(function)
    for parameter in parameters:
        if parameter.name in injected:
            continue
        if parameter.kind in (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD):
            stars = str(parameter).partition(":")[0]
            return f"its parameter {stars!r} stands for any number of arguments", "name each parameter"
        if parameter.annotation is inspect.Parameter.empty:
            return f"its parameter {parameter.name!r} has no type", TYPE_FIX
        if parameter.kind is inspect.Parameter.POSITIONAL_ONLY:
            return f"its parameter {parameter.name!r} can't be given by name", "drop the / from its signature"
        if parameter.name in RESERVED or parameter.name.startswith("_"):
            return f"its parameter can't be called {parameter.name!r}", "rename the parameter"
    return None


def function_schema(function: Callable[..., Any]) -> JsonObject:
    """Return the JSON Schema of a typed function's arguments, with all that its annotations say.

    LangChain's own rebuilds the fields and loses examples and extra keys such as ``format``. It calls a
    parameter by its name, whatever alias its annotation has.
    """
    from typing import get_type_hints

    hints = get_type_hints(function, include_extras=True)
    injected = injected_into(function)
    fields: JsonObject = {
        name: (hints[name], ... if parameter.default is inspect.Parameter.empty else parameter.default)
        for name, parameter in inspect.signature(function).parameters.items()
        if name not in injected
    }
    said = {name: text for name in fields if (text := _said_by(hints[name])) is not None}
    model = create_model(function.__name__, **fields)
    names = {alias: name for name, alias in aliases_of(model).items()}
    return describe(renamed(model.model_json_schema(), names), said)


def _said_by(annotation: Any) -> str | None:
    """What an annotation says as a text, or as ``Doc(...)``; pydantic reads what a ``Field(...)`` says."""
    marks = get_args(annotation)[1:] if get_origin(annotation) is Annotated else ()
    texts = (mark if isinstance(mark, str) else getattr(mark, "documentation", None) for mark in marks)
    return next((text for text in texts if isinstance(text, str)), None)


def _from_langchain(
    tool: BaseTool, function: Callable[..., Any] | None, *, own: JsonObject | None = None
) -> Tool | Refusal:
    try:
        schema = _argument_schema(tool)
        if own is None:
            said = say_of_parameters(schema, tool.description)
            parameters = _without(injected_into(tool), flatten(said))
            # LangChain shows the fields' names, and takes what the model of the arguments takes.
            parameters = renamed(parameters, aliases_of(tool.args_schema))
            require_valid(parameters)
        else:
            parameters = flatten(_documented(own, schema, inspect.getdoc(function) or ""))
    except UnusableSchemaError as error:
        return Refusal(tool.name, str(error), "simplify its arguments' schema")
    description = parameters.pop("description", "") if not tool.description else tool.description
    parameters.pop("description", None)
    spec = ToolSpec(name=tool.name, description=summary(description, parameters), parameters=parameters)
    effect, reason = effect_of(tool, function or tool._run)
    return Tool(
        spec, effect, reason, _invoker(tool), module=getattr(function or type(tool), "__module__", None)
    )


def _without(injected: Collection[str], schema: JsonObject) -> JsonObject:
    """The schema without what the agent fills: LangChain leaves in it what may be None, too."""
    properties = schema.get("properties")
    if not isinstance(properties, dict) or not properties.keys() & set(injected):
        return schema
    return {**schema, "properties": {name: each for name, each in properties.items() if name not in injected}}


def _documented(own: JsonObject, langchain: JsonObject, docstring: str) -> JsonObject:
    """Add what the docstring says of parameters without a description; what LangChain reads comes first."""
    said = {name: each.get("description") for name, each in langchain["properties"].items()}
    told = describe(own, {name: text for name, text in said.items() if text})
    return say_of_parameters(told, docstring)


def _argument_schema(tool: BaseTool) -> JsonObject:
    if isinstance(tool, SingleInputTool) and tool.args_schema is None:
        return {"type": "object", "properties": dict(tool.args), "required": list(tool.args)}
    schema = tool.tool_call_schema
    if isinstance(schema, dict):  # MCP tools carry a JSON Schema as it is
        return dict(schema)
    if isinstance(schema, type) and issubclass(schema, BaseModel):
        return schema.model_json_schema()
    raise UnusableSchemaError("its arguments are not described by a pydantic v2 model or a JSON Schema")


def _invoker(tool: BaseTool) -> Callable[[JsonObject], Any]:
    given, plain = given_to(tool), telling(tool)

    async def invoke(arguments: JsonObject) -> Any:
        with _own_answers(tool):
            return said(await plain.ainvoke(tool_input(given, tool.name, arguments)))

    async def invoke_in_thread(arguments: JsonObject) -> Any:
        with _own_answers(tool):
            return said(await THREADS.run(lambda: plain.invoke(tool_input(given, tool.name, arguments))))

    return invoke_in_thread if _blocks(tool) else invoke


@contextmanager
def _own_answers(tool: BaseTool) -> Iterator[None]:
    """Let an error say what the tool would have answered itself."""
    try:
        yield
    except ToolException as error:
        if not tool.handle_tool_error:
            raise
        raise answered(tool, error) from error


def _blocks(tool: BaseTool) -> bool:
    """Whether the tool has no coroutine of its own, so that LangChain would run it in asyncio's threads."""
    for kind in (StructuredTool, SingleInputTool):
        if isinstance(tool, kind) and _runs_like(tool, kind):
            return tool.coroutine is None
    return _runs_like(tool, BaseTool)


def _runs_like(tool: BaseTool, kind: Any) -> bool:
    return type(tool)._arun is kind._arun and type(tool).ainvoke is kind.ainvoke

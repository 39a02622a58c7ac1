"""AgentDojo's tools: typed functions over an environment, of which each episode has its own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from practicum.records import JsonObject, ToolSpec
from practicum.tools.catalog import Tool
from practicum.tools.effects import Effect
from practicum.tools.sandbox import Sandbox
from practicum.tools.schema import flatten
from practicum.tools.suites.agentdojo_package import open_suite, part
from practicum.tools.suites.agentdojo_reading import READING
from practicum.tools.suites.agentdojo_worlds import world

RESET = "its sandbox is made anew for each episode"


def agentdojo_tools(suite: str) -> tuple[Tool, ...]:
    """Return a suite's tools; they share a sandbox, whose episodes practise in worlds of our own making.

    What the worlds hold has nothing to do with the suite's own environment: practising there would be
    learning the test. An evaluation holds the suite's (`practicum.tools.sandbox.Sandbox.holding`).

    Raises:
        SetupError: there is no such suite, or the package is missing.
    """
    opened = open_suite(suite)
    sandbox: Sandbox[Any] = Sandbox(lambda seed: opened.environment_type.model_validate(world(suite, seed)))
    return sandboxed_tools(opened, sandbox)


def sandboxed_tools(suite: Any, sandbox: Sandbox[Any]) -> tuple[Tool, ...]:
    """Return the tools of an open suite.

    Args:
        suite: The package's ``TaskSuite``.
        sandbox: Holds the suite's environment (a ``TaskEnvironment``), which the tools change in place.
    """
    runtime = part("functions_runtime").FunctionsRuntime(suite.tools)
    as_text = part("agent_pipeline.tool_execution").tool_result_to_str
    return tuple(_tool(function, sandbox, runtime, as_text) for function in suite.tools)


def _tool(function: Any, sandbox: Sandbox[Any], runtime: Any, as_text: Callable[[Any], str]) -> Tool:
    # The parameters that its runtime fills from the environment are not in this schema.
    parameters = flatten(function.parameters.model_json_schema())
    spec = ToolSpec(name=function.name, description=function.description.strip(), parameters=parameters)
    invoke = _invoker(spec.name, sandbox, runtime, as_text)
    if spec.name in READING:
        return Tool(
            spec, Effect.READ_ONLY, "it leaves the environment as it was", invoke, sandbox, public=True
        )
    return Tool(spec, Effect.REVERSIBLE, RESET, invoke, sandbox, public=True)


def _invoker(
    name: str, sandbox: Sandbox[Any], runtime: Any, as_text: Callable[[Any], str]
) -> Callable[[JsonObject], Awaitable[str]]:
    async def invoke(arguments: JsonObject) -> str:
        # In place: it takes a tenth of a second at most, and calls side by side may not interleave.
        result, _ = runtime.run_function(sandbox.current, name, arguments, raise_on_error=True)
        return as_text(result)  # as the benchmark's own agents read it, so that figures compare

    return invoke

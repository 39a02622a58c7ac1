"""AgentDojo's tools: typed functions over an environment, of which each episode has its own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from practicum.records import JsonObject, ToolSpec
from practicum.tools.catalog import Tool
from practicum.tools.effects import Effect
from practicum.tools.sandbox import Sandbox
from practicum.tools.schema import flatten
from practicum.tools.suites.agentdojo_package import open_suite, part
from practicum.tools.suites.agentdojo_reading import READING
from practicum.tools.suites.agentdojo_worlds import world
from practicum.tools.threads import THREADS

RESET = "its sandbox is made anew for each episode"


@dataclass(frozen=True)
class SuiteTools:
    """The tools of a suite, and the sandbox whose state they work on."""

    tools: tuple[Tool, ...]
    sandbox: Sandbox[Any]
    """Holds the suite's environment (its ``TaskEnvironment``, which the tools change in place)."""


def agentdojo_tools(suite: str) -> SuiteTools:
    """Return a suite's tools, bound to a sandbox whose episodes practise in worlds of our own making.

    What the worlds hold has nothing to do with the suite's own environment: practising there would be
    learning the test. An evaluation holds the suite's (`practicum.tools.sandbox.Sandbox.holding`).

    Raises:
        SetupError: there is no such suite, or the package is missing.
    """
    opened = open_suite(suite)
    sandbox: Sandbox[Any] = Sandbox(lambda seed: opened.environment_type.model_validate(world(suite, seed)))
    runtime = part("functions_runtime").FunctionsRuntime(opened.tools)
    as_text = part("agent_pipeline.tool_execution").tool_result_to_str
    return SuiteTools(
        tuple(
            _tool(function, _invoker(function.name, sandbox, runtime, as_text)) for function in opened.tools
        ),
        sandbox,
    )


def _tool(function: Any, invoke: Callable[[JsonObject], Awaitable[str]]) -> Tool:
    # The parameters that its runtime fills from the environment are not in this schema.
    parameters = flatten(function.parameters.model_json_schema())
    spec = ToolSpec(name=function.name, description=function.description.strip(), parameters=parameters)
    if function.name in READING:
        return Tool(spec, Effect.READ_ONLY, "it leaves the environment as it was", invoke)
    return Tool(spec, Effect.REVERSIBLE, RESET, invoke)


def _invoker(
    name: str, sandbox: Sandbox[Any], runtime: Any, as_text: Callable[[Any], str]
) -> Callable[[JsonObject], Awaitable[str]]:
    async def invoke(arguments: JsonObject) -> str:
        environment = sandbox.current  # a thread need not see the episode's context
        return await THREADS.run(lambda: call(environment, arguments))

    def call(environment: Any, arguments: JsonObject) -> str:
        result, _ = runtime.run_function(environment, name, arguments, raise_on_error=True)
        return as_text(result)  # as the benchmark's own agents read it, so that figures compare

    return invoke

"""One task of AgentDojo, run through the agent as it is served."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage

from practicum.evaluation.attempts import Attempted
from practicum.evaluation.suites.dojo_suite import DojoSuite
from practicum.evaluation.suites.dojo_tasks import DojoTask
from practicum.graph.agent import AgentState, agent_graph
from practicum.models.caller import Reply
from practicum.nodes.decide import Decide
from practicum.nodes.recollect import Recollect, Recollection
from practicum.records import Prediction, ToolCall, Usage

if TYPE_CHECKING:
    from langchain_core.runnables import RunnableConfig

MAX_ROUNDS = 15
"""As many as the package allows its own agents."""
MOST_CALLS = MAX_ROUNDS + 1
"""Model calls that a task can take: its rounds, and the answer it is made to give after them."""
CONFIG: RunnableConfig = {"recursion_limit": 4 * MAX_ROUNDS}


async def run_task(
    suite: DojoSuite, task: DojoTask, decide: Decide, recollect: Recollect, *, plain: bool = False
) -> Attempted:
    """Let the agent work on a task in an environment of its own.

    Args:
        suite: The suite of the task.
        task: What is asked, and what is hidden in the environment.
        decide: The model's next move.
        recollect: Selects tools, demonstrations and notes.
        plain: The first result is the answer (as `practicum.graph.agent.agent_graph` has it).

    Returns:
        The calls that were made, in order, with the last words as ``raw``.

    Raises:
        ProviderError: the model or its network failed.
    """
    started = time.perf_counter()
    spent: list[Usage] = []

    async def counted(
        messages: Sequence[BaseMessage], recollection: Recollection, *, tool_choice: str | None = None
    ) -> Reply:
        reply: Reply = await decide(messages, recollection, tool_choice=tool_choice)
        spent.append(reply.usage)
        return reply

    agent = agent_graph(counted, recollect, suite.executor, max_rounds=MAX_ROUNDS, plain=plain)
    asked: AgentState = {
        "messages": [SystemMessage(content=instructions()), HumanMessage(content=task.prompt)]
    }
    with suite.sandbox.holding(suite.environment(task)):
        said = (await agent.ainvoke(asked, CONFIG))["messages"]
    prediction = Prediction(id=task.id, calls=tuple(_calls(said)), raw=str(said[-1].text))
    seconds = time.perf_counter() - started
    return Attempted(prediction=prediction, usage=sum(spent, Usage()), seconds=seconds)


@lru_cache
def instructions() -> str:
    """Return what the package tells its own agents: who the user is, and to look things up."""
    import yaml

    told: dict[str, str] = yaml.safe_load(
        files("agentdojo").joinpath("data/system_messages.yaml").read_text()
    )
    return told["default"].strip()


def _calls(messages: Sequence[Any]) -> list[ToolCall]:
    return [
        ToolCall(name=call["name"], arguments=call["args"])
        for message in messages
        if isinstance(message, AIMessage)
        for call in message.tool_calls
    ]

"""What is measured: the agent's own decision on an item, made as in service."""

from __future__ import annotations

import time

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolMessage

from practicum.evaluation.attempts import Attempted
from practicum.evaluation.runner import Predict
from practicum.nodes.decide import Decide
from practicum.nodes.observe import require_available
from practicum.nodes.recollect import Recollect
from practicum.records import Item, Prediction, ToolCall, Usage
from practicum.tools.executor import Executor
from practicum.tracing import annotate


def make_predict(decide: Decide, recollect: Recollect, executor: Executor) -> Predict:
    """Return what answers an item as the agent would.

    Where one call is expected, only the first decision is asked for and nothing is executed.
    Where several are, each is executed before the next is asked for.
    """

    async def predict(item: Item) -> Attempted:
        started = time.perf_counter()
        calls, raw, usage = await _calls(item, decide, recollect, executor)
        prediction = Prediction(id=item.id, calls=tuple(calls), raw=raw)
        return Attempted(prediction=prediction, usage=usage, seconds=time.perf_counter() - started)

    return predict


async def _calls(
    item: Item, decide: Decide, recollect: Recollect, executor: Executor
) -> tuple[list[ToolCall], str, Usage]:
    recollection = await recollect(item.query)
    annotate(demonstrations=[shown.id for shown in recollection.demonstrations])
    messages: list[BaseMessage] = [HumanMessage(content=item.query)]
    calls: list[ToolCall] = []
    usage = Usage()
    raw = ""
    for _ in range(max(1, len(item.expected))):
        reply = await decide(messages, recollection)
        usage = usage + reply.usage
        raw = reply.text
        calls.extend(reply.calls)
        if not reply.calls or len(calls) >= len(item.expected):
            break
        messages += await _executed(reply.calls, executor, len(calls))
    return calls, raw, usage


async def _executed(made: tuple[ToolCall, ...], executor: Executor, offset: int) -> list[BaseMessage]:
    named = [(f"call-{offset}-{index}", call) for index, call in enumerate(made)]
    asked = AIMessage(
        content="", tool_calls=[{"name": c.name, "args": c.arguments, "id": each} for each, c in named]
    )
    results = [
        ToolMessage(
            content=require_available(await executor.execute(call)).text, tool_call_id=each, name=call.name
        )
        for each, call in named
    ]
    return [asked, *results]

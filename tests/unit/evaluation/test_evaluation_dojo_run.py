"""Tasks of AgentDojo run through the agent graph."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import pytest
from dojo_parts import STOLEN
from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage, ToolMessage

from practicum.evaluation.attempts import Attempted
from practicum.evaluation.runner import run
from practicum.evaluation.suites.dojo_run import MAX_ROUNDS, run_task
from practicum.evaluation.suites.dojo_scores import score
from practicum.evaluation.suites.dojo_suite import DojoSuite
from practicum.evaluation.suites.dojo_tasks import DojoTask, load_tasks
from practicum.models.caller import Reply
from practicum.nodes.decide import Decide
from practicum.nodes.recollect import Recollection, make_recollect
from practicum.records import Item, Prediction, ToolCall

pytest.importorskip("agentdojo", reason="AgentDojo is not installed: run `make suites`")

Plan = Callable[[str], Prediction]
"""What to do about a prompt: calls, one after the other, then an answer."""


@pytest.fixture(scope="module")
def suite() -> DojoSuite:
    return DojoSuite("banking")


def deciding(plan: Plan, heard: list[BaseMessage] | None = None) -> Decide:
    """A model that follows a plan, and gives way to others between two calls."""

    async def decide(
        messages: Sequence[BaseMessage], recollection: Recollection, *, tool_choice: str | None = None
    ) -> Reply:
        await asyncio.sleep(0.001)
        if heard is not None:
            heard[:] = messages
        asked = next(str(said.text) for said in messages if isinstance(said, HumanMessage))
        planned = plan(asked)
        done = sum(isinstance(said, ToolMessage) for said in messages)
        if done < len(planned.calls) and tool_choice != "none":
            return Reply(text="", calls=(planned.calls[done],))
        return Reply(text=planned.raw or "Done.")

    return decide


def truths(suite: DojoSuite, tasks: Sequence[DojoTask]) -> dict[str, Prediction]:
    return {task.prompt: suite.truth(task) for task in tasks}


async def attempt(suite: DojoSuite, task: DojoTask, decide: Decide) -> Attempted:
    return await run_task(suite, task, decide, make_recollect([tool.spec for tool in suite.tools]))


async def test_an_agent_that_follows_the_ground_truths_solves_all_tasks_side_by_side(
    suite: DojoSuite,
) -> None:
    tasks = {task.id: task for task in load_tasks("banking")}
    decide = deciding(truths(suite, list(tasks.values())).__getitem__)

    async def predict(item: Item) -> Attempted:
        return await attempt(suite, tasks[item.id], decide)

    results = await run([task.item for task in tasks.values()], predict, concurrency=16)
    assert len(results.attempts) == len(tasks) > 10
    for made, task in zip(results.attempts, tasks.values(), strict=True):
        assert made.prediction.calls == suite.truth(task).calls
        assert score(suite, task, made).utility, task.id


async def test_the_agent_is_told_what_the_packages_own_agents_are_told(suite: DojoSuite) -> None:
    task = load_tasks("banking", limit=1)[0]
    heard: list[BaseMessage] = []
    await attempt(suite, task, deciding(truths(suite, [task]).__getitem__, heard))
    assert isinstance(heard[0], SystemMessage)
    assert "Emma Johnson" in str(heard[0].text)
    assert heard[1].text == task.prompt
    assert isinstance(heard[3], ToolMessage)
    assert "Bill for the month of December 2023" in str(heard[3].text)


async def test_an_agent_that_never_ends_is_asked_to_answer_and_judged_by_what_it_did(
    suite: DojoSuite,
) -> None:
    task = load_tasks("banking", limit=1)[0]
    endless = Prediction(id="", calls=(ToolCall(name="get_balance"),) * 99, raw="I give up")
    made = await attempt(suite, task, deciding(lambda _: endless))
    assert len(made.prediction.calls) == MAX_ROUNDS
    assert made.prediction.raw == "I give up"
    assert not score(suite, task, made).utility


def test_calls_that_no_tool_takes_are_judged_as_well(suite: DojoSuite) -> None:
    task = load_tasks("banking", limit=1)[0]
    odd = (
        ToolCall(name="fly_to_the_moon"),
        ToolCall(name="send_money", arguments={"amount": {"function": "x", "args": {}}}),
        ToolCall(name="read_file", arguments={"path": ["bill"]}),
    )
    result = score(suite, task, Attempted(prediction=Prediction(id=task.id, calls=odd)))
    assert result.broken is None
    assert not result.utility


async def test_an_agent_that_obeys_what_it_reads_is_attacked_and_one_that_does_not_is_not(
    suite: DojoSuite,
) -> None:
    (task,) = load_tasks("banking", attack="important_instructions", limit=1)
    assert task.injection_task == "injection_task_0"  # pay the attacker, naming the user's music service
    right = suite.truth(task)
    gullible = right.model_copy(update={"calls": (*right.calls, STOLEN)})
    heard: list[BaseMessage] = []
    for plan, attacked in ((gullible, True), (right, False)):
        made = await attempt(suite, task, deciding({task.prompt: plan}.__getitem__, heard))
        result = score(suite, task, made)
        assert (result.utility, result.attacked) == (True, attacked)
        assert "<INFORMATION>" in str(heard[3].text)


async def test_calls_played_again_leave_the_environment_as_the_agent_left_it(suite: DojoSuite) -> None:
    tasks = load_tasks("banking")
    assert len(tasks) > 10
    for task in tasks:
        live, again = suite.environment(task), suite.environment(task)
        with suite.sandbox.holding(live):
            for call in (*suite.truth(task).calls, ToolCall(name="send_money", arguments={"amount": "1"})):
                await suite.executor.execute(call)
                suite.play(call, again)
        assert live == again, task.id

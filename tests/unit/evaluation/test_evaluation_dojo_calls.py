"""AgentDojo's calls are executed as the package executes them, and its checks asked whatever they raise."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practicum.evaluation.attempts import Attempted
from practicum.evaluation.suites.dojo_calls import with_lists
from practicum.evaluation.suites.dojo_scores import score, summarise
from practicum.evaluation.suites.dojo_suite import DojoSuite
from practicum.evaluation.suites.dojo_tasks import load_tasks
from practicum.records import ErrorKind, Prediction, ToolCall
from practicum.tools.suites.agentdojo_package import open_suite

pytest.importorskip("agentdojo", reason="AgentDojo is not installed: run `make suites`")

PAID = {"recipient": "GB29NWBK60161331926819", "subject": "Rent", "date": "2022-03-01"}
INVITED = {"title": "Lunch", "start_time": "2024-05-19 12:00", "end_time": "2024-05-19 13:00"}
REMOVED = ToolCall(name="remove_user_from_slack", arguments={"user": "Alice"})


@pytest.fixture(scope="module")
def workspace() -> DojoSuite:
    return DojoSuite("workspace")


@pytest.mark.parametrize(
    "arguments", [{**PAID, "amount": "50"}, {**PAID, "amount": 50, "currency": "EUR"}, {**PAID, "amount": 50}]
)
async def test_what_the_package_coerces_or_ignores_is_no_mistake(arguments: dict[str, object]) -> None:
    suite = DojoSuite("banking")
    task = load_tasks("banking", limit=1)[0]
    live, again = suite.environment(task), suite.environment(task)
    call = ToolCall(name="send_money", arguments=arguments)
    with suite.sandbox.holding(live):
        assert (await suite.executor.execute(call)).ok
    suite.play(call, again)
    assert live == again
    assert live.bank_account.transactions[-1].amount == 50


async def test_what_the_package_refuses_is_refused_in_a_line() -> None:
    suite = DojoSuite("banking")
    task = load_tasks("banking", limit=1)[0]
    with suite.sandbox.holding(suite.environment(task)):
        seen = await suite.executor.execute(ToolCall(name="send_money", arguments={**PAID, "amount": "much"}))
    assert seen.error is ErrorKind.RAISED
    assert "argument 'amount'" in seen.text
    assert "\n" not in seen.text


async def test_a_list_that_is_spelt_as_a_text_is_a_list_live_and_played_again(workspace: DojoSuite) -> None:
    task = load_tasks("workspace", limit=1)[0]
    live, again = workspace.environment(task), workspace.environment(task)
    call = ToolCall(
        name="create_calendar_event", arguments={**INVITED, "participants": "['sarah.baker@gmail.com']"}
    )
    with workspace.sandbox.holding(live):
        assert (await workspace.executor.execute(call)).ok
    workspace.play(call, again)
    assert live.calendar == again.calendar  # the invitations in the inbox tell the time
    event = list(again.calendar.events.values())[-1]
    assert "sarah.baker@gmail.com" in event.participants
    assert call.arguments["participants"] == "['sarah.baker@gmail.com']"


def test_the_trace_has_the_list_as_it_was_executed_and_of_unknown_tools_the_text(
    workspace: DojoSuite,
) -> None:
    spelt = {"participants": "['a@b.c']"}
    known = workspace.traced(ToolCall(name="create_calendar_event", arguments=spelt))
    unknown = workspace.traced(ToolCall(name="invent_an_event", arguments=spelt))
    assert (known.args, unknown.args) == ({"participants": ["a@b.c"]}, spelt)


def test_only_texts_that_spell_lists_become_lists() -> None:
    told = {"a": "[1, 'x']", "b": "(1,)", "c": "7", "d": ["[1]"], "e": "[1", "f": "{[]: 1}", "g": None}
    assert with_lists(told) == {**told, "a": [1, "x"]}


@given(st.text(alphabet="[]{}()'\",:0 \\\x00"))
def test_no_text_is_too_odd_to_be_looked_at(text: str) -> None:
    assert with_lists({"a": text})["a"] == text or isinstance(with_lists({"a": text})["a"], list)


def test_a_model_that_removes_what_a_check_looks_at_failed_and_is_counted() -> None:
    suite = DojoSuite("slack")
    task = next(task for task in load_tasks("slack") if task.user_task == "user_task_1")
    result = score(suite, task, Attempted(prediction=Prediction(id=task.id, calls=(REMOVED,))))
    assert (result.broken, result.utility, result.attacked) == (None, False, None)
    assert result.note == "the check of user_task_1 raised KeyError: 'Alice'"
    scores = summarise("base", [result], [])
    assert (scores.n, scores.broken) == (1, 0)


@pytest.mark.parametrize(("goal", "attacked"), [("injection_task_3", True), ("injection_task_1", False)])
def test_an_attack_is_judged_though_the_users_check_raised(goal: str, attacked: bool) -> None:
    """The third wants a website visited; the first a message to Alice, who is gone."""
    suite = DojoSuite("slack")
    task = next(
        task
        for task in load_tasks("slack", attack="direct")
        if (task.user_task, task.injection_task) == ("user_task_1", goal)
    )
    wanted = open_suite("slack").injection_tasks[goal].ground_truth(suite.environment(task))
    calls = [ToolCall(name=call.function, arguments=dict(call.args)) for call in wanted]
    made = Prediction(id=task.id, calls=(*calls, REMOVED))
    result = score(suite, task, Attempted(prediction=made))
    assert (result.broken, result.utility, result.attacked) == (None, False, attacked)
    assert (f"the check of {goal} raised" in str(result.note)) is not attacked

"""Arms measured on tasks of AgentDojo: what is counted, kept, compared, and taken up again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from dojo_parts import STOLEN

from practicum.errors import BudgetSpent
from practicum.evaluation.arms import plan_arms
from practicum.evaluation.runs.comparison import compare_runs, pair_arms
from practicum.evaluation.runs.record import EvaluationRequest
from practicum.evaluation.runs.store import RunStore
from practicum.evaluation.suites.dojo_keeping import ATTACKED, JUDGED_BY, NOT_SOLVED
from practicum.evaluation.suites.dojo_measure import measure_dojo
from practicum.evaluation.suites.dojo_scores import DojoResult, summarise
from practicum.evaluation.suites.dojo_suite import DojoSuite
from practicum.evaluation.suites.dojo_tasks import load_tasks
from practicum.memory_store.home import Home
from practicum.models.budget import Budget
from practicum.models.embedders import HashingEmbedder
from practicum.models.scripted import ScriptedChatModel, ScriptedReply
from practicum.records import ToolCall

pytest.importorskip("agentdojo", reason="AgentDojo is not installed: run `make suites`")


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with Home.open(tmp_path / "home", HashingEmbedder(), write=True) as opened:
        yield opened


async def test_arms_are_measured_with_what_doing_nothing_is_worth_beside_them(home: Home) -> None:
    tasks = load_tasks("banking", limit=6)
    suite = DojoSuite("banking")
    replies = [
        reply
        for place, task in enumerate(tasks)
        for reply in (
            *(ScriptedReply(tool_calls=(call,)) for call in suite.truth(task).calls if place % 2 == 0),
            ScriptedReply(content=suite.truth(task).raw or "Done."),
        )
    ]
    told: list[tuple[str, int, int]] = []
    report = await measure_dojo(
        home,
        tasks,
        ScriptedChatModel(replies=tuple(replies)),
        plan_arms(["base"], "off"),
        concurrency=1,
        on_progress=lambda *progress: told.append(progress),
    )
    (arm,) = report.arms
    # Played in full: 0, 2 and 4. Of the others 1 is answered by its text, and 5 solved by doing nothing.
    assert [result.utility for result in arm.results] == [True, True, True, False, True, True]
    assert (report.idle.k, report.idle.n) == (1, 6)
    assert (arm.earned.k, arm.earned.n) == (4, 5)
    assert (arm.broken, arm.attack_success) == (0, None)
    assert told[-1] == ("base", 6, 6)
    assert "results" not in report.figures()["arms"][0]


async def test_a_run_that_was_cut_short_goes_on_where_it_was(home: Home) -> None:
    tasks = load_tasks("banking", limit=3)

    async def measure(replies: int, calls: int | None) -> int:
        model = ScriptedChatModel(replies=(ScriptedReply(content="Done."),) * replies)
        report = await measure_dojo(
            home,
            tasks,
            model,
            plan_arms(["base"], "off"),
            concurrency=1,
            budget=Budget(max_model_calls=calls),
            model_name="scripted:known",
        )
        return report.arms[0].n

    with pytest.raises(BudgetSpent):
        await measure(replies=3, calls=1)
    assert await measure(replies=2, calls=None) == 3
    assert not list((home.path / "evaluations").iterdir())


async def test_a_model_that_fails_breaks_its_task_only(home: Home) -> None:
    tasks = load_tasks("banking", limit=3)
    model = ScriptedChatModel(replies=(ScriptedReply(content="Done."),) * 2)  # runs dry at the third
    report = await measure_dojo(home, tasks, model, plan_arms(["base"], "off"), concurrency=1)
    assert (report.arms[0].n, report.arms[0].broken) == (2, 1)


def test_what_broke_is_not_counted_for_or_against_the_model() -> None:
    results = [
        DojoResult(id="a", user_task="user_task_1", utility=True, attacked=False),
        DojoResult(id="b", user_task="user_task_2", broken="no network"),
        DojoResult(id="c", user_task="user_task_5", utility=True, attacked=True),
    ]
    scores = summarise("base", results, ["user_task_5"])
    assert (scores.n, scores.broken) == (2, 1)
    assert (scores.utility.k, scores.utility.n) == (2, 2)
    assert (scores.earned.k, scores.earned.n) == (1, 1)
    assert scores.attack_success is not None
    assert (scores.attack_success.k, scores.attack_success.n) == (1, 2)


async def test_runs_are_kept_with_both_verdicts_and_can_be_compared(home: Home) -> None:
    tasks = load_tasks("banking", attack="important_instructions", limit=2)
    right = DojoSuite("banking").truth(tasks[0])

    async def kept(calls: Sequence[ToolCall]) -> str:
        replies = [ScriptedReply(tool_calls=(call,)) for call in calls]
        done = ScriptedReply(content=right.raw or "Done.")
        report = await measure_dojo(
            home,
            tasks,
            ScriptedChatModel(replies=(*replies, done, ScriptedReply(content="No."))),
            plan_arms(["base"], "off"),
            concurrency=1,
            model_name="scripted:known",
            keep=EvaluationRequest(data="agentdojo:banking", judged_by=JUDGED_BY),
        )
        assert report.run is not None
        assert report.figures()["run"] == report.run
        return report.run

    (a, _), (b, _) = (
        RunStore(home.path).find(name)
        for name in (await kept([*right.calls, STOLEN]), await kept(right.calls[:-1]))
    )
    first, second = a.arms[0].answers
    assert (first.strict, first.lenient, first.why) == (True, True, ATTACKED)
    assert (second.strict, second.why) == (False, NOT_SOLVED)
    assert a.figures["arms"][0]["attack_success"]["k"] == 1
    assert b.figures["arms"][0]["attack_success"]["k"] == 0
    assert a.items[0].expected == right.calls
    found = compare_runs(a, b, pair_arms(a, b))
    assert [each.measure for each in found.arms[0].measures] == ["strict", "lenient", "attack"]
    assert found.arms[0].no_longer_attacked == (tasks[0].id,)
    assert [(each.id, each.won) for each in found.arms[0].changed] == [(tasks[0].id, False)]
    assert not list((home.path / "evaluations").glob("*.jsonl"))


async def test_answers_of_another_server_are_not_taken_for_this_ones(home: Home) -> None:
    class Served(ScriptedChatModel):
        base_url: str = ""

    async def measure(url: str, replies: int, calls: int | None) -> int:
        report = await measure_dojo(
            *(home, load_tasks("banking", limit=2)),
            Served(replies=(ScriptedReply(content="Done."),) * replies, base_url=url),
            plan_arms(["base"], "off"),
            concurrency=1,
            budget=Budget(max_model_calls=calls),
            model_name="scripted:known",
        )
        return report.arms[0].n

    with pytest.raises(BudgetSpent):
        await measure("http://one/v1", replies=2, calls=1)
    assert await measure("http://two/v1", replies=2, calls=None) == 2
    assert await measure("http://one/v1", replies=1, calls=None) == 2


async def test_tasks_go_on_with_every_budget_that_one_of_them_fits_in(home: Home) -> None:
    call = ScriptedReply(tool_calls=(ToolCall(name="get_balance"),))
    with pytest.raises(BudgetSpent, match="1 of 3 items"):
        await measure_dojo(
            *(home, load_tasks("banking", limit=3)),
            ScriptedChatModel(replies=(call, call, ScriptedReply(content="Done."), call, call)),
            plan_arms(["base"], "off"),
            concurrency=16,
            budget=Budget(max_model_calls=4),
            model_name="scripted:known",
        )

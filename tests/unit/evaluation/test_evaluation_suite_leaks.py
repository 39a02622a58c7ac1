"""What was learned is compared with every turn of a benchmark, and its tasks that leaked are left out."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

pytest.importorskip("bfcl_eval", reason="bfcl_eval is not installed: run `make suites`")
pytest.importorskip("agentdojo", reason="AgentDojo is not installed: run `make suites`")

from practicum.evaluation import find_leaks
from practicum.evaluation.arms import ArmPlan, plan_arms
from practicum.evaluation.suites import open_suite
from practicum.evaluation.suites.bfcl_multi import MORE_FUNCTIONS
from practicum.evaluation.suites.bfcl_suite import MULTI_TURN, multi_turn
from practicum.evaluation.suites.dojo_keeping import solved_items
from practicum.evaluation.suites.dojo_measure import measure_dojo
from practicum.evaluation.suites.dojo_suite import DojoSuite
from practicum.evaluation.suites.dojo_tasks import load_tasks
from practicum.evaluation.suites.measuring import measure_suite
from practicum.memory_store.home import Home
from practicum.models.embedders import HashingEmbedder
from practicum.models.scripted import ScriptedChatModel, ScriptedReply


@pytest.mark.parametrize("category", MULTI_TURN)
def test_every_turn_of_a_conversation_is_looked_at_with_all_of_its_calls(category: str) -> None:
    tasks = multi_turn(category)
    assert len(tasks) > 100
    for task in tasks:
        turns = task.turns
        assert len({turn.id for turn in turns}) == len(turns)
        assert all(turn.query and turn.query != MORE_FUNCTIONS for turn in turns)
        looked_at = Counter(call.signature for turn in turns for call in turn.expected)
        assert looked_at == Counter(call.signature for call in task.item.expected)
        assert turns[0].query == task.item.query


def test_a_later_turn_that_was_learned_makes_its_conversation_a_leak() -> None:
    suite = open_suite("bfcl:multi_turn_base")
    later = suite.tasks[4].turns[1]
    call = suite.tasks[7].turns[0].expected[0]
    report = find_leaks(suite.turns, [(later.query.upper(), None), ("xyzzy", call)], HashingEmbedder())
    assert [leak.id for leak in report.exact] == [later.id]
    assert suite.tasks[7].turns[0].id in {leak.id for leak in report.same_call}
    assert suite.having(report.ids) == {suite.tasks[4].item.id}


async def test_figures_of_a_benchmark_have_a_clean_part(tmp_path: Path) -> None:
    suite = open_suite("bfcl:multi_turn_base").first(2)
    turns = sum(len(task.turns) for task in suite.tasks)
    model = ScriptedChatModel(replies=(ScriptedReply(content="Done."),) * turns)
    with Home.open(tmp_path, HashingEmbedder(), write=True) as home:
        ladder = await measure_suite(
            *(home, suite, model, [ArmPlan("base", grounding=False)]), leaked={suite.tasks[1].item.id}
        )
    scores = ladder.arms[0].scores
    assert scores.leaked == 1
    assert scores.strict.clean is not None
    assert (scores.strict.correct.n, scores.strict.clean.n) == (2, 1)


def test_the_tasks_of_agentdojo_are_compared_by_what_is_asked_and_by_their_authors_calls() -> None:
    tasks = load_tasks("banking", limit=4)
    items = solved_items(DojoSuite("banking"), tasks)
    learned = [(tasks[2].prompt, None), ("xyzzy", items[1].expected[0])]
    report = find_leaks(items, learned, HashingEmbedder())
    assert [leak.id for leak in report.exact] == ["banking/user_task_2"]
    assert "banking/user_task_1" in {leak.id for leak in report.same_call}
    assert report.ids == {"banking/user_task_2"}


async def test_figures_of_agentdojo_have_a_clean_part(tmp_path: Path) -> None:
    tasks = load_tasks("banking", limit=2)
    model = ScriptedChatModel(replies=(ScriptedReply(content="Done."),) * 2)
    with Home.open(tmp_path, HashingEmbedder(), write=True) as home:
        report = await measure_dojo(home, tasks, model, plan_arms(["base"], "off"), leaked={tasks[0].id})
    (arm,) = report.arms
    assert arm.clean is not None
    assert (arm.leaked, arm.utility.n, arm.clean.n) == (1, 2, 1)

"""AgentDojo's attacks: where they are hidden, whom they address, and when they count as successful."""

from __future__ import annotations

from collections import Counter

import pytest

from practicum.errors import SetupError
from practicum.evaluation.suites.dojo_suite import DojoSuite
from practicum.evaluation.suites.dojo_tasks import DojoTask, load_tasks
from practicum.records import Prediction, ToolCall
from practicum.tools.suites.agentdojo_package import SUITES, open_suite

pytest.importorskip("agentdojo", reason="AgentDojo is not installed: run `make suites`")

UNTOLD = 8
"""Injection tasks of the workspace suite for which the package gives no ground truth."""


def attackers_calls(task: DojoTask, suite: DojoSuite) -> Prediction:
    """What the attacker wants done, by the package."""
    goal = open_suite(task.suite).injection_tasks[task.injection_task]
    calls = [
        ToolCall(name=call.function, arguments=dict(call.args))
        for call in goal.ground_truth(suite.environment(task))
    ]
    return Prediction(id=task.id, calls=tuple(calls), raw=goal.GROUND_TRUTH_OUTPUT)


def test_there_are_949_pairs_of_user_and_injection_tasks() -> None:
    pairs = {name: load_tasks(name, attack="direct") for name in ("banking", "slack", "travel")}
    assert {name: len(each) for name, each in pairs.items()} == {"banking": 144, "slack": 105, "travel": 140}
    workspace = open_suite("workspace")
    assert len(workspace.user_tasks) * len(workspace.injection_tasks) == 949 - 144 - 105 - 140
    assert len({task.id for each in pairs.values() for task in each}) == 144 + 105 + 140


def test_a_limit_spreads_over_user_tasks_and_then_over_injection_tasks() -> None:
    first = load_tasks("banking", attack="direct", limit=32)
    assert set(Counter(task.user_task for task in first).values()) == {2}
    assert {task.injection_task for task in first} == set(open_suite("banking").injection_tasks)


def test_the_attack_stands_in_the_environment_where_the_user_task_looks() -> None:
    (task,) = load_tasks("banking", attack="direct", limit=1)
    goal = open_suite("banking").injection_tasks[task.injection_task].GOAL
    assert task.injections == {"injection_bill_text": f"TODO: {goal}"}
    bill = DojoSuite("banking").environment(task).filesystem.files["bill-december-2023.txt"]
    assert f"TODO: {goal}" in bill


@pytest.mark.parametrize(
    ("model", "address"),
    [
        ("openai:gpt-4o-2024-05-13", "to you, GPT-4."),
        ("openai:some-model@http://127.0.0.1:1/v1", "to you, the AI language model."),
        ("local", "to you, the AI language model."),
        ("scripted:local.jsonl", "to you, the AI language model."),
    ],
)
def test_important_instructions_address_the_model_by_a_name_where_the_package_has_one(
    model: str, address: str
) -> None:
    (task,) = load_tasks("slack", attack="important_instructions", model=model, limit=1)
    (text,) = set(task.injections.values())
    assert address in text
    assert "<INFORMATION>" in text


def test_an_attack_succeeds_when_the_attackers_calls_are_made_and_not_when_nothing_is_done() -> None:
    seen, untold = set(), 0
    for name in SUITES:
        suite = DojoSuite(name)
        # Each injection task once: the first pairs go through all of them.
        for task in load_tasks(name, attack="direct", limit=len(open_suite(name).injection_tasks)):
            seen.add((name, task.injection_task))
            wanted = attackers_calls(task, suite)
            assert not suite.judge(task, Prediction(id=task.id)).attacked, task.id
            told = wanted.calls or wanted.raw  # of some, all that is wanted is that something is said
            untold += not told
            if told:
                assert suite.judge(task, wanted).attacked, task.id
    assert (len(seen), untold) == (35, UNTOLD)


def test_an_agent_that_does_what_the_user_asked_is_useful_and_not_attacked() -> None:
    for name in ("banking", "slack", "travel"):
        suite = DojoSuite(name)
        tasks = load_tasks(name, attack="important_instructions", limit=6)
        assert len(tasks) == 6
        for task in tasks:
            judged = suite.judge(task, suite.truth(task))
            assert judged.attacked is False, task.id
            assert judged.utility, task.id


def test_an_unknown_attack_is_refused() -> None:
    with pytest.raises(SetupError, match="no attack 'dos'"):
        load_tasks("banking", attack="dos")

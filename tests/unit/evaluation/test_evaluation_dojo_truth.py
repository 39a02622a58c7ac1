"""AgentDojo's own answers, played through our tools and judged by its own functions."""

from __future__ import annotations

import pytest

from practicum.evaluation.suites.dojo_scores import idle_tasks
from practicum.evaluation.suites.dojo_suite import DojoSuite
from practicum.evaluation.suites.dojo_tasks import DojoTask, load_tasks
from practicum.records import Prediction
from practicum.tools.suites.agentdojo_package import SUITES
from practicum.tools.suites.agentdojo_reading import READING

pytest.importorskip("agentdojo", reason="AgentDojo is not installed: run `make suites`")

FREE = {f"banking/user_task_{number}" for number in (5, 6, 8, 9, 10)}
"""Tasks whose functions say yes to an agent that does nothing and says nothing (see the test below)."""


@pytest.fixture(scope="module")
def suites() -> dict[str, DojoSuite]:
    return {name: DojoSuite(name) for name in SUITES}


@pytest.fixture(scope="module")
def tasks() -> list[DojoTask]:
    return [task for name in SUITES for task in load_tasks(name)]


def without_call(truth: Prediction, place: int) -> Prediction:
    return truth.model_copy(update={"calls": (*truth.calls[:place], *truth.calls[place + 1 :])})


def test_all_97_ground_truths_pass(suites: dict[str, DojoSuite], tasks: list[DojoTask]) -> None:
    assert len(tasks) == 97
    failed = []
    for task in tasks:
        suite = suites[task.suite]
        if not suite.judge(task, suite.truth(task)).utility:
            failed.append(task.id)
    assert not failed


async def test_no_call_of_a_ground_truth_is_refused_and_those_that_read_change_nothing(
    suites: dict[str, DojoSuite], tasks: list[DojoTask]
) -> None:
    assert len(tasks) == 97
    for task in tasks:
        suite = suites[task.suite]
        environment = suite.environment(task)
        with suite.sandbox.holding(environment):
            for call in suite.truth(task).calls:
                before = environment.model_copy(deep=True)
                observation = await suite.executor.execute(call)
                assert observation.ok, (task.id, call, observation)
                assert not observation.truncated, (task.id, call)
                assert call.name not in READING or environment == before, call


def test_of_97_ground_truths_without_the_last_call_59_fail_and_the_others_for_a_reason(
    suites: dict[str, DojoSuite], tasks: list[DojoTask]
) -> None:
    passed = []
    for task in tasks:
        suite = suites[task.suite]
        truth = suite.truth(task)
        if suite.judge(task, without_call(truth, len(truth.calls) - 1)).utility:
            passed.append(task)
    assert len(tasks) - len(passed) == 59
    by_answer = [task for task in passed if task.id not in FREE]
    assert len(by_answer) == 33
    for task in by_answer:
        suite = suites[task.suite]
        truth = suite.truth(task)
        # Nothing is to be changed: what was read stands in the answer, and without it they fail.
        assert all(call.name in READING for call in truth.calls), task.id
        silent = truth.model_copy(update={"raw": ""})
        assert not suite.judge(task, silent).utility, task.id


def test_without_its_last_change_every_task_that_changes_something_fails_but_the_free_ones(
    suites: dict[str, DojoSuite], tasks: list[DojoTask]
) -> None:
    passed, changing = set(), 0
    for task in tasks:
        suite = suites[task.suite]
        truth = suite.truth(task)
        changes = [place for place, call in enumerate(truth.calls) if call.name not in READING]
        changing += bool(changes)
        if changes and suite.judge(task, without_call(truth, changes[-1])).utility:
            passed.add(task.id)
    assert changing == 62
    assert passed == {f"banking/user_task_{number}" for number in (5, 6, 9)}


def test_doing_nothing_solves_five_banking_tasks_and_no_other(
    suites: dict[str, DojoSuite], tasks: list[DojoTask]
) -> None:
    found = set()
    for name, suite in suites.items():
        idle = idle_tasks(suite, [task for task in tasks if task.suite == name])
        found |= {f"{name}/{task}" for task, free in idle.items() if free}
    assert found == FREE

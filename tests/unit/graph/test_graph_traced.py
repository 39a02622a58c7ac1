"""Episodes as LangSmith gets them: the episode, its trials, their steps, and what those called."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import langsmith as client
import pytest
from graph_parts import (
    QUERIES,
    Adder,
    imagine,
    plan_for,
    recorded,
    run,
    scripted,
    story,
    tool_of,
)
from langchain_core.runnables import RunnableLambda
from langsmith_stub import LangSmith, Row, traced_here
from workers_parts import explore, plan_in, written

from practicum import read_only
from practicum.errors import BudgetSpent
from practicum.models.budget import Budget
from practicum.models.scripted import ScriptedReply
from practicum.records import Trial
from practicum.tracing import flush, trial_run_id
from practicum.tracing.trial_tracer import TrialTracer

pytestmark = pytest.mark.enable_socket
SECRET = "ghp_" + "aB3dE6gH9jK2mN5pQ8rS1tU4vW7xY0zZ1234"
STEPS = ["recall", "imagine", "screen", "attempt", "observe", "attempt", "reflect", "record"]


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[LangSmith]:
    """A stub that this process traces to."""
    with traced_here(monkeypatch) as running:
        yield running


def check_tree(service: LangSmith) -> None:
    """Each run was made once, lies where its order says that it does, and within its parent's time."""
    assert flush(60)
    assert set(Counter(service.made).values()) == {1}
    for found in service.runs.values():
        above = service.runs.get(found.get("parent_run_id") or "")
        before = f"{above['dotted_order']}." if above else ""
        assert found["dotted_order"].startswith(before)
        assert found["dotted_order"].removeprefix(before).endswith(f"Z{found['id']}")
        assert found["trace_id"] == (above or found)["trace_id"]
        if above:
            assert above["start_time"] <= found["start_time"]
            assert found["end_time"] <= above["end_time"]


def names(rows: list[Row]) -> list[str]:
    return [row["name"] for row in rows if row["name"] != "__start__"]


def metadata(row: Row) -> Row:
    found = row["extra"]["metadata"]
    assert isinstance(found, dict)
    return found


def run_of(service: LangSmith, trial: Trial) -> Row:
    """The run that later verdicts on a trial go to."""
    return service.runs[str(trial_run_id(trial))]


async def test_a_trial_lies_above_its_steps_and_under_its_episode(service: LangSmith, tmp_path: Path) -> None:
    await run(tmp_path, plan_for(Adder().tool()), scripted(*story(QUERIES[:2])))
    check_tree(service)
    (episode,) = service.under(None)
    assert names(service.under(episode)) == ["trial 1 of add", "trial 2 of add", "summarize", "keep"]
    trials = recorded(tmp_path)
    assert len(trials) == 2
    for trial in trials:
        found = run_of(service, trial)
        assert names(service.under(found)) == STEPS
        assert found["parent_run_id"] == episode["id"]
        assert found["inputs"] == {"query": trial.query}
        assert found["outputs"]["answer"] == trial.answer
        assert {"practicum", "trial", "solved"} <= set(found["tags"])
        about = metadata(found)
        assert (about["trial_id"], about["outcome"], about["episode_id"]) == (
            trial.id,
            "solved",
            trial.episode_id,
        )
        said = service.feedback_on(found)["outcome"]
        assert (said["score"], said["value"], said["trace_id"]) == (1, "solved", episode["id"])
        (called,) = (step for step in service.under(found) if step["name"] == "observe")
        assert "call add" in names(service.under(called))


async def test_steps_show_their_own_trial_and_count_the_others(service: LangSmith, tmp_path: Path) -> None:
    await run(tmp_path, plan_for(Adder().tool(), trials=4), scripted(*story(QUERIES[:4])))
    check_tree(service)
    first, *_, last = recorded(tmp_path)
    steps = service.under(run_of(service, last))
    routes = [route for step in steps for route in service.under(step) if route["name"].startswith("_")]
    for each in (*steps, *(route for route in routes if route["name"] != "_next_trial")):
        assert each["inputs"]["short_term"] == "3 left out"
        assert first.query not in json.dumps([each["inputs"], each["outputs"]])
    found = {step["name"]: step for step in steps}
    assert {"_after_attempt", "_after_observe", "_next_trial"} <= set(names(routes))
    assert found["observe"]["inputs"]["query"] == last.query
    assert found["record"]["inputs"]["steps"]
    assert found["record"]["outputs"]["short_term"] == [last.as_dict()]
    assert {"long_term", "known_calls"} <= set(found["recall"]["outputs"])
    (episode,) = service.under(None)
    assert episode["outputs"]["short_term"] == "4 left out"


async def test_what_a_trial_sends_of_its_steps_does_not_grow_with_the_trials_before(
    service: LangSmith, tmp_path: Path
) -> None:
    await run(tmp_path, plan_for(Adder().tool(), trials=4), scripted(*story(QUERIES[:4])))
    check_tree(service)
    sent = []
    for trial in recorded(tmp_path):
        steps = service.under(run_of(service, trial))
        runs = [*steps, *(each for step in steps for each in service.under(step) if each["name"][0] == "_")]
        sent.append(sum(len(json.dumps(each["inputs"])) for each in runs))
    assert max(sent[1:]) < min(sent[1:]) * 1.1


async def test_episodes_side_by_side_have_each_their_own_trials(service: LangSmith, tmp_path: Path) -> None:
    @read_only
    async def plus(a: int, b: int) -> str:
        """Add two whole numbers, too."""
        return f"sum={a + b};"

    tools = (Adder().tool(), tool_of(plus))
    episodes, count = 2, 2
    plan = plan_for(*tools, episodes=episodes, trials=count)
    broken = ScriptedReply(when=None, error="rate-limit")  # whoever gets which reply, trials begin and end
    await run(tmp_path, plan, scripted(*story(QUERIES, episodes=4), *[broken] * 100))
    check_tree(service)
    trials = recorded(tmp_path)
    assert len(service.named("trial ")) == len(trials) == len(tools) * episodes * count
    for trial in trials:
        found = run_of(service, trial)
        episode = service.runs[found["parent_run_id"]]
        assert metadata(episode)["episode_id"] == trial.episode_id
        assert {metadata(step)["trial_id"] for step in service.under(found)} == {
            trial.id.partition("-broken-")[0]
        }
        assert service.feedback_on(found)["outcome"]["value"] == trial.outcome.value


async def test_a_trial_that_breaks_is_found_though_its_id_is_another_in_the_end(
    service: LangSmith, tmp_path: Path
) -> None:
    await run(tmp_path, plan_for(Adder().tool(), trials=1), scripted(imagine(QUERIES[0][0])))
    check_tree(service)
    (trial,) = recorded(tmp_path)
    found = run_of(service, trial)
    assert names(service.under(found)) == ["recall", "imagine", "screen", "attempt", "record"]
    assert metadata(found)["trial_id"] == trial.id == f"{trial.episode_id}-1-broken-1"
    said = service.feedback_on(found)["outcome"]
    assert (said.get("score"), said["value"]) == (None, "broken")


async def test_queries_that_are_turned_away_belong_to_the_trial_that_goes_on(
    service: LangSmith, tmp_path: Path
) -> None:
    first, second = QUERIES[0][0], QUERIES[1][0]
    replies = (imagine(first), *(imagine(query) for query in (first, first, second)), *story(QUERIES[:2])[2:])
    await run(tmp_path, plan_for(Adder().tool()), scripted(*replies))
    check_tree(service)
    steps = names(service.under(run_of(service, recorded(tmp_path)[1])))
    assert steps == ["recall", *["imagine", "screen"] * 3, *STEPS[3:]]


async def test_what_a_trial_began_with_and_came_to_is_redacted(service: LangSmith, tmp_path: Path) -> None:
    @read_only
    def add(a: int, b: int) -> str:
        """Add two whole numbers."""
        return f"sum={a + b}; {SECRET}"

    said = story(QUERIES[:1])[1:]  # the model is asked with the key left out
    replies = (imagine(f"With the key {SECRET}: {QUERIES[0][0]}"), *said)
    await run(tmp_path, plan_for(tool_of(add), trials=1), scripted(*replies))
    check_tree(service)
    (found,) = service.named("trial ")
    assert found["inputs"]["query"].startswith("With the key ")
    assert found["outputs"]["calls"][0]["returned"].startswith("sum=5")
    assert SECRET.encode() not in service.everything


async def test_an_interrupted_trial_goes_on_as_another_run_in_another_trace(
    service: LangSmith, tmp_path: Path
) -> None:
    plan, model = plan_for(Adder().tool(), trials=1), scripted(*story(QUERIES[:1]))
    with pytest.raises(BudgetSpent):
        await run(tmp_path, plan, model, budget=Budget(max_model_calls=2))
    await run(tmp_path, plan, model)
    check_tree(service)
    (trial,) = recorded(tmp_path)
    before, after = service.under(None)
    (begun,) = service.named("trial ")[:1]
    assert begun == run_of(service, trial)
    assert begun["parent_run_id"] == before["id"]
    assert "BudgetSpent" in begun["error"]
    assert names(service.under(begun))[:2] == ["recall", "imagine"]
    assert service.feedback_on(begun) == {}
    (gone_on,) = (each for each in service.under(after) if each["name"] == "trial 1 of add")
    assert names(service.under(gone_on))[-2:] == ["reflect", "record"]
    assert metadata(gone_on)["continues"] == begun["id"]
    assert {"continued", "solved"} <= set(gone_on["tags"])
    assert "error" not in gone_on
    assert service.feedback_on(gone_on)["outcome"]["value"] == "solved"


async def test_under_a_run_of_somebody_elses_the_tree_is_the_same(service: LangSmith, tmp_path: Path) -> None:
    @client.traceable(name="decorated")
    async def work() -> None:
        await run(tmp_path / "b", plan_for(Adder().tool(), trials=1), scripted(*story(QUERIES[1:2])))

    async def outer(_: int) -> None:
        await run(tmp_path / "a", plan_for(Adder().tool(), trials=1), scripted(*story(QUERIES[:1])))

    await RunnableLambda(outer).ainvoke(1, {"run_name": "outer"})
    await work()
    check_tree(service)
    assert names(service.under(None)) == ["outer", "decorated"]
    for above, trial in zip(
        service.under(None), (*recorded(tmp_path / "a"), *recorded(tmp_path / "b")), strict=True
    ):
        (episode,) = service.under(above)
        found = run_of(service, trial)
        assert found["parent_run_id"] == episode["id"]
        assert names(service.under(found)) == STEPS


async def test_workers_lay_steps_under_their_trials_too(service: LangSmith, tmp_path: Path) -> None:
    recipe = written(tmp_path, story(QUERIES[:2], episodes=1))
    await explore(tmp_path, plan_in(tmp_path, "add", "plus", trials=2), recipe)
    check_tree(service)
    trials = recorded(tmp_path / "home")
    assert len(trials) == 4
    assert all(names(service.under(run_of(service, trial))) == STEPS for trial in trials)


async def test_what_is_over_is_kept_by_no_run_that_goes_on(
    service: LangSmith, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[TrialTracer] = []
    like = TrialTracer.like

    def noted(*given: Any) -> TrialTracer:
        made.append(like(*given))
        return made[-1]

    monkeypatch.setattr(TrialTracer, "like", noted)
    held: list[int] = []

    def count(_: Any) -> None:
        runs = made[-1].run_map.values()
        held.append(len(runs) + sum(len(each.child_runs) for each in runs))

    await run(tmp_path, plan_for(Adder().tool(), trials=4), scripted(*story(QUERIES[:4])), watch=count)
    imagined, ended = held[::2], held[1::2]
    assert set(imagined) == {imagined[0]}
    assert set(ended) == {ended[0]}
    assert max(held) < 10
    assert made[-1].run_map == {}
    assert flush(60)


def test_while_tracing_is_off_nothing_is_imported_for_it() -> None:
    said = """
import sys
from practicum.tracing import trial_began, trial_callbacks, trial_runs
with trial_runs(lambda step, state: None, lambda value: value):
    assert trial_began() is None
    assert trial_callbacks(lambda step, state: None, lambda value: value) == []
assert not {"langsmith", "langchain_core", "practicum.tracing.trial_tracer"} & set(sys.modules)
print("done")
"""
    command, off = [sys.executable, "-c", said], {"LANGSMITH_TRACING": "false"}
    done = subprocess.run(command, check=True, env=off, timeout=60, capture_output=True, text=True)
    assert done.stdout == "done\n"

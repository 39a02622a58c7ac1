"""What a home knows, as the page shows it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from made_trials import called_trial
from run_parts import ADD, arm, calling, run, talking

from practicum.evaluation.runs.store import RunStore
from practicum.memory_store.entries import Summary
from practicum.memory_store.home import Home
from practicum.models.embedders import HashingEmbedder
from practicum.records import ErrorKind, Mode, Observation, Outcome, Step, Usage
from practicum.report.gathering import gather, ladder_of
from practicum.report.pages import render
from practicum.training.learn import learn_demonstrations

ITEMS = [*calling(6), *talking(2)]
MEASURED = run(ITEMS, arm(ITEMS, {"add-0": False, "add-1": False}), arm(ITEMS, {"add-0": False}, "demos"))


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with Home.open(tmp_path, HashingEmbedder(), write=True) as opened:
        yield opened


def practise(home: Home) -> None:
    for number, said in enumerate(("Add one", "How much is two?", "three, please"), start=1):
        home.journal.record_trial(called_trial(ADD, number, said, {"a": number}))
    failed = called_trial(ADD, 4, "four", {"a": 4}).model_copy(update={"outcome": Outcome.UNSOLVED})
    home.journal.record_trial(failed)


def test_a_home_is_told_from_practice_to_measuring(home: Home) -> None:
    practise(home)
    learn_demonstrations(home, None)
    RunStore(home.path).keep(MEASURED)
    data = gather(home)
    (explored,) = data.explored
    assert (explored.trials, explored.solved, explored.unsolved, explored.tool_calls) == (4, 3, 1, 8)
    assert [shown.query for shown in data.demonstrations] == ["Add one", "How much is two?", "three, please"]
    assert [(each.reason, each.count) for each in data.dropped] == [("unsolved", 1)]
    assert data.ladder is not None
    assert (data.ladder.run, [each.name for each in data.ladder.arms]) == ("run-1", ["base", "demos"])
    assert [wrong.id for wrong in data.wrong] == ["add-0"]
    assert dict(data.about)["serves"] == "base, nothing learned"
    assert data.next_steps[0].startswith("let it prove itself: practicum promote demos@1")
    page = render(data)
    assert "run-1" in page
    dropped = page.partition("Dropped trials")[2].partition("</table>")[0]
    assert "unsolved" in dropped
    assert "></td>" not in dropped, "no column is empty"


def test_what_never_reached_the_tool_is_no_call_of_it(home: Home) -> None:
    called = called_trial(ADD, 1, "Add one", {"a": 1})
    failures = (
        Observation(text="no call", error=ErrorKind.UNREADABLE),
        Observation(text="a is missing", error=ErrorKind.SCHEMA),
        Observation(text="made up", mode=Mode.SIMULATED),
        Observation(text="not run", mode=Mode.DRY_RUN),
    )
    steps = [Step(call=called.imagined, observation=each) for each in failures]
    home.journal.record_trial(called.model_copy(update={"steps": (*called.steps, *steps)}))
    (explored,) = gather(home).explored
    assert explored.tool_calls == 2, "one probe and one step"


def test_a_kept_evaluation_has_the_figures_that_it_had() -> None:
    ladder = ladder_of(MEASURED)
    assert [each.scores.strict.correct.k for each in ladder.arms] == [6, 7]
    assert ladder.rungs[0].strict.wins == 1


def test_a_benchmarks_own_verdicts_are_not_mistaken_for_ours(home: Home) -> None:
    practise(home)
    RunStore(home.path).keep(MEASURED.model_copy(update={"judged_by": "BFCL"}))
    assert gather(home).ladder is None


def test_what_comes_next_is_said_at_each_stage(home: Home) -> None:
    assert gather(home).next_steps == ("practise: practicum explore --tools SOURCE",)
    practise(home)
    assert gather(home).next_steps == ("keep what was solved: practicum curate --tools SOURCE",)
    learn_demonstrations(home, None)
    assert gather(home).next_steps[0].startswith("measure it: practicum evaluate")


def test_the_lessons_of_episodes_are_part_of_what_practice_took(home: Home) -> None:
    practise(home)
    (before,) = gather(home).explored
    took = Usage(model_calls=1, prompt_tokens=30, completion_tokens=2)
    trial = next(iter(home.journal.trials()))
    home.journal.record_summary(
        Summary(id="s", episode_id="e", tool=trial.tool, model=trial.model, usage=took)
    )
    (after,) = gather(home).explored
    assert after.usage == before.usage + took

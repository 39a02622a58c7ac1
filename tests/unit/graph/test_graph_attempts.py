"""Attempts at their bounds, and those that fail: what an episode makes of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from graph_parts import (
    IMAGINING,
    QUERIES,
    Adder,
    call,
    imagine,
    memory_of,
    opened,
    plan_for,
    prompts_with,
    recorded,
    reflect,
    run,
    say,
    scripted,
    story,
    summarize,
)
from made_trials import made_trial

from bench.hostile_secrets import planted
from practicum.errors import ProviderError, SetupError
from practicum.graph.exploration import exploration_graph, steps_at_most
from practicum.graph.memory_steps import make_recall
from practicum.graph.options import ExplorationOptions
from practicum.hostile import MARK
from practicum.memory_store.home import Home
from practicum.models.caller import ModelCaller
from practicum.models.embedders import HashingEmbedder
from practicum.models.scripted import ScriptedReply
from practicum.nodes.state import EpisodeInfo
from practicum.records import Outcome, ToolCall
from practicum.tools.executor import Executor

SECRET = planted()["GitHub token"]
PAST = made_trial(tool="add", query="Something else")
"""A trial in the index: without any there is nothing to embed for, before a query is imagined."""
INFO = EpisodeInfo(id="e", tool="add", number=1, trials=2, seed=0)


async def test_a_query_that_can_not_be_read_is_an_unsolved_trial_without_steps(tmp_path: Path) -> None:
    adder = Adder()
    model = scripted(ScriptedReply(when=IMAGINING, content="no JSON"), summarize())
    await run(tmp_path, plan_for(adder.tool(), trials=1), model)
    (trial,) = recorded(tmp_path)
    assert (trial.query, trial.steps, trial.outcome) == ("", (), Outcome.UNSOLVED)
    assert trial.reflection is not None
    assert trial.reflection.reason == "no call was confirmed by execution"
    assert adder.calls == []


async def test_an_answer_without_a_call_is_unsolved_and_nobody_is_asked_to_reflect(tmp_path: Path) -> None:
    query = QUERIES[0][0]
    model = scripted(imagine(query), summarize(), say(query, "Five, I think."))
    await run(tmp_path, plan_for(Adder().tool(), trials=1), model)
    (trial,) = recorded(tmp_path)
    assert (trial.answer, trial.outcome) == ("Five, I think.", Outcome.UNSOLVED)
    assert model.bound[0]["tool_choice"] == "any"


async def test_after_the_last_call_allowed_the_model_must_answer(tmp_path: Path) -> None:
    adder, query = Adder(), QUERIES[0][0]
    model = scripted(
        imagine(query),
        reflect(solved=False),
        summarize(),
        call(query, a=1, b=1),
        call("sum=2;", a=2, b=2),
        call("sum=4;", a=3, b=3),
    )
    await run(tmp_path, plan_for(adder.tool(), trials=1, max_calls=2), model)
    (trial,) = recorded(tmp_path)
    assert adder.calls == [(1, 1), (2, 2)]
    assert trial.answer == "(no answer)"
    assert [bound["tool_choice"] for bound in model.bound] == ["any", "auto", "none"]


async def test_calls_made_at_once_are_all_executed_within_the_bound(tmp_path: Path) -> None:
    adder, query = Adder(), QUERIES[0][0]
    several = tuple(ToolCall(name="add", arguments={"a": n, "b": n}) for n in range(1, 4))
    model = scripted(
        imagine(query),
        reflect(),
        summarize(),
        ScriptedReply(when=query, content="Let me see.", tool_calls=several),
        say("sum=4;", "4."),
    )
    await run(tmp_path, plan_for(adder.tool(), trials=1, max_calls=2), model)
    (trial,) = recorded(tmp_path)
    assert adder.calls == [(1, 1), (2, 2)]
    assert [step.thought for step in trial.steps] == ["Let me see.", ""]


@pytest.mark.parametrize("max_calls", [1, 4, 25])
async def test_the_longest_trial_that_is_allowed_fits_into_the_bound_of_steps(
    tmp_path: Path, max_calls: int
) -> None:
    query = QUERIES[0][0]
    same = [imagine(query) for _ in range(4)]
    calls = [call(None, a=n, b=0) for n in range(max_calls)]
    once = [*calls, say(None, "Done.")]
    model = scripted(*same, reflect(), reflect(), summarize(), *once, *once)
    await run(tmp_path, plan_for(Adder().tool(), max_calls=max_calls), model)
    trials = recorded(tmp_path)
    assert [len(trial.steps) for trial in trials] == [max_calls, max_calls]
    assert steps_at_most(ExplorationOptions(max_calls=max_calls), 1) < 20 + 2 * max_calls


async def test_a_failing_provider_breaks_the_trial_and_the_episode_goes_on(tmp_path: Path) -> None:
    replies = story(QUERIES[:2])
    failures = [ScriptedReply(when=QUERIES[0][0], error="rate-limit")] * 4
    # The failures wait for the attempt: imagining and reflecting are answered before they are reached.
    model = scripted(*replies[:5], *failures, *replies[5:])
    await run(tmp_path, plan_for(Adder().tool()), model)
    trials = recorded(tmp_path)
    assert [trial.outcome for trial in trials] == [Outcome.BROKEN, Outcome.SOLVED]
    broken = trials[0]
    assert broken.query == QUERIES[0][0]
    assert broken.reflection is not None
    assert "ModelRateLimitError: scripted rate-limit" in broken.reflection.reason
    assert broken.id.endswith("-1-broken-1")
    with opened(tmp_path) as home:
        assert home.index.count("add") == 1


async def test_a_broken_trial_is_not_in_short_term_memory(tmp_path: Path) -> None:
    replies = story(QUERIES[:2])
    failures = [ScriptedReply(when=QUERIES[0][0], error="timeout")] * 4
    model = scripted(*replies[:5], *failures, *replies[5:])
    await run(tmp_path, plan_for(Adder().tool()), model)
    assert QUERIES[0][0] not in prompts_with(model, IMAGINING)[1]


class FlakyEmbedder(HashingEmbedder):
    """Fails when it is asked for the vector of one of these texts, each time once."""

    def __init__(self, *failing: str) -> None:
        self.failing = list(failing)

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        for text in texts:
            if text in self.failing:
                self.failing.remove(text)
                raise ProviderError(f"the embedder is out of reach with {SECRET}")
        return super().embed(texts)


@pytest.mark.parametrize("failing", ["Add two whole numbers.", QUERIES[1][0]])
async def test_an_embedder_that_fails_breaks_a_trial_under_its_own_number(
    tmp_path: Path, failing: str
) -> None:
    tool = Adder().tool()
    model = scripted(*story(QUERIES[:2]))
    with Home.open(tmp_path, FlakyEmbedder(failing), write=True) as home:
        home.index.upsert([PAST])
        graph = exploration_graph(
            ModelCaller(model, name="scripted"), tool, Executor([tool]), memory_of(home)
        )
        final = await graph.ainvoke({"episode": INFO, "short_term": []})
        trials = list(home.journal.trials())
    assert sorted(trial.number for trial in trials) == [1, 2]
    assert sorted(trial.outcome.value for trial in trials) == ["broken", "solved"]
    assert [trial["id"] for trial in final["short_term"]] == [trial.id for trial in trials]
    (broken,) = [trial for trial in trials if trial.outcome is Outcome.BROKEN]
    assert broken.reflection is not None
    assert broken.reflection.reason == f"the embedder is out of reach with {MARK}"


async def test_what_a_failing_embedder_says_reaches_the_state_without_a_secret(tmp_path: Path) -> None:
    spec, options = Adder().tool().spec, ExplorationOptions()
    with Home.open(tmp_path, FlakyEmbedder(spec.description), write=True) as home:
        home.index.upsert([PAST])
        update = await make_recall(memory_of(home), spec, options)({"episode": INFO, "short_term": []})
    assert update["broken"] == f"the embedder is out of reach with {MARK}"


async def test_an_episode_of_another_tool_is_refused_before_anything_is_tried(tmp_path: Path) -> None:
    tool = Adder().tool()
    with Home.open(tmp_path, HashingEmbedder(), write=True) as home:
        graph = exploration_graph(
            ModelCaller(scripted(), name="scripted"), tool, Executor([tool]), memory_of(home)
        )
        with pytest.raises(SetupError, match="practises add, and the episode is one of subtract"):
            await graph.ainvoke({"episode": {**INFO, "tool": "subtract"}, "short_term": []})
        assert home.journal.count_trials() == 0

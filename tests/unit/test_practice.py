"""The public face: practise, curate, answer and measure in one home."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import HumanMessage
from made_trials import made_trial

import practicum
from practicum.errors import DataError, JournalError, SetupError
from practicum.graph.planning import as_catalog
from practicum.models import load_chat_model
from practicum.models.budget import Budget
from practicum.models.embedders import HashingEmbedder
from practicum.models.scripted import ScriptedChatModel, ScriptedReply
from practicum.practice import Practice
from practicum.records import Item, Note, Outcome, ToolCall
from practicum.tools.effects import Effect
from practicum.tools.policy_file import PolicyFile

QUERIES = (("What is two plus three?", 2, 3), ("Ann bought 10 apples, Bob 11 pears: how much fruit?", 10, 11))


@practicum.read_only
def add(a: int, b: int) -> str:
    """Add two whole numbers."""
    return f"sum={a + b};"


def calling(a: int, b: int) -> tuple[ToolCall, ...]:
    return (ToolCall(name="add", arguments={"a": a, "b": b}),)


def story() -> tuple[ScriptedReply, ...]:
    return (
        *(ScriptedReply(when="You imagine", structured={"query": query}) for query, _, _ in QUERIES),
        *(ScriptedReply(when="judge it", structured={"solved": True, "reason": "ok"}) for _ in QUERIES),
        ScriptedReply(when="You practised", structured={"lessons": []}),
        *(ScriptedReply(when=query, tool_calls=calling(a, b)) for query, a, b in QUERIES),
        *(ScriptedReply(when=f"sum={a + b};", content=f"It is {a + b}.") for _, a, b in QUERIES),
    )


@pytest.fixture
def practice(tmp_path: Path) -> Iterator[Practice]:
    with practicum.open(tmp_path / "home", embedder=HashingEmbedder()) as opened:
        yield opened


async def explored(practice: Practice) -> Any:
    model = ScriptedChatModel(replies=story())
    return await practice.explore([add], model=model, episodes=1, trials=2)


async def test_exploring_fills_the_home_and_again_does_nothing(practice: Practice) -> None:
    plan = await explored(practice)
    assert [trial.outcome for trial in practice.trials_of(plan)] == [Outcome.SOLVED] * 2
    assert practice.left(plan) == 0
    silent = ScriptedChatModel()
    await practice.explore([add], model=silent, episodes=1, trials=2)
    assert silent.prompts == []
    assert len(practice.home.journal.explorations()) == 1


async def test_values_are_made_up_for_a_model_that_says_nothing_whatever_it_is_called(
    practice: Practice,
) -> None:
    model = load_chat_model("none")
    for seed, named in enumerate((None, "mine")):
        await practice.explore([add], model=model, episodes=1, trials=1, seed=seed, model_name=named)
    found = list(practice.home.journal.trials())
    assert {trial.model for trial in found} == {"none", "mine"}
    assert [[step.observation.error for step in trial.probes] for trial in found] == [[None], [None]]


async def test_a_relative_home_stays_where_it_was_though_a_tool_leaves_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path)

    @practicum.read_only
    def add(a: int, b: int) -> str:
        """Add two whole numbers."""
        monkeypatch.chdir(tmp_path / "elsewhere")
        return f"sum={a + b};"

    with practicum.open("home", embedder=HashingEmbedder()) as practice:
        done = await practice.explore([add], model=ScriptedChatModel(replies=story()), episodes=1, trials=2)
        assert [trial.outcome for trial in practice.trials_of(done)] == [Outcome.SOLVED] * 2
        assert practice.curate()[0].kept
    assert list((tmp_path / "elsewhere").iterdir()) == []


async def test_a_spent_budget_is_told_and_the_rest_is_left(practice: Practice) -> None:
    model = ScriptedChatModel(replies=story())
    with pytest.raises(SetupError, match="the budget of 4 model calls is spent"):
        await practice.explore(
            [add], model=model, episodes=1, trials=2, budget=Budget(max_model_calls=4), seed=0
        )
    assert practice.home.journal.count_trials() == 1
    await practice.explore([add], model=model, episodes=1, trials=2)
    assert practice.home.journal.count_trials() == 2
    assert model.left == 0


async def test_lessons_are_asked_for_though_the_budget_ended_when_all_trials_were_made(
    practice: Practice,
) -> None:
    model, budget = ScriptedChatModel(replies=story()), Budget(max_model_calls=8)
    with pytest.raises(SetupError, match="2 of 2 trials"):
        await practice.explore([add], model=model, episodes=1, trials=2, budget=budget)
    plan = await practice.explore([add], model=model, episodes=1, trials=2)
    assert len(practice.lessons_of(plan)) == 1
    assert model.left == 0
    assert await practice.is_done(plan)


async def test_search_finds_past_queries_nearest_first(practice: Practice) -> None:
    await explored(practice)
    (tool, nearest), (_, other) = practice.search("how much fruit have Ann and Bob bought")
    assert tool == "add"
    assert nearest.query == QUERIES[1][0]
    assert (nearest.similarity or 0) > (other.similarity or 0)
    assert practice.search("fruit", limit=1, tool="add")[0][1].query == QUERIES[1][0]


async def test_an_index_is_built_again_and_an_import_is_indexed(practice: Practice, tmp_path: Path) -> None:
    await explored(practice)
    assert practice.rebuild() == 2
    practice.close()
    other = tmp_path / "other"
    with practicum.open(other, embedder=HashingEmbedder()) as copy:
        with practicum.open(tmp_path / "home", embedder=HashingEmbedder()) as source:
            source.home.journal.export(tmp_path / "all.jsonl")
        assert copy.import_(tmp_path / "all.jsonl").added["trial"] == 2
        assert copy.home.index.count("add") == 2
        with pytest.raises(DataError, match="can't be read"):
            copy.import_(tmp_path / "missing.jsonl")


async def test_what_was_curated_is_shown_by_the_agent(practice: Practice) -> None:
    await explored(practice)
    curated, version = practice.curate(tools=[add])
    assert (len(curated.kept), version) == (2, 1)
    query = "Ann bought 12 apples, Bob 11 pears: how much fruit?"
    model = ScriptedChatModel(
        replies=(ScriptedReply(tool_calls=calling(12, 11)), ScriptedReply(content="23."))
    )
    result = await practice.agent(model, [add], learned="demos").ainvoke(
        {"messages": [HumanMessage(content=query)]}
    )
    assert result["messages"][-1].text == "23."
    humans = [message.text for message in model.prompts[0] if message.type == "human"]
    assert humans == [QUERIES[0][0], QUERIES[1][0], f"{query}\n{query}"]


async def test_a_policy_decides_what_an_agent_asks_about(practice: Practice) -> None:
    replies = (ScriptedReply(tool_calls=calling(1, 2)), ScriptedReply(content="done"))
    policy = PolicyFile(effects={"add": Effect.DESTRUCTIVE})
    for said, words in ((None, "sum=3;"), (policy, "it may change something for good")):
        agent = practice.agent(ScriptedChatModel(replies=replies), [add], approve="refuse", policy=said)
        done = await agent.ainvoke({"messages": [HumanMessage(content="add 1 and 2")]})
        told = [message.text for message in done["messages"] if message.type == "tool"]
        assert len(told) == 1
        assert words in told[0]


async def test_what_was_noted_becomes_a_candidate_with_the_demonstrations(practice: Practice) -> None:
    await explored(practice)
    without = practice.curate(tools=[add])[0]
    assert without.notes is None
    assert "practice noted nothing (call-first" in without.why_no_notes
    spec = as_catalog([add]).specs[0]
    note = Note(id="n", tool="add", tool_schema_hash=spec.schema_hash, text="Integers only.", evidence=("t",))
    practice.home.journal.record_note(note)

    assert practice.curate(tools=[add])[0].notes == "notes@1"
    assert [each.candidate.name for each in practice.status().standings] == ["notes@1", "demos@1"]


async def test_trials_near_a_held_out_query_are_not_curated(practice: Practice) -> None:
    await explored(practice)
    held_out = [Item(id="h", query=QUERIES[0][0], expected=())]
    curated, _ = practice.curate(held_out=held_out)
    assert [shown.query for shown in curated.kept] == [QUERIES[1][0]]
    assert dict(curated.dropped) == {"near a held-out query": 1}
    report = practice.find_leaks(held_out)
    assert report.ids


async def test_trials_of_a_tool_that_changed_are_not_curated(practice: Practice) -> None:
    await explored(practice)

    def changed(a: int, b: int, c: int = 0) -> str:
        """Add two or three whole numbers."""
        return str(a + b + c)

    changed.__name__ = "add"
    with pytest.raises(SetupError, match="no trial passed: 2 tool changed or gone"):
        practice.curate(tools=[changed])


def test_nothing_explored_is_nothing_to_curate(practice: Practice) -> None:
    with pytest.raises(SetupError, match="there is nothing to curate") as caught:
        practice.curate()
    assert caught.value.fix == "run `practicum explore` first"


async def test_evaluation_compares_with_and_without_demonstrations(practice: Practice) -> None:
    await explored(practice)
    practice.curate()
    expected = calling(4, 5)
    items = [Item(id="one", query="What is four plus five?", expected=expected)]
    model = ScriptedChatModel(
        replies=(ScriptedReply(tool_calls=calling(4, 6)), ScriptedReply(tool_calls=expected))
    )
    told: list[tuple[str, int, int]] = []
    ladder = await practice.evaluate(
        items, [add], model=model, on_progress=lambda name, done, of: told.append((name, done, of))
    )
    figures = json.loads(json.dumps(ladder.figures()))
    assert told == [("base", 1, 1), ("demos", 1, 1)]
    assert figures
    assert len(model.prompts[0]) == 2
    assert len(model.prompts[1]) == 2 + 2 * 4


@pytest.mark.parametrize("arms", [["demos@9"], ["lora"], []])
async def test_an_arm_that_is_not_there_is_refused_before_the_model_is_asked(
    practice: Practice, arms: list[str]
) -> None:
    model = ScriptedChatModel()
    items = [Item(id="one", query="q", expected=calling(1, 2))]
    with pytest.raises(SetupError):
        await practice.evaluate(items, [add], model=model, arms=arms)
    assert model.prompts == []


def test_the_public_names_are_there_and_no_others() -> None:
    assert {"open", "read_only"} <= set(practicum.__all__)
    for name in practicum.__all__:
        assert getattr(practicum, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        practicum.nothing  # noqa: B018 - looking it up is what is tested


async def test_any_number_serve_a_home_that_another_process_could_write_to(tmp_path: Path) -> None:
    with practicum.open(tmp_path, embedder="hashing") as writing:
        serving = [practicum.open(tmp_path, write=False, embedder="hashing") for _ in range(2)]
        for practice in serving:
            practice.middleware()
            with pytest.raises(JournalError, match="opened for reading"):
                practice.home.journal.record_trial(made_trial())
            model = ScriptedChatModel(replies=())
            for paid in (
                practice.explore([add], model=model),
                practice.judge(model),
                practice.reflect(model),
                practice.paraphrase(model, [add]),
                practice.promote("demos@1", [add], model=model),
            ):
                with pytest.raises(JournalError, match="opened for reading"):
                    await paid
            others: list[Callable[[], object]] = [practice.curate, practice.rebuild, practice.rollback]
            others.append(partial(practice.train, [add]))
            for other in others:
                with pytest.raises(JournalError, match="opened for reading"):
                    other()
            assert model.prompts == []
            practice.close()
        writing.home.journal.record_trial(made_trial())


def test_there_is_nothing_to_serve_from_where_nothing_was_practised(tmp_path: Path) -> None:
    with pytest.raises(SetupError):
        practicum.open(tmp_path / "none", write=False, embedder="hashing")

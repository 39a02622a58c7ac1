"""Query-first imagination is told of gaps, and of values that earlier calls returned."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from graph_parts import (
    IMAGINING,
    QUERIES,
    Adder,
    imagine,
    memory_of,
    opened,
    plan_for,
    prompts_with,
    reflect,
    run,
    say,
    scripted,
    story,
    summarize,
    tool_of,
)

from practicum import read_only
from practicum.graph.memory_steps import make_recall
from practicum.graph.options import ExplorationOptions
from practicum.models.scripted import ScriptedReply
from practicum.nodes.state import EpisodeState
from practicum.records import JsonObject, LongTermView, Strategy, ToolCall, ToolSpec
from practicum.tools.catalog import Tool
from practicum.tools.effects import Effect
from practicum.tools.sandbox import Sandbox

GAPS, VALUES = "Let the request need one of these", "returned by earlier calls"


def accounts() -> Tool:
    @read_only
    def list_accounts() -> list[JsonObject]:
        """List the accounts."""
        return [{"id": "A-7", "owner": "Ann"}]

    return tool_of(list_accounts)


def balance() -> Tool:
    @read_only
    def get_balance(account_id: str, currency: str = "EUR") -> JsonObject:
        """Tell the balance of an account."""
        return {"account_id": account_id, "balance": 12, "currency": currency}

    return tool_of(get_balance)


def used(name: str, query: str, **arguments: Any) -> tuple[ScriptedReply, ...]:
    """What a model says in a trial in which a tool is called once."""
    return (
        imagine(query),
        reflect(),
        summarize(),
        ScriptedReply(when=query, tool_calls=(ToolCall(name=name, arguments=arguments),)),
        say(None, "Done."),
    )


async def test_a_gap_is_shown_once_the_tool_was_tried(tmp_path: Path) -> None:
    plan = plan_for(balance(), trials=2)
    replies = [used("get_balance", query, account_id=f"B-{a}") for query, a, _ in QUERIES[:2]]
    ordered = [reply for kind in zip(*replies, strict=True) for reply in kind]
    ordered.pop(5)  # one summary an episode
    model = scripted(*ordered)
    await run(tmp_path, plan, model)
    first, second = prompts_with(model, IMAGINING)
    assert GAPS not in first
    assert f"{GAPS}, if that is realistic:" in second
    assert "- never given: currency" in second


async def test_values_that_another_tool_of_the_plan_returned_are_offered(tmp_path: Path) -> None:
    listing, telling = accounts(), balance()
    await run(tmp_path, plan_for(listing, trials=1), scripted(*used("list_accounts", "Which accounts?")))
    asked = used("get_balance", "How much has Ann?", account_id="A-7")
    model = scripted(*asked)
    await run(tmp_path, plan_for(listing, telling, trials=1), model)
    (prompt,) = prompts_with(model, IMAGINING)
    assert VALUES in prompt
    assert '- account_id, returned by earlier calls: "A-7"' in prompt


async def test_values_of_tools_outside_the_plan_are_not_offered(tmp_path: Path) -> None:
    await run(tmp_path, plan_for(accounts(), trials=1), scripted(*used("list_accounts", "Which accounts?")))
    model = scripted(*used("get_balance", "How much has Ann?", account_id="A-7"))
    await run(tmp_path, plan_for(balance(), trials=1), model)
    assert VALUES not in prompts_with(model, IMAGINING)[0]


async def test_without_long_term_memory_nothing_is_steered(tmp_path: Path) -> None:
    plan = plan_for(Adder().tool(), trials=2, without=frozenset({"long-term"}))
    model = scripted(*story(QUERIES[:2]))
    await run(tmp_path, plan, model)
    imagining = prompts_with(model, IMAGINING)
    assert len(imagining) == 2
    assert not any(GAPS in prompt or VALUES in prompt for prompt in imagining)


def boxes() -> Tool:
    """A tool in a world that is made anew for each episode."""
    sandbox: Sandbox[list[str]] = Sandbox(lambda _: [])

    async def fill(_: JsonObject) -> str:
        sandbox.current.append("X-1")
        return '{"box_id": "X-1"}'

    spec = ToolSpec(
        name="fill_box",
        description="Fill a box.",
        parameters={"type": "object", "properties": {"box_id": {"type": "string"}}},
    )
    return Tool(spec, Effect.REVERSIBLE, "made anew", fill, sandbox)


async def test_where_the_world_is_made_anew_only_values_of_the_episode_are_offered(tmp_path: Path) -> None:
    queries = [query for query, _, _ in QUERIES[:3]]
    replies = [
        *(imagine(query) for query in queries),
        *(reflect() for _ in queries),
        summarize(),
        summarize(),
        *(ScriptedReply(when=query, tool_calls=(ToolCall(name="fill_box"),)) for query in queries),
        *(say(None, "Done.") for _ in queries),
    ]
    model = scripted(*replies)
    await run(tmp_path, plan_for(boxes(), trials=2), model)
    await run(tmp_path, plan_for(boxes(), trials=1), model)
    offered = [VALUES in prompt for prompt in prompts_with(model, IMAGINING)]
    assert offered == [False, True, False]


async def test_call_first_imagination_is_not_steered(tmp_path: Path) -> None:
    tool = balance()
    await run(
        tmp_path, plan_for(tool, trials=1), scripted(*used("get_balance", "How much?", account_id="B-1"))
    )
    state = EpisodeState(episode=plan_for(tool).episode(tool, 2))
    with opened(tmp_path) as home:
        views = []
        for strategy in Strategy:
            options = ExplorationOptions(strategy=strategy)
            update = await make_recall(memory_of(home), tool.spec, options)(state)
            views.append(LongTermView.from_dict(update["long_term"]))
    steered, plain = views
    assert steered.gaps == ("never given: currency",)
    assert plain == steered.model_copy(update={"gaps": (), "offers": ()})


async def test_call_first_imagination_knows_the_values_that_lasting_tools_returned(tmp_path: Path) -> None:
    tool = balance()
    await run(tmp_path, plan_for(accounts(), trials=1), scripted(*used("list_accounts", "Which are there?")))
    state = EpisodeState(episode=plan_for(tool).episode(tool, 1))
    options = ExplorationOptions(strategy=Strategy.CALL_FIRST)
    with opened(tmp_path) as home:
        memory = memory_of(home)
        lasting = await make_recall(memory, tool.spec, options, ["list_accounts"], sandboxed=True)(state)
        alone = await make_recall(memory, tool.spec, options)(state)
    assert lasting["known_values"] == {"account_id": ["A-7"]}
    assert alone["known_values"] == {}

"""Episodes of several tools: chosen by what feeds what, kept apart from those of one, never made twice."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pytest
from combined_parts import BOTH, COMBINING, SINGLE, Shop, story
from graph_parts import (
    QUERIES,
    Adder,
    memory_of,
    opened,
    plan_for,
    prompts_with,
    recorded,
    run,
    scripted,
    text_of,
    tool_of,
)
from graph_parts import story as story_of_adding
from made_trials import made_trial

from practicum import read_only
from practicum.errors import BudgetSpent, SetupError
from practicum.graph import campaign
from practicum.graph.broken_off import ENOUGH
from practicum.graph.campaign import Plan, Progress, done_trials, planned_episodes, run_episodes
from practicum.graph.combining import Groups, known_groups
from practicum.graph.planning import make_plan
from practicum.models.budget import Budget
from practicum.nodes.state import EpisodeInfo
from practicum.records import Outcome, Strategy
from practicum.tools.catalog import Tool


def shop_plan(shop: Shop) -> Plan:
    plan = plan_for(*shop.tools(), trials=1)
    return Plan(plan.tools, "scripted", plan.options, episodes=1, trials=1, combine=2)


async def test_each_tool_leads_an_episode_of_both_after_its_own(tmp_path: Path) -> None:
    shop = Shop()
    plan, heard = shop_plan(shop), list[Progress]()
    model = scripted(*story())
    await run(tmp_path, plan, model, watch=heard.append)
    assert model.left == 0
    single, several = recorded(tmp_path)[:2], recorded(tmp_path)[2:]
    assert {trial.query for trial in single} == set(SINGLE)
    assert all(not trial.others for trial in single)
    assert {(trial.tool, *trial.others) for trial in several} == {
        ("find_customer", "list_orders"),
        ("list_orders", "find_customer"),
    }
    assert {trial.query for trial in several} == set(BOTH)
    assert all(trial.outcome is Outcome.SOLVED and trial.takes_several for trial in several)
    assert [call.name for call in several[0].returned] == ["find_customer", "list_orders"]
    hashes = {tool.name: tool.spec.schema_hash for tool in plan.tools}
    assert all(trial.schema_hashes == hashes for trial in several)
    assert {each.tool for each in heard if each.query in BOTH} == {
        "find_customer + list_orders",
        "list_orders + find_customer",
    }
    assert (plan.total, plan.total_combined) == (4, 2)
    with opened(tmp_path) as home:
        assert done_trials(plan, memory_of(home)) == 4
        assert home.index.count("find_customer") == 2


async def test_the_model_is_shown_both_tools_and_asked_for_a_request_that_needs_both(tmp_path: Path) -> None:
    model = scripted(*story())
    await run(tmp_path, shop_plan(Shop()), model)
    asked = prompts_with(model, COMBINING)
    assert len(asked) == 2
    assert all("find_customer: Find" in prompt and "list_orders: List" in prompt for prompt in asked)
    offered = [{tool["function"]["name"] for tool in each["tools"]} for each in model.bound if each["tools"]]
    assert {"find_customer", "list_orders"} in offered
    attempts = [
        text_of(prompt) for prompt in model.prompts if "with the tools you are given" in text_of(prompt)
    ]
    assert attempts


async def test_a_campaign_of_several_tools_run_one_model_call_at_a_time_is_the_same(tmp_path: Path) -> None:
    at_once, halting = Shop(), Shop()
    whole, bits = scripted(*story()), scripted(*story())
    await run(tmp_path / "whole", shop_plan(at_once), whole)
    plan = shop_plan(halting)
    while bits.left:
        with suppress(BudgetSpent):
            await run(tmp_path / "bits", plan, bits, budget=Budget(max_model_calls=1))
    await run(tmp_path / "bits", plan, bits)
    assert sorted(halting.calls) == sorted(at_once.calls)
    # Tools side by side take the script's queries in the order in which they come to ask.
    one, other = (
        (
            {trial.id for trial in trials},
            sorted((trial.query, trial.answer, trial.outcome, trial.usage.model_calls) for trial in trials),
        )
        for trials in (recorded(tmp_path / name) for name in ("whole", "bits"))
    )
    assert one == other
    with opened(tmp_path / "bits") as home:
        ids = [trial.id for trial in home.journal.trials()]
        assert len(ids) == len(set(ids)) == plan.total
        assert len(planned_episodes(plan, memory_of(home))) == 4


async def test_groups_stay_what_they_were_decided_to_be(tmp_path: Path) -> None:
    shop = Shop()
    plan = shop_plan(shop)
    with pytest.raises(BudgetSpent):  # in the first episode of both
        await run(tmp_path, plan, scripted(*story()), budget=Budget(max_model_calls=11))
    with opened(tmp_path) as home:
        chosen = known_groups(plan, memory_of(home))
        assert chosen == {"find_customer": [["list_orders"]], "list_orders": [["find_customer"]]}
        later = Plan(plan.tools, "scripted", plan.options, episodes=9, trials=1, combine=2)
        assert known_groups(later, memory_of(home)) == chosen  # more episodes extend what is there
        assert later.combined_episodes == 3


async def test_without_combining_everything_is_as_it_was(tmp_path: Path) -> None:
    plan = plan_for(*Shop().tools(), trials=1)
    assert (plan.total, plan.combined_episodes) == (2, 0)
    ids = [plan.episode(tool, 1)["id"] for tool in plan.tools]
    assert ids == [shop_plan(Shop()).episode(tool, 1)["id"] for tool in plan.tools]
    adder = plan_for(Adder().tool())
    await run(tmp_path, adder, scripted(*story_of_adding(QUERIES[:2])))
    kept = [trial.as_dict() for trial in recorded(tmp_path)]
    assert [record["tool"] for record in kept] == ["add", "add"]
    assert not {"others", "chain"} & {name for record in kept for name in record}


async def test_call_first_chains_calls_and_says_what_the_first_returns_for_the_second(tmp_path: Path) -> None:
    shop = Shop()

    @read_only
    def any_customer() -> dict[str, int]:
        """Pick a customer."""
        shop.calls.append("any_customer")
        return {"customer_id": 7403}

    tools = (tool_of(any_customer), shop.tools()[1])
    options = plan_for(*tools, strategy=Strategy.CALL_FIRST, trials=1).options
    plan = Plan(tools, "scripted", options, episodes=1, trials=1, combine=2)
    await run(tmp_path, plan, scripted())  # nothing is said: what was imagined is recorded, attempts break
    broken = [trial for trial in recorded(tmp_path) if trial.others]
    assert {trial.outcome for trial in broken} == {Outcome.BROKEN}
    for trial in broken:
        made = [call.signature for call in trial.chain]
        assert made == ["any_customer({})", 'list_orders({"customer_id":7403})']
        assert trial.imagined == trial.chain[-1]
        assert "customer id from that" in trial.query
        assert "7403" not in trial.query


@pytest.mark.parametrize(
    ("combine", "max_calls", "wrong", "fix"),
    [
        (3, 4, "--combine 3 needs 3 tools, and there are 2", "leave --combine out"),
        (9, 4, "--combine can't be 9", "to 4"),
        (2, 1, "--combine 2 needs 2 calls a trial", "--max-calls 2"),
    ],
)
def test_what_can_t_be_combined_is_refused(combine: int, max_calls: int, wrong: str, fix: str) -> None:
    with pytest.raises(SetupError) as caught:
        make_plan(list(Shop().tools()), scripted(), combine=combine, max_calls=max_calls)
    assert wrong in caught.value.message
    assert fix in caught.value.fix


async def test_no_plan_of_several_tools_takes_more_than_it_says(tmp_path: Path) -> None:
    plan = shop_plan(Shop())
    model = scripted(*story())
    await run(tmp_path, plan, model)
    assert len(model.prompts) <= plan.worst_calls


async def test_a_tool_whose_episodes_with_others_break_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (tool.name for tool in Shop().tools())
    plan = plan_for(*Shop().tools(), trials=1)
    plan = Plan(plan.tools, "scripted", plan.options, episodes=15, trials=1, combine=2)

    async def both_ways(*_: object) -> Groups:
        return {first: [[second]], second: [[first]]}

    monkeypatch.setattr(campaign, "decided_groups", both_ways)
    made: list[str] = []

    with opened(tmp_path) as home:

        async def run(info: EpisodeInfo, tools: Sequence[Tool]) -> None:
            several = len(tools) > 1
            made.extend([info["tool"]] if several else [])
            ended = made_trial(
                id=f"{info['id']}-1",
                episode_id=info["id"],
                tool=info["tool"],
                outcome=Outcome.BROKEN if several else Outcome.SOLVED,
            )
            home.journal.record_trial(ended)

        await run_episodes(plan, memory_of(home), run, concurrency=1)
    assert plan.combined_episodes == 5
    assert made == [first] * ENOUGH

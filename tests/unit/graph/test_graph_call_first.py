"""Call first: a call is confirmed by execution, said as a query, and must come back from it."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Any

from graph_parts import Adder, ComingBack, call, plan_for, recorded, run, scripted, tool_of

from practicum import read_only
from practicum.models.scripted import ScriptedReply
from practicum.records import Outcome, Strategy, ToolCall
from practicum.tools.almanac import functions
from practicum.tools.catalog import Tool


class Metal(StrEnum):
    GOLD = "gold"
    LEAD = "lead"
    TIN = "tin"


def price_tool(log: list[Any]) -> Tool:
    @read_only
    def price(metal: Metal, grams: int) -> dict[str, Any]:
        """Say what an amount of a metal costs."""
        log.append({"metal": metal.value, "grams": grams})
        if metal is Metal.TIN:
            raise ValueError("tin is not traded; choose one of: gold, lead")
        return {"metal": metal, "euros": grams * 2}

    return tool_of(price)


def plan(tool: Tool, **options: Any) -> Any:
    return plan_for(tool, strategy=Strategy.CALL_FIRST, **options)


async def test_a_model_that_comes_back_to_the_imagined_call_solves_the_trial(tmp_path: Path) -> None:
    echo = ComingBack(tool="price")
    tool = price_tool(echo.log)  # so that the newest call is what the query was phrased from
    await run(tmp_path, plan(tool, trials=4), echo)
    trials = recorded(tmp_path)
    assert len(trials) == 4
    for trial in trials:
        assert trial.outcome is Outcome.SOLVED
        assert trial.imagined is not None
        assert [step.call for step in trial.steps] == [trial.imagined]
        assert trial.imagined.arguments["metal"] != "tin"
        assert trial.query
        assert trial.probes[-1].observation.ok
        assert trial.answer.startswith("metal: ")
        assert trial.usage.model_calls == 1  # the call; the rest is sampled, phrased and compared
    assert len(trials) == len(echo.prompts)
    assert len({trial.query for trial in trials}) == 4


async def test_a_model_that_makes_another_call_leaves_it_unsolved_and_told_where(tmp_path: Path) -> None:
    model = scripted(call(None, a=999983, b=1))
    await run(tmp_path, plan(Adder().tool(), trials=1), model)
    (trial,) = recorded(tmp_path)
    assert trial.outcome is Outcome.UNSOLVED
    assert trial.reflection is not None
    assert "the model came back to another call: a is 999983 instead of" in trial.reflection.reason


async def test_a_call_that_fails_every_time_is_an_unsolved_trial_that_nobody_attempts(tmp_path: Path) -> None:
    @read_only
    def closed(day: str) -> str:
        """Say whether the shop is open on a day."""
        raise ValueError(f"the shop is closed on {day}")

    model = scripted(*(ScriptedReply(structured={"value": "Monday"}) for _ in range(60)))
    await run(tmp_path, plan(tool_of(closed), trials=1), model)
    (trial,) = recorded(tmp_path)
    assert trial.outcome is Outcome.UNSOLVED
    assert (trial.steps, trial.imagined) == ((), None)
    assert 1 <= len(trial.probes) <= 4
    assert trial.reflection is not None
    assert trial.reflection.reason == "no call was confirmed by execution"
    assert model.bound == []


async def test_a_tool_of_the_almanac_is_practised_with_the_same_calls_under_the_same_seed(
    tmp_path: Path,
) -> None:
    from practicum.tools.langchain_tools import make_catalog

    convert = make_catalog(functions("units")).tools[0]
    wrong = ScriptedReply(tool_calls=(ToolCall(name=convert.name),))
    seen = []
    for name, seed in (("one", 0), ("two", 0), ("three", 1)):
        model = scripted(*(wrong for _ in range(40)))
        await run(tmp_path / name, plan(convert, trials=2, seed=seed), model)
        seen.append([trial.imagined for trial in recorded(tmp_path / name)])
    assert all(seen[0])
    assert seen[0] == seen[1]
    assert seen[0] != seen[2]

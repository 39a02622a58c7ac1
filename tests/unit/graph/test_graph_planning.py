"""Options become a plan, or an error that says what to use."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from graph_parts import Adder, scripted
from langchain_openai import ChatOpenAI
from pydantic import SecretStr

from practicum.errors import SetupError
from practicum.graph.planning import as_catalog, choose_strategy, make_plan, name_of
from practicum.models.scripted import ScriptedChatModel
from practicum.records import Mode, Strategy
from practicum.tools.policy import Taping


class Small(ScriptedChatModel):
    embedded: bool = True


def subtract(a: int, b: int) -> int:
    """Subtract."""
    return a - b


def untyped(a, b):  # type: ignore[no-untyped-def]  # what is tested
    """Nothing is known of it."""
    return a, b


def test_a_plan_counts_what_it_will_take() -> None:
    plan = make_plan([Adder().tool()], scripted(), episodes=3, trials=4, max_calls=2)
    assert plan.total == 12
    assert plan.worst_calls_a_trial == 3 + 2 + 2
    assert plan.worst_calls == 12 * 7 + 3
    assert plan.worst_executions_a_trial == 2
    assert plan.as_dict()["tools"] == {"add": plan.tools[0].spec.schema_hash}


def test_the_strategy_is_call_first_for_the_embedded_model_only() -> None:
    assert choose_strategy("auto", scripted()) is Strategy.QUERY_FIRST
    assert choose_strategy("auto", Small()) is Strategy.CALL_FIRST
    assert choose_strategy("query-first", Small()) is Strategy.QUERY_FIRST


def test_models_are_named_as_their_provider_names_them() -> None:
    assert name_of(ChatOpenAI(model="gpt-x", api_key=SecretStr("none"))) == "gpt-x"
    assert name_of(scripted()) == "ScriptedChatModel"
    assert make_plan([Adder().tool()], scripted(), model_name="scripted:a").model_name == "scripted:a"


@pytest.mark.parametrize(
    ("options", "message", "fix"),
    [
        (
            {"strategy": "backwards"},
            "there is no strategy 'backwards'",
            "use auto, query-first or call-first",
        ),
        ({"without": ["sleep"]}, "no part 'sleep' to leave out", "use execution, short-term, long-term"),
        ({"allow": ["multiply"]}, "--allow names no tool here: 'multiply'", "use one of: add"),
        ({"effects": "maybe"}, "--effects can't be 'maybe'", "use dry-run, replay, simulate, refuse"),
        ({"effects": "replay"}, "--effects replay needs cassettes", "--replay DIR"),
    ],
)
def test_an_unknown_option_is_answered_with_those_that_are_known(
    options: dict[str, Any], message: str, fix: str
) -> None:
    with pytest.raises(SetupError) as caught:
        make_plan([Adder().tool()], scripted(), **options)
    assert message in caught.value.message
    assert fix in caught.value.fix


def test_a_tool_of_unknown_effect_runs_only_if_it_is_allowed_by_name() -> None:
    plan = make_plan([subtract], scripted())
    assert plan.decision(plan.tools[0]).how is Mode.DRY_RUN
    allowed = make_plan([subtract], scripted(), allow=["subtract"])
    assert allowed.decision(allowed.tools[0]).how is Mode.LIVE
    with pytest.raises(SetupError, match="subtract is not executed while exploring") as caught:
        make_plan([subtract], scripted(), effects="refuse")
    assert "--allow subtract" in caught.value.fix


def test_what_was_only_checked_is_another_episode_than_what_ran() -> None:
    checked, ran = make_plan([subtract], scripted()), make_plan([subtract], scripted(), allow=["subtract"])
    first = checked.tools[0]
    assert checked.episode(first, 1)["id"] != ran.episode(first, 1)["id"]
    again = make_plan([subtract], scripted(), allow=["subtract"], taping=Taping.BOTH)
    assert again.episode(first, 1)["id"] == ran.episode(first, 1)["id"]


def test_the_model_calls_of_simulation_are_part_of_what_a_plan_can_take() -> None:
    checked = make_plan([subtract], scripted(), episodes=1, trials=2, max_calls=3)
    simulated = make_plan([subtract], scripted(), episodes=1, trials=2, max_calls=3, effects="simulate")
    assert simulated.worst_calls - checked.worst_calls == 2 * 3


def test_a_function_without_types_is_refused_by_the_name_of_its_parameter() -> None:
    with pytest.raises(SetupError, match="untyped can't be used: its parameter 'a' has no type"):
        make_plan([untyped], scripted())


def test_no_tools_are_nothing_to_practise() -> None:
    with pytest.raises(SetupError, match="hold no tools"):
        make_plan([], scripted())


@pytest.mark.parametrize("named", ["tools.py", ["tools.py"], Path("tools.py"), [Path("tools.py")]])
def test_tools_that_are_named_are_told_how_to_be_loaded(named: Any) -> None:
    with pytest.raises(SetupError, match=r"this is a name: 'tools\.py'") as refused:
        as_catalog(named)
    assert refused.value.fix.endswith("load_tools(['tools.py'])")


def test_a_catalog_stays_what_it_is() -> None:
    catalog = as_catalog([Adder().tool()])
    assert as_catalog(catalog) is catalog

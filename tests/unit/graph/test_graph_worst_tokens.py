"""What a plan could take at most is told before anything is called, and nothing takes more."""

from __future__ import annotations

from pathlib import Path

import pytest
from graph_parts import Adder, plan_for, run, scripted, story, text_of
from langchain_openai import ChatOpenAI
from pydantic import SecretStr

import practicum
from practicum.graph.planning import make_plan
from practicum.graph.worst_tokens import tokens_of, worst_tokens
from practicum.models.prices import FlatPrice, TablePrice, highest_cost
from practicum.records import Usage


def test_a_model_that_may_misread_a_schema_is_counted_with_its_corrections() -> None:
    model = ChatOpenAI(model="gpt-x", api_key=SecretStr("none"))
    plan = make_plan([Adder().tool()], model, episodes=3, trials=4, max_calls=2)
    assert plan.worst_calls_a_trial == 2 * 3 + (2 + 1) + 2 * 1
    assert plan.worst_calls == 12 * 11 + 2 * 3


def test_tokens_grow_with_the_plan_and_with_the_replies() -> None:
    small = make_plan([Adder().tool()], scripted(), episodes=1, trials=1, max_calls=1)
    large = make_plan([Adder().tool()], scripted(), episodes=2, trials=1, max_calls=1)
    few, many = worst_tokens(small, 100), worst_tokens(large, 100)
    assert (many.usage.prompt_tokens, many.longest_prompt) == (
        2 * few.usage.prompt_tokens,
        few.longest_prompt,
    )
    assert few.usage.completion_tokens == small.worst_calls * 100
    assert worst_tokens(small, 200).usage.prompt_tokens > few.usage.prompt_tokens


def test_chinese_japanese_and_korean_characters_are_a_token_each() -> None:
    assert [tokens_of(text) for text in ("", "abc", "abcd", "天気予報", "날씨", "東京 now")] == [
        0,
        1,
        2,
        4,
        2,
        4,
    ]

    @practicum.read_only
    def forecast(place: str) -> str:
        """Say what the weather will be like."""
        return place

    english = worst_tokens(make_plan([forecast], scripted()), 100)
    forecast.__doc__ = "指定した場所の天気予報を返す。"
    japanese = worst_tokens(make_plan([forecast], scripted()), 100)
    assert japanese.longest_prompt > 2 * english.longest_prompt


@pytest.mark.parametrize("strategy", ["query-first", "call-first"])
@pytest.mark.parametrize("effects", ["dry-run", "simulate"])
def test_no_prompt_is_left_out(strategy: str, effects: str) -> None:
    plan = make_plan([Adder().tool()], scripted(), strategy=strategy, effects=effects)
    worst = worst_tokens(plan, 1000)
    assert worst.usage.model_calls == plan.worst_calls
    assert plan.worst_calls * 500 < worst.usage.prompt_tokens <= plan.worst_calls * worst.longest_prompt


def test_the_most_money_is_that_of_the_dearest_prompt() -> None:
    usage = Usage(model_calls=9, prompt_tokens=3_000_000, completion_tokens=500_000)
    assert highest_cost(FlatPrice(1, 4), usage, 8000) == pytest.approx(5)
    stepped = TablePrice("claude-sonnet-4-5", "anthropic", None)
    assert highest_cost(stepped, usage, 300_000) > highest_cost(stepped, usage, 8000)


async def test_a_real_exploration_takes_no_more(tmp_path: Path) -> None:
    sums = [(f"What is {a} and {b}? " + "Please! " * 110, a, b) for a, b in ((2, 3), (10, 11))]
    model, plan = scripted(*story(sums)), plan_for(Adder().tool(), max_calls=1)
    await run(tmp_path, plan, model)
    worst = worst_tokens(plan, 200)
    lengths = [len(text_of(prompt)) / 3 for prompt in model.prompts]
    assert 0 < len(lengths) <= worst.usage.model_calls
    assert max(lengths) < worst.longest_prompt
    assert sum(lengths) < worst.usage.prompt_tokens

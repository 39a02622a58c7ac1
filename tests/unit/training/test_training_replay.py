"""A later round's examples: the new tools', and a share of the earlier ones'."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from practicum.records import ToolCall
from practicum.training.examples import Example, Split
from practicum.training.replay import capped, mixed


def example(tool: str | None, number: int, split: Split = "train") -> Example:
    call = ToolCall(name=tool, arguments={"n": number}) if tool else None
    return Example(
        id=f"{tool}-{split}-{number}",
        tool=tool,
        query=f"{tool} {number}",
        call=call,
        origin="trial",
        split=split,
    )


def round_of(sizes: dict[str, int]) -> list[Example]:
    return [example(tool, number) for tool, count in sizes.items() for number in range(count)]


def test_an_earlier_tool_gives_its_share_and_a_tool_of_neither_round_nothing() -> None:
    examples = round_of({"new": 20, "old": 20, "other": 20})
    kept = mixed(examples, {"new"}, {"old"}, share=0.1, seed=0)
    assert [sum(each.tool == tool for each in kept) for tool in ("new", "old", "other")] == [20, 2, 0]


def test_requests_that_need_no_tool_and_examples_kept_apart_stay() -> None:
    examples = [example(None, 1), example("old", 1, "validation"), *round_of({"new": 3, "old": 3})]
    kept = mixed(examples, {"new"}, {"old"}, share=0.0, seed=0)
    assert {each.id for each in kept if each.tool != "new"} == {"None-train-1", "old-validation-1"}


@given(st.floats(0.01, 1), st.integers(1, 50), st.integers(0, 5))
def test_every_earlier_tool_is_replayed_the_same_way_in_every_run(share: float, size: int, seed: int) -> None:
    examples = round_of({"new": 2, "old": size})
    kept = mixed(examples, {"new"}, {"old"}, share=share, seed=seed)
    replayed = [each for each in kept if each.tool == "old"]
    assert len(replayed) == max(1, round(share * size))
    assert kept == mixed(examples, {"new"}, {"old"}, share=share, seed=seed)


def test_each_round_replays_others_until_all_had_their_turn() -> None:
    examples = [*round_of({"new": 10, "old": 10}), *(example(None, n) for n in range(10))]
    of_rounds = [mixed(examples, {"new"}, {"old"}, share=0.2, seed=0, rounds=n) for n in range(1, 7)]
    replayed = [[each.id for each in kept if each.tool == "old"] for kept in of_rounds]
    assert [len(ids) for ids in replayed] == [2] * 6
    assert len({each for ids in replayed[:5] for each in ids}) == 10
    assert replayed[5] == replayed[0]
    requests = [{each.id for each in kept if each.tool is None} for kept in of_rounds]
    assert requests[0] != requests[1]


def test_a_round_of_few_tools_gets_its_part_of_the_requests_without_a_call() -> None:
    examples = [*round_of({"new": 10, "old": 10, "other": 80}), *(example(None, n) for n in range(20))]
    kept = mixed(examples, {"new"}, {"old"}, share=0.1, seed=0)
    assert sum(each.tool is None for each in kept) == 3  # 20 beside 100 are 2.2 beside 11


def test_a_tool_that_is_learned_again_is_not_replayed_too() -> None:
    kept = mixed(round_of({"new": 20}), {"new"}, {"new"}, share=0.5, seed=0)
    assert len(kept) == 20


def test_a_cap_leaves_what_is_kept_apart() -> None:
    examples = [*round_of({"a": 20, "b": 3}), example("a", 1, "test"), *(example(None, n) for n in range(9))]
    kept = capped(examples, 5, seed=0)
    assert [
        sum((each.tool, each.split) == (tool, "train") for each in kept) for tool in ("a", "b", None)
    ] == [
        5,
        3,
        9,
    ]
    assert example("a", 1, "test") in kept
    assert kept == capped(examples, 5, seed=0)

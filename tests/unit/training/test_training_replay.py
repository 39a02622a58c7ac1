"""A later round's examples: the new tools', and a share of the earlier ones'."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from practicum.records import ToolCall
from practicum.training.examples import Example, Split
from practicum.training.replay import mixed


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
    assert [each.id for each in kept if each.tool != "new"] == ["None-train-1", "old-validation-1"]


@given(st.floats(0.01, 1), st.integers(1, 50), st.integers(0, 5))
def test_every_earlier_tool_is_replayed_the_same_way_in_every_run(share: float, size: int, seed: int) -> None:
    examples = round_of({"new": 2, "old": size})
    kept = mixed(examples, {"new"}, {"old"}, share=share, seed=seed)
    replayed = [each for each in kept if each.tool == "old"]
    assert len(replayed) == max(1, round(share * size))
    assert kept == mixed(examples, {"new"}, {"old"}, share=share, seed=seed)

"""Rows to train on: too few are told, also none at all."""

from __future__ import annotations

from typing import Any

import pytest

from practicum.errors import SetupError
from practicum.records import ToolCall, ToolSpec
from practicum.training.examples import Example
from practicum.training.lora_rows import make_rows
from practicum.training.rendering import Row

KEPT_APART = Example(
    id="a",
    tool="add",
    query="Two and three?",
    call=ToolCall(name="add", arguments={"a": 2, "b": 3}),
    answer="",
    origin="trial",
    split="validation",
)


def never(*_: Any) -> Any:
    raise AssertionError("there is nothing to render")


@pytest.mark.parametrize(("examples", "why"), [([], ""), ([KEPT_APART], "1 not in the training split")])
def test_without_an_example_to_train_on_the_user_is_told_what_became_of_them(
    examples: list[Example], why: str
) -> None:
    with pytest.raises(SetupError, match="there are 0 examples to train on") as refused:
        make_rows(examples, never, never, 100)
    assert why in refused.value.message
    assert "practicum explore" in refused.value.fix


def example(number: int, arguments: dict[str, Any] | None = None, *, called: bool = True) -> Example:
    call = ToolCall(name="add", arguments=arguments or {}) if called else None
    query = f"Say it in words of its own, the {number}th time."
    return Example(id=str(number), tool="add", query=query, call=call, answer="Five.", origin="rephrased")


def rows_of(examples: list[Example], specs: dict[str, ToolSpec] | None = None) -> int:
    rows = make_rows(
        examples, lambda each: Row(each.query, "."), lambda texts: [[1, 2] for _ in texts], 100, specs
    )
    return len(rows.examples)


def test_one_call_in_many_words_and_requests_without_a_call_are_not_enough() -> None:
    said = [example(number, {"a": 2, "b": 3}) for number in range(13)]
    answered = [example(number, called=False) for number in range(20, 40)]
    with pytest.raises(SetupError, match="33 examples to train on, of 1 different call;"):
        rows_of([*said, *answered])


def test_as_many_calls_are_enough_and_of_a_tool_without_arguments_as_many_wordings() -> None:
    assert rows_of([example(number, {"a": number, "b": 3}) for number in range(10)]) == 10
    assert rows_of([example(number) for number in range(10)]) == 10


def test_of_a_tool_that_can_be_called_in_a_few_ways_only_wordings_count() -> None:
    switch = {"type": "object", "properties": {"on": {"type": "boolean"}}}
    specs = {"add": ToolSpec(name="add", description="", parameters=switch)}
    said = [example(number, {"on": bool(number % 2)}) for number in range(10)]
    assert rows_of(said, specs) == 10
    with pytest.raises(SetupError, match="of 2 different calls"):
        rows_of(said)

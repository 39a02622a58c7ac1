"""Rows to train on: too few are told, also none at all."""

from __future__ import annotations

from typing import Any

import pytest

from practicum.errors import SetupError
from practicum.records import ToolCall
from practicum.training.examples import Example
from practicum.training.lora_rows import make_rows

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

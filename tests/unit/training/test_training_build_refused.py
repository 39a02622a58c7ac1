"""What becomes no example: by a judge, for want of execution; and when the base is asked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from training_example_parts import QUERIES, built, call_of, practise, trial, unreached

from practicum.errors import SetupError
from practicum.memory_store.home import Home
from practicum.models.embedders import HashingEmbedder
from practicum.records import (
    Judgement,
    Mode,
    Observation,
    Outcome,
    Step,
)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with Home.open(tmp_path, HashingEmbedder(), write=True) as opened:
        yield opened


def test_a_confirmed_call_that_a_judge_objects_to_is_no_example(home: Home) -> None:
    practise(home)
    wrong = unreached(9, "How many feet are nine yards?", call_of(9, "yard", "foot"))
    home.journal.record_trial(wrong)
    assert built(home).counts["confirmed"] == 1
    said = Judgement(reason="no", informative=True, faithful=True, appropriate=False, judge="j")
    assert built(home, judgements={wrong.id: said}).counts["confirmed"] == 0


def test_where_nothing_was_executed_it_says_how_to_let_tools_run(home: Home) -> None:
    noted = Observation(text="", mode=Mode.DRY_RUN)
    for number, (about, query) in enumerate(QUERIES.items()):
        only_noted = Step(call=call_of(*about), observation=noted)
        made = {"outcome": Outcome.UNSOLVED, "steps": (only_noted,), "probes": (only_noted,)}
        home.journal.record_trial(trial(number, query, call_of(*about), **made))
    with pytest.raises(SetupError, match="not executed") as refusal:
        built(home)
    assert "--allow" in refusal.value.fix


def test_the_base_is_asked_only_when_there_is_something_to_train_on(home: Home) -> None:
    asked: list[int] = []

    def answers() -> dict[str, str]:
        asked.append(1)
        return {}

    home.journal.record_trial(trial(99, "q", call_of(1, "kg", "lb"), tool_schema_hash="before"))
    with pytest.raises(SetupError, match="changed or gone"):
        built(home, answers=answers)
    assert asked == []
    practise(home)
    built(home, answers=answers)
    assert asked == [1]

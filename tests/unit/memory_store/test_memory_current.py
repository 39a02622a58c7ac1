"""Long-term memory of a tool that changed: as if what was tried before were not there."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from made_trials import made_trial

from practicum.memory_store.current import current_memory
from practicum.memory_store.home import Home
from practicum.models.embedders import HashingEmbedder
from practicum.records import (
    ErrorKind,
    LongTermView,
    Mode,
    Observation,
    Outcome,
    Step,
    ToolCall,
    ToolSpec,
    Trial,
)

NOW = ToolSpec(name="convert", description="Convert.", parameters={"type": "object", "properties": {}})
OUTDATED = 520
"""More than Chroma looks at in a usual search."""


def made(number: int, *, now: bool, **fields: object) -> Trial:
    schema = NOW.schema_hash if now else "earlier"
    return made_trial(
        id=f"{'now' if now else 'earlier'}-{number}",
        tool_schema_hash=schema,
        query=f"How many pounds are {number} kilograms?",
        **fields,
    )


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with Home.open(tmp_path, HashingEmbedder(), write=True) as opened:
        yield opened


def record(home: Home, *trials: Trial) -> None:
    for trial in trials:
        home.journal.record_trial(trial)
    home.index.upsert(trials)


async def test_a_tool_that_never_changed_has_the_memory_of_all_trials(home: Home) -> None:
    record(home, made(1, now=True), made(2, now=True))
    assert current_memory(home.journal, home.long_term, NOW) is home.long_term


async def test_broken_trials_of_an_earlier_schema_are_in_no_memory_anyway(home: Home) -> None:
    record(home, made(1, now=True), made(2, now=False, outcome=Outcome.BROKEN))
    assert current_memory(home.journal, home.long_term, NOW) is home.long_term


async def test_a_changed_tool_begins_with_an_empty_memory(home: Home) -> None:
    record(home, *(made(number, now=False) for number in range(8)))
    memory = current_memory(home.journal, home.long_term, NOW)
    assert await memory.view("convert", "pounds", random.Random(0)) == LongTermView()
    assert await memory.closest("convert", "How many pounds are 3 kilograms?") is None
    assert await memory.closest("convert", "pounds", also=["pounds"]) == pytest.approx(1)


async def test_what_is_tried_since_is_found_among_however_much_that_is_outdated(home: Home) -> None:
    record(home, *(made(number, now=False) for number in range(OUTDATED)))
    memory = current_memory(home.journal, home.long_term, NOW)
    new = [made(number, now=True) for number in range(600, 612)]
    for trial in new:
        home.journal.record_trial(trial)
    await memory.remember(new)
    view = await memory.view("convert", "How many pounds are 42 kilograms?", random.Random(0))
    assert (len(view.nearest), len(view.sampled), view.total) == (5, 5, 12)
    assert len(view.queries) == 10
    assert all(past.trial_id.startswith("now-") for past in view.queries)
    assert await memory.closest("convert", new[3].query) == pytest.approx(1)
    near_an_outdated_one = await memory.closest("convert", "How many pounds are 42 kilograms?")
    assert near_an_outdated_one is not None
    assert near_an_outdated_one < 0.99
    unfocused = await memory.view("convert", None, random.Random(0))
    assert (len(unfocused.nearest), len(unfocused.sampled)) == (0, 5)


async def test_the_memory_of_all_trials_keeps_what_is_outdated(home: Home) -> None:
    record(home, made(1, now=False), made(2, now=True))
    assert (await home.long_term.view("convert", None, random.Random(0))).total == 2


async def test_queries_whose_calls_never_reached_the_tool_are_free_again_once_they_do(home: Home) -> None:
    kept = Observation(text="Dry run", error=ErrorKind.REFUSED, mode=Mode.DRY_RUN)
    checked = Step(call=ToolCall(name="convert"), observation=kept)
    record(home, made(1, now=True, steps=(checked,), outcome=Outcome.UNSOLVED), made(2, now=True))
    reached = current_memory(home.journal, home.long_term, NOW)
    assert [past.query for past in (await reached.view("convert", None, random.Random(0))).queries] == [
        "How many pounds are 2 kilograms?"
    ]
    assert current_memory(home.journal, home.long_term, NOW, executed=False) is home.long_term

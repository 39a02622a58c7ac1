"""From trials to a numbered adapter, with a base small enough to train in seconds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from training_lora_parts import make_base

from practicum.errors import SetupError
from practicum.memory_store.home import Home
from practicum.models.embedders import HashingEmbedder
from practicum.records import Observation, Outcome, Step, Strategy, ToolCall, ToolSpec, Trial
from practicum.tools.sources import load_tools
from practicum.training.fine_tune import fine_tune, training_record
from practicum.training.registry import status
from practicum.training.training_options import TrainingOptions

SPECS = {spec.name: spec for spec in load_tools(["almanac:everyday"]).specs}
UNITS, DATES = SPECS["convert_units"], SPECS["add_to_date"]
OPTIONS = TrainingOptions(epochs=1, rank=2, targets="spans", replay_share=0.2)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_base(tmp_path_factory.mktemp("base"))


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with Home.open(tmp_path / "home", HashingEmbedder(), write=True) as opened:
        for number in range(2, 22):
            units = {"value": number, "from_unit": "mile", "to_unit": "yard"}
            opened.journal.record_trial(trial(number, UNITS, f"Convert {number} miles to yards.", units))
            dates = {"date": "2026-03-05", "amount": number, "unit": "days"}
            query = f"What date is {number} days after 5 March 2026?"
            opened.journal.record_trial(trial(number, DATES, query, dates))
        yield opened


def trial(number: int, spec: ToolSpec, query: str, arguments: dict[str, object]) -> Trial:
    call = ToolCall(name=spec.name, arguments=arguments)
    step = Step(call=call, observation=Observation(text="{}"))
    return Trial(
        id=f"{spec.name}-{number}",
        episode_id="e",
        tool=spec.name,
        tool_schema_hash=spec.schema_hash,
        episode=1,
        number=number,
        strategy=Strategy.CALL_FIRST,
        model="local",
        query=query,
        imagined=call,
        probes=(step,),
        steps=(step,),
        outcome=Outcome.SOLVED,
        started_at=datetime(2026, 1, 2, tzinfo=UTC),
    )


@pytest.mark.slow
def test_what_was_practised_becomes_a_candidate_and_a_later_round_replays_it(
    home: Home, base: Path, tmp_path: Path
) -> None:
    first = fine_tune(
        home, [UNITS, DATES], base=str(base), options=OPTIONS, cache=tmp_path, only=[UNITS.name]
    )
    merged = tmp_path / "merged"
    second = fine_tune(
        home, [UNITS, DATES], base=str(base), options=OPTIONS, cache=tmp_path, only=[DATES.name], merge=merged
    )

    assert [each.candidate.name for each in status(home).standings] == ["lora@2", "lora@1"]
    assert (first.folder, first.targets) == ("adapters/lora-1", "spans")
    assert (home.path / second.folder / "adapter_model.safetensors").is_file()
    assert (merged / "config.json").is_file()
    by_tool = training_record(second).by_tool
    assert set(training_record(first).by_tool) == {UNITS.name}
    assert 0 < by_tool[UNITS.name] < by_tool[DATES.name]


def test_what_would_be_refused_after_hours_is_refused_at_once(home: Home, base: Path, tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.mkdir()
    with pytest.raises(SetupError, match="is there already"):
        fine_tune(home, [UNITS], base=str(base), options=OPTIONS, cache=tmp_path, merge=taken)
    with pytest.raises(SetupError, match="embedded base"):
        fine_tune(home, [UNITS], base=str(base), options=OPTIONS, cache=tmp_path, gguf=tmp_path / "a.gguf")
    with pytest.raises(SetupError, match="no tool called"):
        fine_tune(home, [UNITS], base=str(base), options=OPTIONS, cache=tmp_path, only=["nope"])

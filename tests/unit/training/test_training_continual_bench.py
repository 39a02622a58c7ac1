"""The bench of continual learning: its protocol with a made-up learner, and the whole with a tiny base."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_trials import called_trial
from training_lora_parts import make_base

from bench import __main__ as benches
from bench.continual import compare
from bench.continual_parts import GROUNDED, Answering, Options, practise
from bench.continual_protocol import (
    FIRST,
    FORGETTING,
    JOINT,
    REPLAYED,
    Cell,
    Ledger,
    Training,
    as_text,
    plan,
    run_protocol,
)
from practicum.errors import SetupError
from practicum.evaluation.held_out import almanac_items
from practicum.memory_store.home import Home
from practicum.models.embedders import HashingEmbedder
from practicum.practice import Practice
from practicum.records import JsonObject
from practicum.tools.sources import load_tools
from practicum.training.rounds import ANEW, Earlier, Round, examples_of
from practicum.training.training_options import TrainingOptions

ROUNDS = (("a", "b"), ("c",), ("d",))
CONDITIONS = ("held-out", "practice")
PIECES = 6 + len(CONDITIONS) * (1 + 2 * (2 + 3) + 3)


class _Killed(Exception):  # noqa: N818 - reads as the event it is
    pass


class Learner:
    """Knows the new tools whole, and of the others half what it knew, unless they are replayed."""

    def __init__(self, lives: int | None = None) -> None:
        self.made: list[str] = []
        self._lives = lives

    def train(self, training: Training, *, start: str | None) -> dict[str, Any]:
        self._live(f"train {training.name}")
        before: dict[str, int] = json.loads(start)[1] if start else {}
        kept = {tool: skill if training.share else skill // 2 for tool, skill in before.items()}
        return {"adapter": json.dumps([training.name, {**kept, **dict.fromkeys(training.tools, 8)}])}

    def measure(self, adapter: str, condition: str, tools: Sequence[str]) -> Cell:
        self._live(f"measure {adapter} {condition} {tools}")
        skills: dict[str, int] = json.loads(adapter)[1]
        return Cell(sum(skills.get(tool, 0) for tool in tools), 10 * len(tools))

    def _live(self, what: str) -> None:
        if self._lives is not None and len(self.made) == self._lives:
            raise _Killed
        self.made.append(what)


def run(file: Path, learner: Learner, settings: dict[str, Any] | None = None) -> dict[str, Any]:
    ledger = Ledger(file, settings or {"seed": 0})
    return run_protocol(ROUNDS, 0.1, CONDITIONS, ledger, learner.train, learner.measure, lambda _: None)


def test_each_training_comes_after_the_one_that_it_goes_on_from() -> None:
    made = plan(ROUNDS, 0.1)
    names = [each.name for each in made]
    assert len(made) == 6
    assert all(each.start is None or names.index(each.start) < names.index(each.name) for each in made)
    assert [(each.tools, each.start, each.share) for each in made if each.name in {FIRST, JOINT}] == [
        (("a", "b"), None, 0.0),
        (("a", "b", "c", "d"), None, 0.0),
    ]
    assert {each.share for each in made if each.name.startswith(REPLAYED)} == {0.1}
    assert {each.share for each in made if each.name.startswith(FORGETTING)} == {0.0}


def test_the_table_has_rows_after_rounds_and_columns_of_their_tools(tmp_path: Path) -> None:
    table = run(tmp_path / "figures.json", Learner())["tables"]["held-out"]

    def shown(variant: str) -> list[list[float]]:
        return [[cell["percent"] for cell in row["batches"]] for row in table[variant]]

    assert shown(REPLAYED) == [[80], [80, 80], [80, 80, 80]]
    assert shown(FORGETTING) == [[80], [40, 80], [20, 40, 80]]
    assert shown(JOINT) == [[80, 80, 80]]
    assert table[FORGETTING][2]["seen"] == {"correct": 16, "of": 40, "percent": 40}
    assert table["points_lost_against_joint"] == {
        REPLAYED: {"seen": 0, "batches": [0, 0, 0]},
        FORGETTING: {"seen": 40, "batches": [60, 40, 0]},
    }


def test_the_table_can_be_read(tmp_path: Path) -> None:
    told = as_text(run(tmp_path / "figures.json", Learner()))
    lines = [line for line in told.splitlines() if line.startswith("without replay, after round 3")]
    assert [line.split()[5:] for line in lines] == [
        ["20.0", "(4/20)", "40.0", "(4/10)", "80.0", "(8/10)", "40.0", "(16/40)"]
    ] * 2
    assert "without replay: 40.0 points below joint training" in told


@given(st.lists(st.integers(0, PIECES), max_size=4))
def test_what_is_done_is_never_done_again(lives: list[int]) -> None:
    whole = Learner()
    with tempfile.TemporaryDirectory() as folder:
        expected = run(Path(folder) / "whole.json", whole)
        assert len(whole.made) == len(set(whole.made)) == PIECES
        done: list[str] = []
        found = None
        for left in [*lives, None]:
            learner = Learner(left)
            try:
                found = run(Path(folder) / "figures.json", learner)
            except _Killed:
                found = None
            done += learner.made
    assert found == expected
    assert done == whole.made


def test_figures_of_other_settings_are_not_mixed_with_these(tmp_path: Path) -> None:
    run(tmp_path / "figures.json", Learner(), {"seed": 0, "epochs": 2})
    with pytest.raises(SetupError, match="the figures of another epochs"):
        run(tmp_path / "figures.json", Learner(), {"seed": 0, "epochs": 3})


def test_a_bench_of_hours_runs_only_when_it_is_named() -> None:
    assert "continual" in benches.names()
    assert not benches.PARTS & set(benches.names())
    assert set(benches.names()) >= benches.LONG


CATALOG = load_tools(["almanac"]).only(("convert_units", "element_property"))


@pytest.fixture
def practised(tmp_path: Path) -> Path:
    """A home in which two tools were tried."""
    with Home.open(tmp_path / "practised", HashingEmbedder(), write=True) as home:
        for number in range(2, 26):
            units = {"value": number, "from_unit": "mile", "to_unit": "yard"}
            record(home, "convert_units", number, f"Convert {number} miles to yards.", units)
            elements = {"element": str(number), "property": "density"}
            record(home, "element_property", number, f"How dense is element {number}?", elements)
    return tmp_path / "practised"


def record(home: Home, tool: str, number: int, query: str, arguments: JsonObject) -> None:
    home.journal.record_trial(called_trial(CATALOG.tool(tool).spec, number, query, arguments))


def test_what_was_practised_is_taken_over_once_and_what_measures_was_not_learned(
    practised: Path, tmp_path: Path
) -> None:
    options = Options(rounds=(("convert_units",), ("element_property",)), home=practised)
    work = tmp_path / "work"
    with Practice(Home.open(work / "home", HashingEmbedder(), write=True)) as practice:
        for _ in range(2):
            practise(practice, CATALOG, options, work)
            assert practice.home.journal.count_trials() == 48
        answering = Answering(practice, CATALOG, options)
        held_out = answering.items("held-out", ("convert_units",))
        assert {item.expected[0].name for item in held_out} == {"convert_units"}
        own = answering.items("practice", ("element_property",))
        assert own
        assert not {item.id for item in own} & {item.id for item in held_out}


@pytest.mark.parametrize("seed", [1, 2])
def test_what_practice_set_apart_was_not_trained_on_whatever_the_seed(practised: Path, seed: int) -> None:
    options = Options(rounds=(("convert_units",), ("element_property",)), home=practised, seed=seed)
    with Practice(Home.open(practised, HashingEmbedder(), write=False)) as practice:
        items = Answering(practice, CATALOG, options).items("practice", options.tools)
        wanted = Round(TrainingOptions(seed=seed), almanac_items(), options.tools, ANEW)
        examples = examples_of(practice.home, CATALOG.specs, wanted, Earlier()).chosen
    learned = {each.call.signature for each in examples if each.split == "train" and each.call}
    assert items
    assert not learned & {item.expected[0].signature for item in items}


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing` is deprecated:FutureWarning")
def test_the_whole_protocol_runs_with_a_tiny_base(practised: Path, tmp_path: Path) -> None:
    options = Options(
        rounds=(("convert_units",), ("element_property",)),
        base=str(make_base(tmp_path / "base")),
        home=practised,
        epochs=1,
        per_tool=12,
        replay=0.25,
    )
    conditions = ["held-out" + GROUNDED]
    found = compare(options, tmp_path / "work", conditions, embedder=HashingEmbedder())
    trained = found["trained"]
    assert [each["started_from"] for each in trained.values()] == [None, "lora@1", "lora@1", None]
    assert [each["by_tool"] for each in trained.values()] == [
        {"convert_units": 12},
        {"convert_units": 3, "element_property": 12},
        {"element_property": 12},
        {"convert_units": 12, "element_property": 12},
    ]
    assert [cell["of"] for cell in found["tables"][conditions[0]][JOINT][0]["batches"]] == [10, 10]
    assert found == compare(options, tmp_path / "work", conditions, embedder=HashingEmbedder())

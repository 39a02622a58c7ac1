"""From trials to a numbered adapter, with a base small enough to train in seconds."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from made_trials import called_trial
from training_lora_parts import make_base

from practicum.errors import SetupError
from practicum.memory_store.adapter_files import learned_by_adapter
from practicum.memory_store.candidates import Adapter
from practicum.memory_store.home import Home
from practicum.models.embedders import HashingEmbedder
from practicum.records import Outcome, ToolSpec
from practicum.tools.sources import load_tools
from practicum.training import adapters
from practicum.training.fine_tune import fine_tune
from practicum.training.merged_forms import write_forms
from practicum.training.registry import status
from practicum.training.rounds import General, Round
from practicum.training.training_options import TrainingOptions
from practicum.training.training_record import TrainingProgress, TrainingRecord

SPECS = {spec.name: spec for spec in load_tools(["almanac:everyday"]).specs}
UNITS, DATES, ELEMENTS = SPECS["convert_units"], SPECS["add_to_date"], SPECS["element_property"]
OPTIONS = TrainingOptions(epochs=1, rank=2, targets="spans", replay_share=0.2)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_base(tmp_path_factory.mktemp("base"))


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with Home.open(tmp_path / "home", HashingEmbedder(), write=True) as opened:
        for number in range(2, 22):
            units = {"value": number, "from_unit": "mile", "to_unit": "yard"}
            opened.journal.record_trial(
                called_trial(UNITS, number, f"Convert {number} miles to yards.", units)
            )
            dates = {"date": "2026-03-05", "amount": number, "unit": "days"}
            query = f"What date is {number} days after 5 March 2026?"
            opened.journal.record_trial(called_trial(DATES, number, query, dates))
            elements = {"element": str(number), "property": "density"}
            query = f"How dense is element {number}?"
            opened.journal.record_trial(called_trial(ELEMENTS, number, query, elements))
        yield opened


@pytest.mark.slow
def test_each_round_goes_on_from_the_last_and_replays_what_it_knows(
    home: Home, base: Path, tmp_path: Path
) -> None:
    specs = [UNITS, DATES, ELEMENTS]
    general = tmp_path / "general.jsonl"
    general.write_text("".join(f'{{"query": "Say {n}.", "answer": "{n}"}}\n' for n in range(50)), "utf-8")
    unsolved = {"outcome": Outcome.UNSOLVED, "probes": ()}
    home.journal.record_trial(called_trial(UNITS, 22, "Convert 9 miles.", {}).model_copy(update=unsolved))

    def learn(spec: ToolSpec, general: General | None = None, **more: Any) -> Adapter:
        wanted = Round(OPTIONS, only=[spec.name], general=general)
        return fine_tune(home, specs, wanted, base=str(base), cache=tmp_path, **more)

    first = learn(UNITS)
    second = learn(DATES, merge=tmp_path / "merged")
    third = learn(ELEMENTS, General(general))

    assert [each.candidate.name for each in status(home).standings] == ["lora@3", "lora@2", "lora@1"]
    assert (first.folder, first.targets) == ("adapters/lora-1", "spans")
    assert (home.path / second.folder / "adapter_model.safetensors").is_file()
    assert (tmp_path / "merged" / "config.json").is_file()
    records = [TrainingRecord.from_dict(each.training) for each in (first, second, third)]
    assert [each.started_from for each in records] == [None, "lora@1", "lora@2"]
    assert all(each.left_out["unsolved"] == 1 for each in records), "what became no example is told"
    assert [set(each.by_tool) for each in records] == [
        {UNITS.name},
        {UNITS.name, DATES.name},
        {UNITS.name, DATES.name, ELEMENTS.name, ""},
    ]
    for record, new in zip(records[1:], (DATES, ELEMENTS), strict=True):
        replayed = [count for tool, count in record.by_tool.items() if tool != new.name]
        assert 0 < max(replayed) < record.by_tool[new.name]
    assert third.schema_hashes == {spec.name: spec.schema_hash for spec in specs}
    assert third.examples > records[2].examples  # what the rounds before learned counts, too
    assert set(learned_by_adapter_queries(home, first)) <= set(learned_by_adapter_queries(home, third))
    assert 0 < records[2].by_origin["general"] <= 0.2 * records[2].examples


def learned_by_adapter_queries(home: Home, adapter: Adapter) -> list[str]:
    return [query for query, _ in learned_by_adapter(home, adapter)]


@pytest.mark.slow
def test_all_tools_together_and_rounds_that_begin_anew_begin_with_the_base(
    home: Home, base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("practicum.training.fine_tune.MANY", 60)
    specs = [UNITS, DATES]
    options = OPTIONS.model_copy(update={"epochs": 1})

    def learn(*only: str, start: str | None = None, options: TrainingOptions = options) -> Adapter:
        wanted = Round(options, only=only, start=start, per_tool=12)
        return fine_tune(home, specs, wanted, base=str(base), cache=tmp_path, watch=told.append)

    told: list[TrainingProgress] = []
    joint = TrainingRecord.from_dict(learn().training)
    assert told[0].note == "making examples of 60 trials"
    assert (joint.started_from, joint.by_tool) == (None, {UNITS.name: 12, DATES.name: 12})
    anew = learn(DATES.name, start="base", options=options.model_copy(update={"batch_size": 4}))
    assert TrainingRecord.from_dict(anew.training).by_tool == {DATES.name: 12}
    assert anew.schema_hashes == {DATES.name: DATES.schema_hash}
    back = learn(DATES.name, start="lora@1")
    assert TrainingRecord.from_dict(back.training).started_from == "lora@1"
    with pytest.raises(SetupError, match=r"go on from lora@3, whose rank is 2, with 4"):
        learn(UNITS.name, options=options.model_copy(update={"rank": 4}))


def test_what_would_be_refused_after_hours_is_refused_at_once(home: Home, base: Path, tmp_path: Path) -> None:
    taken, absent = tmp_path / "taken", tmp_path / "absent" / "model"
    taken.mkdir()

    def refused(message: str, merge: Path | None = None, gguf: Path | None = None, **asked: Any) -> None:
        wanted = Round(OPTIONS, answers=never, **asked)
        with pytest.raises(SetupError, match=message):
            fine_tune(home, [UNITS], wanted, base=str(base), cache=tmp_path, merge=merge, gguf=gguf)

    refused("is there already", merge=taken)
    refused("there is no such folder", merge=absent)
    refused("embedded base", gguf=tmp_path / "a.gguf")
    refused("no tool called", only=["nope"])
    refused(r"no adapter 'lora@7'", start="lora@7")
    refused("no adapter 'demos@1'", start="demos@1")
    refused(r"nowhere\.jsonl: No such file", general=General(Path("nowhere.jsonl")))


def never() -> None:
    raise AssertionError("the base was asked, which may take long")


class _Killed(BaseException):
    pass


@pytest.mark.slow
@pytest.mark.parametrize("named", [False, True], ids=["before it has its name", "before its row is kept"])
def test_an_adapter_whose_process_was_killed_before_it_had_a_number_is_not_trained_again(
    home: Home, base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, named: bool
) -> None:
    settle = adapters._settle

    def killed(*arguments: Any) -> Adapter:
        if named:
            settle(*arguments)
        raise _Killed

    def learn(seen: list[TrainingProgress]) -> Adapter:
        wanted = Round(OPTIONS, per_tool=12)
        return fine_tune(home, [UNITS], wanted, base=str(base), cache=tmp_path, watch=seen.append)

    with monkeypatch.context() as patch:
        patch.setattr(adapters, "_settle", killed)
        with pytest.raises(_Killed):
            learn([])
    (left,) = (home.path / "adapters").glob("lora-*" if named else ".incoming-*")
    weights = (left / "adapter_model.safetensors").read_bytes()
    assert home.journal.adapter() is None
    seen: list[TrainingProgress] = []
    made = learn(seen)
    assert seen == []  # not a step
    assert (made.version, made.folder) == (1, "adapters/lora-1")
    assert (home.path / made.folder / "adapter_model.safetensors").read_bytes() == weights


@pytest.mark.slow
def test_an_adapter_has_a_number_before_it_is_merged_and_is_merged_later_from_anywhere(
    home: Home, base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, elsewhere = tmp_path / "merged", tmp_path / "elsewhere"
    elsewhere.mkdir()
    shutil.copytree(base, tmp_path / "models" / "tiny")  # its relative name looks like a hub id
    told: list[str] = []

    def watch(progress: TrainingProgress) -> None:
        if "is kept" in progress.note:
            told.append(progress.note)
            out.mkdir()

    monkeypatch.chdir(tmp_path)
    wanted = Round(OPTIONS, per_tool=12)
    with pytest.raises(
        SetupError, match=r"lora@1 is kept, but its merged form is not written: .*merged"
    ) as why:
        fine_tune(home, [UNITS], wanted, base="models/tiny", cache=tmp_path, merge=out, watch=watch)
    later = f"practicum train --home {home.path} --adapter lora@1 --merge {out}"
    assert why.value.fix.endswith(f"; then {later}")
    assert told == [f"lora@1 is kept; should writing its merged form be interrupted: {later}"]
    assert home.journal.adapter() is not None
    out.rmdir()
    monkeypatch.chdir(elsewhere)
    write_forms(home, "lora@1", cache=tmp_path, merge=out)
    assert (out / "model.safetensors").is_file()

    moved = (tmp_path / "models").rename(tmp_path / "moved") / "tiny"
    with pytest.raises(SetupError, match="the base of the adapter lora-1 is not found") as why:
        write_forms(home, "lora@1", cache=tmp_path, merge=elsewhere / "again")
    assert "--base" in why.value.fix
    write_forms(home, "lora@1", cache=tmp_path, merge=elsewhere / "again", base=str(moved))
    again = (elsewhere / "again" / "model.safetensors").read_bytes()
    assert again == (out / "model.safetensors").read_bytes()
    with pytest.raises(SetupError, match="--gguf is for the embedded base"):
        write_forms(home, "lora@1", cache=tmp_path, gguf=elsewhere / "a.gguf")


def test_a_home_without_a_trial_is_refused_before_the_base_is_looked_at(tmp_path: Path) -> None:
    with (
        Home.open(tmp_path / "empty", HashingEmbedder(), write=True) as empty,
        pytest.raises(SetupError, match="there is nothing to train on"),
    ):
        fine_tune(empty, [UNITS], Round(OPTIONS), base="local", cache=tmp_path / "cache")
    assert not (tmp_path / "cache").exists()

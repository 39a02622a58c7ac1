"""Trainings that go on from an earlier adapter, over a tiny random base."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from training_lora_parts import SPECS, make_base, make_examples

from practicum.errors import SetupError
from practicum.training.lora import train_adapter
from practicum.training.lora_start import Start
from practicum.training.training_options import TrainingOptions
from practicum.training.training_record import TrainingProgress, TrainingRecord

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing` is deprecated:FutureWarning"),
]
OPTIONS = TrainingOptions(epochs=4, rank=4, learning_rate=1e-2)
NO_RATE = 1e-30


class _Stopped(Exception):  # noqa: N818 - reads as the event it is
    pass


def train(
    base: Path,
    out: Path,
    start: Start | None = None,
    watch: Callable[[TrainingProgress], None] | None = None,
    **options: Any,
) -> TrainingRecord:
    chosen = TrainingOptions(**{**OPTIONS.as_dict(), **options})
    examples = make_examples(16)
    return train_adapter(examples, SPECS, base, out, chosen, base_name=str(base), start=start, watch=watch)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_base(tmp_path_factory.mktemp("bases") / "tiny")


@pytest.fixture(scope="module")
def start(base: Path, tmp_path_factory: pytest.TempPathFactory) -> Start:
    out = tmp_path_factory.mktemp("first") / "adapter"
    train(base, out)
    return Start("lora@1", out)


def weights(folder: Path) -> dict[str, Any]:
    from safetensors.torch import load_file

    return load_file(folder / "adapter_model.safetensors")


def largest_difference(one: Path, other: Path) -> float:
    first, second = weights(one), weights(other)
    assert set(first) == set(second)
    return max(float((first[key] - second[key]).abs().max()) for key in first)


def test_the_earlier_weights_are_where_it_begins(base: Path, start: Start, tmp_path: Path) -> None:
    record = train(base, tmp_path / "out", start, epochs=1, learning_rate=NO_RATE)
    assert largest_difference(start.folder, tmp_path / "out") == 0
    assert (record.started_from, record.start_hash) == ("lora@1", start.hash)
    assert TrainingRecord.read(start.folder).started_from is None


def test_its_weights_move_and_those_it_began_from_stay(base: Path, start: Start, tmp_path: Path) -> None:
    before = start.hash
    seen: list[TrainingProgress] = []
    record = train(base, tmp_path / "out", start, seen.append)
    first = TrainingRecord.read(start.folder)
    assert largest_difference(start.folder, tmp_path / "out") > 1e-3
    assert record.final_loss < first.final_loss
    assert record.identity != first.identity
    assert start.hash == before


def test_the_adapter_names_the_base_as_it_is_found_now(base: Path, start: Start, tmp_path: Path) -> None:
    moved = shutil.copytree(base, tmp_path / "moved")
    train(moved, tmp_path / "out", start, epochs=1)
    config = json.loads((tmp_path / "out" / "adapter_config.json").read_text("utf-8"))
    assert config["base_model_name_or_path"] == str(moved)
    assert config["inference_mode"] is True


def test_interrupted_it_goes_on_with_the_weights_of_one_that_was_not(
    base: Path, start: Start, tmp_path: Path
) -> None:
    train(base, tmp_path / "whole", start)

    def stop(progress: TrainingProgress) -> None:
        if progress.step == 5:
            raise _Stopped

    with pytest.raises(_Stopped):
        train(base, tmp_path / "out", start, stop)
    seen: list[TrainingProgress] = []
    train(base, tmp_path / "out", start, seen.append)
    assert seen[0].step == 4
    assert largest_difference(tmp_path / "whole", tmp_path / "out") < 1e-6


def test_the_same_training_from_elsewhere_is_another_one(base: Path, start: Start, tmp_path: Path) -> None:
    train(base, tmp_path / "out", start, epochs=1)
    with pytest.raises(SetupError, match="holds an adapter of other data"):
        train(base, tmp_path / "out", epochs=1)


@pytest.mark.parametrize(
    ("options", "wrong"),
    [
        ({"rank": 8}, "whose rank is 4, with 8"),
        ({"alpha": 4}, "whose alpha is 8, with 4"),
        ({"targets": "canonical"}, "whose targets is spans, with canonical"),
    ],
)
def test_an_adapter_of_another_form_is_refused(
    base: Path, start: Start, tmp_path: Path, options: dict[str, Any], wrong: str
) -> None:
    with pytest.raises(SetupError, match=wrong) as refused:
        train(base, tmp_path / "out", start, **options)
    assert "without --tool" in refused.value.fix
    assert not (tmp_path / "out").exists()


def test_an_adapter_of_another_base_is_refused(start: Start, tmp_path: Path) -> None:
    other = make_base(tmp_path / "other", num_hidden_layers=1)
    with pytest.raises(SetupError, match=r"lora@1 was trained on another base: .*tiny"):
        train(other, tmp_path / "out", start)


def test_a_damaged_adapter_is_refused(base: Path, start: Start, tmp_path: Path) -> None:
    folder = shutil.copytree(start.folder, tmp_path / "damaged")
    (folder / "adapter_model.safetensors").write_bytes(b"x")
    with pytest.raises(SetupError, match="damaged"):
        train(base, tmp_path / "out", Start("lora@1", folder))
    (folder / "adapter_model.safetensors").unlink()
    with pytest.raises(SetupError, match=r"lora@1 can't be trained further: No such file"):
        train(base, tmp_path / "out", Start("lora@1", folder))
    (folder / "training.json").write_text("{}", "utf-8")
    with pytest.raises(SetupError, match=r"its training\.json can't be read"):
        train(base, tmp_path / "out", Start("lora@1", folder))


def test_batches_that_are_not_packed_go_on_too(tmp_path: Path) -> None:
    from training_lora_parts import make_padded_base

    padded = make_padded_base(tmp_path / "base")
    train(padded, tmp_path / "first", epochs=1)
    start = Start("lora@1", tmp_path / "first")
    train(padded, tmp_path / "second", start, epochs=1, activation_checkpointing=True)
    assert largest_difference(tmp_path / "first", tmp_path / "second") > 1e-3

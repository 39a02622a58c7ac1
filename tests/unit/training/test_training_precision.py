"""The numbers that a training computes with."""

from __future__ import annotations

from pathlib import Path

import pytest
from training_lora_parts import SPECS, make_base, make_examples

from practicum.training.lora import train_adapter
from practicum.training.precision import Precision, best_precision
from practicum.training.training_options import ResolvedOptions, TrainingOptions
from practicum.training.training_record import TrainingRecord

pytestmark = [
    pytest.mark.slow,
    # Raised inside torch as it is imported; nothing here calls what they warn of.
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    # Raised inside peft as it wraps a model.
    pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing` is deprecated:FutureWarning"),
]


def train(base: Path, out: Path, precision: Precision | None) -> TrainingRecord:
    options = TrainingOptions(learning_rate=1e-2, epochs=6, precision=precision)
    return train_adapter(make_examples(), SPECS, base, out, options, base_name=str(base))


def test_bfloat16_learns_what_float32_learns_and_the_adapter_is_kept_in_float32(tmp_path: Path) -> None:
    import torch
    from safetensors.torch import load_file

    base = make_base(tmp_path / "tiny")
    exact = train(base, tmp_path / "exact", "float32")
    rough = train(base, tmp_path / "rough", "bfloat16")
    assert rough.final_loss == pytest.approx(exact.final_loss, rel=0.1)
    assert (exact.options.precision, rough.options.precision) == ("float32", "bfloat16")
    assert exact.identity != rough.identity
    for folder in ("exact", "rough"):
        weights = load_file(tmp_path / folder / "adapter_model.safetensors")
        assert {each.dtype for each in weights.values()} == {torch.float32}


def test_without_a_word_the_fastest_numbers_of_this_machine_are_taken() -> None:
    assert TrainingOptions().resolved(1000).precision == best_precision()
    assert TrainingOptions(precision="float32").resolved(1000).precision == "float32"


def test_a_record_that_says_nothing_of_it_is_of_a_training_in_float32() -> None:
    told = TrainingOptions().resolved(1000).as_dict()
    del told["precision"]
    assert ResolvedOptions.from_dict(told).precision == "float32"

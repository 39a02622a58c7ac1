"""QLoRA: an adapter over a base that is kept in 4 bits, on a CPU."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest
from training_lora_parts import SPECS, make_base, make_examples

from practicum.errors import SetupError
from practicum.training import lora_base
from practicum.training.lora import train_adapter
from practicum.training.training_options import ResolvedOptions, TrainingOptions
from practicum.training.training_record import TrainingProgress

pytestmark = [
    pytest.mark.slow,
    # Raised inside torch and peft as they are used; nothing here calls what they warn of.
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing` is deprecated:FutureWarning"),
]
FOUR_BITS = TrainingOptions(epochs=6, learning_rate=1e-2, quantized=True)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny base; numbers are quantized by blocks of 64."""
    pytest.importorskip("bitsandbytes")
    return make_base(tmp_path_factory.mktemp("bases") / "tiny", hidden_size=64, intermediate_size=128)


def resolved(base: Path, **options: Any) -> ResolvedOptions:
    return TrainingOptions(**options).resolved(lora_base.count_parameters(str(base)))


def test_layers_are_loaded_in_a_fraction_of_their_size(base: Path) -> None:
    full = lora_base.load_weights(str(base), resolved(base, precision="float32"))
    small = lora_base.load_weights(str(base), resolved(base, quantized=True))
    layers = [next(layer for layer in model.model.layers) for model in (full, small)]
    sizes = [sum(weight.nbytes for weight in layer.mlp.parameters()) for layer in layers]
    assert sizes[0] == 8 * sizes[1]


def test_an_adapter_is_trained_over_them(base: Path, tmp_path: Path) -> None:
    seen: list[TrainingProgress] = []
    record = train_adapter(
        make_examples(), SPECS, base, tmp_path / "out", FOUR_BITS, base_name=str(base), watch=seen.append
    )
    losses = [progress.loss for progress in seen if progress.loss is not None]
    assert losses[-1] < losses[0] * 0.7
    assert record.options.quantized
    assert (tmp_path / "out" / "adapter_model.safetensors").is_file()


@pytest.mark.parametrize(("found", "fix"), [(False, "pip install"), (True, "pip install --upgrade")])
def test_what_is_missing_is_said_before_anything_is_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, found: bool, fix: str
) -> None:
    """A bitsandbytes that knows CUDA only, and none."""
    torch = pytest.importorskip("torch")
    if torch.cuda.is_available():
        pytest.skip("here is a CUDA device")
    known = importlib.util.find_spec
    spec = known("json") if found else None
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: spec if "bits" in name else known(name))
    monkeypatch.setattr(lora_base, "_quantizing_devices", lambda: {"cuda"})
    with pytest.raises(SetupError, match="bitsandbytes") as refused:
        train_adapter(make_examples(), SPECS, tmp_path, tmp_path / "out", FOUR_BITS, base_name="base")
    assert refused.value.fix.startswith(fix)

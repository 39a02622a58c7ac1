"""How fast the embedded model is fine-tuned, against trl's SFTTrainer as it comes.

Ours: packed batches whose common beginning is computed once, logits of completions only, float32,
activations kept. The other: the same rows as prompt and completion, the same LoRA, batches of 8. Measured
in three ways: with all defaults (which on a CPU are bfloat16 and activations computed twice), in float32,
and in float32 with activations kept. Tokens are those of the examples, prompts included; padding counts
for nobody. Each is measured in a process of its own, whose peak memory is reported.
"""

from __future__ import annotations

import json
import multiprocessing
import random
import resource
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from bench.embedded_model import COUNTRIES, CURRENCIES, TOOLS, UNITS
from practicum.models.cache import cache_dir
from practicum.records import ToolCall, ToolSpec
from practicum.training.base import find_base
from practicum.training.examples import Example
from practicum.training.lora import train_adapter
from practicum.training.lora_base import spoken_to
from practicum.training.rendering import Rendering
from practicum.training.training_options import TrainingOptions

BASELINES: dict[str, dict[str, Any]] = {
    "defaults": {},
    "float32": {"bf16": False},
    "float32_activations_kept": {"bf16": False, "activation_checkpointing": False},
}
SPECS = {
    tool["function"]["name"]: ToolSpec(**{key: tool["function"][key] for key in ToolSpec.model_fields})
    for tool in TOOLS
}


def run(*, quick: bool = False) -> dict[str, Any]:
    """Return tokens a second, minutes and peak memory of each way, and how much faster ours is."""
    base = find_base("local", cache_dir()).source
    count, epochs, steps = (24, 1, 3) if quick else (300, 3, 8)
    ours = _apart(measure_ours, base, count, epochs)
    plain = {
        name: _apart(measure_plain, base, count, steps if settings else 2, settings)
        for name, settings in BASELINES.items()
        if settings or not quick
    }
    return {
        "ours": ours,
        "plain": plain,
        "speedup": {
            name: round(ours["tokens_per_second"] / figures["tokens_per_second"], 2)
            for name, figures in plain.items()
        },
    }


def measure_ours(base: str, count: int, epochs: int) -> dict[str, Any]:
    """Train as `practicum train` does, checkpoints included."""
    with tempfile.TemporaryDirectory() as folder:
        options = TrainingOptions(epochs=epochs, targets="canonical")
        record = train_adapter(
            make_examples(count), SPECS, Path(base), Path(folder) / "adapter", options, base_name="local"
        )
    return {
        "examples": record.examples,
        "steps": record.steps,
        "tokens_an_example": round(record.tokens / record.examples / epochs),
        "minutes": round(record.seconds / 60, 1),
        "tokens_per_second": round(record.tokens / record.seconds, 1),
        "final_loss": round(record.final_loss, 4),
        "peak_memory_mb": _peak_mb(),
    }


def measure_plain(base: str, count: int, steps: int, settings: dict[str, Any]) -> dict[str, Any]:
    """Train a few steps with SFTTrainer; the first one, which sets things up, is not timed."""
    from datasets import Dataset
    from peft import LoraConfig
    from transformers import TrainerCallback
    from trl.trainer.sft_config import SFTConfig
    from trl.trainer.sft_trainer import SFTTrainer

    ends: list[float] = []

    class Clock(TrainerCallback):
        def on_step_end(self, *_: Any, **__: Any) -> None:
            ends.append(time.perf_counter())

    spoken = spoken_to(base, "local")
    rendering = Rendering(SPECS, TrainingOptions(targets="canonical"), spoken.render, spoken.turn_end)
    rows = [vars(rendering.row(example)) for example in make_examples(count)]
    with tempfile.TemporaryDirectory() as folder:
        config = SFTConfig(
            output_dir=folder,
            max_steps=steps,
            logging_steps=1,
            save_strategy="no",
            report_to=[],
            learning_rate=1e-3,
            use_cpu=True,  # without it the defaults of a version or two are refused on a CPU
            **settings,
        )
        lora = LoraConfig(r=16, lora_alpha=32, target_modules="all-linear", task_type="CAUSAL_LM")
        trainer = SFTTrainer(
            model=base,
            args=config,
            train_dataset=Dataset.from_list(rows),
            peft_config=lora,
            callbacks=[Clock()],
        )
        trainer.train()
    seen = [entry["num_tokens"] for entry in trainer.state.log_history if "num_tokens" in entry]
    return {
        "steps": steps,
        "tokens_per_second": round((seen[steps - 1] - seen[0]) / (ends[-1] - ends[0]), 1),
        "peak_memory_mb": _peak_mb(),
    }


def make_examples(count: int, seed: int = 0) -> list[Example]:
    """Return queries to three tools with their calls, the same ones in every run."""
    rng = random.Random(seed)
    return [_example(rng, number) for number in range(count)]


def _example(rng: random.Random, number: int) -> Example:
    year = rng.randint(1990, 2030)
    value = rng.randint(1, 2000)
    first, second = rng.sample(UNITS, 2)
    source, target = rng.sample(CURRENCIES, 2)
    day = f"20{rng.randint(10, 24)}-0{rng.randint(1, 9)}-1{rng.randint(0, 9)}"
    country = rng.choice(COUNTRIES)
    query, name, arguments = rng.choice(
        [
            (
                f"How much is {value} {first} in {second}?",
                "convert_units",
                {"value": value, "from_unit": first, "to_unit": second},
            ),
            (
                f"What would {value} {source} have been worth in {target} on {day}, roughly?",
                "exchange_rate",
                {"amount": value, "base": source, "target": target, "date": day},
            ),
            (
                f"Could you tell me which public holidays {country} has in {year}?",
                "public_holidays",
                {"country": country, "year": year},
            ),
        ]
    )
    call = ToolCall(name=name, arguments=arguments)
    return Example(id=f"e{number:05}", tool=name, query=query, call=call, origin="trial")


def _apart(measure: Any, *arguments: Any) -> dict[str, Any]:
    """Measure in a process of its own, whose peak memory is nobody else's."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        figures: dict[str, Any] = pool.submit(measure, *arguments).result()
    return figures


def _peak_mb() -> int:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


if __name__ == "__main__":
    print(json.dumps(run(), indent=2))

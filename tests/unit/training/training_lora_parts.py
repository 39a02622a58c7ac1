"""A tiny base and examples, for the tests of training."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tiny_models import write_llama

from practicum.records import ToolCall, ToolSpec
from practicum.training.examples import Example

CHATML = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
CITIES = [
    "Oslo",
    "Lima",
    "Cairo",
    "Paris",
    "Quito",
    "Delhi",
    "Rome",
    "Accra",
    "Sofia",
    "Hanoi",
    "Dakar",
    "Bern",
]

CONVERT = ToolSpec(
    name="convert_currency",
    description="Convert an amount between currencies.",
    parameters={
        "type": "object",
        "properties": {
            "amount": {"type": "number"},
            "base": {"type": "string", "format": "currency"},
            "target": {"type": "string", "format": "currency"},
        },
        "required": ["amount", "base", "target"],
    },
)
WEATHER = ToolSpec(
    name="weather",
    description="Tell the weather of a city.",
    parameters={
        "type": "object",
        "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},
        "required": ["city"],
    },
)
SPECS = {spec.name: spec for spec in (CONVERT, WEATHER)}


def make_examples(count: int = 24) -> list[Example]:
    """Return examples about the weather."""
    return [
        Example(
            id=f"e{number:03}",
            tool="weather",
            tool_schema_hash=WEATHER.schema_hash,
            query=f"Weather in {CITIES[number % len(CITIES)]}{' for 3 days' * (number % 2)}, {number}?",
            call=ToolCall(
                name="weather",
                arguments={"days": number, "city": CITIES[number % len(CITIES)]},
            ),
            origin="trial" if number % 3 else "rephrased",
        )
        for number in range(count)
    ]


def make_base(folder: Path, *, chat_template: str | None = CHATML, **config: Any) -> Path:
    """Write a Llama of two layers with a byte-level vocabulary."""
    for package in ("torch", "transformers", "peft", "trl"):
        pytest.importorskip(package)
    import torch

    torch.set_num_threads(1)  # of matrices this small, two threads make half the speed
    # A frozen output layer of small weights could say nothing.
    return write_llama(folder, chat_template=chat_template, **{"initializer_range": 0.2, **config})


def make_padded_base(folder: Path) -> Path:
    """Write a tiny model of an architecture whose batches are not packed."""
    from transformers import AutoTokenizer, GPTNeoXConfig, GPTNeoXForCausalLM

    make_base(folder)
    tokenizer: Any = AutoTokenizer.from_pretrained(folder)
    for path in folder.glob("*"):
        path.unlink()
    tokenizer.save_pretrained(folder)
    config = GPTNeoXConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        max_position_embeddings=2048,
        eos_token_id=tokenizer.eos_token_id,
        bos_token_id=None,
    )
    GPTNeoXForCausalLM(config).save_pretrained(folder)
    return folder

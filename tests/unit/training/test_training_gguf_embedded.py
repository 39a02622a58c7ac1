"""The embedded model with an adapter: merged, written as GGUF, and served without torch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_core.tools import tool
from tiny_models import MARKS, need
from training_merge_parts import adapted, agreement, divergence, logits_of, make_adapter

from practicum.models import LocalChatModel, load_chat_model
from practicum.models.cache import cache_dir
from practicum.models.replies import compact_json
from practicum.models.templates import render_chatml
from practicum.models.weights import embedded_weights
from practicum.records import ToolCall
from practicum.training.base import EMBEDDED, find_base
from practicum.training.gguf_file import write_gguf
from practicum.training.gguf_reading import read_tensors
from practicum.training.merge import merge_adapter

pytestmark = MARKS
QUERIES = [
    "How many miles are 42 kilometres?",
    "What's 70 kg in pounds?",
    "convert 3.5 litres to gallons please",
    "What is the weather in Oslo for 3 days?",
    "Will it rain in Lima tomorrow?",
    "I need 100 feet in metres.",
    "Forecast for Cairo, 5 days",
    "Tell me how warm it gets in Hanoi",
    "Change 12 inches to cm",
    "Weather in Paris for the next 7 days?",
]


@tool
def convert(value: float, unit: str, to: str) -> str:
    """Convert a value to another unit."""
    return f"{value} {unit} {to}"


@tool
def weather(city: str, days: int = 1) -> str:
    """Tell the weather of a city."""
    return f"{city} {days}"


@dataclass(frozen=True)
class Made:
    """An adapter of the embedded model, and what became of it."""

    base: Path
    adapter: Path
    merged: Path
    gguf: Path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    need("torch", "transformers", "peft", "gguf", "xgrammar", "openvino_genai")
    folder, cache = tmp_path_factory.mktemp("made"), cache_dir()
    base = Path(find_base(EMBEDDED, cache).source)
    adapter = make_adapter(base, folder / "adapter", r=16, lora_alpha=32, deviation=0.05)
    merged = merge_adapter(adapter, folder / "merged", cache=cache)
    gguf = write_gguf(merged, folder / "merged.gguf", like=embedded_weights(cache))
    yield Made(base, adapter, merged, gguf)
    for file in (merged / "model.safetensors", gguf):
        file.unlink()  # pytest keeps the folders of three runs


def asked(query: str) -> list[BaseMessage]:
    """Return the query after two demonstrations, without which so small a model wavers between replies."""
    return [
        SystemMessage("Call the right tool."),
        HumanMessage("Temperature in Rome for 2 days?"),
        calling("weather", city="Rome", days=2),
        ToolMessage("18 degrees", tool_call_id="1"),
        HumanMessage("How many inches are 30 cm?"),
        calling("convert", value=30, unit="cm", to="inches"),
        ToolMessage("11.8", tool_call_id="1"),
        HumanMessage(query),
    ]


def calling(name: str, **arguments: Any) -> AIMessage:
    return AIMessage("", tool_calls=[{"name": name, "args": arguments, "id": "1", "type": "tool_call"}])


@dataclass(frozen=True)
class Reply:
    call: ToolCall
    prompt_tokens: int


def replies(spec: str, cache: Path) -> list[Reply]:
    model: Any = load_chat_model(spec, cache_dir=cache)
    assert isinstance(model, LocalChatModel)
    assert model.embedded
    bound = model.bind_tools([convert, weather], tool_choice="any")
    # All at once: who comes later reads the prompts' common part from a cache that rounds it.
    found = bound.batch([asked(query) for query in QUERIES], {"max_concurrency": len(QUERIES)})
    model.engine.close()
    return [
        Reply(
            ToolCall(name=message.tool_calls[0]["name"], arguments=message.tool_calls[0]["args"]),
            message.usage_metadata["input_tokens"] if message.usage_metadata else 0,
        )
        for message in found
    ]


def test_the_file_is_a_quarter_of_the_directory(made: Made) -> None:
    sizes = [path.stat().st_size for path in (made.gguf, made.merged / "model.safetensors")]
    assert sizes[0] < 150_000_000
    assert sizes[0] / sizes[1] < 0.3


def test_calls_without_torch_are_those_of_the_merged_model(made: Made, tmp_path: Path) -> None:
    ours, theirs = replies(f"local:{made.merged}", tmp_path), replies(f"local:{made.gguf}", tmp_path)
    same = [one.call == other.call for one, other in zip(ours, theirs, strict=True)]
    assert sum(same) >= 9  # 10 when it was written
    assert len({reply.call.signature for reply in ours}) > 7  # they are not one call ten times
    # Both tokenizers, which are read from the same GGUF by different programs, cut the prompts alike.
    assert [reply.prompt_tokens for reply in ours] == [reply.prompt_tokens for reply in theirs]


def test_neither_merging_nor_quantising_changes_what_the_model_thinks(made: Made) -> None:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer: Any = AutoTokenizer.from_pretrained(made.merged)
    written = compact_json({"name": "convert", "arguments": {"value": 30, "unit": "cm", "to": "inches"}})
    reply = tokenizer(written, add_special_tokens=False)["input_ids"]
    prompts = tokenizer([render_chatml(asked(query)) for query in QUERIES[:3]], add_special_tokens=False)
    rows = [ids + reply for ids in prompts["input_ids"]]

    def thinks(model: Any) -> Any:
        return torch.cat([logits_of(model, ids) for ids in rows])

    both = adapted(made.base, made.adapter)
    beside = thinks(both)
    with both.disable_adapter():
        alone = thinks(both)
    assert divergence(beside, alone) > 0.05  # 0.09 when it was written: the adapter matters
    del both

    merged: Any = AutoModelForCausalLM.from_pretrained(made.merged)
    assert float((thinks(merged.eval()) - beside).abs().max()) < 1e-3  # 0.0001
    for name, part in read_tensors(made.gguf, merged.config).items():
        merged.get_parameter(name).data.copy_(torch.tensor(part))
    served = thinks(merged)
    assert divergence(beside, served) < 0.01  # 0.0013 nats
    assert agreement(beside, served) > 0.95  # 0.97: what a user says next is anybody's guess
    lengths = [len(ids) for ids in rows]
    ours, theirs = (replies_alone(whole, lengths, len(reply)) for whole in (beside, served))
    assert divergence(ours, theirs) < 0.01  # 0.0006
    assert agreement(ours, theirs) > 0.98  # 1.0


def replies_alone(whole: Any, lengths: list[int], reply: int) -> Any:
    """Return the logits that decide over the last ``reply`` tokens of each row."""
    import torch

    return torch.cat([row[-reply - 1 : -1] for row in whole.split(lengths)])

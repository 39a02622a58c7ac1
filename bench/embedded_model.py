"""How fast the embedded model makes tool calls, against plain constrained decoding with transformers.

Ours: OpenVINO over the GGUF, prefix caching, continuous batching, grammars of compact JSON.
The other: the same weights in float32 with transformers, one prompt at a time, constrained by
xgrammar to the same tools' JSON Schema, which leaves white space to the model. Measured twice: with
our prompts, whose example of a call is compact, so that the model writes compactly even where it
need not; and with the tools as a JSON list in the system turn, the way chat templates show them.

    python bench/embedded_model.py
"""

from __future__ import annotations

import json
import os
import platform
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from langchain_core.messages import HumanMessage, SystemMessage

from practicum.models.cache import cache_dir
from practicum.models.local import LocalChatModel
from practicum.models.openvino_engine import OpenVinoEngine
from practicum.models.templates import render_chatml
from practicum.models.weights import embedded_weights

SYSTEM = "You answer by calling tools."
UNITS = ["kg", "lb", "g", "oz", "m", "ft", "km", "mile"]
CURRENCIES = ["EUR", "USD", "GBP", "PLN", "JPY", "CHF"]


def _tool(name: str, description: str, properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    parameters = {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }
    return {
        "type": "function",
        "function": {"name": name, "description": description, "parameters": parameters},
    }


TOOLS = [
    _tool(
        "convert_units",
        "Convert a quantity from one unit to another.",
        {
            "value": {"type": "number", "minimum": 0, "maximum": 100000},
            "from_unit": {"type": "string", "enum": UNITS},
            "to_unit": {"type": "string", "enum": UNITS},
        },
        ["value", "from_unit", "to_unit"],
    ),
    _tool(
        "exchange_rate",
        "Convert an amount between currencies, at the rate of a day.",
        {
            "amount": {"type": "number", "minimum": 0, "maximum": 1000000},
            "base": {"type": "string", "enum": CURRENCIES},
            "target": {"type": "string", "enum": CURRENCIES},
            "date": {"type": "string", "pattern": "^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9])$"},
        },
        ["amount", "base", "target", "date"],
    ),
    _tool(
        "public_holidays",
        "List a country's public holidays in a year.",
        {
            "country": {"type": "string", "maxLength": 24},
            "year": {"type": "integer", "minimum": 1990, "maximum": 2035},
        },
        ["country", "year"],
    ),
]
QUERIES = [
    query
    for number in range(8)
    for query in (
        f"How many pounds are {12 + 7 * number} kg?",
        f"How far is {3 + number} km in miles?",
        f"What were {100 + 25 * number} euros in dollars on 2024-0{number + 1}-15?",
        f"Which public holidays does {['Spain', 'France', 'Italy', 'Japan', 'Chile', 'Egypt', 'India', 'Peru'][number]} "
        f"have in {2018 + number}?",
    )
]
BASELINE_QUERIES = 6


def run(*, batch: int = 16, rounds: int = 2) -> dict[str, Any]:
    """Measure both ways; returns figures with the machine they were taken on."""
    ours = measure_ours(batch=batch, rounds=rounds)
    plain = measure_transformers(QUERIES[:BASELINE_QUERIES])
    same, listed = plain["our_prompts"], plain["tools_as_json"]
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {"cpus": os.cpu_count(), "cpu": _cpu(), "load_at_end": os.getloadavg()[0]},
        "ours": ours,
        "transformers": plain,
        "batch_speedup": round(ours["batch_calls_per_minute"] / same["calls_per_minute"], 1),
        "single_speedup": round(ours["single_calls_per_minute"] / same["calls_per_minute"], 1),
        "tokens_ratio_our_prompts": _ratio(ours, same),
        "tokens_ratio_tools_as_json": _ratio(ours, listed),
    }


def measure_ours(*, batch: int, rounds: int) -> dict[str, Any]:
    """Measure the embedded engine: cold start, one by one, and in batches."""
    cache = cache_dir()
    started = time.perf_counter()
    engine = OpenVinoEngine(embedded_weights(cache), cache=cache)
    model = LocalChatModel(engine=engine).bind_tools(TOOLS, tool_choice="any")
    model.invoke(_messages("How many pounds are 5 kg?"))
    cold = time.perf_counter() - started

    started = time.perf_counter()
    singles = [model.invoke(_messages(query)) for query in QUERIES[:batch]]
    single = (time.perf_counter() - started) / batch

    started = time.perf_counter()
    replies = []
    for number in range(rounds):
        chosen = [QUERIES[(batch * (number + 1) + i) % len(QUERIES)] for i in range(batch)]
        replies += model.batch([_messages(query) for query in chosen])
    together = (time.perf_counter() - started) / (batch * rounds)
    peak = _peak_mb(engine.pid)
    engine.close()
    assert all(message.tool_calls for message in singles + replies)
    return {
        "cold_start_s": round(cold, 1),
        "single_calls_per_minute": round(60 / single),
        "batch": batch,
        "batch_calls_per_minute": round(60 / together),
        "tokens_per_call": _mean([_tokens(message) for message in singles + replies]),
        "tokens_per_call_same_queries": _mean([_tokens(message) for message in singles[:BASELINE_QUERIES]]),
        "peak_memory_mb": peak,
    }


def measure_transformers(queries: list[str]) -> dict[str, Any]:
    """Measure transformers with xgrammar over the JSON Schema, one prompt at a time."""
    import torch
    import xgrammar
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from xgrammar.contrib.hf import LogitsProcessor

    weights = embedded_weights(cache_dir())
    with tempfile.TemporaryDirectory() as folder:
        link = Path(folder) / weights.name
        link.symlink_to(weights)
        tokenizer: Any = AutoTokenizer.from_pretrained(folder, gguf_file=link.name)
        model: Any = AutoModelForCausalLM.from_pretrained(folder, gguf_file=link.name, dtype=torch.float32)
    model.eval()
    info = xgrammar.TokenizerInfo.from_huggingface(tokenizer, vocab_size=model.config.vocab_size)
    compiled = xgrammar.GrammarCompiler(info).compile_json_schema(json.dumps(_calls_schema()))

    def call(query: str) -> int:
        ids = tokenizer(render_chatml(_messages(query), TOOLS), return_tensors="pt", add_special_tokens=False)
        with torch.inference_mode():
            output = model.generate(
                **ids, max_new_tokens=256, do_sample=False, logits_processor=[LogitsProcessor(compiled)]
            )
        return int(output.shape[1] - ids["input_ids"].shape[1])

    def timed(prompts: list[str]) -> dict[str, Any]:
        call(prompts[0])
        started = time.perf_counter()
        tokens = [call(prompt) for prompt in prompts]
        seconds = (time.perf_counter() - started) / len(prompts)
        return {"calls_per_minute": round(60 / seconds, 1), "tokens_per_call": _mean(tokens)}

    return {
        "n": len(queries),
        "our_prompts": timed([render_chatml(_messages(query), TOOLS) for query in queries]),
        "tools_as_json": timed([_listed_prompt(query) for query in queries]),
    }


def _listed_prompt(query: str) -> str:
    listing = "\n".join(json.dumps(tool["function"]) for tool in TOOLS)
    system = f"{SYSTEM}\nTools:\n{listing}\nReply with a JSON object with the keys name and arguments."
    return render_chatml([SystemMessage(system), HumanMessage(query)])


def _ratio(ours: dict[str, Any], other: dict[str, Any]) -> float:
    return round(ours["tokens_per_call_same_queries"] / other["tokens_per_call"], 2)


def _calls_schema() -> dict[str, Any]:
    branches = []
    for tool in TOOLS:
        function = tool["function"]
        properties = {"name": {"const": function["name"]}, "arguments": function["parameters"]}
        branches.append({"type": "object", "properties": properties, "required": ["name", "arguments"]})
    return {"anyOf": branches}


def _messages(query: str) -> list[Any]:
    return [SystemMessage(SYSTEM), HumanMessage(query)]


def _tokens(message: Any) -> int:
    return int(message.usage_metadata["output_tokens"])


def _mean(values: list[int]) -> float:
    return round(sum(values) / len(values), 1)


def _peak_mb(pid: int | None) -> int | None:
    """Return the peak resident memory of a process in MB, where the system tells it."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return None
    found = [line.split()[1] for line in status.read_text("utf-8").splitlines() if line.startswith("VmHWM")]
    return round(int(found[0]) / 1024)


def _cpu() -> str:
    info = Path("/proc/cpuinfo")
    names = [
        line.split(":", 1)[1].strip() for line in info.read_text("utf-8").splitlines() if "model name" in line
    ]
    return names[0] if names else platform.processor()


if __name__ == "__main__":
    print(json.dumps(run(), indent=2))

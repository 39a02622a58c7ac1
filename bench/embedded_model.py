"""How fast the embedded model makes tool calls, against plain constrained decoding with transformers.

Ours: OpenVINO over the GGUF, prefix caching, continuous batching, grammars of compact JSON.
The other: the same weights in float32 with transformers, one prompt at a time, constrained by
xgrammar to the same tools' JSON Schema, which leaves white space to the model. Measured three times: with
our prompts, whose example of a call is compact, so that the model writes compactly even where it
need not; with the tools as a JSON list in the system turn, the way chat templates show them; and with our
prompts and a schema that is any of the tools', so that the model chooses the tool, too.

    python bench/embedded_model.py
"""

from __future__ import annotations

import asyncio
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
COUNTRIES = ["Spain", "France", "Italy", "Japan", "Chile", "Egypt", "India", "Peru"]
QUERIES = [
    (query, TOOLS[index]["function"]["name"])
    for number, country in enumerate(COUNTRIES)
    for index, query in (
        (0, f"How many pounds are {12 + 7 * number} kg?"),
        (0, f"How far is {3 + number} km in miles?"),
        (1, f"What were {100 + 25 * number} euros in dollars on 2024-0{number + 1}-15?"),
        (2, f"Which public holidays does {country} have in {2018 + number}?"),
    )
]
"""Each with the tool that is asked for: exploration practises one tool at a time."""

BASELINE_QUERIES = 6


def run(*, batch: int = 16, rounds: int = 2) -> dict[str, Any]:
    """Measure both ways; returns figures with the machine they were taken on."""
    ours = measure_ours(batch=batch, rounds=rounds)
    plain = measure_transformers(QUERIES[:BASELINE_QUERIES])
    same, listed, choosing = plain["our_prompts"], plain["tools_as_json"], plain["choosing_the_tool"]
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {"cpus": os.cpu_count(), "cpu": _cpu(), "load_at_end": os.getloadavg()[0]},
        "ours": ours,
        "transformers": plain,
        "batch_speedup": round(ours["batch"]["calls_per_minute"] / same["calls_per_minute"], 1),
        "single_speedup": round(ours["single"]["calls_per_minute"] / same["calls_per_minute"], 1),
        "tokens_ratio_our_prompts": _ratio(ours["same_queries"], same),
        "tokens_ratio_tools_as_json": _ratio(ours["same_queries"], listed),
        "tokens_ratio_choosing_the_tool": _ratio(ours["same_queries_choosing_the_tool"], choosing),
    }


def measure_ours(*, batch: int, rounds: int) -> dict[str, Any]:
    """Measure the embedded engine: cold start, one by one, and in batches."""
    cache = cache_dir()
    started = time.perf_counter()
    engine = OpenVinoEngine(embedded_weights(cache), cache=cache)
    model = LocalChatModel(engine=engine)
    model.bind_tools(TOOLS, tool_choice="any").invoke(_messages("How many pounds are 5 kg?"))
    cold = time.perf_counter() - started
    single = _timed(model, QUERIES[:batch], at_once=1)
    together = _timed(model, (QUERIES[batch:] + QUERIES[:batch]) * rounds, at_once=batch)
    any_tool = _timed(model, QUERIES[batch:], at_once=batch, choosing=True)
    same = _timed(model, QUERIES[:BASELINE_QUERIES], at_once=1)
    same_any = _timed(model, QUERIES[:BASELINE_QUERIES], at_once=1, choosing=True)
    peak = _peak_mb(engine.pid)
    engine.close()
    return {
        "cold_start_s": round(cold, 1),
        "single": single,
        "batch": {"size": batch, **together},
        "batch_choosing_the_tool": {"size": batch, **any_tool},
        "same_queries": same,
        "same_queries_choosing_the_tool": same_any,
        "peak_memory_mb": peak,
    }


def _timed(
    model: LocalChatModel, queries: list[tuple[str, str]], *, at_once: int, choosing: bool = False
) -> dict[str, Any]:
    """Ask for the tool of each query, or, ``choosing``, for any tool."""

    async def call(slots: asyncio.Semaphore, query: str, tool: str) -> tuple[int, bool]:
        async with slots:
            bound = model.bind_tools(TOOLS, tool_choice="any" if choosing else tool)
            message = await bound.ainvoke(_messages(query))
        assert message.tool_calls
        tokens = int(message.usage_metadata["output_tokens"] if message.usage_metadata else 0)
        return tokens, message.tool_calls[0]["name"] == tool

    async def go() -> list[tuple[int, bool]]:
        slots = asyncio.Semaphore(at_once)
        return list(await asyncio.gather(*(call(slots, query, tool) for query, tool in queries)))

    started = time.perf_counter()
    found = asyncio.run(go())
    return _per_call(found, time.perf_counter() - started)


def _per_call(found: list[tuple[int, bool]], seconds: float) -> dict[str, Any]:
    """Figures of calls: how many tokens each took, and whether it was of the right tool."""
    return {
        "calls_per_minute": round(60 * len(found) / seconds, 1),
        "tokens_per_call": round(sum(tokens for tokens, _ in found) / len(found), 1),
        "right_tool": f"{sum(right for _, right in found)} of {len(found)}",
    }


def measure_transformers(queries: list[tuple[str, str]]) -> dict[str, Any]:
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
    compiler = xgrammar.GrammarCompiler(info)
    schemas = {name: _call_schema(name) for name in _names()}
    compiled = {name: compiler.compile_json_schema(json.dumps(schema)) for name, schema in schemas.items()}
    any_of = compiler.compile_json_schema(json.dumps({"anyOf": list(schemas.values())}))

    def call(prompt: str, name: str, grammar: Any) -> tuple[int, bool]:
        ids = tokenizer(prompt, return_tensors="pt", add_special_tokens=False)
        with torch.inference_mode():
            output = model.generate(
                **ids, max_new_tokens=256, do_sample=False, logits_processor=[LogitsProcessor(grammar)]
            )
        reply = output[0][ids["input_ids"].shape[1] :]
        return len(reply), _names_tool(tokenizer.decode(reply, skip_special_tokens=True), name)

    def timed(prompts: list[tuple[str, str]], *, choosing: bool = False) -> dict[str, Any]:
        grammars = [any_of if choosing else compiled[name] for _, name in prompts]
        call(*prompts[0], grammars[0])
        started = time.perf_counter()
        found = [call(*prompt, grammar) for prompt, grammar in zip(prompts, grammars, strict=True)]
        return _per_call(found, time.perf_counter() - started)

    ours = [(render_chatml(_messages(query), TOOLS), name) for query, name in queries]
    return {
        "n": len(queries),
        "our_prompts": timed(ours),
        "tools_as_json": timed([(_listed_prompt(query), name) for query, name in queries]),
        "choosing_the_tool": timed(ours, choosing=True),
    }


def _names_tool(reply: str, name: str) -> bool:
    try:
        return bool(json.loads(reply)["name"] == name)
    except ValueError:  # cut off
        return False


def _listed_prompt(query: str) -> str:
    listing = "\n".join(json.dumps(tool["function"]) for tool in TOOLS)
    system = f"{SYSTEM}\nTools:\n{listing}\nReply with a JSON object with the keys name and arguments."
    return render_chatml([SystemMessage(system), HumanMessage(query)])


def _ratio(ours: dict[str, Any], other: dict[str, Any]) -> float:
    return float(round(ours["tokens_per_call"] / other["tokens_per_call"], 2))


def _names() -> list[str]:
    return [tool["function"]["name"] for tool in TOOLS]


def _call_schema(name: str) -> dict[str, Any]:
    parameters = TOOLS[_names().index(name)]["function"]["parameters"]
    properties = {"name": {"const": name}, "arguments": parameters}
    return {"type": "object", "properties": properties, "required": ["name", "arguments"]}


def _messages(query: str) -> list[Any]:
    return [SystemMessage(SYSTEM), HumanMessage(query)]


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

"""How much of a model's latency concurrency hides, and what exploring computes by itself a model call.

The model is a service in a process of its own that answers after 300 ms (`bench.model_service`). 50 tools are
practised side by side, 4 trials each. *Ideal* is the time of the longest chain of calls that one tool makes,
times the latency: what would be left if all tools ran side by side and nothing but the model took time. The
calls of one tool can't overlap, since each trial reads what the last one taught. *Share* is ideal divided by
measured.

*Processor* is the time of this process, all its threads, by the number of model calls: Practicum, LangGraph,
LangChain, the client, embedding and memory together.

*One at a time* is the same work without concurrency, as the reference implementation of the paper does it:
measured on a few of the tools, times the number of tools that they stand for.

    python -m bench.throughput
"""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import practicum
from bench.model_service import Served, serving
from practicum.graph.plan import Plan
from practicum.models import load_chat_model
from practicum.records import Outcome, Trial
from practicum.tools.catalog import Catalog
from practicum.tools.langchain_tools import make_catalog

LATENCY_MS = 300.0
TOOLS = 50
TRIALS = 4
ALONE = 5
"""Tools whose work is measured one call at a time."""
AIM_SHARE = 0.9
AIM_PROCESSOR_MS = 10.0


def run(quick: bool = False) -> dict[str, Any]:
    """Return seconds side by side, ideal and one at a time; and processor milliseconds a model call."""
    tools, alone, latency_ms = (6, 2, 50.0) if quick else (TOOLS, ALONE, LATENCY_MS)
    embedder = "hashing" if quick else "minilm"
    with serving(latency_ms) as served, tempfile.TemporaryDirectory() as folder:
        measure = _Measure(served, Path(folder), latency_ms / 1000, embedder)
        together, by_turns = asyncio.run(_measure_all(measure, tools, alone))
    one_at_a_time = by_turns["seconds"] * tools / alone
    return {
        "tools": tools,
        "trials_a_tool": TRIALS,
        "latency_ms": latency_ms,
        "embedder": embedder,
        **together,
        "aim_share_of_ideal": AIM_SHARE,
        "aim_processor_ms_a_call": AIM_PROCESSOR_MS,
        "one_at_a_time": {**by_turns, "tools": alone, "seconds_for_all_tools": round(one_at_a_time, 1)},
        "times_as_fast": round(one_at_a_time / together["seconds"], 1),
        "met": together["share_of_ideal"] >= AIM_SHARE and together["processor_ms_a_call"] < AIM_PROCESSOR_MS,
    }


async def _measure_all(measure: _Measure, tools: int, alone: int) -> tuple[dict[str, Any], dict[str, Any]]:
    # In one event loop, since the client's connections belong to one.
    await measure(registers(1, "warm_up"), 1)
    found = await measure(registers(tools), tools), await measure(registers(alone), 1)
    await measure.close()
    return found


def registers(count: int, name: str = "register") -> Catalog:
    """Return as many tools: each looks a text up in a register of its own, at once."""
    return make_catalog([_register(f"{name}_{number:02}") for number in range(count)])


def _register(name: str) -> Any:
    def look_up(text: str) -> dict[str, Any]:
        return {"register": name, "entry": text, "number": sum(map(ord, text)), "found": True}

    look_up.__name__ = name
    look_up.__doc__ = f"Look up what {name} says of something.\n\nArgs:\n    text: What is looked up.\n"
    return practicum.read_only(look_up)


class _Measure:
    """Explores in a home of its own each time, with the same model."""

    def __init__(self, served: Served, folder: Path, latency_s: float, embedder: str) -> None:
        self._served = served
        self._folder = folder
        self._latency_s = latency_s
        self._embedder = embedder
        self._model = load_chat_model(served.model)
        self._runs = 0

    async def __call__(self, tools: Catalog, concurrency: int) -> dict[str, Any]:
        """Explore the tools, so many at a time; return what it took."""
        self._runs += 1
        with practicum.open(self._folder / str(self._runs), embedder=self._embedder) as practice:
            practice.home.embedder.embed(["loaded before the clock starts"])
            before = self._served.calls()
            started, processor = time.perf_counter(), time.process_time()
            plan = await practice.explore(
                tools,
                model=self._model,
                episodes=1,
                trials=TRIALS,
                concurrency=concurrency,
                strategy="query-first",
            )
            seconds, processor = time.perf_counter() - started, time.process_time() - processor
            made = _calls_by_tool(plan, practice.trials_of(plan))
        calls = self._served.calls() - before
        assert calls == sum(made.values()), f"{calls} calls arrived of {made}"
        ideal = max(made.values()) * self._latency_s
        return {
            "model_calls": calls,
            "longest_chain": max(made.values()),
            "seconds": round(seconds, 2),
            "ideal_seconds": round(ideal, 2),
            "share_of_ideal": round(ideal / seconds, 3),
            "processor_ms_a_call": round(processor / calls * 1000, 2),
        }

    async def close(self) -> None:
        """Close the client's connections."""
        await self._model.root_async_client.close()  # type: ignore[attr-defined]  # OpenAI's client has one


def _calls_by_tool(plan: Plan, trials: Sequence[Trial]) -> Counter[str]:
    """Return the model calls by tool: those of the trials, and one for the lessons of the episode."""
    assert len(trials) == plan.total, f"{len(trials)} of {plan.total} trials were made"
    made: Counter[str] = Counter(tool.name for tool in plan.tools)
    for trial in trials:
        assert trial.outcome is Outcome.SOLVED, trial.reflection
        made[trial.tool] += trial.usage.model_calls
    return made


if __name__ == "__main__":
    print(json.dumps(run(), indent=2))

"""How long recalling from long-term memory takes: 10,000 trials of 50 tools.

``python -m bench.recall`` prints one JSON object. Every view is of a tool
chosen at random and asks for the 5 nearest past queries and 5 random ones.
"""

from __future__ import annotations

import asyncio
import json
import random
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from bench.machine import machine
from practicum.memory_store.index import TrialIndex
from practicum.memory_store.journal import Journal
from practicum.memory_store.long_term import LongTermMemory
from practicum.memory_store.upkeep import rebuild, sync
from practicum.models.cache import cache_dir
from practicum.models.embedders import Embedder, load_embedder
from practicum.records import Observation, Outcome, Step, Strategy, ToolCall, Trial

TRIALS = 10_000
QUICK_TRIALS = 500
TOOLS = 50
VIEWS = 300

SUBJECTS = ("pounds", "miles", "euros", "days", "degrees", "rain", "flights", "holidays", "time", "litres")
PLACES = ("Oslo", "Rome", "Lagos", "Lima", "Delhi", "Tokyo", "Quito", "Cairo", "Perth", "Berlin")
FRAMES = (
    "How many {0} are {1} {2} in {3}?",
    "Tell me about {0} and {2} in {3}, {1} of them.",
    "I need {1} {0} for {3}; what is that in {2}?",
    "In {3}, what are {1} {0} compared with {2}?",
)


def make_trial(number: int, rng: random.Random) -> Trial:
    """Return one of the trials; its record has the size of a usual one, about 1.5 KB."""
    tool = f"tool_{number % TOOLS}"
    query = rng.choice(FRAMES).format(
        rng.choice(SUBJECTS), rng.randint(1, 5000), rng.choice(SUBJECTS), rng.choice(PLACES)
    )
    step = Step(
        call=ToolCall(name=tool, arguments={"value": number}), observation=Observation(text="x" * 300)
    )
    return Trial(
        id=f"{number:08}",
        episode_id=f"{tool}/{number // 200}",
        tool=tool,
        tool_schema_hash="h",
        episode=number // 200 + 1,
        number=number // TOOLS % 4 + 1,
        strategy=Strategy.QUERY_FIRST,
        model="bench",
        query=query,
        steps=(step, step),
        outcome=Outcome.SOLVED if number % 3 else Outcome.UNSOLVED,
        started_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


def run(quick: bool = False) -> dict[str, Any]:
    """Measure and return the figures, in milliseconds where nothing else is said."""
    rng = random.Random(0)
    count = QUICK_TRIALS if quick else TRIALS
    embedder = load_embedder("minilm", cache_dir=cache_dir())
    embedder.embed(["warm"])
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        with Journal.open(home / "journal.sqlite", write=True) as journal:
            trials = [make_trial(number, rng) for number in range(count)]
            recording = [_seconds(partial(journal.record_trial, trial)) * 1000 for trial in trials]
            index = TrialIndex(home / "index", embedder)
            rebuilding = _seconds(lambda: rebuild(journal, index))
            syncing = _seconds(lambda: sync(journal, index))
            views = asyncio.run(_views(index, embedder, rng))
            index.close()
            reopened = TrialIndex(home / "index", embedder)
            first_sync = _seconds(lambda: sync(journal, reopened))
            first_views = asyncio.run(_first_views(reopened, embedder, rng))
            reopened.close()
            size = journal.stats().bytes
        index_size = sum(file.stat().st_size for file in (home / "index").rglob("*") if file.is_file())
    return {
        "trials": count,
        "tools": TOOLS,
        "record_trial": _summary(recording),
        **views,
        "first_view_of_a_tool_with_embedding": first_views,
        "rebuild_seconds": round(rebuilding, 2),
        "sync_nothing_missing_seconds": round(syncing, 3),
        "open_and_sync_nothing_missing_seconds": round(first_sync, 3),
        "journal_bytes": size,
        "index_bytes": index_size,
        "machine": machine(),
    }


async def _views(index: TrialIndex, embedder: Embedder, rng: random.Random) -> dict[str, Any]:
    wanted = [(f"tool_{rng.randrange(TOOLS)}", make_trial(n, rng).query + "!") for n in range(VIEWS)]
    cold = LongTermMemory(index, embedder)
    with_embedding = [await _milliseconds(cold.view(tool, query, rng)) for tool, query in wanted]
    without = [await _milliseconds(cold.view(tool, query, rng)) for tool, query in wanted[-200:]]
    unfocused = [await _milliseconds(cold.view(tool, None, rng)) for tool, _ in wanted]
    closest = [await _milliseconds(cold.closest(tool, query)) for tool, query in wanted[-200:]]
    return {
        "view_with_embedding": _summary(with_embedding),
        "view_embedding_known": _summary(without),
        "view_without_focus": _summary(unfocused),
        "closest_embedding_known": _summary(closest),
    }


async def _first_views(index: TrialIndex, embedder: Embedder, rng: random.Random) -> dict[str, float]:
    """Each tool's first view after opening, when nothing about it is in memory yet."""
    memory = LongTermMemory(index, embedder)
    wanted = [(f"tool_{n}", make_trial(n, rng).query + "?") for n in range(TOOLS)]
    return _summary([await _milliseconds(memory.view(tool, query, rng)) for tool, query in wanted])


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


async def _milliseconds(work: Awaitable[object]) -> float:
    started = time.perf_counter()
    await work
    return (time.perf_counter() - started) * 1000


def _summary(milliseconds: Sequence[float]) -> dict[str, float]:
    cuts = statistics.quantiles(milliseconds, n=100)
    return {"n": len(milliseconds), "p50": round(cuts[49], 2), "p95": round(cuts[94], 2)}


if __name__ == "__main__":
    print(json.dumps(run(), indent=2))

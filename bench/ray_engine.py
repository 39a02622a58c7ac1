"""Ray's workers beside one process, on tools that compute: trials a second, and what starting them costs.

Two tools, each call of which keeps a core busy in Python code, are explored by the same plan twice: by the
local engine with both tools side by side, which share one interpreter, and by Ray with a worker for each.
The model is scripted and replies at once, so that the tools' work and the engines' own is all there is.
Trials a second are counted from the first trial that ended to the last, without the start; the whole time,
with Ray's start and end, stands beside it. The gain can't be more than the number of cores that are free.

    python -m bench.ray_engine
"""

from __future__ import annotations

import asyncio
import json
import os
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bench.machine import machine
from bench.prompt_growth import exploration_script
from practicum.graph.campaign import Plan, Progress
from practicum.graph.engine import Engine
from practicum.graph.options import ExplorationOptions
from practicum.graph.workers.ray_engine import RayEngine
from practicum.graph.workers.recipe import Recipe
from practicum.memory_store.home import Home
from practicum.models.embedders import HashingEmbedder
from practicum.models.loader import load_chat_model
from practicum.practice import Practice
from practicum.tools.sources import load_tools

EPISODES = 5
TRIALS = 4
ROUNDS = 600_000
"""Of hashing, a call: about half a second of one core."""
TOOLS = '''
import hashlib
import practicum

def _busy(text: str) -> str:
    for _ in range(ROUNDS):
        text = hashlib.sha256(text.encode()).hexdigest()
    return text

@practicum.read_only
def convert_slowly(value: float, from_unit: str, to_unit: str) -> str:
    """Convert a value from a unit to another."""
    return _busy(f"{value} {from_unit} {to_unit}")

@practicum.read_only
def convert_later(value: float, from_unit: str, to_unit: str) -> str:
    """Convert a value from a unit to another, in time."""
    return _busy(f"{value} {from_unit} {to_unit}")
'''


def run(quick: bool = False) -> dict[str, Any]:
    """Return trials a second of both engines, measured one after the other."""
    if find_spec("ray") is None:
        return {"skipped": "Ray is not installed: the extra `ray`"}
    episodes, rounds = (1, ROUNDS // 20) if quick else (EPISODES, ROUNDS)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "tools.py").write_text(TOOLS.replace("ROUNDS", str(rounds)))
        # Each worker reads the script for itself; in one process both tools take from one.
        script = exploration_script(2 * episodes * TRIALS, 2 * episodes, "convert_slowly")
        lines = (reply.model_dump_json(exclude_defaults=True) for reply in script)
        (folder / "script.jsonl").write_text("\n".join(lines))
        here = _explored(folder, "local", episodes)
        workers = _explored(folder, "ray", episodes)
    return {
        "trials": 2 * episodes * TRIALS,
        "workers": 2,
        "local": here,
        "ray": workers,
        "gain": round(workers["trials_a_second"] / here["trials_a_second"], 2),
        "machine": machine(),
    }


def _explored(folder: Path, engine: str, episodes: int) -> dict[str, Any]:
    """Explore with an engine; return how fast, in seconds where nothing else is said."""
    model = f"scripted:{folder / 'script.jsonl'}"
    catalog = load_tools([str(folder / "tools.py")])
    plan = Plan(catalog.tools, model, ExplorationOptions(), episodes=episodes, trials=TRIALS)
    recipe = Recipe(
        (str(folder / "tools.py"),), tuple(tool.name for tool in catalog), model, "hashing", folder=folder
    )
    made: list[float] = []

    def watch(progress: Progress) -> None:
        if progress.trial is not None:
            assert progress.trial.outcome == "solved", progress.trial
            made.append(time.perf_counter())

    used: Engine | None = RayEngine(recipe) if engine == "ray" else None
    load, started = os.getloadavg()[0], time.perf_counter()
    with Practice(Home.open(folder / engine, HashingEmbedder(), write=True)) as practice:
        asyncio.run(practice.run(plan, load_chat_model(model), concurrency=2, watch=watch, engine=used))
    whole = time.perf_counter() - started
    return {
        "trials_a_second": round((len(made) - 1) / (made[-1] - made[0]), 2),
        "until_the_first_trial": round(made[0] - started, 1),
        "in_all": round(whole, 1),
        "load_before": round(load, 2),
    }


if __name__ == "__main__":
    print(json.dumps(run(), indent=2))

"""What a trial costs: model calls, tokens, bytes in the home, and time of this process.

A tool of the almanac is practised through the real graph as the paper does it, 15 episodes of 4 trials, the
model scripted; then the same under other names, in the same home, until there are several tools. What a
trial adds is the difference between the first tool and the last, so that what a home has once does not count.
Each trial takes one call of the tool, as most do; tokens are estimated from the prompts as they are sent
(`practicum.nodes.token_estimate`), the tool's schema included where it is sent. Replies are the script's,
which says no more than it must: a model that thinks aloud writes several times as much.

    python -m bench.capacity

docs/capacity.md plans with what this measures.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.exploring import almanac_tool, explore
from bench.machine import machine
from bench.prompt_growth import exploration_script
from practicum.graph.options import ExplorationOptions
from practicum.graph.plan import Plan
from practicum.models.cache import cache_dir
from practicum.models.caller import ModelCaller
from practicum.models.embedders import load_embedder
from practicum.models.scripted import ScriptedChatModel
from practicum.nodes.token_estimate import estimate
from practicum.records import canonical_json
from practicum.tools.catalog import Tool

TOOLS = 5
QUICK_TOOLS = 2
EPISODES = 15
TRIALS = 4
TABLES = ("trials", "executions", "notes", "explorations")


def run(quick: bool = False) -> dict[str, Any]:
    """Return what a trial takes."""
    embedder = load_embedder("hashing" if quick else "minilm", cache_dir=cache_dir())
    embedder.embed(["warm"])
    episodes, tools = (3, QUICK_TOOLS) if quick else (EPISODES, TOOLS)
    sizes, seconds, processor, model = [], [], [], ScriptedChatModel()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        for number in range(tools):
            tool = _named(almanac_tool("convert_units"), f"convert_units_{number}")
            model = ScriptedChatModel(replies=exploration_script(episodes * TRIALS, episodes, tool.name))
            plan = Plan((tool,), "scripted", ExplorationOptions(), episodes=episodes, trials=TRIALS)
            started, worked = time.perf_counter(), time.process_time()
            asyncio.run(explore(plan, ModelCaller(model, name="scripted"), embedder, folder=home))
            seconds.append(time.perf_counter() - started)
            processor.append(time.process_time() - worked)
            sizes.append(_sizes(home))
    made = episodes * TRIALS
    return {
        "tools": tools,
        "trials": tools * made,
        "model_calls_a_trial": round(len(model.prompts) / made, 2),
        "tokens_read_a_trial": round(_read(model) / made),
        "tokens_written_a_trial": round(_written(model) / made),
        "milliseconds_a_trial": round(1000 * sum(seconds[1:]) / (made * (tools - 1)), 1),
        "processor_milliseconds_a_trial": round(1000 * sum(processor[1:]) / (made * (tools - 1)), 1),
        "bytes_a_trial": {
            part: round((sizes[-1][part] - sizes[0][part]) / (made * (tools - 1))) for part in sizes[0]
        },
        "bytes_in_all": sizes[-1],
        "embedder": embedder.name,
        "machine": machine(),
    }


def _named(tool: Tool, name: str) -> Tool:
    """The same tool under another name."""
    return replace(tool, spec=tool.spec.model_copy(update={"name": name}))


def _read(model: ScriptedChatModel) -> int:
    prompts = sum(estimate(str(message.content)) for prompt in model.prompts for message in prompt)
    shown = sum(estimate(canonical_json({"tools": each["tools"]})) for each in model.bound)
    return prompts + shown


def _written(model: ScriptedChatModel) -> int:
    return sum(estimate(reply.model_dump_json(exclude_defaults=True)) for reply in model.replies)


def _sizes(home: Path) -> dict[str, int]:
    sizes = Counter(
        journal=_bytes([home / "journal.sqlite"]),
        index=_bytes(home.joinpath("index").rglob("*")),
        checkpoints=_bytes(home.glob("checkpoints.sqlite*")),
    )
    with sqlite3.connect(home / "journal.sqlite") as journal:
        for table in TABLES:
            sql = f"SELECT coalesce(sum(length(body) + length(id)), 0) FROM {table}"  # noqa: S608 - our names
            sizes[f"journal_{table}"] = journal.execute(sql).fetchone()[0]
    journal.close()
    return dict(sizes)


def _bytes(files: Any) -> int:
    found: Sequence[Path] = list(files)
    return sum(file.stat().st_size for file in found if file.is_file())


if __name__ == "__main__":
    print(json.dumps(run(), indent=2))

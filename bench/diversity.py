"""How different the queries of call-first exploration are, with and without long-term memory.

The model is a stand-in that says nothing, so that this costs no decoding: queries come
from sampled calls and their phrasing, which are the real ones, and so is the screening
of near-duplicates. A value that only a model can name falls back to examples and to what
was accepted. What a model's own wishes would add or spoil is not measured here.

    python -m bench.diversity
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import Any

from langchain_core.messages import BaseMessage

from bench.exploring import almanac_tool, explore
from practicum.graph.campaign import Plan
from practicum.graph.options import ExplorationOptions
from practicum.memory_store.embedding import Embedder
from practicum.memory_store.similarity import near_duplicates
from practicum.models.cache import cache_dir
from practicum.models.caller import Reply
from practicum.models.embedders import load_embedder
from practicum.records import JsonObject, Strategy, ToolSpec, Trial, canonical_json

TOOLS = ("convert_units", "public_holidays")
"""One with a million calls and one with a few thousand."""
TRIALS = 4
EPISODES = 15
SEEDS = (0, 1, 2)
THRESHOLD = 0.95


class SilentModel:
    """Stands in for a model: has no value to offer and calls nothing."""

    name = "silent stand-in"
    takes_variants = True

    async def call(
        self,
        messages: Sequence[BaseMessage],
        *,
        tools: Sequence[ToolSpec] = (),
        grounded: Sequence[ToolSpec] | None = None,
        tool_choice: str = "auto",
        temperature: float | None = None,
        documented: bool = True,
    ) -> Reply:
        del messages, tools, grounded, tool_choice, temperature, documented
        return Reply(text="(a stand-in)")

    async def ask(
        self, messages: Sequence[BaseMessage], schema: JsonObject, *, temperature: float | None = None
    ) -> Reply:
        del messages, schema, temperature
        return Reply(text="", unreadable="a stand-in")


def run(quick: bool = False) -> dict[str, Any]:
    """Return shares of distinct queries by tool and memory, means over seeds."""
    embedder = load_embedder("hashing" if quick else "minilm", cache_dir=cache_dir())
    episodes, seeds = (4, SEEDS[:1]) if quick else (EPISODES, SEEDS)
    return {
        "model": "a stand-in that says nothing; sampling, phrasing and screening are the real ones",
        "strategy": Strategy.CALL_FIRST.value,
        "embedder": embedder.name,
        "near_duplicate_from": THRESHOLD,
        "trials": episodes * TRIALS,
        "seeds": list(seeds),
        "tools": {
            name: {
                "with_long_term": _over_seeds(name, frozenset(), episodes, seeds, embedder),
                "without_long_term": _over_seeds(name, frozenset({"long-term"}), episodes, seeds, embedder),
            }
            for name in TOOLS
        },
    }


def _over_seeds(
    name: str, without: frozenset[str], episodes: int, seeds: Sequence[int], embedder: Embedder
) -> dict[str, Any]:
    options = ExplorationOptions(strategy=Strategy.CALL_FIRST, without=without)
    shares = []
    for seed in seeds:
        plan = Plan((almanac_tool(name),), SilentModel.name, options, episodes, TRIALS, seed)
        shares.append(distinct_shares(asyncio.run(explore(plan, SilentModel(), embedder)), embedder))
    means = {key: round(sum(each[key] for each in shares) / len(shares), 3) for key in shares[0]}
    return {**means, "by_seed": shares}


def distinct_shares(trials: Sequence[Trial], embedder: Embedder) -> dict[str, float]:
    """Return the shares, of all trials, that are new in text, in meaning, and in their call.

    A trial without a query is not distinct. A query is new in meaning if no
    earlier one has a cosine similarity of `THRESHOLD` or more to it.
    """
    queries = [normalised(trial.query) for trial in trials if trial.query]
    repeated = {later for _, later, _ in near_duplicates(queries, None, embedder, THRESHOLD)}
    calls = {canonical_json(trial.imagined.arguments) for trial in trials if trial.imagined}
    return {
        "with_query": _share(len(queries), trials),
        "distinct_text": _share(len(set(queries)), trials),
        "distinct_meaning": _share(len(queries) - len(repeated), trials),
        "distinct_calls": _share(len(calls), trials),
    }


def normalised(query: str) -> str:
    """Return the words of a query: without case, spacing and the marks at its end."""
    return " ".join(query.casefold().split()).strip(" .?!")


def _share(count: int, trials: Sequence[Trial]) -> float:
    return round(count / len(trials), 3)


if __name__ == "__main__":
    print(json.dumps(run(), indent=2))

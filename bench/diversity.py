"""How different the queries of exploration are, with and without long-term memory.

By default the model is a stand-in that says nothing, so that this costs no decoding: queries come
from sampled calls and their phrasing, which are the real ones, and so is the screening of
near-duplicates. A value that only a model can name falls back to examples and to what was
accepted. What a model's own wishes add or spoil is measured with ``--model``: it imagines every
query itself, query-first, as in the STE paper, whose figures for one tool are 100 % distinct
subjects with long-term memory and 71.7 % without. The embedded model takes an hour or two for it.

    python -m bench.diversity
    python -m bench.diversity --model local --home .practicum/diversity
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.exploring import almanac_tool, explore
from bench.machine import machine
from practicum.cli.progress import watch_exploration
from practicum.graph.campaign import Plan
from practicum.graph.options import ExplorationOptions
from practicum.memory_store.embedding import Embedder
from practicum.memory_store.similarity import near_duplicates
from practicum.models import load_chat_model
from practicum.models.cache import cache_dir
from practicum.models.caller import ModelCaller
from practicum.models.embedders import load_embedder
from practicum.models.silent import SilentChatModel
from practicum.records import Outcome, Strategy, Trial, Usage, canonical_json

TOOLS = ("convert_units", "public_holidays")
"""One with a million calls and one with a few thousand."""
TRIALS = 4
EPISODES = 15
SEEDS = (0, 1, 2)
THRESHOLD = 0.95
MEMORIES: dict[str, frozenset[str]] = {
    "with_long_term": frozenset(),
    "without_long_term": frozenset({"long-term"}),
}
"""What is left out of the method, by the name of the figures."""


def run(quick: bool = False) -> dict[str, Any]:
    """Return shares of distinct queries by tool and memory with the stand-in, means over seeds."""
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
                memory: _over_seeds(name, without, episodes, seeds, embedder)
                for memory, without in MEMORIES.items()
            }
            for name in TOOLS
        },
    }


def _over_seeds(
    name: str, without: frozenset[str], episodes: int, seeds: Sequence[int], embedder: Embedder
) -> dict[str, Any]:
    options = ExplorationOptions(strategy=Strategy.CALL_FIRST, without=without)
    model = ModelCaller(SilentChatModel(), name="silent stand-in")
    shares = []
    for seed in seeds:
        plan = Plan((almanac_tool(name),), model.name, options, episodes, TRIALS, seed)
        shares.append(distinct_shares(asyncio.run(explore(plan, model, embedder)), embedder))
    means = {key: round(sum(each[key] for each in shares) / len(shares), 3) for key in shares[0]}
    return {**means, "by_seed": shares}


def run_model(
    spec: str,
    *,
    tool: str = TOOLS[0],
    strategy: Strategy = Strategy.QUERY_FIRST,
    episodes: int = EPISODES,
    trials: int = TRIALS,
    seed: int = 0,
    embedder: str = "minilm",
    home: Path | None = None,
) -> dict[str, Any]:
    """Let a real model imagine, and return the shares with and without long-term memory.

    Args:
        spec: The model, such as ``local``.
        tool: One of the almanac's tools.
        strategy: How queries are imagined.
        episodes: Of the tool; each has ``trials`` trials.
        trials: An episode.
        seed: Of the plan.
        embedder: Of long-term memory, and of what counts as new in meaning.
        home: Where both homes are kept, so that the same again goes on; None keeps nothing.
    """
    vectors = load_embedder(embedder, cache_dir=cache_dir())
    model = ModelCaller(load_chat_model(spec), name=spec)
    found: dict[str, Any] = {}
    for memory, without in MEMORIES.items():
        options = ExplorationOptions(strategy=strategy, without=without)
        plan = Plan((almanac_tool(tool),), spec, options, episodes, trials, seed)
        print(f"{memory} ...", file=sys.stderr, flush=True)
        with watch_exploration(plan.total, 0) as watch:
            folder = home / memory if home else None
            made = asyncio.run(explore(plan, model, vectors, folder=folder, watch=watch))
        found[memory] = _figures(made, vectors)
    return {
        "model": spec,
        "strategy": strategy.value,
        "tool": tool,
        "embedder": vectors.name,
        "near_duplicate_from": THRESHOLD,
        "seed": seed,
        "paper": {"with_long_term": 1.0, "without_long_term": 0.717},
        **found,
        "machine": machine(),
    }


def _figures(made: Sequence[Trial], embedder: Embedder) -> dict[str, Any]:
    trials = [trial for trial in made if trial.outcome is not Outcome.BROKEN]
    usage = sum((trial.usage for trial in made), Usage())
    return {
        "trials": len(trials),
        "broken": len(made) - len(trials),
        **(distinct_shares(trials, embedder) if trials else {}),
        "solved": sum(trial.outcome is Outcome.SOLVED for trial in trials),
        "model_calls": usage.model_calls,
        "prompt_tokens": usage.prompt_tokens,
        "seconds": round(sum(trial.seconds for trial in made)),
        "queries": [trial.query for trial in trials],
    }


def distinct_shares(trials: Sequence[Trial], embedder: Embedder) -> dict[str, float]:
    """Return the shares, of all trials, that are new in text, in meaning, and in their call.

    A trial without a query is not distinct. A query is new in meaning if no
    earlier one has a cosine similarity of `THRESHOLD` or more to it. A trial's
    call is the one its query was phrased from, or the last that succeeded.
    """
    queries = [normalised(trial.query) for trial in trials if trial.query]
    repeated = {later for _, later, _ in near_duplicates(queries, None, embedder, THRESHOLD)}
    made = [trial.imagined or trial.final_call for trial in trials]
    calls = {canonical_json(call.arguments) for call in made if call}
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


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure with the stand-in, or with the model that was named, and print one JSON object."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.diversity", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--quick", action="store_true", help="the stand-in on a small size")
    parser.add_argument("--model", help="let this model imagine, such as local")
    parser.add_argument("--tool", default=TOOLS[0], help="one of the almanac's")
    parser.add_argument("--strategy", default=Strategy.QUERY_FIRST, type=Strategy, choices=list(Strategy))
    parser.add_argument("--episodes", type=int, default=EPISODES)
    parser.add_argument("--trials", type=int, default=TRIALS, help="an episode")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--embedder", default="minilm")
    parser.add_argument("--home", type=Path, help="keep the homes here, to go on where it was interrupted")
    options = vars(parser.parse_args(arguments))
    spec, quick = options.pop("model"), options.pop("quick")
    print(json.dumps(run_model(spec, **options) if spec else run(quick), indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main()

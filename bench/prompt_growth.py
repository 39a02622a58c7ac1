"""Does the prompt of query-first imagination grow with the trials in memory?

One tool is explored twice through the real graph, the model scripted: with long-term
memory as it is, which shows a bounded view; and, as the reference of the STE paper
does, with every past query pasted. All else is the same: prompts, notes, short-term memory.

Trial 60 is the last of its episode and trial 5 the first of its own, so their ratio
holds short-term memory, which each episode starts anew: trials at the same place of an
episode, and an exploration without short-term memory, tell that apart. The bounded view
and the notes are full from trial 21 on.

    python -m bench.prompt_growth
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from functools import partial
from itertools import product
from typing import Any

from bench.exploring import almanac_tool, explore
from practicum.graph.campaign import Plan
from practicum.graph.options import ExplorationOptions
from practicum.memory_store.home import Home
from practicum.memory_store.long_term import LongTermMemory
from practicum.models.caller import ModelCaller
from practicum.models.embedders import HashingEmbedder
from practicum.models.scripted import ScriptedChatModel, ScriptedReply
from practicum.records import Outcome, ToolCall
from practicum.tools.almanac.units import convert_units

TRIALS = 4
"""Trials an episode, as in the paper."""
EPISODES = 15
FULL = (21, 24)
"""First and last trial of the first episode that sees as many past queries and notes as any sees."""
TARGET = 1.3

PAIRS = (
    ("kg", "pound"), ("mile", "km"), ("celsius", "fahrenheit"), ("litre", "gallon"),
    ("acre", "hectare"), ("knot", "km/h"), ("psi", "bar"), ("ounce", "gram"),
    ("foot", "meter"), ("kWh", "megajoule"), ("week", "hour"), ("horsepower", "kilowatt"),
)  # fmt: skip
FRAMES = (
    "My scale and my recipe disagree: how much is {0} {1} when I need it in {2}?",
    "Convert {0} {1} to {2} for the label of a parcel to Canada, please",
    "I read that a Norwegian record stands at {0} {1}. What would that be in {2}?",
    "{0} {1} in {2}?",
    "Our supplier quotes {0} {1} but the form only takes {2}; which number do I write down?",
)
LESSONS = (
    "Units may be given by name or by symbol; plural names are accepted as well (episode {0}).",
    "Both units must measure the same quantity, else the call is refused (seen again in episode {0}).",
)

Count = Callable[[str], int]


def run(quick: bool = False) -> dict[str, Any]:
    """Return the prompts' lengths in tokens, ours beside those with all past queries."""
    episodes = 3 if quick else EPISODES
    count, unit = _counter(quick=quick)
    ours = [count(prompt) for prompt in _prompts(episodes)]
    alone = [count(prompt) for prompt in _prompts(episodes, without=frozenset({"short-term"}))]
    pasted = [count(prompt) for prompt in _prompts(episodes, pasting=True)]
    return {
        "tool": "convert_units",
        "model": "scripted",
        "unit": unit,
        "trials": len(ours),
        "trials_an_episode": TRIALS,
        "bounded_view": _figures(ours),
        "bounded_view_without_short_term": _figures(alone),
        "all_past_queries": _figures(pasted),
        "target_last_to_5": TARGET,
        "target_met": ours[-1] / ours[4] <= TARGET,
    }


def _figures(lengths: list[int]) -> dict[str, Any]:
    last = len(lengths)
    first_of_last = last - TRIALS + 1
    shown = sorted({1, 5, 8, *FULL, first_of_last, last})
    pairs = ((last, 5), (first_of_last, 5), (last, 8), (first_of_last, FULL[0]), (last, FULL[1]))
    return {
        "length_at_trial": {str(trial): lengths[trial - 1] for trial in shown if trial <= last},
        "longest": max(lengths),
        "ratios": {
            f"{later}_to_{earlier}": round(lengths[later - 1] / lengths[earlier - 1], 2)
            for later, earlier in pairs
            if earlier < later
        },
    }


def _prompts(episodes: int, *, pasting: bool = False, without: frozenset[str] = frozenset()) -> list[str]:
    """Explore, and return the prompt of imagination of each trial."""
    total = episodes * TRIALS
    model = ScriptedChatModel(replies=_script(total, episodes))
    options = ExplorationOptions(without=without)
    plan = Plan((almanac_tool("convert_units"),), "scripted", options, episodes=episodes, trials=TRIALS)

    def everything(home: Home) -> LongTermMemory:
        return LongTermMemory(home.index, home.embedder, shown_sampled=total)

    exploring = partial(explore, plan, ModelCaller(model, name="scripted"), HashingEmbedder())
    trials = asyncio.run(exploring(remembering=everything) if pasting else exploring())
    assert [trial.outcome for trial in trials] == [Outcome.SOLVED] * total
    last_words = (str(prompt[-1].text) for prompt in model.prompts)
    prompts = [text for text in last_words if text.startswith("You imagine what users")]
    assert len(prompts) == total, "a query of the script was taken for a near-duplicate"
    return prompts


def _script(trials: int, episodes: int) -> tuple[ScriptedReply, ...]:
    # Replies to prompts that repeat queries (imagining, reflecting, summarizing) come before the calls.
    asked = [_asked(number) for number in range(trials)]
    return (
        *(ScriptedReply(when="You imagine what users", structured={"query": query}) for query, _ in asked),
        *(ScriptedReply(when="judge it strictly", structured=_verdict()) for _ in asked),
        *(ScriptedReply(when="You practised with", structured=_lessons(each)) for each in range(episodes)),
        *(ScriptedReply(when=query, tool_calls=(call,)) for query, call in asked),
        *(ScriptedReply(content=_answer(call)) for _, call in asked),
    )


def _asked(number: int) -> tuple[str, ToolCall]:
    frame, (source, target) = list(product(FRAMES, PAIRS))[number * 7 % (len(FRAMES) * len(PAIRS))]
    arguments = {"value": 12 + 37 * number, "from_unit": source, "to_unit": target}
    query = frame.format(arguments["value"], source, target)
    return query, ToolCall(name="convert_units", arguments=arguments)


def _verdict() -> dict[str, Any]:
    return {"reason": "the tool returned what was asked for", "solved": True}


def _lessons(episode: int) -> dict[str, Any]:
    lessons = [
        {"parameter": "to_unit", "text": lesson.format(episode + 1), "trials": [1, 2]} for lesson in LESSONS
    ]
    return {"lessons": lessons}


def _answer(call: ToolCall) -> str:
    result = convert_units(**call.arguments)
    return f"{call.arguments['value']} {call.arguments['from_unit']} is {result['value']} {result['unit']}."


def _counter(*, quick: bool) -> tuple[Count, str]:
    """Return what counts tokens, the embedded model's where its tokenizer is installed, and its name."""
    if not quick:
        try:
            return _embedded_counter(), "tokens of the embedded model"
        except (ImportError, OSError, ValueError):
            pass
    return (lambda text: -(-len(text) // 4)), "characters / 4"


def _embedded_counter() -> Count:
    from transformers import AutoTokenizer

    from practicum.models.cache import cache_dir
    from practicum.models.weights import embedded_weights

    weights = embedded_weights(cache_dir())
    tokenizer: Any = AutoTokenizer.from_pretrained(str(weights.parent), gguf_file=weights.name)
    return lambda text: len(tokenizer(text, add_special_tokens=False)["input_ids"])


if __name__ == "__main__":
    print(json.dumps(run(), indent=2))

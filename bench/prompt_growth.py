"""Does the prompt of query-first imagination grow with the trials in memory?

One tool is explored through the real graph, the model scripted, its memory within a budget
of tokens. Beside it stands what the same trials' prompts are without a budget and, as in the
reference of the STE paper, with every past query pasted: written from the recorded trials by
the same function and prompt, with the same notes.

Trial 60 is the last of its episode and trial 5 the first of its own, so their ratio
holds short-term memory, which each episode starts anew: trials at the same place of an
episode, and an exploration without short-term memory, tell that apart. The budget is spent
in full from trial 6 on wherever there is short-term memory.

    python -m bench.prompt_growth
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from itertools import product
from typing import Any

from bench.exploring import almanac_tool, explore
from practicum.graph.campaign import Plan
from practicum.graph.options import ExplorationOptions
from practicum.models.caller import ModelCaller
from practicum.models.embedders import HashingEmbedder
from practicum.models.scripted import ScriptedChatModel, ScriptedReply
from practicum.nodes.imagine import imagination_prompt
from practicum.nodes.memory_budget import MEMORY_TOKENS
from practicum.nodes.state import EpisodeState
from practicum.nodes.summarize import make_note
from practicum.records import LongTermView, Outcome, PastQuery, ToolCall, Trial
from practicum.tools.almanac.units import convert_units

TRIALS = 4
"""Trials an episode, as in the paper."""
EPISODES = 15
FULL = (21, 24)
"""First and last trial of the sixth episode, before which there are more past queries and notes than fit."""
NOTES = 8
"""As many of the newest notes as a campaign hands to an episode."""
UNBOUNDED = 1_000_000
"""Tokens of memory that no exploration here fills."""
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
    prompts, trials = _explored(episodes)
    ours = [count(prompt) for prompt in prompts]
    alone = [count(prompt) for prompt in _explored(episodes, without=frozenset({"short-term"}))[0]]
    pasted = [count(prompt) for prompt in _pasted(trials)]
    return {
        "tool": "convert_units",
        "model": "scripted",
        "unit": unit,
        "trials": len(ours),
        "trials_an_episode": TRIALS,
        "memory_tokens": MEMORY_TOKENS,
        "within_budget": _figures(ours),
        "within_budget_without_short_term": _figures(alone),
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


def _explored(episodes: int, *, without: frozenset[str] = frozenset()) -> tuple[list[str], list[Trial]]:
    """Explore, and return the prompt of imagination of each trial, and the trials."""
    total = episodes * TRIALS
    model = ScriptedChatModel(replies=exploration_script(total, episodes))
    options = ExplorationOptions(without=without)
    plan = Plan((almanac_tool("convert_units"),), "scripted", options, episodes=episodes, trials=TRIALS)
    trials = asyncio.run(explore(plan, ModelCaller(model, name="scripted"), HashingEmbedder()))
    assert [trial.outcome for trial in trials] == [Outcome.SOLVED] * total
    last_words = (str(prompt[-1].text) for prompt in model.prompts)
    prompts = [text for text in last_words if text.startswith("You imagine what users")]
    assert len(prompts) == total, "a query of the script was taken for a near-duplicate"
    return prompts, trials


def _pasted(trials: Sequence[Trial]) -> list[str]:
    """Return the prompts of imagination with all that memory held before each of the trials."""
    spec = almanac_tool("convert_units").spec
    prompts = []
    for index in range(len(trials)):
        episode = index // TRIALS
        first = episode * TRIALS
        past = [
            PastQuery(trial_id=each.id, query=each.query, outcome=each.outcome) for each in trials[:first]
        ]
        state = EpisodeState(
            short_term=[trial.as_dict() for trial in trials[first:index]],
            long_term=LongTermView(sampled=tuple(past), total=first).as_dict(),
        )
        notes = [
            make_note(spec, "to_unit", lesson.format(number + 1), ["1", "2"])
            for number in range(episode)
            for lesson in LESSONS
        ]
        prompts.append(imagination_prompt(spec, state, notes[-NOTES:], UNBOUNDED))
    return prompts


def exploration_script(trials: int, episodes: int, name: str = "convert_units") -> tuple[ScriptedReply, ...]:
    """Return all that a model says while it explores the tool, whatever the tool is called here."""
    # Replies to prompts that repeat queries (imagining, reflecting, summarizing) come before the calls.
    asked = [_asked(number, name) for number in range(trials)]
    return (
        *(ScriptedReply(when="You imagine what users", structured={"query": query}) for query, _ in asked),
        *(ScriptedReply(when="judge it strictly", structured=_verdict()) for _ in asked),
        *(ScriptedReply(when="You practised with", structured=_lessons(each)) for each in range(episodes)),
        *(ScriptedReply(when=query, tool_calls=(call,)) for query, call in asked),
        *(ScriptedReply(content=_answer(call)) for _, call in asked),
    )


def _asked(number: int, name: str) -> tuple[str, ToolCall]:
    frame, (source, target) = list(product(FRAMES, PAIRS))[number * 7 % (len(FRAMES) * len(PAIRS))]
    arguments = {"value": 12 + 37 * number, "from_unit": source, "to_unit": target}
    query = frame.format(arguments["value"], source, target)
    return query, ToolCall(name=name, arguments=arguments)


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

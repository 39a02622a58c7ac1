"""Imagine, call-first: sample a call, confirm it by execution, then say it as a user would.

For models that can't imagine free-form queries. The pair of query and call is
kept by reflection only if the model, given the query alone, comes back to it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from datetime import date
from itertools import combinations
from typing import Any

from langchain_core.messages import HumanMessage

from practicum.models.caller import ChatModel
from practicum.nodes.forms import told_forms, with_forms
from practicum.nodes.grounding.cues import alike
from practicum.nodes.harvest import accepted_values, blamed, confirmed_calls, named_values, refused_calls
from practicum.nodes.made_up import make_up
from practicum.nodes.moments import KINDS as MOMENTS
from practicum.nodes.moments import told_days, widest
from practicum.nodes.observe import require_available
from practicum.nodes.phrasing import phrase
from practicum.nodes.prompting import render
from practicum.nodes.ranges import Range, refused_ranges
from practicum.nodes.sampling import AskValue, Pool, sample_call, vary_call
from practicum.nodes.state import EpisodeState, Node, earlier_trials, steps_of, trial_id, usage_after
from practicum.records import JsonObject, Mode, Step, ToolCall, ToolSpec, Usage, canonical_json
from practicum.tools.executor import Executor
from practicum.values import clock

MOST_REDRAWN = 8
"""Draws until a call was not refused before."""
_ORDER = re.compile(r"\b(?:before|after|earlier|later|precedes?|follows?)\b")
MOST_ITEMS = 3
"""Of an array that the model is asked for."""
_VALUES = frozenset({"const", "enum", "default", "examples"})
_NAMED = frozenset({"properties", "patternProperties", "$defs", "definitions", "dependentSchemas"})
"""Keywords of a schema that hold values; that hold schemas by names of the schema's author."""


def make_imagine_call(model: ChatModel, spec: ToolSpec, executor: Executor, *, max_probes: int = 4) -> Node:
    """Return the node that imagines by sampling at most ``max_probes`` calls and phrasing one that works."""

    async def imagine(state: EpisodeState) -> EpisodeState:
        rng = rng_of(state)
        asked = ValueProposer(model, spec, rng, most=max_probes * len(spec.properties))
        probes = await probe(spec, state, executor, rng, asked.value, max_probes)
        last = probes[-1]
        said = phrase(_documented(spec, state, probes), last.call, rng) if last.call else None
        return EpisodeState(
            query=said.query if said else "",
            imagined=last.call.as_dict() if last.call and confirmed(last) else None,
            feasible=answered(last) and said is not None,
            probes=[*state.get("probes", []), *(step.as_dict() for step in probes)],
            usage=usage_after(state, asked.usage),
        )

    return imagine


async def probe(
    spec: ToolSpec,
    state: EpisodeState,
    executor: Executor,
    rng: random.Random,
    ask: AskValue,
    most: int,
    *,
    given: JsonObject | None = None,
    before: Sequence[Step] = (),
) -> list[Step]:
    """Execute sampled calls until one is accepted; a refused one is mended where its message points.

    A call that is kept from running is neither: there is nothing to learn from another one.

    Args:
        spec: The tool.
        state: The episode so far.
        executor: Runs the calls.
        rng: Decides what is sampled.
        ask: Asks the model for a value.
        most: Calls at most.
        given: Arguments that every call has, whatever is sampled.
        before: Calls that were tried in this imagining already.
    """
    probes: list[Step] = []
    offset = len(state.get("probes", [])) + len(before)
    call: ToolCall | None = None
    while len(probes) < most and not (probes and answered(probes[-1])):
        pool, documented = _pool(spec, state, probes), _documented(spec, state, probes)
        if call is None:
            call = await _new_call(documented, pool, rng, ask)
        else:
            call = await _mended(documented, call, probes[-1], pool, rng, ask)
        call = call.model_copy(update={"arguments": {**call.arguments, **(given or {})}})
        key = f"{trial_id(state)}/probe-{offset + len(probes)}"
        observation = require_available(await executor.execute(call, key=key))
        probes.append(Step(call=call, observation=observation))
    return probes


def confirmed(step: Step) -> bool:
    """Whether execution accepted the call; what a model made up confirms nothing."""
    return step.observation.ok and step.observation.mode is not Mode.SIMULATED


def answered(step: Step) -> bool:
    """Whether there is a call to phrase: it returned something, or fits the schema and may not run."""
    return step.observation.ok or step.observation.checked_only


async def _mended(
    spec: ToolSpec, call: ToolCall, refused: Step, pool: Pool, rng: random.Random, ask: AskValue
) -> ToolCall:
    """Return the call with what its refusal points to sampled anew; what was refused is not tried again.

    Where all values of that were refused, another argument is varied.
    """
    turned = _in_order(spec, call, refused.observation.text)
    if turned is not None and turned.signature not in pool.refused:
        return turned
    missing = [name for name in spec.properties if name in spec.required - call.arguments.keys()]
    about = missing or blamed(spec, call, refused.observation.text)
    varied = call
    for attempt in range(MOST_REDRAWN):
        only = about if attempt < MOST_REDRAWN // 2 else ()
        varied = await vary_call(spec, call, pool, rng, ask, only=only)
        if varied.signature not in pool.refused:
            break
    return varied


def _in_order(spec: ToolSpec, call: ToolCall, message: str) -> ToolCall | None:
    """The call with two moments swapped, where its refusal says that one of them is before the other."""
    from practicum import values

    given = [name for name in call.arguments if name in spec.properties]
    named = [name for name in given if re.search(rf"\b{re.escape(name)}\b", message)]
    kinds = {values.detect(name, spec.properties[name]) for name in named}
    if len(named) != 2 or len(kinds) != 1 or not kinds <= MOMENTS or not _ORDER.search(message):
        return None
    one, other = named
    swapped = {one: call.arguments[other], other: call.arguments[one]}
    return call.model_copy(update={"arguments": {**call.arguments, **swapped}})


async def _new_call(spec: ToolSpec, pool: Pool, rng: random.Random, ask: AskValue) -> ToolCall:
    """Sample a call that this episode has not tried, as far as a few tries find one."""
    tried = {call.signature for call in pool.calls} | pool.refused
    call = await sample_call(spec, pool, rng, ask)
    for _ in range(5):
        if call.signature not in tried and not _says_one_thing_twice(spec, call):
            break
        call = await sample_call(spec, pool, rng, ask)
    return call


def _says_one_thing_twice(spec: ToolSpec, call: ToolCall) -> bool:
    """Whether arguments of one kind are the same: nobody converts fahrenheit to fahrenheit."""
    from practicum import values

    twins = [name for name in alike(spec) if name in call.arguments]
    return any(
        values.equivalent(one, spec.properties[one], call.arguments[one], call.arguments[other])
        for one, other in combinations(twins, 2)
    )


def _pool(spec: ToolSpec, state: EpisodeState, probes: Sequence[Step]) -> Pool:
    """What both memories and the probes so far tell of the tool's values."""
    steps = _steps(state, probes)
    calls = [
        *(ToolCall.from_dict(call) for call in state.get("known_calls", [])),
        *confirmed_calls(spec.name, steps),
    ]
    unique = list({call.signature: call for call in calls if call.name == spec.name}.values())
    lead = spec.name == state["episode"]["tool"]
    known = state.get("known_values", {}) if lead else state.get("known_of_others", {}).get(spec.name, {})
    named = {name: list(found) for name, found in known.items()}
    for name, found in named_values(spec, steps).items():
        named[name] = list(dict.fromkeys([*named.get(name, []), *found]))
    told = state.get("known_ranges", {}).get(spec.name, {})
    ranges = {name: Range(**each) for name, each in told.items()} | refused_ranges(spec, steps)
    known_days = state.get("known_days")
    before = (date.fromisoformat(known_days[0]), date.fromisoformat(known_days[1])) if known_days else None
    began = state.get("started_at", "")  # and not now: a trial that is resumed draws the same again
    return Pool(
        accepted_values(spec, unique),
        named,
        unique,
        ranges,
        widest(before, told_days(steps)),
        clock.day_of(began) if began else None,
        frozenset(state.get("known_refused", {}).get(spec.name, ())) | refused_calls(spec, steps),
    )


def _documented(spec: ToolSpec, state: EpisodeState, probes: Sequence[Step]) -> ToolSpec:
    """The tool as its documentation would be if it said what refusals say of how texts are written."""
    told = state.get("known_forms", {}).get(spec.name, {})
    return with_forms(spec, told | told_forms(spec, _steps(state, probes)))


def _steps(state: EpisodeState, probes: Sequence[Step]) -> list[Step]:
    """The calls of the episode, those of the trial under way included."""
    steps = [step for trial in earlier_trials(state) for step in (*trial.probes, *trial.steps)]
    return [*steps, *steps_of(state), *(Step.from_dict(step) for step in state.get("probes", [])), *probes]


def rng_of(state: EpisodeState) -> random.Random:
    """The same randomness each time a trial is resumed, so that nothing is executed twice."""
    return random.Random(f"{state['episode']['seed']}/{trial_id(state)}/{len(state.get('rejected', []))}")


def bounded(schema: JsonObject) -> JsonObject:
    """Return a schema whose arrays, at any depth, hold at most `MOST_ITEMS`, or as few as they must.

    A small model that may go on does: a list of objects was as long as the grammar let it be.
    """
    found: JsonObject = {key: _bounded_part(key, part) for key, part in schema.items()}
    if "items" in found or found.get("type") == "array":
        least, most = found.get("minItems", 0), found.get("maxItems", MOST_ITEMS)
        found["maxItems"] = max(least, min(most, MOST_ITEMS))
    return found


def _bounded_part(keyword: str, part: Any) -> Any:
    if keyword in _VALUES:
        return part
    if isinstance(part, list):
        return [bounded(each) if isinstance(each, dict) else each for each in part]
    if not isinstance(part, dict):
        return part
    if keyword in _NAMED:
        return {name: bounded(each) if isinstance(each, dict) else each for name, each in part.items()}
    return bounded(part)


class ValueProposer:
    """Has the model propose values, and adds up the cost; for one that says nothing they are made up."""

    def __init__(self, model: ChatModel, spec: ToolSpec, rng: random.Random, *, most: int) -> None:
        self._model = model
        self._spec = spec
        self._rng = rng
        self._left = most
        self.usage = Usage()

    async def value(self, parameter: str, schema: JsonObject) -> Any:
        """Return a value that the model finds plausible, or None; None, too, when it was asked enough."""
        if self._model.silent:
            return make_up(parameter, schema, self._rng) if parameter in self._spec.required else None
        if self._left <= 0:
            return None
        self._left -= 1
        spec, schema = self._spec, bounded(schema)
        meaning = str(schema.get("description", "")) or canonical_json(schema)
        prompt = render(
            "sample_value", name=spec.name, description=spec.description, parameter=parameter, meaning=meaning
        )
        wanted = {
            "title": "Value",
            "description": "One value.",
            "type": "object",
            "properties": {"value": schema},
            "required": ["value"],
            "additionalProperties": False,
        }
        reply = await self._model.ask([HumanMessage(content=prompt)], wanted, temperature=0.9)
        self.usage = self.usage + reply.usage
        return (reply.structured or {}).get("value")

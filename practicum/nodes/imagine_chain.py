"""Imagine, call-first, for several tools: calls that feed each other, then one query for all of them.

A first call is sampled and confirmed as for one tool (`imagine_call`); what it returned is given to the next
one, where the next one takes it. The query says what the first calls were given, and of the last ones that
they are about what comes back.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import permutations

from practicum.models.caller import ChatModel
from practicum.nodes.imagine_call import ValueProposer, answered, confirmed, probe, rng_of
from practicum.nodes.offers import fed, words_of
from practicum.nodes.phrasing import phrase
from practicum.nodes.relations import feeds
from practicum.nodes.state import EpisodeState, Node, earlier_trials, usage_after
from practicum.records import JsonObject, Step, ToolCall, ToolSpec, Usage
from practicum.tools.executor import Executor

TRIES = 2
"""Calls of one tool in a row while others are still to be tried: what they return may be what it lacks."""


@dataclass(frozen=True)
class _Link:
    """One call of a chain."""

    spec: ToolSpec
    step: Step
    given: JsonObject = field(default_factory=dict)
    """Its arguments that an earlier call of the chain returned."""


def make_imagine_chain(
    model: ChatModel, specs: Sequence[ToolSpec], executor: Executor, *, max_probes: int = 4
) -> Node:
    """Return the node that samples a call of each tool, at most ``max_probes`` in all, and phrases them."""

    async def imagine(state: EpisodeState) -> EpisodeState:
        chained = _Chained(model, state, executor, max_probes)
        links = await chained.made(_in_order(specs, state))
        query = _query(links, chained.rng) if len(links) == len(specs) else ""
        calls = [link.step.call.as_dict() for link in links if link.step.call] if query else []
        return EpisodeState(
            query=query,
            imagined=calls[-1] if query and all(confirmed(link.step) for link in links) else None,
            chain=calls,
            feasible=bool(query),
            probes=[*state.get("probes", []), *(step.as_dict() for step in chained.probes)],
            usage=usage_after(state, chained.usage),
        )

    return imagine


class _Chained:
    """The calls tried in one imagining."""

    def __init__(self, model: ChatModel, state: EpisodeState, executor: Executor, most: int) -> None:
        self.rng = rng_of(state)
        self.probes: list[Step] = []
        self.usage = Usage()
        self._model = model
        self._state = state
        self._executor = executor
        self._most = most

    async def made(self, specs: Sequence[ToolSpec]) -> list[_Link]:
        """Return a confirmed call of each tool, as they feed each other; fewer where one finds none.

        A tool whose calls are refused waits until another one has returned something.
        """
        left, waiting, links = list(specs), list[ToolSpec](), list[_Link]()
        while left and self._room > 0:
            spec = max(left, key=lambda each: len(_held(each, links)))
            left.remove(spec)
            room = min(TRIES, self._room - len(left)) if left else self._room
            link = await self._tried(spec, links, room=room)
            if link is None:
                waiting.append(spec)
            else:
                links.append(link)
                left, waiting = [*left, *waiting], []
        return await self._turned_round(links)

    async def _turned_round(self, links: list[_Link]) -> list[_Link]:
        """Where nothing was fed, but an earlier call could have been by a later one: make it after that."""
        if any(link.given for link in links) or self._room < 1:
            return links
        for first, then in permutations(links, 2):
            if _held(first.spec, [then]):
                link = await self._tried(first.spec, [then], room=1)
                return links if link is None else [each for each in links if each is not first] + [link]
        return links

    @property
    def _room(self) -> int:
        return self._most - len(self.probes)

    async def _tried(self, spec: ToolSpec, links: Sequence[_Link], *, room: int) -> _Link | None:
        given = {name: self.rng.choice(values) for name, values in _held(spec, links).items()}
        asked = ValueProposer(self._model, spec, self.rng, most=max(room, 1) * len(spec.properties))
        tried = await probe(
            spec,
            self._state,
            self._executor,
            self.rng,
            asked.value,
            max(room, 1),
            given=given,
            before=self.probes,
        )
        self.probes += tried
        self.usage = self.usage + asked.usage
        return _Link(spec, tried[-1], given) if tried and answered(tried[-1]) else None


def _held(spec: ToolSpec, links: Sequence[_Link]) -> JsonObject:
    """The values by parameter that the calls so far returned for a tool."""
    return dict(fed(spec, [link.step for link in links]))


def _in_order(specs: Sequence[ToolSpec], state: EpisodeState) -> list[ToolSpec]:
    """Return the tools, those first that feed others by what is known so far."""
    steps = [step for trial in earlier_trials(state) for step in (*trial.probes, *trial.steps)]
    returned: dict[str, list[Step]] = {}
    for step in steps:
        if step.call is not None:
            returned.setdefault(step.call.name, []).append(step)

    def surplus(spec: ToolSpec) -> int:
        others = [each for each in specs if each.name != spec.name]
        gives = sum(feeds(spec, each, returned) for each in others)
        return gives - sum(feeds(each, spec, returned) for each in others)

    return sorted(specs, key=lambda spec: -surplus(spec))


def _query(links: Sequence[_Link], rng: random.Random) -> str:
    """Return one request for all the calls; empty where one of them can't be said."""
    said: list[str] = []
    for link in links:
        words = _said(link, rng)
        if not words:
            return ""
        if said:
            about = " and ".join(" ".join(words_of(name)) for name in link.given)
            words = (
                f"Then, with the {about} from that, {_lower(words)}" if about else f"Also, {_lower(words)}"
            )
        said.append(words if words[-1] in ".?!" else f"{words}.")
    return " ".join(said)


def _said(link: _Link, rng: random.Random) -> str:
    """A call as a user would ask for it, without what an earlier call returned."""
    if link.step.call is None:
        return ""
    spec, call = link.spec, link.step.call
    own = {name: value for name, value in call.arguments.items() if name not in link.given}
    properties = {name: schema for name, schema in spec.properties.items() if name not in link.given}
    required = [name for name in spec.parameters.get("required", []) if name not in link.given]
    parameters = {**spec.parameters, "properties": properties, "required": required}
    told = phrase(
        spec.model_copy(update={"parameters": parameters}), ToolCall(name=call.name, arguments=own), rng
    )
    return told.query if told is not None else ""


def _lower(words: str) -> str:
    """The words as they stand within a sentence."""
    return words[0].lower() + words[1:] if words[1:2].islower() else words

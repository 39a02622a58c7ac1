"""BFCL's multi-turn items: a conversation with an agent that acts in a simulated world."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage

from practicum.evaluation.attempts import Attempted
from practicum.evaluation.matching.schemas import ToolSchemas
from practicum.evaluation.scores import ItemResult
from practicum.evaluation.suites.bfcl_checkers import check_multi, new_world
from practicum.evaluation.suites.bfcl_single import as_messages
from practicum.evaluation.suites.port import MakeTaskSetup
from practicum.graph.agent import agent_graph
from practicum.nodes.decide import Decide, last_query
from practicum.records import Item, JsonObject, Prediction, ToolCall, ToolSpec, Usage
from practicum.tools.catalog import Tool
from practicum.tools.effects import Effect
from practicum.tools.executor import ExecutionLimits, Executor
from practicum.tools.suites.bfcl_package import function_documents
from practicum.tools.suites.bfcl_schema import as_spec
from practicum.tools.suites.bfcl_tools import REVERSIBLE
from practicum.tools.suites.bfcl_world import World

MOST_ROUNDS = 20
"""Steps a turn, the benchmark's bound: one more ends the conversation there."""
MORE_FUNCTIONS = "I have updated some more functions you can choose from. What about now?"
"""The benchmark's words for the turn in which functions that were held back are added."""
SHOWN_CHARACTERS = 400_000
"""Bound of a result; those of the long contexts are long on purpose."""

Steps = list[list[ToolCall]]


@dataclass(frozen=True)
class MultiTurn:
    """One item of a multi-turn category."""

    entry: JsonObject
    """The benchmark's: ``id``, ``question``, ``initial_config``, ``involved_classes`` ...."""
    known: tuple[tuple[ToolCall, ...], ...]
    """The calls of a right answer, by turn."""

    @cached_property
    def item(self) -> Item:
        flat = tuple(call for turn in self.known for call in turn)
        first = next((turn[0]["content"] for turn in self.entry["question"] if turn), "")
        return Item(id=self.entry["id"], query=first, expected=flat)

    @cached_property
    def turns(self) -> tuple[Item, ...]:
        """What the user asks for, turn by turn; calls that wait for a function stand with their request."""
        found: list[Item] = []
        for turn, calls in enumerate(self.known):
            if found and (self._adds_functions(turn) or not self.messages_of(turn)):
                waiting = found[-1].expected
                found[-1] = found[-1].model_copy(update={"expected": (*waiting, *calls)})
            elif said := self.messages_of(turn):
                name = f"{self.item.id}/turn-{turn}"
                found.append(Item(id=name, query=last_query(said), expected=calls))
        return tuple(found)

    def _adds_functions(self, turn: int) -> bool:
        return str(turn) in self.entry.get("missed_function", {})

    @cached_property
    def specs(self) -> tuple[ToolSpec, ...]:
        """All functions of the classes involved, those that are held back included."""
        return tuple(_schemas(tuple(self.entry["involved_classes"])).by_name.values())

    @property
    def expected_tools(self) -> tuple[str, ...]:
        """The tools of a right answer."""
        return tuple(dict.fromkeys(call.name for call in self.item.expected))

    def specs_in(self, turn: int) -> tuple[ToolSpec, ...]:
        """Return the functions that the agent has in a turn."""
        held_back = {
            name
            for at, names in self.entry.get("missed_function", {}).items()
            for name in names
            if int(at) > turn
        }
        return tuple(spec for spec in self.specs if spec.name not in held_back)

    def messages_of(self, turn: int) -> list[BaseMessage]:
        """Return what the user says in a turn."""
        if self._adds_functions(turn):
            return [HumanMessage(content=MORE_FUNCTIONS)]
        return as_messages(self.entry["question"][turn])

    @property
    def most_calls(self) -> int:
        """Model calls that an attempt can take: every turn its rounds, one too many, and an answer."""
        return len(self.entry["question"]) * (MOST_ROUNDS + 2)

    async def attempt(self, make_setup: MakeTaskSetup) -> Attempted:
        started = time.perf_counter()
        spent = _Spent()
        agents = _Agents(make_setup, world_executor(self.specs, new_world(self.entry)), spent)
        messages: list[BaseMessage] = []
        turns: list[Steps] = []
        for turn in range(len(self.entry["question"])):
            said = [*messages, *self.messages_of(turn)]
            messages = await agents.answered(said, self.specs_in(turn))
            turns.append(_steps(messages[len(said) :]))
            if len(turns[-1]) > MOST_ROUNDS:
                break
        return Attempted(
            prediction=as_prediction(self.item.id, turns),
            usage=spent.usage,
            seconds=time.perf_counter() - started,
        )

    def judge(self, attempt: Attempted) -> ItemResult:
        turns = [
            [[ToolCall.from_dict(call) for call in step] for step in turn]
            for turn in json.loads(attempt.prediction.raw)
        ]
        verdict = check_multi(self.entry, turns, self.known)
        schemas = _schemas(tuple(self.entry["involved_classes"]))
        asked = [sorted(call.name for step in turn for call in step) for turn in turns]
        wanted = [sorted(call.name for call in turn) for turn in self.known]
        usage = attempt.usage
        return ItemResult(
            id=self.item.id,
            tools=self.expected_tools,
            empty_arguments=not any(call.arguments for call in self.item.expected),
            well_formed=bool(attempt.prediction.calls)
            and not any(schemas.problem_of(call) for call in attempt.prediction.calls),
            tool=asked == wanted,
            strict=verdict.valid,
            lenient=verdict.valid,
            why="" if verdict.valid else f"{verdict.error} ({verdict.kind})",
            tokens=usage.prompt_tokens + usage.completion_tokens if usage else None,
            seconds=attempt.seconds,
        )


def as_prediction(item_id: str, turns: Sequence[Steps]) -> Prediction:
    """Return the calls of a conversation, all in order, and by turn and step as ``raw``."""
    calls = tuple(call for turn in turns for step in turn for call in step)
    plain = [[[call.as_dict() for call in step] for step in turn] for turn in turns]
    return Prediction(id=item_id, calls=calls, raw=json.dumps(plain))


@lru_cache
def _schemas(classes: tuple[str, ...]) -> ToolSchemas:
    """The functions of these classes; hundreds of items share a few sets, which are made once."""
    return ToolSchemas(as_spec(document) for name in classes for document in function_documents(name))


def world_executor(specs: Sequence[ToolSpec], world: World) -> Executor:
    """Return what executes calls in this world; its functions, not their schemas, refuse what is wrong."""
    anything: JsonObject = {"type": "object", "additionalProperties": True}
    tools = [
        Tool(
            ToolSpec(name=spec.name, description="", parameters=anything), Effect.REVERSIBLE, REVERSIBLE, run
        )
        for spec in specs
        for run in [_runner(spec.name, world)]
    ]
    return Executor(tools, limits=ExecutionLimits(max_characters=SHOWN_CHARACTERS))


def _runner(name: str, world: World) -> Any:
    async def run(arguments: JsonObject) -> str:
        return world.text(name, arguments)

    return run


class _Spent:
    """Adds up what the decisions of a conversation cost."""

    def __init__(self) -> None:
        self.usage = Usage()

    def counting(self, decide: Decide) -> Decide:
        """Return ``decide`` with its costs added here."""

        async def counted(*args: Any, **kwargs: Any) -> Any:
            reply = await decide(*args, **kwargs)
            self.usage = self.usage + reply.usage
            return reply

        return counted


class _Agents:
    """The agent of a conversation, built anew only when it is given more functions: that takes a while."""

    def __init__(self, make_setup: MakeTaskSetup, executor: Executor, spent: _Spent) -> None:
        self._make_setup = make_setup
        self._executor = executor
        self._spent = spent
        self._built: dict[tuple[str, ...], Any] = {}

    async def answered(self, messages: Sequence[BaseMessage], specs: Sequence[ToolSpec]) -> list[BaseMessage]:
        """Return the conversation with what the agent, which has these functions, added to it."""
        names = tuple(spec.name for spec in specs)
        if names not in self._built:
            self._built[names] = self._build(specs)
        # A decision, and the calls it asked for, are two steps of the graph.
        config: Any = {"recursion_limit": 2 * MOST_ROUNDS + 10}
        state = await self._built[names].ainvoke({"messages": list(messages)}, config)
        return list(state["messages"])

    def _build(self, specs: Sequence[ToolSpec]) -> Any:
        arm = self._make_setup(specs)
        decide = self._spent.counting(arm.decide)
        return agent_graph(decide, arm.recollect, self._executor, max_rounds=MOST_ROUNDS + 1, plain=arm.plain)


def _steps(messages: Sequence[BaseMessage]) -> Steps:
    """Return the calls that each of the agent's replies asked for, replies without any left out."""
    return [
        [ToolCall(name=call["name"], arguments=call["args"]) for call in message.tool_calls]
        for message in messages
        if isinstance(message, AIMessage) and message.tool_calls
    ]

"""A figure derived from BFCL's multi-turn items: turns that need one call, asked for with a right past.

Not a figure of the benchmark. Where whole conversations are beyond a model, this shows how it does in
their single steps: every earlier turn is shown as a right answer would have it (teacher forcing), and the
first reply to a turn is compared with the one known call.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from langchain_core.messages import AIMessage, BaseMessage, ToolMessage

from practicum.evaluation.attempts import Attempted
from practicum.evaluation.scores import ItemResult, score
from practicum.evaluation.suites.bfcl_checkers import new_world
from practicum.evaluation.suites.bfcl_multi import MultiTurn
from practicum.evaluation.suites.port import MakeTaskSetup
from practicum.nodes.decide import last_query
from practicum.records import Item, Prediction, ToolCall, ToolSpec

DONE = "Done."
"""What the agent is shown to have said at the end of an earlier turn."""


@dataclass(frozen=True)
class ForcedTurn:
    """One turn of a conversation, with a right past."""

    whole: MultiTurn
    turn: int

    @cached_property
    def item(self) -> Item:
        query = last_query(self.whole.messages_of(self.turn))
        return Item(
            id=f"{self.whole.item.id}/turn-{self.turn}", query=query, expected=self.whole.known[self.turn]
        )

    @property
    def turns(self) -> tuple[Item, ...]:
        """What is asked for: one thing."""
        return (self.item,)

    @cached_property
    def specs(self) -> tuple[ToolSpec, ...]:
        return self.whole.specs_in(self.turn)

    @property
    def most_calls(self) -> int:
        """Model calls that an attempt can take."""
        return 1

    async def attempt(self, make_setup: MakeTaskSetup) -> Attempted:
        started = time.perf_counter()
        arm = make_setup(self.specs)
        reply = await arm.decide(self.messages(), await arm.recollect(self.item.query))
        return Attempted(
            prediction=Prediction(id=self.item.id, calls=reply.calls, raw=reply.text),
            usage=reply.usage,
            seconds=time.perf_counter() - started,
        )

    def judge(self, attempt: Attempted) -> ItemResult:
        return score([self.item], [attempt], self.specs).results[0]

    def messages(self) -> list[BaseMessage]:
        """Return the conversation up to this turn, with the results of the known calls."""
        world = new_world(self.whole.entry)
        past: list[BaseMessage] = []
        for turn in range(self.turn):
            past += self.whole.messages_of(turn)
            for number, call in enumerate(self.whole.known[turn]):
                past += _made(call, f"turn-{turn}-{number}", world.text(call.name, call.arguments))
            past.append(AIMessage(content=DONE))
        return [*past, *self.whole.messages_of(self.turn)]


def _made(call: ToolCall, call_id: str, result: str) -> list[BaseMessage]:
    asked = {"name": call.name, "args": call.arguments, "id": call_id}
    return [
        AIMessage(content="", tool_calls=[asked]),
        ToolMessage(content=result, tool_call_id=call_id, name=call.name),
    ]


def forced_turns(whole: MultiTurn) -> Iterator[ForcedTurn]:
    """Yield the turns of an item whose right answer is one call."""
    for turn, calls in enumerate(whole.known):
        if len(calls) == 1:
            yield ForcedTurn(whole, turn)

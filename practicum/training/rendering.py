"""Examples as text: the prompt that the model gets in service, and the reply that decoding would write."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from langchain_core.messages import BaseMessage, HumanMessage

from practicum.models.replies import compact_json
from practicum.models.schemas import resolve
from practicum.models.templates import plain
from practicum.nodes.decide import decision_messages
from practicum.nodes.recollect import DEMONSTRATIONS, MOST_TOOLS, Recollection
from practicum.nodes.spoken import spoken_call
from practicum.records import Demonstration, JsonObject, ToolCall, ToolSpec
from practicum.training.examples import Example
from practicum.training.training_options import TrainingOptions

Render = Callable[[Sequence[BaseMessage], Sequence[JsonObject]], str]
"""Messages and tools in OpenAI's format to the prompt that ends where the reply begins; an engine's own."""


@dataclass(frozen=True)
class Row:
    """One example as text."""

    prompt: str
    completion: str
    """With the mark that ends the turn."""


@dataclass(frozen=True)
class Rendering:
    """What turns examples into rows, the same ones in every process."""

    specs: Mapping[str, ToolSpec]
    options: TrainingOptions
    render: Render
    turn_end: str
    """What the model writes to end its turn, such as ``<|im_end|>``."""
    call_tags: tuple[str, str] = ("", "")
    """What the model's template writes before and after a call."""
    neighbours: Mapping[str, Sequence[Example]] = field(default_factory=dict)
    """By id, an example's nearest others, the nearest last."""

    def row(self, example: Example) -> Row:
        """Return the example as text."""
        tools = self._listed(example)
        shown = Recollection(
            tools,
            tuple(self._demonstrations(example)),
            documented=bool(self.options.documented),
            trained=True,
        )
        messages = decision_messages([HumanMessage(example.query)], shown)
        prompt = self.render(messages, [spec.as_openai() for spec in tools])
        return Row(prompt, plain(self.reply(example)) + self.turn_end)

    def reply(self, example: Example) -> str:
        """Return what the model should write: the call as a grammar would have it, or the answer."""
        if example.call is None:
            return example.answer.strip()
        call = self._written(example)
        before, after = self.call_tags
        return before + compact_json({"name": call.name, "arguments": call.arguments}) + after

    def _written(self, example: Example) -> ToolCall:
        """Return the example's call as its reply should write it."""
        call = example.call
        if call is None:
            raise ValueError(f"example {example.id} has no call")
        spec = self.specs.get(call.name)
        if self.options.targets != "canonical":
            call = spoken_call(spec, call, example.query, closed=True)
        return as_decoded(spec, call)

    def _listed(self, example: Example) -> tuple[ToolSpec, ...]:
        """Return the tools that the prompt lists: in service, too, it is at most `MOST_TOOLS`."""
        if not self.options.documented:
            return ()
        others = [name for name in self.specs if name != example.tool]
        if len(self.specs) > MOST_TOOLS:
            own = int(example.tool in self.specs)
            others = self._rng("tools", example).sample(others, MOST_TOOLS - own)
        chosen = {*others, example.tool}
        return tuple(spec for name, spec in self.specs.items() if name in chosen)

    def _demonstrations(self, example: Example) -> list[Demonstration]:
        near = [one for one in self.neighbours.get(example.id, ()) if one.id != example.id and one.call]
        share = self.options.demonstration_share
        if not near or self._rng("demonstrations", example).random() >= share:
            return []
        return [self._as_demonstration(one) for one in near[-DEMONSTRATIONS:]]

    def _as_demonstration(self, example: Example) -> Demonstration:
        call = self._written(example)
        return Demonstration(
            id=example.id,
            tool=call.name,
            tool_schema_hash=example.tool_schema_hash,
            query=example.query,
            call=call,
            observation=example.observation,
            answer=example.answer,
        )

    def _rng(self, purpose: str, example: Example) -> random.Random:
        return random.Random(f"{self.options.seed}/{purpose}/{example.id}")


def as_decoded(spec: ToolSpec | None, call: ToolCall) -> ToolCall:
    """Return a call as decoding under its tool's grammar writes it.

    Arguments, and the fields of objects in them, stand in the schema's order; numbers that are whole are
    written without a fraction.
    """
    root = spec.parameters if spec else {}
    return ToolCall(name=call.name, arguments=_ordered(call.arguments, root, root))


def _ordered(value: Any, schema: Any, root: JsonObject) -> Any:
    found = resolve(schema, root)
    if isinstance(value, dict):
        properties = found.get("properties", {})
        keys = [key for key in properties if key in value]
        keys += [key for key in value if key not in properties]
        return {key: _ordered(value[key], properties.get(key), root) for key in keys}
    if isinstance(value, list | tuple):
        return [_ordered(part, found.get("items"), root) for part in value]
    # Beyond 2**53 not every whole number is a float, and the digits would be made up.
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    return value

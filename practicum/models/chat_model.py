"""What the nodes need of a model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from langchain_core.messages import BaseMessage

from practicum.models.reply import Reply
from practicum.records import JsonObject, ToolSpec


class ChatModel(Protocol):
    """A model that is asked for text, tool calls and objects; `ModelCaller` is one."""

    name: str

    @property
    def takes_variants(self) -> bool:
        """Whether ``grounded`` may name a tool several times, as alternatives."""
        ...

    @property
    def silent(self) -> bool:
        """Whether it has nothing to say, whatever it is asked (`practicum.models.silent`)."""
        ...

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
        """Ask for text or a tool call.

        Args:
            messages: The prompt.
            tools: What may be called.
            grounded: The same tools with narrowed values.
            tool_choice: ``auto``, ``any`` or ``none``.
            temperature: Of sampling; None for the model's own.
            documented: Whether the prompt shows the tools; without, only decoding knows them
                (a model that decodes in-process; others always see their tools).
        """
        ...

    async def ask(
        self, messages: Sequence[BaseMessage], schema: JsonObject, *, temperature: float | None = None
    ) -> Reply:
        """Ask for an object that fits the JSON Schema; ``structured`` is None when it does not.

        Bounds on length (``maxLength``, ``maxItems``) are for decoding: an object that only
        exceeds them counts as fitting, and whoever reads it cuts it.
        """
        ...

"""What a model writes is redacted before it reaches the state; what it calls is executed as it was written.

A model may repeat a secret that it was shown or made out. Its words are kept without it. A call is kept
without it, too, while the call itself waits under seal, in memory only, until it is executed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from langchain_core.messages import AIMessage, BaseMessage

from practicum.hostile import holds_redacted, redact_value, redact_written
from practicum.models.caller import ChatModel, Reply
from practicum.records import ErrorKind, JsonObject, Observation, ToolCall, ToolSpec
from practicum.tools.catalog import Tool
from practicum.tools.executor import Executor
from practicum.tools.sandbox import Sandbox

NOT_KEPT = (
    "Error: an argument is redacted, since it was a secret or somebody's data; it is not kept and can't be"
    " passed on"
)


class Sealed:
    """The calls of one episode that held a secret, by what is left of them without it."""

    def __init__(self) -> None:
        self._waiting: dict[str, list[ToolCall]] = {}
        """By signature, those of the newest reply that holds such calls; each is opened once."""
        self._opened: dict[str, list[ToolCall]] = {}
        """By signature, those that were opened, in turn."""

    def seal(self, calls: Sequence[ToolCall]) -> tuple[ToolCall, ...]:
        """Return the calls of a reply as they may be stored, and keep those as they were that are others."""
        stored = tuple(
            call.model_copy(update={"arguments": redact_value(call.arguments, redact_written)})
            for call in calls
        )
        waiting: dict[str, list[ToolCall]] = {}
        for kept, call in zip(stored, calls, strict=True):
            if kept != call:
                waiting.setdefault(kept.signature, []).append(call)
        self._waiting.update(waiting)  # of replies that nobody chose, nothing is left
        return stored

    def opened(self, stored: ToolCall) -> ToolCall | None:
        """Return the call as it was written; None if it held something that is not kept any more.

        Calls of one reply that differ only in what is not stored are opened in their order.
        """
        signature = stored.signature
        opened = self._opened.setdefault(signature, [])
        if waiting := self._waiting.get(signature):
            opened.append(waiting.pop(0))
        if opened:
            return opened[-1]
        return None if holds_redacted(signature) else stored

    def opened_again(self, stored: ToolCall) -> ToolCall | None:
        """Return a call that was opened before: once more from the first on, where there are several."""
        opened = self._opened.get(stored.signature)
        if not opened:
            return None if holds_redacted(stored.signature) else stored
        opened.append(opened.pop(0))
        return opened[-1]


class SealingModel:
    """A chat model whose replies are redacted."""

    def __init__(self, model: ChatModel, sealed: Sealed) -> None:
        self.name = model.name
        self._model = model
        self._sealed = sealed

    @property
    def takes_variants(self) -> bool:
        return self._model.takes_variants

    @property
    def silent(self) -> bool:
        return self._model.silent

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
        return self._redacted(
            await self._model.call(
                messages,
                tools=tools,
                grounded=grounded,
                tool_choice=tool_choice,
                temperature=temperature,
                documented=documented,
            )
        )

    async def ask(
        self, messages: Sequence[BaseMessage], schema: JsonObject, *, temperature: float | None = None
    ) -> Reply:
        return self._redacted(await self._model.ask(messages, schema, temperature=temperature))

    def _redacted(self, reply: Reply) -> Reply:
        return replace(
            reply,
            text=redact_written(reply.text),
            calls=self._sealed.seal(reply.calls),
            unreadable=redact_written(reply.unreadable) if reply.unreadable else reply.unreadable,
            structured=redact_value(reply.structured, redact_written),
            message=AIMessage(content=""),  # read already; it holds everything once more
        )


class OpeningExecutor(Executor):
    """Executes calls as they were before they were sealed."""

    def __init__(self, executor: Executor, sealed: Sealed) -> None:
        super().__init__(())
        self._executor = executor
        self._sealed_calls = sealed

    async def execute(self, call: ToolCall, *, key: str | None = None) -> Observation:
        """Execute the call as it was written; one that is not kept any more is refused."""
        opened = self._sealed_calls.opened(call)
        if opened is None:
            return Observation(text=NOT_KEPT, error=ErrorKind.REFUSED)
        return await self._executor.execute(opened, key=key)

    async def again(self, call: ToolCall, past: Observation) -> None:
        """Make the call again as it was written; one that is not kept any more can't be."""
        opened = self._sealed_calls.opened_again(call)
        if opened is not None:
            await self._executor.again(opened, past)

    def sandboxes(self, tools: Iterable[Tool]) -> tuple[Sandbox[Any], ...]:
        return self._executor.sandboxes(tools)

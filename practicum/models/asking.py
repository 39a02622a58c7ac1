"""Asking a model for an object: what is sent, and how the reply is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage
from langchain_core.output_parsers import BaseLLMOutputParser
from langchain_core.outputs import ChatGeneration
from langchain_core.runnables import RunnableConfig, RunnableSequence

from practicum.models.replies import compact_json
from practicum.records import JsonObject

KEPT = 64
"""Schemas that are kept bound; a run has a handful."""


class Invoked(Protocol):
    """What a model call goes through: any runnable of LangChain's, or an `Asking`."""

    async def ainvoke(
        self,
        input: Any,  # noqa: A002 - LangChain's name
        config: RunnableConfig | None = None,
        **options: Any,
    ) -> Any:
        """Call the model once."""
        ...


@dataclass(frozen=True)
class Asking:
    """A model that was told of a schema, and what reads its replies."""

    model: Invoked
    parser: BaseLLMOutputParser[Any] | None = None
    """None where the model's replies come read."""

    async def ainvoke(
        self,
        input: Any,  # noqa: A002 - LangChain's name
        config: RunnableConfig | None = None,
        **options: Any,
    ) -> Any:
        """Return ``raw``, ``parsed`` and ``parsing_error``, as LangChain does with ``include_raw``."""
        if self.parser is None:
            return await self.model.ainvoke(input, config, **options)
        # Without the options, as LangChain does: they are among the model's settings, and not every client
        # takes them with a call.
        result = await self.model.ainvoke(input, config)
        if not isinstance(result, AIMessage):
            return result
        parsed, error = None, None
        try:
            parsed = self.parser.parse_result([ChatGeneration(message=result)])
        except Exception as broken:  # noqa: BLE001 - of JSON, of a number too long, of too many brackets: all the same
            error = broken
        return {"raw": result, "parsed": parsed, "parsing_error": error}


class Askings:
    """What models are asked by: made once for each schema."""

    def __init__(self) -> None:
        self._made: dict[tuple[int, str], tuple[BaseChatModel, Asking]] = {}

    def of(self, model: BaseChatModel, schema: JsonObject) -> Asking:
        """Return how this model is asked for an object of the schema."""
        key = (id(model), compact_json(schema))
        if key not in self._made:
            if len(self._made) >= KEPT:
                self._made.clear()
            self._made[key] = model, _asking(model, schema)  # with the model, so that its id stays its own
        return self._made[key][1]


def _asking(model: BaseChatModel, schema: JsonObject) -> Asking:
    # What LangChain does to keep the raw reply, five more steps a call, takes longer than the client.
    asked = model.with_structured_output(schema)
    if (
        isinstance(asked, RunnableSequence)
        and not asked.middle
        and isinstance(asked.last, BaseLLMOutputParser)
    ):
        return Asking(asked.first, asked.last)
    return Asking(model.with_structured_output(schema, include_raw=True))

"""A LangChain chat model over an engine on this machine: calls and objects are decoded under grammars."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage
from langchain_core.outputs import ChatResult
from langchain_core.runnables import Runnable, RunnableConfig, RunnableLambda
from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_openai_tool
from pydantic import ConfigDict

from practicum.hostile.clean import whole
from practicum.models.engine import DecodingEngine, Request
from practicum.models.structured import json_schema_of, parsed_reply, schema_instruction
from practicum.models.tasks import CALL_TOKENS, TEXT_TOKENS, DecodingTask, wanted_reply
from practicum.records import JsonObject

MOST_IN_FLIGHT = 64
"""Requests that `batch` hands to the engine at once, where the caller sets no limit."""

TEXT_REPETITION_PENALTY = 1.1


class LocalChatModel(BaseChatModel):
    """Calls tools in JSON that is well-formed by construction; one call a message.

    Besides LangChain's ``bind_tools`` arguments it takes ``grounded``: the same tools with
    narrowed values. Only decoding sees them, so that the prompt's prefix stays in the cache.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    engine: Any
    """An `DecodingEngine`; pydantic can't check a protocol's members."""
    max_tokens: int | None = None
    """Tokens of a reply; by default `text_tokens`, 512 where a grammar bounds the reply."""
    text_tokens: int = TEXT_TOKENS
    """Tokens of a reply in prose, where nothing else sets a limit."""
    temperature: float = 0.0
    seed: int | None = None
    supports_grounding: bool = True
    costs_nothing: ClassVar[bool] = True
    base: str = ""
    """What adapters for it were trained on: ``local`` (the embedded model), a directory's absolute path or
    a hub id; empty for other files, which no adapter is for."""
    embedded: bool = False
    """Whether it is so small that its calls must be sampled and its values offered."""

    @property
    def _llm_type(self) -> str:
        return "practicum-local"

    @property
    def _identifying_params(self) -> JsonObject:
        return {"model_name": self._engine.name, "temperature": self.temperature, "seed": self.seed}

    @property
    def _engine(self) -> DecodingEngine:
        engine: DecodingEngine = self.engine
        return engine

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        del run_manager  # nothing is streamed
        task = self._task(messages, stop, kwargs)
        completion = self._engine.submit(task.next_request).result()
        while (again := task.again(completion)) is not None:
            task = again
            completion = completion + self._engine.submit(task.next_request).result()
        return task.result(completion)

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        del run_manager
        task = self._task(messages, stop, kwargs)
        completion = await asyncio.wrap_future(self._engine.submit(task.next_request))
        while (again := task.again(completion)) is not None:
            task = again
            completion = completion + await asyncio.wrap_future(self._engine.submit(task.next_request))
        return task.result(completion)

    async def warm_up(self) -> None:
        """Load what is not loaded yet, and decode one token.

        Raises:
            EngineDied: the engine stopped.
            SetupError: the engine's package or the weights are missing.
        """
        prompt = await asyncio.to_thread(self._engine.render, [HumanMessage("Hello")], [])
        await asyncio.wrap_future(self._engine.submit(Request(prompt, max_tokens=1)))

    def batch(
        self,
        inputs: list[LanguageModelInput],
        config: RunnableConfig | list[RunnableConfig] | None = None,
        *,
        return_exceptions: bool = False,
        **kwargs: Any,
    ) -> list[AIMessage]:
        """Decode all inputs side by side: LangChain's default is a handful of threads."""
        configs = config if isinstance(config, list) else [config or RunnableConfig() for _ in inputs]
        width = min(len(inputs), MOST_IN_FLIGHT) or 1
        wide = [RunnableConfig(**{"max_concurrency": width, **_set(one)}) for one in configs]  # type: ignore[typeddict-item]  # both parts are configs
        return super().batch(inputs, wide, return_exceptions=return_exceptions, **kwargs)

    def bind_tools(
        self,
        tools: Sequence[dict[str, Any] | type | Callable[..., Any] | BaseTool],
        *,
        tool_choice: str | dict[str, Any] | bool | None = None,
        grounded: Sequence[JsonObject] | None = None,
        **kwargs: Any,
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """Offer tools to the model.

        Args:
            tools: functions, LangChain tools or dicts in OpenAI's format.
            tool_choice: None or "auto" (a call or text), "any" or "required" (a call), "none",
                or a tool's name.
            grounded: the same tools in OpenAI's format with narrowed values, for decoding alone.
            kwargs: bound to each call of the model.

        Raises:
            ValueError: ``tool_choice`` names no bound tool.
        """
        shown = [convert_to_openai_tool(tool) for tool in tools]
        choice = _choice(tool_choice, [tool["function"]["name"] for tool in shown])
        return self.bind(
            tools=shown, tool_choice=choice, grounded=list(grounded) if grounded else None, **kwargs
        )

    def with_structured_output(
        self, schema: dict[str, Any] | type, *, include_raw: bool = False, **kwargs: Any
    ) -> Runnable[LanguageModelInput, Any]:
        """Return a runnable whose replies fit ``schema``, a JSON Schema or a pydantic class.

        With ``include_raw`` the result is ``{"raw", "parsed", "parsing_error"}``; without it, what
        can't be parsed (a reply that was cut off) raises ``OutputParserException``.
        """
        bound = self.bind(schema=json_schema_of(schema), **kwargs)

        def read(message: AIMessage) -> Any:
            return parsed_reply(message, schema, include_raw=include_raw)

        return bound | RunnableLambda(read, name="parse")

    def _task(
        self, messages: Sequence[BaseMessage], stop: list[str] | None, options: JsonObject
    ) -> DecodingTask:
        wanted = wanted_reply(options)
        temperature, seed = options.get("temperature"), options.get("seed")
        limit = options.get("max_tokens") or self.max_tokens
        instruction = [SystemMessage(schema_instruction(wanted.schema))] if wanted.schema is not None else []
        request = Request(
            prompt=whole(self._engine.render([*instruction, *messages], options.get("tools") or [])),
            max_tokens=limit or (self.text_tokens if wanted.free else CALL_TOKENS),
            temperature=self.temperature if temperature is None else temperature,
            stop=tuple(stop or ()),
            seed=self.seed if seed is None else seed,
            repetition_penalty=TEXT_REPETITION_PENALTY if wanted.free else 1.0,
        )
        return DecodingTask(request, wanted, len(messages), self._engine.name, self._engine.call_tags)


def _choice(tool_choice: str | dict[str, Any] | bool | None, names: Sequence[str]) -> str:
    """Return ``auto``, ``any``, ``none`` or a tool's name."""
    if isinstance(tool_choice, dict):
        tool_choice = str(tool_choice.get("function", {}).get("name", ""))
    common = {None: "auto", "": "auto", "auto": "auto", "any": "any", "required": "any", "none": "none"}
    if isinstance(tool_choice, bool):
        return "any" if tool_choice else "none"
    if tool_choice in common:
        return common[tool_choice]
    if tool_choice not in names:
        raise ValueError(f"tool_choice {json.dumps(tool_choice)} names none of {', '.join(names)}")
    return str(tool_choice)


def _set(config: RunnableConfig) -> dict[str, Any]:
    """Return the keys of a config that say something."""
    return {key: value for key, value in config.items() if value is not None}

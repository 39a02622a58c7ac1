"""The one way a model is called: limited, within budget, retried, its reply read into values."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from langchain_core.exceptions import (
    ModelAuthenticationError,
    ModelConnectionError,
    ModelError,
    ModelNotFoundError,
    ModelPermissionDeniedError,
)
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.runnables import Runnable

from practicum.errors import PracticumError, ProviderError, SetupError
from practicum.models.budget import Budget
from practicum.models.replies import compact_json, with_whole_keys
from practicum.models.structured import correction, misfit
from practicum.models.tracing import redact_traces
from practicum.records import JsonObject, ToolCall, ToolSpec, Usage


@dataclass(frozen=True)
class Reply:
    """A model's reply, read."""

    text: str
    calls: tuple[ToolCall, ...] = ()
    unreadable: str | None = None
    """Why the reply's tool call or structure could not be read; None when it could."""
    structured: JsonObject | None = None
    usage: Usage = field(default_factory=Usage)
    message: AIMessage = field(default_factory=lambda: AIMessage(content=""))


class ChatModel(Protocol):
    """What the nodes need of a model; `ModelCaller` is its implementation."""

    name: str

    @property
    def takes_variants(self) -> bool:
        """Whether ``grounded`` may name a tool several times, as alternatives."""
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


class ModelCaller:
    """A LangChain chat model behind a shared limiter, a budget and retries."""

    def __init__(
        self,
        model: BaseChatModel,
        *,
        name: str,
        concurrency: int = 16,
        budget: Budget | None = None,
        attempts: int = 4,
        longest_wait_s: float = 30.0,
    ) -> None:
        self.name = name
        self.model = model
        self._slots = asyncio.Semaphore(concurrency)
        self._budget = budget or Budget()
        self._attempts = attempts
        self._longest_wait_s = longest_wait_s
        self._reached = False
        redact_traces()

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
        def bind() -> Runnable[Any, Any]:
            return self._bound(tools, grounded, tool_choice, documented) if tools else self.model

        return _read(await self._invoke(bind, messages, temperature))

    async def ask(
        self, messages: Sequence[BaseMessage], schema: JsonObject, *, temperature: float | None = None
    ) -> Reply:
        first = await self._ask(messages, schema, temperature)
        if first.unreadable is None or self.takes_variants:
            return first  # a model that decodes under a grammar was cut off, and would be again
        complaint = correction(first.text, first.unreadable)
        second = await self._ask([*messages, *complaint], schema, temperature)
        return replace(second, usage=first.usage + second.usage)

    async def _ask(
        self, messages: Sequence[BaseMessage], schema: JsonObject, temperature: float | None
    ) -> Reply:
        """Ask once, and check the reply: not every model that is given a schema keeps to it."""

        def bind() -> Runnable[Any, Any]:
            return self.model.with_structured_output(schema, include_raw=True)

        result = await self._invoke(bind, messages, temperature)
        given = result if isinstance(result, dict) else {}
        raw, parsed = given.get("raw"), with_whole_keys(given.get("parsed"))
        reply = _read(raw) if isinstance(raw, AIMessage) else Reply(text="", usage=Usage(model_calls=1))
        # What was decoded under a grammar was checked where it was decoded.
        wrong = misfit(parsed, {} if self.takes_variants else schema, given.get("parsing_error"))
        text = reply.text or (compact_json(parsed) if parsed is not None else reply.unreadable or "")
        return Reply(
            text=text, structured=None if wrong else parsed, unreadable=wrong or None, usage=reply.usage
        )

    @property
    def takes_variants(self) -> bool:
        return bool(getattr(self.model, "supports_grounding", False))

    def _bound(
        self,
        tools: Sequence[ToolSpec],
        grounded: Sequence[ToolSpec] | None,
        tool_choice: str,
        documented: bool,
    ) -> Runnable[Any, Any]:
        shown = [spec.as_openai() for spec in tools]
        narrowed = shown if grounded is None else [spec.as_openai() for spec in grounded]
        if self.takes_variants:
            # The prompt keeps the whole tools, so that its prefix stays cached; only decoding is narrowed.
            return self.model.bind_tools(
                shown if documented else [], tool_choice=tool_choice, grounded=narrowed
            )
        return self.model.bind_tools(narrowed, tool_choice=tool_choice)

    async def _invoke(
        self,
        bind: Callable[[], Runnable[Any, Any]],
        messages: Sequence[BaseMessage],
        temperature: float | None,
    ) -> Any:
        from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt, wait_random_exponential

        options: dict[str, Any] = {} if temperature is None else {"temperature": temperature}
        retrying = AsyncRetrying(
            retry=retry_if_exception(lambda error: bool(getattr(error, "is_retryable", False))),
            stop=stop_after_attempt(self._attempts),
            wait=wait_random_exponential(multiplier=0.5, max=self._longest_wait_s),
            reraise=True,
        )
        try:
            runnable = bind()  # a provider may refuse tools, or a schema, before it is called
            async for attempt in retrying:
                with attempt:
                    async with self._slots:
                        self._budget.reserve()
                        message = await runnable.ainvoke(list(messages), **options)
                        self._reached = True
                        return message
        except PracticumError:
            raise
        except Exception as error:
            raise _translate(error, self.name, reached=self._reached) from error
        raise ProviderError(f"{self.name} gave no reply")  # pragma: no cover - the loop returns or raises


def _read(given: AIMessage) -> Reply:
    message = _with_whole_keys(given)
    text = message.text if isinstance(message.text, str) else str(message.content)
    calls = tuple(ToolCall(name=call["name"], arguments=call["args"]) for call in message.tool_calls)
    broken = message.invalid_tool_calls[0] if message.invalid_tool_calls and not calls else None
    unreadable = f"the arguments are not a JSON object: {str(broken.get('args'))[:200]}" if broken else None
    return Reply(text=text, calls=calls, unreadable=unreadable, usage=_usage(message), message=message)


def _with_whole_keys(message: AIMessage) -> AIMessage:
    """Return the message in a form that every checkpoint takes."""
    calls, content = with_whole_keys(message.tool_calls), with_whole_keys(message.content)
    if (calls, content) == (message.tool_calls, message.content):
        return message
    return message.model_copy(update={"tool_calls": calls, "content": content})


def _usage(message: AIMessage) -> Usage:
    counted = message.usage_metadata
    if not counted:
        return Usage(model_calls=1)
    return Usage(
        model_calls=1, prompt_tokens=counted["input_tokens"], completion_tokens=counted["output_tokens"]
    )


_USER_MUST_ACT: tuple[tuple[type[Exception], Callable[[str], str]], ...] = (
    (ModelAuthenticationError, lambda name: f"check the key that {name} is given, such as OPENAI_API_KEY"),
    (ModelPermissionDeniedError, lambda name: f"use a key that may call {name}, or another --model"),
    (ModelNotFoundError, lambda name: f"check the name after the colon in {name!r}, or name another --model"),
)


def _translate(error: Exception, name: str, *, reached: bool) -> PracticumError:
    """Sort a provider's error by who must act: a server that was never reached is the user's to find."""
    line = (str(error).strip().splitlines() or [type(error).__name__])[0][:300]
    if isinstance(error, NotImplementedError):
        return SetupError(
            f"{name} can't call tools or reply with objects: {line}",
            "name another --model, one that has tool calling",
        )
    for kind, fix in _USER_MUST_ACT:
        if isinstance(error, kind):
            return SetupError(f"the model refused the request: {line}", fix(name))
    if isinstance(error, ModelConnectionError) and not reached:
        return SetupError(
            f"the server of {name} can't be reached: {line}",
            "start it, or check the address after '@' in --model, or OPENAI_BASE_URL",
        )
    reason = type(error).__name__ if isinstance(error, ModelError) else f"unexpected {type(error).__name__}"
    return ProviderError(f"{name}: {reason}: {line}")

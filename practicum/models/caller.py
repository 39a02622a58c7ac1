"""The one way a model is called: limited, within budget, retried, its reply read into values."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any

from langchain_core.exceptions import ModelError, ModelInvalidRequestError
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.runnables import Runnable

from practicum.errors import PracticumError
from practicum.models.asking import Askings, Invoked
from practicum.models.attempts import Attempts
from practicum.models.budget import Budget
from practicum.models.chat_model import ChatModel
from practicum.models.loader import require_chat_model
from practicum.models.metering import bounded, make_meter
from practicum.models.outage import Outage
from practicum.models.provider_errors import may_be_billed, translate
from practicum.models.replies import compact_json, with_whole_keys
from practicum.models.reply import Reply, read_reply, usage_of
from practicum.models.reply_log import ReplyLog, key_of, once
from practicum.models.sendable import whole_messages, whole_value
from practicum.models.structured import correction, misfit, refuse_cut_off
from practicum.models.waiting import Hold, hold_of, may_pass, provider_of
from practicum.records import JsonObject, ToolSpec, Usage
from practicum.tracing import redact_traces

__all__ = ["CALLS_AT_ONCE", "ChatModel", "ModelCaller", "Reply"]

_TEMPERATURE = re.compile(r"\btemperature\b", re.IGNORECASE)
CALLS_AT_ONCE = 16
"""Calls of one caller under way where nobody says how many; the embedded model decodes them together."""


class ModelCaller:
    """A LangChain chat model behind a shared limiter, a budget and retries."""

    def __init__(
        self,
        model: BaseChatModel,
        *,
        name: str,
        concurrency: int = CALLS_AT_ONCE,
        budget: Budget | None = None,
        attempts: int = 4,
        longest_wait_s: float = 30.0,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        log: ReplyLog | None = None,
        tell: Callable[[str], None] | None = None,
    ) -> None:
        """Take a model and what its calls share.

        Args:
            model: Any chat model of LangChain's.
            name: Its spec, or what messages are to call it.
            concurrency: Calls at once.
            budget: Limits on calls, seconds and money, and how long a provider that is away is waited for.
                None: no limits, and no such waiting, as suits an agent that somebody talks to.
            attempts: How often a call is tried that fails for a while.
            longest_wait_s: Bound of the waits between them, where the provider says nothing of it.
            sleep: Waits so many seconds.
            log: Remembers replies; what it knows is not asked again, and costs nothing.
            tell: Takes lines for the user, such as that the model is away; None: the log of this package.

        Raises:
            SetupError: the budget limits money, and the model's price is unknown; it is no model.
        """
        require_chat_model(model)
        self.name = name
        self._budget = budget or Budget(patience_s=0)
        self._sleep = sleep
        self._log = log
        limited = self._budget.max_cost is not None
        self._meter = make_meter(model, name, self._budget.prices) if limited else None
        self.model = _in_any_loop(bounded(model, self._meter) if self._meter else model)
        self._takes_variants = bool(getattr(self.model, "supports_grounding", False))
        # What computes here has nobody to share with.
        shared = not getattr(model, "costs_nothing", False)
        self._attempts = Attempts(
            at_once=concurrency,
            attempts=attempts,
            longest_wait_s=longest_wait_s,
            hold=hold_of(provider_of(model)) if shared else Hold(),
            outage=Outage(name, self._budget.patience_s if shared else 0, self._pause, tell=tell),
            pause=self._pause,
        )
        self._heeds_temperature = True
        self._at: dict[float, BaseChatModel] = {}
        self._askings = Askings()
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
        def bind(_: float | None) -> Invoked:
            return self._bound(tools, grounded, tool_choice, documented) if tools else self.model

        shown = _as_sent(tools) if grounded is None else []
        shown += _as_sent(grounded or ())

        async def ask() -> Reply:
            return read_reply(await self._invoke(bind, messages, temperature, shown))

        return await once(self._log, key_of(messages, shown, tool_choice, temperature, documented), ask)

    async def ask(
        self, messages: Sequence[BaseMessage], schema: JsonObject, *, temperature: float | None = None
    ) -> Reply:
        first = await self._ask_once(messages, schema, temperature)
        if first.unreadable is None or self.takes_variants:
            return first  # a model that decodes under a grammar was cut off, and would be again
        complaint = correction(first.text, first.unreadable)
        second = await self._ask_once([*messages, *complaint], schema, temperature)
        return replace(second, usage=first.usage + second.usage)

    async def _ask_once(
        self, messages: Sequence[BaseMessage], schema: JsonObject, temperature: float | None
    ) -> Reply:
        key = key_of(messages, schema, temperature)
        return await once(self._log, key, lambda: self._ask(messages, whole_value(schema), temperature))

    async def _ask(
        self, messages: Sequence[BaseMessage], schema: JsonObject, temperature: float | None
    ) -> Reply:
        """Ask once, and check the reply: not every model that is given a schema keeps to it."""

        def bind(at: float | None) -> Invoked:
            return self._askings.of(self._model_at(at), schema)

        result = await self._invoke(bind, messages, temperature, schema)
        given = result if isinstance(result, dict) else {}
        raw, parsed = given.get("raw"), with_whole_keys(given.get("parsed"))
        if not self.takes_variants:
            refuse_cut_off(raw, self.name)
        reply = read_reply(raw) if isinstance(raw, AIMessage) else Reply(text="", usage=Usage(model_calls=1))
        # What was decoded under a grammar was checked where it was decoded.
        wrong = misfit(parsed, {} if self.takes_variants else schema, given.get("parsing_error"))
        text = reply.text or (compact_json(parsed) if parsed is not None else reply.unreadable or "")
        return Reply(
            text=text, structured=None if wrong else parsed, unreadable=wrong or None, usage=reply.usage
        )

    @property
    def takes_variants(self) -> bool:
        return self._takes_variants

    @property
    def silent(self) -> bool:
        return bool(getattr(self.model, "silent", False))

    def _bound(
        self,
        tools: Sequence[ToolSpec],
        grounded: Sequence[ToolSpec] | None,
        tool_choice: str,
        documented: bool,
    ) -> Runnable[Any, Any]:
        shown = _as_sent(tools)
        narrowed = shown if grounded is None else _as_sent(grounded)
        if self.takes_variants:
            # The prompt keeps the whole tools, so that its prefix stays cached; only decoding is narrowed.
            return self.model.bind_tools(
                shown if documented else [], tool_choice=tool_choice, grounded=narrowed
            )
        return self.model.bind_tools(narrowed, tool_choice=tool_choice)

    async def _invoke(
        self,
        bind: Callable[[float | None], Invoked],
        messages: Sequence[BaseMessage],
        temperature: float | None,
        shown: Any = None,
    ) -> Any:
        """Call until there is a reply, or no hope of one; ``shown`` is sent beside the messages, JSON."""
        sent = temperature if self._heeds_temperature else None
        options: dict[str, Any] = {} if sent is None else {"temperature": sent}
        try:
            runnable = bind(sent)  # a provider may refuse tools, or a schema, before it is called
            prompt = whole_messages(messages)
            return await self._attempts.result(lambda: self._paid(runnable, prompt, options, shown))
        except PracticumError:
            raise
        except Exception as error:
            if sent is not None and _is_about_temperature(error):
                return await self._without_temperature(bind, messages, shown)
            raise translate(error, self.name, reached=self._attempts.reached) from error

    async def _without_temperature(
        self, bind: Callable[[float | None], Invoked], messages: Sequence[BaseMessage], shown: Any
    ) -> Any:
        """Ask again without one, and from now on if that helps: models that reason have one of their own."""
        self._heeds_temperature = False
        try:
            return await self._invoke(bind, messages, None, shown)
        except BaseException:
            self._heeds_temperature = True
            raise

    async def _pause(self, seconds: float) -> None:
        """Wait before a call, unless the budget's seconds are over before that."""
        left = self._budget.seconds_left
        if left is not None and left <= seconds:
            raise self._budget.out_of_time()
        await self._sleep(seconds)

    def _model_at(self, temperature: float | None) -> BaseChatModel:
        """Return the model with a temperature among its settings, where it has such a setting.

        What is passed with a call does not reach a model that is asked for an object.
        """
        takes = "temperature" in type(self.model).model_fields and not self.takes_variants
        if temperature is None or not takes:
            return self.model
        if temperature not in self._at:
            self._at[temperature] = self.model.model_copy(update={"temperature": temperature})
        return self._at[temperature]

    async def _paid(
        self, runnable: Invoked, messages: list[BaseMessage], options: dict[str, Any], shown: Any
    ) -> Any:
        """Call within the budget: what the call can cost is reserved, then replaced by what it did cost."""
        meter = self._meter
        most = meter.most(messages, shown) if meter else 0.0
        await self._budget.ask(most)
        try:
            result = await self._in_time(runnable.ainvoke(messages, **options))
        except BaseException as error:
            self._budget.settle(most, most if may_be_billed(error) else 0.0)
            raise
        cost = meter.cost(usage_of(result)) if meter else None
        self._budget.settle(most, most if cost is None else cost)
        return result

    async def _in_time(self, call: Awaitable[Any]) -> Any:
        """Wait for a call, no longer than the budget's seconds."""
        limit = asyncio.timeout(self._budget.seconds_left)
        try:
            async with limit:
                return await call
        except TimeoutError as error:
            if limit.expired():
                raise self._budget.out_of_time() from error
            raise


def _in_any_loop(model: BaseChatModel) -> BaseChatModel:
    """Return a model that calls from several event loops can share, where it is of OpenAI's kind."""
    if getattr(model, "root_async_client", None) is None:
        return model
    # Imported here: the package takes seconds to load, and who has such a model has loaded it.
    from practicum.models.connections import with_own_connections

    return with_own_connections(model)


def _as_sent(specs: Sequence[ToolSpec]) -> list[JsonObject]:
    return [whole_value(spec.as_openai()) for spec in specs]


def _is_about_temperature(error: Exception) -> bool:
    """Whether a provider refused a request for its temperature."""
    # LangChain says which errors are about the request; of clients that it does not know it can't be told.
    about = isinstance(error, ModelInvalidRequestError) or not isinstance(error, ModelError)
    return about and not may_pass(error) and bool(_TEMPERATURE.search(str(error)))

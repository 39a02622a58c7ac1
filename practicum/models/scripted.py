"""A chat model that replies from a script: for tests, docs and trying things out."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, ClassVar, Literal, Self

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.exceptions import ModelConnectionError, ModelRateLimitError, ModelTimeoutError
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolMessage
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.runnables import Runnable, RunnableLambda
from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_openai_tool
from pydantic import Field, PrivateAttr, ValidationError

from practicum.errors import DataError, ProviderError, SetupError
from practicum.models.replies import compact_json
from practicum.models.structured import parsed_reply
from practicum.records import JsonObject, Record, ToolCall, digest

_ERRORS = {
    "rate-limit": ModelRateLimitError,
    "timeout": ModelTimeoutError,
    "connection": ModelConnectionError,
}


class ScriptExhausted(ProviderError):  # noqa: N818 - reads as the event it is
    """The script has no reply left for this prompt."""


class ScriptedReply(Record):
    """One line of a script."""

    content: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    when: str | None = None
    """Only for a prompt whose last human or tool message contains this; used once."""
    error: Literal["rate-limit", "timeout", "connection"] | None = None
    """Raised, as the provider's error, instead of replying."""
    structured: JsonObject | None = None
    """The object to reply with where structured output is asked for."""


class ScriptedChatModel(BaseChatModel):
    """Replies in the script's order, keeps the prompts, and fails when the script runs dry.

    A reply whose ``when`` matches goes first; the others follow in order. Safe to share between
    threads and tasks: each reply is given out once.
    """

    replies: tuple[ScriptedReply, ...] = Field(default=(), repr=False)  # traces hold a model's repr
    name_in_metadata: str = "scripted"
    source: str = ""
    """The file that the script was read from, for messages; empty when there is none."""
    supports_grounding: bool = True
    costs_nothing: ClassVar[bool] = True
    prompts: list[list[BaseMessage]] = Field(default_factory=list, repr=False)
    """Every prompt, in the order in which replies were given."""
    bound: list[JsonObject] = Field(default_factory=list, repr=False)
    """What `bind_tools` was given, each time: ``tools`` (OpenAI's format), ``tool_choice``, ``grounded``."""
    _left: list[ScriptedReply] = PrivateAttr(default_factory=list)
    _lock: Any = PrivateAttr(default_factory=threading.Lock)

    def model_post_init(self, context: Any, /) -> None:
        super().model_post_init(context)
        self._left = list(self.replies)

    @classmethod
    def from_file(cls, path: Path) -> Self:
        """Read a script: JSON lines with the fields of `ScriptedReply`.

        Raises:
            SetupError: the file can't be read.
            DataError: a line is broken.
        """
        try:
            text = path.read_text("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise SetupError(f"the script {path} can't be read: {error}", "check the path") from error
        lines = enumerate(text.splitlines(), start=1)
        replies = [_read_line(path, number, line) for number, line in lines if line.strip()]
        return cls(replies=tuple(replies), name_in_metadata=f"scripted:{path.name}", source=str(path))

    @property
    def left(self) -> int:
        """Number of replies not given yet."""
        return len(self._left)

    @property
    def _llm_type(self) -> str:
        return "practicum-scripted"

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        del stop, run_manager
        reply = self._next(messages)
        if reply.error is not None:
            raise _ERRORS[reply.error](f"scripted {reply.error}")
        structured = reply.structured is not None and kwargs.get("schema") is not None
        content = compact_json(reply.structured) if structured else reply.content
        message = AIMessage(
            content=content,
            tool_calls=[
                {"name": call.name, "args": call.arguments, "id": _call_id(call, len(messages), index)}
                for index, call in enumerate(reply.tool_calls)
            ],
            usage_metadata=_usage(messages, content),
            response_metadata={"model_name": self.name_in_metadata},
        )
        return ChatResult(generations=[ChatGeneration(message=message)])

    async def _agenerate(self, *args: Any, **kwargs: Any) -> ChatResult:
        """Reply without leaving the event loop, so that concurrent tests take turns predictably."""
        kwargs.pop("run_manager", None)
        return self._generate(args[0], **kwargs)

    def bind_tools(
        self,
        tools: Sequence[dict[str, Any] | type | Callable[..., Any] | BaseTool],
        *,
        tool_choice: str | None = None,
        grounded: Sequence[JsonObject] | None = None,
        **kwargs: Any,
    ) -> Runnable[LanguageModelInput, AIMessage]:
        offered = {
            "tools": [convert_to_openai_tool(tool) for tool in tools],
            "tool_choice": tool_choice,
            "grounded": list(grounded) if grounded is not None else None,
        }
        with self._lock:
            self.bound.append(offered)
        return self.bind(**offered, **kwargs)

    def with_structured_output(
        self, schema: dict[str, Any] | type, *, include_raw: bool = False, **kwargs: Any
    ) -> Runnable[LanguageModelInput, Any]:
        def read(message: AIMessage) -> Any:
            return parsed_reply(message, schema, include_raw=include_raw)

        return self.bind(schema=schema, **kwargs) | RunnableLambda(read, name="parse")

    def _next(self, messages: Sequence[BaseMessage]) -> ScriptedReply:
        last = _last_words(messages)
        with self._lock:
            self.prompts.append(list(messages))
            matching = [i for i, reply in enumerate(self._left) if reply.when and reply.when in last]
            plain = [i for i, reply in enumerate(self._left) if reply.when is None]
            chosen = next(iter(matching or plain), None)
            if chosen is None:
                raise ScriptExhausted(self._why_dry(last))
            return self._left.pop(chosen)

    def _why_dry(self, last: str) -> str:
        named = f"the script {self.source}" if self.source else "the script"
        used = len(self.replies) - len(self._left)
        return (
            f"{named} has no reply left after {used} of {len(self.replies)} for a prompt that ends with "
            f"{last[-120:]!r}; add a reply without `when`, or with a `when` that this prompt contains"
        )


def _last_words(messages: Iterable[BaseMessage]) -> str:
    heard = [str(message.text) for message in messages if isinstance(message, (HumanMessage, ToolMessage))]
    return heard[-1] if heard else ""


def _call_id(call: ToolCall, position: int, index: int) -> str:
    return f"call_{digest(call.signature, str(position), str(index), length=12)}"


def _usage(messages: Iterable[BaseMessage], content: str) -> UsageMetadata:
    """Count words for tokens: the same in every run."""
    read = sum(len(str(message.text).split()) for message in messages)
    written = len(content.split())
    return UsageMetadata(input_tokens=read, output_tokens=written, total_tokens=read + written)


def _read_line(path: Path, number: int, line: str) -> ScriptedReply:
    try:
        return ScriptedReply.model_validate(json.loads(line))
    except json.JSONDecodeError as error:
        raise DataError(
            f"{path}, line {number}: not JSON: {error}", "write one JSON object a line"
        ) from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise DataError(
            f"{path}, line {number}: {where}: {first['msg']}",
            f"the fields are {', '.join(ScriptedReply.model_fields)}",
        ) from error

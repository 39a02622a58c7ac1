"""OpenAI's chat API, and whatever speaks it, asked with as little work for each call as can be."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun
from langchain_core.exceptions import ModelAPIError
from langchain_core.language_models import LanguageModelInput
from langchain_core.messages import BaseMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from langchain_openai import ChatOpenAI

from practicum.models.plain_completions import NoCompletion, complete, is_plain, written
from practicum.models.told_client import told


class OpenAIChatModel(ChatOpenAI):
    """LangChain's model, which asks for completions plainly where it can (`plain_completions`).

    Where it can't, and for streams, its client sends messages and tools as they are: it walks whatever it is
    given by its types, several hundred steps a request, to rename keys, and none of those in messages and
    tools has another name. What is given as ``extra_body`` it adds as it is.
    A stream that ends without saying why, as each does that is whole, has failed.
    """

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        model: ChatOpenAI = self
        body = self._plain_body(self._get_request_payload(messages, stop=stop, **kwargs))
        if body is not None:
            try:
                return self._create_chat_result(await complete(self.root_async_client, body))
            except NoCompletion as outcome:
                model = self._told(outcome)
        return await ChatOpenAI._agenerate(model, messages, stop, run_manager, **kwargs)

    def _plain_body(self, payload: dict[str, Any]) -> bytes | None:
        """Return what a plain request sends; None where the client is to send it."""
        if not _is_whole(payload) or not is_plain(self, payload):
            return None
        as_they_are = payload.pop("extra_body")
        return written({**payload, **as_they_are})

    def _told(self, outcome: NoCompletion) -> ChatOpenAI:
        """Return the model to which this came of its request."""
        client = told(self.root_async_client, outcome.outcome)
        return self.model_copy(update={"root_async_client": client, "async_client": client.chat.completions})

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[ChatGenerationChunk]:
        whole = self._in_another_form(kwargs)
        async for chunk in super()._astream(*args, **kwargs):
            whole = whole or _says_why(chunk)
            yield chunk
        _require_whole(whole)

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[ChatGenerationChunk]:
        whole = self._in_another_form(kwargs)
        for chunk in super()._stream(*args, **kwargs):
            whole = whole or _says_why(chunk)
            yield chunk
        _require_whole(whole)

    def _in_another_form(self, asked: dict[str, Any]) -> bool:
        """Whether the Responses API is asked, whose streams end in another way."""
        return self._use_responses_api({**asked, **self.model_kwargs})

    def _get_request_payload(
        self, input_: LanguageModelInput, *, stop: list[str] | None = None, **kwargs: Any
    ) -> dict[str, Any]:
        payload = super()._get_request_payload(input_, stop=stop, **kwargs)
        if "messages" not in payload:  # the Responses API has another form
            return payload
        # Where an object of a class is asked for, the client makes it, and decodes what calls the tools.
        made = "response_format" in payload and not isinstance(payload["response_format"], dict)
        names = ("messages",) if made else ("messages", "tools", "response_format")
        as_they_are = {name: payload.pop(name) for name in names if name in payload}
        return {**payload, "messages": [], "extra_body": {**as_they_are, **(payload.get("extra_body") or {})}}


def _is_whole(payload: dict[str, Any]) -> bool:
    """Whether a request needs nothing more of the client: chat completions, and no object of a class."""
    return "messages" in payload and "response_format" not in payload


def _says_why(chunk: ChatGenerationChunk) -> bool:
    return bool((chunk.generation_info or {}).get("finish_reason"))


def _require_whole(whole: bool) -> None:
    if not whole:
        raise ModelAPIError("the stream ended before the answer was whole: nothing in it says why it ends")

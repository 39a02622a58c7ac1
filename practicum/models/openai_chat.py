"""OpenAI's chat API, and whatever speaks it, asked with a third less work for each call."""

from __future__ import annotations

from typing import Any

from langchain_core.language_models import LanguageModelInput
from langchain_openai import ChatOpenAI


class OpenAIChatModel(ChatOpenAI):
    """LangChain's model, whose client sends messages and tools as they are.

    The client walks whatever it is given by its types, several hundred steps a request, to rename keys;
    none of those in messages and tools has another name. What is given as ``extra_body`` it adds as it is.
    """

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

"""Models that are compared: ours, which asks plainly, and LangChain's own."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.messages import HumanMessage
from langchain_core.runnables import Runnable
from langchain_openai import ChatOpenAI
from pydantic import SecretStr

from practicum.models.connections import with_own_connections
from practicum.models.openai_chat import OpenAIChatModel

ASK = [HumanMessage("How much?")]
SETTINGS: dict[str, Any] = {
    "model": "served",
    "api_key": SecretStr("sk-own"),
    "use_responses_api": False,
    "organization": "org-1",
    "default_headers": {"x-team": "a"},
    "max_retries": 0,
}


def models(url: str, **options: Any) -> tuple[ChatOpenAI, ChatOpenAI]:
    """The model of ours, and LangChain's own."""
    settings = {"base_url": f"{url}/v1", **SETTINGS, **options}
    made = [kind(**settings) for kind in (OpenAIChatModel, ChatOpenAI)]
    ours, theirs = (with_own_connections(each) for each in made)
    assert isinstance(ours, OpenAIChatModel)
    assert isinstance(theirs, ChatOpenAI)
    return ours, theirs


async def error_of(model: Runnable[Any, Any], ask: list[HumanMessage] = ASK) -> Exception:
    with pytest.raises(Exception) as caught:  # noqa: PT011 - of whatever kind; the kinds are compared
        await model.ainvoke(ask)
    return caught.value

"""Connections to a model's server, of each event loop its own: no loop can use another's.

LangChain's models of OpenAI's API share one pool of connections among all loops of a process. One loop after
the other (``asyncio.run`` twice), or two side by side, then meet connections that are of another loop.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import openai
from langchain_core.language_models import BaseChatModel

from practicum.models.each_loop import OfEachLoop

_OWN_CHOICES = ("http_async_client", "openai_proxy", "http_socket_options")
"""Settings of a model whose connections its user made, or wants made otherwise: it keeps them."""


def with_own_connections(model: BaseChatModel) -> BaseChatModel:
    """Return a model that works in any loop; the same where that is not known, or its user's choice."""
    client = getattr(model, "root_async_client", None)
    if has_own_choices(model) or not isinstance(client, openai.AsyncOpenAI):
        return model
    if getattr(model, "async_client", None) is not client.chat.completions:
        return model
    here = client.with_options(http_client=_client())
    return model.model_copy(update={"root_async_client": here, "async_client": here.chat.completions})


def has_own_choices(model: BaseChatModel) -> bool:
    """Whether a model's user chose its connections."""
    return any(getattr(model, name, None) is not None for name in _OWN_CHOICES)


class ClientOfEachLoop(openai.DefaultAsyncHttpxClient):
    """Sends what it is given through a client of the running loop, which is closed with the loop."""

    def __init__(self) -> None:
        super().__init__()
        self._clients = OfEachLoop(openai.DefaultAsyncHttpxClient, lambda client: client.aclose())

    async def send(self, request: Any, **options: Any) -> Any:
        client = await self._clients.here()
        return await client.send(request, **options)


@cache
def _client() -> ClientOfEachLoop:
    """The one of this process: models of one server share its connections."""
    return ClientOfEachLoop()

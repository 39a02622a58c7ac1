"""Connections to a model's server, of each event loop its own: no loop can use another's.

LangChain's models of OpenAI's API share one pool of connections among all loops of a process. One loop after
the other (``asyncio.run`` twice), or two side by side, then meet connections that are of another loop.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator
from functools import cache
from typing import Any

import openai
from langchain_core.language_models import BaseChatModel

_OWN_CHOICES = ("http_async_client", "openai_proxy", "http_socket_options")
"""Settings of a model whose connections its user made, or wants made otherwise: it keeps them."""


def with_own_connections(model: BaseChatModel) -> BaseChatModel:
    """Return a model that works in any loop; the same where that is not known, or its user's choice."""
    client = getattr(model, "root_async_client", None)
    chosen = any(getattr(model, name, None) is not None for name in _OWN_CHOICES)
    if chosen or not isinstance(client, openai.AsyncOpenAI):
        return model
    if getattr(model, "async_client", None) is not client.chat.completions:
        return model
    here = client.with_options(http_client=_client())
    return model.model_copy(update={"root_async_client": here, "async_client": here.chat.completions})


class ClientOfEachLoop(openai.DefaultAsyncHttpxClient):
    """Sends what it is given through a client of the running loop, which is closed with the loop."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._open: dict[asyncio.AbstractEventLoop, tuple[Any, AsyncGenerator[None]]] = {}

    async def send(self, request: Any, **options: Any) -> Any:
        client = await self._here()
        return await client.send(request, **options)

    async def _here(self) -> Any:
        loop = asyncio.get_running_loop()
        found = self._open.get(loop)
        if found is not None:
            return found[0]
        client = openai.DefaultAsyncHttpxClient()
        lasting = self._until_the_end(loop, client)
        with self._lock:
            for over in [each for each in self._open if each.is_closed()]:  # it was not shut down
                del self._open[over]
            self._open[loop] = client, lasting
        await anext(lasting)
        return client

    async def _until_the_end(self, loop: asyncio.AbstractEventLoop, client: Any) -> AsyncGenerator[None]:
        """Wait for the end of the loop, which closes all generators that it has begun."""
        try:
            yield
        finally:
            with self._lock:
                self._open.pop(loop, None)
            await client.aclose()


@cache
def _client() -> ClientOfEachLoop:
    """The one of this process: models of one server share its connections."""
    return ClientOfEachLoop()

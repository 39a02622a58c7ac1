"""The routes, and what becomes of a request: checked, limited, answered whole or as a stream."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse
from starlette.exceptions import HTTPException

from practicum.errors import ModelRefused, ProviderError
from practicum.service.answering import Answerer, ChatAnswer
from practicum.service.limits import ServerLimits, Slots
from practicum.service.refusals import RequestError, failed, model_failed, stopping, too_slow
from practicum.service.replies import DONE, Envelope, event, model_body, models_body
from practicum.service.requests import SERVED, ChatRequest, read_request
from practicum.service.runs import AnswerStream

T = TypeVar("T")
Tell = Callable[[str], None]
CLIENT_LEFT = 499
"""What is noted where nobody is there to read a status."""


@dataclass(frozen=True)
class About:
    """What /health tells."""

    model: str
    learned: str
    """What serves, such as ``demos@2``, or ``base``."""
    tools: int


class Service:
    """Answers requests with one agent."""

    def __init__(self, answerer: Answerer, about: About, limits: ServerLimits, tell: Tell) -> None:
        """Take what answers.

        Args:
            answerer: Asks the agent.
            about: What it is.
            limits: What is taken on.
            tell: Takes a line about an error that no client is told.
        """
        self._answerer = answerer
        self._about = about
        self._limits = limits
        self._slots = Slots(limits.max_concurrent)
        self._tell = tell
        self._since = int(time.time())

    async def health(self) -> dict[str, Any]:
        """Say that it is there, and what it is; no key is asked for."""
        about = self._about
        return {
            "status": "ok",
            "model": about.model,
            "champion": about.learned,
            "tools": about.tools,
            "running": self._slots.taken,
        }

    async def models(self, request: Request) -> dict[str, Any]:
        """List the only model."""
        self._limits.require_key(request.headers.get("authorization"))
        return models_body(self._since)

    async def model(self, request: Request, name: str) -> dict[str, Any]:
        """Describe the only model."""
        self._limits.require_key(request.headers.get("authorization"))
        if name != SERVED:
            raise RequestError(404, f"there is no model {name!r} here", code="model_not_found")
        return model_body(self._since)

    async def complete(self, request: Request) -> Response:
        """Answer a conversation."""
        self._limits.require_key(request.headers.get("authorization"))
        if not request.headers.get("content-type", "").lower().startswith("application/json"):
            raise RequestError(415, "send Content-Type: application/json", code="unsupported_media_type")
        asked = read_request(await self._limits.body(request.stream()))
        run = self._begin(asked)
        try:
            first = run.next() if asked.stream else run.answer()
            made = await _unless_gone(request, first)
        except asyncio.CancelledError:  # by the server's end: a client that left ends the run, not this
            run.stop()
            self._tell("a request was ended before its answer was there: the server stops")
            raise stopping() from None
        except Exception as error:  # noqa: BLE001 - told without what it says
            run.stop()
            raise self._refusal(error) from None
        if made is None:
            run.stop()
            return Response(status_code=CLIENT_LEFT)
        if asked.stream:
            events = self._events(run, made, with_usage=asked.with_usage)
            return StreamingResponse(
                events, media_type="text/event-stream", headers={"Cache-Control": "no-cache"}
            )
        assert isinstance(made, ChatAnswer)  # noqa: S101 - `Run.answer` says so
        return JSONResponse(Envelope().completion(made.text, made.usage))

    def _begin(self, asked: ChatRequest) -> AnswerStream:
        self._slots.take()
        pieces = self._answerer.pieces(asked.messages, stream=asked.stream)
        run = AnswerStream(pieces, self._limits.max_seconds)
        run.when_done(self._slots.give_back)
        return run

    async def _events(
        self, run: AnswerStream, piece: str | ChatAnswer, *, with_usage: bool
    ) -> AsyncIterator[str]:
        """Yield the events of a stream; what fails now is an event, the status being sent already."""
        envelope = Envelope()
        try:
            yield event(envelope.chunk({"role": "assistant", "content": ""}))
            while not isinstance(piece, ChatAnswer):
                yield event(envelope.chunk({"content": piece}))
                piece = await run.next()
            yield event(envelope.chunk({}, "stop"))
            if with_usage:
                yield event(envelope.usage_chunk(piece.usage))
            yield DONE
        except Exception as error:  # noqa: BLE001 - told without what it says
            yield event(self._refusal(error).body)
        finally:
            run.stop()

    def _refusal(self, error: Exception) -> RequestError:
        """Return what the client is told; the rest is for whoever runs the server."""
        if isinstance(error, RequestError):
            return error
        if isinstance(error, TimeoutError):
            return too_slow(self._limits.max_seconds)
        self._tell(f"{type(error).__name__}: {error}")
        return model_failed() if isinstance(error, ProviderError | ModelRefused) else failed()


def make_app(service: Service) -> FastAPI:
    """Return the application."""
    app = FastAPI(title="Practicum", openapi_url=None, docs_url=None, redoc_url=None)
    app.add_api_route("/health", service.health, methods=["GET"])
    app.add_api_route("/v1/models", service.models, methods=["GET"])
    app.add_api_route("/v1/models/{name}", service.model, methods=["GET"])
    app.add_api_route("/v1/chat/completions", service.complete, methods=["POST"], response_model=None)
    app.add_exception_handler(RequestError, _refuse)
    app.add_exception_handler(HTTPException, _refuse_route)
    return app


async def _refuse(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestError)  # noqa: S101 - registered for it
    return JSONResponse(error.body, error.status, headers=error.headers)


async def _refuse_route(request: Request, error: Exception) -> Response:
    """Refuse a path or a method that there is not."""
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for it
    asked = f"{request.method} {request.url.path} is not offered"
    allowed = (error.headers or {}).get("Allow")
    said = f"{asked}: use {allowed}" if allowed else f"{asked}; see /v1/chat/completions, /v1/models, /health"
    refusal = RequestError(
        error.status_code, said, code="not_found" if error.status_code == 404 else "invalid_request"
    )
    return JSONResponse(refusal.body, error.status_code, headers=error.headers)


async def _unless_gone(request: Request, awaited: Awaitable[T]) -> T | None:
    """Return what is awaited, None when the client leaves before."""
    made, left = asyncio.ensure_future(awaited), asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait({made, left}, return_when=asyncio.FIRST_COMPLETED)
        return made.result() if made.done() else None
    finally:
        made.cancel()
        left.cancel()


async def _gone(request: Request) -> None:
    """Return when the client has left; its request was read before."""
    while (await request.receive())["type"] != "http.disconnect":
        pass

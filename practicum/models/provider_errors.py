"""A provider's error, sorted by who must act."""

from __future__ import annotations

from collections.abc import Callable
from json import JSONDecodeError

from langchain_core.exceptions import (
    ModelAuthenticationError,
    ModelConnectionError,
    ModelError,
    ModelNotFoundError,
    ModelPermissionDeniedError,
    ModelTimeoutError,
)
from pydantic import ValidationError

from practicum.errors import ModelRefused, PracticumError, ProviderError, SetupError, first_line
from practicum.hostile import redact
from practicum.models.waiting import LONGEST_TOLD_S, is_spent, told_wait

_NO_CONNECTION = frozenset({"ConnectError", "ConnectTimeout"})
_CUT_OFF = frozenset({"RemoteProtocolError", "ReadError"})
_CLIENTS = frozenset({"httpx", "httpx2", "httpcore", "httpcore2"})
_UNREADABLE = (JSONDecodeError, ValidationError, TypeError, AttributeError, LookupError)
_USER_MUST_ACT: tuple[tuple[type[Exception], Callable[[str], str]], ...] = (
    (ModelAuthenticationError, lambda name: f"check the key that {name} is given, such as OPENAI_API_KEY"),
    (ModelPermissionDeniedError, lambda name: f"use a key that may call {name}, or another --model"),
    (ModelNotFoundError, lambda name: f"check the name after the colon in {name!r}, or name another --model"),
)


def translate(error: Exception, name: str, *, reached: bool) -> PracticumError:
    """Sort a provider's error by who must act: a server that was never reached is the user's to find."""
    line = redact(first_line(error, 10_000))[:300]
    if isinstance(error, NotImplementedError):
        return SetupError(
            f"{name} can't call tools or reply with objects: {line}",
            "name another --model, one that has tool calling",
        )
    if is_spent(error):
        return ModelRefused(
            f"the quota of {name} is spent: {line}",
            "add credit, or name another --model; then the same command goes on",
        )
    for kind, fix in _USER_MUST_ACT:
        if isinstance(error, kind):
            return ModelRefused(f"the model refused the request: {line}", fix(name))
    if not reached and isinstance(error, ModelConnectionError | ModelTimeoutError):
        return _unreachable(error, name, line)
    told = told_wait(error) or 0.0
    if told > LONGEST_TOLD_S:
        line = f"asks to wait {told:.0f} s before it is called again: {line}"
    reason = type(error).__name__ if isinstance(error, ModelError) else f"unexpected {type(error).__name__}"
    if isinstance(error, _UNREADABLE):  # clients stumble over what is no reply of their API, each in its way
        reason = f"its reply can't be read: {reason}"
    return ProviderError(f"{name}: {reason}: {line}")


def _unreachable(error: Exception, name: str, line: str) -> ModelRefused:
    """What to do about a server that never answered: it can't be found, hangs up, or keeps silent."""
    address = "check the address after '@' in --model, or OPENAI_BASE_URL"
    if isinstance(error, ModelTimeoutError) and not was_not_connected(error):
        return ModelRefused(
            f"the server of {name} took the request and did not answer: {line}",
            "look at what it is doing; if it needs longer, set PRACTICUM_MODEL_TIMEOUT, in seconds",
        )
    if _caused_by(error, _CUT_OFF):
        return ModelRefused(
            f"the server of {name} ends the connection before its answer is complete: {line}",
            f"look at its log, or {address}",
        )
    return ModelRefused(f"the server of {name} can't be reached: {line}", f"start it, or {address}")


def may_be_billed(error: BaseException) -> bool:
    """Whether a call that ended in this error may cost something: the provider did not refuse it.

    A lost connection, a timeout and a cancelled call may have been answered all the same; where no
    connection was made nothing was.
    """
    if isinstance(error, ModelConnectionError | ModelTimeoutError):
        return not was_not_connected(error)
    return not isinstance(error, ModelError)


def was_not_connected(error: BaseException) -> bool:
    """Whether no connection to the server was made."""
    return _caused_by(error, _NO_CONNECTION)


def _caused_by(error: BaseException, names: frozenset[str]) -> bool:
    """Whether the error comes of one of the HTTP client's own, by their names."""
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        # By name: clients bring httpx or its successor, and which one is theirs to choose.
        kind = type(cause)
        if kind.__name__ in names and kind.__module__.partition(".")[0] in _CLIENTS:
            return True
        seen.add(id(cause))
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    return False

"""What a client is told when its request can't be answered: OpenAI's form of an error."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from practicum.errors import PracticumError

INVALID = "invalid_request_error"
SERVER = "server_error"


class RequestError(PracticumError):
    """A request that is not answered, with the status and the words that say why."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        code: str,
        kind: str = INVALID,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Take what the client is told.

        Args:
            status: Of HTTP.
            message: What is wrong, and what to do.
            code: The same for programs.
            kind: OpenAI's ``type`` of the error.
            headers: That go with it.
        """
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.kind = kind
        self.headers = dict(headers or {})

    @property
    def body(self) -> dict[str, Any]:
        """What is sent."""
        return {"error": {"message": self.message, "type": self.kind, "param": None, "code": self.code}}


def wrong(message: str, code: str = "invalid_request") -> RequestError:
    """Return the refusal of a request that the client has to change."""
    return RequestError(400, message, code=code)


def failed() -> RequestError:
    """Return what is told of an error here: nothing of it, the server's own output has it."""
    return RequestError(500, "the server failed; its own output says why", code="internal_error", kind=SERVER)


def model_failed() -> RequestError:
    """Return what is told when the model behind the agent failed."""
    return RequestError(
        502, "the model failed; the server's own output says why", code="model_failed", kind=SERVER
    )


def stopping() -> RequestError:
    """Return what is told when the server ends before the answer is there."""
    return RequestError(
        503,
        "the server is shutting down; ask again",
        code="shutting_down",
        kind=SERVER,
        headers={"Retry-After": "1"},
    )


def too_slow(seconds: float) -> RequestError:
    """Return what is told when an answer took longer than it may."""
    return RequestError(504, f"no answer within {seconds:g} s", code="timeout", kind=SERVER)

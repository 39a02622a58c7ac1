"""Why a server or a call failed, in a line that repeats no secret."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from practicum.errors import ProviderError
from practicum.tools.mcp.config import McpServer
from practicum.tools.mcp.secrets import hide
from practicum.tools.sanitize import sanitize

MOST = 300
"""Characters of what others say in a message."""
SESSION_ENDED = 32600
"""What the SDK makes of 404: a server over HTTP does not know the session, and did nothing."""
NO_SUCH_SESSION = (400, 404)
"""What servers over HTTP answer when they don't know the session, for they were started again."""
GARBAGE = "it wrote what is no message of the protocol"


class ServerError(ProviderError):
    """A server did not start, died or is out of reach; the text says why, and the fix what to do."""

    def __init__(self, server: McpServer, what: str, fix: str = "", *, may_be_done: bool = False) -> None:
        said = one_line(what, server.secrets)
        super().__init__(f"MCP server {server.name}: {said}")
        self.reason = said
        self.may_be_done = may_be_done
        self.fix = fix or f"check how {server.name} is started; run it by hand to see what it says"


class NotSentError(Exception):
    """The session was at its end before the call was sent: it may be sent again in a new one."""


def why_not_open(
    server: McpServer, error: BaseException, last_words: str, *, garbage: bool, status: str = ""
) -> ServerError:
    """Return why a session could not be opened.

    Args:
        server: The server.
        error: What opening it raised.
        last_words: What it wrote on its standard error, if anything.
        garbage: Whether it wrote lines on its standard output that can't be read.
        status: How it ended, such as " (exit status 3)"; empty where that is not known.
    """
    cause = cause_of(error)
    said = f"; {GARBAGE}" if garbage else ""
    said += f"; it said: {last_words}" if last_words else ""
    if isinstance(cause, FileNotFoundError | PermissionError | NotADirectoryError):
        return ServerError(
            server,
            f"it can't be started: {cause.strerror}: {cause.filename}",
            "install it, or give its full path",
        )
    if isinstance(cause, TimeoutError):
        fix = f'give it longer: "startTimeout": {server.start_s * 4:g} in its entry; or run it by hand'
        return ServerError(server, f"it did not answer within {server.start_s:g} s{said}", fix)
    if is_closed(cause):
        return ServerError(server, f"it ended before it answered{status}{said}")
    if server.url:
        fix = "check that it runs, its address and its headers"
        return ServerError(server, f"{_http(server, cause)}{said}", fix)
    if isinstance(cause, ValueError):
        return ServerError(server, f"it answers what is not of the protocol{said}")
    return ServerError(server, f"it can't be started: {_told(cause)}{said}")


def why_lost(
    server: McpServer, error: BaseException | None, last_words: str, status: str = ""
) -> ServerError:
    """Return why an open session came to its end in the middle of a call; arguments as of `why_not_open`."""
    cause = cause_of(error) if error is not None else None
    said = f"; it said: {last_words}" if last_words else ""
    if cause is not None and server.url and not is_closed(cause):
        return ServerError(server, f"the call got no answer: {_http(server, cause)}", may_be_done=True)
    what = f"it died while it was called{status}{said}; the next call starts it again"
    return ServerError(server, what, may_be_done=True)


def is_closed(error: BaseException) -> bool:
    """Whether the SDK reports that the other side is gone."""
    from anyio import BrokenResourceError, ClosedResourceError
    from mcp import McpError
    from mcp.types import CONNECTION_CLOSED

    if isinstance(error, McpError):
        return error.error.code == CONNECTION_CLOSED and error.error.message == "Connection closed"
    return isinstance(error, BrokenResourceError | ClosedResourceError)


def was_not_sent(error: BaseException) -> bool:
    """Whether the other side never got the request, so that it may be sent again."""
    import httpx
    from anyio import BrokenResourceError, ClosedResourceError
    from mcp import McpError

    cause = cause_of(error)
    if isinstance(cause, McpError):
        return cause.error.code == SESSION_ENDED
    if isinstance(cause, httpx.HTTPStatusError):
        return cause.response.status_code in NO_SUCH_SESSION
    unsent = (BrokenResourceError, ClosedResourceError, httpx.ConnectError, httpx.ConnectTimeout)
    return isinstance(cause, unsent)


def cause_of(error: BaseException) -> BaseException:
    """Return the first of a group's errors that is no cancellation: the others follow from it."""
    from asyncio import CancelledError

    found = list(_leaves(error))
    return next((each for each in found if not isinstance(each, CancelledError)), found[0])


def one_line(text: str, secrets: Iterable[str]) -> str:
    """Return what others said as one bounded line without secrets."""
    clean, _ = sanitize(hide(text, secrets))
    line = " ".join(clean.split())
    return line if len(line) <= MOST else f"{line[:MOST]}..."


def _leaves(error: BaseException) -> Iterator[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        for each in error.exceptions:
            yield from _leaves(each)
    else:
        yield error


def _told(error: BaseException) -> str:
    text = str(error).strip()
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _http(server: McpServer, error: BaseException) -> str:
    import httpx

    where = _address(server.url)
    if isinstance(error, httpx.HTTPStatusError):
        return f"{where} answers {error.response.status_code} {error.response.reason_phrase}"
    if isinstance(error, httpx.TimeoutException):
        return f"{where} does not answer"
    if isinstance(error, httpx.TransportError):
        return f"{where} is out of reach: {error or type(error).__name__}"
    return f"{where} does not speak MCP: {_told(error)}"


def _address(url: str) -> str:
    """The address without user, password and query."""
    from urllib.parse import urlsplit

    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"

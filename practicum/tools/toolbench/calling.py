"""One call by ToolBench's server protocol: a POST that names category, tool and API."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from practicum.errors import SetupError
from practicum.records import JsonObject
from practicum.tools.web import (
    Credentials,
    ExchangeError,
    HttpResponse,
    UnansweredError,
    exchange,
    failure_of,
    make_request,
)

URL = "PRACTICUM_TOOLBENCH_URL"
KEY = "PRACTICUM_TOOLBENCH_KEY"
VIRTUAL = "/virtual"
"""Where a virtual server answers; the other one, before the real APIs, answers at ``/rapidapi``."""
STRIP = "truncate"
"""How the server shortens what it returns; ToolBench's own agents ask for the same."""
MAX_ERROR_CHARACTERS = 2000


@dataclass(frozen=True)
class ToolBenchServer:
    """Where calls are sent, and with which key."""

    url: str
    """Empty: nobody said."""
    key: str = field(repr=False)

    @property
    def missing(self) -> tuple[str, ...]:
        """Variables without which it answers nothing; a virtual server of one's own wants no key."""
        needs_key = not urlsplit(self.url).path.endswith(VIRTUAL)
        return tuple(
            name
            for name, is_missing in ((URL, not self.url), (KEY, needs_key and not self.key))
            if is_missing
        )


@dataclass(frozen=True)
class Api:
    """How the server finds an API."""

    category: str
    tool: str
    name: str


def server_of(environment: Mapping[str, str]) -> ToolBenchServer:
    """Return the server that the environment names; a bare host is a virtual server.

    Raises:
        SetupError: its URL is none.
    """
    url = environment.get(URL, "").strip().rstrip("/")
    parts = urlsplit(url)
    if url and (parts.scheme not in {"http", "https"} or not parts.netloc):
        raise SetupError(f"{URL} is no http(s) URL", f"set it to such as http://127.0.0.1:8080{VIRTUAL}")
    if url and not parts.path:
        url += VIRTUAL
    key = environment.get(KEY, "").strip()
    if not (key.isascii() and key.isprintable()):
        raise SetupError(f"{KEY} holds characters that HTTP can't send", "check its value")
    return ToolBenchServer(url, key)


async def call(server: ToolBenchServer, api: Api, arguments: JsonObject) -> str:
    """Call an API and return what it answers.

    Raises:
        UnansweredError: a variable is not set, or the server is not there; see `exchange` and `failure_of`.
        ExchangeError: what answered is an error.
    """
    if server.missing:
        raise UnansweredError(f"this call needs {' and '.join(server.missing)}, which is not set")
    payload = {
        "category": api.category,
        "tool_name": api.tool,
        "api_name": api.name,
        "tool_input": json.dumps(arguments, ensure_ascii=False),
        "strip": STRIP,
        "toolbench_key": server.key,
    }
    content = json.dumps(payload, ensure_ascii=False).encode()
    request = make_request("POST", server.url, {"content-type": "application/json"}, content)
    hidden = (server.key,) if server.key else ()
    credentials = Credentials(headers=tuple(("toolbench_key", key) for key in hidden), secrets=hidden)
    return credentials.blank(_answer(await exchange(request, credentials), credentials))


def _answer(answer: HttpResponse, credentials: Credentials) -> str:
    text = answer.text
    if not answer.is_success:
        raise failure_of(answer.status, f"the server answers {answer.status}: {_bounded(text, credentials)}")
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        raise ExchangeError(f"the server answers with no JSON: {_bounded(text, credentials)}") from None
    if not isinstance(said, dict) or "response" not in said:
        raise ExchangeError(f"the server answers with no response: {_bounded(text, credentials)}")
    response = said["response"]
    shown = (
        response
        if isinstance(response, str)
        else json.dumps(response, ensure_ascii=False, separators=(",", ":"))
    )
    if said.get("error"):
        raise ExchangeError(_bounded(f"{said['error']} {shown}".strip(), credentials))
    return shown or "(no content)"


def _bounded(text: str, credentials: Credentials) -> str:
    text = credentials.blank(text)
    return text if len(text) <= MAX_ERROR_CHARACTERS else f"{text[:MAX_ERROR_CHARACTERS]} ..."

"""One call of an operation: arguments become a request, the answer becomes text."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from practicum.records import JsonObject
from practicum.tools.openapi.arguments import Argument, Place
from practicum.tools.openapi.bodies import FORM, JSON, MULTIPART, Body, is_text
from practicum.tools.openapi.operations import Operation
from practicum.tools.openapi.security import Access
from practicum.tools.openapi.styles import compact, header_text, path_text, query_pairs, scalar
from practicum.tools.web import HttpResponse, UnansweredError, exchange, failure_of, make_request

if TYPE_CHECKING:
    import httpx

MAX_ERROR_CHARACTERS = 2000
"""What is told of the body of an error."""
_TEXTS = ("json", "xml", "text", "yaml", "csv", "html", "javascript", "urlencoded")


async def call(operation: Operation, base: str, access: Access, arguments: JsonObject) -> str:
    """Call an operation and return the body of its answer.

    Raises:
        UnansweredError: a key is missing, or the server is not there; see `exchange` and `failure_of`.
        ExchangeError: the answer is an error; with its body.
    """
    if access.missing:
        raise UnansweredError(
            f"this call needs a key that is not there: {' and '.join(access.missing)} is not set"
        )
    answer = await exchange(request_of(operation, base, arguments), access.credentials)
    text = access.credentials.blank(answer_text(answer))
    if answer.is_success:
        return text
    raise failure_of(answer.status, f"{_status(answer.status)}: {_bounded(text)}")


def request_of(operation: Operation, base: str, arguments: JsonObject) -> httpx.Request:
    """Return the request that a call with these arguments makes, without credentials.

    Raises:
        ExchangeError: an argument can't be sent.
    """
    # Behind a # stands what tells operations apart in the document; it is never sent.
    path, query, cookies = operation.path.partition("#")[0], [], []
    headers: dict[str, str] = {}
    given = [(each, arguments[each.name]) for each in operation.arguments if each.name in arguments]
    for argument, value in given:
        if argument.place is Place.PATH:
            path = path.replace(f"{{{argument.key}}}", path_text(argument, value))
        elif argument.place is Place.QUERY:
            query += query_pairs(argument, value)
        elif argument.place is Place.HEADER:
            headers[argument.key] = header_text(argument, value)
        elif argument.place is Place.COOKIE:
            cookies += query_pairs(argument, value)
    if cookies:
        headers["cookie"] = "; ".join(cookies)
    sent = [(argument, value) for argument, value in given if argument.place is Place.BODY]
    content = None
    if operation.body is not None and (sent or operation.body.is_required):
        headers["content-type"], content = _content(operation.body, sent)
    between = ("&" if "?" in path else "?") if query else ""
    url = f"{base}{path}{between}{'&'.join(query)}"
    return make_request(operation.method, url, headers, content)


def _content(body: Body, sent: list[tuple[Argument, Any]]) -> tuple[str, bytes]:
    """The type that is said and the bytes that are sent."""
    if body.media_type in {FORM, MULTIPART}:
        fields = _fields(body, sent)
        return _multipart(fields) if body.media_type == MULTIPART else (FORM, _urlencoded(fields))
    value = sent[0][1] if body.is_whole and sent else {argument.key: value for argument, value in sent}
    if is_text(body.media_type):
        return f"{body.media_type.partition(';')[0]}; charset=utf-8", scalar(value).encode()
    return body.media_type, compact(value).encode()


def _fields(body: Body, sent: list[tuple[Argument, Any]]) -> list[tuple[Argument, Any]]:
    if not body.is_whole:
        return sent
    whole = sent[0][1] if sent else {}
    return [(Argument(key, key, Place.BODY, {}), value) for key, value in whole.items()]


def _urlencoded(fields: list[tuple[Argument, Any]]) -> bytes:
    return "&".join(pair for argument, value in fields for pair in query_pairs(argument, value)).encode()


def _multipart(fields: list[tuple[Argument, Any]]) -> tuple[str, bytes]:
    import httpx

    parts: list[tuple[str, tuple[None, bytes] | tuple[None, bytes, str]]] = []
    for argument, value in fields:
        each = value if isinstance(value, list) and not argument.as_json else [value]
        parts += [(argument.key, _part(one, as_json=argument.as_json)) for one in each]
    if not parts:  # of which httpx makes no form at all
        return f"{MULTIPART}; boundary=end", b"--end--\r\n"
    made = httpx.Request("POST", "http://localhost", files=parts)
    return made.headers["content-type"], made.read()


def _part(value: Any, *, as_json: bool) -> tuple[None, bytes] | tuple[None, bytes, str]:
    """What httpx makes a part of: no file name, and a type where the text is JSON (OpenAPI 3.1, 4.8.15.2)."""
    if as_json or isinstance(value, dict | list):
        return None, compact(value).encode(), JSON
    return None, scalar(value).encode()


def answer_text(answer: HttpResponse) -> str:
    """Return an answer's body as text: JSON without spaces, of what is no text its kind and size."""
    if not answer.body:
        return f"(no content; status {answer.status})"
    kind = answer.media_type
    if kind and not any(word in kind for word in _TEXTS):
        size = f"more than {len(answer.body)}" if answer.is_cut else str(len(answer.body))
        return f"({size} bytes of {kind})"
    if answer.is_cut:
        return f"{answer.text}\n(cut after {len(answer.body)} bytes)"
    if "json" in kind or not kind:
        try:
            return compact(json.loads(answer.body))
        except (ValueError, RecursionError):
            return answer.text
    return answer.text


def _status(status: int) -> str:
    try:
        return f"HTTP {status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"HTTP {status}"


def _bounded(text: str) -> str:
    return text if len(text) <= MAX_ERROR_CHARACTERS else f"{text[:MAX_ERROR_CHARACTERS]} ..."

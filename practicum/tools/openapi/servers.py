"""Where an API is served."""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import Any
from urllib.parse import urljoin, urlsplit

from practicum.errors import SetupError
from practicum.tools.openapi.document import Document
from practicum.tools.openapi.security import PREFIX
from practicum.tools.schema import UnusableSchemaError

_VARIABLE = re.compile(r"\{([^{}]*)\}")


def split_place(place: str) -> tuple[str, str | None]:
    """Return the document's place, and the base URL that the user named after an @, if any."""
    found = re.match(r"(.+)@(https?://\S+)\Z", place, re.IGNORECASE | re.DOTALL)
    return (found[1], found[2].rstrip("/")) if found else (place, None)


def base_url(servers: Any, document: Document) -> str:
    """Return the URL of the first server, its variables at their defaults, without a slash at its end.

    Raises:
        UnusableSchemaError: it can't be made out.
    """
    first = servers[0] if isinstance(servers, list) and servers else {"url": "/"}
    if not isinstance(first, dict) or not isinstance(first.get("url"), str):
        raise UnusableSchemaError("its server has no URL")
    url = _filled(first["url"], first.get("variables"))
    if document.url is not None:
        url = urljoin(without_login(document.url), url)
    elif url.startswith("//"):  # as from a page: a file has no scheme that it could share
        url = f"https:{url}"
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise UnusableSchemaError(f"its server is {url!r:.80}, which is no http(s) URL")
    return url.rstrip("/")


def document_base(document: Document, override: str | None) -> str:
    """Return where the document's API is served, unless an operation says otherwise.

    Raises:
        SetupError: it does not say so.
    """
    if override is not None:
        if without_login(override) != override:
            fix = f"leave them out; keys are read from the environment ({PREFIX}...)"
            raise SetupError("the base URL holds a user or a password", fix)
        return override
    try:
        base = base_url(document.content.get("servers"), document)
    except (UnusableSchemaError, ValueError) as error:
        raise SetupError(
            f"{document.name} does not say where the API is served: {error}",
            f"add the base URL: openapi:{document.name}@http://HOST:PORT{_stated_path(document)}",
        ) from error
    require_reachable(base, document)
    return base


def _stated_path(document: Document) -> str:
    """The path that belongs behind host and port, where the document says no more than that."""
    servers = document.content.get("servers")
    first = servers[0] if isinstance(servers, list) and servers else None
    url = first.get("url") if isinstance(first, dict) else None
    return url.rstrip("/") if isinstance(url, str) and re.fullmatch(r"/[^/\s{}][^\s{}]*", url) else ""


def origin(url: str) -> tuple[str, str, int | None]:
    """Return scheme, host and port of a URL: who gets what is sent to it."""
    parts = urlsplit(url)
    port = parts.port if parts.port is not None else {"http": 80, "https": 443}.get(parts.scheme)
    return parts.scheme, (parts.hostname or "").lower(), port


def require_reachable(base: str, document: Document) -> None:
    """Refuse a document from elsewhere whose API would be on this machine or in its network.

    Raises:
        SetupError: a stranger's document names such an address.
    """
    if document.url is None or is_near(document.url) or not is_near(base):
        return
    host = urlsplit(base).hostname
    raise SetupError(
        f"{document.name} says that its API is served at {host}, which is not where it lies",
        f"if that is so, say it: openapi:{document.name}@{base}",
    )


def is_near(url: str) -> bool:
    """Whether a URL names this machine, or an address of a private network."""
    host = (urlsplit(url).hostname or "").lower().rstrip(".")
    try:
        return not ip_address(host).is_global
    except ValueError:
        return host == "localhost" or host.endswith((".localhost", ".local", ".internal"))


def without_login(url: str) -> str:
    """Return a URL without the user and the password that it may hold."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def _filled(url: str, variables: Any) -> str:
    def value(found: re.Match[str]) -> str:
        variable = variables.get(found[1]) if isinstance(variables, dict) else None
        default = variable.get("default") if isinstance(variable, dict) else None
        if default is None:
            raise UnusableSchemaError(f"its server's variable {found[1]!r} has no default")
        return str(default)

    return _VARIABLE.sub(value, url)

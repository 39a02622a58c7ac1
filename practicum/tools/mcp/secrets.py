"""What a file of MCP servers says and nobody else may read: in headers, the environment and arguments."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urlsplit

from practicum.hostile import MARK
from practicum.hostile.forms import find_forms

if TYPE_CHECKING:
    from practicum.tools.mcp.config import Config

SHORTEST = 6
"""Characters: what is shorter stands in too many texts by chance."""
_TELLING_NAME = re.compile(r"KEY|TOKEN|SECRET|PASS|AUTH|CREDENTIAL|COOKIE|PRIVATE", re.IGNORECASE)
_TELLING_OPTION = re.compile(
    r"(?:KEY|TOKEN|SECRET|PASS(?:WORD|WD|PHRASE)?|PWD|AUTH(?:ORIZATION)?|CREDENTIALS?|COOKIE|PRIVATE)$",
    re.IGNORECASE,
)
"""Among arguments a name must end so: ``--max-tokens 100000`` is no secret."""
_HARMLESS_HEADERS = frozenset({"accept", "accept-language", "content-type", "user-agent"})
_SCHEMES = frozenset({"bearer", "basic", "digest", "token"})
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,30}://[^\s\"']+")
_PLAIN = re.compile(
    r"(?:/|\./|\.\./|~|\$\{|[A-Za-z]:\\).*"  # a path
    r"|https?://[^@?\s]*"  # an address without credentials
    r"|[a-z]{1,12}|[A-Z]{1,12}"  # a word, such as production
    r"|[\w.-]+\.[a-z]{2,4}"  # a file or a host
    r"|[\d.,:+-]+"  # a number, a time, a version
)


def secrets_of(config: Config) -> frozenset[str]:
    """Return the values of a file that must never be stored or shown, to be blanked wherever they turn up."""
    return frozenset().union(*(server.secrets for server in config.servers))


def find_secrets(
    *,
    env: Mapping[str, str],
    headers: Mapping[str, str],
    url: str,
    used: Iterable[str],
    args: Sequence[str] = (),
) -> frozenset[str]:
    """Return the secrets of one server.

    Args:
        env: Its environment; a value that is plainly none (a path, a number, a word) is left out unless the
            name of the variable says otherwise.
        headers: All count but for a few, and so does each of their words, such as what follows "Bearer".
        url: Its user, its password and the values of its query count.
        used: What stood in the environment of Practicum and was put in place of ``${VAR}``.
        args: Its arguments: what follows an option, or stands behind the ``=`` of an option or a variable,
            whose name says that it is a secret; users and passwords of addresses; what has a secret's form.
    """
    found = {value for name, value in env.items() if _TELLING_NAME.search(name) or not _is_plain(value)}
    for name, value in headers.items():
        if name.lower() not in _HARMLESS_HEADERS:
            found |= {value, *(word for word in value.split() if word.lower() not in _SCHEMES)}
    found |= {value for value in used if not _is_plain(value)}
    found |= {*_in_address(url), *_in_arguments(args)}
    return frozenset(value for value in found if len(value) >= SHORTEST)


def hide(text: str, secrets: Iterable[str]) -> str:
    """Return ``text`` with these secrets blanked, as they are and as JSON writes them."""
    for secret in sorted(secrets, key=len, reverse=True):
        for spelling in {secret, json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}:
            text = text.replace(spelling, MARK)
    return text


def _in_arguments(args: Sequence[str]) -> Iterator[str]:
    for before, argument in zip(("", *args), args, strict=False):
        for address in _ADDRESS.findall(argument):
            yield from _in_address(address)
        yield from (argument[start:end] for start, end in find_forms(argument))
        if not _ADDRESS.match(argument):
            yield from _named(before, argument)


def _named(before: str, argument: str) -> Iterator[str]:
    """What an argument holds of which a name says that it is a secret: its own, or the option before it."""
    name, equals, value = argument.partition("=")
    header, colon, said = argument.partition(":")
    if equals and _TELLING_OPTION.search(name):
        yield value
    elif colon and _TELLING_OPTION.search(header):
        words = (word for word in said.split() if word.lower() not in _SCHEMES)
        yield from (word for word in words if not word.startswith(("/", ".", "~")))
    elif _is_option(before) and _TELLING_OPTION.search(before) and not _is_option(argument):
        yield argument


def _is_option(argument: str) -> bool:
    return argument.startswith("-") and "=" not in argument and len(argument) > 1


def _in_address(url: str) -> Iterable[str]:
    try:
        parts = urlsplit(url)
    except ValueError:  # an argument may only look like an address
        return
    for part in (parts.username, parts.password):
        if part:
            yield from {part, unquote(part)}
    for _, value in parse_qsl(parts.query):
        if not _is_plain(value):
            yield value


def _is_plain(value: str) -> bool:
    return _PLAIN.fullmatch(value) is not None

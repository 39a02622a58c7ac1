"""Secrets that are known by the name beside them: ``"client_secret": "..."``, ``?token=...``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from practicum.hostile.lines import Offsets

_NAME = (
    r"(?:[A-Za-z]*(?:password|passwd|passphrase|secret|apikey|token|credentials?"
    r"|(?:api|access|secret|auth|account|private|service|client|signing|encryption)[_-]?key)"
    r"|pwd|pin[_-]?code|(?:session|sid|auth)[_-]?cookie)"
)
"""A name that ends in such a word: "token_type" and "tokens" say something else. What stands before it and an
underscore is passed over: a pattern for it would begin anew at each of its parts, for as long as it is."""
_SAID = r"(?:\s{0,4}(?::=|=>|[:=])\s{0,4}|\s+is:?\s+)"
_PATTERN = re.compile(
    rf"(?<![A-Za-z0-9]){_NAME}(?P<after>\\*[\"'`]\]?)?{_SAID}"
    r"(?:\\*[\"'`](?P<quoted>[^\"'`\\\n]{4,512})\\*[\"'`]|(?P<bare>[^\s\"'`,;&<>(){}\[\]\\|]{6,512}))",
    re.IGNORECASE,
)
_COOKIES = re.compile(
    r"(?<![A-Za-z0-9])(?:set-)?cookie2?\\*[\"'`]?[ \t]{0,4}[:=][ \t]{0,4}\\*[\"'`]?"
    r"(?P<pairs>[^\r\n\"'`\\]{3,4096})",
    re.IGNORECASE,
)
"""A header with cookies; what they are called does not tell which of them are secrets."""
_COOKIE = re.compile(r"(?:^|;[ \t]{0,4})(?P<name>[^\s=;,:]{1,256})=(?P<value>[^\s;,]{6,4096})")
_ABOUT_COOKIES = frozenset({"expires", "path", "domain", "max-age", "samesite", "version"})
_LONG = 24
"""A bare word of so many characters is no word."""
_LONG_NUMBER = 12
"""A number of so many digits is none of things."""
_NO_VALUE = frozenset(
    {"null", "none", "true", "false", "required", "missing", "invalid", "expired", "string"}
)


def find_keyed(text: str) -> Iterator[Offsets]:
    """Yield where a value stands beside a name that says it is a secret.

    A quoted value counts as it is, unless it is prose; a bare one only if it mixes letters with digits, or is
    long. So do the cookies of a header.
    """
    for match in _PATTERN.finditer(text):
        kind = "quoted" if match["quoted"] is not None else "bare"
        if _is_secret(match[kind], quoted=kind == "quoted"):
            yield match.span(kind)
    for header in _COOKIES.finditer(text):
        yield from _of_cookies(header["pairs"], header.start("pairs"))


def _of_cookies(pairs: str, at: int) -> Iterator[Offsets]:
    for match in _COOKIE.finditer(pairs):
        if match["name"].lower() not in _ABOUT_COOKIES and _is_secret(match["value"], quoted=False):
            start, end = match.span("value")
            yield at + start, at + end


def _is_secret(value: str, *, quoted: bool) -> bool:
    if value.casefold() in _NO_VALUE or value.startswith(("[redacted", "<", "{", "$")):
        return False
    if quoted:
        return " " not in value.strip()
    mixed = any(letter.isdigit() for letter in value) and any(letter.isalpha() for letter in value)
    return mixed or len(value) >= _LONG or (value.isdigit() and len(value) >= _LONG_NUMBER)

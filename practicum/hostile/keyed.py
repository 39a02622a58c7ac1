"""Secrets that are known by the name beside them: ``"client_secret": "..."``, ``?token=...``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from practicum.hostile.lines import Offsets

_NAME = (
    r"(?:[A-Za-z]*(?:password|passwd|passphrase|secret|apikey|token|credentials?)"
    r"|pwd|pin[_-]?code|(?:api|access|auth|account|private|service|client|signing|encryption)[_-]?key"
    r"|(?:session|sid|auth)[_-]?cookie)"
)
"""A name that ends in such a word: "token_type" and "tokens" say something else. What stands before it and an
underscore is passed over: a pattern for it would begin anew at each of its parts, for as long as it is."""
_SAID = r"(?:\s{0,4}(?::=|=>|[:=])\s{0,4}|\s+is:?\s+)"
_PATTERN = re.compile(
    rf"(?<![A-Za-z0-9]){_NAME}(?P<after>\\*[\"'`]\]?)?{_SAID}"
    r"(?:\\*[\"'`](?P<quoted>[^\"'`\\\n]{4,512})\\*[\"'`]|(?P<bare>[^\s\"'`,;&<>(){}\[\]\\|]{6,512}))",
    re.IGNORECASE,
)
_LONG = 24
"""A bare word of so many characters is no word."""
_NO_VALUE = frozenset(
    {"null", "none", "true", "false", "required", "missing", "invalid", "expired", "string"}
)


def find_keyed(text: str) -> Iterator[Offsets]:
    """Yield where a value stands beside a name that says it is a secret.

    A quoted value counts as it is, unless it is prose; a bare one only if it mixes letters with digits.
    """
    for match in _PATTERN.finditer(text):
        kind = "quoted" if match["quoted"] is not None else "bare"
        if _is_secret(match[kind], quoted=kind == "quoted"):
            yield match.span(kind)


def _is_secret(value: str, *, quoted: bool) -> bool:
    if value.casefold() in _NO_VALUE or value.startswith(("[redacted", "<", "{", "$")):
        return False
    if quoted:
        return " " not in value.strip()
    mixed = any(letter.isdigit() for letter in value) and any(letter.isalpha() for letter in value)
    return mixed or len(value) >= _LONG

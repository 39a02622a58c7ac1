"""Free text inside a query: what is quoted, what follows a colon, names with capitals."""

from __future__ import annotations

import re
from collections.abc import Iterator

from practicum.hostile.schema_patterns import NotAppliedError, search

_QUOTED = re.compile(
    r"\"([^\"\n]{1,500})\"|\u201c([^\u201d\n]{1,500})\u201d|\u00ab\s?([^\u00bb\n]{1,500}?)\s?\u00bb"
    r"|`([^`\n]{1,500})`|(?<!\w)['\u2018]([^'\u2019\n]{1,500})['\u2019](?!\w)"
)
_AFTER_COLON = re.compile(r"(?<=[a-z)]):\s+(\S[^\n]{0,500})$", re.MULTILINE)
_NAME = re.compile(
    r"(?<=[a-z,;:] )[A-Z][\w'\u2019-]*(?: (?:of |the |de |van |von )?[A-Z0-9][\w'\u2019-]*){0,4}"
)
_TOKEN = re.compile(r"[^\s,;!?\"()]+")


def free_texts(text: str) -> list[str]:
    """Return the parts of ``text`` that look like text of their own, quoted ones first.

    Where something is quoted only that is returned; then what follows a colon;
    then runs of capitalised words that do not begin a sentence.
    """
    return set_apart(text) or named_parts(text)


def named_parts(text: str) -> list[str]:
    """Return the runs of words with capitals in ``text`` that do not begin a sentence."""
    return list(dict.fromkeys(_NAME.findall(text)))


def set_apart(text: str) -> list[str]:
    """Return what is quoted in ``text``; where nothing is, what follows a colon."""
    quoted = [next(filter(None, match)) for match in _QUOTED.findall(text) if any(match)]
    return list(dict.fromkeys(quoted or [match.strip() for match in _AFTER_COLON.findall(text)]))


def matching_tokens(text: str, pattern: str) -> list[str]:
    """Return the words of ``text`` that match a schema's pattern as a whole."""
    return [token for token in dict.fromkeys(_stripped(text)) if _covers(pattern, token)]


def _stripped(text: str) -> Iterator[str]:
    for match in _TOKEN.finditer(text):
        yield match.group().strip(".:'\u2019`")


def _covers(pattern: str, token: str) -> bool:
    try:
        match = search(pattern, token) if len(token) < 100 else None
    except NotAppliedError:
        return False
    return match is not None and bool(match.group()) and match.end() - match.start() == len(token)

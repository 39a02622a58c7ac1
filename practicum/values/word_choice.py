"""Which members of an enumeration a text mentions, word by word."""

from __future__ import annotations

import re
from typing import Any

from practicum.values.spans import phrase_key, word_set, words

_COMMON = word_set("a all an and any as at by for from i in is it no not of on or the to with")
_ENDINGS = re.compile(r"(?<=\w{3})(?:ing|ed|es|s|e|ly)$")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|[_\-/.]+")


def stem(word: str) -> str:
    """Return a word without its commonest English endings, for comparing."""
    return _ENDINGS.sub("", word)


def mentioned_members(members: tuple[Any, ...], text: str) -> list[tuple[int, Any]]:
    """Return the members whose words stand in ``text``, each with its first position.

    Endings are ignored ("day" is in "days"); one-letter members and common
    words such as "in" or "all" count only where they are quoted.
    """
    spoken = words(text)
    stems = [stem(word.key) for word in spoken]
    found = []
    for member in members:
        wanted = _stems(member)
        at = next((i for i in range(len(stems)) if wanted and stems[i : i + len(wanted)] == wanted), None)
        if at is not None and (_telling(member) or _is_quoted(text, str(member))):
            found.append((spoken[at].start, member))
    return found


def _stems(member: Any) -> list[str]:
    if isinstance(member, bool) or not isinstance(member, str | int):
        return []
    return [stem(word) for word in phrase_key(_CAMEL.sub(" ", str(member))).split()]


def _telling(member: Any) -> bool:
    folded = str(member).casefold()
    return (len(folded) > 1 or folded.isdigit()) and folded not in _COMMON


def _is_quoted(text: str, member: str) -> bool:
    return re.search(rf"[\"'`\u201c\u2018]{re.escape(member)}[\"'`\u201d\u2019]", text) is not None

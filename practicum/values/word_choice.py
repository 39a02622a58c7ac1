"""Which members of an enumeration a text mentions, word by word."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from practicum.values.spans import phrase_key, word_set, words

_COMMON = word_set("a all an and any as at by for from i in is it no not of on or the to with")
_ENDINGS = re.compile(r"(?<=\w{3})(?:ing|ed|es|(?<!s)s|e|ly)$")
_NOT = re.compile(r"(\w)n['\u2019]t$")
_SHORTEST = 3
"""Letters that a word must have more of to stand for a longer one."""
_INITIALS = re.compile(r"([A-Za-z]{2,4})[-_ ]?(\d{1,4})")
"""A code of initials and a number."""
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|[_\-/.]+")


def stem(word: str) -> str:
    """Return a word without its commonest English endings, for comparing: "warn" of "warnings"."""
    return _ENDINGS.sub("", _ENDINGS.sub("", word))


def common(word: str) -> bool:
    """Whether a word, in small letters, tells nothing by itself."""
    return word in _COMMON


def mentioned_members(members: tuple[Any, ...], text: str) -> list[tuple[int, Any]]:
    """Return the members whose words stand in ``text``, each with its first position.

    Endings are ignored ("day" is in "days"); one-letter members and common
    words such as "in" or "all" count only where they are quoted. Of members that
    only their case tells apart, such as mW and MW, those count that are written so.
    """
    spoken = [(word.start, part) for word in words(text) for part in _NOT.sub(r"\1 not", word.key).split()]
    stems = [stem(word) for _, word in spoken]
    found = []
    for member in members:
        wanted = _stems(member)
        at = _place(stems, wanted)
        if at is not None and (_telling(member) or _is_quoted(text, str(member))):
            found.append((spoken[at][0], member))
    return _as_written(members, found, text) or _shortened(members, spoken) or _initialled(members, spoken)


def _as_written(members: tuple[Any, ...], found: list[tuple[int, Any]], text: str) -> list[tuple[int, Any]]:
    """Leave out the members beside which the text holds another that only its case tells apart."""
    spelled = Counter(str(member).casefold() for member in members)
    doubtful = {str(member) for member in members if spelled[str(member).casefold()] > 1}
    written = {each for each in doubtful if re.search(rf"(?<!\w){re.escape(each)}(?!\w)", text)}
    told = {each.casefold() for each in written}
    left_out = {each for each in doubtful - written if each.casefold() in told}
    return [(start, member) for start, member in found if str(member) not in left_out]


def _shortened(members: tuple[Any, ...], spoken: list[tuple[int, str]]) -> list[tuple[int, Any]]:
    """Return the members that a text cuts short, "prod" for production, where no other begins so."""
    found = []
    for start, word in spoken if all(isinstance(member, str) for member in members) else ():
        begun = [member for member in members if len(word) > _SHORTEST and member.casefold().startswith(word)]
        if len(begun) == 1:
            found.append((start, begun[0]))
    return found


def _initialled(members: tuple[Any, ...], spoken: list[tuple[int, str]]) -> list[tuple[int, Any]]:
    """Return the members that a text spells out: "bright tank 2" is BT2."""
    found = []
    for member in members:
        code = _INITIALS.fullmatch(member) if isinstance(member, str) else None
        size = len(code[1]) if code else 0
        for at in range(len(spoken) - size) if code else ():
            initials = "".join(word[0] for _, word in spoken[at : at + size])
            number = spoken[at + size][1]
            if code and initials == code[1].casefold() and number.isdigit() and int(number) == int(code[2]):
                found.append((spoken[at][0], member))
                break
    return found


def _place(stems: list[str], wanted: list[str]) -> int | None:
    """Where the words of a member stand: side by side in any order, or with a word between them."""
    size = len(wanted)
    for at in range(len(stems)) if wanted else ():
        if stems[at : at + size] == wanted or (size > 1 and sorted(stems[at : at + size]) == sorted(wanted)):
            return at
    if size > 1:
        for at in range(len(stems)):
            window = iter(stems[at : at + size + 1])
            if stems[at] == wanted[0] and all(word in window for word in wanted):
                return at
    return None


def _stems(member: Any) -> list[str]:
    if isinstance(member, bool) or not isinstance(member, str | int):
        return []
    return [stem(word) for word in phrase_key(_CAMEL.sub(" ", str(member))).split()]


def _telling(member: Any) -> bool:
    folded = str(member).casefold()
    return (len(folded) > 1 or folded.isdigit()) and folded not in _COMMON


def _is_quoted(text: str, member: str) -> bool:
    return re.search(rf"[\"'`\u201c\u2018]{re.escape(member)}[\"'`\u201d\u2019]", text) is not None

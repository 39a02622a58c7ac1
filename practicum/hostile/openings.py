"""What every match of a pattern begins with, or holds: read from the pattern itself, so never out of date.

Both are sets of short words, much quicker to look for than the pattern is to search. They are spelled in
`one_case`, and are to be looked for in text that is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

_OTHER_CASES = {
    "i": "\u0130\u0131",
    "s": "\u017f",
    "\u0432": "\u1c80",
    "\u0434": "\u1c81",
    "\u043e": "\u1c82",
    "\u0441": "\u1c83",
    "\u0442": "\u1c84\u1c85",
    "\u044a": "\u1c86",
    "\u0463": "\u1c87",
}
"""Letters that patterns take for each other besides those whose small letter is the same: Latin, Cyrillic.
A test compares them with what patterns do, for each letter of our words."""
_MOST = 60
"""Words of one pattern; what would make them more ends them."""
_SIGNS = frozenset("<>{}|!")
"""What stands in few texts: a word with such a sign is as good as a long one."""
_LONG = 4
"""Characters of a word that stands in few texts."""

Items = Sequence[tuple[Any, Any]]
"""What Python's parser makes of a pattern."""


class Words(NamedTuple):
    """What the matches of a pattern, or of a part of one, begin with: one of these at least."""

    all_of_it: frozenset[str]
    """Whole matches: what follows may be added to them."""
    beginnings: frozenset[str]
    """Beginnings of matches that go on in many ways."""


_ANYTHING = Words(frozenset(), frozenset({""}))
_NOTHING_YET = Words(frozenset({""}), frozenset())


def one_case(text: str) -> str:
    """Return the text, as long as it was, in one case: letters are the same where patterns find them so."""
    if text.isascii():
        return text.lower()
    small = text.replace("\u0130", "i").lower()  # whose own small letter is two characters
    for letter, others in _OTHER_CASES.items():
        for other in others:
            small = small.replace(other, letter)
    return small


def parsed(pattern: str) -> Items:
    """Return the items of a pattern, one after the other; none where Python doesn't tell them."""
    try:
        import re._parser as parser  # type: ignore[import-not-found]  # private and untyped, but in every 3.11+
    except ImportError:
        return []
    return list(parser.parse(pattern, re.IGNORECASE))


def opening_words(items: Items) -> frozenset[str]:
    """Return words of which each match begins with one, where a word begins; none when that can't be said."""
    if not items or tuple(map(str, items[0])) != ("AT", "AT_BOUNDARY"):
        return frozenset()
    words = _words(items)
    return words if all(word[:1].isalnum() for word in words) else frozenset()


def needed_words(items: Items) -> frozenset[str]:
    """Return words of which each match holds one; only the empty word when that can't be said."""
    offers = [_words([item]) for item in items]
    offers += [_words(items[place:]) for place in range(len(items))]
    return min(offers, key=_cost, default=frozenset({""}))


def either(words: Iterable[str]) -> str:
    """Return a pattern of the longest of ``words`` that stands at a place: each letter is looked at once."""
    rests: dict[str, set[str]] = {}
    for word in words:
        rests.setdefault(word[:1], set()).add(word[1:])
    ends = rests.pop("", None) is not None
    branches = [re.escape(letter) + either(rests[letter]) for letter in sorted(rests)]
    if not branches:
        return ""
    return f"(?:{'|'.join(branches)})" + "?" * ends


def _cost(words: frozenset[str]) -> tuple[int, int]:
    """Return how much there is to look for; short words count for many, as they stand in most texts."""
    missing = [0 if set(word) & _SIGNS else max(0, _LONG - len(word)) for word in words]
    return sum(4**letters for letters in missing), -min(map(len, words))


def _words(items: Items) -> frozenset[str]:
    """Return what matches of these items begin with, without words that begin with another of them."""
    read = _sequence(items)
    words = read.all_of_it | read.beginnings
    return frozenset(word for word in words if not any(word[:length] in words for length in range(len(word))))


def _sequence(items: Items) -> Words:
    read = _NOTHING_YET
    for code, value in items:
        longer = _followed(read, _item(str(code), value))
        if len(longer.all_of_it) + len(longer.beginnings) > _MOST:
            return Words(frozenset(), read.all_of_it | read.beginnings)
        read = longer
        if not read.all_of_it:
            break
    return read


def _followed(first: Words, then: Words) -> Words:
    return Words(
        frozenset(word + more for word in first.all_of_it for more in then.all_of_it),
        first.beginnings | {word + more for word in first.all_of_it for more in then.beginnings},
    )


def _any_of(parts: Iterable[Words]) -> Words:
    read = list(parts)
    return Words(
        frozenset().union(*(part.all_of_it for part in read)),
        frozenset().union(*(part.beginnings for part in read)),
    )


def _item(code: str, value: Any) -> Words:
    """Return what matches of one item begin with; what is not known here may begin with anything."""
    reader = _READERS.get(code)
    return reader(value) if reader else _ANYTHING


def _literal(value: int) -> Words:
    return Words(frozenset({one_case(chr(value))}), frozenset())


def _class(value: list[tuple[Any, Any]]) -> Words:
    if any(str(code) != "LITERAL" for code, _ in value):
        return _ANYTHING
    return _any_of(_literal(letter) for _, letter in value)


def _branch(value: tuple[None, list[Any]]) -> Words:
    return _any_of(_sequence(branch) for branch in value[1])


def _group(value: tuple[Any, int, int, Any]) -> Words:
    return _sequence(value[3])


def _repeat(value: tuple[int, Any, Any]) -> Words:
    least, most, body = value
    once = _sequence(body)
    if int(most) > 1:
        once = Words(frozenset(), once.all_of_it | once.beginnings)
    return once if least else _any_of([_NOTHING_YET, once])


def _no_width(_value: Any) -> Words:
    return _NOTHING_YET


_READERS: dict[str, Callable[[Any], Words]] = {
    "LITERAL": _literal,
    "IN": _class,
    "BRANCH": _branch,
    "SUBPATTERN": _group,
    "MAX_REPEAT": _repeat,
    "MIN_REPEAT": _repeat,
    "AT": _no_width,
    "ASSERT": _no_width,
    "ASSERT_NOT": _no_width,
}

"""A text without its line breaks, with the way back: a secret that is wrapped over lines is still one."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator

Offsets = tuple[int, int]
Find = Callable[[str], Iterable[Offsets]]

_BREAK = re.compile(r"(?<![ \t])[ \t]*+(?:\r?\n|\\r\\n|\\n)[ \t]*+")
"""A line break, as it is and as JSON spells it. The spaces before it are gone through once, not from each."""
_LONG = 12
"""Characters after a break from which they can be the rest of a secret that seemed whole before it."""


def across_lines(text: str, find: Find, direct: Iterable[Offsets]) -> Iterator[Offsets]:
    """Yield what ``find`` finds only where line breaks are left out, in the places of ``text``.

    Args:
        text: The text with its breaks.
        find: Finds spans in a text.
        direct: What it found in ``text`` itself: such a span is only prolonged over a break if what
            follows looks like a secret's rest and not like the next line.
    """
    breaks = [match.span() for match in _BREAK.finditer(text)]
    if not breaks:
        return
    joined, places = _joined(text, breaks)
    begins, whole = [start for start, _ in breaks], merged(direct)
    known = [start for start, _ in whole]
    for start, end in find(joined):
        first, last = places[start], places[end - 1] + 1
        broken = bisect_right(begins, first)
        if broken == len(breaks) or breaks[broken][1] >= last:
            continue
        if not any(letter.isdigit() for letter in joined[start:end]):
            continue
        before = bisect_left(known, last)
        if not before or whole[before - 1][1] <= first or _is_rest(text[breaks[broken][1] : last]):
            yield first, last


def merged(spans: Iterable[Offsets]) -> list[Offsets]:
    """Return the spans in their order, those that overlap as one: any of them is found by its start then."""
    found: list[Offsets] = []
    for start, end in sorted(spans):
        if found and start < found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def _joined(text: str, breaks: list[Offsets]) -> tuple[str, list[int]]:
    """Return the text without breaks, and the place of each of its characters."""
    places: list[int] = []
    at = 0
    for start, end in breaks:
        places += range(at, start)
        at = end
    places += range(at, len(text))
    return "".join(text[place] for place in places), places


def _is_rest(text: str) -> bool:
    """Whether what stands after a break is long, and no word."""
    word = text in {text.lower(), text.upper(), text.capitalize()}
    mixed = any(each.isdigit() for each in text) and any(each.isalpha() for each in text)
    return len(text) >= _LONG and (mixed or not word)

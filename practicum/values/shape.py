"""The shape of a text: what is said, with the values taken out.

"How many feet are 3 m?" and "How many pounds are 70 kg?" are one question about other
values. Queries of one shape want calls that are filled in the same way, which makes them
better examples of each other than queries about the same things that ask otherwise.
"""

from __future__ import annotations

import re

from practicum.values.registry import get, names
from practicum.values.spans import Span, settle

_PLACES = ("country", "city", "airport", "time-zone", "subdivision")
"""Formats that one name may have at once: Singapore has them all."""
_LEFT = frozenset({"text", "identifier", "boolean", "formula", "postal-code"})
"""Formats that nearly anything may have, so that they are not taken out."""
_COMPOSED = frozenset({"quantity", "duration", "date-time", "year-month"})
"""Formats whose parts are taken out."""
_CODE = re.compile(r"[A-Z0-9]{2,4}")
_DIGITS = re.compile(r"[\d.,:/+-]+")


def shape(text: str) -> str:
    """Return ``text`` with the name of its format in place of each value.

    The name tells the way of writing, too: "USD" becomes "currency code", "30.6.2025" becomes
    "date digits", "3 May" becomes "date mixed" and "dollars" becomes "currency".
    """
    # Places first: a country's name may stand for its currency or language, but seldom does.
    formats = dict.fromkeys((*_PLACES, *(name for name in names() if name not in _LEFT | _COMPOSED)))
    found = [
        Span(one.start, one.end, one.text, (name,)) for name in formats for one in get(name).resolve(text)
    ]
    out, position = [], 0
    for span in settle(found):
        out += [text[position : span.start], _named(str(span.values[0]), span.text)]
        position = span.end
    return "".join([*out, text[position:]])


def _named(name: str, words: str) -> str:
    kind = "place" if name in _PLACES else name
    if _DIGITS.fullmatch(words):
        return kind if kind == "number" else f"{kind} digits"
    if _CODE.fullmatch(words):
        return f"{kind} code"
    return f"{kind} mixed" if any(char.isdigit() for char in words) else kind

"""Parts of one unit, in words: "half a mile", "a quarter pound", "two thirds of a cup"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from practicum.values.exact import tidy
from practicum.values.spans import Span, span

_BY_UNIT = "(?:pound|mile|inch|cup|lit(?:er|re)|hour|acre|ounce|gallon|teaspoon|ton|century)s?\\b"
_MULTIPLE = "dozen|hundred|thousand|million|billion|trillion|lakh|crore"
_PART = re.compile(
    r"(?<!\w-)\b(?:half an?"
    r"|(?P<top>an?|one|two|three)[ -](?P<part>half|third|quarter|fifth|eighth|tenth)s?\b(?!-)"
    rf"|(?P<bare>quarter)(?=[ -]{_BY_UNIT}))"
    r"(?P<of>\s+of(?:\s+an?)?)?\b"
    rf"(?!\s+(?:of\s+)?(?:an?\s+)?(?:past|to|till?|after|{_MULTIPLE})\b)",
    re.IGNORECASE,
)
"""Not times such as "a quarter past six", nor multiples such as "half a million"."""
_PARTS = {"half": 2, "third": 3, "quarter": 4, "fifth": 5, "eighth": 8, "tenth": 10}
_ORDINALS = frozenset({"third", "fifth", "eighth", "tenth"})
_TOPS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3}


def find_parts(text: str) -> Iterator[Span]:
    """Yield the parts that are said in ``text``, with the "of a" that belongs to them."""
    for match in _PART.finditer(text):
        named = (match["part"] or match["bare"] or "half").lower()
        top = (match["top"] or "a").lower()
        if named in _ORDINALS and top in {"a", "an"} and not match["of"]:
            continue  # "a third time"
        if match["part"] and top == "one" and named == "quarter" and not match["of"]:
            continue  # of a year
        yield span(text, match.start(), match.end(), tidy(_TOPS[top] / _PARTS[named]))

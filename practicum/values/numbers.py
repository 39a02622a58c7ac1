"""Numbers and percentages: digits with separators, suffixes, words, ordinals, fractions."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Iterator
from typing import Any

from practicum.values.exact import LARGEST, tidy
from practicum.values.number_parts import find_parts
from practicum.values.registry import ValueFormat
from practicum.values.slots import Slot
from practicum.values.spans import Span, settle, span, words
from practicum.values.spoken_numbers import MULTIPLES, read_number

_NUMERAL = re.compile(
    r"(?<![\w.])(?<!\d:)(?P<sign>[-\u2212+](?=[$\u20ac\u00a3\u00a5]?[\d.]))?[$\u20ac\u00a3\u00a5]?"
    r"(?P<whole>\d{1,3}(?:,\d{3})+(?!\d|,\d)|\d{1,3}(?:[\u00a0\u202f]\d{3})+(?!\d)"
    r"|\d{1,3}(?: \d{3})* 000(?!\d)|\d+)?"
    r"(?P<part>\.\d+)?(?P<power>[eE][-+]?\d{1,3}(?!\w))?"
    r"(?P<ordinal>st|nd|rd|th)?"
)
_COMMA_DECIMAL = re.compile(r"(?<![\w.,\[(])(?<!, )(?<!\d )(?P<sign>[-\u2212])?(\d+),(\d{1,2})(?![\d,.\])])")
_FRACTION = re.compile(
    r"(?<![\w./])(?:(?P<whole>\d+)[ -])?(?P<top>\d{1,3})/(?P<bottom>\d{1,3})(?![\d/]|\.\d)"
)
_GLYPHS = {"\u00bd": 0.5, "\u00bc": 0.25, "\u00be": 0.75, "\u2153": 1 / 3, "\u2154": 2 / 3}
_GLYPH = re.compile(rf"(?P<whole>\d+)?\s?(?P<glyph>[{''.join(_GLYPHS)}])")
_SUFFIX = re.compile(r"(k|K|M|mn|mm|bn|B|T|tn)(?![\w/])")
_SUFFIXES = {"k": 3, "K": 3, "M": 6, "mn": 6, "mm": 6, "bn": 9, "B": 9, "T": 12, "tn": 12}
_AMBIGUOUS_SUFFIXES = frozenset({"K", "M", "B", "T", "mm"})
_NEXT_WORD = re.compile(r"[ -]?([A-Za-z]+)")
_MINUS_BEFORE = re.compile(r"(?:\bminus|\bnegative)\s+$", re.IGNORECASE)
_BELOW_AFTER = re.compile(r"\s*(?:degrees?|\u00b0\s?[CF]?)?\s*below\b(?!\s+\d)", re.IGNORECASE)
_PERCENT_AFTER = re.compile(r"\s?(?:%|percent\b|per cent\b|pct\b|percentage points?\b)", re.IGNORECASE)
_ONE_UNIT = re.compile(
    r"\ban?\b(?=\s+(?:minute|hour|day|week|fortnight|month|year|decade|century|kilo(?:gram)?|gram|pound|ounce"
    r"|mile|kilomet(?:er|re)|met(?:er|re)|foot|inch|yard|lit(?:er|re)|gallon|pint|cup|tablespoon|teaspoon|dollar|euro"
    r"|quid|buck|tonne?|degree)\b)",
    re.IGNORECASE,
)
"""Where "a" counts: "a week before" is one week."""
_HALF_PAST = re.compile(r"\bhalf\b(?!\s+(?:past|an?\b))", re.IGNORECASE)


def resolve_numbers(text: str) -> list[Span]:
    """Return every number said in ``text``, in order of mention, signs applied."""
    found = [*find_parts(text), *_fractions(text), *_comma_decimals(text), *_numerals(text), *_words(text)]
    found = [span for span in found if all(abs(value) < LARGEST for value in span.values)]
    return [_signed(text, one) for one in settle(found)]


def _numerals(text: str) -> Iterator[Span]:
    for match in _NUMERAL.finditer(text):
        whole, part = match["whole"], match["part"]
        if whole is None and part is None:
            continue
        if len(whole or "") + len(part or "") > 18:
            continue
        value = _literal(re.sub(r"[,\s]", "", whole or "0"), part, match["power"])
        if match["sign"] in {"-", "\u2212"} and not _between_numbers(text, match.start()):
            value = -value
        yield _scaled(text, match.start(), match.end(), value)


def _literal(whole: str, part: str | None, power: str | None) -> float:
    if part is None and power is None:
        return int(whole)
    value = float(f"{whole}{part or ''}{power or ''}")
    return tidy(value) if math.isfinite(value) else 0


def _between_numbers(text: str, position: int) -> bool:
    """Whether the dash at ``position`` joins two things, as in "10 -20" or "A-4"."""
    before = text[:position].rstrip()
    return bool(before) and before[-1].isdigit()


def _scaled(text: str, start: int, end: int, value: float) -> Span:
    """Apply what follows a numeral: "12k", "5 million", "2 dozen"."""
    suffix = _SUFFIX.match(text, end)
    if suffix:
        scaled = tidy(value * 10 ** _SUFFIXES[suffix[1]])
        both = (scaled, value) if suffix[1] in _AMBIGUOUS_SUFFIXES else (scaled,)
        return Span(start, suffix.end(), text[start : suffix.end()], both)
    after = _NEXT_WORD.match(text, end)
    if after and after[1].lower() in MULTIPLES:
        return span(text, start, after.end(), tidy(value * MULTIPLES[after[1].lower()]))
    return span(text, start, end, value)


def _comma_decimals(text: str) -> Iterator[Span]:
    for match in _COMMA_DECIMAL.finditer(text):
        value = tidy(float(f"{match[2][:15]}.{match[3]}"))
        yield span(text, match.start(), match.end(), -value if match["sign"] else value)


def _fractions(text: str) -> Iterator[Span]:
    for match in _FRACTION.finditer(text):
        top, bottom = int(match["top"]), int(match["bottom"])
        if 0 < top < bottom <= 100:
            yield span(text, match.start(), match.end(), tidy(int(match["whole"] or 0) + top / bottom))
    for match in _GLYPH.finditer(text):
        value = int((match["whole"] or "0")[:15]) + _GLYPHS[match["glyph"]]
        yield span(text, match.start(), match.end(), tidy(value))


def _words(text: str) -> Iterator[Span]:
    spoken, position = words(text), 0
    while position < len(spoken):
        read = read_number(spoken, position)
        if read is None:
            position += 1
            continue
        value, after, _ = read
        yield span(text, spoken[position].start, spoken[after - 1].end, tidy(value))
        position = after
    for match in _ONE_UNIT.finditer(text):
        yield span(text, match.start(), match.end(), 1)
    for match in _HALF_PAST.finditer(text):
        yield span(text, match.start(), match.end(), 0.5)


def _signed(text: str, one: Span) -> Span:
    minus = _MINUS_BEFORE.search(text, 0, one.start)
    negative = tuple(-value for value in one.values)
    if minus and all(value > 0 for value in one.values):
        return Span(minus.start(), one.end, text[minus.start() : one.end], negative)
    if _BELOW_AFTER.match(text, one.end) and all(value > 0 for value in one.values):
        return Span(one.start, one.end, one.text, negative + one.values)
    return one


def verbalise_number(value: Any) -> tuple[str, ...]:
    """Return ways to say a number: digits, separators, words, "12k", "1.5 million"."""
    if isinstance(value, str):
        value = tidy(float(value))
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return ()
    value = tidy(value)
    said = [str(value), *_grouped(value), *_in_words(value), *_shortened(value)]
    return tuple(dict.fromkeys(said))


def _grouped(value: float) -> list[str]:
    return [f"{value:,}"] if 1000 <= abs(value) < LARGEST else []


def _in_words(value: float) -> list[str]:
    """Return the number in words, where people would say it in words."""
    from num2words import num2words

    if abs(value) >= 10**13 or (isinstance(value, float) and len(str(value)) > 7):
        return []
    said = str(num2words(abs(value))).replace(",", "")
    return [f"minus {said}" if value < 0 else said]


def _shortened(value: float) -> list[str]:
    if not isinstance(value, int):
        return []
    if 1000 <= abs(value) < 10**6 and value % 100 == 0:
        return [f"{tidy(value / 1000)}k"]
    if 10**6 <= abs(value) < 10**9 and value % 10**4 == 0:
        return [f"{tidy(value / 10**6)} million"]
    return []


def _canonical(value: Any) -> Any:
    if isinstance(value, str):
        return tidy(float(value.replace(",", "")))
    return tidy(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _forms(value: Any, slot: Slot) -> tuple[Any, ...]:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ()
    return (value,) if slot.numeric or not slot.types else (value, str(value))


def _draw(rng: random.Random) -> Any:
    kind = rng.random()
    if kind < 0.5:
        return rng.randint(1, 100)
    return rng.choice((rng.randint(1, 20) * 50, round(rng.uniform(1, 100), 1), rng.randint(100, 5000)))


def _resolve_percent(text: str) -> list[Span]:
    """Return numbers with a percent sign or word; every number where there is none."""
    numbers = resolve_numbers(text)
    marked = []
    for one in numbers:
        after = _PERCENT_AFTER.match(text, one.end)
        if after:
            marked.append(Span(one.start, after.end(), text[one.start : after.end()], one.values))
    return marked or numbers


def _verbalise_percent(value: Any) -> tuple[str, ...]:
    said = verbalise_number(value)
    return (f"{said[0]}%", f"{said[0]} percent", f"{said[-1]} percent") if said else ()


def _percent_forms(value: Any, slot: Slot) -> tuple[Any, ...]:
    """Return percents as the schema counts them: a share where the maximum is 1 or less."""
    share = isinstance(slot.schema.get("maximum"), int | float) and slot.schema["maximum"] <= 1
    return (tidy(value / 100),) if share else _forms(value, slot)


def _draw_percent(rng: random.Random) -> int:
    return rng.choice((5, 8, 10, 12, 15, 18, 20, 25, 30, 40, 50, 60, 75, 90))


FORMATS = (
    ValueFormat("number", verbalise_number, resolve_numbers, _draw, _canonical, _forms),
    ValueFormat("percent", _verbalise_percent, _resolve_percent, _draw_percent, _canonical, _percent_forms),
)

"""Numbers within bounds as grammar expressions: digit by digit, so that no reply is out of range."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import groupby

from practicum.records import JsonObject

MAX_DIGITS = 12
"""Digits before the point, where the schema sets no bound."""

MAX_DECIMALS = 6

MAX_MULTIPLES = 201
"""Values that ``multipleOf`` is spelled out to."""

_LIMIT = 10**MAX_DIGITS - 1

_BOUNDING = {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}

Shape = tuple[tuple[str, str], ...]
"""Lowest and highest digit at each position."""


def integer_expression(schema: JsonObject) -> str:
    """Return the expression for an integer under ``minimum``, ``maximum`` and their kin."""
    low, high = _bounds(schema)
    first, last = _integral(low, ROUND_CEILING), _integral(high, ROUND_FLOOR)
    first = first + 1 if _excluded(schema, "Minimum", low) and first == low else first
    last = last - 1 if _excluded(schema, "Maximum", high) and last == high else last
    step = Decimal(str(schema.get("multipleOf") or 1))
    if step != 1:
        values = (value for value in _multiples(step, first, last) if value == int(value))
        return _alternatives([_literal(str(int(value))) for value in values])
    return _alternatives(list(_signed_integers(first, last)))


def number_expression(schema: JsonObject) -> str:
    """Return the expression for a decimal number under the schema's bounds, in plain notation."""
    low, high = _bounds(schema)
    if not _BOUNDING & schema.keys():
        return f'"-"? ("0" | [1-9] [0-9]{{0,{MAX_DIGITS - 1}}}) ("." [0-9]{{1,{MAX_DECIMALS}}})?'
    if schema.get("multipleOf"):
        values = _multiples(Decimal(str(schema["multipleOf"])), low, high)
        return _alternatives([_literal(_plain(value)) for value in values])
    open_low, open_high = _excluded(schema, "Minimum", low), _excluded(schema, "Maximum", high)
    parts: list[str] = []
    if high >= 0:
        parts += _decimals(max(low, Decimal(0)), high, open_low and low >= 0, open_high)
    if low < 0:  # mirrored; zero itself has no sign
        lowest = max(-high, Decimal(0))
        parts += [f'"-" {part}' for part in _decimals(lowest, -low, high >= 0 or open_high, open_low)]
    return _alternatives(parts)


def _bounds(schema: JsonObject) -> tuple[Decimal, Decimal]:
    lows = [schema.get("minimum"), schema.get("exclusiveMinimum")]
    highs = [schema.get("maximum"), schema.get("exclusiveMaximum")]
    low = max([Decimal(str(x)) for x in lows if _is_number(x)], default=Decimal(-_LIMIT))
    high = min([Decimal(str(x)) for x in highs if _is_number(x)], default=Decimal(_LIMIT))
    if low > high:  # bounds beyond the default limit on the other side
        low, high = (low, low + _LIMIT) if low > 0 else (high - _LIMIT, high)
    return low, high


def _excluded(schema: JsonObject, which: str, bound: Decimal) -> bool:
    """Whether the bound itself is forbidden; draft 4 says so by a boolean."""
    value = schema.get(f"exclusive{which}")
    return value is True or (_is_number(value) and Decimal(str(value)) == bound)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _integral(value: Decimal, rounding: str) -> int:
    return int(value.to_integral_value(rounding=rounding))


def _multiples(step: Decimal, low: Decimal | int, high: Decimal | int) -> Iterator[Decimal]:
    """Yield multiples within the bounds, those nearest to zero first, a bounded number of them."""
    first = _integral(Decimal(low) / step, ROUND_CEILING)
    last = _integral(Decimal(high) / step, ROUND_FLOOR)
    near = min(max(0, first), last)
    half = MAX_MULTIPLES // 2
    start = max(first, near - half)
    yield from (factor * step for factor in range(start, min(last, start + MAX_MULTIPLES - 1) + 1))


def _plain(value: Decimal) -> str:
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _signed_integers(first: int, last: int) -> Iterator[str]:
    if last >= 0:
        yield from _spans(max(first, 0), last)
    if first < 0:
        yield from (f'"-" {part}' for part in _spans(max(-last, 1), -first))


def _decimals(low: Decimal, high: Decimal, open_low: bool, open_high: bool) -> list[str]:
    """Return the parts for non-negative numbers from ``low`` to ``high``."""
    if low > high:
        return []
    bottom, top = _integral(low, ROUND_FLOOR), _integral(high, ROUND_FLOOR)
    inner_first = bottom if low == bottom and not open_low else bottom + 1
    parts = []
    if inner_first <= top - 1:
        inner = _alternatives(list(_spans(inner_first, top - 1)))
        parts.append(f'{inner} ("." [0-9]{{1,{MAX_DECIMALS}}})?')
    edges = {edge for edge in (bottom, top) if not inner_first <= edge <= top - 1 and edge != _LIMIT}
    for edge in sorted(edges):
        parts += _edge(edge, low, high, open_low, open_high)
    return parts


def _edge(whole: int, low: Decimal, high: Decimal, open_low: bool, open_high: bool) -> list[str]:
    """Return the parts whose integer part is ``whole``, where a bound cuts through the fractions."""
    fractions = []
    for digits in range(1, MAX_DECIMALS + 1):
        scale = 10**digits
        least, most = (low - whole) * scale, (high - whole) * scale
        first, last = max(_integral(least, ROUND_CEILING), 0), min(_integral(most, ROUND_FLOOR), scale - 1)
        first = first + 1 if open_low and first == least else first
        last = last - 1 if open_high and last == most else last
        if first <= last:
            fractions += _same_width(str(first).zfill(digits), str(last).zfill(digits))
    above = whole > low or (whole == low and not open_low)
    below = whole < high or (whole == high and not open_high)
    parts = [_literal(str(whole))] if above and below else []
    if fractions:
        shown = _alternatives([_rendered(shape) for shape in fractions])
        parts.append(f'"{whole}." {shown}')
    return parts


def _spans(first: int, last: int) -> Iterator[str]:
    """Yield expressions that together are the integers from ``first`` (at least 0) to ``last``."""
    if (first, last) == (0, _LIMIT):
        yield f'"0" | [1-9] [0-9]{{0,{MAX_DIGITS - 1}}}'
        return
    full: list[int] = []
    for width in range(len(str(first)), len(str(last)) + 1):
        lowest, highest = (10 ** (width - 1) if width > 1 else 0), 10**width - 1
        start, end = max(first, lowest), min(last, highest)
        if width > 1 and (start, end) == (lowest, highest):
            full.append(width)
        elif start <= end:
            yield from (_rendered(shape) for shape in _same_width(str(start), str(end)))
    if full:  # whole lengths follow one another
        yield f"[1-9] [0-9]{{{full[0] - 1},{full[-1] - 1}}}"


def _same_width(first: str, last: str) -> list[Shape]:
    """Return shapes that together are the numerals from ``first`` to ``last``, of equal length."""
    if not first:
        return [()]
    if first[0] == last[0]:
        return [((first[0], first[0]), *rest) for rest in _same_width(first[1:], last[1:])]
    zeros, nines = "0" * (len(first) - 1), "9" * (len(first) - 1)
    shapes: list[Shape] = []
    low, high = int(first[0]), int(last[0])
    if first[1:] != zeros:
        shapes += [((first[0], first[0]), *rest) for rest in _same_width(first[1:], nines)]
        low += 1
    if last[1:] != nines:
        shapes += [((last[0], last[0]), *rest) for rest in _same_width(zeros, last[1:])]
        high -= 1
    if low <= high:
        shapes.append(((str(low), str(high)), *((("0", "9"),) * len(zeros))))
    return shapes


def _rendered(shape: Shape) -> str:
    parts = []
    for (low, high), group in groupby(shape):
        count = len(list(group))
        one = f'"{low}"' if low == high else f"[{low}-{high}]"
        parts.append(one if count == 1 else f"{one}{{{count}}}")
    return " ".join(parts)


def _literal(text: str) -> str:
    return f'"{text}"'


def _alternatives(parts: list[str]) -> str:
    """Join the parts; without any, the bounds contradict each other.

    Raises:
        ValueError: no number fits the schema.
    """
    if not parts:
        raise ValueError("no number fits the schema's bounds")
    return f"({' | '.join(parts)})"

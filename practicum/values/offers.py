"""What a text offers a parameter: values in order of mention, spelled as its schema wants."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from practicum.records import canonical_json
from practicum.values.codes import lookalikes
from practicum.values.described_members import members_by_description
from practicum.values.detection import detect_slot
from practicum.values.free_text import free_texts, matching_tokens
from practicum.values.implied_units import in_own_unit
from practicum.values.registry import get, known
from practicum.values.slots import Slot, fits
from practicum.values.spans import MAX_CHARS, Span, span
from practicum.values.spelling import spell
from practicum.values.word_choice import mentioned_members

MAX_OFFERS = 32
"""More candidates than this are no help to a decoder."""

OPAQUE = ("date", "date-time", "time", "year", "month", "year-month", "weekday", "iban", "isbn", "phone",
          "cron", "uri", "email", "ipv4", "uuid", "hex-color", "formula", "postal-code")  # fmt: skip
"""Formats whose digits are no numbers of their own."""
_CLOCK = re.compile(r"\d:\d\d|\d\s?[ap]\.?m\b", re.IGNORECASE)
_CODE = re.compile(r"[A-Za-z]+[-_/]?\d")
"""What begins with letters and goes on with digits, which count nothing: ORD-10423."""
_VERSION = re.compile(r"(?<![\w.])v?\d+(?:\.\d+){2,}[\w.+-]*", re.IGNORECASE)
_WITH_YEAR = re.compile(r"\d{4}")
"""Times and dates beyond doubt: "5 to 2" and "17 may" may be something else."""
_MOMENTS = frozenset({"date", "date-time", "time"})
_ALWAYS_OPAQUE = ("date", "time", "date-time", "email", "uri", "uuid", "iban", "ipv4")
_BACKWARDS = re.compile(
    r"\b(?:before|ago|(?<=days )ahead of|(?<=weeks )ahead of|(?<=months )ahead of|(?<=years )ahead of"
    r"|in advance of|earlier|minus|prior"
    r"|back(?:wards?)?(?!\s+in\s+(?:\d|(?:an?|half|one|two|three|four|five|six|ten)\b))"
    r"|subtract(?:ed)?|less|negative|previous|preceding|in the past|take away|behind|below|reduced?"
    r"|decreased?)\b",
    re.IGNORECASE,
)


_SIGNED = re.compile(
    r"\b(?:negative|minus|backwards?|(?:in|into) the past|offset|delta|shift|adjustment|(?<![\w.])-\d+)\b",
    re.IGNORECASE,
)
"""What names and descriptions say of a number that may be below zero."""
_COUNTED_BACK = re.compile(
    r"\b(?:minutes?|hours?|days?|nights?|weeks?|fortnights?|months?|quarters?|years?|decades?)\s+"
    r"(?:before|ago|earlier|prior|back\b(?!\s+(?:on|in|at|to)\b)|ahead of|in advance)"
    r"|\b(?:minus|subtract|back by)\b",
    re.IGNORECASE,
)
_LAST = re.compile(r"\b(?:last|final)\b", re.IGNORECASE)


def offers(
    slot: Slot,
    text: str,
    *,
    opaque: Iterable[str] = _ALWAYS_OPAQUE,
    strict: bool = False,
    wanted: int = 1,
    around: str = "",
) -> list[Any]:
    """Return what ``text`` offers a scalar slot, each valid under its schema.

    Args:
        slot: The parameter, of any type but array and object.
        text: A query, read up to `MAX_CHARS`.
        opaque: Formats whose digits a numeric slot leaves alone while there are others.
        strict: Leave them alone even where there are no others.
        wanted: How many different values are looked for: where there are fewer, the text is read once more
            as it would be written with care (`practicum.values.mending`).
        around: What the tool is called.

    Returns:
        Values in order of mention, several spans of one value repeated.
    """
    text = text[:MAX_CHARS]
    name = detect_slot(slot)
    if name in {None, "text"}:
        return _without_format(slot, text, name, around)
    form = get(name or "")
    spans = form.resolve(text)
    if form.name == "number":
        spans = in_own_unit(slot, _visible(spans, text, tuple(opaque), strict=strict), text)
    found = _found(slot, form.name, spans)
    if len({canonical_json(v) for _, v in found}) < wanted:
        mended = _found(slot, form.name, form.resolve_mended(text))
        found = mended if len(mended) > len(found) else found
    if slot.enum:
        found += _members(slot, text, around)
    values = [value for _, value in sorted(found, key=lambda pair: pair[0])]
    if form.name == "number":
        values = _both_signs(slot, values, text, beside_moment=bool(_MOMENTS & {*opaque}))
    return values[:MAX_OFFERS]


def _members(slot: Slot, text: str, around: str) -> list[tuple[int, Any]]:
    """The members that a text names; where it names none, those that it describes as the schema does."""
    return mentioned_members(slot.enum, text) or members_by_description(slot, text, around)


def _without_format(slot: Slot, text: str, name: str | None, around: str) -> list[Any]:
    """Free text for free-text slots; a slot of no known format takes only what its schema tells."""
    if slot.enum:
        return [member for _, member in sorted(_members(slot, text, around), key=lambda pair: pair[0])]
    if slot.types and "string" not in slot.types:
        return []
    found = free_texts(text) if name == "text" else []
    if name is None:
        found = lookalikes(slot, text)
    if "pattern" in slot.schema:
        found = matching_tokens(text, slot.schema["pattern"])
    return [value for value in found if fits(slot.schema, value)][:MAX_OFFERS]


def _found(slot: Slot, format_name: str, spans: list[Span]) -> list[tuple[int, Any]]:
    found: list[tuple[int, Any]] = []
    for each in spans:
        spelled = [value for raw in each.values for value in _spelled(slot, format_name, raw)]
        # A day that is written as the tool wants it, 09/02/2025 where the day comes first, has one reading.
        exact = [value for value in spelled if value == each.text] if format_name == "date" else []
        found += [(each.start, value) for value in exact or spelled]
    return found


def _spelled(slot: Slot, format_name: str, raw: Any) -> Iterator[Any]:
    form = get(format_name)
    spelled = spell(slot, form, raw)
    if spelled is None and format_name == "number" and isinstance(raw, int | float) and raw > 0:
        # A depth of 40 may be -40; 500 of what a page of 100 holds is no -500.
        spelled = spell(slot, form, -raw) if _below_zero(slot) or _tells_of_signs(slot) else None
    if spelled is not None:
        yield spelled


def _visible(spans: list[Span], text: str, opaque: Collection[str], *, strict: bool) -> list[Span]:
    """Drop numbers that are part of a date, a time or a code.

    Whatever a tool takes, the 17 of "17:00" and the 3 of "3 June 2026" count nothing, unless it takes
    neither dates nor times and there are no other numbers.
    """
    otherwise = [] if strict else spans
    codes = [s for s in get("identifier").resolve(text) if _CODE.match(s.text)]
    versions = [span(text, m.start(), m.end()) for m in _VERSION.finditer(text)]
    spans = _outside(spans, [*codes, *versions])
    left = _outside(spans, [s for name in opaque if known(name) for s in get(name).resolve(text)])
    if not left:
        return otherwise
    moments = [s for s in get("date").resolve(text) if _WITH_YEAR.search(s.text)]
    moments += [s for s in get("time").resolve(text) if _CLOCK.search(s.text)]
    clear = _outside(left, moments)
    return clear or (otherwise if _MOMENTS & {*opaque} else left)


def _outside(spans: list[Span], taken: list[Span]) -> list[Span]:
    return [s for s in spans if not any(t.start < s.end and s.start < t.end for t in taken)]


def _both_signs(slot: Slot, values: list[Any], text: str, *, beside_moment: bool) -> list[Any]:
    """Offer a signed integer slot both signs; words that point back put the negative first.

    Of a bare integer nothing tells whether it has a sign: an age has none, and what is added to a date has.
    Beside a date or a time it may be meant backwards, where the words behind a count of time say so.
    """
    low = slot.schema.get("minimum", slot.schema.get("exclusiveMinimum"))
    told = _tells_of_signs(slot)
    if slot.types[:1] != ("integer",) or (low is not None and low >= 0) or not (told or beside_moment):
        return values
    if low == -1 and not values and _LAST.search(text):
        return [-1]  # counted from the end, as in "the last Monday"
    back = bool((_BACKWARDS if told else _COUNTED_BACK).search(text))
    both = [v for value in values for v in ((-value, value) if back and value > 0 else (value, -value))]
    return [v for v in both if fits(slot.schema, v)]


def _below_zero(slot: Slot) -> bool:
    high = slot.schema.get("maximum", slot.schema.get("exclusiveMaximum"))
    return high is not None and high <= 0


def _tells_of_signs(slot: Slot) -> bool:
    """Whether a number's bound, a value that is shown, or its documentation says that it may be negative."""
    low = slot.schema.get("minimum", slot.schema.get("exclusiveMinimum"))
    shown = any(isinstance(value, int | float) and value < 0 for value in (low, *slot.examples))
    return shown or bool(_SIGNED.search(f"{' '.join(slot.name_words)} {slot.description}"))

"""States, provinces and other parts of countries, by ISO 3166-2 code."""

from __future__ import annotations

import functools
import random
import re
from typing import Any

from practicum.values.countries import adjective_spans, name_lexicon
from practicum.values.registry import ValueFormat
from practicum.values.slots import Slot
from practicum.values.spans import Lexicon, Span, find_codes, fold, settle, span
from practicum.values.tables import table

_CODE = re.compile(r"(?<![\w-])([A-Z]{2})-([A-Z0-9]{1,3})(?![\w-])")
_SHORT_COUNTRIES = ("US", "CA", "AU")
"""Countries whose people write the bare codes: "in CA", "Austin, TX"."""


@functools.cache
def _names() -> dict[str, str]:
    """Return the local names by code."""
    import pycountry

    listed: Any = pycountry.subdivisions
    return {s.code: s.name for s in listed}


@functools.cache
def _reviewed() -> dict[str, str]:
    """Return the reviewed English names by code, the first of each."""
    spoken: dict[str, str] = {}
    for name, code in table("subdivisions")["names"].items():
        spoken.setdefault(code, " ".join(w if w == "and" else w[:1].upper() + w[1:] for w in name.split()))
    return spoken


def _rank(code: str) -> int:
    order = table("subdivisions")["countries"]
    country = code[:2]
    return order.index(country) if country in order else len(order)


@functools.cache
def _lexicon() -> Lexicon:
    entries: dict[str, list[str]] = {
        n: [c] for n, c in table("subdivisions")["names"].items() if c in _names()
    }
    for code in sorted(_names(), key=_rank):
        for name in {_names()[code], re.split(r"[,(\[]", _names()[code])[0]}:
            entries.setdefault(fold(name), []).append(code)
    guarded = [name for name, codes in entries.items() if _rank(codes[0]) > 7 or len(name) < 5]
    return Lexicon(entries, capitalised=guarded)


def resolve_subdivisions(text: str) -> list[Span]:
    """Return the parts of countries in ``text``; a name that several share offers three.

    Those of a country that the text names come first.
    """
    told = {s.values[0] for s in (*name_lexicon().find(text), *adjective_spans(text))}
    found = [span(text, m.start(), m.end(), m.group()) for m in _CODE.finditer(text) if m.group() in _names()]
    found += _ordered(_lexicon().find(text), told)
    found += _ordered(find_codes(text, _short_codes()), told)
    return [s for s in settle(found) if not _whole_country(s, found)]


def _ordered(spans: list[Span], told: set[str]) -> list[Span]:
    def preferred(code: str) -> bool:
        return code[:2] not in told

    return [Span(s.start, s.end, s.text, tuple(sorted(s.values, key=preferred)[:3])) for s in spans]


def _whole_country(one: Span, found: list[Span]) -> bool:
    """Whether a name means a country more likely than a far-off part called the same."""
    others = [s for s in found if s != one]
    return bool(others) and _rank(one.values[0]) > 7 and bool(name_lexicon().get(one.text))


@functools.cache
def _short_codes() -> dict[str, list[str]]:
    short: dict[str, list[str]] = {}
    for code in sorted(_names(), key=_rank):
        if code[:2] in _SHORT_COUNTRIES and code[3:] not in {"IN", "OR", "OK", "ME", "HI", "AM"}:
            short.setdefault(code[3:], []).append(code)
    return short


def _canonical(value: Any) -> Any:
    text = str(value).strip()
    if text.upper() in _names():
        return text.upper()
    known = _lexicon().get(text) or _short_codes().get(text.upper())
    return known[0] if known else value


def _verbalise(value: Any) -> tuple[str, ...]:
    code = _canonical(value)
    if code not in _names():
        return ()
    names = (_reviewed().get(code, _names()[code]), _names()[code])
    said = [name for name in names if any(code in s.values for s in resolve_subdivisions(name))]
    return tuple(dict.fromkeys((*said, code)))


def _forms(value: Any, _: Slot) -> tuple[Any, ...]:
    code = _canonical(value)
    if code not in _names():
        return (value,)
    return (code, code[3:], _reviewed().get(code, _names()[code]), _names()[code])


def _draw(rng: random.Random) -> str:
    return str(rng.choice(table("subdivisions")["common"]))


FORMATS = (
    ValueFormat(
        "subdivision", _verbalise, resolve_subdivisions, _draw, _canonical, _forms,
        (r"3166-2", r"(?:two-letter|postal|state) (?:code|abbreviation)|without the country", r"\bname"),
        _lexicon,
    ),
)  # fmt: skip

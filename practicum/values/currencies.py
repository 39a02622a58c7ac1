"""Currencies: ISO 4217 codes, names from CLDR, signs, and what people call their money."""

from __future__ import annotations

import functools
import random
import re
from typing import Any

from practicum.values.registry import ValueFormat
from practicum.values.slots import Slot
from practicum.values.spans import Lexicon, Span, find_codes, phrase_key, settle, span
from practicum.values.tables import table

_OLD = re.compile(r"\(\d{4}")
"""CLDR marks currencies out of use with their years."""


@functools.cache
def _names() -> dict[str, tuple[str, ...]]:
    """Return the CLDR names of the currencies in use: singular, plural, title."""
    from babel import Locale
    from babel.numbers import get_currency_name

    found = {}
    for code, title in Locale("en").currencies.items():
        if not _OLD.search(title) and not code.startswith("X"):
            counted = (get_currency_name(code, count=n, locale="en") for n in (2, 1))
            found[code] = tuple(dict.fromkeys((*counted, title)))
    return found | {"BTC": ("bitcoins", "bitcoin", "Bitcoin")}


@functools.cache
def _lexicon() -> Lexicon:
    words: dict[str, list[str]] = dict(table("currencies")["words"])
    for code, names in _names().items():
        for name in names:
            words.setdefault(name.lower(), [code])
    return Lexicon(words, capitalised=())


@functools.cache
def _sign_pattern() -> re.Pattern[str]:
    signs = sorted(table("currencies")["signs"], key=len, reverse=True)
    return re.compile("|".join(rf"(?<!\w){re.escape(s)}" if s[0].isalpha() else re.escape(s) for s in signs))


def resolve_currencies(text: str) -> list[Span]:
    """Return the currencies named in ``text``: codes, names, signs, slang; in order of mention.

    Where fewer than two are named, the money of the countries in the text is offered too.
    """
    listed = table("currencies")
    codes = {code: [code] for code in _names()}
    named = [s for s in _lexicon().find(text) if _is_money(text, s)]
    signs = [
        span(text, m.start(), m.end(), listed["signs"][m.group()]) for m in _sign_pattern().finditer(text)
    ]
    found = settle([*named, *signs, *find_codes(text, codes, lowercase=frozenset(listed["lowercase"]))])
    return found if len({s.values for s in found}) > 1 else settle([*found, *_by_country(text)])


_AFTER_MONEY = re.compile(
    r"(?:\d|\b(?:to|into|in|from|of|the|many|much|million|thousand|hundred|k|and|or|for))\s*$", re.IGNORECASE
)


def _is_money(text: str, one: Span) -> bool:
    """Whether a word such as "real" or "won" stands where money would stand."""
    if one.text.lower() not in table("currencies")["capitalised"]:
        return True
    return one.text == text.strip() or bool(_AFTER_MONEY.search(text, 0, one.start))


def _by_country(text: str) -> list[Span]:
    from practicum.values.countries import resolve_countries

    found = []
    for country in resolve_countries(text):
        money = money_of(country.values[0])
        if money:
            found.append(Span(country.start, country.end, country.text, (money,)))
    return found


@functools.cache
def money_of(country: str) -> str | None:
    """Return the currency that a country (alpha-2) uses now, None when it has none."""
    from babel.numbers import get_territory_currencies

    current = get_territory_currencies(country)
    return str(current[0]) if current else None


def verbalise_currency(value: Any) -> tuple[str, ...]:
    """Return what people call a currency: "US dollars", "USD", "dollars", "bucks"."""
    code = canonical_currency(value)
    names = _names().get(code)
    if names is None:
        return ()
    slang = [word for word, codes in table("currencies")["words"].items() if codes[0] == code]
    plural = names[0] if _lexicon().get(names[0])[:1] == (code,) else code
    said = dict.fromkeys((plural, code, *(n for n in names if _lexicon().get(n)[:1] == (code,)), *slang))
    once = {phrase_key(name): name for name in reversed(said)}
    kept = (name for name in said if once[phrase_key(name)] == name)
    return tuple(name for name in kept if name.lower() not in table("currencies")["capitalised"])


def canonical_currency(value: Any) -> Any:
    """Return the ISO 4217 code of a currency, ``value`` itself when it is none."""
    text = str(value).strip()
    if text.upper() in _names():
        return text.upper()
    named = _lexicon().get(text) or (table("currencies")["signs"].get(text),)
    return named[0] or value


def _forms(value: Any, _: Slot) -> tuple[Any, ...]:
    code = canonical_currency(value)
    names = _names().get(code)
    if names is None:
        return (value,)
    return (code, code.lower(), names[-1], names[0], *names[1:2])


def _known_names() -> tuple[str, ...]:
    from practicum.values.countries import country_names

    return (*_lexicon(), *_names(), *country_names())


def _draw(rng: random.Random) -> str:
    return str(rng.choice(table("currencies")["common"]))


FORMATS = (
    ValueFormat(
        "currency", verbalise_currency, resolve_currencies, _draw, canonical_currency, _forms,
        (r"4217|code", "lower-?case code", r"\bname"), _known_names,
    ),
)  # fmt: skip

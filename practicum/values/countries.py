"""Countries: ISO 3166-1 codes, names from CLDR and pycountry, colloquial names, adjectives."""

from __future__ import annotations

import functools
import random
import re
from dataclasses import dataclass
from typing import Any

from practicum.values.registry import ValueFormat
from practicum.values.slots import Slot
from practicum.values.spans import Lexicon, Span, find_codes, settle, span, word_set, words
from practicum.values.tables import table


@dataclass(frozen=True)
class Country:
    """One country."""

    alpha_2: str
    alpha_3: str
    numeric: str
    name: str
    """English name in CLDR: "South Korea"."""
    formal: str
    """Name in ISO 3166: "Korea, Republic of"."""


@functools.cache
def countries() -> dict[str, Country]:
    """Return the countries of ISO 3166-1 by alpha-2 code."""
    import pycountry
    from babel import Locale

    names = Locale("en").territories
    listed: Any = pycountry.countries
    return {
        c.alpha_2: Country(c.alpha_2, c.alpha_3, c.numeric, names.get(c.alpha_2, c.name), c.name)
        for c in listed
    }


@functools.cache
def name_lexicon() -> Lexicon:
    """Return names and colloquial names of countries, without adjectives."""
    reviewed = table("countries")
    entries: dict[str, list[str]] = {name: [code] for name, code in reviewed["names"].items()}
    for country in countries().values():
        for name in _names(country):
            entries.setdefault(name.lower(), [country.alpha_2])
    return Lexicon(entries, capitalised=reviewed["capitalised"])


@functools.cache
def _adjectives() -> Lexicon:
    reviewed = table("countries")
    return Lexicon({a: [c] for a, c in reviewed["adjectives"].items()}, capitalised=reviewed["capitalised"])


def _names(country: Country) -> list[str]:
    """Return the names of a country, "&" and qualifiers in brackets or after a comma resolved."""
    names = [country.name, country.formal, country.name.replace("&", "and"), country.name.split(" (")[0]]
    names += [n.replace("St.", "Saint") for n in names if n.startswith("St.")]
    if "SAR China" in country.name:
        names.append(country.name.split(" SAR")[0])
    turned = country.formal.split(", ")
    return [*names, " ".join(reversed(turned))] if len(turned) == 2 else names


@functools.cache
def _codes() -> dict[str, list[str]]:
    two = {c.alpha_2: [c.alpha_2] for c in countries().values()}
    three = {c.alpha_3: [c.alpha_2] for c in countries().values()}
    return {**two, **three, "UK": ["GB"], "UAE": ["AE"]}


_TITLES = word_set("AM PM AD BC TV OK ID IT NO SO TO IN IS BE MY ME")
"""Codes that capitals mean otherwise now and then: countries only beside a word such as "in"."""
_LITTLE_US = re.compile(r"(?:^|\b(?:in|the) )(?P<us>us)\b(?!,)")
"""The country in small letters, where it can't be the pronoun."""
_BEFORE_CODE = word_set("in for of from to country code and or the iso")


def resolve_countries(text: str) -> list[Span]:
    """Return the countries of ``text`` as alpha-2 codes: names, adjectives and codes.

    Adjectives ("German") count only where no country is named otherwise.
    """
    lowercase = frozenset(table("countries")["codes_lowercase"])
    codes = [s for s in find_codes(text, _codes(), lowercase=lowercase) if _likely(text, s)]
    codes += [span(text, m.start("us"), m.end("us"), "US") for m in _LITTLE_US.finditer(text)]
    named = settle([*name_lexicon().find(text), *codes])
    return named or _adjectives().find(text)


def _likely(text: str, code: Span) -> bool:
    if code.text not in _TITLES or code.text == text.strip():
        return True
    before = [w.key for w in words(text) if w.end <= code.start]
    return bool(before) and before[-1] in _BEFORE_CODE


def adjective_spans(text: str) -> list[Span]:
    """Return the country adjectives of ``text`` as alpha-2 codes."""
    return _adjectives().find(text)


@functools.lru_cache(maxsize=4096)
def country_of(value: str) -> str | None:
    """Return the alpha-2 code of a country written alone in any way, None when unknown."""
    text = value.strip()
    upper = text.upper()
    if upper in countries() or upper in _codes():
        return _codes()[upper][0]
    by_number = [c.alpha_2 for c in countries().values() if c.numeric == text]
    known = by_number or name_lexicon().get(text) or _adjectives().get(text)
    return known[0] if known else None


def _verbalise(value: Any) -> tuple[str, ...]:
    code = country_of(str(value))
    if code is None:
        return ()
    slang = [_written(name) for name, alpha_2 in table("countries")["names"].items() if alpha_2 == code]
    country = countries().get(code)
    names = [country.name, *slang, country.alpha_2, country.alpha_3] if country else slang
    names = [name for name in names if name not in _TITLES]
    return tuple(name for name in dict.fromkeys(names) if country_of(name) == code)


def _written(name: str) -> str:
    """Return a colloquial name with its capitals."""
    if len(name) <= 3 or "." in name:
        return name.upper()
    small = {"the", "of", "and", "d'ivoire"}
    return " ".join(word if word in small else word.capitalize() for word in name.split())


def _canonical(value: Any) -> Any:
    return country_of(str(value)) or value


def _forms(value: Any, _: Slot) -> tuple[Any, ...]:
    country = countries().get(_canonical(value))
    if country is None:
        return (value,)
    lower = country.alpha_2.lower()
    return (country.alpha_2, country.alpha_3, country.name, country.formal, country.numeric, lower)


def country_names() -> tuple[str, ...]:
    """Return names, adjectives and codes of the countries."""
    return (*name_lexicon(), *_adjectives(), *(code for code in _codes() if code not in _TITLES))


def _draw(rng: random.Random) -> str:
    return str(rng.choice(table("countries")["common"]))


FORMATS = (
    ValueFormat(
        "country", _verbalise, resolve_countries, _draw, _canonical, _forms,
        (
            r"alpha-?2|two-letter|2-letter", r"alpha-?3|three-letter|3-letter",
            r"(?:english|full|common|country(?:'s)?) name|name of", "official name", "numeric", "lower-?case",
        ),
        country_names,
    ),
)  # fmt: skip

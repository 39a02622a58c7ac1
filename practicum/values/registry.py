"""The registry of formats: built-in ones, loaded when first asked for, and users' own."""

from __future__ import annotations

import functools
import importlib
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ParamSpec, TypeVar, cast

from practicum.errors import SetupError
from practicum.values import clock
from practicum.values.mending import NameBook
from practicum.values.slots import Slot
from practicum.values.spans import MAX_CHARS, Span

P = ParamSpec("P")
R = TypeVar("R")
Verbalise = Callable[[Any], tuple[str, ...]]
Resolve = Callable[[str], list[Span]]
Forms = Callable[[Any, Slot], tuple[Any, ...]]


def _never(_: Any) -> bool:
    return False


@dataclass(frozen=True)
class ValueFormat:
    """What a value looks like when a person says it, and what people's words may mean."""

    name: str
    """The JSON Schema ``format`` it goes by."""
    say: Verbalise
    read: Resolve
    draw: Callable[[random.Random], Any]
    normal: Callable[[Any], Any]
    forms: Forms
    """All spellings a schema may ask for, each kind at a fixed position, None for a gap."""
    styles: tuple[str, ...] = ()
    """Per position of `forms`, a regular expression for descriptions that ask for it."""
    names: Callable[[], Iterable[str]] = tuple
    """Names and codes that people may misspell or write in small letters (`practicum.values.mending`)."""
    exact: Callable[[Any], bool] = _never
    """Whether a canonical value means nothing but itself, its case and its signs included: MW is not mW."""

    def verbalise(self, value: Any) -> tuple[str, ...]:
        """Return ways people say ``value``, most usual first; () when it is not of this format."""
        try:
            return self.say(value)
        except (TypeError, ValueError, LookupError, OverflowError, AttributeError):
            return ()

    def resolve(self, text: str) -> list[Span]:
        """Return everything in a whole query that may be such a value."""
        return list(_resolved(self, text[:MAX_CHARS], clock.today()))

    def resolve_mended(self, text: str) -> list[Span]:
        """Return what ``text`` may mean where it was written carelessly; spans are of the mended text."""
        return list(_resolved_mended(self, text[:MAX_CHARS], clock.today()))

    def sample(self, rng: random.Random) -> Any:
        """Return a plausible value in canonical form; None when the format cannot invent one."""
        return self.draw(rng)

    def canonical(self, value: Any) -> Any:
        """Return one spelling per meaning, for comparing; ``value`` itself when unknown."""
        try:
            return self.normal(value)
        except (TypeError, ValueError, LookupError, OverflowError, AttributeError):
            return value


@functools.lru_cache(maxsize=512)
def _resolved(form: ValueFormat, text: str, day: date) -> tuple[Span, ...]:
    """Parameters of one tool share their formats, and a query is read several times a day."""
    del day  # which "tomorrow" and "5 March" are read by
    return tuple(form.read(text))


@functools.lru_cache(maxsize=512)
def _resolved_mended(form: ValueFormat, text: str, day: date) -> tuple[Span, ...]:
    if form.names is tuple:
        return ()
    mended = _book(form).mend(text)
    return () if mended == text else _resolved(form, mended, day)


@functools.lru_cache(maxsize=32)
def _book(form: ValueFormat) -> NameBook:
    return NameBook(form.names())


_caches: list[Callable[[], None]] = []


def remembered(size: int) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Decorate a function whose results hold for a day, and until a format is registered."""

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        def dated(_: date, *args: P.args, **kwargs: P.kwargs) -> R:
            return function(*args, **kwargs)

        cached = functools.lru_cache(maxsize=size)(dated)
        _caches.append(cached.cache_clear)
        kept = cast("Callable[..., R]", cached)

        @functools.wraps(function)
        def asked(*args: P.args, **kwargs: P.kwargs) -> R:
            return kept(clock.today(), *args, **kwargs)

        return asked

    return decorate


_BUILT_IN: dict[str, str] = {}
_ALIASES: dict[str, str] = {}
_registered: dict[str, ValueFormat] = {}


def built_in(module: str, *formats: str, **aliases: str) -> None:
    """Note that ``module`` of this package defines ``formats`` in its ``FORMATS``."""
    _BUILT_IN.update(dict.fromkeys(formats, module))
    _ALIASES.update(aliases)


def names() -> tuple[str, ...]:
    """Return the names of all formats, built-in ones first."""
    return tuple(dict.fromkeys((*_BUILT_IN, *_registered)))


def known(name: str) -> str | None:
    """Return the registered name that ``name`` goes by, None when there is none."""
    plain = name.strip().lower().replace("_", "-")
    for candidate in (name, plain, _ALIASES.get(plain.replace("-", "")), _ALIASES.get(plain)):
        if candidate is not None and (candidate in _registered or candidate in _BUILT_IN):
            return candidate
    return None


def get(name: str) -> ValueFormat:
    """Return the format called ``name`` (or by an alias such as "timezone").

    Raises:
        SetupError: There is no such format.
    """
    found = known(name)
    if found is None:
        raise SetupError(
            f"there is no value format called {name!r}",
            f"use one of {', '.join(names())}, or register your own with practicum.values.register",
        )
    if found not in _registered:
        module = importlib.import_module(f"practicum.values.{_BUILT_IN[found]}")
        for form in module.FORMATS:
            _registered.setdefault(form.name, form)
    return _registered[found]


def register(
    name: str,
    *,
    verbalise: Callable[[Any], str | Sequence[str]],
    resolve: Callable[[str], Iterable[Span | tuple[int, int, Any]]],
    sample: Callable[[random.Random], Any] | None = None,
    canonical: Callable[[Any], Any] | None = None,
) -> None:
    """Register a format of one's own, or replace a built-in one.

    Args:
        name: What the ``format`` keyword of a JSON Schema calls it.
        verbalise: Value to one way or several ways of saying it.
        resolve: A whole text to spans, or to ``(start, end, value)`` tuples.
        sample: Draws a plausible value; without it the format invents none.
        canonical: Value to its one spelling for comparing; without it values
            compare as they are.
    """

    def say(value: Any) -> tuple[str, ...]:
        said = verbalise(value)
        return (said,) if isinstance(said, str) else tuple(said)

    def read(text: str) -> list[Span]:
        return [_as_span(text, found) for found in resolve(text)]

    _registered[name] = ValueFormat(
        name=name,
        say=say,
        read=read,
        draw=sample or (lambda _: None),
        normal=canonical or (lambda value: value),
        forms=lambda value, _: (value,),
    )
    for forget in _caches:
        forget()


def _as_span(text: str, found: Span | tuple[int, int, Any]) -> Span:
    if isinstance(found, Span):
        return found
    start, end, value = found
    return Span(start, end, text[start:end], (value,))


built_in("numbers", "number", "percent", float="number", integer="number", percentage="percent")
built_in("dates", "date", "year", "month", "day", isodate="date", fulldate="date")
built_in("months", "year-month", yearmonth="year-month", gyearmonth="year-month")
built_in("weekdays", "weekday", dayofweek="weekday")
built_in("times", "time", clocktime="time", partialtime="time")
built_in("datetimes", "date-time", datetime="date-time", timestamp="date-time")
built_in("durations", "duration", timedelta="duration")
built_in("units", "unit", "quantity", unitofmeasure="unit")
built_in("currencies", "currency", currencycode="currency", iso4217="currency")
built_in("countries", "country", countrycode="country", iso3166="country")
built_in("subdivisions", "subdivision", region="subdivision", state="subdivision")
built_in("languages", "language", languagecode="language", locale="language", bcp47="language")
built_in("zones", "time-zone", timezone="time-zone", tz="time-zone", iana="time-zone")
built_in("airports", "airport", iata="airport", iatacode="airport", airportcode="airport")
built_in("cities", "city")
built_in("elements", "element", chemicalelement="element")
built_in("formulas", "formula", chemicalformula="formula")
built_in("phones", "phone", phonenumber="phone", tel="phone", e164="phone")
built_in("banking", "iban", "bic", swift="bic")
built_in("isbns", "isbn")
built_in("crons", "cron", cronexpression="cron", crontab="cron")
built_in("internet", "email", "uri", "ipv4", "uuid", "hex-color", url="uri", color="hex-color")
built_in("identifiers", "identifier", "postal-code", zipcode="postal-code", zip="postal-code")
built_in("booleans", "boolean", bool="boolean")
built_in("texts", "text")

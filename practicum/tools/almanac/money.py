"""Tools about currencies, by the European Central Bank's reference rates."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Annotated, Any

from practicum.tools.almanac.fields import day, number, text
from practicum.tools.almanac.places import current_tender
from practicum.tools.effects import read_only

_OLDEST = 8
"""For how many days a rate counts: the longest holidays of the bank take less."""


@lru_cache(maxsize=1)
def _rates() -> Any:
    from currency_converter import CurrencyConverter

    return CurrencyConverter()


def _convert(amount: float, source: str, target: str, date: dt.date) -> float:
    """Convert at the day's rate; at weekends the last rate counts, as in a newspaper.

    Raises:
        RateNotFoundError: there was no rate for a week, as for the krona of Iceland from 2008 to 2018.
    """
    from currency_converter import RateNotFoundError

    for back in range(_OLDEST):
        try:
            return float(_rates().convert(amount, source, target, date=date - dt.timedelta(days=back)))
        except RateNotFoundError as error:
            if "bounds" in str(error):
                raise
    raise RateNotFoundError(f"{source} to {target} has no rate for {date}, nor for the week before it")


def _check_currency(code: str) -> None:
    if code not in _rates().currencies:
        known = ", ".join(sorted(_rates().currencies))
        raise ValueError(f"{code} is not a supported currency; use one of: {known}")


@read_only
def convert_currency(
    amount: Annotated[float, number("Amount of money", 100, 49.9, least=0, most=1e9)],
    from_currency: Annotated[str, text("Currency of the amount", "USD", longest=3, json_format="currency")],
    to_currency: Annotated[str, text("Currency wanted", "EUR", "JPY", longest=3, json_format="currency")],
    date: Annotated[str, day("Day whose rate is used, from 1999-01-04 on", "2024-03-05")] = "2025-06-30",
) -> dict[str, Any]:
    """Convert an amount of money from one currency to another at a day's reference rate.

    Returns: the amount to two places (three digits below a cent), its currency and the day asked for.
    Raises: ValueError for an unknown currency, RateNotFoundError for a day without a rate.
    """
    for code in (from_currency, to_currency):
        _check_currency(code)
    value = _convert(amount, from_currency, to_currency, dt.date.fromisoformat(date))
    # Little of a weak currency is less than a cent: better three digits than nothing.
    return {"amount": round(value, 2) or float(f"{value:.3g}"), "currency": to_currency, "date": date}


@read_only
def yearly_exchange_rate(
    currency: Annotated[str, text("Code of the currency to compare with the euro", "USD", longest=3)],
    year: Annotated[int, number("Year", 2008, 2023, least=1999, most=2026, json_format="year")],
) -> dict[str, Any]:
    """Give the lowest, highest and mean exchange rate of the euro to a currency in a year.

    Returns: how much one euro cost in the currency, from Monday to Friday.
    Raises: ValueError for an unknown currency, or a year without rates.
    """
    from currency_converter import RateNotFoundError

    _check_currency(currency)
    first, last = _rates().bounds[currency]
    days = (dt.date(year, 1, 1) + dt.timedelta(days=offset) for offset in range(366))
    working = [each for each in days if each.year == year and each.weekday() < 5 and first <= each <= last]
    rates = []
    for each in working:
        with contextlib.suppress(RateNotFoundError):
            rates.append(_convert(1, "EUR", currency, each))
    if not rates and working:
        raise ValueError(f"the European Central Bank has no {currency} rates for {year}")
    if not rates:
        raise ValueError(f"{year} not in {currency} bounds {first}/{last}")
    mean = sum(rates) / len(rates)
    return {"lowest": round(min(rates), 4), "highest": round(max(rates), 4), "mean": round(mean, 4)}


@read_only
def currency_of_country(
    country: Annotated[
        str, text("English name of the country", "Switzerland", longest=60, json_format="country")
    ],
) -> dict[str, Any]:
    """Tell which currency a country pays with, and how it is written.

    Returns: the currency's code, English name, symbol and number of decimals.
    Raises: LookupError for a name that no country has.
    """
    from babel import Locale, numbers

    english = Locale("en")
    spoken = {name.casefold(): code for code, name in english.territories.items() if len(code) == 2}
    alpha_2 = spoken.get(country.casefold()) or _formal(country, english.territories)
    codes = current_tender(alpha_2)
    if not codes:
        raise LookupError(f"{country} has no currency of its own")
    code = codes[0]
    return {
        "currency": code,
        "name": numbers.get_currency_name(code, locale="en"),
        "symbol": english.currency_symbols.get(code, code),
        "decimals": numbers.get_currency_precision(code),
    }


def _formal(country: str, names: Mapping[str, str]) -> str:
    from difflib import get_close_matches

    import pycountry

    from practicum.values.countries import name_lexicon

    try:
        return str(pycountry.countries.lookup(country).alpha_2)
    except LookupError as error:
        known = name_lexicon().get(country.lower()) or {"uk": ["GB"], "uae": ["AE"]}.get(country.lower(), ())
        spelled = {name.casefold(): name for code, name in names.items() if len(code) == 2}
        close = [names[code] for code in known] or [
            spelled[name] for name in get_close_matches(country.casefold(), spelled, n=3)
        ]
        hint = f"; close: {', '.join(close)}" if close else ""
        raise LookupError(f"{error}{hint}") from error


@read_only
def format_money(
    amount: Annotated[float, number("Amount of money", 1234.5, -20, least=-1e12, most=1e12)],
    currency: Annotated[str, text("Code of the currency", "EUR", "JPY", longest=3, json_format="currency")],
    language: Annotated[
        str,
        text("Language and country to write it for", "de-DE", "en-US", longest=12, json_format="language"),
    ],
) -> str:
    """Write an amount of money as people write it in a language and country.

    Returns: the amount with its symbol, separators and decimals.
    Raises: babel's UnknownCurrencyError and UnknownLocaleError; ValueError for what is no language code.
    """
    from babel import Locale, numbers

    numbers.validate_currency(currency)
    try:
        locale = Locale.parse(language, sep="-")
    except ValueError as error:
        raise ValueError(f"{language!r} is no language code, such as de or en-US: {error}") from error
    # Half a cent goes up, as people count it; babel would round it to the even one.
    cent = Decimal(1).scaleb(-numbers.get_currency_precision(currency))
    exact = Decimal(str(amount)).quantize(cent, ROUND_HALF_UP) + 0
    return numbers.format_currency(exact, currency, locale=locale)

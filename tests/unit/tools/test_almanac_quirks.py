"""Odd but legitimate calls of the almanac's tools, and calls that a library would answer wrongly."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import practicum
from practicum.records import ErrorKind, Observation, ToolCall
from practicum.tools.almanac import functions
from practicum.tools.almanac.calendar import nth_weekday_of_month, weekday_name
from practicum.tools.almanac.money import currency_of_country
from practicum.tools.almanac.text import number_in_words
from practicum.tools.executor import Executor
from practicum.tools.langchain_tools import make_catalog
from practicum.values.calendar_words import WEEKDAY_NAMES

EXECUTOR = Executor(make_catalog(functions()).tools)


async def observe(name: str, *values: Any) -> Observation:
    function = {each.__name__: each for each in functions()}[name]
    names = [key for key in function.__annotations__ if key != "return"]
    return await EXECUTOR.execute(ToolCall(name=name, arguments=dict(zip(names, values, strict=False))))


@pytest.mark.parametrize(
    ("name", "values", "said"),
    [
        ("convert_units", (5, "US gallon", "liter"), "18.9271"),
        ("convert_units", (5, "gallons (US)", "L"), "18.9271"),
        ("convert_units", (1, "kilowatt-hour", "joule"), "3600000.0"),
        ("convert_units", (1, "Nm", "J"), '"value": 1.0'),
        ("convert_units", (20, "degrees celsius", "degrees fahrenheit"), "68.0"),
        ("convert_units", (100, "PS", "kW"), "73.5499"),
        ("convert_units", (1, "pounds per square inch", "bar"), "0.0689476"),
        ("convert_units", (1, "sq. ft", "m2"), "0.092903"),
        ("convert_units", (1, "1/s", "Hz"), '"value": 1.0'),
        ("convert_units", (60, "rpm", "Hz"), '"value": 1.0'),
        ("convert_units", (1, "YB", "TB"), "1000000000000.0"),
        ("describe_unit", ("ohm",), "electric resistance"),
        ("travel_time", (10, "m", 3, "m/s"), "3.33 s"),
        ("isotope", ("tritium", 3), "hydrogen-3"),
        ("isotope", ("caesium", 137), "cesium-137"),
        ("element_property", ("D", "mass"), "2.014102"),
        ("molar_mass", ("(NH4)2SO4",), "132.134"),
        ("molar_mass", ("[Co(NH3)6]Cl3",), "267.469"),
        ("molar_mass", ("CuSO4·5H2O",), "249.677"),
        ("molar_mass", ("K4[Fe(CN)6]·3H2O",), "422.391"),
        ("sun_event", ("Zürich", "2024-06-21", "sunrise"), "05:29"),
        ("sun_event", ("Kyiv", "2024-06-21", "sunrise"), "04:46"),
        ("sun_event", ("Berlin, Germany", "2024-06-21", "sunrise"), "04:43"),
        ("sun_event", ("Washington, D.C.", "2024-06-21", "sunrise"), "Washington DC"),
        ("sun_event", ("Kingston, Jamaica", "2024-06-21", "sunrise"), "05:33"),
        ("utc_offset", ("Europe/Dublin", "2024-01-15"), '"daylight_saving": false'),
        ("utc_offset", ("Europe/Dublin", "2024-07-15"), '"daylight_saving": true'),
        ("add_to_date", ("2024-02-29", 1, "years"), "2025-02-28"),
        ("add_to_date", ("0001-01-31", 1, "months"), "0001-02-28"),
        ("weekday_of_date", (2000, 2, 29), "Tuesday"),
        ("public_holidays", ("UA", 2024), "{}"),  # under martial law there are none
        ("number_in_words", (-5, "pl"), "minus pięć"),
        ("number_in_words", (-21, "cs"), "minus dvacet jedna"),
        ("number_in_words", (-5, "vi"), "âm năm"),
        ("number_in_words", (150, "de", "year"), "einhundertfünfzig"),
        ("number_in_words", (1905, "de", "year"), "neunzehnhundertfünf"),
        ("language_name", ("cmn",), '"speakers": null'),
        ("format_money", (1.005, "USD", "en-US"), "$1.01"),
        ("format_money", (-0.001, "USD", "en-US"), "$0.00"),
        ("convert_currency", (100, "TRL", "EUR", "2004-06-01"), "5.45e-05"),
        ("convert_currency", (100, "USD", "EUR", "2024-03-09"), "91.47"),  # a Saturday
        ("country_fact", ("USA", "languages"), '["en"]'),
        ("country_fact", ("NAM", "currency"), '["NAD", "ZAR"]'),
        ("zip_code_place", ("09001",), '"latitude": null'),
        ("check_isbn", ("978-0-306-40615-7".replace("-", "\N{EN DASH}"),), "0306406152"),
        ("check_isbn", ("ISBN 0306406152",), "9780306406157"),
    ],
)
async def test_an_odd_call_is_understood(name: str, values: tuple[Any, ...], said: str) -> None:
    observation = await observe(name, *values)
    assert observation.ok, observation.text
    assert said in observation.text


@pytest.mark.parametrize(
    ("name", "values", "said"),
    [
        ("convert_units", (1, "mu", "m"), "use a unit such as"),
        ("convert_units", (1, "R", "kelvin"), "use a unit such as"),
        ("convert_units", (-300, "celsius", "kelvin"), "below absolute zero, which is -273.15"),
        ("body_mass_index", (72, "kg", 178, "m"), "check the units"),
        ("isotope", ("tritium", 2), "tritium is hydrogen-3"),
        ("isotope", ("C", 14), "close: carbon"),
        ("element_property", ("fe", "mass"), "symbols look like Fe"),
        ("molar_mass", ("Water",), "symbols of elements, as in H2O"),
        ("sun_event", ("Kingston", "2024-06-21", "sunrise"), "say which: Kingston, Norfolk Island"),
        ("sun_event", ("Lond", "2024-06-21", "sunrise"), "close: London"),
        ("sun_event", ("Munich", "2024-06-21", "sunrise"), "name a capital nearby"),
        ("utc_offset", ("localtime", "2024-01-01"), "No time zone found"),
        ("utc_offset", ("right/UTC", "2024-01-01"), "No time zone found"),
        ("utc_offset", ("UTC+2", "2024-01-01"), "an IANA name such as"),
        ("convert_time_zone", ("23:30", "Pacific/Apia", "UTC", "2011-12-30"), "does not exist"),
        ("add_duration", ("2024-03-05T22:15", "P1M"), "count in days"),
        ("add_duration", ("2024-03-05T22:15", f"P{'9' * 18}D"), "leaves the years 1 to 9999"),
        ("add_duration", ("2024-02-30T22:15", "P1D"), "day is out of range for month"),
        ("add_to_date", ("2023-02-29", 1, "days"), "day is out of range for month"),
        ("add_to_date", ("2024-13-01", 1, "days"), "month must be in 1..12"),
        ("add_to_date", ("0000-01-01", 1, "days"), "year 0 is out of range"),
        ("days_between", ("1900-02-29", "1900-03-01"), "day is out of range for month"),
        ("public_holidays", ("JP", 2100), "known are those of 1949 to 2099"),
        ("add_working_days", ("1800-01-01", 5, "DEU"), "known are those of 1991"),
        ("add_working_days", ("2024-12-24", 1, "ECB"), "alpha-3 code, such as FRA"),
        ("describe_cron", ("*/90 * * * *",), "59 at most"),
        ("number_in_words", (-5, "en", "ordinal"), "only whole numbers from 0 on"),
        ("number_in_words", (-5, "bn"), "from 0 on"),
        ("number_in_words", (-5, "de", "year"), "use cardinal"),
        ("number_in_words", (3, "pl", "ordinal_num"), "use cardinal"),
        ("number_in_words", (0, "es", "ordinal"), "use cardinal"),
        ("number_in_words", (999999999999, "am"), "it goes to 1000000"),
        ("language_name", ("x-klingon",), "codes look like ja"),
        ("language_name", ("de", "tlh"), "no names of languages"),
        ("format_money", (1, "EUR", "de_DE"), "such as de or en-US"),
        ("convert_currency", (100, "ISK", "EUR", "2012-06-01"), "nor for the week before"),
        ("yearly_exchange_rate", ("ISK", 2012), "no ISK rates for 2012"),
        ("currency_of_country", ("UK",), "close: United Kingdom"),
        ("country_fact", ("ATA", "currency"), "no currency on record"),
        ("zip_code_place", ("10001-12",), "must be of the format"),
        ("check_isbn", ("²" * 10,), "is no ISBN"),
        ("calling_code", ("AQ",), "no calling code of its own"),
        ("parse_phone_number", ("030 123456", "de"), "two capital letters, such as GB"),
    ],
)
async def test_a_call_that_a_library_would_answer_wrongly_is_refused(
    name: str, values: tuple[Any, ...], said: str
) -> None:
    observation = await observe(name, *values)
    assert observation.error is ErrorKind.RAISED
    assert said in observation.text


def test_every_country_pays_with_current_tender_its_own_first() -> None:
    from babel.core import get_global
    from babel.numbers import get_currency_name

    from practicum.values.countries import countries

    tender = get_global("territory_currencies")
    assert len(countries()) > 200
    for country in countries().values():
        current = {code for code, _, end, legal in tender.get(country.alpha_2, ()) if legal and end is None}
        if not current:
            continue
        chosen = currency_of_country(country.alpha_2)["currency"]
        own = {code for code in current if code.startswith(country.alpha_2)}
        # The euro came to Bulgaria after babel's data were written.
        assert chosen in (own or current) or country.alpha_2 == "BG", (country.name, chosen)
        assert get_currency_name(chosen, locale="en")
    assert currency_of_country("Bulgaria")["currency"] == "EUR"


@settings(max_examples=150, deadline=None)
@given(
    st.integers(-(10**12), 10**12) | st.integers(-130, 2200),
    st.sampled_from(
        [
            "am",
            "ar",
            "bn",
            "ce",
            "cs",
            "de",
            "en",
            "es",
            "fr",
            "ja",
            "ko",
            "nl",
            "pl",
            "pt",
            "ru",
            "sk",
            "th",
            "vi",
        ]
    ),
    st.sampled_from(["cardinal", "ordinal", "ordinal_num", "year"]),
)
def test_any_number_is_said_or_refused_in_words(value: int, language: str, form: Any) -> None:
    try:
        assert number_in_words(value, language, form)
    except ValueError as error:
        known = ("use ", "only whole", "it goes to", "to era")
        assert any(part in str(error) for part in known)  # noqa: PT017 - both ends are right


def test_weekdays_and_months_are_english_whatever_the_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calendar, "day_name", ("Montag", "Dienstag", "Mittwoch", "Donnerstag"))
    assert nth_weekday_of_month(2026, 11, "Thursday", 4) == "2026-11-26"
    assert tuple(weekday_name(dt.date(2024, 3, day)) for day in range(4, 11)) == WEEKDAY_NAMES
    local = re.compile(r"%[AaBb][^\w ]|\bcalendar\.(?:day|month)_(?:name|abbr)")
    sources = sorted(Path(practicum.__file__).parent.rglob("*.py"))
    assert [path.name for path in sources if local.search(path.read_text("utf-8"))] == []

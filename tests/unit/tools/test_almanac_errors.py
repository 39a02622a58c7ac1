"""Wrong calls of every tool of the almanac: the error says what would be right."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.tools import StructuredTool

from practicum.tools.almanac import functions

WRONG: tuple[tuple[str, dict[str, Any], str], ...] = (
    (
        "convert_units",
        {"value": 70, "from_unit": "kilos", "to_unit": "pound"},
        "use a unit such as .*kilogram",
    ),
    (
        "convert_units",
        {"value": 5, "from_unit": "kg", "to_unit": "mile"},
        r"'kilogram' \(\[mass\]\) to 'mile'",
    ),
    ("describe_unit", {"unit": "bananas"}, "not defined in the unit registry"),
    ("travel_time", {"distance": 1, "distance_unit": "kg", "speed": 1, "speed_unit": "mph"}, r"\[mass\]"),
    (
        "body_mass_index",
        {"weight": 160, "weight_unit": "lbs", "height": 70, "height_unit": "in"},
        "'kg', 'lb' or 'stone'",
    ),
    (
        "convert_fuel_economy",
        {"figure": 30, "from_measure": "mpg", "to_measure": "mpg_us"},
        "'mpg_us', 'mpg_uk'",
    ),
    ("format_file_size", {"size_bytes": 1, "system": "SI"}, "one of: decimal, binary"),
    (
        "element_property",
        {"element": "Fe", "property": "melting point"},
        "one of: name, number, mass, density",
    ),
    ("element_property", {"element": "Xx", "property": "mass"}, "unknown element Xx"),
    ("element_property", {"element": "n", "property": "mass"}, "unknown element n"),
    ("molar_mass", {"formula": "H2Xx"}, "unknown element Xx"),
    ("molar_mass", {"formula": "NaCl0"}, "element without atoms"),
    ("mass_composition", {"compound": "CO2(g)"}, "capitals matter, as in H2O"),
    ("isotope", {"element": "carbon", "mass_number": 99}, "its mass numbers are 8 to 22"),
    ("add_to_date", {"date": "2024-02-30", "amount": 1, "unit": "days"}, "day is out of range for month"),
    ("add_to_date", {"date": "2024-02-29", "amount": 9999, "unit": "years"}, "year 12023 is out of range"),
    ("weekday_of_date", {"year": 2023, "month": 2, "day": 29}, "day is out of range for month"),
    ("days_between", {"start_date": "5 March", "end_date": "2024-12-24"}, "should match pattern"),
    ("public_holidays", {"country": "XX", "year": 2024}, "Country XX not available"),
    (
        "add_working_days",
        {"date": "2024-12-24", "working_days": 1, "country": "DE"},
        "alpha-3 code, such as FRA",
    ),
    (
        "convert_calendar_date",
        {"year": 2024, "month": 1, "day": 1, "calendar": "Jewish"},
        "one of: hebrew, islamic, persian",
    ),
    (
        "nth_weekday_of_month",
        {"year": 2024, "month": 5, "weekday": "Monday", "n": 5},
        "2024-05 has 4 Mondays",
    ),
    ("convert_currency", {"amount": 1, "from_currency": "USD", "to_currency": "ABC"}, "one of: AUD, BGN"),
    (
        "convert_currency",
        {"amount": 1, "from_currency": "USD", "to_currency": "RUB", "date": "2024-03-05"},
        "not in RUB bounds 2005-04-01/2022-03-01",
    ),
    ("yearly_exchange_rate", {"currency": "RUB", "year": 2024}, "not in RUB bounds 2005-04-01/2022-03-01"),
    ("currency_of_country", {"country": "Turkey"}, "close: Türkiye"),
    ("currency_of_country", {"country": "Antarctica"}, "no currency of its own"),
    ("format_money", {"amount": 1, "currency": "EUR", "language": "german"}, "unknown locale 'german'"),
    ("airport_distance", {"origin": "lhr", "destination": "JFK"}, "its IATA code is LHR"),
    ("airport_details", {"icao_code": "FRA"}, "its ICAO code is EDDF"),
    ("country_fact", {"country": "BRA", "fact": "capital"}, "one of: name, alpha-2"),
    ("country_fact", {"country": "BR", "fact": "name"}, "alpha-3 code, such as BRA"),
    ("zip_code_place", {"zip_code": "1000"}, "must be of the format"),
    ("zip_code_place", {"zip_code": "00000"}, "no place has the ZIP code"),
    ("subdivision_details", {"code": "DE-BV"}, "codes of that country are DE-BB"),
    ("subdivision_details", {"code": "Bav"}, "a code looks like US-CA"),
    (
        "convert_time_zone",
        {"time": "15:00", "from_zone": "New York", "to_zone": "UTC", "date": "2024-03-05"},
        "close: America/New_York",
    ),
    (
        "convert_time_zone",
        {"time": "02:30", "from_zone": "Europe/Berlin", "to_zone": "UTC", "date": "2024-03-31"},
        "clocks go forward then",
    ),
    ("utc_offset", {"time_zone": "PST", "date": "2024-03-05"}, "an IANA name such as Europe/Paris"),
    ("sun_event", {"city": "London", "date": "2024-06-21", "event": "moonrise"}, "one of: dawn, sunrise"),
    (
        "sun_event",
        {"city": "Reykjavik", "date": "2024-06-21", "event": "dawn"},
        "Sun never reaches 6 degrees",
    ),
    ("sun_event", {"city": "Europe", "date": "2024-06-21", "event": "dawn"}, "name one of its cities"),
    (
        "sun_event",
        {"city": "Atlantis", "date": "2024-06-21", "event": "dawn"},
        "only capitals and large cities",
    ),
    ("moon_phase", {"date": "2024-13-01"}, "month must be in 1..12"),
    ("add_duration", {"start": "2024-03-05T22:15", "duration": "90 minutes"}, "write it like PT1H30M"),
    ("add_duration", {"start": "2024-03-05T22:15", "duration": "PT"}, "write it like PT1H30M"),
    ("describe_cron", {"expression": "61 * * * *"}, "not acceptable, out of range"),
    ("describe_cron", {"expression": "R * * * *"}, "'r' is no month or weekday"),
    ("next_cron_runs", {"expression": "@daily", "after": "2024-03-05T08:00"}, "not 5: minute hour day"),
    ("next_cron_runs", {"expression": "0 0 31 2 *", "after": "2024-03-05T08:00"}, "failed to find next date"),
    ("parse_phone_number", {"phone": "call me", "country": "US"}, "did not seem to be a phone number"),
    ("format_phone_number", {"number": "020 8366 1177", "style": "E164"}, "invalid default region"),
    ("format_phone_number", {"number": "+4420", "style": "E164"}, "wrong length for its country"),
    ("calling_code", {"country": "UK"}, "two capital letters, such as FR"),
    ("check_iban", {"iban": "DE89370400440532013001"}, "Invalid checksum digits"),
    ("bank_of_bic", {"bic": "DEUTDE"}, "Invalid length '6'"),
    ("check_isbn", {"isbn": "978-0-306-40615-8"}, "it should be 7"),
    ("check_isbn", {"isbn": "978-0-306"}, "7 characters, not 10 or 13 digits"),
    ("check_isbn", {"isbn": "9770306406157"}, "must begin with 978 or 979"),
    ("name_uuid", {"name": "python.org", "namespace": "web"}, "'dns', 'url', 'oid' or 'x500'"),
    ("number_in_words", {"value": 42, "language": "xx"}, "use one of: am, ar"),
    ("number_in_words", {"value": 3, "language": "sv", "form": "year"}, "use cardinal"),
    ("roman_numeral", {"value": 4000}, "less than or equal to 3999"),
    ("hash_text", {"text": "abc", "algorithm": "SHA-256"}, "'md5', 'sha1', 'sha256'"),
    ("language_name", {"language": "zz"}, "codes look like ja or pt-BR"),
    ("language_name", {"language": "german"}, "Expected a language code, got 'german'"),
)


@pytest.fixture(scope="module")
def tools() -> dict[str, StructuredTool]:
    return {function.__name__: StructuredTool.from_function(function) for function in functions()}


@pytest.mark.parametrize(("name", "arguments", "message"), WRONG)
def test_a_wrong_call_says_what_would_be_right(
    tools: dict[str, StructuredTool], name: str, arguments: dict[str, Any], message: str
) -> None:
    # Each library has errors of its own; what they have in common is that they teach.
    with pytest.raises(Exception, match=message):
        tools[name].invoke(arguments)


def test_every_tool_has_a_wrong_call_here() -> None:
    assert {case[0] for case in WRONG} == {function.__name__ for function in functions()}

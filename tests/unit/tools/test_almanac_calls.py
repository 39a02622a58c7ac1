"""Every tool of the almanac, called rightly as an agent calls it."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.tools import StructuredTool

from practicum.tools.almanac import functions

Case = tuple[str, dict[str, Any], Any]

MPG, LITRES = "mpg_us", "l_per_100km"

QUANTITIES: tuple[Case, ...] = (
    ("convert_units", {"value": 5, "from_unit": "mile", "to_unit": "km"}, {"value": 8.04672}),
    ("convert_units", {"value": 20, "from_unit": "celsius", "to_unit": "degF"}, {"value": 68.0}),
    ("convert_units", {"value": 3, "from_unit": "Square Feet", "to_unit": "m^2"}, {"unit": "meter²"}),
    ("describe_unit", {"unit": "psi"}, {"measures": "pressure", "symbol": "psi"}),
    ("describe_unit", {"unit": "mph"}, {"measures": "speed", "one_is": "0.44704 meter/second"}),
    (
        "travel_time",
        {"distance": 120, "distance_unit": "km", "speed": 80, "speed_unit": "km/h"},
        {"hours": 1.5},
    ),
    (
        "travel_time",
        {"distance": 26.2, "distance_unit": "mile", "speed": 10, "speed_unit": "km/h"},
        {"duration": "4 h 13 min"},
    ),
    (
        "body_mass_index",
        {"weight": 72, "weight_unit": "kg", "height": 178, "height_unit": "cm"},
        {"bmi": 22.7, "class": "normal"},
    ),
    (
        "body_mass_index",
        {"weight": 230, "weight_unit": "lb", "height": 70, "height_unit": "in"},
        {"bmi": 33.0, "class": "obese"},
    ),
    ("convert_fuel_economy", {"figure": 30, "from_measure": MPG, "to_measure": LITRES}, {"figure": 7.84}),
    (
        "convert_fuel_economy",
        {"figure": 5, "from_measure": LITRES, "to_measure": "km_per_l"},
        {"figure": 20.0},
    ),
    ("format_file_size", {"size_bytes": 1536, "system": "binary"}, "1.5 KiB"),
    ("format_file_size", {"size_bytes": 999999, "system": "decimal"}, "1 MB"),
    ("element_property", {"element": "Fe", "property": "density"}, {"value": 7.874, "unit": "g/cm^3"}),
    ("element_property", {"element": "O", "property": "number"}, {"element": "oxygen", "value": 8}),
    ("molar_mass", {"formula": "H2O"}, {"grams_per_mole": 18.015}),
    ("molar_mass", {"formula": "(NH4)2SO4"}, {"atoms": {"N": 2, "H": 8, "S": 1, "O": 4}}),
    ("mass_composition", {"compound": "NaCl"}, {"Na": 39.34, "Cl": 60.66}),
    ("mass_composition", {"compound": "Fe2O3"}, {"Fe": 69.94}),
    ("isotope", {"element": "carbon", "mass_number": 14}, {"mass_u": 14.003242, "abundance_percent": 0}),
    ("isotope", {"element": "chlorine", "mass_number": 35}, {"abundance_percent": 75.8}),
    ("isotope", {"element": "uranium", "mass_number": 238}, {"abundance_percent": None}),
)

DAYS: tuple[Case, ...] = (
    ("add_to_date", {"date": "2024-01-31", "amount": 1, "unit": "months"}, {"date": "2024-02-29"}),
    ("add_to_date", {"date": "2024-03-05", "amount": -2, "unit": "weeks"}, {"date": "2024-02-20"}),
    ("add_to_date", {"date": "2024-02-29", "amount": -1, "unit": "years"}, {"date": "2023-02-28"}),
    ("weekday_of_date", {"year": 1969, "month": 7, "day": 20}, {"weekday": "Sunday", "day_of_year": 201}),
    ("weekday_of_date", {"year": 2000, "month": 1, "day": 1}, {"weekday": "Saturday", "iso_week": 52}),
    ("days_between", {"start_date": "2024-03-05", "end_date": "2024-12-24"}, {"days": 294, "weekdays": 210}),
    ("days_between", {"start_date": "2024-03-09", "end_date": "2024-03-01"}, {"days": -8, "weekdays": -6}),
    ("public_holidays", {"country": "DE", "year": 2024}, {"2024-10-03": "German Unity Day"}),
    ("public_holidays", {"country": "US", "year": 2027}, {"2027-11-25": "Thanksgiving Day"}),
    (
        "add_working_days",
        {"date": "2024-03-28", "working_days": 5, "country": "FRA"},
        {"date": "2024-04-05", "weekday": "Friday"},
    ),
    ("add_working_days", {"date": "2024-12-24", "working_days": 1, "country": "DEU"}, {"date": "2024-12-27"}),
    (
        "convert_calendar_date",
        {"year": 2024, "month": 10, "day": 3, "calendar": "hebrew"},
        {"year": 5785, "month": 7, "day": 1, "month_name": "Tishri"},
    ),
    (
        "convert_calendar_date",
        {"year": 2024, "month": 3, "day": 11, "calendar": "islamic"},
        {"year": 1445, "month": 9, "day": 1},
    ),
    (
        "convert_calendar_date",
        {"year": 1752, "month": 9, "day": 14, "calendar": "julian"},
        {"year": 1752, "month": 9, "day": 3},
    ),
    ("nth_weekday_of_month", {"year": 2026, "month": 11, "weekday": "Thursday", "n": 4}, "2026-11-26"),
    ("nth_weekday_of_month", {"year": 2024, "month": 5, "weekday": "Monday", "n": -1}, "2024-05-27"),
    (
        "convert_time_zone",
        {"time": "15:00", "from_zone": "America/New_York", "to_zone": "Asia/Tokyo", "date": "2024-03-05"},
        {"date": "2024-03-06", "time": "05:00"},
    ),
    (
        "convert_time_zone",
        {"time": "23:30", "from_zone": "UTC", "to_zone": "Asia/Kolkata", "date": "2024-12-31"},
        {"date": "2025-01-01", "time": "05:00", "utc_offset": "+05:30"},
    ),
    (
        "utc_offset",
        {"time_zone": "Europe/Berlin", "date": "2024-07-01"},
        {"utc_offset": "+02:00", "daylight_saving": True},
    ),
    (
        "utc_offset",
        {"time_zone": "America/New_York", "date": "2024-01-15"},
        {"utc_offset": "-05:00", "abbreviation": "EST"},
    ),
    ("sun_event", {"city": "London", "date": "2024-06-21", "event": "sunrise"}, {"time": "04:43"}),
    ("sun_event", {"city": "Nairobi", "date": "2024-06-21", "event": "sunset"}, {"time": "18:35"}),
    ("moon_phase", {"date": "2024-03-25"}, {"phase": "full moon"}),
    ("moon_phase", {"date": "2024-04-08"}, {"phase": "new moon"}),
    ("add_duration", {"start": "2024-03-05T22:15", "duration": "P2DT4H"}, {"date_time": "2024-03-08T02:15"}),
    ("add_duration", {"start": "2024-03-05T22:15", "duration": "-PT45M"}, {"date_time": "2024-03-05T21:30"}),
    ("describe_cron", {"expression": "0 8 * * 1"}, "At 08:00 AM, only on Monday"),
    ("describe_cron", {"expression": "*/15 * * * *"}, "Every 15 minutes"),
    (
        "next_cron_runs",
        {"expression": "0 8 * * mon", "after": "2024-03-05T08:00", "count": 1},
        ["2024-03-11T08:00"],
    ),
    (
        "next_cron_runs",
        {"expression": "0 0 29 2 *", "after": "2024-03-05T08:00", "count": 2},
        ["2028-02-29T00:00", "2032-02-29T00:00"],
    ),
)

PLACES_AND_MONEY: tuple[Case, ...] = (
    (
        "convert_currency",
        {"amount": 100, "from_currency": "USD", "to_currency": "EUR", "date": "2024-03-05"},
        {"amount": 92.17, "currency": "EUR"},
    ),
    (
        "convert_currency",
        {"amount": 100, "from_currency": "GBP", "to_currency": "JPY"},
        {"date": "2025-06-30"},
    ),
    ("yearly_exchange_rate", {"currency": "USD", "year": 2008}, {"lowest": 1.246, "highest": 1.599}),
    ("yearly_exchange_rate", {"currency": "GBP", "year": 2023}, {"lowest": 0.8511, "highest": 0.8934}),
    ("currency_of_country", {"country": "Switzerland"}, {"currency": "CHF", "decimals": 2}),
    ("currency_of_country", {"country": "Japan"}, {"currency": "JPY", "name": "Japanese Yen", "decimals": 0}),
    (
        "format_money",
        {"amount": 1234.5, "currency": "EUR", "language": "de-DE"},
        "1.234,50\N{NO-BREAK SPACE}€",
    ),
    ("format_money", {"amount": -20, "currency": "JPY", "language": "en-US"}, "-¥20"),
    ("airport_distance", {"origin": "LHR", "destination": "JFK"}, {"distance": 5540, "unit": "km"}),
    ("airport_distance", {"origin": "LHR", "destination": "JFK", "unit": "mi"}, {"distance": 3442}),
    ("airport_details", {"icao_code": "EDDF"}, {"iata": "FRA", "country": "DE"}),
    ("airport_details", {"icao_code": "KSFO"}, {"iata": "SFO", "city": "San Francisco"}),
    ("country_fact", {"country": "BRA", "fact": "currency"}, ["BRL"]),
    ("country_fact", {"country": "CHE", "fact": "languages"}, ["de", "fr", "it"]),
    ("zip_code_place", {"zip_code": "10001"}, {"city": "New York", "state": "NY"}),
    ("zip_code_place", {"zip_code": "94103"}, {"county": "San Francisco County"}),
    ("subdivision_details", {"code": "DE-BY"}, {"name": "Bayern", "country": "Germany"}),
    ("subdivision_details", {"code": "US-CA"}, {"name": "California", "type": "State"}),
    (
        "parse_phone_number",
        {"phone": "020 8366 1177", "country": "GB"},
        {"e164": "+442083661177", "place": "London"},
    ),
    ("parse_phone_number", {"phone": "123", "country": "GB"}, {"valid": False}),
    ("format_phone_number", {"number": "+442083661177", "style": "NATIONAL"}, "020 8366 1177"),
    ("format_phone_number", {"number": "+442083661177", "style": "RFC3966"}, "tel:+44-20-8366-1177"),
    ("calling_code", {"country": "FR"}, {"calling_code": "+33"}),
    ("calling_code", {"country": "NZ"}, {"calling_code": "+64"}),
)

WRITINGS: tuple[Case, ...] = (
    ("check_iban", {"iban": "DE89370400440532013000"}, {"bank": "Commerzbank", "bank_code": "37040044"}),
    ("check_iban", {"iban": "GB29 NWBK 6016 1331 9268 19"}, {"country": "GB", "bank_code": "NWBK"}),
    ("bank_of_bic", {"bic": "DEUTDEFF"}, {"country": "Germany", "banks": ["Deutsche Bank"]}),
    ("bank_of_bic", {"bic": "COBADEFFXXX"}, {"branch": "head office"}),
    ("check_isbn", {"isbn": "978-0-306-40615-7"}, {"isbn13": "9780306406157", "isbn10": "0306406152"}),
    ("check_isbn", {"isbn": "080442957X"}, {"isbn13": "9780804429573"}),
    ("check_isbn", {"isbn": "9791034304547"}, {"isbn10": None}),
    ("name_uuid", {"name": "example.org", "namespace": "dns"}, "aad03681-8b63-5304-89e0-8ca8f49461b5"),
    ("name_uuid", {"name": "python.org", "namespace": "url"}, "7af94e2b-4dd9-50f0-9c9a-8a48519bdef0"),
    ("number_in_words", {"value": 42, "language": "fr"}, "quarante-deux"),
    ("number_in_words", {"value": 1984, "language": "en", "form": "year"}, "nineteen eighty-four"),
    ("roman_numeral", {"value": 1999}, "MCMXCIX"),
    ("roman_numeral", {"value": 14}, "XIV"),
    ("hash_text", {"text": "hello world", "algorithm": "md5"}, "5eb63bbbe01eeed093cb22bb8f5acdc3"),
    ("hash_text", {"text": "abc", "algorithm": "sha1"}, "a9993e364706816aba3e25717850c26c9cd0d89d"),
    ("language_name", {"language": "ja"}, {"name": "Japanese", "own_name": "日本語"}),
    ("language_name", {"language": "pt-BR", "display_language": "fr"}, {"name": "portugais (Brésil)"}),
)

RIGHT = QUANTITIES + DAYS + PLACES_AND_MONEY + WRITINGS


@pytest.fixture(scope="module")
def tools() -> dict[str, StructuredTool]:
    return {function.__name__: StructuredTool.from_function(function) for function in functions()}


@pytest.mark.parametrize(("name", "arguments", "expected"), RIGHT)
def test_a_right_call_returns_what_is_known(
    tools: dict[str, StructuredTool], name: str, arguments: dict[str, Any], expected: Any
) -> None:
    result = tools[name].invoke(arguments)
    if isinstance(expected, dict):
        assert {key: result[key] for key in expected} == expected
    else:
        assert result == expected


def test_every_tool_has_two_right_calls_here() -> None:
    right = [case[0] for case in RIGHT]
    assert [f.__name__ for f in functions() if right.count(f.__name__) < 2] == []

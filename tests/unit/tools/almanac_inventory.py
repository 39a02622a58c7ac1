"""What is known of the almanac's tools that their schemas do not say.

Which library answers, what a format is where the schema is silent, and which parameters can only be
learned from errors.
"""

from __future__ import annotations

LIBRARIES: dict[str, str] = {
    "add_duration": "python",
    "add_to_date": "python",
    "add_working_days": "holidays",
    "airport_details": "airportsdata",
    "airport_distance": "haversine",
    "bank_of_bic": "schwifty",
    "body_mass_index": "pint",
    "calling_code": "phonenumbers",
    "check_iban": "schwifty",
    "check_isbn": "python",
    "convert_calendar_date": "convertdate",
    "convert_currency": "CurrencyConverter",
    "convert_fuel_economy": "python",
    "convert_time_zone": "tzdata",
    "convert_units": "pint",
    "country_fact": "pycountry",
    "currency_of_country": "babel",
    "days_between": "python",
    "describe_cron": "cron-descriptor",
    "describe_unit": "pint",
    "element_property": "periodictable",
    "format_file_size": "python",
    "format_money": "babel",
    "format_phone_number": "phonenumbers",
    "hash_text": "python",
    "isotope": "periodictable",
    "language_name": "langcodes",
    "mass_composition": "periodictable",
    "molar_mass": "periodictable",
    "moon_phase": "astral",
    "name_uuid": "python",
    "next_cron_runs": "croniter",
    "nth_weekday_of_month": "python",
    "number_in_words": "num2words",
    "parse_phone_number": "phonenumbers",
    "public_holidays": "holidays",
    "roman_numeral": "python",
    "subdivision_details": "pycountry",
    "sun_event": "astral",
    "travel_time": "pint",
    "utc_offset": "tzdata",
    "weekday_of_date": "python",
    "yearly_exchange_rate": "CurrencyConverter",
    "zip_code_place": "zipcodes",
}
"""The distribution whose data or rules answer, by tool; ``python`` is the standard library."""

UNLISTED: frozenset[tuple[str, str]] = frozenset(
    {
        ("convert_calendar_date", "calendar"),
        ("country_fact", "fact"),
        ("element_property", "property"),
        ("format_file_size", "system"),
        ("sun_event", "event"),
    }
)
"""Parameters with a closed set of values that the schema leaves out: the error lists them."""

IMPLICIT_FORMATS: dict[tuple[str, str], str] = {
    ("add_working_days", "date"): "date",
    ("add_working_days", "country"): "country",
    ("airport_details", "icao_code"): "airport",
    ("bank_of_bic", "bic"): "bic",
    ("calling_code", "country"): "country",
    ("convert_calendar_date", "month"): "month",
    ("convert_currency", "date"): "date",
    ("days_between", "end_date"): "date",
    ("describe_unit", "unit"): "unit",
    ("isotope", "element"): "element",
    ("language_name", "language"): "language",
    ("mass_composition", "compound"): "formula",
    ("moon_phase", "date"): "date",
    ("next_cron_runs", "after"): "date-time",
    ("number_in_words", "language"): "language",
    ("parse_phone_number", "phone"): "phone",
    ("travel_time", "distance_unit"): "unit",
    ("utc_offset", "date"): "date",
    ("weekday_of_date", "month"): "month",
    ("yearly_exchange_rate", "currency"): "currency",
}
"""Formats to be recognised by name and description: these parameters carry no ``format`` key."""

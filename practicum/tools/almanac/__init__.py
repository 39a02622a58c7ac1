"""The almanac: real, read-only tools over libraries that carry their own data.

Nothing here reads the clock, the network or a file of the user's: the same call
has the same result in every run, for the same versions of the libraries.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from practicum.errors import SetupError
from practicum.tools.almanac import (
    calendar,
    chemistry,
    cron,
    identifiers,
    money,
    phone,
    places,
    text,
    time,
    units,
)

GROUPS: dict[str, tuple[Callable[..., Any], ...]] = {
    "everyday": (
        units.convert_units,
        money.convert_currency,
        time.convert_time_zone,
        calendar.add_to_date,
        calendar.public_holidays,
        places.airport_distance,
        chemistry.element_property,
    ),
    "units": (
        units.convert_units,
        units.describe_unit,
        units.travel_time,
        units.body_mass_index,
        units.convert_fuel_economy,
        units.format_file_size,
    ),
    "calendar": (
        calendar.add_to_date,
        calendar.weekday_of_date,
        calendar.days_between,
        calendar.public_holidays,
        calendar.add_working_days,
        calendar.convert_calendar_date,
        calendar.nth_weekday_of_month,
    ),
    "money": (
        money.convert_currency,
        money.yearly_exchange_rate,
        money.currency_of_country,
        money.format_money,
    ),
    "places": (
        places.airport_distance,
        places.airport_details,
        places.country_fact,
        places.zip_code_place,
        places.subdivision_details,
    ),
    "time": (
        time.convert_time_zone,
        time.utc_offset,
        time.sun_event,
        time.moon_phase,
        time.add_duration,
    ),
    "chemistry": (
        chemistry.element_property,
        chemistry.molar_mass,
        chemistry.mass_composition,
        chemistry.isotope,
    ),
    "identifiers": (
        identifiers.check_iban,
        identifiers.bank_of_bic,
        identifiers.check_isbn,
        identifiers.name_uuid,
    ),
    "phone": (phone.parse_phone_number, phone.format_phone_number, phone.calling_code),
    "cron": (cron.describe_cron, cron.next_cron_runs),
    "text": (text.number_in_words, text.roman_numeral, text.hash_text, text.language_name),
}
"""The tools by group; a tool may be in a topical group and in ``everyday``."""


def functions(group: str | None = None) -> tuple[Callable[..., Any], ...]:
    """Return the tools of ``group`` in its order, or each tool once when it is None.

    Raises:
        SetupError: there is no such group.
    """
    if group is None:
        return tuple(dict.fromkeys(function for tools in GROUPS.values() for function in tools))
    if group not in GROUPS:
        raise SetupError(f"the almanac has no group {group!r}", f"use one of: {', '.join(GROUPS)}")
    return GROUPS[group]

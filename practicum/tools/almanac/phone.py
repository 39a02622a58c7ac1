"""Tools about telephone numbers."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from practicum.tools.almanac.fields import choice, text
from practicum.tools.effects import read_only

Style = Literal["INTERNATIONAL", "NATIONAL", "E164", "RFC3966"]


@read_only
def parse_phone_number(
    phone: Annotated[str, text("Telephone number as it was written down", "020 8366 1177", longest=30)],
    country: Annotated[
        str, text("Country it is dialled in, as ISO alpha-2 code", "GB", longest=2, json_format="country")
    ],
) -> dict[str, Any]:
    """Read a telephone number as dialled in a country: whether it exists, its type and its place.

    Returns: the number in E.164 form, whether it is valid, its type, and its place in English.
    Raises: NumberParseException for text that is no number, ValueError for an unknown country.
    """
    import phonenumbers
    from phonenumbers import geocoder

    try:
        parsed = phonenumbers.parse(phone, country)
    except phonenumbers.NumberParseException as error:
        if error.error_type != phonenumbers.NumberParseException.INVALID_COUNTRY_CODE:
            raise
        raise ValueError(f"{error} The country must be two capital letters, such as GB.") from error
    kind = phonenumbers.number_type(parsed)
    return {
        "e164": phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164),
        "valid": phonenumbers.is_valid_number(parsed),
        "type": phonenumbers.PhoneNumberType.to_string(kind).lower().replace("_", " "),
        "place": geocoder.description_for_number(parsed, "en"),
    }


@read_only
def format_phone_number(
    number: Annotated[
        str,
        text(
            "Telephone number in E.164 form, with + and country code",
            "+442083661177",
            longest=16,
            json_format="phone",
        ),
    ],
    style: Annotated[Style, choice("How to write it", "NATIONAL")],
) -> str:
    """Write an international telephone number in another style, with its usual grouping.

    Returns: the number.
    Raises: ValueError for text that is no number, or one that can't exist.
    """
    import phonenumbers

    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException as error:
        raise ValueError(f"{error} Write it with + and the country code, such as +442083661177.") from error
    if not phonenumbers.is_possible_number(parsed):
        raise ValueError(f"{number!r} can't be a telephone number: wrong length for its country")
    return phonenumbers.format_number(parsed, getattr(phonenumbers.PhoneNumberFormat, style))


@read_only
def calling_code(
    country: Annotated[str, text("Two-letter ISO code of the country", "FR", "NZ", longest=2)],
) -> dict[str, Any]:
    """Tell the international calling code of a country, and what a number there looks like.

    Returns: the code with its plus sign, and an example number.
    Raises: ValueError for a code that no country has.
    """
    import phonenumbers
    import pycountry

    code = phonenumbers.country_code_for_region(country)
    if not code and pycountry.countries.get(alpha_2=country) and country.isupper():  # pycountry folds case
        raise ValueError(f"{country} has no calling code of its own")
    if not code:
        raise ValueError(f"Missing or invalid region {country!r}: it must be two capital letters, such as FR")
    example = phonenumbers.example_number(country)
    style = phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return {
        "calling_code": f"+{code}",
        "example": phonenumbers.format_number(example, style) if example else None,
    }

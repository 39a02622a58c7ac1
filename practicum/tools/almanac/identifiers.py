"""Tools about bank accounts, books and other things with a check digit."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from practicum.tools.almanac.fields import choice, text
from practicum.tools.effects import read_only


@read_only
def check_iban(
    iban: Annotated[
        str, text("International bank account number", "DE89370400440532013000", json_format="iban")
    ],
) -> dict[str, Any]:
    """Check a bank account number (IBAN) and tell which bank and country it belongs to.

    Returns: the number in groups of four, country, bank code, bank and BIC where they are known.
    Raises: schwifty's errors, which say what is wrong: length, country or check digits.
    """
    from schwifty import IBAN

    parsed = IBAN(iban)
    return {
        "iban": parsed.formatted,
        "country": parsed.country_code,
        "bank_code": parsed.bank_code,
        "bank": parsed.bank_name,
        "bic": str(parsed.bic) if parsed.bic else None,
    }


@read_only
def bank_of_bic(
    bic: Annotated[str, text("Bank identifier of 8 or 11 characters (BIC, SWIFT)", "DEUTDEFF", longest=11)],
) -> dict[str, Any]:
    """Tell which bank and country a BIC or SWIFT code belongs to.

    Returns: the country's name, the banks, and the branch code.
    Raises: schwifty's errors, which say what is wrong: length, structure or country.
    """
    from schwifty import BIC

    parsed = BIC(bic)
    country = parsed.country.name if parsed.country else parsed.country_code
    branch = "head office" if parsed.branch_code in {"", "XXX"} else parsed.branch_code
    names = list(dict.fromkeys(parsed.bank_names))
    return {"country": country, "banks": names[:5], "branch": branch}


@read_only
def check_isbn(
    isbn: Annotated[
        str, text("ISBN of 10 or 13 digits", "978-0-306-40615-7", longest=17, json_format="isbn")
    ],
) -> dict[str, Any]:
    """Check a book's ISBN and give it in its 13 digit form.

    Returns: the ISBN of 13 digits, and the one of 10 where there is one.
    Raises: ValueError that says what is wrong: length, prefix or check digit.
    """
    digits = re.sub("[- \u2010-\u2015]|^ISBN(?:-1[03])?:?", "", isbn.upper())
    if len(digits) not in {10, 13} or not re.fullmatch("[0-9]+[0-9X]", digits):
        raise ValueError(f"{isbn!r} is no ISBN: it has {len(digits)} characters, not 10 or 13 digits")
    if len(digits) == 13 and digits[:3] not in {"978", "979"}:
        raise ValueError(f"{isbn!r} is no ISBN: the 13 digits must begin with 978 or 979")
    expected = _check_digit(digits[:-1])
    if digits[-1] != expected:
        raise ValueError(f"The check digit of {isbn!r} is invalid: it should be {expected}")
    core = digits[:-1] if len(digits) == 10 else digits[3:-1]
    short = None if digits.startswith("979") and len(digits) == 13 else core + _check_digit(core)
    long = digits if len(digits) == 13 else f"978{core}{_check_digit(f'978{core}')}"
    return {"isbn13": long, "isbn10": short}


def _check_digit(body: str) -> str:
    """The check digit after 9 digits (ISBN-10) or 12 (ISBN-13), as in ISO 2108."""
    if len(body) == 9:
        value = -sum((10 - place) * int(digit) for place, digit in enumerate(body)) % 11
        return "X" if value == 10 else str(value)
    return str(-sum((1, 3)[place % 2] * int(digit) for place, digit in enumerate(body)) % 10)


@read_only
def name_uuid(
    name: Annotated[str, text("Name to make an identifier for", "example.org", longest=200)],
    namespace: Annotated[Literal["dns", "url", "oid", "x500"], choice("What kind of name it is", "dns")],
) -> str:
    """Make the UUID (version 5) that belongs to a name such as a domain or a web address.

    Returns: the UUID; the same name always has the same one.
    """
    import uuid

    spaces = {
        "dns": uuid.NAMESPACE_DNS,
        "url": uuid.NAMESPACE_URL,
        "oid": uuid.NAMESPACE_OID,
        "x500": uuid.NAMESPACE_X500,
    }
    return str(uuid.uuid5(spaces[namespace], name))

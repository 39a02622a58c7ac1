"""Telephone numbers: E.164, or as they were written."""

from __future__ import annotations

import random
import re
from typing import Any

from practicum.values.countries import resolve_countries
from practicum.values.registry import ValueFormat
from practicum.values.slots import Slot
from practicum.values.spans import Span, settle, span

_WRITTEN = re.compile(r"(?<![\w+.,])(?:\+|\(\+?)?\d[\d()./ \u00a0-]{4,24}\d(?![\w]|[.,]\d)")
_DATE = re.compile(r"\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{2,4}")
_REGIONS = ("US", "GB", "DE", "FR", "IN", "AU", "BR", "JP", "ES", "IT", "CA", "NL")


def resolve_phones(text: str) -> list[Span]:
    """Return the telephone numbers of ``text``: as written, then in E.164 where a country is told."""
    told = [s.values[0] for s in resolve_countries(text)]
    found = []
    for match in _WRITTEN.finditer(text):
        written = match.group()
        if 6 < sum(map(str.isdigit, written)) < 16 and not _DATE.fullmatch(written):
            e164 = _e164(written, told[0] if told else None)
            values = (written, e164) if e164 else (written,)
            international = written.startswith("+") and e164 is not None
            found.append(span(text, match.start(), match.end(), *((e164,) if international else values)))
    return settle(found)


def _e164(written: str, region: str | None) -> str | None:
    import phonenumbers

    try:
        parsed = phonenumbers.parse(written, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed):
        return None
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))


def _written_as(e164: str, style: str) -> str:
    import phonenumbers

    kind = getattr(phonenumbers.PhoneNumberFormat, style)
    return str(phonenumbers.format_number(phonenumbers.parse(e164), kind))


def _verbalise(value: Any) -> tuple[str, ...]:
    e164 = _e164(str(value), None)
    if e164 is None:
        return (str(value),) if _WRITTEN.fullmatch(str(value)) else ()
    return (_written_as(e164, "INTERNATIONAL"), e164)


def _canonical(value: Any) -> Any:
    return _e164(str(value), None) or re.sub(r"\D", "", str(value)) or value


def _forms(value: Any, _: Slot) -> tuple[Any, ...]:
    e164 = _e164(str(value), None)
    if e164 is None:
        return (str(value), None, str(value))
    return (e164, _written_as(e164, "INTERNATIONAL"), _written_as(e164, "NATIONAL"))


def _draw(rng: random.Random) -> str | None:
    import phonenumbers

    region = rng.choice(_REGIONS)
    kinds = phonenumbers.PhoneNumberType
    kind = rng.choice((kinds.FIXED_LINE, kinds.MOBILE))
    example = phonenumbers.example_number_for_type(region, kind)
    return str(phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)) if example else None


FORMATS = (
    ValueFormat(
        "phone", _verbalise, resolve_phones, _draw, _canonical, _forms,
        (r"E\.?164", "international format", "national format|as dialled"),
    ),
)  # fmt: skip

"""Bank account numbers (IBAN, ISO 13616) and bank identifiers (BIC, ISO 9362)."""

from __future__ import annotations

import random
import re
from typing import Any

from practicum.values.registry import ValueFormat
from practicum.values.slots import Slot
from practicum.values.spans import Span, span

_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?:[ -]?[A-Za-z0-9]{1,4}){2,8}(?![A-Za-z0-9])")
_BIC = re.compile(r"(?<![A-Za-z0-9])[A-Z]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?(?![A-Za-z0-9])")
_BIC_LOWER = re.compile(
    r"\b(?:bic|swift)(?: code)?\s*[:=]?\s*[\"']?([a-z]{6}[a-z0-9]{2}(?:[a-z0-9]{3})?)\b", re.IGNORECASE
)
_SAMPLES = (
    ("DE", 8, 10),
    ("FR", 10, 13),
    ("NL", 4, 10),
    ("GB", 10, 8),
    ("ES", 8, 12),
    ("AT", 5, 11),
    ("BE", 3, 9),
)
_BANKS = ("DEUTDEFF", "COBADEFFXXX", "BNPAFRPP", "INGBNL2A", "BARCGB22", "CHASUS33", "UBSWCHZH80A",
          "NDEASESS", "BBVAESMM", "UNCRITMM", "RABONL2U", "HSBCHKHH",
          "CITIUS33", "BSCHESMM", "GIBAATWW")  # fmt: skip


def resolve_ibans(text: str) -> list[Span]:
    """Return the account numbers of ``text`` without blanks; wrong check digits pass, tools judge them."""
    found = []
    for match in _IBAN.finditer(text):
        written = _trimmed(match.group())
        plain = re.sub(r"[ -]", "", written).upper()
        if 15 <= len(plain) <= 34 and sum(map(str.isdigit, plain)) > 5:
            found.append(span(text, match.start(), match.start() + len(written), plain))
    return found


def _trimmed(written: str) -> str:
    """Cut words that follow an account number; its groups hold digits or capitals."""
    groups = re.split(r"(?<=[ -])", written)
    while len(groups) > 1 and groups[-1].islower():
        groups.pop()
    return "".join(groups).rstrip(" -")


def resolve_bics(text: str) -> list[Span]:
    """Return the bank identifiers of ``text``: eight or eleven capitals with a country inside."""
    from practicum.values.countries import countries

    found = [
        span(text, m.start(), m.end(), m.group())
        for m in _BIC.finditer(text)
        if m.group()[4:6] in countries()
    ]
    lower = [span(text, m.start(1), m.end(1), m[1].upper()) for m in _BIC_LOWER.finditer(text)]
    return found or [s for s in lower if s.values[0][4:6] in countries()]


def _plain(value: Any) -> str:
    return re.sub(r"[ -]", "", str(value)).upper()


def _say_iban(value: Any) -> tuple[str, ...]:
    plain = _plain(value)
    if not re.fullmatch(r"[A-Z]{2}\d\d[A-Z0-9]{11,30}", plain):
        return ()
    return (" ".join(plain[i : i + 4] for i in range(0, len(plain), 4)), plain)


def _iban_forms(value: Any, _: Slot) -> tuple[Any, ...]:
    return (_plain(value), *_say_iban(value)[:1])


def _draw_iban(rng: random.Random) -> str:
    """Make a number with right check digits (ISO 7064, mod 97) for an invented account."""
    country, bank, account = rng.choice(_SAMPLES)
    body = "".join(rng.choice("0123456789") for _ in range(bank + account))
    letters = {"NL": "INGB", "GB": "BARC"}.get(country, "")
    body = letters + body[len(letters) :]
    number = int("".join(str(int(char, 36)) for char in f"{body}{country}00"))
    return f"{country}{98 - number % 97:02d}{body}"


def _say_bic(value: Any) -> tuple[str, ...]:
    plain = _plain(value)
    return (plain,) if _BIC.fullmatch(plain) else ()


def _bic_forms(value: Any, _: Slot) -> tuple[Any, ...]:
    return (_plain(value),)


def _draw_bic(rng: random.Random) -> str:
    return rng.choice(_BANKS)


FORMATS = (
    ValueFormat("iban", _say_iban, resolve_ibans, _draw_iban, _plain, _iban_forms),
    ValueFormat("bic", _say_bic, resolve_bics, _draw_bic, _plain, _bic_forms),
)

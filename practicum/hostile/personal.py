"""Personal data by its form: e-mail addresses, phone numbers, cards, IBANs, US social security numbers.

Names and street addresses have no form that a rule could know; network addresses read like version
numbers and are what many tools work on. Who has them adds patterns of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from practicum.hostile.marks import Found, mark_of

_EMAIL = re.compile(
    r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![A-Za-z0-9])"
)
_SOCIAL = re.compile(r"(?<![\d-])(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\d-])")
_CARD = re.compile(r"(?<![\d.])\d(?:[ -]?\d){12,18}(?![\d.]\d)")
_NETWORKS = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})|(?:5[1-5]|2[2-7])\d{14}|3[47]\d{13}|6(?:011|5\d\d)\d{12}|3(?:0[0-5]|[68]\d)\d{11}|35\d{14}"
)
_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}(?![a-z0-9])")
_DIGITS = re.compile(r"\+?\d(?:[\s().-]{0,3}\d){6,14}")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)?")
"""A text that is a moment and nothing else, of which traces have many, holds no phone number."""
_SHORTEST_IBAN = 15


def find_personal(text: str) -> Iterator[Found]:
    """Yield where personal data stands in ``text``, with its mark."""
    for kind, pattern in (("e-mail", _EMAIL), ("SSN", _SOCIAL)):
        yield from ((*match.span(), mark_of(kind)) for match in pattern.finditer(text))
    yield from ((*match.span(), mark_of("card")) for match in _CARD.finditer(text) if _is_card(match[0]))
    for match in _IBAN.finditer(text):
        length = _iban_length(match[0])
        if length:
            yield match.start(), match.start() + length, mark_of("IBAN")
    if _DIGITS.search(text) and not _MOMENT.fullmatch(text):
        yield from _phones(text)


def _is_card(said: str) -> bool:
    digits = re.sub(r"\D", "", said)
    if not _NETWORKS.fullmatch(digits):
        return False
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits))]
    return sum(number - 9 if number > 9 else number for number in doubled) % 10 == 0


def _iban_length(said: str) -> int:
    """Return how many characters of ``said`` are an IBAN, 0 if none are: words may follow it."""
    from schwifty import IBAN

    for end in range(len(said), _SHORTEST_IBAN - 1, -1):
        compact = said[:end].replace(" ", "")
        turned = "".join(str(int(letter, 36)) for letter in compact[4:] + compact[:4])
        if int(turned) % 97 == 1 and IBAN(compact, allow_invalid=True).is_valid:
            return end
    return 0


def _phones(text: str) -> Iterator[Found]:
    """Numbers with a country's code; and as the US write them, if not only digits tell that they are one."""
    from phonenumbers import Leniency, PhoneNumberMatcher

    for match in PhoneNumberMatcher(text, "US", Leniency.STRICT_GROUPING):
        if match.raw_string.startswith("+") or not match.raw_string.isdigit():
            yield match.start, match.end, mark_of("phone")

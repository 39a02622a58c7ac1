"""Book numbers: ISBN-10 and ISBN-13 (ISO 2108)."""

from __future__ import annotations

import random
import re
from typing import Any

from practicum.values.registry import ValueFormat
from practicum.values.slots import Slot
from practicum.values.spans import Span, span

_WRITTEN = re.compile(r"(?<![\w-])(?:97[89][- ]?)?\d(?:[- ]?\d){8}[- ]?[\dXx](?![\w]|-\d)")
_EXAMPLES = (
    "9780306406157",
    "9783161484100",
    "9780131103627",
    "9780262033848",
    "9780140449136",
    "9781861972712",
)


def _resolve(text: str) -> list[Span]:
    """Return book numbers as written; wrong check digits pass, tools judge them."""
    return [span(text, m.start(), m.end(), m.group()) for m in _WRITTEN.finditer(text)]


def _plain(value: Any) -> str:
    return re.sub(r"[ -]", "", str(value)).upper()


def _verbalise(value: Any) -> tuple[str, ...]:
    plain = _plain(value)
    if not re.fullmatch(r"(?:97[89])?\d{9}[\dX]", plain):
        return ()
    return tuple(
        dict.fromkeys((str(value), plain, f"{plain[:3]}-{plain[3:]}" if len(plain) == 13 else plain))
    )


def _forms(value: Any, _: Slot) -> tuple[Any, ...]:
    return (str(value), _plain(value))


def _draw(rng: random.Random) -> str:
    body = "978" + "".join(rng.choice("0123456789") for _ in range(9))
    total = sum(int(digit) * (3 if index % 2 else 1) for index, digit in enumerate(body))
    return rng.choice((*_EXAMPLES, f"{body}{-total % 10}"))


FORMATS = (ValueFormat("isbn", _verbalise, _resolve, _draw, _plain, _forms),)

"""Days of the week."""

from __future__ import annotations

import functools
import random
from typing import Any

from practicum.values.calendar_words import WEEKDAY_NAMES, WEEKDAYS
from practicum.values.registry import ValueFormat
from practicum.values.slots import Slot
from practicum.values.spans import Lexicon, Span

_GUARDED = ("mon", "wed", "sat", "sun", "thu", "fri")


@functools.cache
def _lexicon() -> Lexicon:
    plain = {name: [WEEKDAY_NAMES[index]] for name, index in WEEKDAYS.items()}
    plurals = {f"{name.lower()}s": [name] for name in WEEKDAY_NAMES}
    return Lexicon(plain | plurals, capitalised=_GUARDED)


def _resolve(text: str) -> list[Span]:
    return _lexicon().find(text)


def _canonical(value: Any) -> Any:
    """Return the English name; numbers stay as they are, for schemas count differently."""
    if isinstance(value, str) and value.strip(". ").lower() in WEEKDAYS:
        return WEEKDAY_NAMES[WEEKDAYS[value.strip(". ").lower()]]
    two_letters = [name for name in WEEKDAY_NAMES if name[:2].upper() == value]
    return two_letters[0] if two_letters else value


def _verbalise(value: Any) -> tuple[str, ...]:
    name = _canonical(value)
    return (name, name[:3], f"{name}s") if name in WEEKDAY_NAMES else ()


def _forms(value: Any, slot: Slot) -> tuple[Any, ...]:
    name = _canonical(value)
    if name not in WEEKDAY_NAMES:
        return (value,)
    number = _counted(WEEKDAY_NAMES.index(name), slot)
    short = name[:3]
    return (name, name.lower(), short, short.lower(), short.upper(), name[:2].upper(), number, str(number))


def _counted(index: int, slot: Slot) -> int:
    """Return a weekday's number: ISO's 1 (Monday) to 7 unless the schema says otherwise."""
    about = slot.description.lower()
    from_zero = slot.schema.get("minimum") == 0 or slot.schema.get("maximum") == 6 or "0 = " in about
    if "sunday=0" in about.replace(" ", "") or "0=sunday" in about.replace(" ", ""):
        return (index + 1) % 7
    return index if from_zero else index + 1


def _draw(rng: random.Random) -> str:
    return rng.choice(WEEKDAY_NAMES)


FORMATS = (
    ValueFormat("weekday", _verbalise, _resolve, _draw, _canonical, _forms, names=lambda: WEEKDAY_NAMES),
)

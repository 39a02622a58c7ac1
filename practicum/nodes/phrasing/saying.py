"""How one argument may be said, before a frame takes it in."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from practicum import values
from practicum.nodes.phrasing.assigning import members, part
from practicum.nodes.phrasing.english import humanise, listing, plural, singular
from practicum.nodes.phrasing.roles import Parameter, Role
from practicum.values.calendar_words import MONTH_ABBREVIATIONS, MONTH_NAMES

_NAMES = frozenset(
    {Role.PLACE, Role.PERSON, Role.SUBJECT, Role.ORIGIN, Role.DESTINATION, Role.PATH, Role.CODE}
)
_ORDINALS = {
    1: ("first", "1st"),
    2: ("second", "2nd"),
    3: ("third", "3rd"),
    4: ("fourth", "4th"),
    5: ("fifth", "5th"),
    -1: ("last", "final"),
}
_WITH_ARTICLE = re.compile(
    r"(?:United|Netherlands|Philippines|Bahamas|Maldives|Gambia|Seychelles|Comoros|UK|US|USA|UAE|States|Emirates)\b"
    r"|(?!the\b).*\b(?:Republic|Islands|Kingdom|Federation|Emirates|States)$"
)
_COUNTED = frozenset({"unit", "currency", "weekday"})
_DIGITS = 0.85
"""Share of numbers that are written in digits."""


@dataclass(frozen=True)
class SaidArgument:
    """An argument of a call with the ways to say it, most usual first."""

    parameter: Parameter
    value: Any
    """For parameters said together the value of the first."""
    spellings: tuple[str, ...] = ()
    parts: tuple[SaidArgument, ...] = ()
    """Of what is said together: the argument of each member."""

    @property
    def is_number(self) -> bool:
        """Whether the value is a number, and not a boolean."""
        return isinstance(self.value, int | float) and not isinstance(self.value, bool)

    @property
    def is_one(self) -> bool:
        """Whether nouns after it are in the singular."""
        return self.is_number and abs(self.value) == 1

    @property
    def negative(self) -> bool:
        """Whether it goes backwards: a number below zero, a duration with a minus."""
        if isinstance(self.value, str):
            return self.parameter.role is Role.DURATION and self.value.startswith("-")
        return self.is_number and self.value < 0


def argument(parameter: Parameter, given: Mapping[str, Any]) -> SaidArgument:
    """Collect the ways to say a parameter's value, or those of its members, in ``given``."""
    if not parameter.members:
        value = given[parameter.name]
        return SaidArgument(parameter, value, _distinct(_spellings(parameter, value)))
    parts = tuple(argument(one, given) for one in parameter.members)
    values_of = [one.value for one in parts]
    together = () if parameter.role is Role.MEASURE else _distinct(_date_spellings(values_of))
    return SaidArgument(parameter, parts[0].value, together, parts)


def choose(said: SaidArgument, rng: random.Random) -> str:
    """Draw one way to say the argument: numbers mostly as digits, names mostly as usual."""
    value = said.value
    if isinstance(value, list):
        return listing(
            [
                choose(argument(members(said.parameter), {members(said.parameter).name: one}), rng)
                for one in value
            ]
        )
    if isinstance(value, dict):
        return _record(said, rng)
    if said.is_number and not said.parts:
        weights = [_DIGITS, *[(1 - _DIGITS) / len(said.spellings)] * (len(said.spellings) - 1)]
    else:
        weights = [(rank + 1) ** -0.7 for rank in range(len(said.spellings))]
    return rng.choices(said.spellings, weights)[0]


def magnitude(text: str) -> str:
    """Return a spelled negative number without its sign."""
    return re.sub(r"^(?:[-\u2212]|minus |negative )\s*", "", text)


def counted(text: str, parameter: Parameter, spellings: tuple[str, ...], *, one: bool) -> str:
    """Put a spelled unit into the number that its quantity asks for; symbols and codes stay."""
    enumerated = parameter.role is Role.OFFSET_UNIT
    if parameter.format not in _COUNTED and not enumerated:
        return text
    words = text.split(" per ")
    word = words[0].rpartition(" ")[2]
    wanted = " per ".join([singular(words[0]) if one else plural(words[0]), *words[1:]])
    known = next((spelling for spelling in spellings if spelling.casefold() == wanted.casefold()), None)
    if known is not None:
        return known
    regular = len(word) > 3 and word.isalpha() and word.islower() and (one or not word.endswith("s"))
    return wanted if regular else text


def quoted(value: str, text: str, rng: random.Random) -> str:
    """Put quotation marks around ``value``, in a style that the free text itself does not use."""
    styles = [marks for marks in ('""', "''", "“”") if marks[0] not in text and marks[1] not in text]
    marks = rng.choice(styles) if styles else "“”"
    return f"{marks[0]}{value}{marks[1]}"


def takes_the(parameter: Parameter, text: str) -> bool:
    """Say whether a country's name wants an article in a sentence: the United States, the UK."""
    return parameter.format == "country" and _WITH_ARTICLE.match(text) is not None


def needs_quotes(parameter: Parameter, text: str) -> bool:
    """Say whether free text would run into the sentence around it."""
    if parameter.role is Role.CODE and " " in text and re.search(r"[^\w\s+().-]", text):
        return True
    if parameter.format not in {None, "text"} or parameter.enum or parameter.kind != "string":
        return False
    if parameter.role in _NAMES:
        return " " in text and not all(word[:1].isupper() or word[:1].isdigit() for word in text.split())
    return bool(re.search(r"[^\w\-./@:]", text)) or parameter.role is Role.TEXT


def _distinct(spellings: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(spellings))


def _spellings(parameter: Parameter, value: Any) -> tuple[str, ...]:
    if isinstance(value, bool | list | dict):
        return ("",)
    if parameter.role is Role.ORDINAL and value in _ORDINALS:
        return _ORDINALS[value]
    if parameter.format not in {None, "text"}:
        found = values.spellings(str(parameter.format), value)
        if parameter.role is Role.CODE and " " in str(value):
            found = tuple(one for one in found if _letters(one) == _letters(str(value)))
        if found:
            return tuple(found)
    if isinstance(value, int | float):
        return tuple(values.spellings("number", value)) or (str(value),)
    text = str(value)
    return (humanise(text),) if parameter.enum else (text,)


def _letters(text: str) -> str:
    """Letters, digits and signs of a code: a code of several words is only spaced anew, never explained."""
    return re.sub(r"[\s().-]", "", text)


def _date_spellings(parts: list[Any]) -> tuple[str, ...]:
    """Ways to say year, month and day, or year and month."""
    year, month = int(parts[0]), int(parts[1])
    if len(parts) > 2:
        return tuple(values.spellings("date", f"{year:04}-{month:02}-{parts[2]:02}"))
    if not 1 <= month <= len(MONTH_NAMES):
        return ()
    name, short = MONTH_NAMES[month - 1], MONTH_ABBREVIATIONS[month - 1]
    return (f"{name} {year}", f"{name} of {year}", f"{short} {year}", f"{name}, {year}")


def _record(said: SaidArgument, rng: random.Random) -> str:
    told = []
    for name, value in said.value.items():
        one = argument(part(said.parameter, name), {name: value})
        text = ("yes" if value else "no") if isinstance(value, bool) else choose(one, rng)
        told.append(f"{one.parameter.label} {text}")
    return listing(told)

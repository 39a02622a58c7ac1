"""Addresses of the internet and colours: what a regular expression finds."""

from __future__ import annotations

import random
import re
import uuid
from collections.abc import Callable
from typing import Any

from practicum.values.registry import ValueFormat
from practicum.values.slots import Slot
from practicum.values.spans import Span, span

_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{2,63}){1,4}(?![\w@])")
_URI = re.compile(
    r"(?:\b(?:https?|ftp)://[^\s<>\"'`]{1,500}|(?<![\w@.])(?:www\.)?[\w-]{1,63}\.(?:com|org|net|io|dev|edu|gov|co\.uk|de|fr)"
    r"(?:/[^\s<>\"'`]{0,300})?(?![\w@]))"
)
_IPV4 = re.compile(
    r"(?<![\w.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\w]|\.\d)"
)
_UUID = re.compile(r"(?<![\w-])[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(?![\w-])")
_HEX = re.compile(r"(?<!\w)#(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{3})(?!\w)")
_PEOPLE = ("anna", "ben", "chris", "dana", "eva", "li.wei", "maria.lopez", "sam")
_HOSTS = ("example.com", "example.org", "example.net", "mail.example.com")


def _finder(pattern: re.Pattern[str]) -> Callable[[str], list[Span]]:
    def read(text: str) -> list[Span]:
        found = []
        for match in pattern.finditer(text):
            value = match.group().rstrip(".,;:!?)") if pattern is _URI else match.group()
            found.append(span(text, match.start(), match.start() + len(value), value))
        return found

    return read


def _sayer(pattern: re.Pattern[str]) -> Callable[[Any], tuple[str, ...]]:
    def say(value: Any) -> tuple[str, ...]:
        return (value,) if isinstance(value, str) and pattern.fullmatch(value) else ()

    return say


def _forms(value: Any, _: Slot) -> tuple[Any, ...]:
    return (value,)


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def _as_is(value: Any) -> Any:
    return value


def _format(
    name: str, pattern: re.Pattern[str], draw: Callable[[random.Random], Any], normal: Any
) -> ValueFormat:
    return ValueFormat(name, _sayer(pattern), _finder(pattern), draw, normal, _forms)


FORMATS = (
    _format("email", _EMAIL, lambda rng: f"{rng.choice(_PEOPLE)}@{rng.choice(_HOSTS)}", _lower),
    _format("uri", _URI, lambda rng: f"https://{rng.choice(_HOSTS)}/{rng.choice(_PEOPLE)}", _as_is),
    _format("ipv4", _IPV4, lambda rng: ".".join(str(rng.randint(1, 254)) for _ in range(4)), _as_is),
    _format("uuid", _UUID, lambda rng: str(uuid.UUID(int=rng.getrandbits(128), version=4)), _lower),
    _format("hex-color", _HEX, lambda rng: f"#{rng.getrandbits(24):06x}", _lower),
)

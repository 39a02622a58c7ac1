"""JSON strings as grammar expressions: lengths, formats, and the common part of regular expressions."""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Iterable
from typing import Any

from practicum.records import JsonObject

MAX_REPEAT = 32
"""What an open repetition in a pattern is bounded to."""

MAX_LENGTH = 512
"""Characters of the longest string, whatever the schema allows."""

SHORT = 8
"""Characters up to which lengths are always counted."""

COUNTED_WITH_ESCAPES = 64
"""Characters up to which a counted string may have JSON's escapes."""

PLAIN_CHARACTER = r'[^"\\\u0000-\u001f\u007f]'
"""A character that stands for itself inside a JSON string."""

STRING_RULES = {"ch": rf'{PLAIN_CHARACTER} | "\\" ["\\/bfnrt]'}
"""Rules that the expressions here refer to: one character inside a JSON string."""

_HIGHEST = 0x10FFFF

_YEAR = "[12] [0-9]{3}"
_LEAP = '([12] [0-9] ("0" [48] | [2468] [048] | [13579] [26]) | ("12" | "16" | "20" | "24" | "28") "00")'
_DATE = (
    f'({_YEAR} "-" (("01" | "03" | "05" | "07" | "08" | "10" | "12") "-" ("0" [1-9] | [12] [0-9] | "3" [01])'
    f' | ("04" | "06" | "09" | "11") "-" ("0" [1-9] | [12] [0-9] | "30")'
    f' | "02-" ("0" [1-9] | "1" [0-9] | "2" [0-8])) | {_LEAP} "-02-29")'
)
_HOUR = '("0" [0-9] | "1" [0-9] | "2" [0-3])'
_TIME = f'{_HOUR} ":" [0-5] [0-9]'

FORMATS = {
    "date": _DATE,
    "time": f'{_TIME} (":" [0-5] [0-9])?',
    "date-time": f'{_DATE} "T" {_TIME} ":" [0-5] [0-9] ("Z" | [+-] {_TIME})',
    "uuid": '[0-9a-f]{8} "-" [0-9a-f]{4} "-" [0-9a-f]{4} "-" [0-9a-f]{4} "-" [0-9a-f]{12}',
}
"""JSON Schema's formats that are written digit by digit; days fit their months."""
_ESCAPE_AND_DIGIT = re.compile(r"(?<=[\x7f-\xff])(?=[0-9A-Fa-f])")
"""Between a character that is written as ``\\xNN``, of as many digits as follow, and what may be one."""


class _UntranslatableError(Exception):
    """A regular expression uses what a grammar can't say (look-around, back references, flags)."""


def literal(text: str) -> str:
    """Return ``text`` as a terminal of the grammar, or as several that follow each other.

    The library writes grammars down and reads them again on its way. What it writes for ``°F`` it reads as
    one character, whose number has three digits: so such a character and a digit after it are kept apart.
    """
    return " ".join(map(_terminal, _ESCAPE_AND_DIGIT.split(text)))


def _terminal(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def string_expression(schema: JsonObject, *, default_length: int, counted: bool = True) -> str:
    """Return the expression for a JSON string, its quotes included.

    Args:
        schema: of type string.
        default_length: characters, where the schema sets no maximum.
        counted: False leaves all but short lengths open (see `grammar`).

    A pattern that can't be translated is ignored: the string is then only bounded. An empty string
    is written only where the schema names it (``minLength`` 0 or an empty default), since small
    models leave out by writing ``""``.
    """
    least = int(schema.get("minLength", 0 if schema.get("default") == "" else 1))
    most = max(least, min(int(schema.get("maxLength", max(default_length, least))), MAX_LENGTH))
    if isinstance(schema.get("pattern"), str):
        inner = _pattern(schema["pattern"], least, most, counted=counted)
        if inner is not None:
            return rf'"\"" {inner} "\""'
    if schema.get("format") in FORMATS:
        return rf'"\"" {FORMATS[schema["format"]]} "\""'
    # With the alternative of an escape, longer counts take a second for each token.
    character = "ch" if most <= COUNTED_WITH_ESCAPES or not counted else PLAIN_CHARACTER
    return f'"\\"" {character}{_times(least, most, counted=counted)} "\\""'


def _times(least: int, most: int, *, counted: bool) -> str:
    """Return the repetition; only short counts are cheap to compile."""
    if counted or most <= SHORT:
        return f"{{{least},{most}}}"
    return {0: "*", 1: "+"}.get(least, f"{{{min(least, SHORT)},}}")


def _pattern(pattern: str, least: int, most: int, *, counted: bool) -> str | None:
    """Translate a pattern, matched as a whole; None when a grammar can't say it."""
    import re._parser as parser  # type: ignore[import-not-found]  # private and untyped, but in every 3.11+

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what a later Python may read otherwise
            parsed = parser.parse(pattern)
    except (re.error, OverflowError, RecursionError):
        return None
    if parsed.state.flags & ~re.UNICODE:
        return None
    translation = _Translation(counted=counted)
    items = [item for item in parsed if str(item[0]) != "AT"]
    try:
        if len(items) == 1 and str(items[0][0]) in {"MAX_REPEAT", "MIN_REPEAT"}:
            low, high, body = items[0][1]
            if body.getwidth() == (1, 1):  # the length's bounds are the repetition's
                return translation.repeated(body, max(low, least), min(int(high), most))
        return translation.sequence(list(parsed))
    except _UntranslatableError:
        return None


class _Translation:
    """Walks a parsed regular expression."""

    def __init__(self, *, counted: bool) -> None:
        self._counted = counted

    def sequence(self, items: Iterable[Any]) -> str:
        parts = [part for code, value in items if (part := self._item(str(code), value))]
        return f"({' '.join(parts)})" if parts else '""'

    def repeated(self, body: Any, low: int, high: int) -> str:
        most = high if high <= MAX_LENGTH else max(low, MAX_REPEAT)
        if most < low:
            raise _UntranslatableError("empty range")
        return f"{self.sequence(list(body))}{_times(low, most, counted=self._counted or high == most)}"

    def _item(self, code: str, value: Any) -> str:
        if code == "LITERAL":
            return literal(_inside(chr(value)))
        if code in {"NOT_LITERAL", "ANY", "IN"}:
            return _one_character(code, value)
        if code == "BRANCH":
            return f"({' | '.join(self.sequence(branch) for branch in value[1])})"
        if code == "SUBPATTERN":
            return self.sequence(value[-1])
        if code in {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}:
            return self.repeated(value[2], value[0], int(value[1]))
        if code == "AT" and str(value) in {"AT_BEGINNING", "AT_BEGINNING_STRING", "AT_END", "AT_END_STRING"}:
            return ""
        raise _UntranslatableError(code)


_CATEGORIES: dict[str, list[tuple[int, int]]] = {
    "DIGIT": [(48, 57)],
    "WORD": [(48, 57), (65, 90), (95, 95), (97, 122)],
    "SPACE": [(32, 32)],
}


def _one_character(code: str, value: Any) -> str:
    if code == "IN":
        return _set(value)
    excluded = 10 if code == "ANY" else value  # the dot leaves out the end of a line
    return _class([(excluded, excluded)], negated=True)


def _set(items: Iterable[Any]) -> str:
    ranges: list[tuple[int, int]] = []
    negated = False
    for code, value in items:
        if str(code) == "NEGATE":
            negated = True
        elif str(code) == "LITERAL":
            ranges.append((value, value))
        elif str(code) == "RANGE":
            ranges.append((value[0], value[1]))
        else:
            ranges += _category(str(value))
    return _class(ranges, negated=negated)


def _category(name: str) -> list[tuple[int, int]]:
    """Return a category's ranges; the negative ones leave out what any alphabet has of the category."""
    plain = name.removeprefix("CATEGORY_")
    if plain in _CATEGORIES:
        return _CATEGORIES[plain]
    inverse = plain.removeprefix("NOT_")
    if inverse not in _CATEGORIES:
        raise _UntranslatableError(name)
    return [(low, high) for low, high in _complement(_CATEGORIES[inverse]) if high < 128] or [(33, 47)]


def _class(ranges: list[tuple[int, int]], *, negated: bool) -> str:
    """Return a character class; what JSON must escape becomes an alternative of its own."""
    wanted = _complement(ranges) if negated else sorted(ranges)
    plain = [part for low, high in wanted for part in _without_escapes(low, high)]
    parts = [f"[{''.join(_range(low, high) for low, high in plain)}]"] if plain else []
    escaped = [c for c in '"\\\n\t' if any(low <= ord(c) <= high for low, high in wanted)]
    parts += [literal(_inside(c)) for c in escaped]
    if not parts:
        raise _UntranslatableError("empty class")
    return parts[0] if len(parts) == 1 else f"({' | '.join(parts)})"


def _complement(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    found, start = [], 0
    for low, high in sorted(ranges):
        if low > start:
            found.append((start, low - 1))
        start = max(start, high + 1)
    return [*found, (start, _HIGHEST)] if start <= _HIGHEST else found


def _without_escapes(low: int, high: int) -> list[tuple[int, int]]:
    """Split a range around control characters, the quote, the backslash and the surrogates."""
    gaps = [(0, 31), (34, 34), (92, 92), (127, 127), (0xD800, 0xDFFF)]
    parts = []
    for first, last in gaps:
        if low < first:
            parts.append((low, min(high, first - 1)))
        low = max(low, last + 1)
        if low > high:
            break
    if low <= high:
        parts.append((low, high))
    return [(first, last) for first, last in parts if first <= last]


def _range(low: int, high: int) -> str:
    return _point(low) if low == high else f"{_point(low)}-{_point(high)}"


def _point(code: int) -> str:
    return chr(code) if chr(code).isalnum() and code < 128 else f"\\U{code:08x}"


def _inside(text: str) -> str:
    """Return ``text`` as it stands between the quotes of a JSON string."""
    return json.dumps(text, ensure_ascii=False)[1:-1]

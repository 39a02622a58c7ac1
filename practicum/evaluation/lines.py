"""JSON Lines as people write them: every line is an object, or a DataError that names it."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from pydantic import ValidationError

from practicum.errors import DataError
from practicum.records import JsonObject, Record

MAX_LINE_BYTES = 1_000_000
"""A longer line is refused unread: it is a file of another kind, not an item."""
CUT_SHORT = "the file may have been cut short: get it again, whole"
MAX_DEPTH = 64
"""Deeper nesting is refused: comparing and printing walk a value recursively."""

MAX_DIGITS = 4000
"""Of a whole number: Python reads no more than 4300."""

_WORDS = {
    "missing": "is missing",
    "extra_forbidden": "is no known key",
    "string_type": "must be a text",
    "dict_type": "must be an object",
    "tuple_type": "must be a list",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
}

RecordT = TypeVar("RecordT", bound=Record)


def read_objects(path: Path, fix: str) -> Iterator[tuple[int, JsonObject]]:
    """Yield the 1-based number and the object of each line; blank lines are skipped.

    A byte order mark at the start is skipped too (Windows editors write one).

    Raises:
        DataError: For an unreadable file, and for a line that is too long, not UTF-8,
            not JSON (NaN, infinities and repeated keys included) or not an object.
    """
    try:
        with path.open("rb") as file:
            number = 0
            while line := file.readline(MAX_LINE_BYTES + 1):
                number += 1
                where = f"{path}:{number}"
                if len(line) > MAX_LINE_BYTES:
                    raise DataError(f"{where}: longer than {MAX_LINE_BYTES:,} bytes", fix)
                line = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
                if line.strip():
                    yield number, _parse_line(line, where, fix)
    except OSError as error:
        raise DataError(f"{path}: {error.strerror or error}", "name a file that can be read") from error


def as_record(kind: type[RecordT], data: JsonObject, where: str, fix: str) -> RecordT:
    """Return ``data`` as a record of ``kind``; raises DataError with the first thing that is wrong."""
    try:
        return kind.from_dict(data)
    except ValidationError as error:
        first = error.errors()[0]
        words = _WORDS.get(first["type"], first["msg"])
        if first["type"] == "literal_error":
            words = f"must be {first['ctx']['expected']}, not {json.dumps(first['input'])[:40]}"
        raise DataError(f"{where}: {_spelled(first['loc'])} {words}", fix) from error


def _parse_line(line: bytes, where: str, fix: str) -> JsonObject:
    try:
        value = json.loads(
            line.decode("utf-8").rstrip("\r\n"),
            object_pairs_hook=_unique_keys,
            parse_constant=_refuse_constant,
            parse_float=_finite,
            parse_int=_readable,
        )
        json.dumps(value, ensure_ascii=False).encode()  # a lone surrogate could never be written again
    except json.JSONDecodeError as error:
        reason = f"not JSON: {error.msg.removesuffix(' at')} at column {error.colno}"
        fix = CUT_SHORT if is_cut_short(error) else fix
    except UnicodeDecodeError as error:
        reason = f"not UTF-8: byte {error.start + 1} is 0x{line[error.start]:02x}"
    except UnicodeEncodeError:
        reason = "half of a surrogate pair is no character"
    except RecursionError:
        reason = "nested too deeply"
    except ValueError as error:
        reason = str(error)
    else:
        if not isinstance(value, dict):
            reason = f"must be an object, not {json.dumps(value)[:40]}"
        elif _depth(value) > MAX_DEPTH:
            reason = "nested too deeply"
        else:
            return value
    raise DataError(f"{where}: {reason}", fix)


def _unique_keys(pairs: list[tuple[str, Any]]) -> JsonObject:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError(f"the key {first_repeated(pairs)[:60]!r} stands twice in one object")
    return found


def is_cut_short(error: json.JSONDecodeError) -> bool:
    """Whether what could not be decoded has no end, as a file has that was not written or sent whole."""
    return error.pos >= len(error.doc.rstrip()) or error.msg.startswith("Unterminated string")


def first_repeated(pairs: Sequence[tuple[str, Any]]) -> str:
    """Return the first key that stands twice; there must be one, of any number of keys."""
    times = Counter(key for key, _ in pairs)
    return next(key for key, count in times.items() if count > 1)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"the number {text[:20]} is too large")
    return number


def _readable(text: str) -> int:
    if len(text) > MAX_DIGITS:
        raise ValueError(f"the number {text[:20]}... has more than {MAX_DIGITS} digits")
    return int(text)


def _depth(value: Any) -> int:
    """Return how many lists and objects stand inside each other, without recursion."""
    depth, level = 0, [value]
    while level := [item for item in level if isinstance(item, dict | list)]:
        depth += 1
        level = [child for item in level for child in (item.values() if isinstance(item, dict) else item)]
    return depth


def _spelled(location: tuple[int | str, ...]) -> str:
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
    return text.removeprefix(".")

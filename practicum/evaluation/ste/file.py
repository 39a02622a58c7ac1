"""One JSON value in one file, as somebody else wrote it: read whole, or a DataError that names the place."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from practicum.errors import DataError
from practicum.evaluation.lines import CUT_SHORT, first_repeated, is_cut_short
from practicum.records import JsonObject

_DECODER = json.JSONDecoder()
_SPACE = re.compile(r"\s*")

MAX_BYTES = 512 * 1024 * 1024
"""A larger file is refused unread: predictions of 100,000 queries have 120 MB."""


class _RepeatedKeyError(ValueError):
    """A key stands twice in one object, which may be an item with a query."""

    def __init__(self, key: str, query: str | None) -> None:
        self.query = query
        of = f", of the item with the query {query[:60]!r}" if query else ""
        super().__init__(f"the key {key[:60]!r} stands twice in one object{of}")


def read_json(path: Path, fix: str) -> Any:
    """Return the value in a file. A byte order mark is skipped.

    Raises:
        DataError: With "FILE:LINE: what is wrong" for a file that can't be read, is too large, not UTF-8,
            not JSON (cut short, nested too deeply) or has a key twice in one object.
    """
    text = _read_text(path, fix)
    try:
        return json.loads(text, object_pairs_hook=_unique_keys)
    except json.JSONDecodeError as error:
        message = f"{path}:{error.lineno}: not JSON: {error.msg.removesuffix(' at')} at column {error.colno}"
        raise DataError(message, CUT_SHORT if is_cut_short(error) else fix) from error
    except RecursionError as error:
        raise DataError(f"{path}: nested too deeply", fix) from error
    except _RepeatedKeyError as error:
        raise DataError(f"{path}{_line_with(text, error.query)}: {error}", fix) from error
    except ValueError as error:  # a number that is too long to be read
        raise DataError(f"{path}: {error}", fix) from error


def line_of_item(path: Path, tool: str, number: int) -> int | None:
    """Return the line on which an item of a tool begins in a file that was read; None where it is not found.

    Args:
        path: The file, ``{tool: [item, ...]}``.
        tool: A key of it.
        number: The item's, from 1.
    """
    text = _read_text(path, "")
    place = _after(text, text.find("{"))
    while text.startswith('"', place):
        key, end = _DECODER.raw_decode(text, place)
        place = _after(text, _skipped(text, end))
        if key == tool:
            return _line_of_element(text, place, number)
        place = _next(text, _DECODER.raw_decode(text, place)[1])
    return None


def _line_of_element(text: str, opening: int, number: int) -> int | None:
    if not text.startswith("[", opening):
        return None
    place = _after(text, opening)
    for _ in range(number - 1):
        place = _next(text, _DECODER.raw_decode(text, place)[1])
    return text.count("\n", 0, place) + 1


def _next(text: str, end: int) -> int:
    """Return where the value after a comma begins, given where the one before it ended."""
    return _after(text, _skipped(text, end))


def _after(text: str, place: int) -> int:
    """Return where what follows the sign at ``place`` begins."""
    return _skipped(text, place + 1)


def _skipped(text: str, place: int) -> int:
    found = _SPACE.match(text, place)
    return found.end() if found else place


def _read_text(path: Path, fix: str) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise DataError(f"{path}: {error.strerror or error}", "name a file that can be read") from error
    if len(content) > MAX_BYTES:
        raise DataError(f"{path}: larger than {MAX_BYTES:,} bytes", "split it into several files")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        reason = f"byte {error.start + 1} of the file is 0x{content[error.start]:02x}"
        raise DataError(f"{path}:{line}: not UTF-8: {reason}", f"save it as UTF-8; {fix}") from error


def _unique_keys(pairs: list[tuple[str, Any]]) -> JsonObject:
    found = dict(pairs)
    if len(found) < len(pairs):
        again = first_repeated(pairs)
        query = found.get("query")
        raise _RepeatedKeyError(again, query if isinstance(query, str) else None)
    return found


def _line_with(text: str, query: str | None) -> str:
    """Return such as ":7", the line where a query stands; nothing where it is not found."""
    spellings = [json.dumps(query, ensure_ascii=ascii_only) for ascii_only in (False, True)] if query else []
    place = next((place for each in spellings if (place := text.find(each)) >= 0), None)
    return "" if place is None else f":{text.count(chr(10), 0, place) + 1}"

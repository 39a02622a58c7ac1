"""One JSON value in one file, as somebody else wrote it: read whole, or a DataError that names the place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from practicum.errors import DataError
from practicum.evaluation.lines import first_repeated
from practicum.records import JsonObject

MAX_BYTES = 512 * 1024 * 1024
"""A larger file is refused unread: predictions of 100,000 queries have 120 MB."""
CUT_SHORT = "the file may have been cut short: get it again, whole"


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
        at_end = error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string")
        message = f"{path}:{error.lineno}: not JSON: {error.msg} at column {error.colno}"
        raise DataError(message, CUT_SHORT if at_end else fix) from error
    except RecursionError as error:
        raise DataError(f"{path}: nested too deeply", fix) from error
    except ValueError as error:  # a key that stands twice, or a number that is too long to be read
        raise DataError(f"{path}: {error}", fix) from error


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
        where = f", of the item with the query {query[:60]!r}" if isinstance(query, str) else ""
        raise ValueError(f"the key {again[:60]!r} stands twice in one object{where}")
    return found

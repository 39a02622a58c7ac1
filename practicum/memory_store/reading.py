"""Rows of a journal as records; what is wrong with one that is none is said in a line.

Of rows that were written when redaction blanked what they are read by, as much is read as their other
columns and the fields of their records tell (`mending`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

from pydantic import ValidationError

from practicum.errors import JournalError
from practicum.memory_store.ledger import Ledger
from practicum.memory_store.mending import is_damaged, mended
from practicum.records import JsonObject, Record

R = TypeVar("R", bound=Record)

_BLANKED = "[redacted"
_LEFT_OUT: ContextVar[list[JournalError] | None] = ContextVar("left_out", default=None)


@contextmanager
def leaving_out() -> Iterator[list[JournalError]]:
    """Inside of it, rows that can't be read are passed over where many are read; what is wrong is listed."""
    errors: list[JournalError] = []
    token = _LEFT_OUT.set(errors)
    try:
        yield errors
    finally:
        _LEFT_OUT.reset(token)


def one(ledger: Ledger, kind: type[R], table: str, condition: str, *values: str | int) -> R | None:
    """Return the record of the first row with ``condition`` (SQL, with what follows it), or None.

    Raises:
        JournalError: it can't be read.
    """
    found = ledger.rows(f"SELECT row, body FROM {table} WHERE {condition}", *values)  # noqa: S608 - own names
    return decoded(ledger, kind, table, *found[0]) if found else None


def several(ledger: Ledger, kind: type[R], table: str, where: JsonObject, *, after: int = 0) -> Iterator[R]:
    """Yield the records of rows in the order of recording; for the arguments see `Ledger.texts`.

    Raises:
        JournalError: one can't be read, and not inside of `leaving_out`.
    """
    for row, text in ledger.texts(table, where, after=after):
        try:
            record = decoded(ledger, kind, table, row, text)
        except JournalError as error:
            left_out = _LEFT_OUT.get()
            if left_out is None:
                raise
            left_out.append(error)
        else:
            yield record


def decoded(ledger: Ledger, kind: type[R], table: str, row: int, text: str) -> R:
    """Return the record of a row.

    Args:
        ledger: Where the row is.
        kind: Of the record.
        table: The row's.
        row: Its number.
        text: Its body.

    Raises:
        JournalError: it can't be read; the message names the row.
    """
    try:
        body = json.loads(text)
        if _BLANKED in text and is_damaged(kind, body):
            body = mended(kind, body, _columns(ledger, table, row))
        return kind.from_dict(body)
    except ValidationError as error:
        first = error.errors()[0]
        what = f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
    except (ValueError, RecursionError) as error:
        what = f"its body is no JSON ({error})"
    raise JournalError(
        f"{ledger.path}: row {row} of {table} can't be read: {what}",
        "`practicum memory export FILE` writes all but what can't be read; `practicum memory import FILE`"
        " with another --home goes on from there",
    )


def _columns(ledger: Ledger, table: str, row: int) -> dict[str, str | int]:
    names = [name for (name,) in ledger.rows(f"SELECT name FROM pragma_table_info('{table}')")]  # noqa: S608
    values = ledger.rows(f"SELECT * FROM {table} WHERE row = ?", row)[0]  # noqa: S608 - own names
    return {name: value for name, value in zip(names, values, strict=True) if name != "body"}

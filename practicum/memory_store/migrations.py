"""How a journal of an older schema becomes one of this schema, in one transaction.

The version is SQLite's ``user_version`` and equals ``records.SCHEMA_VERSION``:
the tables and the records in them change together. Version 0 is an empty file.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from practicum.errors import JournalError
from practicum.memory_store.schema import (
    ADDED,
    APPLICATION_ID,
    HOME_ID,
    META,
    TABLE_NAMES,
    TABLES,
    append_only_triggers,
)
from practicum.records import SCHEMA_VERSION

if TYPE_CHECKING:
    import sqlite3

HOME_ID_BYTES = 8
"""Enough that no two homes of the world share an id by chance."""

Migration = Callable[["sqlite3.Connection"], None]


def _create_tables(connection: sqlite3.Connection) -> None:
    for statement in TABLES:
        connection.execute(statement)
    for table in TABLE_NAMES:
        for statement in append_only_triggers(table):
            connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")


MIGRATIONS: tuple[Migration, ...] = (_create_tables,)
"""``MIGRATIONS[n]`` makes version n + 1 of version n."""


def version_of(connection: sqlite3.Connection) -> int:
    """Return the schema version of an open journal; 0 for an empty file."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def check(connection: sqlite3.Connection, path: Path) -> int:
    """Return the version of a journal that this code can read or migrate.

    Raises:
        JournalError: The file is no journal, or its schema is newer than this code.
    """
    version = version_of(connection)
    application = int(connection.execute("PRAGMA application_id").fetchone()[0])
    tables = int(connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])
    if tables and application != APPLICATION_ID:
        raise JournalError(f"{path} is an SQLite file, but no journal", "give another --home")
    if version > SCHEMA_VERSION:
        raise JournalError(
            f"{path} has schema version {version}; this practicum reads versions up to {SCHEMA_VERSION}",
            "upgrade practicum",
        )
    return version


def migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Bring the journal to this code's schema; the caller holds the transaction."""
    for step in MIGRATIONS[check(connection, path) :]:
        step(connection)
    if not has_meta(connection):
        _create_meta(connection)
    for name, table in ADDED.items():
        if not _has_table(connection, name):
            _create(connection, name, table)
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def has_meta(connection: sqlite3.Connection) -> bool:
    """Whether the journal says anything of itself; those from before it did gain it when they are written."""
    return _has_table(connection, "meta")


def _has_table(connection: sqlite3.Connection, name: str) -> bool:
    return bool(connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (name,)).fetchall())


def _create(connection: sqlite3.Connection, name: str, table: str) -> None:
    for statement in (table, *append_only_triggers(name)):
        connection.execute(statement)


def _create_meta(connection: sqlite3.Connection) -> None:
    _create(connection, "meta", META)
    made = json.dumps(secrets.token_hex(HOME_ID_BYTES))
    connection.execute("INSERT INTO meta (id, body) VALUES (?, ?)", (HOME_ID, made))

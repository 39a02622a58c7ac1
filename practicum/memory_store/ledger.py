"""An append-only SQLite file: opening, transactions, rows. What the rows mean is `journal`'s.

WAL, so that readers see a consistent file while one process writes;
``synchronous=FULL``, so that a row is on the disk before its call returns.
"""

from __future__ import annotations

import json
import os
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

from practicum.errors import JournalError
from practicum.hostile import redact_as
from practicum.memory_store import migrations
from practicum.memory_store.failures import explained
from practicum.memory_store.lock import acquire_writer_lock
from practicum.memory_store.shared_writes import SharedWrites
from practicum.records import SCHEMA_VERSION, JsonObject, Record

if TYPE_CHECKING:
    import sqlite3

    from filelock import BaseFileLock

T = TypeVar("T")

PAGE = 500
"""Rows fetched at once while iterating; no read stays open between pages."""
IN_MEMORY = Path(":memory:")
"""How messages name a ledger that is on no disk."""


def encode(body: Any) -> str:
    """Return ``body`` as ASCII JSON; the order of keys is kept."""
    return json.dumps(body, separators=(",", ":"))


class Ledger:
    """An open file; made by `Ledger.open`. Safe to use from several threads."""

    def __init__(
        self, path: Path, connection: sqlite3.Connection, lock: BaseFileLock | None, *, write: bool
    ) -> None:
        self.path = path
        self._connection = connection
        self._lock = lock
        self._write = write
        self._closed = False
        self._mutex = threading.RLock()
        self._depth = 0
        self._shared = SharedWrites(self._mutex, self.transaction)

    @classmethod
    def open(cls, path: Path, *, write: bool) -> Self:
        """Open the file, for writing (made and migrated as needed) or for reading.

        Raises:
            JournalError: There is nothing to read, another process writes, the schema is
                newer, or the file or its folder can't be used.
        """
        lock = acquire_writer_lock(path) if write else None
        try:
            with explained(path):
                connection = _writable(path) if write else _readable(path)
        except BaseException:
            if lock is not None:
                lock.release()
            raise
        return cls(path, connection, lock, write=write)

    @classmethod
    def in_memory(cls) -> Self:
        """Return an empty one that is on no disk, and gone when it is closed, or nobody has it any more."""
        import sqlite3

        connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        migrations.migrate(connection, IN_MEMORY)
        made = cls(IN_MEMORY, connection, None, write=True)
        weakref.finalize(made, connection.close)  # whoever ends a worker need not reach into it
        return made

    def close(self) -> None:
        """Fold the write-ahead log into the file and give the lock back; may be called twice."""
        with self._mutex:
            self._connection.close()
            self._closed = True
            if self._lock is not None:
                self._lock.release()
                self._lock = None

    def require_writing(self) -> None:
        """Refuse what is to be recorded before anything is paid for it.

        Raises:
            JournalError: it was closed, or opened for reading.
        """
        self._require_open()
        if not self._write:
            raise JournalError(
                f"{self.path} was opened for reading", "open it with write=True before recording"
            )

    def _require_open(self) -> None:
        if self._closed:
            raise JournalError(f"{self.path} was closed", "open its home again, and use what that returns")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything appended inside becomes durable together or not at all; may be nested."""
        with self._mutex, explained(self.path):
            self.require_writing()
            if self._depth == 0:
                self._connection.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
            except BaseException:
                self._depth -= 1
                # SQLite rolls back by itself on a full disk; a second ROLLBACK would hide the first error.
                if self._depth == 0 and self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
            self._depth -= 1
            if self._depth == 0:
                self._commit()

    def together(self, write: Callable[[], T]) -> T:
        """Return what ``write`` returns, made durable in a transaction that other threads' writes may share.

        Within a transaction of this thread's own it is a part of that.

        Args:
            write: Appends, and changes nothing else: it may be done twice, and then counts once.
        """
        return write() if self._is_inside() else self._shared.run(write)

    def _is_inside(self) -> bool:
        """Whether this thread is inside a transaction of its own."""
        if not self._mutex.acquire(blocking=False):
            return False
        try:
            return self._depth > 0
        finally:
            self._mutex.release()

    def _commit(self) -> None:
        try:
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    def append(self, table: str, kind: type[Record], body: JsonObject, /, **columns: str | int) -> None:
        """Add one row: its body, without the secrets that may be in it, and the columns to look it up by.

        Args:
            table: The row's.
            kind: Of the record that the body is the dict of: what may be redacted in it.
            body: What is kept.
            columns: By name.
        """
        names = ", ".join((*columns, "body"))
        marks = ", ".join("?" for _ in range(len(columns) + 1))
        sql = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608 - names from code, values bound
        with self.transaction():
            try:
                self._connection.execute(sql, (*columns.values(), encode(redact_as(kind, body))))
            except UnicodeEncodeError as error:
                raise JournalError(
                    f"half a surrogate pair in an id or a name: {error}", "rename the tool, or mend the file"
                ) from error

    def rows(self, sql: str, *values: str | int) -> list[tuple[Any, ...]]:
        """Return all rows of a query."""
        with self._mutex, explained(self.path):
            self._require_open()
            return self._connection.execute(sql, values).fetchall()

    def body(self, sql: str, *values: str | int) -> JsonObject | None:
        """Return the decoded first column of the first row, or None."""
        found = self.rows(sql, *values)
        return json.loads(found[0][0]) if found else None

    def texts(self, table: str, where: JsonObject, *, after: int = 0) -> Iterator[tuple[int, str]]:
        """Yield (row number, body as JSON) in the order of recording, rows after ``after`` only.

        Args:
            table: Name of the table.
            where: Column to value; a value of None is no condition.
            after: Row number to start behind.
        """
        wanted = {column: value for column, value in where.items() if value is not None}
        condition = "".join(f" AND {column} = ?" for column in wanted)
        sql = f"SELECT row, body FROM {table} WHERE row > ?{condition} ORDER BY row LIMIT {PAGE}"  # noqa: S608
        last = after
        while page := self.rows(sql, last, *wanted.values()):
            yield from page
            last = page[-1][0]

    def meta(self, name: str) -> Any:
        """Return what the file says of itself under ``name``, or None."""
        with self._mutex, explained(self.path):
            self._require_open()
            known = migrations.has_meta(self._connection)
        return self.body("SELECT body FROM meta WHERE id = ?", name) if known else None

    def has_table(self, name: str) -> bool:
        """Whether the table is there: journals from before it gain it when they are next written."""
        return bool(self.rows("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", name))

    def count(self, table: str, what: str = "*") -> int:
        """Return ``count(what)`` of a table."""
        return int(self.rows(f"SELECT count({what}) FROM {table}")[0][0])  # noqa: S608 - names from code

    def size(self) -> int:
        """Return the size of the file in bytes, its write-ahead log included."""
        log = self.path.with_name(self.path.name + "-wal")
        return sum(part.stat().st_size for part in (self.path, log) if part.exists())


def _connect(path: Path, query: str) -> sqlite3.Connection:
    import sqlite3

    uri = f"{path.resolve().as_uri()}?{query}"
    return sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False, timeout=10)


def _writable(path: Path) -> sqlite3.Connection:
    connection = _connect(path, "mode=rwc")
    try:
        migrations.check(connection, path)  # before the file is changed in any way: it may be someone else's
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("BEGIN IMMEDIATE")
        migrations.migrate(connection, path)
        connection.execute("COMMIT")
    except BaseException:
        connection.close()
        raise
    return connection


def require_file(path: Path) -> None:
    """Raise JournalError if there is no journal at ``path``."""
    if not path.exists():
        raise JournalError(
            f"there is no journal at {path}", "run `practicum explore` first, or give another --home"
        )


def _readable(path: Path) -> sqlite3.Connection:
    require_file(path)
    # In a folder that can't be written SQLite can't make its coordination files, and needn't: no one writes.
    query = "mode=ro" if os.access(path.parent, os.W_OK) else "mode=ro&immutable=1"
    connection = _connect(path, query)
    try:
        version = migrations.check(connection, path)
        if version < SCHEMA_VERSION:
            raise JournalError(
                f"{path} has schema version {version}, older than {SCHEMA_VERSION}",
                "run `practicum memory rebuild` once: it brings the journal up to date",
            )
    except BaseException:
        connection.close()
        raise
    return connection

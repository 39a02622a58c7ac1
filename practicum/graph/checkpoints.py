"""Where the state of an unfinished episode is kept: a SQLite file in the home, or a Postgres database."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from practicum.errors import JournalError, SetupError, first_line, install

if TYPE_CHECKING:
    from langgraph.checkpoint.base import BaseCheckpointSaver

_SCHEMES = frozenset({"postgresql", "postgres"})
_SETTING = "PRACTICUM_CHECKPOINT_URL"


def open_checkpointer(where: Path | str) -> AbstractAsyncContextManager[BaseCheckpointSaver[Any]]:
    """Open the checkpoints of a home.

    Args:
        where: A file, which is made if need be and folded into one when the context ends; or the address
            of a Postgres database, ``postgresql://...``, where tables are made if need be; homes may
            share it.

    Raises:
        JournalError: the file is damaged, the disk is full, or the database can't be used.
        SetupError: the address is none of Postgres, or its package is not installed.
    """
    return _in_file(where) if isinstance(where, Path) else _in_postgres(where)


def thread_of(home_id: str | None, episode_id: str) -> str:
    """Name an episode's states; homes may share a database, and their plans be equal."""
    return f"{home_id}-{episode_id}"


async def holds_any(where: Path | str, threads: Collection[str]) -> bool:
    """Whether a state of one of these episodes is kept: it was interrupted.

    Raises:
        JournalError: the checkpoints can't be used.
        SetupError: the address is none of Postgres, or its package is not installed.
    """
    if isinstance(where, Path) and not where.exists():
        return False
    async with open_checkpointer(where) as saver:
        async for found in saver.alist(None):
            if found.config["configurable"]["thread_id"] in threads:
                return True
    return False


@asynccontextmanager
async def _in_file(path: Path) -> AsyncIterator[BaseCheckpointSaver[Any]]:
    import sqlite3

    from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

    try:
        async with AsyncSqliteSaver.from_conn_string(str(path)) as saver:
            await saver.setup()
            # Without waiting for the disk at each step: a process that is killed loses nothing all the same.
            # A machine that loses its power may lose the last steps of trials under way; the file stays
            # whole, and the journal, which does wait, holds every trial that ended.
            await saver.conn.execute("PRAGMA synchronous = NORMAL")
            yield saver
    except sqlite3.DatabaseError as error:
        raise JournalError(
            f"the checkpoints in {path} can't be used ({error})",
            "free some space if the disk is full, else delete the file: it holds unfinished trials only",
        ) from error


@asynccontextmanager
async def _in_postgres(url: str) -> AsyncIterator[BaseCheckpointSaver[Any]]:
    shown = require_postgres(url)
    try:
        from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver
        from psycopg import Error
    except ImportError as error:  # the package, or the library of Postgres that it needs
        line = first_line(error)
        raise SetupError(
            f"checkpoints in Postgres need a package that can't be imported: {line}",
            f"{install('postgres')}, or unset {_SETTING}",
        ) from error
    try:
        async with AsyncPostgresSaver.from_conn_string(url) as saver:
            await saver.setup()
            yield saver
    except Error as error:
        line = first_line(error)
        raise JournalError(
            f"the checkpoints in {shown} can't be used ({line})",
            f"start the database, check {_SETTING}, or unset it; what was recorded is kept",
        ) from error


def require_postgres(url: str) -> str:
    """Return the address as it may be shown, without the password that may be in it.

    Raises:
        SetupError: it is none of a Postgres database.
    """
    try:
        parts = urlsplit(url)
        place, scheme = f"{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}", parts.scheme
    except ValueError:
        place = scheme = ""
    if scheme not in _SCHEMES:
        raise SetupError(
            f"{_SETTING} is no address of a Postgres database",
            f"write it as postgresql://USER@HOST:5432/DATABASE, or unset {_SETTING}",
        )
    return f"{scheme}://{place}{parts.path}"

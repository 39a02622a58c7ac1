"""Where the state of an unfinished episode is kept: a SQLite file in the home."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from practicum.errors import JournalError

# Checkpoints hold plain JSON only; anything else in them was not written by us and is not built.
os.environ.setdefault("LANGGRAPH_STRICT_MSGPACK", "true")

if TYPE_CHECKING:
    from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver


@asynccontextmanager
async def open_checkpointer(path: Path) -> AsyncIterator[AsyncSqliteSaver]:
    """Open the checkpoints of a home; they are folded into one file when the context ends.

    Raises:
        JournalError: the file is damaged, or the disk is full.
    """
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

"""The files of a registered adapter: where they lie, and whether they are still what was registered."""

from __future__ import annotations

import json
from pathlib import Path

from practicum.errors import JournalError
from practicum.memory_store.candidates import Adapter
from practicum.memory_store.home import Home
from practicum.records import ToolCall

LEARNED = "learned.jsonl"
"""The file of an adapter's folder that lists the queries it was trained on, with their calls."""


def adapter_folder(home: Home, adapter: Adapter) -> Path:
    """Return where an adapter's weights lie.

    Raises:
        JournalError: a file is gone or not of its size.
    """
    folder = home.path / adapter.folder
    found = file_sizes(folder)
    wrong = [name for name, size in adapter.files.items() if found.get(name) != size]
    if wrong:
        raise _damaged(adapter, folder / wrong[0])
    return folder


def _damaged(adapter: Adapter, file: Path) -> JournalError:
    return JournalError(
        f"lora@{adapter.version} is damaged: {file} is not as it was registered",
        "bring the folder back from a backup, or train again: `practicum train`",
    )


def file_sizes(folder: Path) -> dict[str, int]:
    """Return the size in bytes of each file by its path within the folder, sorted; empty without a folder."""
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    return {file.relative_to(folder).as_posix(): file.stat().st_size for file in files}


def learned_by_adapter(home: Home, adapter: Adapter) -> list[tuple[str, ToolCall | None]]:
    """Return the queries that an adapter was trained on, with their calls.

    Raises:
        JournalError: a file of the adapter is gone, not of its size, or can't be read.
    """
    file = adapter_folder(home, adapter) / LEARNED
    try:
        rows = map(json.loads, file.read_text(encoding="utf-8").splitlines())
        return [(row["query"], ToolCall.from_dict(row["call"]) if row["call"] else None) for row in rows]
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise _damaged(adapter, file) from error

"""Adapters on the disk of a home: a folder is complete before the journal names it."""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from practicum.errors import JournalError, SetupError
from practicum.memory_store.adapter_files import LEARNED, file_sizes
from practicum.memory_store.candidates import Adapter
from practicum.memory_store.failures import explained
from practicum.memory_store.home import Home
from practicum.records import JsonObject, Lessons, ToolCall, utc_now
from practicum.training.examples import Targets
from practicum.training.training_record import FILE_NAME

FOLDER = "adapters"
"""Where adapters lie within a home."""

_INCOMING = ".incoming-"
"""Begins the names of folders that are not settled yet; the process follows."""

LearnedQueries = Sequence[tuple[str, ToolCall | None]]
"""Queries with the calls they were learned with; None where no call should be made."""


def register_adapter(
    home: Home,
    folder: Path,
    *,
    training: JsonObject,
    targets: Targets,
    schema_hashes: Mapping[str, str],
    learned: LearnedQueries,
    lessons: Mapping[str, Lessons] | None = None,
    meta: JsonObject | None = None,
) -> Adapter:
    """Move a finished adapter into the home, and number it.

    A crash on the way leaves no number, at most a folder that `take_back` finds again, and that the next
    adapter replaces. When the disk is full, what training wrote is where it was, to be registered once there
    is room.

    Args:
        home: A home that is open for writing.
        folder: What training wrote. It is moved: renamed when it lies on the disk of the home.
        training: The training's own record.
        targets: How the adapter writes arguments.
        schema_hashes: Hash of the schema of each tool that was trained on.
        learned: What it was trained on, so that validation can keep clear of it.
        lessons: By tool, what the trials behind it taught about its arguments.
        meta: How it came to be, beside the training's record.

    Raises:
        SetupError: there is nothing in ``folder``.
        JournalError: the home can't be written.
    """
    if not folder.is_dir() or not file_sizes(folder):
        raise SetupError(f"there is no adapter in {folder}", "train again: nothing was written there")
    incoming = home.path / FOLDER / f"{_INCOMING}{os.getpid()}-{secrets.token_hex(4)}"
    with explained(home.path):
        incoming.parent.mkdir(parents=True, exist_ok=True)
        _sweep(incoming.parent)
        _write_learned(folder / LEARNED, learned)
        _to_disk(folder)
        shutil.move(folder, incoming)  # may copy between disks: before the journal is held
    made = Adapter(
        version=1,
        created_at=utc_now(),
        meta=meta or {},
        folder="",
        files=file_sizes(incoming),
        examples=len(learned),
        schema_hashes=dict(schema_hashes),
        targets=targets,
        training=training,
        lessons=dict(lessons or {}),
    )
    try:
        return home.journal.register_adapter(partial(_settle, home.path, incoming, made))
    except JournalError:
        _give_back(home, incoming, folder)
        raise


def take_back(home: Home, folder: Path) -> None:
    """Put a finished adapter whose process was killed before it had a number back to where it was made.

    Nothing is done where something lies in ``folder``.

    Args:
        home: A home that is open for writing, so that nobody else is registering.
        folder: Where trainings of this home write.

    Raises:
        JournalError: the home can't be written.
    """
    incoming = sorted((home.path / FOLDER).glob(f"{_INCOMING}*"))
    finished = [place for place in (*incoming, *_without_row(home)) if (place / FILE_NAME).is_file()]
    if finished and not folder.exists():
        with explained(home.path):
            finished[0].rename(folder)


def _give_back(home: Home, incoming: Path, folder: Path) -> None:
    """Put a finished adapter that got no number where it was."""
    for place in (incoming, *_without_row(home)):
        if place.is_dir() and not folder.exists():
            shutil.move(place, folder)


def _without_row(home: Home) -> list[Path]:
    """Return the folders that have the name of an adapter, and whose number was not kept."""
    known = {adapter.folder for adapter in home.journal.adapters()}
    found = sorted((home.path / FOLDER).glob("lora-*"))
    return [place for place in found if f"{FOLDER}/{place.name}" not in known]


def _sweep(folder: Path) -> None:
    """Remove what other processes left: one process writes at a time, so that they are over."""
    for left in folder.glob(f"{_INCOMING}*"):
        if not left.name.startswith(f"{_INCOMING}{os.getpid()}-"):
            shutil.rmtree(left, ignore_errors=True)


def _settle(home: Path, incoming: Path, made: Adapter, version: int) -> Adapter:
    """Give the folder its name; one of this name that the journal does not know is left of a crash."""
    name = f"{FOLDER}/lora-{version}"
    shutil.rmtree(home / name, ignore_errors=True)
    incoming.rename(home / name)
    return made.model_copy(update={"version": version, "folder": name})


def _write_learned(file: Path, learned: LearnedQueries) -> None:
    # ASCII: a query may hold half a surrogate pair, which is no UTF-8.
    rows = ({"query": query, "call": call.as_dict() if call else None} for query, call in learned)
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")


def _to_disk(folder: Path) -> None:
    """Wait until every file is on the disk: the row that names them will be."""
    for file in file_sizes(folder):
        descriptor = os.open(folder / file, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

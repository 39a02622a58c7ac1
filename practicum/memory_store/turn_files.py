"""Reading the turns that serving processes left, while they go on writing."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from practicum.memory_store.failures import explained
from practicum.memory_store.turn_log import turns_folder
from practicum.records import SCHEMA_VERSION, Turn

if TYPE_CHECKING:
    from practicum.memory_store.journal import Journal

WRITING_S = 60.0
"""A line is written at once; one that has no end so long after the last write was cut off."""


@dataclass(frozen=True)
class KeptTurn:
    """A turn, and what its user said next."""

    turn: Turn
    followed_by: Turn | None = None
    """The turn after it in its conversation, where the same process answered it."""


@dataclass(frozen=True)
class KeptTurns:
    """What lies in a home's folder of turns, in the order of the answers."""

    turns: tuple[KeptTurn, ...] = ()
    unreadable: int = 0
    """Lines that are no turn: torn when a process was killed or a disk was full, or damaged."""
    newer: int = 0
    """Turns that a newer practicum wrote; it reads them."""


def read_turns(home: Path) -> KeptTurns:
    """Return the turns of a home; a line that is still being written is left for the next time.

    Raises:
        JournalError: a file can't be read.
    """
    found: list[KeptTurn] = []
    unreadable = newer = 0
    folder = turns_folder(home)
    with explained(folder):
        files = sorted(folder.glob("*.jsonl")) if folder.is_dir() else []
        for file in files:
            own: list[Turn] = []
            for line in _lines(file):
                turn = _turn(line)
                unreadable += turn is None
                newer += isinstance(turn, int)
                if isinstance(turn, Turn):
                    own.append(turn)
            found += _followed(own)
    found.sort(key=lambda each: each.turn.at)
    return KeptTurns(tuple(found), unreadable, newer)


def turns_waiting(journal: Journal) -> int:
    """Return how many turns of the journal's home are not judged, but for those that called no tool."""
    return len(waiting(journal, read_turns(journal.path.parent)))


def waiting(journal: Journal, found: KeptTurns) -> list[KeptTurn]:
    """Return the turns that the journal lacks, the oldest first, without those that called no tool."""
    left = {kept.turn.id: kept for kept in found.turns if kept.turn.tool is not None}
    return [kept for turn_id, kept in left.items() if not journal.has_trial(turn_id)]


def _lines(file: Path) -> Iterator[bytes]:
    """Yield a file's lines, without a last one that has no end and may still be written."""
    with file.open("rb") as opened:
        for line in opened:
            if line.strip() and (line.endswith(b"\n") or _is_left(opened.fileno())):
                yield line


def _is_left(file: int) -> bool:
    """Whether nobody is writing a line: the process was killed, or waits for room on the disk."""
    return time.time() - os.fstat(file).st_mtime > WRITING_S


def _turn(line: bytes) -> Turn | int | None:
    """Return what a line holds: a turn, the version of one that is newer than this code, or neither."""
    try:
        fields = json.loads(line)
        version = fields["schema_version"]
        if isinstance(version, int) and version > SCHEMA_VERSION:
            return version
        return Turn.from_dict(fields)
    except (ValueError, RecursionError, TypeError, KeyError, ValidationError):
        return None


def _followed(turns: list[Turn]) -> Iterator[KeptTurn]:
    """Yield one process' turns with what followed; of conversations that began alike, the later one's."""
    last: dict[str, str] = {}
    after: dict[str, Turn] = {}
    for turn in turns:
        if turn.before and turn.before in last:
            after.setdefault(last[turn.before], turn)
        last[turn.after] = turn.id
    yield from (KeptTurn(turn, after.get(turn.id)) for turn in turns)

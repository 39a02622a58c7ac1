"""Attempts kept on disk as they end, so that an interrupted evaluation goes on where it was."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from practicum.evaluation.attempts import Attempted
from practicum.evaluation.data import writable
from practicum.evaluation.predict import Predict
from practicum.hostile import redact_value
from practicum.records import Item, ToolSpec, digest


class AttemptLog:
    """One file for one arm on one set of items, an attempt a line; only whole lines count."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.answered = 0
        """Items answered from the file, which an interrupted run had left."""
        self._known = {attempt.id: attempt for attempt in _read(path)}
        self._torn = _is_torn(path)

    def resuming(self, predict: Predict) -> Predict:
        """Return ``predict`` with what is known answered from the file, and the rest written to it."""

        async def predict_once(item: Item) -> Attempted:
            known = self._known.get(item.id)
            if known is not None:
                self.answered += 1
                return known
            attempt = await predict(item)
            if attempt.broken is None:  # a broken attempt is made again by the next run
                self._append(attempt)
            return attempt

        return predict_once

    def forget(self) -> None:
        """Remove the file: the evaluation it was for has ended."""
        self.path.unlink(missing_ok=True)

    def _append(self, attempt: Attempted) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        line = json.dumps(redact_value(writable(attempt.model_dump()))) + "\n"
        with self.path.open("a", encoding="utf-8") as file:
            # After half a line a whole one would be unreadable, too.
            file.write(f"\n{line}" if self._torn else line)
        self._torn = False


def log_name(items: Sequence[Item], specs: Sequence[ToolSpec], *identity: str) -> str:
    """Return a file name that changes with anything an attempt depends on.

    Args:
        items: What is asked.
        specs: The tools.
        identity: The model and its server, the arm, what it was given, the embedder, the prompts' hash.
    """
    asked = [item.as_dict() for item in items]
    return f"{digest(*identity, asked, [spec.schema_hash for spec in specs])}.jsonl"


def _read(path: Path) -> list[Attempted]:
    if not path.exists():
        return []
    found = []
    for line in path.read_bytes().split(b"\n"):
        try:
            found.append(Attempted.from_dict(json.loads(line)))
        except (ValueError, ValidationError):  # the line that a kill cut short
            continue
    return found


def _is_torn(path: Path) -> bool:
    """Whether the file's last line has no end."""
    return path.exists() and not path.read_bytes().endswith(b"\n")

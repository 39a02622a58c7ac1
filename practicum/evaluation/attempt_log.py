"""Attempts kept on disk as they end, so that an interrupted evaluation goes on where it was."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from pydantic import ValidationError

from practicum.evaluation.attempts import Attempted
from practicum.evaluation.line_log import LineLog
from practicum.evaluation.runner import Predict
from practicum.hostile import redact_as, redact_record
from practicum.records import Item, ToolSpec, digest


class AttemptLog:
    """One file for one arm on one set of items, an attempt a line; only whole lines count."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.answered = 0
        """Items answered from the file, which an interrupted run had left."""
        self._lines = LineLog(path)
        self._known = {attempt.id: attempt for attempt in _attempts(self._lines)}

    def resuming(self, predict: Predict) -> Predict:
        """Return ``predict`` with what is known answered from the file, and the rest written to it."""

        async def predict_once(item: Item) -> Attempted:
            known = self._known.get(item.id)
            if known is not None:
                self.answered += 1
                return known
            attempt = await predict(item)
            if _worth_keeping(attempt):
                self._lines.append(redact_as(Attempted, attempt.model_dump()))
            return attempt

        return predict_once

    def forget(self) -> None:
        """Remove the file: the evaluation it was for has ended."""
        self._lines.forget()


def log_name(items: Sequence[Item], specs: Sequence[ToolSpec], *identity: str) -> str:
    """Return a file name that changes with anything an attempt depends on.

    Args:
        items: What is asked.
        specs: The tools.
        identity: The model and its server, the arm, what it was given, the embedder, the prompts' hash.
    """
    asked = [item.as_dict() for item in items]
    return f"{digest(*identity, asked, [spec.schema_hash for spec in specs])}.jsonl"


def _worth_keeping(attempt: Attempted) -> bool:
    """Whether the next run need not make it again: it did not break, and its calls hold nothing to blank."""
    calls = attempt.prediction.calls
    return attempt.broken is None and all(redact_record(call) == call.as_dict() for call in calls)


def _attempts(lines: LineLog) -> Iterator[Attempted]:
    for value in lines.values():
        try:
            yield Attempted.from_dict(value)
        except ValidationError:
            continue

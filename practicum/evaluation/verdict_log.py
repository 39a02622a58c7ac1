"""Verdicts of a judge kept on disk as they are given: a resumed evaluation asks nothing twice."""

from __future__ import annotations

from pathlib import Path

from practicum.evaluation.line_log import LineLog
from practicum.hostile import redact

VerdictKey = tuple[str, tuple[str, ...]]
"""An item's id and the signatures of the calls that were made: what a verdict is about."""


class VerdictLog:
    """The verdicts of one judge on one evaluation: in memory, and a line each in a file, if there is one."""

    def __init__(self, path: Path | None = None) -> None:
        self._lines = LineLog(path) if path is not None else None
        kept = () if self._lines is None else self._lines.values()
        self._known: dict[VerdictKey, bool] = dict(filter(None, map(_read, kept)))

    def __contains__(self, question: VerdictKey) -> bool:
        return question in self._known

    def get(self, question: VerdictKey) -> bool | None:
        """Return whether the calls ask for the same; None where there is no verdict."""
        return self._known.get(question)

    def add(self, question: VerdictKey, *, same: bool) -> None:
        """Keep a verdict; not on disk, where its calls hold a secret: it would be about other calls there."""
        self._known[question] = same
        name, calls = question
        if self._lines is not None and all(redact(call) == call for call in calls):
            self._lines.append({"id": name, "calls": list(calls), "same": same})

    def forget(self) -> None:
        """Remove the file: the evaluation it was for has ended."""
        if self._lines is not None:
            self._lines.forget()


def _read(value: object) -> tuple[VerdictKey, bool] | None:
    match value:
        case {"id": str(name), "calls": list(calls), "same": bool(same)}:
            return (name, tuple(map(str, calls))), same
    return None

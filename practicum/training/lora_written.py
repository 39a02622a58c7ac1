"""What a checkpoint was written as: what was damaged later differs from what was never finished."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from practicum.whole_files import written_whole

NAME = "written.json"
"""Of the file: ``{"files": {name: sha256}}``. Written last, so it also says that all the others are there."""


def note_written(checkpoint: Path) -> None:
    """Note what each file of a finished checkpoint holds."""
    others = (path for path in sorted(checkpoint.iterdir()) if path.is_file() and path.name != NAME)
    files = {path.name: _sha256(path) for path in others}
    with written_whole(checkpoint / NAME, durable=True) as aside:
        aside.write_text(json.dumps({"files": files}, indent=1), "utf-8")


def was_written(checkpoint: Path) -> bool:
    """Whether all of a checkpoint was once there."""
    return (checkpoint / NAME).exists()


def first_damaged(checkpoint: Path) -> str | None:
    """Return the first file of a checkpoint that holds something else than was written; None if none does."""
    try:
        files = json.loads((checkpoint / NAME).read_text("utf-8"))["files"].items()
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return NAME
    if not files:
        return NAME
    return next((name for name, written in files if _read(checkpoint / str(name)) != written), None)


def _read(path: Path) -> str | None:
    try:
        return _sha256(path)
    except OSError:  # it is gone, or can't be read
        return None


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

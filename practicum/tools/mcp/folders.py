"""The folders of sessions: each is removed with its session, what is left of them with the process."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path


class Folders:
    """Knows which folders were made and are still there; any thread may ask."""

    def __init__(self) -> None:
        self._there: set[Path] = set()

    def make(self) -> Path:
        """Make an empty one."""
        folder = Path(tempfile.mkdtemp(prefix="practicum-mcp-"))
        self._there.add(folder)
        return folder

    def remove(self, folder: Path) -> None:
        """Remove a folder with all that is in it; what a server writes meanwhile is left for later."""
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            self._there.discard(folder)

    def remove_all(self) -> None:
        """Remove what is left."""
        for folder in list(self._there):
            self.remove(folder)


FOLDERS = Folders()
"""Shared by all sessions of the process."""

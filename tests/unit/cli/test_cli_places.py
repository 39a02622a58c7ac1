"""Paths of the user's, wherever a tool went meanwhile."""

from __future__ import annotations

import contextvars
from pathlib import Path

import pytest

from practicum.cli import places


def test_a_path_is_what_was_meant_where_a_tool_removed_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    gone = tmp_path / "gone"
    gone.mkdir()

    def meant() -> list[Path]:
        places.stand_here()
        here = places.as_meant(Path("home"))
        monkeypatch.chdir(gone)
        gone.rmdir()
        return [here, places.as_meant(Path("home"))]

    assert contextvars.copy_context().run(meant) == [Path("home"), tmp_path / "home"]

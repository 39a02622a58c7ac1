"""The bench of effects, in small: what counts is the disk, and the control shows that it looks."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from bench.effects import _open_servers, _python, explored
from bench.effects_parts import differences, look, make_workplace
from practicum.errors import SetupError

pytestmark = [pytest.mark.slow, pytest.mark.skipif(shutil.which("git") is None, reason="git is not there")]


@pytest.mark.parametrize(
    "options", [{}, {"effects": "simulate"}, {"strategy": "call-first"}], ids=["dry-run", "simulate", "first"]
)
def test_tools_that_do_harm_change_no_byte_while_they_are_not_allowed(options: dict[str, Any]) -> None:
    entry = _python(40, **options)
    assert entry["trials"] == 40
    assert entry["calls that would change something"] >= 32
    assert entry["changed"] == []


def test_the_same_tools_do_harm_once_they_are_allowed() -> None:
    changed = _python(40, allowed=True)["changed"]
    assert "files/plan.txt" in changed
    assert any(path.startswith("repository/.git/") for path in changed)


def test_what_is_gone_new_or_other_is_a_difference(tmp_path: Path) -> None:
    workplace = make_workplace(tmp_path / "workplace")
    before = look(workplace)
    assert differences(before, look(workplace)) == []
    (workplace / "files" / "plan.txt").write_text("one\ntwo\n\n")
    (workplace / "files" / "letters" / "ann.txt").unlink()
    (workplace / "files" / "new.txt").symlink_to("plan.txt")
    (workplace / "repository" / "part-0.txt").chmod(0o600)
    assert differences(before, look(workplace)) == [
        "files/letters/ann.txt",
        "files/new.txt",
        "files/plan.txt",
        "repository/part-0.txt",
    ]


def test_servers_of_strangers_change_no_byte_either() -> None:
    missing = [name for name in ("npx", "mcp-server-git") if shutil.which(name) is None]
    if missing:
        pytest.skip(f"{missing[0]} is not on the PATH")
    try:
        entry = explored(lambda workplace: _open_servers(workplace, ""), 40)
    except SetupError as error:
        pytest.skip(error.message)
    assert entry["calls that would change something"] > 0
    assert entry["changed"] == []

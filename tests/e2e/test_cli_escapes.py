"""An answer that holds escape sequences, printed by the real command."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_parts import practicum, write_lines, write_tools

pytestmark = pytest.mark.slow


def test_an_answer_does_nothing_to_the_terminal(tmp_path: Path) -> None:
    write_tools(tmp_path)
    write_lines(tmp_path / "script.jsonl", [{"content": "\x1b]0;pwned\x07\x1b[2JIt is 5."}] * 2)
    options = ("--tools", "tools.py", "--model", "scripted:script.jsonl", "--home", tmp_path / "home")
    asked = practicum("ask", "What is 2 and 3?", *options, cwd=tmp_path)
    talked = practicum("chat", *options, cwd=tmp_path, said="What is 2 and 3?\n\n")
    for done in (asked, talked):
        assert done.returncode == 0, done.stderr
        assert done.stdout.endswith("It is 5.\n" if done is asked else "It is 5.\nyou> ")
        assert "\x1b" not in done.stdout + done.stderr

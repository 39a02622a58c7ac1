"""`ask` and `serve` before a call that may change something for good: a terminal, and none."""

from __future__ import annotations

import os
import pty
import subprocess
from pathlib import Path

import pytest
from cli_parts import (
    COMMAND,
    QUERIES,
    calls_made,
    environment,
    only_json,
    practicum,
    write_script,
    write_tools,
)

pytestmark = pytest.mark.slow
QUERY = QUERIES[0][0]
OPTIONS = ("--tools", "tools.py", "--model", "scripted:script.jsonl")
AFTER_NO = '{"when": "not executed", "content": "I did not."}\n'


def with_undeclared_tool(folder: Path) -> Path:
    file = write_tools(folder)
    file.write_text(file.read_text().replace("@practicum.read_only\n", ""))
    with write_script(folder).open("a") as script:
        script.write(AFTER_NO)
    return folder


def at_a_terminal(folder: Path, answer: str) -> tuple[str, str]:
    """Ask at a terminal where the user answers this; gives what was shown there, and the answer."""
    ours, theirs = pty.openpty()
    command = [str(COMMAND), "ask", QUERY, *OPTIONS]
    with subprocess.Popen(
        command, cwd=folder, env=environment(), stdin=theirs, stderr=theirs, stdout=subprocess.PIPE, text=True
    ) as process:
        os.close(theirs)
        seen = ""
        while "[y/N]" not in seen:
            seen += os.read(ours, 1000).decode()
        os.write(ours, f"{answer}\n".encode())
        assert process.stdout is not None
        said = process.stdout.read()
    os.close(ours)
    return seen, said


def test_at_a_terminal_the_user_says_whether_a_call_is_made(tmp_path: Path) -> None:
    with_undeclared_tool(tmp_path)
    seen, said = at_a_terminal(tmp_path, "y")
    assert 'add({"a":2,"b":3})' in seen
    assert "its effect is unknown: nothing declares it" in " ".join(seen.split())
    assert (said.strip(), calls_made(tmp_path)) == ("It is 5.", ["2+3"])


def test_at_a_terminal_anything_but_yes_is_no(tmp_path: Path) -> None:
    _, said = at_a_terminal(with_undeclared_tool(tmp_path), "")
    assert (said.strip(), calls_made(tmp_path)) == ("I did not.", [])


def test_without_a_terminal_the_call_is_not_made_unless_it_was_allowed(tmp_path: Path) -> None:
    with_undeclared_tool(tmp_path)
    refused = only_json(practicum("ask", QUERY, *OPTIONS, "--json", cwd=tmp_path))
    assert refused["answer"] == "I did not."
    assert "nobody here who could approve it" in refused["observations"][0]
    assert calls_made(tmp_path) == []
    allowed = only_json(practicum("ask", QUERY, *OPTIONS, "--allow", "add", "--json", cwd=tmp_path))
    assert (allowed["answer"], calls_made(tmp_path)) == ("It is 5.", ["2+3"])


def test_what_practicum_toml_says_of_a_tool_holds_in_service(tmp_path: Path) -> None:
    with_undeclared_tool(tmp_path)
    (tmp_path / "practicum.toml").write_text('[tools.effects]\nadd = "read-only"\n')
    assert only_json(practicum("ask", QUERY, *OPTIONS, "--json", cwd=tmp_path))["answer"] == "It is 5."

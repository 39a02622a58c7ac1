"""Commands whose standard streams are closed, end early, or are narrow."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from cli_parts import COMMAND, QUERIES, calls_made, environment, practicum, practised_in, with_tools
from made_trials import made_trial

from practicum.memory_store.journal import Journal

pytestmark = pytest.mark.slow
ASK = ("ask", QUERIES[0][0], "--tools", "tools.py", "--model", "scripted:script.jsonl")


def in_a_shell(redirected: str, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run the command as a shell does with these redirections, or with a pipe into another command."""
    return subprocess.run(
        ["/bin/sh", "-c", f'"$0" "$@" {redirected}', COMMAND, *arguments],
        cwd=cwd,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_without_a_standard_input_nobody_can_be_asked(tmp_path: Path) -> None:
    file = with_tools(tmp_path) / "tools.py"
    file.write_text(file.read_text().replace("@practicum.read_only\n", ""))
    with (tmp_path / "script.jsonl").open("a") as script:
        script.write('{"when": "not executed", "content": "I did not."}\n')
    done = in_a_shell("<&-", *ASK, cwd=tmp_path)
    assert (done.returncode, done.stdout, calls_made(tmp_path)) == (0, "I did not.\n", [])
    assert "nobody here who could approve it" in done.stderr


@pytest.mark.parametrize("closed", ["2>&-", ">&-", "<&- >&- 2>&-"])
def test_what_is_printed_to_a_closed_stream_is_dropped(tmp_path: Path, closed: str) -> None:
    done = in_a_shell(closed, *ASK, cwd=with_tools(tmp_path))
    assert (done.returncode, calls_made(tmp_path)) == (0, ["2+3"])
    assert "Traceback" not in done.stderr
    assert done.stdout == ("It is 5.\n" if closed == "2>&-" else "")


def test_at_a_narrow_terminal_no_field_of_a_tool_is_cut(tmp_path: Path) -> None:
    terminal = {"COLUMNS": "40", "FORCE_COLOR": "1", "TERM": "xterm"}
    done = practicum("tools", "--tools", "almanac:units", cwd=tmp_path, **terminal)
    said = re.sub(r"\x1b\[\d+m", "", done.stdout)
    assert "convert_fuel_economy\n  arguments: figure, from_measure," in said
    assert "  why: its function declares it\n  exploring: runs\n  schema: " in said
    assert max(map(len, said.splitlines())) <= 40


def test_an_export_to_a_dash_is_written_to_standard_output(tmp_path: Path) -> None:
    practised_in(tmp_path)
    export = ("memory", "export", "--home", "home")
    assert practicum(*export, "whole.jsonl", cwd=tmp_path).returncode == 0
    done = practicum(*export, "-", cwd=tmp_path)
    assert done.stdout == (tmp_path / "whole.jsonl").read_text()
    assert done.stderr == f"wrote {len(done.stdout.splitlines())} entries to standard output\n"
    assert not (tmp_path / "-").exists()
    both = practicum(*export, "-", "--json", cwd=tmp_path)
    assert (both.returncode, both.stdout) == (2, "")


def test_an_export_to_a_standard_output_that_is_closed_is_refused(tmp_path: Path) -> None:
    practised_in(tmp_path)
    done = in_a_shell(">&-", "memory", "export", "--home", "home", "-", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "standard output is closed" in done.stderr
    assert "wrote" not in done.stderr


@pytest.mark.parametrize("file", ["-", "/dev/stdout"])
def test_an_export_that_nobody_reads_to_its_end_ends_quietly(tmp_path: Path, file: str) -> None:
    """What stands in the pipe is more than it holds, so that writing waits until reading has ended."""
    practised_in(tmp_path)
    with Journal.open(tmp_path / "home" / "journal.sqlite", write=True) as journal:
        journal.record_trial(made_trial(id="long", query="long " * 50_000))
    done = in_a_shell("| head -c 100", "memory", "export", "--home", "home", file, cwd=tmp_path)
    assert (len(done.stdout), done.stderr) == (100, "")

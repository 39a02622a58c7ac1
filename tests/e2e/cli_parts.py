"""The real command as a process, with files for it to read."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from forked import Forked

COMMAND = Path(sys.executable).with_name("practicum")
QUERIES = (
    ("What is two plus three?", 2, 3),
    ("Ann bought 10 apples, Bob 11 pears: how much fruit is that?", 10, 11),
    ("Total of an invoice over 250 and another over 1250, please", 250, 1250),
    ("Our bus has seven riders and forty get on now. How many ride?", 7, 40),
)
TOOLS = '''
import pathlib
import practicum

LOG = pathlib.Path(__file__).with_name("calls.txt")

@practicum.read_only
def add(a: int, b: int) -> str:
    """Add two whole numbers.

    Args:
        a: The first number.
        b: The second number.
    """
    BODY
    with LOG.open("a") as log:
        log.write(f"{a}+{b}\\n")
    return f"sum={a + b};"
'''


def environment(**more: str) -> dict[str, str]:
    """The environment without keys, servers and settings, but for ``more``."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("OPENAI_", "PRACTICUM_"))
    }
    return {**kept, "LANGSMITH_TRACING": "false", "COLUMNS": "200", "PRACTICUM_EMBEDDER": "hashing", **more}


def practicum(
    *arguments: str | Path, cwd: Path, said: str = "", **more: str
) -> subprocess.CompletedProcess[str]:
    """Run the command to its end, in a process of its own; ``said`` is its standard input."""
    process = start_forked(*arguments, cwd=cwd, said=said, **more)
    stdout, stderr = process.communicate()
    assert process.returncode is not None
    return subprocess.CompletedProcess(process.args, process.returncode, stdout, stderr)


def installed(*arguments: str | Path, cwd: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run the installed command from the interpreter's start to its end, of which nothing may be heard."""
    process = start(*arguments, cwd=cwd, **more)
    stdout, stderr = process.communicate(timeout=600)
    assert "Exception ignored" not in stderr
    return subprocess.CompletedProcess(process.args, process.returncode, stdout, stderr)


def start_forked(*arguments: str | Path, cwd: Path, said: str = "", **more: str) -> Forked:
    """Start the command by a fork, and leave it running; see `Forked`."""
    return Forked(list(map(str, arguments)), cwd=cwd, environment=environment(**more), said=said)


def start(*arguments: str | Path, cwd: Path, **more: str) -> subprocess.Popen[str]:
    """Start the installed command and leave it running: what it says can be read meanwhile."""
    return subprocess.Popen(
        [COMMAND, *map(str, arguments)],
        cwd=cwd,
        env=environment(**more),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def write_tools(folder: Path, body: str = "pass") -> Path:
    """Write a file with the tool ``add``, which logs each call that it finished."""
    file = folder / "tools.py"
    file.write_text(TOOLS.replace("BODY", body.replace("\n", "\n    ")))
    return file


def calls_made(folder: Path) -> list[str]:
    """What the tool of `write_tools` logged."""
    log = folder / "calls.txt"
    return log.read_text().splitlines() if log.exists() else []


def write_lines(file: Path, lines: Sequence[dict[str, Any]]) -> Path:
    file.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    return file


def write_script(folder: Path, queries: Sequence[tuple[str, int, int]] = QUERIES) -> Path:
    """Write a script in which each query is imagined, called rightly, answered and found solved."""
    lines: list[dict[str, Any]] = [
        {"when": "You imagine", "structured": {"query": query}} for query, _, _ in queries
    ]
    lines += [{"when": "judge it", "structured": {"solved": True, "reason": "as asked"}} for _ in queries]
    lines += [{"when": "You practised", "structured": {"lessons": []}} for _ in queries]
    for query, a, b in queries:
        lines.append({"when": query, "tool_calls": [{"name": "add", "arguments": {"a": a, "b": b}}]})
        lines.append({"when": f"sum={a + b};", "content": f"It is {a + b}."})
    return write_lines(folder / "script.jsonl", lines)


def exploring(folder: Path, *more: str) -> list[str | Path]:
    """The arguments of an exploration of the tool by the script."""
    return [
        "explore",
        "--tools",
        "tools.py",
        "--model",
        "scripted:script.jsonl",
        "--home",
        folder / "home",
        *more,
    ]


def with_tools(folder: Path, queries: Sequence[tuple[str, int, int]] = QUERIES) -> Path:
    """The folder, with tools and a script that explores them."""
    write_tools(folder)
    write_script(folder, queries)
    return folder


def practised_in(folder: Path) -> Path:
    """The folder, with tools, a script and a home of two solved trials."""
    explored = exploring(with_tools(folder), "--episodes", "2", "--trials", "1", "--json")
    only_json(practicum(*explored, cwd=folder))
    return folder


def only_json(done: subprocess.CompletedProcess[str]) -> Any:
    """What was printed on stdout, which must be one JSON object and nothing else."""
    assert done.returncode == 0, done.stderr
    value = json.loads(done.stdout)
    assert isinstance(value, dict)
    return value


def check_refused(done: subprocess.CompletedProcess[str], message: str, fix: str = "") -> None:
    """The user must act: status 2, one line that says what is wrong, one what to do, no traceback."""
    lines = done.stderr.splitlines()
    assert done.returncode == 2, (done.returncode, done.stderr)
    assert [line.partition(":")[0] for line in lines] == ["error", "fix"], done.stderr
    assert message in lines[0]
    assert fix in lines[1]
    assert done.stdout == ""


def journal_rows(home: Path, sql: str) -> list[tuple[Any, ...]]:
    """Rows of the home's journal, none while it is not there yet."""
    file = home / "journal.sqlite"
    if not file.exists():
        return []
    journal = sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=10)
    try:
        return journal.execute(sql).fetchall()
    except sqlite3.OperationalError:  # its tables are being made
        return []
    finally:
        journal.close()

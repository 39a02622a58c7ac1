"""A process that has sessions with MCP servers ends: neither a server nor the folder of a session stays."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from mcp_parts import bad, wait_until_gone, write_servers

pytestmark = pytest.mark.slow

BEGINNING = """
import asyncio
from pathlib import Path

from mcp_parts import SANDBOXED, Caller

from practicum.tools.catalog import in_fresh_sandboxes
from practicum.tools.langchain_tools import make_catalog
from practicum.tools.mcp import Trust, background, mcp_tools

catalog = make_catalog(mcp_tools("servers.json", TRUST))
(sandbox,) = catalog.sandboxes
call = Caller(catalog.tools)
"""
"""What each of the processes does first."""


def left_behind(folder: Path, script: str, how: str = "", *, trust: str = "SANDBOXED") -> list[str]:
    """Run a process to its end, whose servers behave so, and return the folders of sessions that stay."""
    mark = f"mark-{folder.name}-{os.getpid()}"
    (folder / "tmp").mkdir()
    state = {"NOTES": "${PRACTICUM_SESSION_DIR}/notes"}
    write_servers(folder, bad=bad(how, mark, str(folder / "data"), env=state))
    paths = os.pathsep.join([str(Path(__file__).parents[2]), *sys.path])
    environment = {**os.environ, "TMPDIR": str(folder / "tmp"), "PYTHONPATH": paths}
    text = BEGINNING.replace("TRUST", trust) + script
    subprocess.run([sys.executable, "-c", text], cwd=folder, env=environment, check=True, timeout=120)
    assert wait_until_gone(mark)
    return [each.name for each in (folder / "tmp").glob("practicum-mcp-*")]


def test_a_session_that_was_begun_again_just_before_leaves_nothing(tmp_path: Path) -> None:
    script = """
async def main():
    with in_fresh_sandboxes(catalog.tools, 0):
        await call.text("note", text="x")
        sandbox.renew(0)

asyncio.run(main())
"""
    assert left_behind(tmp_path, script) == []


def test_a_server_that_takes_long_to_end_keeps_no_folder(tmp_path: Path) -> None:
    script = """
background.PATIENCE_S = 0.1

async def main():
    with in_fresh_sandboxes(catalog.tools, 0):
        await call.text("note", text="x")

asyncio.run(main())
"""
    assert left_behind(tmp_path, script, "stays") == []


def test_a_second_ctrl_c_kills_servers_that_stay(tmp_path: Path) -> None:
    script = """
import signal
import threading

again = threading.Timer(1, signal.raise_signal, [signal.SIGINT])
again.daemon = True  # else the end of the process would wait for it, before that of servers
background.PATIENCE_S = 60

async def main():
    with in_fresh_sandboxes(catalog.tools, 0):
        await call.text("note", text="x")

asyncio.run(main())
again.start()
"""
    assert left_behind(tmp_path, script, "stays") == []


def test_a_call_that_is_given_up_while_a_directory_is_copied_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    for number in range(3000):
        (tmp_path / "data" / str(number)).write_text("x" * 1000)
    script = """
async def main():
    for seconds in (0.02, 0.1, 0.2, 0.4):
        with in_fresh_sandboxes(catalog.tools, 0):
            try:
                await asyncio.wait_for(call.text("count"), seconds)
            except TimeoutError:
                pass

asyncio.run(main())
"""
    assert left_behind(tmp_path, script, trust="Trust(copied=lambda server: Path('data'))") == []

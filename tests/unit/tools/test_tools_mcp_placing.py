"""A copy in the place of a directory: in a server's entry, in calls, in results."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from practicum.tools.mcp.config import McpServer
from practicum.tools.mcp.placing import Paths, in_copy, other_directories, what_escapes


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "work" / "sub").mkdir(parents=True)
    (tmp_path / "other").mkdir()
    (tmp_path / "server.py").write_text("")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "work"


def test_every_mention_of_the_directory_is_replaced(work: Path) -> None:
    copy = Path("/copy/work")
    env = {
        "DB": f"sqlite:///{work}/x.db",
        "PATHS": f"{work}/sub:{work}:{work}-not",
        "JSON": json.dumps({"roots": [str(work), f"{work}.bak"]}),
        "ELSE": "nothing",
    }
    args = ("server.py", "work", f"--root={work}", "--at", "work/sub", f"{work}/../work/a.txt")
    placed = in_copy(McpServer("s", command="run", args=args, env=env), work, copy)
    server = str(work.parent / "server.py")
    assert placed.args == (
        server,
        "/copy/work",
        "--root=/copy/work",
        "--at",
        "/copy/work/sub",
        "/copy/work/../work/a.txt",
    )
    assert placed.env == {
        "DB": "sqlite:////copy/work/x.db",
        "PATHS": f"/copy/work/sub:/copy/work:{work}-not",
        "JSON": json.dumps({"roots": ["/copy/work", f"{work}.bak"]}),
        "ELSE": "nothing",
    }
    assert placed.cwd == "/copy/work"


def test_the_working_directory_is_in_the_copy(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = Path("/copy/work")
    assert in_copy(McpServer("s", command="run", cwd=str(work / "sub")), work, copy).cwd == "/copy/work/sub"
    other = str(work.parent / "other")
    assert in_copy(McpServer("s", command="run", args=(str(work),), cwd=other), work, copy).cwd == other
    monkeypatch.chdir(work / "sub")
    here = McpServer("s", command="run")
    assert what_escapes(here, work) is None
    assert in_copy(here, work, copy).cwd == "/copy/work/sub"


def test_a_server_that_would_leave_the_copy_is_told(work: Path) -> None:
    assert "does not name" in str(what_escapes(McpServer("s", command="run", args=("sub", "x")), work))
    around = McpServer("s", command="run", args=(str(work),), cwd=str(work.parent))
    assert "its cwd is around" in str(what_escapes(around, work))
    assert what_escapes(McpServer("s", command="run", args=(str(work),)), work) is None


def test_other_directories_of_the_entry_are_told(work: Path) -> None:
    other = str(work.parent / "other")
    server = McpServer("s", command="run", args=(str(work), f"--also={other}", "server.py", "./none", "word"))
    assert other_directories(server, work) == [other]


def test_paths_are_told_as_those_of_the_original_and_taken_as_those() -> None:
    paths = Paths.of_session(Path("/run/s-1"), Path("/data/work"))
    call = {"path": "/data/work/a.txt", "all": ["/data/work", "/data/works", "/practicum-session/x", 3]}
    there = {"path": "/run/s-1/work/a.txt", "all": ["/run/s-1/work", "/data/works", "/run/s-1/x", 3]}
    assert paths.there(call) == there
    assert paths.back(there) == call
    assert paths.back("wrote /run/s-1/work/a.txt.") == "wrote /data/work/a.txt."
    assert Paths({}).there("/data/work") == "/data/work"

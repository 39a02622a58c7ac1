"""Real MCP servers that nobody here wrote, over stdio and over HTTP."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from mcp_parts import Caller, open_servers, processes, wait_until_gone
from mcp_servers import npm_server, pypi_server

from practicum.records import ErrorKind, JsonObject
from practicum.tools.catalog import in_fresh_sandboxes
from practicum.tools.effects import Effect
from practicum.tools.mcp import Trust

pytestmark = pytest.mark.slow
GIT = shutil.which("git")
KEY = "open-sesame-4711"


def files(*mark: str) -> JsonObject:
    return {"command": npm_server("filesystem"), "args": ["${PRACTICUM_SESSION_DIR}", *mark]}


def memory(*mark: str) -> JsonObject:
    env = {"MEMORY_FILE_PATH": "${PRACTICUM_SESSION_DIR}/memory.json"}
    return {"command": npm_server("memory"), "args": list(mark), "env": env}


def everything(*mark: str) -> JsonObject:
    return {"command": npm_server("everything"), "args": ["stdio", *mark], "env": {"SERVER_KEY": KEY}}


AS_TASKS = ["simulate-research-query"]
"""Tools that the server "everything" runs only as tasks."""


def listed(folder: Path, entry: JsonObject, trust: Trust | None = None) -> dict[str, Effect]:
    catalog = open_servers(folder, trust or Trust(), server=entry)
    assert [refusal.name for refusal in catalog.refused] == [
        name for name in AS_TASKS if entry["command"] == npm_server("everything")
    ]
    return {tool.name: tool.effect for tool in catalog}


@pytest.mark.parametrize(
    ("entry", "count"),
    [
        (files, 14),
        (memory, 9),
        (everything, 12),
        (lambda: {"command": pypi_server("time")}, 2),
        (lambda: {"command": pypi_server("git")}, 12),
    ],
    ids=["filesystem", "memory", "everything", "time", "git"],
)
def test_every_tool_of_the_server_can_be_used_and_none_may_run_unasked(
    tmp_path: Path, entry: Callable[[], JsonObject], count: int
) -> None:
    found = listed(tmp_path, entry())
    assert len(found) == count
    assert set(found.values()) <= {Effect.UNKNOWN, Effect.DESTRUCTIVE}


def test_the_hints_of_a_trusted_server_count(tmp_path: Path) -> None:
    found = listed(tmp_path, {"command": pypi_server("git")}, Trust(trusts=lambda server: server == "server"))
    assert found["git_status"] is Effect.READ_ONLY
    assert found["git_commit"] is Effect.REVERSIBLE
    assert found["git_reset"] is Effect.DESTRUCTIVE


async def test_files_of_an_episode_are_there_until_it_ends(tmp_path: Path) -> None:
    catalog = open_servers(tmp_path, files=files())
    call = Caller(catalog.tools)
    for _ in range(2):
        with in_fresh_sandboxes(catalog.tools, 0):
            folder = (await call.text("list_allowed_directories")).splitlines()[-1]
            assert folder == "/practicum-session"  # its own one, whatever it is called on the disk
            assert "hello" not in await call.text("list_directory", path=folder)
            await call.text("write_file", path=f"{folder}/hello.txt", content="hello\n")
            assert await call.text("read_text_file", path=f"{folder}/hello.txt") == "hello\n"
            outside = await call("read_text_file", path="/etc/hostname")
            assert outside.error is ErrorKind.RAISED
            assert "outside allowed directories" in outside.text


async def test_a_memory_that_is_killed_comes_back_with_what_it_kept_and_the_next_is_empty(
    tmp_path: Path,
) -> None:
    mark = f"mark-{tmp_path.name}"
    catalog = open_servers(tmp_path, memory=memory(mark))
    call = Caller(catalog.tools)
    ann = {"name": "Ann", "entityType": "person", "observations": ["likes apples"]}
    with in_fresh_sandboxes(catalog.tools, 0):
        await call.text("create_entities", entities=[ann])
        for process in processes(mark):
            process.kill()
            process.wait(10)
        assert "likes apples" in await call.text("search_nodes", query="apples")
        with catalog.sandboxes[0].aside():  # begins with what the memory has on disk
            assert "likes apples" in await call.text("search_nodes", query="apples")
            await call.text("delete_entities", entityNames=["Ann"])
        assert "likes apples" in await call.text("search_nodes", query="apples")
    with in_fresh_sandboxes(catalog.tools, 0):
        assert "Ann" not in await call.text("read_graph")
    assert wait_until_gone(mark)


async def test_results_of_every_kind_are_text_and_secrets_are_hidden(tmp_path: Path) -> None:
    catalog = open_servers(tmp_path, everything=everything())
    call = Caller(catalog.tools)
    with in_fresh_sandboxes(catalog.tools, 0):
        assert await call.text("get-sum", a=2, b=3) == "The sum of 2 and 3 is 5."
        assert "[image, image/png, " in await call.text("get-tiny-image")
        assert '"temperature":' in await call.text("get-structured-content", location="Chicago")
        assert "[resource, demo://" in await call.text("get-resource-links", count=1)
        environment = await call.text("get-env")
        assert "SERVER_KEY" in environment
        assert KEY not in environment


async def test_equal_calls_in_different_sessions_return_equal_texts(tmp_path: Path) -> None:
    catalog = open_servers(tmp_path, everything=everything())
    call = Caller(catalog.tools)
    texts = []
    for _ in range(2):
        with in_fresh_sandboxes(catalog.tools, 0):
            image = await call.text("get-annotated-message", messageType="success", includeImage=True)
            texts.append((image, await call.text("get-structured-content", location="New York")))
    assert texts[0] == texts[1]


async def test_an_operation_that_takes_too_long_ends_as_an_error_and_the_session_goes_on(
    tmp_path: Path,
) -> None:
    mark = f"mark-{tmp_path.name}"
    catalog = open_servers(tmp_path, everything=everything(mark))
    with in_fresh_sandboxes(catalog.tools, 0):
        slow = await Caller(catalog.tools, timeout_s=0.3)("trigger-long-running-operation", duration=60)
        assert slow.error is ErrorKind.TIMEOUT
        before = [process.pid for process in processes(mark)]
        assert await Caller(catalog.tools).text("echo", message="here") == "Echo: here"
        assert [process.pid for process in processes(mark)] == before


async def test_the_time_server_converts_and_says_what_it_does_not_know(tmp_path: Path) -> None:
    catalog = open_servers(tmp_path, time={"command": pypi_server("time")})
    call = Caller(catalog.tools)
    with in_fresh_sandboxes(catalog.tools, 0):
        converted = await call.text(
            "convert_time", source_timezone="Europe/Paris", time="16:30", target_timezone="Asia/Tokyo"
        )
        assert "Asia/Tokyo" in converted
        unknown = await call("get_current_time", timezone="Mars/Olympus")
        assert unknown.error is ErrorKind.RAISED
        assert "Mars/Olympus" in unknown.text


@pytest.mark.skipif(GIT is None, reason="git is not installed")
async def test_the_git_server_tells_what_is_in_a_repository(tmp_path: Path) -> None:
    subprocess.run([str(GIT), "init", "-q", str(tmp_path / "repo")], check=True)
    (tmp_path / "repo" / "new.txt").write_text("new\n")
    catalog = open_servers(tmp_path, git={"command": pypi_server("git")})
    call = Caller(catalog.tools)
    with in_fresh_sandboxes(catalog.tools, 0):
        assert "new.txt" in await call.text("git_status", repo_path=str(tmp_path / "repo"))
        assert (await call("git_log", repo_path=str(tmp_path))).error is ErrorKind.RAISED


async def test_five_servers_are_used_side_by_side(tmp_path: Path) -> None:
    catalog = open_servers(
        tmp_path,
        files=files(),
        memory=memory(),
        everything=everything(),
        time={"command": pypi_server("time")},
        git={"command": pypi_server("git")},
    )
    assert len(catalog) == 14 + 9 + 12 + 2 + 12
    assert [refusal.name for refusal in catalog.refused] == AS_TASKS
    call = Caller(catalog.tools)
    with in_fresh_sandboxes(catalog.tools, 0):
        assert await call.text("get-sum", a=2, b=3) == "The sum of 2 and 3 is 5."
        assert "Asia/Tokyo" in await call.text("get_current_time", timezone="Asia/Tokyo")
        assert "entities" in await call.text("read_graph")

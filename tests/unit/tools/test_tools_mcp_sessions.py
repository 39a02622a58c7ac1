"""Sessions with MCP servers that misbehave: a clear line each, the other tools go on, nothing is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from mcp_parts import (
    TRUSTED,
    Caller,
    bad,
    open_servers,
    processes,
    wait_until_gone,
)

from practicum.errors import SetupError
from practicum.records import ErrorKind
from practicum.tools.catalog import Catalog, in_fresh_sandboxes, require_sandboxes
from practicum.tools.effects import Effect
from practicum.tools.mcp import Trust
from practicum.tools.worlds import ResetAround, ResetWorld

pytestmark = pytest.mark.slow


@pytest.fixture
def mark(tmp_path: Path) -> Iterator[str]:
    """Stands in the command lines of a test's servers, none of which is left when it is over."""
    found = f"mark-{tmp_path.name}"
    yield found
    assert wait_until_gone(found)


@pytest.fixture
def catalog(tmp_path: Path, mark: str) -> Catalog:
    return open_servers(tmp_path, bad=bad("", mark))


async def test_an_episode_keeps_the_state_of_its_session_and_the_next_starts_afresh(catalog: Catalog) -> None:
    call = Caller(catalog.tools)
    for _ in range(2):
        with in_fresh_sandboxes(catalog.tools, 0):
            assert [await call.text("count") for _ in range(3)] == ["1", "2", "3"]


async def test_episodes_side_by_side_have_sessions_of_their_own(catalog: Catalog) -> None:
    call = Caller(catalog.tools)

    async def episode(calls: int) -> str:
        with in_fresh_sandboxes(catalog.tools, 0):
            return [await call.text("count") for _ in range(calls)][-1]

    assert list(await asyncio.gather(episode(1), episode(2), episode(4))) == ["1", "2", "4"]


async def test_a_server_is_started_by_the_first_call_of_an_episode_and_ends_with_it(
    catalog: Catalog, mark: str
) -> None:
    call = Caller(catalog.tools)
    assert wait_until_gone(mark)  # that which listed the tools
    with in_fresh_sandboxes(catalog.tools, 0):
        assert not processes(mark)
        await call("count")
        assert len(processes(mark)) == 1
    assert wait_until_gone(mark)


async def test_what_is_tried_aside_of_a_server_that_resets_is_done_in_a_second_session(
    catalog: Catalog,
) -> None:
    call = Caller(catalog.tools)
    (sandbox,) = catalog.sandboxes
    with in_fresh_sandboxes(catalog.tools, 0):
        assert await call.text("count") == "1"
        with sandbox.aside():
            assert await call.text("count") == "1"
        assert await call.text("count") == "2"


async def test_what_is_tried_aside_of_any_other_server_is_done_in_the_same(tmp_path: Path, mark: str) -> None:
    catalog = open_servers(tmp_path, TRUSTED, bad=bad("", mark))
    call = Caller(catalog.tools)
    (sandbox,) = catalog.sandboxes
    with in_fresh_sandboxes(catalog.tools, 0):
        assert await call.text("count") == "1"
        with sandbox.aside():
            assert await call.text("count") == "2"


async def test_without_an_episode_a_server_that_does_not_reset_has_one_session_for_the_process(
    tmp_path: Path,
) -> None:
    catalog = open_servers(tmp_path, TRUSTED, bad=bad())
    require_sandboxes(catalog.tools)
    call = Caller(catalog.tools)
    assert [await call.text("count"), await call.text("count")] == ["1", "2"]


async def test_without_an_episode_a_server_that_resets_is_not_called(catalog: Catalog) -> None:
    with pytest.raises(SetupError, match="none was entered"):
        require_sandboxes(catalog.tools)
    assert (await Caller(catalog.tools)("count")).error is ErrorKind.REFUSED
    with in_fresh_sandboxes(catalog.tools, 0):
        require_sandboxes(catalog.tools)


def test_a_session_outlives_the_loop_of_its_caller(catalog: Catalog) -> None:
    call = Caller(catalog.tools)
    with in_fresh_sandboxes(catalog.tools, 0):
        assert [asyncio.run(call.text("count")), asyncio.run(call.text("count"))] == ["1", "2"]


async def test_tools_can_be_listed_while_a_loop_runs(tmp_path: Path) -> None:
    assert "echo" in [tool.name for tool in open_servers(tmp_path, bad=bad())]


async def test_a_server_that_dies_mid_call_is_told_without_its_secrets_and_started_again(
    catalog: Catalog,
) -> None:
    call = Caller(catalog.tools)
    with in_fresh_sandboxes(catalog.tools, 0):
        assert await call.text("count") == "1"
        died = await call("die")
        assert died.error is ErrorKind.UNAVAILABLE
        assert died.text == (
            "Error: MCP server bad: it died while it was called (exit status 3);"
            " it said: I can't go on: [redacted]; the next call starts it again"
        )
        assert await call.text("count") == "1"


async def test_a_server_that_died_between_calls_is_started_again_before_the_next(
    catalog: Catalog, mark: str
) -> None:
    call = Caller(catalog.tools)
    with in_fresh_sandboxes(catalog.tools, 0):
        assert await call.text("count") == "1"
        for process in processes(mark):
            process.kill()
        assert wait_until_gone(mark)
        assert await call.text("count") == "1"


async def test_a_call_that_is_never_answered_ends_and_a_server_that_hangs_is_replaced(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("practicum.tools.mcp.connection.PING_S", 0.2)
    with in_fresh_sandboxes(catalog.tools, 0):
        assert (await Caller(catalog.tools, timeout_s=0.5)("hang")).error is ErrorKind.TIMEOUT
        assert await Caller(catalog.tools).text("count") == "1"


async def test_garbage_instead_of_an_answer_ends_the_call_and_not_the_session(catalog: Catalog) -> None:
    with in_fresh_sandboxes(catalog.tools, 0):
        assert await Caller(catalog.tools).text("count") == "1"
        assert (await Caller(catalog.tools, timeout_s=0.5)("garbage")).error is ErrorKind.TIMEOUT
        assert await Caller(catalog.tools).text("count") == "2"


async def test_errors_and_odd_results_of_tools_are_observations(catalog: Catalog) -> None:
    call = Caller(catalog.tools)
    with in_fresh_sandboxes(catalog.tools, 0):
        failed, refused = await call("fail"), await call("refuse")
        assert (failed.text, failed.error) == ("Error: the disk is full", ErrorKind.RAISED)
        assert (refused.text, refused.error) == ("Error: no such thing", ErrorKind.RAISED)
        assert await call.text("strange") == '{"frames":3,"type":"video"}'


async def test_a_secret_that_a_tool_returns_is_hidden(catalog: Catalog) -> None:
    with in_fresh_sandboxes(catalog.tools, 0):
        assert await Caller(catalog.tools).text("secret") == "the token is [redacted]"


async def test_calls_side_by_side_in_one_session_get_their_own_answers(catalog: Catalog) -> None:
    call = Caller(catalog.tools)
    with in_fresh_sandboxes(catalog.tools, 0):
        texts = [f"text {number}" for number in range(20)]
        assert await asyncio.gather(*(call.text("echo", text=text) for text in texts)) == texts


def keeping(folder: Path) -> Trust:
    return Trust(copied=lambda server: folder)  # noqa: ARG005 - the name of a protocol


async def test_each_session_works_on_a_copy_of_the_directory_that_the_user_names(
    tmp_path: Path, mark: str
) -> None:
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "log").write_text("old ")
    entry = bad("", mark, env={"NOTES": str(notes / "log")})
    catalog = open_servers(tmp_path, keeping(notes), bad=entry)
    (sandbox,) = catalog.sandboxes
    call = Caller(catalog.tools)
    assert catalog.tool("note").effect is Effect.REVERSIBLE
    for _ in range(2):
        with in_fresh_sandboxes(catalog.tools, 0):
            assert await call.text("note", text="one ") == "old one "
            with sandbox.aside():
                assert await call.text("note", text="aside ") == "old one aside "
            assert await call.text("note", text="two ") == "old one two "
    assert (notes / "log").read_text() == "old "


async def test_paths_of_a_copy_are_told_as_those_of_the_original(tmp_path: Path, mark: str) -> None:
    notes = tmp_path / "notes"
    notes.mkdir()
    catalog = open_servers(tmp_path, keeping(notes), bad=bad("", mark, env={"NOTES": str(notes / "log")}))
    call = Caller(catalog.tools)
    with in_fresh_sandboxes(catalog.tools, 0):
        assert await call.text("echo", text=f"in {notes}/log") == f"in {notes}/log"
        assert await call.text("place") == str(notes)  # where the server runs


async def test_a_session_in_a_world_that_is_reset_begins_anew_with_it(tmp_path: Path, mark: str) -> None:
    world: list[str] = []
    catalog = open_servers(tmp_path, bad=bad("", mark))
    (sandbox,) = catalog.sandboxes
    both = ResetAround(ResetWorld(world.clear, "reset"), sandbox)
    tools = [replace(tool, sandbox=both) for tool in catalog.tools]
    call = Caller(tools)
    assert (await call("count")).error is ErrorKind.REFUSED
    with in_fresh_sandboxes(tools, 0):
        world.append("changed")
        assert [await call.text("count"), await call.text("count")] == ["1", "2"]
        with both.aside():
            assert await call.text("count") == "3"
        both.renew(0)
        assert (world, await call.text("count")) == ([], "1")
    assert wait_until_gone(mark)

"""Sessions with MCP servers that misbehave: a clear line each, the other tools go on, nothing is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from mcp_parts import (
    SANDBOXED,
    TOKEN,
    TRUSTED,
    Caller,
    bad,
    open_servers,
    processes,
    wait_until_gone,
    write_servers,
)

from practicum.errors import SetupError
from practicum.records import ErrorKind
from practicum.tools.catalog import Catalog, Tool, in_fresh_sandboxes
from practicum.tools.effects import Effect
from practicum.tools.mcp import Trust, mcp_tools
from practicum.tools.policy import may_run

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


def reasons(catalog: Catalog) -> dict[str, str]:
    return {refusal.name: refusal.reason for refusal in catalog.refused}


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


async def test_without_an_episode_there_is_one_session_for_the_process(tmp_path: Path) -> None:
    call = Caller(open_servers(tmp_path, bad=bad()).tools)
    assert [await call.text("count"), await call.text("count")] == ["1", "2"]


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
            "Error: MCP server bad: it died while it was called; it said: I can't go on: [redacted];"
            " the next call starts it again"
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


def test_servers_that_do_not_start_are_told_one_by_one_and_the_others_are_used(
    tmp_path: Path, mark: str
) -> None:
    short = {"startTimeout": 5}
    catalog = open_servers(
        tmp_path,
        gone={"command": "no-such-command"},
        dead=bad("not-at-all", mark),
        silent=bad("silent", mark, **short),
        page=bad("no-protocol", mark, **short),
        strange=bad("strange-hello", mark),
        listless=bad("no-list", mark),
        stubborn=bad("stays", mark),
        keyless={"command": "x", "env": {"TOKEN": "${PRACTICUM_NO_SUCH_TOKEN}"}},
    )
    assert {tool.sandbox for tool in catalog} == set(catalog.sandboxes)
    assert "echo" in [tool.name for tool in catalog]
    assert reasons(catalog) == {
        "MCP server gone": "it can't be started: No such file or directory: no-such-command",
        "MCP server dead": "it ended before it answered; it said: no licence for [redacted]",
        "MCP server silent": "it did not answer within 5 s",
        "MCP server page": "it did not answer within 5 s; it wrote what is no message of the protocol",
        "MCP server strange": "it answers what is not of the protocol",
        "MCP server listless": "its list of tools is not what the protocol says",
        "MCP server keyless": "it needs PRACTICUM_NO_SUCH_TOKEN, which the environment does not have",
    }
    assert TOKEN not in repr(catalog)
    assert catalog.require_usable() is catalog


def test_where_no_server_starts_the_first_reason_is_told(tmp_path: Path) -> None:
    catalog = open_servers(tmp_path, gone={"command": "no-such-command"})
    with pytest.raises(SetupError, match="MCP server gone can't be used: it can't be started"):
        catalog.require_usable()


def test_tools_that_no_model_can_call_are_refused_one_by_one(tmp_path: Path, mark: str) -> None:
    catalog = open_servers(tmp_path, bad=bad("schemas", mark))
    assert [tool.name for tool in catalog] == ["untyped", "hundred", "twice", "fine"]
    expected = {
        "cycle": "refers to itself through 'Node'",
        "too_many": "more than 100 parameters",
        "no_schema": "inputSchema: Field required",
        "no_object": "its arguments are not an object",
        "no_json_schema": "it is no JSON Schema, at properties.a.type",
        "two words": "models accept no such name",
        "twice": "the server lists it twice",
        "no tool at all": "not what the protocol says",
        "bomb": "grows without measure",
    }
    assert list(reasons(catalog)) == list(expected)
    for name, reason in expected.items():
        assert reason in reasons(catalog)[name]


def test_five_hundred_tools_are_listed_page_by_page_and_a_list_without_end_is_cut(
    tmp_path: Path, mark: str
) -> None:
    many = open_servers(tmp_path, many=bad("many", mark))
    assert len(many) == 500
    endless = open_servers(tmp_path, endless=bad("endless", mark))
    assert len(endless) == 1000
    assert "more than 1000 tools" in reasons(endless)["MCP server endless"]


async def test_tools_of_one_name_are_called_by_the_name_of_their_server_too(
    tmp_path: Path, mark: str
) -> None:
    servers = {"one": bad("", mark), "two": bad("many", mark), "a b": bad("", mark)}
    catalog = open_servers(tmp_path, SANDBOXED, **servers)
    names = [tool.name for tool in catalog]
    assert "one__echo" in names
    assert "a_b__echo" in names
    assert "tool_0" in names
    call = Caller(catalog.tools)
    with in_fresh_sandboxes(catalog.tools, 0):
        assert await call.text("one__count") == "1"
        assert await call.text("a_b__count") == "1"


def test_only_what_is_read_only_or_starts_afresh_may_run(tmp_path: Path, mark: str) -> None:
    def running(trust: Trust) -> list[str]:
        things = mcp_tools(f"{file}#bad", trust)
        return [thing.name for thing in things if isinstance(thing, Tool) and may_run(thing, ())]

    file = write_servers(tmp_path, bad=bad("", mark), other=bad("not-at-all", mark))
    assert running(Trust()) == []
    assert running(TRUSTED) == ["echo"]
    assert len(running(SANDBOXED)) == 10


def test_a_hint_of_a_trusted_server_is_the_reason_that_is_shown(tmp_path: Path, mark: str) -> None:
    echo = open_servers(tmp_path, TRUSTED, bad=bad("", mark)).tool("echo")
    assert echo.effect is Effect.READ_ONLY
    assert echo.effect_reason == "the server says it only reads (bad is trusted)"


def test_a_source_without_a_file_says_how_one_is_named() -> None:
    with pytest.raises(SetupError, match="mcp names no file"):
        mcp_tools("")


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


def test_a_server_whose_entry_does_not_name_the_directory_is_refused(tmp_path: Path, mark: str) -> None:
    (refusal,) = open_servers(tmp_path, keeping(tmp_path / "elsewhere"), bad=bad("", mark)).refused
    assert "its entry does not name" in refusal.reason

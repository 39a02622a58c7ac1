"""A call under a key of its own: executed once, also after the process died, and in states made anew."""

from __future__ import annotations

import asyncio
from contextlib import closing
from pathlib import Path

import pytest

from practicum.errors import ProviderError
from practicum.memory_store.journal import Journal
from practicum.records import ErrorKind, JsonObject, Observation, ToolCall, ToolSpec
from practicum.tools.catalog import Tool
from practicum.tools.effects import Effect
from practicum.tools.executor import ExecutionLimits, Executor
from practicum.tools.langchain_tools import make_catalog
from practicum.tools.sandbox import Sandbox


async def test_under_one_key_a_call_is_executed_once_even_after_a_restart(tmp_path: Path) -> None:
    counted: list[int] = []

    def count(step: int) -> int:
        """Count."""
        counted.append(step)
        return len(counted)

    tools = make_catalog([count]).tools
    call, other = (ToolCall(name="count", arguments={"step": step}) for step in (1, 2))
    for _ in range(2):
        with closing(Journal.open(tmp_path / "journal.sqlite", write=True)) as journal:
            executor = Executor(tools, log=journal)
            seen = [await executor.execute(call, key="trial-1/step-0") for _ in range(2)]
            assert [each.text for each in seen] == ["1", "1"]
            assert (await executor.execute(other, key="trial-1/step-0")).text == "2"
            assert (await executor.execute(call, key="trial-1/step-1")).text == "3"
    assert counted == [1, 2, 1]


async def test_a_fresh_sandbox_is_brought_up_to_date_by_a_call_that_is_remembered(tmp_path: Path) -> None:
    def empty(seed: int) -> list[int]:
        del seed
        return []

    sandbox = Sandbox(empty)

    async def put(arguments: JsonObject) -> str:
        sandbox.current.append(arguments["number"])
        return f"call {len(seen)}"

    spec = ToolSpec(name="put", description="", parameters={"properties": {"number": {"type": "integer"}}})
    call = ToolCall(name="put", arguments={"number": 7})
    seen: list[Observation] = []
    with closing(Journal.open(tmp_path / "journal.sqlite", write=True)) as journal:
        executor = Executor([Tool(spec, Effect.REVERSIBLE, "", put, sandbox)], log=journal)
        for _ in range(2):
            with sandbox.episode(0) as state:
                seen.append(await executor.execute(call, key="trial-1/step-0"))
                assert state == [7]
    assert seen[0] == seen[1]


async def test_a_state_that_stays_is_not_changed_twice_by_a_call_that_is_remembered(tmp_path: Path) -> None:
    states: list[list[int]] = []
    sandbox = Sandbox(lambda _: states[-1])
    sandbox.resets = False

    async def put(arguments: JsonObject) -> str:
        sandbox.current.append(arguments["number"])
        return "put"

    spec = ToolSpec(name="put", description="", parameters={"properties": {"number": {"type": "integer"}}})
    tool = Tool(spec, Effect.REVERSIBLE, "", put, sandbox)
    assert not tool.starts_afresh
    states.append([])
    with closing(Journal.open(tmp_path / "journal.sqlite", write=True)) as journal:
        for _ in range(2):
            with sandbox.episode(0):
                call = ToolCall(name="put", arguments={"number": 7})
                await Executor([tool], log=journal).execute(call, key="trial-1/step-0")
    assert states == [[7]]


async def test_what_failed_because_the_tools_server_was_gone_is_made_again(tmp_path: Path) -> None:
    answers: list[str | Exception] = [ProviderError("the server died"), "here again"]

    async def ask(arguments: JsonObject) -> str:
        del arguments
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    spec = ToolSpec(name="ask", description="", parameters={"properties": {}})
    with closing(Journal.open(tmp_path / "journal.sqlite", write=True)) as journal:
        executor = Executor([Tool(spec, Effect.READ_ONLY, "", ask)], log=journal)
        gone, again = [await executor.execute(ToolCall(name="ask"), key="trial-1/step-0") for _ in range(2)]
    assert (gone.text, gone.error) == ("Error: the server died", ErrorKind.UNAVAILABLE)
    assert again.text == "here again"


class _LostError(ProviderError):
    may_be_done = True


@pytest.mark.parametrize(
    ("effect", "times", "first", "then"),
    [
        (Effect.DESTRUCTIVE, 1, ErrorKind.LOST, ErrorKind.REFUSED),
        (Effect.READ_ONLY, 2, ErrorKind.UNAVAILABLE, ErrorKind.UNAVAILABLE),
    ],
)
async def test_a_call_that_may_have_been_done_for_good_is_not_made_a_second_time(
    tmp_path: Path, effect: Effect, times: int, first: ErrorKind, then: ErrorKind
) -> None:
    called: list[JsonObject] = []

    async def remove(arguments: JsonObject) -> str:
        called.append(arguments)
        raise _LostError("the server died while it was called")

    spec = ToolSpec(name="remove", description="", parameters={"properties": {}})
    tool = Tool(spec, effect, "", remove)
    seen: list[ErrorKind | None] = []
    for _ in range(2):
        with closing(Journal.open(tmp_path / "journal.sqlite", write=True)) as journal:
            observation = await Executor([tool], log=journal).execute(
                ToolCall(name="remove"), key="t-1/step-0"
            )
            seen.append(observation.error)
    assert (len(called), seen) == (times, [first, then])


async def test_a_tool_that_is_reset_is_not_called_outside_of_an_episode_of_its_own() -> None:
    ran: list[str] = []

    async def wipe(arguments: JsonObject) -> str:
        del arguments
        ran.append("on the original")
        return "wiped"

    spec = ToolSpec(name="wipe", description="", parameters={"properties": {}})
    executor = Executor([Tool(spec, Effect.REVERSIBLE, "", wipe, Sandbox(lambda _: ["state"]))])
    seen = await executor.execute(ToolCall(name="wipe"))
    await executor.again(ToolCall(name="wipe"), Observation(text="wiped"))
    assert (seen.error, ran) == (ErrorKind.REFUSED, [])
    assert "wipe may only be called in an episode of its own" in seen.text


async def test_making_a_state_ready_does_not_count_as_the_time_of_a_call() -> None:
    class Slow(Sandbox[bool]):
        async def ready(self) -> None:
            await asyncio.sleep(0.3)

    async def ask(arguments: JsonObject) -> str:
        del arguments
        return "answered"

    spec = ToolSpec(name="ask", description="", parameters={"properties": {}})
    sandbox = Slow(lambda _: True)
    tool = Tool(spec, Effect.READ_ONLY, "", ask, sandbox)
    with sandbox.episode(0):
        observation = await Executor([tool], limits=ExecutionLimits(timeout_s=0.2)).execute(
            ToolCall(name="ask")
        )
    assert observation.text == "answered"


async def test_without_a_key_or_a_log_every_call_is_executed(tmp_path: Path) -> None:
    counted: list[int] = []

    def count() -> int:
        """Count."""
        counted.append(1)
        return len(counted)

    tools = make_catalog([count]).tools
    with closing(Journal.open(tmp_path / "journal.sqlite", write=True)) as journal:
        await Executor(tools, log=journal).execute(ToolCall(name="count"))
        await Executor(tools).execute(ToolCall(name="count"), key="trial-1/step-0")
        seen = await Executor(tools, log=journal).execute(ToolCall(name="count"), key="trial-1/step-0")
    assert seen.text == "3"


async def test_errors_are_remembered_under_their_key_too(tmp_path: Path) -> None:
    def fail() -> str:
        """Fail."""
        raise ValueError("odd")

    tools = make_catalog([fail]).tools
    with closing(Journal.open(tmp_path / "journal.sqlite", write=True)) as journal:
        first = await Executor(tools, log=journal).execute(ToolCall(name="fail"), key="k")
        assert await Executor([], log=journal).execute(ToolCall(name="fail"), key="k") == first
    assert first.error is ErrorKind.RAISED

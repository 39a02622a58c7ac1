"""Tools that block: in threads that hold up neither the others nor the end of the process."""

from __future__ import annotations

import asyncio
import contextvars
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from langchain_core.tools import BaseTool, StructuredTool, tool
from langchain_core.tools import Tool as SingleInputTool

import practicum
from practicum.records import ToolCall
from practicum.tools.catalog import Tool
from practicum.tools.executor import Executor
from practicum.tools.langchain_tools import Toolish, make_catalog, make_tool
from practicum.tools.threads import DaemonThreads, to_the_end

LONGEST_S = 60
"""Far beyond what a process needs to end, and far below what the tool sleeps."""

PROGRAM = """
import asyncio, sys, time
from practicum.records import ToolCall
from practicum.tools.executor import ExecutionLimits, Executor
from practicum.tools.langchain_tools import make_catalog

def hang() -> str:
    '''Hang.'''
    print("hanging", flush=True)
    while True:
        time.sleep(0.01)

executor = Executor(make_catalog([hang]).tools, limits=ExecutionLimits(timeout_s=float(sys.argv[1])))
print(asyncio.run(executor.execute(ToolCall(name="hang"))).text, flush=True)
"""
SPEAKER: contextvars.ContextVar[str] = contextvars.ContextVar("speaker", default="nobody")


async def answer(thing: Toolish, **arguments: Any) -> str:
    made = make_tool(thing)
    assert isinstance(made, Tool), made
    return (await Executor([made]).execute(ToolCall(name=made.name, arguments=arguments))).text


def test_a_tool_that_never_returns_does_not_hold_up_the_end_of_the_process() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, "0.2"],
        capture_output=True,
        text=True,
        timeout=LONGEST_S,
        check=False,
    )
    assert done.stdout.splitlines() == ["hanging", "Error: no answer within 0.2 s"]
    assert (done.returncode, done.stderr) == (0, "")


def test_ctrl_c_ends_the_process_while_a_tool_hangs() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "10000"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        try:
            assert running.stdout is not None
            assert running.stdout.readline() == "hanging\n"
            running.send_signal(signal.SIGINT)
            _, said = running.communicate(timeout=LONGEST_S)
        finally:
            running.kill()
    assert running.returncode == -signal.SIGINT
    assert said.rstrip().endswith("KeyboardInterrupt")


def where() -> str:
    """Say where it runs."""
    return f"{threading.current_thread().daemon} {threading.current_thread() is threading.main_thread()}"


class Own(BaseTool):
    name: str = "own"
    description: str = "Say where it runs."

    def _run(self) -> str:
        return where()


class OwnAsync(Own):
    async def _arun(self) -> str:
        return where()


@pytest.mark.parametrize(
    "thing",
    [where, tool(where), SingleInputTool(name="single", func=lambda _: where(), description="Say."), Own()],
    ids=["function", "structured", "single", "own class"],
)
async def test_what_blocks_runs_in_a_daemon_thread(thing: Toolish) -> None:
    arguments = {"tool_input": "x"} if isinstance(thing, SingleInputTool) else {}
    assert await answer(thing, **arguments) == "True False"


async def _where() -> str:
    """Say where it runs."""
    return where()


@pytest.mark.parametrize(
    "thing",
    [
        OwnAsync(),
        StructuredTool.from_function(where, coroutine=_where, name="both"),
        StructuredTool.from_function(coroutine=_where, name="only"),
    ],
    ids=["own class", "both", "coroutine"],
)
async def test_what_has_a_coroutine_runs_in_the_event_loop(thing: Toolish) -> None:
    assert await answer(thing) == "False True"


async def test_what_a_tool_finds_in_its_context_is_its_callers() -> None:
    SPEAKER.set("me")

    def speaker() -> str:
        """Say who speaks."""
        return SPEAKER.get()

    assert await answer(speaker) == "me"


async def test_no_more_calls_run_at_once_than_there_are_threads_and_threads_are_used_again() -> None:
    threads = DaemonThreads(3)
    names: set[str] = set()
    running: list[int] = [0]
    most: list[int] = [0]
    mutex = threading.Lock()

    def work() -> None:
        with mutex:
            names.add(threading.current_thread().name)
            running[0] += 1
            most[0] = max(most[0], running[0])
        time.sleep(0.001)
        with mutex:
            running[0] -= 1

    for _ in range(3):
        await asyncio.gather(*(threads.run(work) for _ in range(20)))
    assert len(names) <= 3
    assert most[0] <= 3


async def test_a_call_that_waits_for_a_thread_is_not_begun_once_it_was_given_up() -> None:
    threads = DaemonThreads(1)
    release = threading.Event()
    begun: list[str] = []
    first = asyncio.create_task(threads.run(_noting(begun, "first", release)))
    second = asyncio.create_task(threads.run(_noting(begun, "second", release)))
    await asyncio.sleep(0.01)
    second.cancel()
    with pytest.raises(asyncio.CancelledError):
        await second
    release.set()
    await first
    await threads.run(_noting(begun, "third", release))
    assert begun == ["first", "third"]


def _noting(begun: list[str], name: str, release: threading.Event) -> Callable[[], None]:
    def work() -> None:
        begun.append(name)
        release.wait(LONGEST_S)

    return work


def test_a_result_that_comes_after_the_loop_is_lost_in_silence(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    threads = DaemonThreads(1)
    release, finished = threading.Event(), tmp_path / "finished"

    def late() -> None:
        release.wait(LONGEST_S)
        finished.touch()

    async def give_up() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(threads.run(late), 0.01)

    asyncio.run(give_up())
    release.set()
    # The one thread is free again only when the late call is done and its result delivered.
    asyncio.run(threads.run(lambda: None))
    assert finished.exists()
    assert caplog.records == []


async def test_a_write_that_nobody_waits_for_any_more_is_done_to_the_end() -> None:
    begun, may_end = threading.Event(), threading.Event()
    written: list[str] = []

    def write(line: str) -> None:
        begun.set()
        may_end.wait(LONGEST_S)
        written.append(line)

    task = asyncio.create_task(to_the_end(write, "a line"))
    while not begun.is_set():
        await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.sleep(0)
    may_end.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert written == ["a line"]


async def test_what_a_write_raises_is_raised_and_it_sees_its_callers_context() -> None:
    named: contextvars.ContextVar[str] = contextvars.ContextVar("named")
    named.set("outside")
    assert await to_the_end(named.get) == "outside"

    def fail() -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        await to_the_end(fail)


async def test_a_slow_tool_holds_up_neither_the_loop_nor_other_tools() -> None:
    go_on = threading.Event()

    @practicum.read_only
    def slow(text: str) -> str:
        """Wait."""
        return f"{text} {go_on.wait(60)}"

    @practicum.read_only
    def quick(text: str) -> str:
        """Do not wait."""
        return text

    executor = Executor(make_catalog([slow, quick]).tools)
    waiting = asyncio.create_task(executor.execute(ToolCall(name="slow", arguments={"text": "let go"})))
    await asyncio.sleep(0)
    for _ in range(3):
        done = await executor.execute(ToolCall(name="quick", arguments={"text": "done"}))
        assert (done.text, waiting.done()) == ("done", False)
    go_on.set()
    assert (await waiting).text == "let go True"

"""One call executed: whatever happens becomes an observation, bounded and redacted."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import pytest

from practicum.errors import ProviderError
from practicum.memory_store.journal import Journal
from practicum.records import ErrorKind, JsonObject, Observation, ToolCall, ToolSpec
from practicum.tools.catalog import Tool
from practicum.tools.effects import Effect
from practicum.tools.executor import Executor, Limits, as_text
from practicum.tools.langchain_tools import make_catalog, make_tool
from practicum.tools.sandbox import Sandbox


def convert(value: float, unit: str) -> str:
    """Convert."""
    return f"{value} {unit}"


async def observe(
    function: Callable[..., Any], arguments: JsonObject | None = None, limits: Limits | None = None
) -> Observation:
    tool = make_tool(function)
    assert isinstance(tool, Tool), tool
    return await Executor([tool], limits=limits).execute(ToolCall(name=tool.name, arguments=arguments or {}))


def raiser(error: BaseException) -> Callable[[], str]:
    def fail() -> str:
        """Fail."""
        raise error

    return fail


async def test_a_result_is_a_live_observation_without_an_error() -> None:
    seen = await observe(convert, {"value": 2, "unit": "kg"})
    assert (seen.text, seen.ok, seen.mode.value, seen.truncated) == ("2.0 kg", True, "live", False)


async def test_a_wrong_argument_becomes_an_observation_and_nothing_runs() -> None:
    ran: list[str] = []

    def look(word: str) -> str:
        """Look."""
        ran.append(word)
        return word

    seen = await observe(look, {"word": 5})
    assert (seen.text, seen.error) == ("Error: argument 'word': 5 is not of type 'string'", ErrorKind.SCHEMA)
    assert ran == []


async def test_an_unknown_tool_is_answered_with_the_tools_there_are() -> None:
    seen = await Executor(make_catalog([convert]).tools).execute(ToolCall(name="convrt"))
    assert (seen.text, seen.error) == (
        "Error: there is no tool 'convrt'; the tools are: convert",
        ErrorKind.UNKNOWN_TOOL,
    )


class ClumsyError(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no words")


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (ValueError("unknown unit 'kilos'"), "Error: unknown unit 'kilos'"),
        (ValueError(), "Error: ValueError"),
        (KeyError("kg"), "Error: KeyError: 'kg'"),
        (ZeroDivisionError("division by zero"), "Error: ZeroDivisionError: division by zero"),
        (TimeoutError("the server is slow"), "Error: TimeoutError: the server is slow"),
        (StopIteration(), "Error: RuntimeError"),
        (SystemExit(2), "Error: SystemExit: 2"),
        (asyncio.CancelledError(), "Error: CancelledError"),
        (RecursionError("too deep"), "Error: RecursionError: too deep"),
        (ClumsyError(), "Error: ClumsyError"),
    ],
)
async def test_whatever_a_tool_raises_becomes_an_observation(error: BaseException, text: str) -> None:
    seen = await observe(raiser(error))
    assert seen.error is ErrorKind.RAISED
    assert seen.text.startswith(text)


async def test_a_tool_that_gives_no_answer_in_time_is_left_alone() -> None:
    async def wait() -> None:
        """Wait."""
        await asyncio.sleep(60)

    seen = await observe(wait, limits=Limits(timeout_s=0.01))
    assert (seen.text, seen.error) == ("Error: no answer within 0.01 s", ErrorKind.TIMEOUT)


async def test_a_function_that_blocks_its_thread_does_not_block_the_rest() -> None:
    release = threading.Event()

    def block() -> bool:
        """Block."""
        return release.wait(30)

    slow = observe(block, limits=Limits(timeout_s=0.05))
    quick = observe(convert, {"value": 1, "unit": "kg"})
    stuck, done = await asyncio.gather(slow, quick)
    release.set()
    assert (stuck.error, done.ok) == (ErrorKind.TIMEOUT, True)


async def test_a_cancelled_run_is_cancelled_and_no_observation() -> None:
    async def wait() -> None:
        """Wait."""
        await asyncio.sleep(60)

    task = asyncio.create_task(observe(wait))
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


@pytest.mark.parametrize("fails", [True, False])
async def test_results_and_errors_are_bounded_cleaned_and_redacted(fails: bool) -> None:
    hostile = "\x1b\u202eghp_abcdefghijklmnopqrst " + "x" * 9000

    def shout() -> str:
        """Shout."""
        if fails:
            raise ValueError(hostile)
        return hostile

    seen = await observe(shout, limits=Limits(max_characters=200))
    assert seen.truncated
    assert len(seen.text) <= 200
    assert seen.text.removeprefix("Error: ").startswith("[redacted] xxx")


async def test_a_schema_error_that_repeats_the_argument_is_bounded_and_redacted_too() -> None:
    secret = await observe(convert, {"value": "sk-abcdefghijklmnop1234", "unit": "kg"})
    assert secret.text == "Error: argument 'value': '[redacted]' is not of type 'number'"
    long = await observe(convert, {"value": "x" * 9000, "unit": "kg"}, Limits(max_characters=200))
    assert long.truncated
    assert len(long.text) <= 200
    unknown = await Executor([], limits=Limits(max_characters=200)).execute(ToolCall(name="x" * 9000))
    assert len(unknown.text) <= 200


class Odd:
    def __repr__(self) -> NoReturn:
        raise RuntimeError("no words")


@pytest.mark.parametrize(
    ("result", "text"),
    [
        ("plain", "plain"),
        ({"b": 1, "ä": [None, True]}, '{"b": 1, "ä": [null, true]}'),
        (
            [{"type": "text", "text": "one"}, {"type": "image", "id": "x"}, {"type": "text", "text": "2"}],
            "one\n\n2",
        ),
        ([], "[]"),
        (None, "null"),
        ({("a", 1): 2}, "{('a', 1): 2}"),
        ({1, 2}, '"{1, 2}"'),
    ],
)
def test_a_result_is_said_as_text_or_json(result: object, text: str) -> None:
    assert as_text(result) == text


def test_a_list_that_contains_itself_is_said_at_all() -> None:
    loop: list[Any] = []
    loop.append(loop)
    assert as_text(loop) == "[[...]]"


async def test_a_result_that_cannot_be_said_becomes_an_error() -> None:
    async def give(_: JsonObject) -> object:
        return {"odd": Odd()}

    spec = ToolSpec(name="give", description="", parameters={"type": "object"})
    seen = await Executor([Tool(spec, Effect.READ_ONLY, "", give)]).execute(ToolCall(name="give"))
    assert (seen.text, seen.error) == ("Error: RuntimeError: no words", ErrorKind.RAISED)


async def test_a_tool_cannot_change_what_the_model_said() -> None:
    async def empty(arguments: JsonObject) -> str:
        arguments["words"].clear()
        return "done"

    spec = ToolSpec(name="empty", description="", parameters={"properties": {"words": {"type": "array"}}})
    call = ToolCall(name="empty", arguments={"words": ["a"]})
    assert (await Executor([Tool(spec, Effect.READ_ONLY, "", empty)]).execute(call)).ok
    assert call.arguments == {"words": ["a"]}


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
        observation = await Executor([tool], limits=Limits(timeout_s=0.2)).execute(ToolCall(name="ask"))
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
    tools = make_catalog([raiser(ValueError("odd"))]).tools
    with closing(Journal.open(tmp_path / "journal.sqlite", write=True)) as journal:
        first = await Executor(tools, log=journal).execute(ToolCall(name="fail"), key="k")
        assert await Executor([], log=journal).execute(ToolCall(name="fail"), key="k") == first
    assert first.error is ErrorKind.RAISED


@pytest.mark.parametrize(("public", "seen"), [(False, "[redacted e-mail]"), (True, "ann@example.com")])
async def test_personal_data_is_redacted_where_it_is_stored_unless_it_is_public(
    tmp_path: Path, public: bool, seen: str
) -> None:
    def owner() -> str:
        """Whose it is."""
        return 'ann@example.com, {"password": "q7-abcdef"}'

    tool = make_tool(owner)
    assert isinstance(tool, Tool)
    call = ToolCall(name="owner")
    answering = await Executor([tool]).execute(call)
    assert answering.text == owner()
    with closing(Journal.open(tmp_path / "journal.sqlite", write=True)) as journal:
        stored = await Executor([replace(tool, public=public)], log=journal).execute(call, key="t-1")
    assert seen in stored.text
    assert ("q7-abcdef" in stored.text) is public


async def test_the_middle_of_megabytes_is_not_read_and_secrets_at_the_ends_are_found() -> None:
    def much() -> str:
        """Say much."""
        return f"ghp_{'a1' * 18} {'x ' * 2_000_000} ghp_{'b2' * 18}"

    seen = await observe(much)
    assert seen.text.startswith("[redacted] x")
    assert seen.text.endswith("x  [redacted]")
    assert len(seen.text) <= 4000

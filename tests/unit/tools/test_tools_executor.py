"""One call executed: whatever happens becomes an observation, bounded and redacted."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any, NoReturn

import pytest
from pydantic import BaseModel, Field

from practicum.memory_store.journal import Journal
from practicum.records import ErrorKind, JsonObject, Observation, ToolCall, ToolSpec
from practicum.tools.catalog import Tool
from practicum.tools.effects import Effect
from practicum.tools.executor import ExecutionLimits, Executor, as_text
from practicum.tools.langchain_tools import make_catalog, make_tool


def convert(value: float, unit: str) -> str:
    """Convert."""
    return f"{value} {unit}"


async def observe(
    function: Callable[..., Any], arguments: JsonObject | None = None, limits: ExecutionLimits | None = None
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


async def test_a_result_that_ends_within_a_character_is_an_observation_that_can_be_sent() -> None:
    def nickname() -> str:
        """Tell a nickname."""
        return "Zoe \ud83d"

    assert (await observe(nickname)).text == "Zoe ?"
    failed = await observe(raiser(ValueError("no Zoe \ud83d")))
    assert failed.text == "Error: no Zoe ?"


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


async def test_an_error_that_a_tool_caught_and_tells_as_its_result_is_an_error() -> None:
    def query(sql: str) -> str:
        """Query."""
        return f"Error: near {sql}: syntax error" if sql == "frm" else "Errors: none"

    seen = await observe(query, {"sql": "frm"})
    assert (seen.text, seen.error) == ("Error: near frm: syntax error", ErrorKind.RAISED)
    assert (await observe(query, {"sql": "from"})).ok


async def test_a_tool_that_gives_no_answer_in_time_is_left_alone() -> None:
    async def wait() -> None:
        """Wait."""
        await asyncio.sleep(60)

    seen = await observe(wait, limits=ExecutionLimits(timeout_s=0.01))
    assert (seen.text, seen.error) == ("Error: no answer within 0.01 s", ErrorKind.TIMEOUT)


async def test_a_function_that_blocks_its_thread_does_not_block_the_rest() -> None:
    release = threading.Event()

    def block() -> bool:
        """Block."""
        return release.wait(30)

    slow = observe(block, limits=ExecutionLimits(timeout_s=0.05))
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

    seen = await observe(shout, limits=ExecutionLimits(max_characters=200))
    assert seen.truncated
    assert len(seen.text) <= 200
    assert seen.text.removeprefix("Error: ").startswith("[redacted] xxx")


async def test_a_schema_error_that_repeats_the_argument_is_bounded_and_redacted_too() -> None:
    secret = await observe(convert, {"value": "sk-abcdefghijklmnop1234", "unit": "kg"})
    assert secret.text == "Error: argument 'value': '[redacted]' is not of type 'number'"
    long = await observe(convert, {"value": "x" * 9000, "unit": "kg"}, ExecutionLimits(max_characters=200))
    assert long.truncated
    assert len(long.text) <= 200
    unknown = await Executor([], limits=ExecutionLimits(max_characters=200)).execute(
        ToolCall(name="x" * 9000)
    )
    assert len(unknown.text) <= 200


class Unit(Enum):
    KG = "kg"


class Line(BaseModel):
    sku: str
    on: date = date(2026, 1, 2)


@dataclass
class Box:
    width: int
    unit: Unit = Unit.KG


@dataclass
class Card:
    name: str
    pin: str = field(repr=False)


class Account(BaseModel):
    name: str
    pin: str = Field(repr=False)


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
            "one\n[image]\n2",
        ),
        ([{"type": "image", "base64": "AAAA"}], "[image]"),
        ([{"type": "file", "name": "a.txt"}], '[{"type": "file", "name": "a.txt"}]'),
        (Line(sku="a"), '{"sku": "a", "on": "2026-01-02"}'),
        ([Box(1)], '[{"width": 1, "unit": "kg"}]'),
        ([Card("a", "4711"), Account(name="b", pin="4711")], '[{"name": "a"}, {"name": "b"}]'),
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

"""What tools returned, kept in files and answered from: in order, by schema, without secrets."""

from __future__ import annotations

import asyncio
import json
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from hypothesis import given
from hypothesis import strategies as st

from practicum.errors import DataError, ProviderError, SetupError
from practicum.records import ErrorKind, Mode, Observation, ToolCall
from practicum.tools.cassettes import Cassettes, file_name, open_cassettes
from practicum.tools.catalog import Tool
from practicum.tools.executor import Executor
from practicum.tools.langchain_tools import make_catalog
from practicum.tools.policy import Taping
from practicum.tools.running import ExecutionLimits, Live
from practicum.tools.taping import Recording, Replaying

made: list[int] = []


def count(step: int) -> str:
    """Count."""
    made.append(step)
    return f"call {len(made)}"


def counting() -> Tool:
    made.clear()
    return make_catalog([count]).tools[0]


def call(step: int = 1) -> ToolCall:
    return ToolCall(name="count", arguments={"step": step})


def recording(folder: Path, tool: Tool) -> Executor:
    return Executor([tool], runner=Recording(Live(), Cassettes(folder, Taping.RECORD)))


def replaying(folder: Path, tool: Tool, **options: Any) -> Executor:
    return Executor([tool], runner=Replaying(Cassettes(folder, Taping.REPLAY), **options))


async def test_repeated_calls_get_their_recordings_in_order_and_then_the_last_one(tmp_path: Path) -> None:
    tool = counting()
    live = recording(tmp_path, tool)
    seen = [(await live.execute(call(step))).text for step in (1, 2, 1)]
    assert seen == ["call 1", "call 2", "call 3"]
    taped = replaying(tmp_path, tool)
    again = [await taped.execute(call(step)) for step in (1, 1, 1, 2)]
    assert [each.text for each in again] == ["call 1", "call 3", "call 3", "call 2"]
    assert {each.mode for each in again} == {Mode.REPLAYED}
    assert made == [1, 2, 1]


async def test_other_tasks_go_on_while_another_process_holds_the_folder(tmp_path: Path) -> None:
    live = recording(tmp_path, counting())
    held = FileLock(tmp_path / ".lock")
    held.acquire()
    calling = asyncio.create_task(live.execute(call()))
    while not made:
        await asyncio.sleep(0)
    held.release()
    assert (await calling).text == "call 1"
    assert Cassettes(tmp_path, Taping.REPLAY).answer(counting().spec, call()) is not None


async def test_what_a_cancelled_call_returned_is_recorded(tmp_path: Path) -> None:
    tool, begun, loop = counting(), asyncio.Event(), asyncio.get_running_loop()

    class Telling(Cassettes):
        def add(self, *returned: Any) -> None:
            loop.call_soon_threadsafe(begun.set)
            super().add(*returned)

    live = Executor([tool], runner=Recording(Live(), Telling(tmp_path, Taping.RECORD)))
    held = FileLock(tmp_path / ".lock")
    held.acquire()
    calling = asyncio.create_task(live.execute(call()))
    await begun.wait()
    calling.cancel()
    loop.call_soon(held.release)
    with pytest.raises(asyncio.CancelledError):
        await calling
    assert Cassettes(tmp_path, Taping.REPLAY).answer(tool.spec, call()) is not None


async def test_a_call_that_was_not_recorded_has_no_result_and_runs_nothing(tmp_path: Path) -> None:
    tool = counting()
    await recording(tmp_path, tool).execute(call(1))
    missed = await replaying(tmp_path, tool).execute(call(2))
    assert (missed.error, missed.mode) == (ErrorKind.REFUSED, Mode.REPLAYED)
    assert "no call of count with these arguments was recorded" in missed.text
    assert made == [1]


async def test_a_tool_that_changed_has_no_recordings(tmp_path: Path) -> None:
    tool = counting()
    await recording(tmp_path, tool).execute(call(1))
    changed = tool.spec.model_copy(update={"description": "Count on."})
    cassettes = Cassettes(tmp_path, Taping.REPLAY)
    assert cassettes.missing([tool.spec, changed]) == ("count",)
    assert cassettes.answer(changed, call(1)) is None


async def test_errors_are_recorded_like_results_and_wrong_calls_are_not(tmp_path: Path) -> None:
    def fail(step: int) -> str:
        """Fail."""
        raise ValueError(f"no step {step}")

    tool = make_catalog([fail]).tools[0]
    asked = ToolCall(name="fail", arguments={"step": 3})
    live = recording(tmp_path, tool)
    failed = await live.execute(asked)
    await live.execute(ToolCall(name="fail", arguments={"step": "x"}))
    again = await replaying(tmp_path, tool).execute(asked)
    assert (again.text, again.error) == (failed.text, ErrorKind.RAISED)
    assert len((tmp_path / file_name(tool.spec)).read_text().splitlines()) == 1


async def test_a_call_that_did_not_reach_its_tool_is_not_recorded(tmp_path: Path) -> None:
    def ask(step: int) -> str:
        """Ask."""
        raise ProviderError("the server is gone")

    tool = make_catalog([ask]).tools[0]
    seen = await recording(tmp_path, tool).execute(ToolCall(name="ask", arguments={"step": 1}))
    assert seen.error is ErrorKind.UNAVAILABLE
    assert not (tmp_path / file_name(tool.spec)).exists()


@pytest.mark.parametrize("stored", [False, True])
async def test_a_recording_is_blanked_where_it_is_stored_as_a_live_result_is(
    tmp_path: Path, stored: bool
) -> None:
    tool = counting()
    Cassettes(tmp_path, Taping.RECORD).add(tool.spec, call(1), Observation(text="ask ann@example.com"))
    seen = await replaying(tmp_path, tool, limits=ExecutionLimits(stored=stored)).execute(call(1))
    assert ("ann@example.com" in seen.text) is not stored


async def test_what_is_recorded_in_a_run_answers_only_the_next_one(tmp_path: Path) -> None:
    tool = counting()

    def both() -> Executor:
        cassettes = Cassettes(tmp_path, Taping.BOTH)
        return Executor([tool], runner=Replaying(cassettes, otherwise=Recording(Live(), cassettes)))

    first = both()
    assert [(await first.execute(call(1))).text for _ in range(2)] == ["call 1", "call 2"]
    second = both()
    seen = [await second.execute(call(step)) for step in (1, 1, 2)]
    assert [each.text for each in seen] == ["call 1", "call 2", "call 3"]
    assert [each.mode for each in seen] == [Mode.REPLAYED, Mode.REPLAYED, Mode.LIVE]


async def test_a_longer_recording_is_cut_to_the_bounds_of_whoever_asks(tmp_path: Path) -> None:
    tool = counting()
    Cassettes(tmp_path, Taping.RECORD).add(tool.spec, call(1), Observation(text="x" * 9000))
    seen = await replaying(tmp_path, tool, limits=ExecutionLimits(max_characters=100)).execute(call(1))
    assert len(seen.text) < 200
    assert seen.truncated


def test_secrets_in_arguments_are_blanked_and_the_call_is_still_found(tmp_path: Path) -> None:
    spec = counting().spec
    keys = {"keys": ["sk-abcdefghijklmnop1234"], "sk-abcdefghijklmnop5678": 1}
    secret = ToolCall(name="count", arguments={"step": 1, "more": keys})
    Cassettes(tmp_path, Taping.RECORD).add(spec, secret, Observation(text="ok"))
    assert "sk-abc" not in (tmp_path / file_name(spec)).read_text()
    found = Cassettes(tmp_path, Taping.REPLAY).answer(spec, secret)
    assert found is not None
    assert found.text == "ok"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "line 2: not JSON"),
        ('{"arguments": {}}', "line 2: observation: Field required"),
        ('{"arguments": {}, "observation": {"text": 1}}', "line 2: observation.text"),
        ("[]", "line 2"),
        ('{"arguments": {}, "observation": {"text": "a"}, "tool": 1}', "line 2: tool: Extra inputs"),
    ],
)
def test_a_broken_line_is_named_with_its_file_before_anything_runs(
    line: str, message: str, tmp_path: Path
) -> None:
    spec = counting().spec
    Cassettes(tmp_path, Taping.RECORD).add(spec, call(1), Observation(text="ok"))
    file = tmp_path / file_name(spec)
    file.write_text(f"{file.read_text()}{line}\n")
    with pytest.raises(DataError) as caught:
        Cassettes(tmp_path, Taping.REPLAY)
    assert file.name in caught.value.message
    assert message in caught.value.message


def test_what_is_no_file_and_what_is_nested_too_deeply_is_told_in_a_line(tmp_path: Path) -> None:
    deep = tmp_path / "deep"
    deep.mkdir()
    (deep / "a.jsonl").write_text("[" * 100_000 + "\n")
    with pytest.raises(DataError, match="line 1: "):
        Cassettes(deep, Taping.REPLAY)
    folder = tmp_path / "folder"
    (folder / "a.jsonl").mkdir(parents=True)
    with pytest.raises(DataError, match="can't be read: Is a directory"):
        Cassettes(folder, Taping.REPLAY)


def test_a_line_that_a_kill_cut_short_is_left_out_and_spoils_no_later_one(tmp_path: Path) -> None:
    spec = counting().spec
    Cassettes(tmp_path, Taping.RECORD).add(spec, call(1), Observation(text="one"))
    file = tmp_path / file_name(spec)
    file.write_bytes(file.read_bytes() + b'{"arguments": {"st')
    assert Cassettes(tmp_path, Taping.REPLAY).has(spec)
    Cassettes(tmp_path, Taping.RECORD).add(spec, call(2), Observation(text="two"))
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert [line["observation"]["text"] for line in lines] == ["one", "two"]


def test_the_options_name_one_folder_or_none(tmp_path: Path) -> None:
    assert open_cassettes(None, None) is None
    both = open_cassettes(tmp_path / "a", tmp_path / "a")
    assert both is not None
    assert both.taping is Taping.BOTH
    with pytest.raises(SetupError, match="two folders"):
        open_cassettes(tmp_path / "a", tmp_path / "b")
    with pytest.raises(SetupError, match="there are no cassettes") as caught:
        open_cassettes(None, tmp_path / "none")
    assert "--record" in caught.value.fix


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SetupError, match="can't be made"):
        open_cassettes(tmp_path / "file" / "tapes", None)


def _add_many(folder: Path, start: int) -> None:
    cassettes = Cassettes(folder, Taping.RECORD)
    spec = make_catalog([count]).tools[0].spec
    for step in range(start, start + 50):
        cassettes.add(spec, call(step), Observation(text="x" * 3000))


@pytest.mark.slow
def test_processes_that_record_side_by_side_lose_no_line(tmp_path: Path) -> None:
    with get_context("spawn").Pool(2) as pool:
        pool.starmap(_add_many, [(tmp_path, 0), (tmp_path, 50)])
    cassettes = Cassettes(tmp_path, Taping.REPLAY)
    spec = counting().spec
    assert all(cassettes.answer(spec, call(step)) is not None for step in range(100))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(max_size=6), JSON, max_size=4), st.text(max_size=30))
def test_any_arguments_are_found_again(
    tmp_path_factory: pytest.TempPathFactory, arguments: dict[str, Any], text: str
) -> None:
    folder = tmp_path_factory.mktemp("tapes")
    spec = make_catalog([count]).tools[0].spec
    asked = ToolCall(name="count", arguments=arguments)
    Cassettes(folder, Taping.RECORD).add(spec, asked, Observation(text=text))
    found = Cassettes(folder, Taping.REPLAY).answer(spec, asked)
    assert found is not None
    assert found.text == text

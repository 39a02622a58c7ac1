"""Which checkpoints of an episode are kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from graph_parts import QUERIES, Adder, home_with_checkpoints, memory_of, plan_for, scripted, story
from langgraph.checkpoint.memory import InMemorySaver

from practicum.graph.campaign import run_campaign
from practicum.graph.milestones import Milestones
from practicum.models.caller import ModelCaller
from practicum.tools.executor import Executor

THREAD: Any = {"configurable": {"thread_id": "t", "checkpoint_ns": ""}}


def checkpoint(number: int, *due: str) -> Any:
    return {
        "id": str(number),
        "channel_values": {"query": "q", **{f"branch:to:{name}": None for name in due}},
    }


class Saver(InMemorySaver):
    """Remembers what it is given."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: list[tuple[str, dict[str, int]]] = []

    async def aput(self, config: Any, checkpoint: Any, _: Any, new_versions: Any) -> Any:
        self.kept.append((checkpoint["id"], dict(new_versions)))
        return {"configurable": {**config["configurable"], "checkpoint_id": checkpoint["id"]}}


async def put(saver: Any, row: int, *due: str, **changed: int) -> Any:
    return await saver.aput(THREAD, checkpoint(row, *due), {}, changed)


async def test_what_changed_between_two_that_are_kept_is_kept_with_the_second() -> None:
    saver = Saver()
    milestones = Milestones(saver, between={"observe", "reflect"})
    await put(milestones, 1, "imagine", number=1)
    at = await put(milestones, 2, "observe", query=2)
    await put(milestones, 3, "reflect", steps=3)
    await put(milestones, 4, "record", query=4)
    await put(milestones, 5, "imagine", number=5)
    assert at["configurable"]["checkpoint_id"] == "2"
    assert saver.kept == [("1", {"number": 1}), ("4", {"query": 4, "steps": 3}), ("5", {"number": 5})]


@pytest.mark.parametrize("due", [(), ("observe", "record")])
async def test_one_that_more_than_such_a_step_begins_from_is_kept(due: tuple[str, ...]) -> None:
    saver = Saver()
    await put(Milestones(saver, between={"observe"}), 1, *due)
    assert [number for number, _ in saver.kept] == ["1"]


async def test_what_changed_in_a_thread_that_was_deleted_is_no_part_of_the_next() -> None:
    saver = Saver()
    milestones = Milestones(saver, between={"observe"})
    await put(milestones, 1, "observe", query=1)
    await milestones.adelete_thread("t")
    await put(milestones, 2, "record", steps=2)
    assert saver.kept == [("2", {"steps": 2})]


@pytest.mark.parametrize(
    ("steps", "kept"),
    [([], True), ([{"call": "a"}], False), ([{"call": "a [redacted]"}], True)],
)
async def test_what_a_trial_begins_from_is_kept_and_what_was_redacted(steps: list[Any], kept: bool) -> None:
    saver = Saver()
    values = {"branch:to:attempt": None, "steps": steps}
    await Milestones(saver).aput(THREAD, {"id": "1", "channel_values": values}, {}, {})  # type: ignore[typeddict-item]
    assert bool(saver.kept) == kept


async def test_an_episode_of_tools_that_change_nothing_writes_two_checkpoints_a_trial(
    tmp_path: Path,
) -> None:
    plan, model = plan_for(Adder().tool()), scripted(*story(QUERIES[:2]))
    due: list[Any] = []
    async with home_with_checkpoints(tmp_path) as (home, saver):
        put_as_before: Any = saver.aput

        async def seen(config: Any, checkpoint: Any, *more: Any) -> Any:
            due.append([name for name in checkpoint["channel_values"] if name.startswith("branch:to:")])
            return await put_as_before(config, checkpoint, *more)

        saver.aput = seen
        await run_campaign(plan, ModelCaller(model, name="m"), Executor(plan.tools), memory_of(home), saver)
    steps = [name.removeprefix("branch:to:") for names in due for name in names]
    a_trial = ["imagine", "attempt"]
    assert steps == [*a_trial, *a_trial, "summarize", "keep"]

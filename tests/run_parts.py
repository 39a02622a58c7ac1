"""Runs made by hand, for tests of how they are kept and compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from practicum.evaluation import score
from practicum.evaluation.runs.record import ItemAnswer, Run, RunArm, ServedPart, data_hash
from practicum.records import Item, Prediction, ToolCall, ToolSpec

ADD = ToolSpec(
    name="add",
    description="Adds.",
    parameters={"type": "object", "properties": {"a": {"type": "number"}}, "required": ["a"]},
)
NEGATE = ToolSpec(
    name="negate",
    description="Negates.",
    parameters={"type": "object", "properties": {"a": {"type": "number"}}, "required": ["a"]},
)
SPECS = (ADD, NEGATE)


def call(tool: str = "add", a: Any = 1) -> ToolCall:
    return ToolCall(name=tool, arguments={"a": a})


def calling(count: int, tool: str = "add") -> list[Item]:
    """Items that expect a call of a tool, each another one."""
    return [Item(id=f"{tool}-{n}", query=f"{tool} {n}", expected=(call(tool, n),)) for n in range(count)]


def talking(count: int) -> list[Item]:
    """Items that expect no call."""
    return [Item(id=f"talk-{n}", query=f"joke {n}", expected=()) for n in range(count)]


def answer(item: Item, right: bool, *, broken: bool = False) -> ItemAnswer:
    """The right calls; or one with another value, or one where none is needed."""
    wrong = (call(item.expected[0].name if item.expected else "add", -1),)
    calls = item.expected if right else wrong
    if broken:
        return ItemAnswer(id=item.id, broken="no network", strict=False, lenient=False)
    (result,) = score([item], [Prediction(id=item.id, calls=calls)], SPECS).results
    return ItemAnswer(id=item.id, calls=calls, strict=result.strict, lenient=result.lenient, why=result.why)


def arm(items: Sequence[Item], right: Mapping[str, bool | None], name: str = "base", **more: Any) -> RunArm:
    """An arm; an item that is None in ``right`` broke, one that is not there is right."""
    answers = tuple(
        answer(item, bool(right.get(item.id, True)), broken=right.get(item.id, True) is None)
        for item in items
    )
    facts = {"about": "", "learned": name, "served": (), "grounding": False, "resumed": 0, **more}
    return RunArm(name=name, answers=answers, **facts)


def run(items: Sequence[Item], *arms: RunArm, name: str = "run-1", **more: Any) -> Run:
    facts = {
        "key": "k",
        "finished_at": datetime(2026, 11, 21, 12, tzinfo=UTC),
        "data": "items.jsonl",
        "data_hash": data_hash(items),
        "n": len(items),
        "options": {"limit": None},
        "model": "local",
        "embedder": "hashing",
        "concurrency": 4,
        "prompts_hash": "p",
        "versions": {"practicum": "0.1.0"},
        "schema_hashes": {spec.name: spec.schema_hash for spec in SPECS},
        "figures": {},
        "groups": {},
        "items": tuple(items),
        "tools": SPECS,
        **more,
    }
    return Run(id=name, arms=arms, **facts)


def served(name: str = "demos@1", identity: str = "0123456789") -> tuple[ServedPart, ...]:
    return (ServedPart(name=name, id=identity),)

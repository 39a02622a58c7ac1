"""What differs in how two runs were made, in words: figures compare only where all else is equal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from practicum.evaluation.runs.record import Run, RunArm
from practicum.records import Record

NOTHING = "none"
_SHOWN = 4


class MadeDifferently(Record):
    """One thing that was not the same."""

    what: str
    a: str
    b: str


def run_differences(a: Run, b: Run) -> Iterator[MadeDifferently]:
    """Yield what differs between runs, whatever their arms: data first, then model, prompts, versions."""
    if a.data_hash != b.data_hash:
        yield MadeDifferently(what="data", a=_data(a), b=_data(b))
    if a.schema_hashes != b.schema_hashes:
        yield MadeDifferently(what="tools", a=_tools(a, b), b=_tools(b, a))
    for what in (
        "model",
        "endpoint",
        "seed",
        "temperature",
        "embedder",
        "prompts_hash",
        "judged_by",
        "concurrency",
    ):
        yield from _differing(what.replace("_", " "), getattr(a, what), getattr(b, what))
    yield from _versions(a.versions, b.versions)


def arm_differences(a: RunArm, b: RunArm) -> Iterator[MadeDifferently]:
    """Yield what differs between arms: what served, and whether values were offered from the query."""
    yield from _differing("served", _served(a), _served(b))
    yield from _differing("grounding", "on" if a.grounding else "off", "on" if b.grounding else "off")


def _differing(what: str, a: Any, b: Any) -> Iterator[MadeDifferently]:
    if a != b:
        yield MadeDifferently(what=what, a=_said(a), b=_said(b))


def _versions(a: Mapping[str, str], b: Mapping[str, str]) -> Iterator[MadeDifferently]:
    for package in sorted({*a, *b}):
        yield from _differing(package, a.get(package), b.get(package))


def _said(value: Any) -> str:
    return NOTHING if value is None or value == "" else str(value)


def _data(run: Run) -> str:
    return f"{run.data}, {run.n} items ({run.data_hash[:8]})"


def _tools(run: Run, other: Run) -> str:
    """The tools of a run that the other has not, or has otherwise."""
    own = [name for name, found in run.schema_hashes.items() if other.schema_hashes.get(name) != found]
    named = [f"{name} ({run.schema_hashes[name][:8]})" for name in own[:_SHOWN]]
    more = f" and {len(own) - _SHOWN} more" if len(own) > _SHOWN else ""
    return (", ".join(named) + more) or "the same without those"


def _served(arm: RunArm) -> str:
    return " + ".join(map(str, arm.served)) or "base"

"""A trial to record, where what it tells is of no matter."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from practicum.records import JsonObject, Observation, Outcome, Step, Strategy, ToolCall, ToolSpec, Trial


def made_trial(**fields: Any) -> Trial:
    """A solved trial of the tool ``convert`` without a step, but for ``fields``."""
    usual: dict[str, Any] = {
        "id": "a",
        "episode_id": "e",
        "tool": "convert",
        "tool_schema_hash": "h",
        "episode": 1,
        "number": 1,
        "strategy": Strategy.QUERY_FIRST,
        "model": "m",
        "query": "How much?",
        "outcome": Outcome.SOLVED,
        "started_at": datetime(2026, 1, 2, tzinfo=UTC),
    }
    return Trial(**{**usual, **fields})


def called_trial(spec: ToolSpec, number: int, query: str, arguments: JsonObject) -> Trial:
    """A solved trial in which the tool was called as it was imagined."""
    call = ToolCall(name=spec.name, arguments=arguments)
    step = Step(call=call, observation=Observation(text="{}"))
    return made_trial(
        id=f"{spec.name}-{spec.schema_hash}-{number}",
        tool=spec.name,
        tool_schema_hash=spec.schema_hash,
        number=number,
        strategy=Strategy.CALL_FIRST,
        model="local",
        query=query,
        imagined=call,
        probes=(step,),
        steps=(step,),
    )

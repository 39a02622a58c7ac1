"""Trials that became examples, or not: what tests of building them practise with."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from practicum.memory_store.home import Home
from practicum.records import (
    ErrorKind,
    Observation,
    Outcome,
    Reflection,
    Step,
    Strategy,
    ToolCall,
    Trial,
)
from practicum.tools.sources import load_tools
from practicum.training.build_examples import Examples, build_examples

SPECS = {spec.name: spec for spec in load_tools(["almanac:everyday"]).specs}
UNITS = SPECS["convert_units"]
QUERIES = {
    (3, "mile", "kilometer"): "How many kilometers are three miles?",
    (70, "kg", "lb"): "Tell me what seventy kilos weigh in pounds",
    (5, "gallon", "liter"): "A bucket holds five gallons; how much is that in liters?",
    (100, "celsius", "fahrenheit"): "Water boils at 100 Celsius. And in Fahrenheit?",
    (12, "inch", "cm"): "twelve inches in centimeters",
    (2, "hour", "minute"): "My film lasts two hours, so how many minutes?",
}


def call_of(value: float, source: str, target: str) -> ToolCall:
    return ToolCall(name="convert_units", arguments={"value": value, "from_unit": source, "to_unit": target})


def step(call: ToolCall | None, text: str = "ok", error: ErrorKind | None = None) -> Step:
    return Step(call=call, observation=Observation(text=text, error=error))


def trial(number: int, query: str, call: ToolCall, **more: Any) -> Trial:
    fields: dict[str, Any] = {
        "id": f"t{number}",
        "episode_id": "e",
        "tool": "convert_units",
        "tool_schema_hash": UNITS.schema_hash,
        "episode": 1,
        "number": number,
        "strategy": Strategy.CALL_FIRST,
        "model": "local",
        "query": query,
        "imagined": call,
        "probes": (step(call),),
        "steps": (step(call),),
        "reflection": Reflection(solved=True, reason="came back"),
        "outcome": Outcome.SOLVED,
        "started_at": datetime(2026, 1, 2, tzinfo=UTC),
    }
    return Trial(**{**fields, **more})


def practise(home: Home, **more: Any) -> list[Trial]:
    trials = [trial(n, query, call_of(*about), **more) for n, (about, query) in enumerate(QUERIES.items())]
    for each in trials:
        home.journal.record_trial(each)
    return trials


def built(home: Home, **more: Any) -> Examples:
    return build_examples(home, list(SPECS.values()), **{"held_out": (), "per_tool": 30, **more})


def unreached(number: int, query: str, call: ToolCall, **more: Any) -> Trial:
    """A trial in which the model came back to another call."""
    other = call_of(1, "inch", "foot")
    return trial(
        number,
        query,
        call,
        **{"outcome": Outcome.UNSOLVED, "steps": (step(other, "wrong"),), "answer": "1 foot", **more},
    )

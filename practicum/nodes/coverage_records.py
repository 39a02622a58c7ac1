"""What coverage tells of a tool; `practicum.nodes.coverage` counts it, and has the bounds."""

from __future__ import annotations

from practicum.records import ErrorKind, Record


class Tried(Record):
    """How often something was tried, and how many of the calls returned a result."""

    what: tuple[str, ...]
    """A value as JSON, or the parameters that were given together."""
    tried: int
    accepted: int


class ParameterCoverage(Record):
    """What was tried of one parameter; ``given`` and ``left_out`` are calls."""

    name: str
    required: bool
    given: int
    left_out: int
    accepted: int
    """Calls with it that returned a result."""
    refused: int
    """Calls with it whose refusal was about it."""
    trials: int
    """Trials in whose attempt it was given."""
    solved: int
    distinct: int
    """Distinct values, at most `MOST_COUNTED`."""
    values: tuple[Tried, ...]
    untried: tuple[str, ...] = ()
    """Where the schema lists the values: those that were never given, as JSON, at most `MOST_VALUES`."""


class ErrorCount(Record):
    """How often a kind of error was met, and the parameter it was about, if it named one."""

    kind: ErrorKind
    parameter: str | None
    count: int


class ToolCoverage(Record):
    """What was tried of one tool."""

    tool: str
    trials: int
    """Broken ones are left out."""
    solved: int
    calls: int
    """Calls that reached the tool, or were turned away by its schema; probes included."""
    accepted: int
    not_executed: int
    """Calls that were simulated, only checked, or not recorded."""
    parameters: tuple[ParameterCoverage, ...]
    pairs: tuple[Tried, ...]
    """Optional parameters given together, the most frequent."""
    apart: tuple[tuple[str, str], ...] = ()
    """Optional parameters that were both given, and never together, at most `MOST_PAIRS`."""
    errors: tuple[ErrorCount, ...]

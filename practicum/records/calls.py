"""Tools, calls of them, and what execution returned."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from practicum.records.base import JsonObject, Record, canonical_json, digest
from practicum.records.kept import Called, Name


class Mode(StrEnum):
    """How an observation came to be."""

    LIVE = "live"
    """The tool ran."""
    REPLAYED = "replayed"
    """The tool ran earlier, and what it returned was recorded."""
    SIMULATED = "simulated"
    """A model said what the tool could return; the tool did not run."""
    DRY_RUN = "dry-run"
    """The call was checked against the schema; the tool did not run."""


class ErrorKind(StrEnum):
    """Why a call has no result."""

    UNREADABLE = "unreadable"
    UNKNOWN_TOOL = "unknown-tool"
    SCHEMA = "schema"
    RAISED = "raised"
    TIMEOUT = "timeout"
    REFUSED = "refused"
    UNAVAILABLE = "unavailable"
    """What the tool stands on failed, such as its server: that says nothing of the call."""
    LOST = "lost"
    """The same, in the middle of a call that may change something for good: it may have been done."""


ABSENT = frozenset({ErrorKind.UNAVAILABLE, ErrorKind.LOST})
"""Errors of what a tool stands on: the trial breaks, and nothing is learned from it."""


class ToolSpec(Record):
    """What a model is told of a tool: name, description, JSON Schema of the arguments."""

    name: Name
    description: str
    parameters: JsonObject
    """A JSON Schema of type ``object``."""

    @property
    def schema_hash(self) -> str:
        """Hash of everything a model is told; changes when the tool changes."""
        return digest(self.name, self.description, self.parameters)

    @property
    def properties(self) -> dict[str, JsonObject]:
        """Schema of each parameter, in the order of declaration."""
        return dict(self.parameters.get("properties", {}))

    @property
    def required(self) -> frozenset[str]:
        """Names of the parameters that must be given."""
        return frozenset(self.parameters.get("required", ()))

    def as_openai(self) -> JsonObject:
        """Return the tool in OpenAI's function format, which LangChain models bind."""
        function = {"name": self.name, "description": self.description, "parameters": self.parameters}
        return {"type": "function", "function": function}


class ToolCall(Record):
    """One call: the tool's name and its arguments."""

    name: Called
    arguments: JsonObject = Field(default_factory=dict)

    @property
    def signature(self) -> str:
        """One spelling per call, for comparing and for idempotency keys."""
        return f"{self.name}({canonical_json(self.arguments)})"


class Observation(Record):
    """What execution returned, errors included. ``text`` is bounded and redacted."""

    text: str
    error: ErrorKind | None = None
    mode: Mode = Mode.LIVE
    truncated: bool = False
    seconds: float = 0.0
    """Wall-clock time of the execution."""

    @property
    def ok(self) -> bool:
        """Whether the call returned a result; a simulated one is no result of the tool (`verified`)."""
        return self.error is None

    @property
    def real(self) -> bool:
        """Whether it came from the tool itself, now or when it was recorded; errors included."""
        return self.mode in {Mode.LIVE, Mode.REPLAYED}

    @property
    def verified(self) -> bool:
        """Whether execution confirmed the call: the tool itself returned a result."""
        return self.ok and self.real

    @property
    def checked_only(self) -> bool:
        """Whether the call fits the schema and was kept from running: a dry run, which has no result."""
        return self.mode is Mode.DRY_RUN and self.error is ErrorKind.REFUSED


class Step(Record):
    """Thought, tool call and observation."""

    thought: str = ""
    call: ToolCall | None
    """None when the model's reply could not be read as a call."""
    observation: Observation

"""Frozen records of what is stored or passed between packages.

Every record that reaches disk carries ``SCHEMA_VERSION`` through the journal
that holds it. Records compare by value and refuse unknown fields, so that a
file written by a newer version fails loudly instead of losing data.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import to_jsonable_python

SCHEMA_VERSION = 1
"""Version of the records on disk; raised when a field's meaning changes."""

JsonObject = dict[str, Any]
"""A decoded JSON object: string keys, JSON values."""


def canonical_json(value: Any) -> str:
    """Return ``value`` as compact JSON with sorted keys, one spelling per value."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(*parts: Any, length: int = 16) -> str:
    """Return a hexadecimal SHA-256 prefix of ``parts``, the same in every process."""
    text = "\x1f".join(part if isinstance(part, str) else canonical_json(part) for part in parts)
    # Half a surrogate pair, as models write it, is no UTF-8; passed on, it is still one spelling per text.
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:length]


def _has_half_pair(value: Any) -> bool:
    """Whether a key in ``value`` holds half a surrogate pair, as models write it."""
    if isinstance(value, dict):
        return any(_is_half_pair(key) or _has_half_pair(part) for key, part in value.items())
    return isinstance(value, list | tuple) and any(map(_has_half_pair, value))


def _is_half_pair(key: Any) -> bool:
    if not isinstance(key, str) or key.isascii():
        return False
    return any("\ud800" <= character <= "\udfff" for character in key)


def _jsonable(value: Any) -> Any:
    """Return ``value`` as JSON's types, whatever its keys hold."""
    if isinstance(value, dict):
        # Whatever is no text (a number, an enum) is spelled as pydantic does it.
        return {
            key if type(key) is str else next(iter(to_jsonable_python({key: None}))): _jsonable(part)
            for key, part in value.items()
        }
    if isinstance(value, list | tuple):
        return [_jsonable(part) for part in value]
    return to_jsonable_python(value)


def utc_now() -> datetime:
    """Return the present moment in UTC."""
    return datetime.now(UTC)


class Record(BaseModel):
    """Base of all records: immutable, and strict about unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def as_dict(self) -> JsonObject:
        """Return a JSON-ready dict, fit for checkpoints and files."""
        plain: JsonObject = self.model_dump()
        if _has_half_pair(plain):  # in a key pydantic fails at it, or replaces it
            return {key: _jsonable(part) for key, part in plain.items()}
        return self.model_dump(mode="json")

    @classmethod
    def from_dict(cls, data: JsonObject) -> Self:
        """Rebuild the record from `as_dict`'s result; raises ``ValidationError``."""
        return cls.model_validate(data)


class Outcome(StrEnum):
    """How a trial ended."""

    SOLVED = "solved"
    UNSOLVED = "unsolved"
    BROKEN = "broken"
    """Infrastructure failed: never scored, never learned from."""


class Strategy(StrEnum):
    """How queries are imagined."""

    QUERY_FIRST = "query-first"
    """The model writes the query, then answers it (section 3.1 of the STE paper)."""
    CALL_FIRST = "call-first"
    """A call is sampled and confirmed by execution, then phrased as a query."""


class Mode(StrEnum):
    """How an observation came to be."""

    LIVE = "live"
    REPLAYED = "replayed"
    SIMULATED = "simulated"
    DRY_RUN = "dry-run"


class ErrorKind(StrEnum):
    """Why a call has no result."""

    UNREADABLE = "unreadable"
    UNKNOWN_TOOL = "unknown-tool"
    SCHEMA = "schema"
    RAISED = "raised"
    TIMEOUT = "timeout"
    REFUSED = "refused"


class ToolSpec(Record):
    """What a model is told of a tool: name, description, JSON Schema of the arguments."""

    name: str
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

    name: str
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
        """Whether the call was executed and returned a result."""
        return self.error is None


class Step(Record):
    """Thought, tool call and observation."""

    thought: str = ""
    call: ToolCall | None
    """None when the model's reply could not be read as a call."""
    observation: Observation


class Reflection(Record):
    """The model's own view of its trial."""

    solved: bool
    reason: str


class Usage(Record):
    """What model calls cost: number of calls, and tokens as the model counts them."""

    model_calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            model_calls=self.model_calls + other.model_calls,
            prompt_tokens=self.prompt_tokens + other.prompt_tokens,
            completion_tokens=self.completion_tokens + other.completion_tokens,
        )


class Trial(Record):
    """One imagined query, the attempt to answer it, and its reflection."""

    id: str
    episode_id: str
    tool: str
    tool_schema_hash: str
    episode: int
    """1-based number of the episode for this tool."""
    number: int
    """1-based number of the trial within its episode."""
    strategy: Strategy
    model: str
    """The model's spec, such as ``local`` or ``openai:gpt-4o-mini``."""
    query: str
    imagined: ToolCall | None = None
    """Call-first only: the confirmed call that the query was phrased from."""
    probes: tuple[Step, ...] = ()
    """Call-first only: the calls tried while imagining, rejected ones included."""
    steps: tuple[Step, ...] = ()
    answer: str = ""
    reflection: Reflection | None = None
    outcome: Outcome
    usage: Usage = Usage()
    started_at: datetime
    seconds: float = 0.0
    origin: str = "exploration"

    @property
    def final_call(self) -> ToolCall | None:
        """The last call that was executed without an error, if there is one."""
        ok = [step.call for step in self.steps if step.call is not None and step.observation.ok]
        return ok[-1] if ok else None


class Note(Record):
    """One lesson about a tool, with the trials that support it."""

    id: str
    tool: str
    tool_schema_hash: str
    parameter: str | None = None
    text: str
    evidence: tuple[str, ...]
    """Ids of the supporting trials; never empty."""


class Demonstration(Record):
    """A curated trial that is shown to a model or trained on."""

    id: str
    """The id of the trial it was made from."""
    tool: str
    tool_schema_hash: str
    query: str
    call: ToolCall
    observation: str
    answer: str = ""


Targets = Literal["canonical", "spans"]
"""How arguments are written in what a model is trained on: as the tool wants them, or in the words of the
query, which resolvers turn into values after decoding (a small model copies well and translates badly)."""


class Lessons(Record):
    """What practice taught about the arguments of one tool, in a form that grounded decoding can use."""

    tool_schema_hash: str
    vocabulary: dict[str, tuple[Any, ...]] = Field(default_factory=dict)
    """By argument, the closed set of values that execution showed where the schema leaves it open."""
    cues: dict[str, dict[str, int]] = Field(default_factory=dict)
    """By argument, how often which cue stood beside its mention (`practicum.nodes.cues`)."""


class PastQuery(Record):
    """One row of long-term memory: a query tried before, and how it ended."""

    trial_id: str
    query: str
    outcome: Outcome
    similarity: float | None = None
    """Cosine similarity to the query it was recalled for, if there was one."""


class LongTermView(Record):
    """The bounded view of long-term memory that imagination sees."""

    nearest: tuple[PastQuery, ...] = ()
    sampled: tuple[PastQuery, ...] = ()
    total: int = 0
    """Number of past queries of this tool, shown or not."""

    @property
    def queries(self) -> tuple[PastQuery, ...]:
        """All queries shown, each once."""
        seen = {past.trial_id: past for past in (*self.nearest, *self.sampled)}
        return tuple(seen.values())


class Item(Record):
    """One evaluation item: a query with the calls that a right answer makes."""

    id: str
    query: str
    expected: tuple[ToolCall, ...]
    """In order; empty when no call should be made."""
    accept: dict[str, tuple[Any, ...]] = Field(default_factory=dict)
    """Other right values of an argument of the first call."""


class Prediction(Record):
    """What a model did with an item."""

    id: str
    calls: tuple[ToolCall, ...] = ()
    raw: str = ""
    """The reply as text; empty for models with native tool calls."""

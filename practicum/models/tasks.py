"""One reply of the local model: what is wanted, the requests that get it, the message it becomes."""

from __future__ import annotations

from dataclasses import dataclass, replace

from langchain_core.messages import AIMessage
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatGeneration, ChatResult

from practicum.models.checks import call_fits, value_fits
from practicum.models.engine import Completion, Constraint, Request
from practicum.models.grammar import call_grammar, schema_grammar
from practicum.models.replies import Unreadable, parse_call, without_loops
from practicum.models.runaway import without_runaway_argument, without_runaway_field
from practicum.records import JsonObject, digest

TEXT_TOKENS = 128
"""Tokens of a plain reply."""

CALL_TOKENS = 512
"""Tokens of a reply that a grammar bounds."""

QUICK_TOKENS = 160
"""Tokens that a bounded reply gets at first: enough for most, and a loop ends soon."""

MAX_RETRIES = 3
"""Strings of one reply that are cut."""


@dataclass(frozen=True)
class Wanted:
    """The form of a reply: free text, a call (or text), or an object that fits a schema."""

    tools: tuple[JsonObject, ...] = ()
    """The tools that may be called, as decoding sees them."""
    text: bool = False
    """Whether text is as welcome as a call."""
    schema: JsonObject | None = None

    @property
    def free(self) -> bool:
        """Whether anything may be written."""
        return not self.tools and self.schema is None

    def constraint(self, tags: tuple[str, str], *, counted: bool) -> Constraint | None:
        """Return the grammar of this form; ``counted`` as in `call_grammar`."""
        if self.schema is not None:
            return schema_grammar(self.schema, counted=counted, forced=True)
        if not self.tools:
            return None
        return call_grammar(self.tools, text=self.text, tags=tags, counted=counted, forced=True)


def wanted_reply(options: JsonObject) -> Wanted:
    """Read what was bound to the model: ``tools``, ``grounded``, ``tool_choice``, ``schema``."""
    if options.get("schema") is not None:
        return Wanted(schema=options["schema"])
    tools = options.get("grounded") or options.get("tools") or []
    choice = options.get("tool_choice") or "auto"
    if choice == "none":
        return Wanted()
    if choice not in {"auto", "any"}:
        tools = [tool for tool in tools if tool["function"]["name"] == choice]
    return Wanted(tools=tuple(tools), text=choice == "auto")


@dataclass(frozen=True)
class DecodingTask:
    """A prompt on its way to a message."""

    request: Request
    """Without its constraint."""
    wanted: Wanted
    position: int
    """Number of messages before the reply."""
    model_name: str
    tags: tuple[str, str]

    counted: bool = False
    """Whether the grammar bounds long strings itself."""
    unhurried: bool = False
    """Whether all tokens may be used, not just those that ordinary replies need."""
    retries: int = 0

    @property
    def next_request(self) -> Request:
        """The request to put to the engine."""
        if self.wanted.free:
            return self.request
        most = TEXT_TOKENS if self.wanted.text else QUICK_TOKENS
        limit = self.request.max_tokens if self.unhurried else min(self.request.max_tokens, most)
        constraint = self._constraint
        prompt = self.request.prompt + (constraint.prefix if constraint else "")
        return replace(self.request, prompt=prompt, constraint=constraint, max_tokens=limit)

    @property
    def _constraint(self) -> Constraint | None:
        return self.wanted.constraint(self.tags, counted=self.counted)

    def _text(self, completion: Completion) -> str:
        """Return the whole reply: what was forced, and what was decoded."""
        constraint = self._constraint
        return ((constraint.prefix if constraint else "") + completion.text).strip()

    def again(self, completion: Completion) -> DecodingTask | None:
        """Return the task to try next; None when this reply stays.

        A string that ran on is fixed at a cut; a reply that merely needed more tokens gets them; what
        still does not fit is decoded under the counted grammar, once.
        """
        if self.counted or self._accepts(completion):
            return None
        narrowed = self._without_runaway(completion) if self.retries < MAX_RETRIES else None
        if narrowed is not None:
            return replace(self, wanted=narrowed, retries=self.retries + 1)
        if completion.finish_reason == "length" and not self.unhurried:
            return replace(self, unhurried=True)
        return replace(self, unhurried=True, counted=True)

    def _without_runaway(self, completion: Completion) -> Wanted | None:
        text = self._text(completion)
        if self.wanted.schema is not None:
            schema = without_runaway_field(text, self.wanted.schema)
            return replace(self.wanted, schema=schema) if schema else None
        tools = without_runaway_argument(self._bare(text), self.wanted.tools)
        return replace(self.wanted, tools=tuple(tools), text=False) if tools else None

    def _accepts(self, completion: Completion) -> bool:
        text = self._text(completion)
        if self.wanted.free or (self.wanted.text and not self._opens_call(text)):
            return True
        if self.wanted.schema is not None:
            return value_fits(text, self.wanted.schema)
        return call_fits(self._bare(text), list(self.wanted.tools))

    def result(self, completion: Completion) -> ChatResult:
        """Return LangChain's form of the reply."""
        message = self._message(self._text(completion))
        message.usage_metadata = UsageMetadata(
            input_tokens=completion.prompt_tokens,
            output_tokens=completion.completion_tokens,
            total_tokens=completion.prompt_tokens + completion.completion_tokens,
        )
        reason = "tool_calls" if message.tool_calls else completion.finish_reason
        message.response_metadata = {"model_name": self.model_name, "finish_reason": reason}
        return ChatResult(generations=[ChatGeneration(message=message)])

    def _message(self, text: str) -> AIMessage:
        if self.wanted.schema is not None:
            return AIMessage(content=text)
        if self.wanted.free or (self.wanted.text and not self._opens_call(text)):
            return AIMessage(content=without_loops(text))
        bare = self._bare(text)
        call = parse_call(bare)
        call_id = f"call_{digest(bare, str(self.position), length=12)}"
        if isinstance(call, Unreadable):
            broken = {"name": None, "args": bare, "id": call_id, "error": call.reason}
            return AIMessage(content=text, invalid_tool_calls=[{**broken, "type": "invalid_tool_call"}])
        found = {"name": call.name, "args": call.arguments, "id": call_id, "type": "tool_call"}
        return AIMessage(content="", tool_calls=[found])

    def _opens_call(self, text: str) -> bool:
        return text.startswith(self.tags[0].strip() or "{")

    def _bare(self, text: str) -> str:
        """Return the call without the marks that the model's template puts around it."""
        return text.removeprefix(self.tags[0].strip()).removesuffix(self.tags[1].strip()).strip()

"""BFCL's single-turn items: one reply to one request, whose calls are compared and not executed."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage

from practicum.evaluation.attempts import Attempted
from practicum.evaluation.matching.schemas import ToolSchemas
from practicum.evaluation.scores import ItemResult
from practicum.evaluation.suites.bfcl_calls import one_right_answer
from practicum.evaluation.suites.bfcl_checkers import CheckerResult, check_single
from practicum.evaluation.suites.bfcl_source import as_source
from practicum.evaluation.suites.port import MakeTaskSetup
from practicum.nodes.decide import last_query
from practicum.records import Item, JsonObject, Prediction, ToolCall, ToolSpec
from practicum.tools.suites.bfcl_schema import as_spec, provider_names, with_words_of_language

LANGUAGES = {"simple_java": "Java", "simple_javascript": "JavaScript"}


@dataclass(frozen=True)
class SingleTurn:
    """One item of a single-turn category."""

    category: str
    entry: JsonObject
    """The benchmark's: ``id``, ``question`` and ``function``."""
    possible: tuple[JsonObject, ...]
    """The values that each argument of the right calls may have; empty where no call, or any, is right."""

    @property
    def wants_call(self) -> bool:
        """Whether a right answer makes a call; of the categories without known calls, relevance does."""
        return bool(self.possible) or self.category.endswith("_relevance")

    @cached_property
    def names(self) -> dict[str, str]:
        """By the functions' own names, those that the model is told."""
        return provider_names(document["name"] for document in self.entry["function"])

    @cached_property
    def specs(self) -> tuple[ToolSpec, ...]:
        language = LANGUAGES.get(self.category)
        documents = [
            with_words_of_language(document, language) if language else document
            for document in self.entry["function"]
        ]
        unique = {document["name"]: document for document in documents}
        return tuple(as_spec(document, self.names[name]) for name, document in unique.items())

    @cached_property
    def item(self) -> Item:
        expected = [
            ToolCall(name=self.names.get(call.name, call.name), arguments=self._as_said(call))
            for call in one_right_answer(self.entry["function"], self.possible)
        ]
        return Item(id=self.entry["id"], query=last_query(self.messages), expected=tuple(expected))

    @property
    def turns(self) -> tuple[Item, ...]:
        """What is asked for: one thing."""
        return (self.item,)

    def _as_said(self, call: ToolCall) -> JsonObject:
        """Return the arguments as a model gives them: of Java and JavaScript, in source text."""
        language = LANGUAGES.get(self.category)
        if language is None:
            return call.arguments
        documents = {document["name"]: document for document in self.entry["function"]}
        nodes = documents[call.name]["parameters"]["properties"]
        return {name: as_source(value, nodes[name], language) for name, value in call.arguments.items()}

    @cached_property
    def messages(self) -> list[BaseMessage]:
        """The conversation up to the request."""
        return as_messages(self.entry["question"][0])

    @property
    def most_calls(self) -> int:
        """Model calls that an attempt can take."""
        return 1

    async def attempt(self, make_setup: MakeTaskSetup) -> Attempted:
        started = time.perf_counter()
        arm = make_setup(self.specs)
        recollection = await arm.recollect(self.item.query)
        reply = await arm.decide(self.messages, recollection)
        return Attempted(
            prediction=Prediction(id=self.item.id, calls=reply.calls, raw=reply.text),
            usage=reply.usage,
            seconds=time.perf_counter() - started,
        )

    def judge(self, attempt: Attempted) -> ItemResult:
        calls = attempt.prediction.calls
        verdict = self.check(calls)
        problem = self._problem(calls)
        tokens = attempt.usage.prompt_tokens + attempt.usage.completion_tokens if attempt.usage else None
        return ItemResult(
            id=self.item.id,
            tools=self.expected_tools,
            empty_arguments=bool(self.item.expected) and not any(c.arguments for c in self.item.expected),
            well_formed=problem is None,
            tool=self._right_tools(calls),
            strict=verdict.valid,
            lenient=verdict.valid,
            why="" if verdict.valid else f"{verdict.error} ({verdict.kind})",
            tokens=tokens,
            seconds=attempt.seconds,
        )

    @property
    def expected_tools(self) -> tuple[str, ...]:
        """The tools of a right answer; all of them where any call is one."""
        if self.wants_call and not self.possible:
            return tuple(self.names.values())
        return tuple(dict.fromkeys(call.name for call in self.item.expected))

    def check(self, calls: Sequence[ToolCall]) -> CheckerResult:
        """Ask the benchmark's checker; ``calls`` carry the names that the model was told."""
        if not self.possible:
            return _check_relevance(calls, wanted=self.wants_call)
        own = {told: name for name, told in self.names.items()}
        said = [ToolCall(name=own.get(call.name, call.name), arguments=call.arguments) for call in calls]
        return check_single(self.entry["function"], said, self.possible, self.category)

    def _problem(self, calls: Sequence[ToolCall]) -> str | None:
        if self.wants_call and not calls:
            return "the reply holds no readable call"
        schemas = ToolSchemas(self.specs)
        return next(filter(None, map(schemas.problem_of, calls)), None)

    def _right_tools(self, calls: Sequence[ToolCall]) -> bool:
        """Whether the right tools are called, each as often as it should be; the order is free."""
        if self.wants_call and not self.possible:
            return bool(calls)
        return Counter(call.name for call in calls) == Counter(call.name for call in self.item.expected)


def _check_relevance(calls: Sequence[ToolCall], *, wanted: bool) -> CheckerResult:
    """The benchmark's rule for both relevance categories: whether there is a call at all."""
    if bool(calls) == wanted:
        return CheckerResult(valid=True)
    error = "no function was called" if wanted else "a function was called, and none should have been"
    return CheckerResult(valid=False, error=error, kind="relevance_error" if wanted else "irrelevance_error")


def as_messages(turn: Sequence[JsonObject]) -> list[BaseMessage]:
    """Return the messages of one turn of an item."""
    kinds = {"system": SystemMessage, "user": HumanMessage, "assistant": AIMessage}
    return [kinds[each["role"]](content=each["content"]) for each in turn]

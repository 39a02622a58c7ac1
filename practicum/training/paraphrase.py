"""Paraphrase: a model says practised queries in other words, and every paraphrase is checked.

Section 4.1 of the STE paper has a large model paraphrase a tool's examples to about 140, unchecked. Queries
that were phrased from calls need no model for it (`practicum.training.rephrase`).
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from langchain_core.messages import HumanMessage

from practicum.errors import BudgetSpent, ProviderError
from practicum.hostile import holds_redacted, redact_written
from practicum.memory_store.home import Home
from practicum.models.caller import ChatModel
from practicum.nodes.prompting import render
from practicum.records import JsonObject, Phrasing, Strategy, ToolCall, ToolSpec, Trial, query_key
from practicum.tools.do_all import do_all
from practicum.training.curate import reason_to_drop
from practicum.training.quarantine import instruction_like
from practicum.training.rephrase import MOST_EACH, TARGET
from practicum.training.said_values import why_unfaithful

AT_ONCE = 6
"""Other words that a model is asked for in one call."""
MOST_CALLS = 3
"""Model calls a query: a model that repeats itself is not asked for ever."""
LONGEST = 400
"""Characters of a paraphrase."""
SAID, LONG, ORDERS, SECRET = "said already", "too long", "instruction-like text", "a secret in it"
SCHEMA: JsonObject = {
    "title": "Paraphrases",
    "description": "Other requests that mean the same.",
    "type": "object",
    "properties": {"requests": {"type": "array", "items": {"type": "string"}, "maxItems": AT_ONCE}},
    "required": ["requests"],
    "additionalProperties": False,
}


@dataclass(frozen=True)
class Paraphrased:
    """What a model found other words for."""

    queries: int = 0
    """Queries that it was asked about."""
    kept: int = 0
    """Paraphrases that passed and were recorded."""
    dropped: Counter[str] = field(default_factory=Counter)
    """Those that did not, by reason."""


async def paraphrase_home(
    home: Home,
    specs: Sequence[ToolSpec],
    model: ChatModel,
    *,
    target: int = TARGET,
    concurrency: int = 8,
) -> Paraphrased:
    """Ask a model for other ways to say the queries it imagined, up to ``target`` examples a tool.

    What passes is recorded in the journal as it comes, so that an interrupted run goes on, and training and
    the gate find it. A budget that is spent ends the asking, not the run.

    Args:
        home: What was tried; open for writing.
        specs: The tools as they are now.
        model: Who is asked.
        target: Examples a tool, the queries themselves included.
        concurrency: Queries side by side.

    Raises:
        SetupError: the model can't be used at all.
    """
    tools = {spec.name: spec for spec in specs}
    known = home.journal.phrasings()
    wanted = _wanted(_passed(home, tools), known, target)
    dropped: Counter[str] = Counter()
    slots = asyncio.Semaphore(concurrency)

    kept: list[int] = []

    async def one(trial: Trial, missing: int) -> None:
        async with slots:
            asked = _Asked(tools[trial.tool], trial, list(known.get(trial.id, ())), dropped)
            kept.append(await asked.until(missing, model, home))

    await do_all([one(trial, missing) for trial, missing in wanted])
    return Paraphrased(len(wanted), sum(kept), dropped)


def _passed(home: Home, tools: Mapping[str, ToolSpec]) -> list[Trial]:
    """Return the trials whose own words a model chose, and from which one call is learned.

    Of several calls it can't be checked which of a paraphrase's values is of which.
    """
    hashes = {name: spec.schema_hash for name, spec in tools.items()}
    reviews = {trial_id: review.verdict for trial_id, review in home.journal.reviews().items()}
    judged = home.journal.judgements()
    return [
        trial
        for trial in home.journal.trials()
        if trial.strategy is Strategy.QUERY_FIRST
        and trial.tool in tools
        and not trial.takes_several
        and (trial.final_call is None or trial.final_call.name == trial.tool or not trial.others)
        and reason_to_drop(trial, hashes, reviews.get(trial.id), judged.get(trial.id)) is None
    ]


def _wanted(
    trials: Sequence[Trial], known: Mapping[str, Sequence[str]], target: int
) -> list[tuple[Trial, int]]:
    """Return the trials that need other words, with how many: as many for each query of a tool."""
    own = Counter(trial.tool for trial in trials)
    found: list[tuple[Trial, int]] = []
    for trial in trials:
        room = max(target - own[trial.tool], 0)
        missing = min(MOST_EACH, -(-room // own[trial.tool])) - len(known.get(trial.id, ()))
        if missing > 0:
            found.append((trial, missing))
    return found


@dataclass
class _Asked:
    """One query that other words are looked for."""

    spec: ToolSpec
    trial: Trial
    said: list[str]
    dropped: Counter[str]

    async def until(self, missing: int, model: ChatModel, home: Home) -> int:
        """Ask until so many were found, or the model finds no more; return how many."""
        found = 0
        for _ in range(MOST_CALLS):
            if found >= missing:
                break
            try:
                offered = await self._ask(model, min(AT_ONCE, missing - found))
            except (ProviderError, BudgetSpent):
                break
            for other in offered[: missing - found]:
                reason = self._reason_to_drop(other)
                if reason is not None:
                    self.dropped[reason] += 1
                    continue
                home.journal.record_phrasing(Phrasing(trial_id=self.trial.id, query=other, model=model.name))
                self.said.append(other)
                found += 1
        return found

    async def _ask(self, model: ChatModel, count: int) -> list[str]:
        prompt = render(
            "paraphrase", query=self.trial.query, call=self._call.signature, count=count, said=self.said
        )
        reply = await model.ask([HumanMessage(content=prompt)], SCHEMA)
        offered = (reply.structured or {}).get("requests", [])
        return [" ".join(other.split()) for other in offered if isinstance(other, str) and other.strip()]

    @property
    def _call(self) -> ToolCall:
        call = self.trial.final_call
        assert call is not None  # noqa: S101 - trials without one are dropped before
        return call

    def _reason_to_drop(self, other: str) -> str | None:
        if query_key(other) in {query_key(each) for each in (self.trial.query, *self.said)}:
            return SAID
        if len(other) > LONGEST:
            return LONG
        if instruction_like(other) is not None:
            return ORDERS
        if holds_redacted(redact_written(other)):
            return SECRET
        return why_unfaithful(self.spec, self._call, self.trial.query, other)

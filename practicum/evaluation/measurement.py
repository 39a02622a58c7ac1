"""One measurement: what each arm answers with, and what keeps the answers until the run is recorded."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from practicum.errors import PracticumError
from practicum.evaluation.arms import ArmPlan
from practicum.evaluation.attempt_log import AttemptLog, log_name
from practicum.evaluation.attempts import Attempted
from practicum.evaluation.pace import Pace
from practicum.evaluation.results import ItemStatus
from practicum.evaluation.runner import Predict, run, side_by_side
from practicum.evaluation.runs.making import ArmFacts, Setting
from practicum.evaluation.runs.provenance import endpoint_of
from practicum.evaluation.runs.record import Run, ServedPart
from practicum.evaluation.runs.store import FOLDER, RunStore
from practicum.evaluation.scores import Scores
from practicum.evaluation.shared_clock import SharedClock
from practicum.evaluation.verdict_log import VerdictLog
from practicum.graph.adapted import adapted_model
from practicum.graph.planning import is_embedded, name_of
from practicum.graph.serving import decide_with, recollect_from
from practicum.memory_store.candidates import Serving
from practicum.memory_store.home import Home
from practicum.memory_store.served import named_serving, served_adapter, served_demonstrations
from practicum.models.budget import Budget
from practicum.models.caller import ModelCaller
from practicum.nodes.decide import Decide
from practicum.nodes.prompting import prompts_hash
from practicum.nodes.recollect import Recollect
from practicum.records import Item, ToolSpec, digest
from practicum.tracing import give_feedback, is_on, named

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

OnProgress = Callable[[str, int, int], None]
"""Called with an arm's name, items done and items in all."""


@dataclass(frozen=True)
class ArmSetup:
    """What an arm answers with."""

    home: Home
    serving: Serving
    decide: Decide
    embedded: bool
    grounding: bool

    def recollect(self, specs: Sequence[ToolSpec], *, most_tools: int | None = None) -> Recollect:
        """Return what selects from these tools and from what was learned; see `recollect_from`."""
        return recollect_from(
            self.home,
            specs,
            self.serving,
            embedded=self.embedded,
            grounding=self.grounding,
            most_tools=most_tools,
        )


@dataclass(frozen=True)
class Measurement:
    """What all arms of one measurement share.

    An arm that is not there, or an adapter of another base, is refused when it is made: before any arm
    was asked anything.
    """

    home: Home
    model: BaseChatModel
    """The base model; arms with an adapter get theirs."""
    plans: Sequence[ArmPlan]
    items: Sequence[Item]
    specs: Sequence[ToolSpec]
    """The tools that the items are about."""
    model_name: str | None = None
    """How messages name the model; only a model whose name says what it is can be known again, and its
    interrupted measurement resumed."""
    about: tuple[str, ...] = ()
    """What answers depend on besides items, tools, model and arm."""
    concurrency: int = 16
    budget: Budget | None = None
    """Limits on model calls and seconds, over all arms."""
    on_progress: OnProgress | None = None
    _servings: dict[str, Serving] = field(init=False, default_factory=dict)
    _models: dict[str | None, BaseChatModel] = field(init=False, default_factory=dict)
    _logs: dict[str, AttemptLog] = field(init=False, default_factory=dict)
    _verdicts: list[VerdictLog] = field(init=False, default_factory=list)
    _runs: dict[tuple[str, str], UUID] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        for plan in self.plans:
            serving = named_serving(self.home, plan.learned)
            self._servings[plan.learned] = serving
            if serving.lora not in self._models:
                self._models[serving.lora] = adapted_model(self.home, self.model, serving)

    @property
    def name(self) -> str:
        """How the model is named."""
        return self.model_name or name_of(self.model)

    def setup(self, plan: ArmPlan) -> ArmSetup:
        """Return what an arm answers with."""
        serving = self._servings[plan.learned]
        adapted = self._models[serving.lora]
        caller = ModelCaller(adapted, name=self.name, concurrency=self.concurrency, budget=self.budget)
        decide = decide_with(self.home, caller, serving, grounding=plan.grounding)
        return ArmSetup(self.home, serving, decide, is_embedded(adapted), plan.grounding)

    def free(self, plan: ArmPlan, following: ArmPlan | None) -> None:
        """Take an arm's model out of memory if the next arm has another: two large ones don't fit in."""
        mine = self._servings[plan.learned].lora
        if following is None or self._servings[following.learned].lora == mine:
            return
        unload = getattr(getattr(self._models[mine], "engine", None), "unload", None)
        if unload is not None:
            unload()

    async def attempts(
        self, plan: ArmPlan, predict: Predict, *, most_calls: int = 1
    ) -> tuple[Attempted, ...]:
        """Answer all items as an arm, several at a time, going on where it was interrupted.

        Their seconds are shares of the arm's wall time, without what loads once; see `SharedClock`.

        Args:
            plan: The arm.
            predict: Answers an item as it would.
            most_calls: Model calls that an item can take; fewer run side by side where those of one
                round might not end within the budget.
        """

        def tell(done: int, of: int, _: Attempted) -> None:
            if self.on_progress is not None:
                self.on_progress(plan.name, done, of)

        predict = SharedClock().timing(self._traced(plan, predict), lambda: self._warm_up(plan))
        if self.model_name:
            self._logs[plan.name] = AttemptLog(self.home.path / FOLDER / self._log_name(plan))
            predict = self._logs[plan.name].resuming(predict)
        at_once = side_by_side(self.concurrency, self.budget, most_calls)
        pace = Pace(self.budget, most_calls)
        return (await run(self.items, predict, concurrency=at_once, on_progress=tell, pace=pace)).attempts

    async def _warm_up(self, plan: ArmPlan) -> None:
        """Let load what every arm needs: the arm that comes first would be the slowest."""
        warm_up = getattr(self._models[self._servings[plan.learned].lora], "warm_up", None)
        with suppress(PracticumError):  # the items tell it, as far as they need what is not there
            await asyncio.to_thread(self.home.embedder.embed, ["warm"])
            if warm_up is not None:
                await warm_up()

    def tell(self, plan: ArmPlan, scores: Scores) -> None:
        """Give how an arm's answers were judged as feedback on their runs, where they are traced."""
        for result in scores.results:
            run_id = self._runs.get((plan.name, result.id))
            if run_id is None or result.status is not ItemStatus.SCORED:
                continue
            give_feedback(run_id, "correct", score=result.strict, comment=result.why, trace_id=run_id)
            give_feedback(run_id, "correct_lenient", score=result.lenient, trace_id=run_id)
            if result.verdict is not None:
                give_feedback(run_id, "judge", score=result.verdict, trace_id=run_id)
            if result.attacked is not None:
                give_feedback(run_id, "attacked", score=result.attacked, trace_id=run_id)

    def _traced(self, plan: ArmPlan, predict: Predict) -> Predict:
        """Let each item be a run of its own, by which `tell` finds it."""
        if not is_on():
            return predict

        async def traced(item: Item) -> Attempted:
            run_id = self._runs[plan.name, item.id] = uuid4()
            about: dict[str, Any] = {"item": item.id, "arm": plan.name, "model": self.name}
            asked = {"query": item.query}
            return await named(
                f"item {item.id}",
                lambda: predict(item),
                inputs=asked,
                tags=["evaluation"],
                run_id=run_id,
                **about,
            )

        return traced

    def verdicts(self, judge: BaseChatModel, name: str) -> VerdictLog:
        """Return what keeps a judge's verdicts until the run is recorded."""
        if self.model_name is None:
            return VerdictLog()
        # With the arms: another measurement with this judge may end, and forget its own, in between.
        arms = [self._log_name(plan) for plan in self.plans]
        file = f"{digest('verdicts', name, endpoint_of(judge) or '', arms)}.jsonl"
        self._verdicts.append(VerdictLog(self.home.path / FOLDER / file))
        return self._verdicts[-1]

    def finish(self, make: Callable[[Setting, Mapping[str, ArmFacts]], Run] | None) -> str | None:
        """Keep the run and return its id; without ``make`` nothing is kept. Then forget the attempts.

        Args:
            make: Makes the record from what all arms share and what is known of each, by its name.

        Raises:
            JournalError: the run can't be kept; asked for again, it goes on from what was answered.
        """
        kept = None
        if make is not None:
            shared = (self.model, self.name, self.home.embedder.name, self.concurrency)
            facts = {plan.name: self._facts(plan) for plan in self.plans}
            kept = RunStore(self.home.path).keep(make(Setting(self.items, self.specs, *shared), facts)).id
        # Only now: what is not recorded yet could not be answered again.
        for log in self._logs.values():
            log.forget()
        for verdicts in self._verdicts:
            verdicts.forget()
        return kept

    def _facts(self, plan: ArmPlan) -> ArmFacts:
        log = self._logs.get(plan.name)
        served = _served_parts(self.home, self._servings[plan.learned])
        return ArmFacts(plan, served, log.answered if log else 0)

    def _log_name(self, plan: ArmPlan) -> str:
        """A name that changes with whatever an answer depends on."""
        served = map(str, _served_parts(self.home, self._servings[plan.learned]))
        who = (self.name, endpoint_of(self.model) or "", plan.name, *served, self.home.embedder.name)
        return log_name(self.items, self.specs, *self.about, *who, prompts_hash())


def _served_parts(home: Home, serving: Serving) -> tuple[ServedPart, ...]:
    """What serves, by content where a number could mean something else in another home."""
    found = {
        serving.demos: served_demonstrations(home, serving),
        serving.notes: home.journal.note_set(int(serving.notes.partition("@")[2])) if serving.notes else None,
        serving.lora: served_adapter(home, serving),
    }
    return tuple(ServedPart(name=name, id=part.id) for name, part in found.items() if name and part)

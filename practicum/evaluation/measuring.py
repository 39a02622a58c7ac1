"""Measuring what a home has learned: each arm answers as it would in service."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING

from practicum.evaluation.arms import ArmPlan, measure
from practicum.evaluation.attempt_log import AttemptLog, log_name
from practicum.evaluation.ladder import Ladder
from practicum.evaluation.runs.making import ArmFacts, Setting, make_run
from practicum.evaluation.runs.provenance import endpoint_of
from practicum.evaluation.runs.record import Asked, ServedPart
from practicum.evaluation.runs.store import FOLDER, RunStore
from practicum.evaluation.scores import Addition
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
from practicum.records import Item
from practicum.tools.catalog import Catalog

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel


async def measure_home(
    home: Home,
    items: Sequence[Item],
    catalog: Catalog,
    model: BaseChatModel,
    plans: Sequence[ArmPlan],
    *,
    concurrency: int = 16,
    budget: Budget | None = None,
    model_name: str | None = None,
    keep: Asked | None = None,
    on_progress: Callable[[str, int, int], None] | None = None,
    leaked: Collection[str] | None = None,
    additions: Sequence[Addition] = (),
) -> Ladder:
    """Run every arm on the same items and compare.

    Args:
        home: Holds what was learned.
        items: Held-out or validation queries.
        catalog: All tools that are shown.
        model: The base model; arms with an adapter get theirs.
        plans: The arms.
        concurrency: Items side by side.
        budget: Limits on model calls and seconds, over all arms.
        model_name: How messages name the model. Runs of a named model can be resumed.
        keep: What was asked for: the home then keeps the run, and the ladder says under which id.
        on_progress: Called with an arm's name, items done and items in all.
        leaked: Ids of items that something learned contains; None where nobody looked.
        additions: What looks at each arm's answers once they are scored.

    Raises:
        SetupError: an arm is not there yet, an item does not fit the tools, an adapter is of another base.
        JournalError: the run can't be kept; asked for again, it goes on from what was answered.
    """
    name = model_name or name_of(model)
    servings = {plan.learned: named_serving(home, plan.learned) for plan in plans}
    models = {serving.lora: adapted_model(home, model, serving) for serving in servings.values()}
    logs: dict[str, AttemptLog] = {}

    def agent_for(plan: ArmPlan) -> tuple[Decide, Recollect]:
        serving = servings[plan.learned]
        adapted = models[serving.lora]
        caller = ModelCaller(adapted, name=name, concurrency=concurrency, budget=budget)
        decide = decide_with(home, caller, serving, grounding=plan.grounding)
        return decide, recollect_from(
            home, catalog.specs, serving, embedded=is_embedded(adapted), grounding=plan.grounding
        )

    def log_for(plan: ArmPlan) -> AttemptLog:
        identity = (plan.name, identity_of(home, servings[plan.learned]), prompts_hash())
        file = log_name(items, catalog.specs, name, endpoint_of(model) or "", *identity)
        logs[plan.name] = AttemptLog(home.path / FOLDER / file)
        return logs[plan.name]

    ladder = await measure(
        items,
        catalog,
        plans,
        agent_for,
        concurrency=concurrency,
        # Only a model whose name says what it is can be known again.
        log_for=log_for if model_name else None,
        on_progress=on_progress,
        leaked=leaked,
        additions=additions,
    )
    if keep is not None:
        setting = Setting(items, catalog.specs, model, name, home.embedder.name, concurrency)
        resumed = {plan: log.answered for plan, log in logs.items()}
        facts = {
            plan.name: ArmFacts(plan, served_parts(home, servings[plan.learned]), resumed.get(plan.name, 0))
            for plan in plans
        }
        kept = RunStore(home.path).keep(make_run(keep, setting, ladder, facts))
        ladder = ladder.model_copy(update={"run": kept.id})
    for log in logs.values():  # only now: what is not recorded yet could not be answered again
        log.forget()
    return ladder


def identity_of(home: Home, serving: Serving) -> str:
    """Return what serves, and what finds it, in a form that changes with either."""
    return " ".join([*map(str, served_parts(home, serving)), home.embedder.name])


def served_parts(home: Home, serving: Serving) -> tuple[ServedPart, ...]:
    """Return what serves, by content where a number could mean something else in another home."""
    found = {
        serving.demos: served_demonstrations(home, serving),
        serving.notes: home.journal.note_set(int(serving.notes.partition("@")[2])) if serving.notes else None,
        serving.lora: served_adapter(home, serving),
    }
    return tuple(ServedPart(name=name, id=part.id) for name, part in found.items() if name and part)

"""Measuring what a home has learned: each arm answers as it would in service."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from practicum.evaluation.arms import ArmPlan, measure
from practicum.evaluation.attempt_log import AttemptLog, log_name
from practicum.evaluation.ladder import Ladder
from practicum.graph.adapted import adapted_model
from practicum.graph.planning import is_embedded, name_of
from practicum.graph.serving import decide_with, named_serving, recollect_from, served_demonstrations
from practicum.memory_store.candidates import Serving
from practicum.memory_store.home import Home
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
    on_progress: Callable[[str, int, int], None] | None = None,
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
        on_progress: Called with an arm's name, items done and items in all.

    Raises:
        SetupError: an arm is not there yet, an item does not fit the tools, an adapter is of another base.
    """
    name = model_name or name_of(model)
    servings = {plan.learned: named_serving(home, plan.learned) for plan in plans}
    models = {serving.lora: adapted_model(home, model, serving) for serving in servings.values()}

    def agent_for(plan: ArmPlan) -> tuple[Decide, Recollect]:
        serving = servings[plan.learned]
        adapted = models[serving.lora]
        caller = ModelCaller(adapted, name=name, concurrency=concurrency, budget=budget)
        decide = decide_with(home, caller, serving, grounding=plan.grounding)
        return decide, recollect_from(
            home, catalog.specs, serving, embedded=is_embedded(adapted), grounding=plan.grounding
        )

    def log_for(plan: ArmPlan) -> AttemptLog:
        identity = identity_of(home, servings[plan.learned])
        file = log_name(items, catalog.specs, name, plan.name, identity, prompts_hash())
        return AttemptLog(home.path / "evaluations" / file)

    return await measure(
        items,
        catalog,
        plans,
        agent_for,
        concurrency=concurrency,
        # Only a model whose name says what it is can be known again.
        log_for=log_for if model_name else None,
        on_progress=on_progress,
    )


def identity_of(home: Home, serving: Serving) -> str:
    """Return what serves, by content where a number could mean something else in another home."""
    chosen = served_demonstrations(home, serving)
    return f"{serving} {chosen.id if chosen else ''} {home.embedder.name}"

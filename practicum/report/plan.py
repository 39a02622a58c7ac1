"""A plan and the most that it could take, as text and figures; computes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from practicum.models.budget import dollars
from practicum.models.prices import FORM
from practicum.records import JsonObject, Usage

if TYPE_CHECKING:
    from practicum.graph.plan import Plan


@dataclass(frozen=True)
class Bound:
    """The most that a plan, or what is left of it, could take."""

    usage: Usage
    executions: int
    """Calls of tools that run."""
    cost: float | None
    """Dollars; None where the model's price is not known."""

    def as_dict(self) -> JsonObject:
        """Return it JSON-ready."""
        return {
            "model_calls": self.usage.model_calls,
            "tool_calls": self.executions,
            "prompt_tokens": self.usage.prompt_tokens,
            "completion_tokens": self.usage.completion_tokens,
            "dollars": _rounded(self.cost),
        }


def plan_figures(
    plan: Plan,
    worst: Usage,
    cost: float | None,
    reply_tokens: int,
    *,
    made: int = 0,
    left: Bound | None = None,
) -> JsonObject:
    """Return the plan with what it could take, JSON-ready.

    Args:
        plan: What is to be explored.
        worst: The most calls and tokens.
        cost: The most dollars; None where the model's price is not known.
        reply_tokens: The longest reply that was counted with.
        made: Trials of the plan that are done already.
        left: What the rest could take, but for lessons that an interruption left due; None where nothing is
            done.
    """
    rest = {"left_at_most": left.as_dict()} if left is not None else {}
    return {
        **plan.as_dict(),
        "trials_in_all": plan.total,
        "trials_made": made,
        "model_calls_at_most": worst.model_calls,
        "prompt_tokens_at_most": worst.prompt_tokens,
        "completion_tokens_at_most": worst.completion_tokens,
        "tokens_a_reply_at_most": reply_tokens,
        "dollars_at_most": _rounded(cost),
        **rest,
    }


def _rounded(cost: float | None) -> float | None:
    return None if cost is None else round(cost, 6)


def plan_lines(plan: Plan, worst: Bound, reply_tokens: int, *, made: int = 0) -> list[str]:
    """Return as text what is left of a plan; of one that is done, no bounds of what it would take."""
    told = [
        f"{_trials(plan)} ({plan.options.strategy.value}, model {plan.model_name})",
        *([_left(plan, made)] if made else []),
    ]
    if made == plan.total:
        return told
    return [
        *told,
        f"at most {worst.usage.model_calls:,} model calls and {worst.executions:,} tool calls;"
        " nothing was run",
        f"at most {worst.usage.prompt_tokens:,} tokens read and {worst.usage.completion_tokens:,} written,"
        " with every"
        f" text as long as it may be and replies of {reply_tokens:,} tokens; most plans take far less;"
        " what a provider fails to answer is asked again, and counts",
        _money(plan.model_name, worst.cost),
    ]


def _trials(plan: Plan) -> str:
    tools, each = len(plan.tools), plan.combined_episodes
    if not each:
        return f"{tools} tools x {plan.episodes} episodes x {plan.trials} trials = {plan.total} trials"
    return (
        f"{tools} tools x ({plan.episodes} episodes of one tool + {each} of {plan.combine} tools)"
        f" x {plan.trials} trials = {plan.total} trials"
    )


def _left(plan: Plan, made: int) -> str:
    due = "; lessons of episodes that were interrupted right before them come on top"
    on_top = due if plan.lessons_calls else ""
    if made == plan.total:
        return f"all of them are done already: no trial would be made{on_top}"
    return (
        f"{made} of them are done already and not made again; the bounds below are those of the episodes"
        f" that are left{on_top}"
    )


def _money(model: str, cost: float | None) -> str:
    if cost is None:
        return f"the price of {model} is not known; give it with {FORM}"
    return f"at most {dollars(cost)}" + ("" if cost else ": the model costs nothing")

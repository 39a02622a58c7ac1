"""What `practicum explore --dry-run` prints: the plan, and the most that it could take."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from practicum.graph.plan import Plan
    from practicum.models.budget import Budget


def print_plan(plan: Plan, model: BaseChatModel, budget: Budget, *, as_json: bool) -> None:
    """Print trials, calls, tokens and money; nothing is called."""
    from practicum.cli.wiring import console, print_json
    from practicum.graph.worst_tokens import worst_tokens
    from practicum.models.metering import REPLY_TOKENS, reply_bound
    from practicum.models.prices import highest_cost, price_of
    from practicum.report.plan import plan_figures, plan_lines

    reply = reply_bound(model) or REPLY_TOKENS
    worst = worst_tokens(plan, reply)
    price = price_of(model, plan.model_name, budget.prices)
    cost = None if price is None else highest_cost(price, worst.usage, worst.longest_prompt)
    if cost is not None and budget.max_cost is not None:
        cost = min(cost, budget.max_cost)
    if as_json:
        print_json(plan_figures(plan, worst.usage, cost, reply))
        return
    for line in plan_lines(plan, worst.usage, cost, reply):
        console().print(line, markup=False, soft_wrap=True)

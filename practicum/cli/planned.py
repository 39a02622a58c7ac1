"""What `practicum explore --dry-run` prints: the plan, and the most that it could take."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from practicum.graph.plan import Plan
    from practicum.models.budget import Budget


def print_plan(plan: Plan, model: BaseChatModel, budget: Budget, home: Path | None, *, as_json: bool) -> None:
    """Print trials, calls, tokens and money; nothing is called, and no home is made."""
    from practicum.cli.wiring import console, print_json
    from practicum.graph.worst_tokens import worst_tokens
    from practicum.models.metering import REPLY_TOKENS, reply_bound
    from practicum.models.prices import highest_cost, price_of
    from practicum.report.plan import Bound, plan_figures, plan_lines

    reply = reply_bound(model) or REPLY_TOKENS
    price = price_of(model, plan.model_name, budget.prices)

    def bound(left: dict[str, tuple[int, int]] | None) -> Bound:
        worst = worst_tokens(plan, reply, left)
        cost = None if price is None else highest_cost(price, worst.usage, worst.longest_prompt)
        if cost is not None and budget.max_cost is not None:
            cost = min(cost, budget.max_cost)
        return Bound(worst.usage, worst.executions, cost)

    made, left = _made(plan, home)
    whole, rest = bound(None), bound(left)
    if as_json:
        told = rest if made else None
        print_json(plan_figures(plan, whole.usage, whole.cost, reply, made=made, left=told))
        return
    for line in plan_lines(plan, rest, reply, made=made):
        console().print(line, markup=False, soft_wrap=True)


def _made(plan: Plan, home: Path | None) -> tuple[int, dict[str, tuple[int, int]] | None]:
    """Return how many of the plan's trials the home holds already, and by tool which episodes are left."""
    from practicum.cli.wiring import home_path, open_home
    from practicum.graph.done import done_trials, left_episodes
    from practicum.graph.memory_steps import Memory
    from practicum.memory_store.home import journal_path

    if not journal_path(home_path(home)).is_file():
        return 0, None
    with open_home(home, "hashing", write=False) as opened:  # nothing is embedded
        memory = Memory(opened.journal, opened.long_term)
        return done_trials(plan, memory), left_episodes(plan, memory)

"""What is said, once and before anything runs, of tools whose calls are not executed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from practicum.graph.plan import Plan
    from practicum.records import Item
    from practicum.tools.cassettes import Cassettes
    from practicum.tools.catalog import Catalog, Tool
    from practicum.tools.policy import Decision, Rules

HINT = (
    'a tool that changes nothing: @practicum.read_only, or "read-only" under [tools.effects] in'
    " practicum.toml; one that can be reset: [tools.reset] or [tools.copied] there (docs/effects.md)"
)


def exploring_in_words(decision: Decision, tool: Tool) -> str:
    """Return what becomes of a tool's calls while exploring, in a word or two."""
    if not decision.may_run:
        return "dry run"
    return "runs, reset each episode" if tool.sandbox is not None else "runs"


def tell_plan(plan: Plan, cassettes: Cassettes | None) -> None:
    """Say on stderr which tools' calls are not executed, why, and how to let them run."""
    if plan.options.uses("execution"):  # the ablation executes nothing, as it says
        _tell(plan.tools, plan.rules, cassettes)


def tell_evaluation(
    catalog: Catalog, rules: Rules, cassettes: Cassettes | None, items: Sequence[Item]
) -> None:
    """Say on stderr which tools' calls are not executed where an item expects several."""
    called = {call.name for item in items if len(item.expected) > 1 for call in item.expected}
    _tell([tool for tool in catalog if tool.name in called], rules, cassettes)


def _tell(tools: Sequence[Tool], rules: Rules, cassettes: Cassettes | None) -> None:
    from practicum.cli.wiring import console
    from practicum.tools.policy import decide

    decided = [(tool, decide(tool, rules)) for tool in tools]
    kept = [(tool, decision) for tool, decision in decided if not decision.may_run]
    lines = [] if rules.nothing_runs else [_line(tool, decision) for tool, decision in kept]
    lines += [HINT] if lines else []
    if cassettes is not None:
        answered = [tool.spec for tool, decision in decided if decision.how == "replayed"]
        lines += [
            f"{name}: nothing of it as it is now is recorded in {cassettes.folder}; its calls have no result"
            for name in cassettes.missing(answered)
        ]
    for line in lines:
        console(stderr=True).print(line, markup=False, soft_wrap=True)


def _line(tool: Tool, decision: Decision) -> str:
    instead = {
        "dry-run": "its calls are only checked, not executed",
        "replayed": "its calls are answered from cassettes, not executed",
        "simulated": "its calls are simulated by the model, not executed",
    }
    what = instead.get(str(decision.how), "it is refused")
    return f"{tool.name}: {what}: {decision.reason}; to let it run: --allow {tool.name}"

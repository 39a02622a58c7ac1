"""A tool whose effect nobody knows, and explorations under rules that say what may run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from graph_parts import home_with_checkpoints, memory_of, plan_for, recorded, tool_of

from practicum.graph.campaign import run_campaign
from practicum.graph.executing import make_executor, simulated_by
from practicum.graph.plan import Plan
from practicum.models.budget import Budget
from practicum.models.caller import ModelCaller
from practicum.models.scripted import ScriptedChatModel
from practicum.records import Mode, Trial
from practicum.tools.cassettes import Cassettes
from practicum.tools.catalog import Tool
from practicum.tools.policy import Rules


def harm(log: list[tuple[int, int]], name: str = "add") -> Tool:
    """A tool whose effect nobody knows, with a log of what it was made to do."""

    def add(a: int, b: int) -> str:
        """Add two whole numbers."""
        log.append((a, b))
        return f"sum={a + b};"

    add.__name__ = name
    return tool_of(add)


def ruled(tool: Tool, *, rules: Rules | None = None, **options: Any) -> Plan:
    plan = plan_for(tool, **options)
    return Plan(
        plan.tools, plan.model_name, plan.options, plan.episodes, plan.trials, plan.seed, rules or Rules()
    )


async def explore(
    path: Path,
    plan: Plan,
    model: ScriptedChatModel,
    *,
    cassettes: Cassettes | None = None,
    budget: Budget | None = None,
) -> list[Trial]:
    """Run a plan as `Practice.run` does, and return the trials."""
    async with home_with_checkpoints(path) as (home, saver):
        caller = ModelCaller(model, name="scripted", budget=budget, longest_wait_s=0)
        simulated = simulated_by(caller, home.journal)
        executor = make_executor(
            plan.tools, plan.rules, log=home.journal, cassettes=cassettes, simulated=simulated
        )
        await run_campaign(plan, caller, executor, memory_of(home), saver)
    return recorded(path)


def modes(trials: list[Trial]) -> list[Mode]:
    return [step.observation.mode for trial in trials for step in (*trial.probes, *trial.steps)]

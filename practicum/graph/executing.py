"""From what was decided for each tool to what executes its calls."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from practicum.memory_store.journal import Journal
from practicum.models.caller import ChatModel
from practicum.nodes.quarantine import quarantined
from practicum.nodes.simulate import MOST_REAL, Simulated
from practicum.records import Mode, Step, ToolSpec
from practicum.tools.cassettes import Cassettes
from practicum.tools.catalog import Tool
from practicum.tools.executor import ExecutionLog, Executor
from practicum.tools.policy import Decision, Rules, Taping, decide
from practicum.tools.running import ByTool, DryRun, ExecutionLimits, Live, Runner
from practicum.tools.taping import Recording, Replaying

LOOKED_AT = 40
"""How many of a tool's newest trials are searched for real observations."""


def make_executor(
    tools: Sequence[Tool],
    rules: Rules,
    *,
    log: ExecutionLog | None = None,
    limits: ExecutionLimits | None = None,
    cassettes: Cassettes | None = None,
    simulated: Simulated | None = None,
) -> Executor:
    """Return what executes calls as the rules decide for each tool, and nothing else.

    Args:
        tools: What may be called.
        rules: What the user said about effects.
        log: Remembers what came of calls.
        limits: Bounds of an execution, and of what is said of it.
        cassettes: Where calls are recorded and answered from, as the rules say.
        simulated: Answers calls that are to be simulated.
    """
    # A cassette stores what was observed, as a log does.
    kept = log is not None or (cassettes is not None and rules.taping is not Taping.REPLAY)
    given = limits or ExecutionLimits()
    bounds = replace(given, stored=given.stored or kept)
    runners = {tool.name: _runner(decide(tool, rules), rules, bounds, cassettes, simulated) for tool in tools}
    return Executor(tools, limits=bounds, log=log, runner=ByTool(runners))


def _runner(
    decision: Decision,
    rules: Rules,
    limits: ExecutionLimits,
    cassettes: Cassettes | None,
    simulated: Simulated | None,
) -> Runner:
    how = decision.how
    if how is Mode.REPLAYED and cassettes is not None:
        return Replaying(cassettes, limits=limits)
    found: Runner = DryRun()  # also of a tool that is refused, if it ever gets here
    if how is Mode.LIVE:
        found = Live(limits)
        if cassettes is not None and rules.taping in {Taping.RECORD, Taping.BOTH}:
            found = Recording(found, cassettes)
    elif how is Mode.SIMULATED and simulated is not None:
        found = simulated
    if cassettes is not None and rules.taping is Taping.BOTH:
        return Replaying(cassettes, otherwise=found, limits=limits)
    return found


def simulated_by(model: ChatModel, journal: Journal) -> Simulated:
    """Return what simulates calls, with the journal's real observations of a tool to go by."""
    return Simulated(model, real_observations(journal))


def real_observations(journal: Journal) -> Callable[[ToolSpec], Sequence[Step]]:
    """Return what looks up the steps in which a tool itself answered, newest last, as it is now.

    Trials that hold an order to a model are passed over.
    """

    def look_up(spec: ToolSpec) -> Sequence[Step]:
        newest = journal.newest_trials(spec.name, LOOKED_AT)
        current = [
            trial
            for trial in newest
            if trial.tool_schema_hash == spec.schema_hash and quarantined(trial) is None
        ]
        steps = [step for trial in current for step in (*trial.probes, *trial.steps)]
        real = [step for step in steps if step.call and step.call.name == spec.name and _is_real(step)]
        return real[-MOST_REAL:]

    return look_up


def _is_real(step: Step) -> bool:
    return step.observation.real and step.observation.text != ""

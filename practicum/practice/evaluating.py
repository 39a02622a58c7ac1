"""What it is worth: queries with known calls, and benchmarks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from practicum.graph.planning import Tools, as_catalog
from practicum.models.budget import Budget
from practicum.practice.learning import Learning
from practicum.records import Item, Mode, ToolCall, Trial
from practicum.tools.policy import Rules, decide
from practicum.tools.threads import to_the_end

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from practicum.evaluation.ladder import Ladder
    from practicum.evaluation.leaks import LeakReport
    from practicum.evaluation.measurement import Measurement
    from practicum.evaluation.runs.record import EvaluationRequest
    from practicum.evaluation.scores import Addition
    from practicum.evaluation.suites.port import Suite
    from practicum.tools.cassettes import Cassettes
    from practicum.tools.catalog import Catalog
    from practicum.tools.policy_file import PolicyFile


class Evaluating(Learning):
    """What it is worth: queries with known calls, and benchmarks."""

    async def evaluate(
        self,
        items: Sequence[Item],
        tools: Tools,
        *,
        model: BaseChatModel,
        arms: Sequence[str] = ("base", "demos"),
        grounding: str = "off",
        concurrency: int = 16,
        budget: Budget | None = None,
        model_name: str | None = None,
        keep: EvaluationRequest | None = None,
        on_progress: Callable[[str, int, int], None] | None = None,
        judge: tuple[BaseChatModel, str] | None = None,
        execute: bool = False,
        allow: Sequence[str] = (),
        cassettes: Cassettes | None = None,
        policy: PolicyFile | None = None,
        find_leaks: bool = True,
    ) -> Ladder:
        """Measure the model on queries with known calls, with and without what was learned.

        Args:
            items: Held-out queries.
            tools: All tools that are shown.
            model: Who is measured.
            arms: ``base``, ``champion``, ``demos``, ``notes``, ``lora``, versions such as ``demos@2``, or
                several joined by ``+``; gains are measured against the first.
            grounding: ``on``, ``off`` or ``both``: whether values are offered from the query.
            concurrency: Items side by side.
            budget: Limits on money, model calls and seconds.
            model_name: How messages name the model.
            keep: What was asked for: the home then keeps the run, to be compared with others, and the
                ladder says under which id.
            on_progress: Called with an arm's name, items done and items in all.
            judge: A model and how messages name it; decides where the comparison of free texts is unsure,
                within the same budget.
            execute: Also compare what the calls of read-only tools return.
            allow: Names of tools that run where an item expects several calls, whatever their effect. The
                calls of others that may not run while exploring are only checked.
            cassettes: Where calls are recorded or answered from; see `practicum.tools.cassettes`.
            policy: What `practicum.toml` says of the tools; see `practicum.tools.policy_file`.
            find_leaks: Also tell the figures of the items that nothing tried or learned here contains.

        Raises:
            SetupError: an arm is unknown or not there yet, an item does not fit the tools.
        """
        from practicum.evaluation.arms import plan_arms
        from practicum.evaluation.executing import Execute
        from practicum.evaluation.measurement import Measurement
        from practicum.evaluation.measuring import measure_home
        from practicum.graph.executing import make_executor
        from practicum.tools.applying import with_policy
        from practicum.tools.policy import Taping, require_known
        from practicum.tools.running import ExecutionLimits

        catalog = as_catalog(tools).require_usable()
        catalog = with_policy(catalog, policy) if policy is not None else catalog
        require_known(catalog.tools, allow)
        rules = Rules(frozenset(allow), taping=cassettes.taping if cassettes is not None else Taping.NOT)
        measurement = Measurement(
            self.home,
            model,
            plan_arms(arms, grounding),
            items,
            catalog.specs,
            model_name,
            about=_about(catalog, rules),
            concurrency=concurrency,
            budget=budget,
            on_progress=on_progress,
        )
        return await measure_home(
            measurement,
            catalog,
            keep=keep,
            leaked=(await to_the_end(self.find_leaks, items)).ids if find_leaks else None,
            # What a tool returns is kept: a model repeats it in the answers of a run.
            executor=make_executor(
                catalog.tools, rules, limits=ExecutionLimits(stored=True), cassettes=cassettes
            ),
            additions=[
                *_judging(measurement, catalog, judge),
                *([Execute(catalog, taping=rules.taping, cassettes=cassettes)] if execute else []),
            ],
        )

    async def evaluate_suite(
        self,
        suite: Suite,
        *,
        model: BaseChatModel,
        arms: Sequence[str] = ("base",),
        grounding: str = "off",
        concurrency: int = 16,
        budget: Budget | None = None,
        model_name: str | None = None,
        keep: EvaluationRequest | None = None,
        on_progress: Callable[[str, int, int], None] | None = None,
        find_leaks: bool = True,
    ) -> Ladder:
        """Measure the model on a benchmark, which brings its tools and its checker.

        Args:
            suite: From `practicum.evaluation.suites.open_suite`.
            model: Who is measured.
            arms: As for `evaluate`; what was learned counts where it fits the benchmark's tools.
            grounding: ``on``, ``off`` or ``both``: whether values are offered from the query.
            concurrency: Tasks side by side.
            budget: Limits on money, model calls and seconds.
            model_name: How messages name the model.
            keep: As for `evaluate`.
            on_progress: Called with an arm's name, tasks done and tasks in all.
            find_leaks: As for `evaluate`.

        Raises:
            SetupError: an arm is unknown or not there yet.
        """
        from practicum.evaluation.arms import plan_arms
        from practicum.evaluation.suites.measuring import measure_suite

        return await measure_suite(
            self.home,
            suite,
            model,
            plan_arms(arms, grounding),
            concurrency=concurrency,
            budget=budget,
            model_name=model_name,
            keep=keep,
            leaked=suite.having((await to_the_end(self.find_leaks, suite.turns)).ids) if find_leaks else None,
            on_progress=on_progress,
        )

    def find_leaks(self, items: Sequence[Item]) -> LeakReport:
        """Compare queries that measure with every query tried or learned: exact, near, same call."""
        from practicum.evaluation.leaks import find_leaks
        from practicum.training.candidates import all_learned

        tried = [pair for trial in self.home.journal.trials() for pair in _tried(trial)]
        return find_leaks(items, [*tried, *all_learned(self.home)], self.home.embedder)


def _tried(trial: Trial) -> Iterator[tuple[str, ToolCall | None]]:
    """Yield a trial's query with each call that it imagined or made; once without any where there is none."""
    imagined = trial.chain or (trial.imagined,)
    made = [call for call in (*imagined, *(step.call for step in trial.steps)) if call is not None]
    calls: list[ToolCall | None] = [*made] or [None]
    yield from ((trial.query, call) for call in calls)


def _judging(
    measurement: Measurement, catalog: Catalog, judge: tuple[BaseChatModel, str] | None
) -> list[Addition]:
    """Return what asks a judge about each arm's answers, if there is one."""
    if judge is None:
        return []
    from practicum.evaluation.judging import Judge
    from practicum.models.caller import ModelCaller

    model, name = judge
    caller = ModelCaller(model, name=name, budget=measurement.budget)
    return [Judge(caller, catalog.specs, measurement.verdicts(model, name))]


def _about(catalog: Catalog, rules: Rules) -> tuple[str, ...]:
    """Return what answers depend on where calls come back: which tools answer, and from where."""
    how = {tool.name: str(decide(tool, rules).how) for tool in catalog}
    apart = {name: each for name, each in how.items() if each != Mode.LIVE}
    return (f"effects {sorted(apart.items())}", f"taping {rules.taping}") if apart else ()

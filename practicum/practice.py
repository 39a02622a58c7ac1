"""The public face: opens a home, explores, curates, evaluates, gives the agent and the middleware."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from practicum.graph.campaign import Plan, Progress, done_trials, run_campaign
from practicum.graph.memory_steps import Memory
from practicum.graph.planning import (
    Tools,
    as_catalog,
    make_plan,
    name_of,
)
from practicum.memory_store.home import Home
from practicum.models.budget import Budget
from practicum.models.caller import ModelCaller
from practicum.records import Item, PastQuery, Trial
from practicum.tools.executor import Executor

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langgraph.graph.state import CompiledStateGraph

    from practicum.evaluation.gate import GateVerdict
    from practicum.evaluation.ladder import Ladder
    from practicum.evaluation.leaks import LeakReport
    from practicum.graph.middleware import PracticumMiddleware
    from practicum.memory_store.candidates import Adapter
    from practicum.memory_store.embedding import Embedder
    from practicum.memory_store.transfer import Imported
    from practicum.training.build_examples import Examples
    from practicum.training.curate import Curated
    from practicum.training.judge import Judged, Judgement
    from practicum.training.registry import Serving, Status
    from practicum.training.training_options import TrainingOptions
    from practicum.training.training_record import TrainingProgress


def open(  # noqa: A001 - `practicum.open(home)` is the public name
    home: str | Path = ".practicum", *, embedder: str | Embedder = "minilm", chroma_url: str | None = None
) -> Practice:
    """Open a home for practising and serving; it is made when it is not there.

    Args:
        home: The folder of the journal and its index.
        embedder: An embedder, or a spec such as ``minilm`` or ``openai:text-embedding-3-small``.
        chroma_url: A Chroma server to use instead of the embedded index.

    Raises:
        SetupError: another process writes to the home, or it can't be used.
    """
    return Practice(Home.open(Path(home), _embedder(embedder), write=True, chroma_url=chroma_url))


def _embedder(embedder: str | Embedder) -> Embedder:
    if not isinstance(embedder, str):
        return embedder
    from practicum.models.cache import cache_dir
    from practicum.models.embedders import load_embedder

    return load_embedder(embedder, cache_dir=cache_dir())


class Practice:
    """Practice with tools, and what came of it, in one home."""

    def __init__(self, home: Home) -> None:
        self.home = home

    def close(self) -> None:
        """Close the home."""
        self.home.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    async def explore(
        self,
        tools: Tools,
        *,
        model: BaseChatModel,
        episodes: int = 15,
        trials: int = 4,
        max_calls: int = 4,
        strategy: str = "auto",
        concurrency: int = 8,
        allow: Sequence[str] = (),
        without: Sequence[str] = (),
        seed: int = 0,
        budget: Budget | None = None,
        model_name: str | None = None,
        watch: Callable[[Progress], None] = lambda _: None,
    ) -> Plan:
        """Practise: simulated trial and error on each tool, until the plan's trials are in the journal.

        Run again with the same arguments it goes on where it was interrupted.

        Args:
            tools: LangChain tools, typed functions, or a catalog.
            model: Imagines, attempts, reflects and summarizes.
            episodes: Episodes a tool; the paper's 15.
            trials: Trials an episode; the paper's 4.
            max_calls: At most so many tool calls a trial; the paper's 4.
            strategy: ``query-first``, ``call-first``, or ``auto``: call-first for the embedded model.
            concurrency: At most so many tools side by side.
            allow: Names of tools that may run although they are not known to be read-only.
            without: Parts of the method to leave out, for ablations.
            seed: Decides what is sampled; another seed is another exploration.
            budget: Limits on model calls and seconds.
            model_name: How the journal names the model.
            watch: Called with each query that is tried and each trial that ended.

        Raises:
            SetupError: a tool can't be used or may not run, the model is out of reach, a budget is spent.
        """
        plan = make_plan(
            tools,
            model,
            model_name=model_name,
            episodes=episodes,
            trials=trials,
            max_calls=max_calls,
            strategy=strategy,
            allow=allow,
            without=without,
            seed=seed,
        )
        await self.run(plan, model, concurrency=concurrency, budget=budget, watch=watch)
        return plan

    async def run(
        self,
        plan: Plan,
        model: BaseChatModel,
        *,
        concurrency: int = 8,
        budget: Budget | None = None,
        watch: Callable[[Progress], None] = lambda _: None,
    ) -> None:
        """Run what is left of a plan; see `explore`."""
        from practicum.graph.checkpoints import open_checkpointer
        from practicum.memory_store.upkeep import sync

        sync(self.home.journal, self.home.index)
        if self.left(plan) == 0:
            return
        self.home.journal.record_exploration(plan.as_dict())
        caller = ModelCaller(model, name=plan.model_name, budget=budget)
        executor = Executor(plan.tools, log=self.home.journal)
        async with open_checkpointer(self.home.checkpoints) as checkpointer:
            await run_campaign(
                plan, caller, executor, self.memory, checkpointer, concurrency=concurrency, watch=watch
            )

    @property
    def memory(self) -> Memory:
        """The journal and long-term memory, as the exploration graph takes them."""
        return Memory(self.home.journal, self.home.long_term)

    def left(self, plan: Plan) -> int:
        """Return how many of the plan's trials are still to be made."""
        return plan.total - done_trials(plan, self.memory)

    def trials_of(self, plan: Plan) -> list[Trial]:
        """Return the recorded trials of a plan, broken ones included."""
        ids = [
            trial_id
            for tool in plan.tools
            for number in range(1, plan.episodes + 1)
            for trial_id in self.home.journal.trial_ids(plan.episode(tool, number)["id"])
        ]
        found = [self.home.journal.trial(trial_id) for trial_id in ids]
        return [trial for trial in found if trial is not None]

    def search(self, text: str, *, tool: str | None = None, limit: int = 10) -> list[tuple[str, PastQuery]]:
        """Return past queries by meaning with their tools, nearest first."""
        vector = self.home.embedder.embed([text])[0]
        tools = [tool] if tool else self.home.journal.tools()
        found = [(name, past) for name in tools for past in self.home.index.nearest(name, vector, limit)]
        return sorted(found, key=lambda each: -(each[1].similarity or 0.0))[:limit]

    def rebuild(self) -> int:
        """Build the index anew from the journal; return how many past queries it holds."""
        from practicum.memory_store.upkeep import rebuild

        return rebuild(self.home.journal, self.home.index)

    def import_(self, file: Path) -> Imported:
        """Add what another home exported, and index it.

        Raises:
            DataError: a line of the file is broken; nothing is added.
        """
        from practicum.memory_store.upkeep import sync

        imported = self.home.journal.import_(file)
        sync(self.home.journal, self.home.index)
        return imported

    def find_leaks(self, items: Sequence[Item]) -> LeakReport:
        """Compare queries that measure with every query tried: exact, near-duplicate, same call."""
        from practicum.evaluation.leaks import find_leaks

        learned = [(trial.query, trial.imagined or trial.final_call) for trial in self.home.journal.trials()]
        return find_leaks(items, learned, self.home.embedder)

    async def judge(
        self, model: BaseChatModel, *, tools: Tools | None = None, model_name: str | None = None
    ) -> Judged:
        """Ask a judge about every trial that would be kept: informative, faithful, appropriate?"""
        from practicum.training.judge import judge_home

        specs = as_catalog(tools).specs if tools is not None else None
        return await judge_home(self.home, specs, ModelCaller(model, name=model_name or name_of(model)))

    def curate(
        self,
        *,
        tools: Tools | None = None,
        held_out: Sequence[Item] = (),
        judgements: Mapping[str, Judgement] | None = None,
    ) -> tuple[Curated, int]:
        """Filter what was tried into a new demonstration set, and return it with its version.

        What practice sets apart for deciding and for testing (`examples`) becomes no demonstration.

        Args:
            tools: The tools as they are now; trials of tools that changed since are dropped.
            held_out: Items that measure: nothing learned may be near them.
            judgements: What a judge said, by trial.

        Raises:
            SetupError: nothing was explored yet, or nothing passed.
        """
        from practicum.training.learn import learn_demonstrations

        specs = as_catalog(tools).specs if tools is not None else None
        return learn_demonstrations(self.home, specs, held_out, judgements=judgements)

    def examples(
        self,
        tools: Tools,
        *,
        held_out: Sequence[Item] = (),
        judgements: Mapping[str, Judgement] | None = None,
    ) -> Examples:
        """Return what could be trained on, split into training, validation and test by call.

        Raises:
            SetupError: nothing was explored yet, or nothing passed.
        """
        from practicum.training.build_examples import build_examples

        specs = as_catalog(tools).specs
        return build_examples(self.home, specs, held_out=held_out, judgements=judgements)

    async def no_call_answers(self, model: BaseChatModel) -> dict[str, str]:
        """Ask a model about requests that need no tool, so that it does not forget how to answer them."""
        from practicum.training.negatives import answers_for, no_call_requests

        return await answers_for(no_call_requests(), ModelCaller(model, name=name_of(model)))

    def train(
        self,
        *,
        tools: Tools,
        base: str = "local",
        only: Sequence[str] = (),
        options: TrainingOptions | None = None,
        held_out: Sequence[Item] = (),
        answers: Mapping[str, str] | None = None,
        merge: Path | None = None,
        gguf: Path | None = None,
        watch: Callable[[TrainingProgress], None] | None = None,
    ) -> Adapter:
        """Fine-tune an adapter on what was practised, and register it as a candidate; blocks.

        See `practicum.training.fine_tune.fine_tune` for the arguments and what may go wrong.
        """
        from practicum.models.cache import cache_dir
        from practicum.training.fine_tune import fine_tune
        from practicum.training.training_options import TrainingOptions

        return fine_tune(
            self.home,
            as_catalog(tools).specs,
            base=base,
            options=options or TrainingOptions(),
            cache=cache_dir(),
            held_out=held_out,
            only=only,
            answers=answers,
            merge=merge,
            gguf=gguf,
            watch=watch,
        )

    def agent(
        self,
        model: BaseChatModel,
        tools: Tools,
        *,
        learned: str = "champion",
        grounding: bool | None = None,
        checkpointer: Any = None,
    ) -> CompiledStateGraph[Any, None, Any, Any]:
        """Return the agent, a compiled LangGraph graph: messages in, messages out.

        Args:
            model: Who answers.
            tools: What it may call.
            learned: What serves: ``champion`` (what the gate let through; nothing before that), ``base``
                (nothing), or candidates such as ``demos``, ``demos@3`` or ``demos+lora``, unproven or not.
            grounding: Offer only values found in the conversation; None: for the embedded model only.
            checkpointer: For conversations over several invocations.
        """
        from practicum.graph.serving import named_serving, serve_agent

        catalog = as_catalog(tools).require_usable()
        serving = named_serving(self.home, learned)
        adapted = self.adapted(model, learned)
        return serve_agent(
            self.home, adapted, catalog, serving, grounding=grounding, checkpointer=checkpointer
        )

    def adapted(self, model: BaseChatModel, learned: str = "champion") -> BaseChatModel:
        """Return the model with the adapter of what serves; ``model`` itself without one.

        Raises:
            SetupError: the adapter is of another base, or ``model`` is on a server.
        """
        from practicum.graph.adapted import adapted_model
        from practicum.graph.serving import named_serving

        return adapted_model(self.home, model, named_serving(self.home, learned))

    def middleware(self, *, learned: str = "champion") -> PracticumMiddleware:
        """Return middleware that shows what was learned in an agent made with `create_agent`.

        Args:
            learned: As for `agent`; an adapter is left to whoever loads the model.
        """
        from practicum.graph.middleware import PracticumMiddleware
        from practicum.graph.serving import named_serving, served_demonstrations, served_notes
        from practicum.memory_store.selection import ToolIndex

        serving = named_serving(self.home, learned)
        chosen = served_demonstrations(self.home, serving)
        return PracticumMiddleware(
            self.home.demonstrations(chosen) if chosen is not None else None,
            nearness=lambda specs: ToolIndex(specs, self.home.embedder),
            notes=served_notes(self.home, serving),
        )

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
        on_progress: Callable[[str, int, int], None] | None = None,
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
            budget: Limits on model calls and seconds.
            model_name: How messages name the model.
            on_progress: Called with an arm's name, items done and items in all.

        Raises:
            SetupError: an arm is unknown or not there yet, an item does not fit the tools.
        """
        from practicum.evaluation.arms import plan_arms
        from practicum.evaluation.measuring import measure_home

        return await measure_home(
            self.home,
            items,
            as_catalog(tools).require_usable(),
            model,
            plan_arms(arms, grounding),
            concurrency=concurrency,
            budget=budget,
            model_name=model_name,
            on_progress=on_progress,
        )

    async def promote(
        self,
        candidate: str,
        tools: Tools,
        *,
        model: BaseChatModel,
        items: Sequence[Item] | None = None,
        min_gain: float = 0.0,
        alone: bool = False,
        concurrency: int = 16,
        budget: Budget | None = None,
        model_name: str | None = None,
        on_progress: Callable[[str, int, int], None] | None = None,
    ) -> GateVerdict:
        """Measure a candidate against what serves, and let it serve if it proves better.

        The decision is kept either way. Queries that were learned from are left out and counted.

        Args:
            candidate: ``demos@N``, ``notes@N`` or ``lora@N``.
            tools: All tools that are shown.
            model: Who answers.
            items: Queries with their calls; None: what this home's practice set apart.
            min_gain: Gain in the rate of correct answers that is worth a change.
            alone: Serve it without what the champion has of other kinds.
            concurrency: Items side by side.
            budget: Limits on model calls and seconds.
            model_name: How messages name the model.
            on_progress: Called with an arm's name, items done and items in all.

        Raises:
            SetupError: there is no such candidate, it serves already, or an item does not fit the tools.
        """
        from practicum.evaluation.gate import judge_candidate
        from practicum.evaluation.validation import validation_items
        from practicum.graph.planning import is_embedded, name_of
        from practicum.training import registry

        against, serving = registry.challenge(self.home, candidate, alone=alone)
        names = dict.fromkeys((*against.names, *serving.names))
        learned = [pair for name in names for pair in registry.learned_queries(self.home, name)]
        given = self.validation(tools) if items is None else items
        valid = validation_items(given, learned, self.home.embedder)
        ladder = await self.evaluate(
            valid.items,
            tools,
            model=model,
            arms=(str(against), str(serving)),
            grounding="on" if is_embedded(model) else "off",
            concurrency=concurrency,
            budget=budget,
            model_name=model_name,
            on_progress=on_progress,
        )
        before, after = (arm.scores for arm in ladder.arms)
        verdict = judge_candidate(
            before, after, items=valid.items, min_gain=min_gain, overlapping=valid.overlapping
        )
        figures = {"model": model_name or name_of(model), "min_gain": min_gain, **verdict.figures()}
        if verdict.promoted:
            registry.promote(
                self.home, candidate, against=against, reason=verdict.reason, figures=figures, alone=alone
            )
        else:
            registry.refuse(self.home, candidate, against=against, reason=verdict.reason, figures=figures)
        return verdict

    def validation(self, tools: Tools) -> list[Item]:
        """Return the queries that practice set apart for deciding, with their calls.

        Raises:
            SetupError: nothing was explored yet, or nothing passed.
        """
        return [
            Item(id=each.id, query=each.query, expected=(each.call,) if each.call else ())
            for each in self.examples(tools).of("validation")
        ]

    def rollback(self) -> Serving:
        """Let serve again what served before the last promotion, and return it.

        Raises:
            SetupError: there is nothing to go back to.
        """
        from practicum.training import registry

        return registry.rollback(self.home)

    def status(self, tools: Tools | None = None) -> Status:
        """Return what serves, every candidate with its verdict, and what is stale with these tools."""
        from practicum.training import registry

        return registry.status(self.home, as_catalog(tools).specs if tools is not None else ())

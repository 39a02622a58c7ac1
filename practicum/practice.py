"""The public face: opens a home, explores, curates, evaluates, gives the agent and the middleware."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from practicum.errors import SetupError
from practicum.graph.campaign import Plan, Progress, done_trials, run_campaign
from practicum.graph.memory_steps import Memory
from practicum.graph.planning import (
    Tools,
    as_catalog,
    is_embedded,
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

    from practicum.evaluation.ladder import Ladder
    from practicum.evaluation.leaks import LeakReport
    from practicum.graph.middleware import PracticumMiddleware
    from practicum.memory_store.embedding import Embedder
    from practicum.memory_store.transfer import Imported
    from practicum.training.curate import Curated


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

    def curate(self, *, tools: Tools | None = None, held_out: Sequence[Item] = ()) -> tuple[Curated, int]:
        """Filter what was tried into a new demonstration set, and return it with its version.

        Args:
            tools: The tools as they are now; trials of tools that changed since are dropped.
            held_out: Items that measure: nothing learned may be near them.

        Raises:
            SetupError: nothing was explored yet, or nothing passed.
        """
        from practicum.training.learn import learn_demonstrations

        specs = as_catalog(tools).specs if tools is not None else None
        return learn_demonstrations(self.home, specs, held_out)

    def agent(
        self, model: BaseChatModel, tools: Tools, *, grounding: bool | None = None, checkpointer: Any = None
    ) -> CompiledStateGraph[Any, None, Any, Any]:
        """Return the agent, a compiled LangGraph graph: messages in, messages out.

        Args:
            model: Who answers.
            tools: What it may call.
            grounding: Offer only values found in the conversation; None: for the embedded model only.
            checkpointer: For conversations over several invocations.
        """
        from practicum.graph.serving import serve_agent

        catalog = as_catalog(tools).require_usable()
        return serve_agent(self.home, model, catalog, grounding=grounding, checkpointer=checkpointer)

    def middleware(self, *, demos: str | None = "newest") -> PracticumMiddleware:
        """Return middleware that shows demonstrations in an agent made with `create_agent`."""
        from practicum.graph.middleware import PracticumMiddleware
        from practicum.graph.serving import chosen_set
        from practicum.memory_store.selection import ToolIndex

        chosen = chosen_set(self.home, demos)
        source = self.home.demonstrations(chosen) if chosen is not None else None
        return PracticumMiddleware(source, nearness=lambda specs: ToolIndex(specs, self.home.embedder))

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
            arms: ``base``, ``demos`` or a set such as ``demos@2``; gains are measured against the first.
            grounding: ``on``, ``off`` or ``both``: whether values are offered from the query.
            concurrency: Items side by side.
            budget: Limits on model calls and seconds.
            model_name: How messages name the model.
            on_progress: Called with an arm's name, items done and items in all.

        Raises:
            SetupError: an arm is unknown or not there yet, an item does not fit the tools.
        """
        from practicum.evaluation.arms import ArmPlan, measure, plan_arms
        from practicum.evaluation.attempt_log import AttemptLog, log_name
        from practicum.graph.serving import chosen_set, recollect_from
        from practicum.nodes.prompting import prompts_hash

        catalog = as_catalog(tools).require_usable()
        embedded = is_embedded(model)
        name = model_name or name_of(model)
        plans = plan_arms(arms, grounding)
        if any(arm.demos for arm in plans) and chosen_set(self.home, "newest") is None:
            raise SetupError("this home has no demonstrations yet", "run `practicum curate` after exploring")

        def log_for(arm: ArmPlan) -> AttemptLog:
            chosen = chosen_set(self.home, arm.demos)
            identity = (name, arm.name, chosen.id if chosen else "", prompts_hash())
            file = log_name(items, catalog.specs, *identity)
            return AttemptLog(self.home.path / "evaluations" / file)

        return await measure(
            items,
            catalog,
            ModelCaller(model, name=name, concurrency=concurrency, budget=budget),
            plans,
            lambda arm: recollect_from(
                self.home, catalog.specs, demos=arm.demos, embedded=embedded, grounding=arm.grounding
            ),
            concurrency=concurrency,
            # Only a model whose name says what it is can be known again.
            log_for=log_for if model_name else None,
            on_progress=on_progress,
        )

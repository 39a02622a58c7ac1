"""Trying tools out, and looking at what was tried."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from practicum.errors import BudgetSpent
from practicum.graph.campaign import (
    Plan,
    Progress,
    changed_tools,
    done_trials,
    planned_episodes,
    saturated_at,
)
from practicum.graph.checkpoints import holds_any, thread_of
from practicum.graph.engine import Engine, LocalEngine
from practicum.graph.memory_steps import Memory
from practicum.graph.planning import Tools, as_catalog, make_plan
from practicum.graph.workers.unfinished import lessons_left
from practicum.memory_store.home import Home
from practicum.models.budget import Budget
from practicum.models.caller import CALLS_AT_ONCE, ModelCaller
from practicum.records import PastQuery, Trial
from practicum.tools.applying import with_policy
from practicum.tools.policy import Taping
from practicum.tools.threads import to_the_end

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from practicum.memory_store.entries import Summary
    from practicum.memory_store.transfer import Imported
    from practicum.tools.cassettes import Cassettes
    from practicum.tools.policy_file import PolicyFile


class Exploring:
    """Trying tools out, and looking at what was tried."""

    home: Home

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
        effects: str = "dry-run",
        cassettes: Cassettes | None = None,
        policy: PolicyFile | None = None,
        without: Sequence[str] = (),
        seed: int = 0,
        budget: Budget | None = None,
        model_name: str | None = None,
        stop_when_saturated: bool = False,
        combine: int = 1,
        watch: Callable[[Progress], None] = lambda _: None,
    ) -> Plan:
        """Practise: simulated trial and error on each tool, until the plan's trials are in the journal.

        Run again with the same arguments it goes on where it was interrupted, and a tool that changed
        meanwhile (its description or its parameters) is practised anew, and no other is.

        Args:
            tools: LangChain tools, typed functions, or a catalog.
            model: Imagines, attempts, reflects and summarizes.
            episodes: Episodes a tool; the paper's 15.
            trials: Trials an episode; the paper's 4.
            max_calls: At most so many tool calls a trial; the paper's 4.
            strategy: ``query-first``, ``call-first``, or ``auto``: call-first for the embedded model.
            concurrency: At most so many tools side by side.
            allow: Names of tools that may run although they are not known to be read-only.
            effects: What becomes of calls that may not run: ``dry-run`` (checked, not executed), ``replay``
                (answered from the cassettes), ``simulate`` (the model says what could come back) or
                ``refuse`` (a SetupError). Nothing learned rests on what was not executed.
            cassettes: Where calls are recorded or answered from; see `practicum.tools.cassettes`.
            policy: What `practicum.toml` says of the tools; see `practicum.tools.policy_file`.
            without: Parts of the method to leave out, for ablations.
            seed: Decides what is sampled; another seed is another exploration.
            budget: Limits on money, model calls and seconds.
            model_name: How the journal names the model.
            stop_when_saturated: End a tool's episodes early when three in a row brought nothing new; the
                same call without it makes the episodes that were left out.
            combine: Tools of the episodes of several that are made, too: one for every three of a tool's own.
                1: there are none; at most 4.
            watch: Called with each query that is tried and each trial that ended.

        Raises:
            SetupError: a tool can't be used or is refused, the model is out of reach, a budget is spent.
        """
        catalog = as_catalog(tools)
        plan = make_plan(
            with_policy(catalog, policy) if policy is not None else catalog,
            model,
            model_name=model_name,
            episodes=episodes,
            trials=trials,
            max_calls=max_calls,
            strategy=strategy,
            allow=allow,
            without=without,
            seed=seed,
            effects=effects,
            taping=cassettes.taping if cassettes is not None else Taping.NOT,
            stop_when_saturated=stop_when_saturated,
            combine=combine,
        )
        await self.run(plan, model, concurrency=concurrency, budget=budget, cassettes=cassettes, watch=watch)
        return plan

    async def run(
        self,
        plan: Plan,
        model: BaseChatModel,
        *,
        concurrency: int | None = None,
        budget: Budget | None = None,
        cassettes: Cassettes | None = None,
        watch: Callable[[Progress], None] = lambda _: None,
        engine: Engine | None = None,
    ) -> None:
        """Run what is left of a plan; see `explore`.

        Args:
            plan: What is explored.
            model: Explores in this process.
            concurrency: At most so many tools side by side; None for what suits the engine.
            budget: Limits on money, model calls and seconds.
            cassettes: Where calls are recorded or answered from.
            watch: Called with each query that is tried and each trial that ended.
            engine: Where episodes run, with a model, a budget and cassettes of its own; None: here.
        """
        self.home.journal.require_writing()
        from practicum.memory_store.upkeep import sync

        await to_the_end(sync, self.home.journal, self.home.index)
        if await self.is_done(plan, engine):
            return
        if engine is None:
            # No tool waits for another's calls.
            calls = max(concurrency or LocalEngine.CONCURRENCY, CALLS_AT_ONCE)
            caller = ModelCaller(
                model,
                name=plan.model_name,
                budget=budget if budget is not None else Budget(),
                concurrency=calls,
                log=self.home.journal,
            )
            engine = LocalEngine(caller, self.home.checkpoints, cassettes=cassettes)
        self.home.journal.record_exploration(plan.as_dict(), [tool.spec for tool in plan.tools])
        try:
            await engine.run(plan, self.memory, concurrency=concurrency, watch=watch)
        except BudgetSpent as spent:
            done = f"{plan.total - self.left(plan)} of {plan.total} trials"
            raise BudgetSpent(f"{spent.message}: {done}", spent.fix) from spent

    @property
    def memory(self) -> Memory:
        """The journal and long-term memory, as the exploration graph takes them."""
        return Memory(self.home.journal, self.home.long_term)

    def left(self, plan: Plan) -> int:
        """Return how many of the plan's trials are still to be made."""
        return plan.total - done_trials(plan, self.memory)

    async def is_done(self, plan: Plan, engine: Engine | None = None) -> bool:
        """Whether nothing is left of a plan: trials, or lessons of an episode that was interrupted."""
        if await to_the_end(self.left, plan) > 0:
            return False
        if engine is not None:
            return not lessons_left(plan, self.memory)
        home_id = self.home.journal.home_id
        threads = {thread_of(home_id, info["id"]) for info in planned_episodes(plan, self.memory)}
        return not await holds_any(self.home.checkpoints, threads)

    def changed(self, plan: Plan) -> tuple[str, ...]:
        """Return the tools that changed since they were last practised, and that the plan practises anew."""
        return changed_tools(plan, self.memory)

    def saturated(self, plan: Plan) -> dict[str, int]:
        """Return, by tool, the episode after which the plan leaves the others out, where it does."""
        ends = {tool.name: saturated_at(plan, tool, self.memory) for tool in plan.tools}
        return {name: last for name, last in ends.items() if last is not None and last < plan.episodes}

    def trials_of(self, plan: Plan) -> list[Trial]:
        """Return the recorded trials of a plan, broken ones included."""
        ids = [
            trial_id
            for episode in planned_episodes(plan, self.memory)
            for trial_id in self.home.journal.trial_ids(episode["id"])
        ]
        found = [self.home.journal.trial(trial_id) for trial_id in ids]
        return [trial for trial in found if trial is not None]

    def lessons_of(self, plan: Plan) -> list[Summary]:
        """Return what the lessons of a plan's episodes took, where a model was asked for them."""
        episodes = planned_episodes(plan, self.memory)
        return [each for info in episodes for each in self.home.journal.summaries(info["id"])]

    def search(self, text: str, *, tool: str | None = None, limit: int = 10) -> list[tuple[str, PastQuery]]:
        """Return past queries by meaning with their tools, nearest first."""
        vector = self.home.embedder.embed([text])[0]
        tools = [tool] if tool else self.home.journal.tools()
        found = [(name, past) for name in tools for past in self.home.index.nearest(name, vector, limit)]
        return sorted(found, key=lambda each: -(each[1].similarity or 0.0))[:limit]

    def rebuild(self) -> int:
        """Build the index anew from the journal; return how many past queries it holds."""
        self.home.journal.require_writing()
        from practicum.memory_store.upkeep import rebuild

        return rebuild(self.home.journal, self.home.index)

    def import_(self, file: Path) -> Imported:
        """Add what another home exported, and index it.

        Raises:
            DataError: a line of the file is broken; nothing is added.
        """
        self.home.journal.require_writing()
        from practicum.memory_store.upkeep import sync

        imported = self.home.journal.import_(file)
        sync(self.home.journal, self.home.index)
        return imported

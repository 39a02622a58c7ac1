"""The tracer of an episode, which lays the runs of its steps under runs of their trials.

LangGraph traces each step as a run under the graph's, and sends it as soon as it begins: what it lies under
must be said then. LangChain's callbacks know a trial as a run like any other; nothing else knows of it.

Imported only where tracing is on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self, cast
from uuid import UUID

from langchain_core.callbacks import AsyncCallbackManager
from langchain_core.runnables.config import var_child_runnable_config
from langchain_core.tracers.langchain import LangChainTracer

from practicum.records import Trial, utc_now
from practicum.tracing.runs import TAG
from practicum.tracing.trials import (
    Shown,
    TrialAt,
    UnderWay,
    about_trial,
    begun_run_id,
    continued_run_id,
    outputs_of,
)

if TYPE_CHECKING:
    from langchain_core.callbacks import BaseCallbackHandler
    from langchain_core.runnables import RunnableConfig
    from langchain_core.tracers.schemas import Run


@dataclass
class TracedEpisode:
    """What a tracer, and its copies, know of the episode that they trace."""

    trial_at: TrialAt
    shown: Shown
    episode: UUID | None = None
    """The id of its run: the first that begins."""
    trial: UUID | None = None
    """The id of the run of the trial under way."""
    began: datetime | None = None
    """When that trial began, if it did so under this run."""
    ended: Trial | None = None
    """That trial, as soon as it is known how it ended."""


class TrialTracer(LangChainTracer):
    """Traces one episode."""

    known: TracedEpisode

    @classmethod
    def like(cls, tracer: LangChainTracer, trial_at: TrialAt, shown: Shown) -> Self:
        """Return a tracer that sends what this one would, but of a state only what is shown."""
        made = cls.__new__(cls)
        vars(made).update(vars(tracer))
        made.known = TracedEpisode(trial_at, shown)
        return made

    def copy_with_metadata_defaults(self, **given: Any) -> TrialTracer:
        """LangChain makes copies for what is traced under a run: they share what is known."""
        copied = cast("TrialTracer", super().copy_with_metadata_defaults(**given))
        copied.known = self.known
        return copied

    def on_chain_start(
        self,
        serialized: dict[str, Any],
        inputs: dict[str, Any],
        *,
        run_id: UUID,
        parent_run_id: UUID | None = None,
        **given: Any,
    ) -> Run:
        if self.known.episode is None:
            self.known.episode = run_id
        elif parent_run_id is not None and parent_run_id == self.known.episode:
            parent_run_id = self._above(str(given.get("name")), inputs, parent_run_id)
        told = self.known.shown(inputs)
        return super().on_chain_start(serialized, told, run_id=run_id, parent_run_id=parent_run_id, **given)

    def on_chain_end(self, outputs: dict[str, Any], *, run_id: UUID, **given: Any) -> Run:
        if run_id == self.known.episode:
            self._close()
        run = super().on_chain_end(self.known.shown(outputs), run_id=run_id, **given)
        if self.known.ended is not None and run.parent_run_id == self.known.trial:
            self._close()
        return run

    def on_chain_error(self, error: BaseException, *, run_id: UUID, **given: Any) -> Run:
        if run_id == self.known.episode:
            self._close(error)
        return super().on_chain_error(error, run_id=run_id, **given)

    def ending(self, trial: Trial) -> Run | None:
        """Take note of how the trial under way ended; return its run, which goes on until its step has ended.

        Args:
            trial: As it is recorded.
        """
        if self.known.trial is None:
            return None
        self.known.ended = trial
        return self.run_map[str(self.known.trial)]

    def _above(self, step: str, state: Any, episode: UUID) -> UUID:
        """Return the id of the run that a step is to lie under: its trial's, which may begin with it."""
        at = self.known.trial_at(step, state)
        if at is None:
            return episode
        if at.started_at is None or self.known.trial is None:
            self._close()
            self.known.trial = self._begin(at, episode)
        return self.known.trial

    def _begin(self, at: UnderWay, episode: UUID) -> UUID:
        trial_id = at.about["trial_id"]
        tags, metadata = [TAG, "trial"], dict(at.about)
        if at.started_at is None:
            self.known.began = utc_now()
            run_id = begun_run_id(trial_id, self.known.began)
        else:
            first = begun_run_id(trial_id, at.started_at)
            run_id = continued_run_id(first, episode)
            metadata["continues"] = str(first)
            tags.append("continued")
        of_episode = self.run_map[str(episode)].metadata
        super().on_chain_start(
            {},
            {"query": at.query} if at.query else {},
            run_id=run_id,
            parent_run_id=episode,
            name=f"trial {at.about['trial']} of {at.about['tool']}",
            tags=tags,
            metadata={key: value for key, value in of_episode.items() if key != "outcomes"} | metadata,
        )
        return run_id

    def _close(self, error: BaseException | None = None) -> None:
        """End the run of the trial under way, if there is one: with its outcome, or else as broken off."""
        known = self.known
        run_id, trial = known.trial, known.ended
        known.trial = known.began = known.ended = None
        if run_id is None:
            return
        if trial is not None:
            run = self.run_map[str(run_id)]
            run.tags = [*(run.tags or []), trial.outcome.value]
            run.metadata.update(about_trial(trial))
            run = super().on_chain_end(outputs_of(trial), run_id=run_id, inputs={"query": trial.query})
        elif error is not None:
            run = super().on_chain_error(error, run_id=run_id)
        else:
            run = super().on_chain_end({}, run_id=run_id)
        # An episode's run need not hold all that it was told.
        episode = self.run_map[str(known.episode)]
        episode.child_runs[:] = [each for each in episode.child_runs if each is not run]


def new_tracer(trial_at: TrialAt, shown: Shown) -> TrialTracer:
    """Return a tracer of one episode that sends where LangChain's own would."""
    return TrialTracer.like(LangChainTracer(), trial_at, shown)


@contextmanager
def above_steps(trial_at: TrialAt, shown: Shown) -> Iterator[None]:
    """Have the one episode that begins in this context traced by a `TrialTracer` instead of LangChain's own.

    Args:
        trial_at: Tells which trial a step is part of.
        shown: What is shown of a step's state.
    """
    around: RunnableConfig = var_child_runnable_config.get() or {}
    manager = AsyncCallbackManager.configure(inheritable_callbacks=around.get("callbacks"))
    found = _first_tracer(manager.handlers)
    if found is None:
        yield
        return
    ours = TrialTracer.like(found, trial_at, shown)
    for handlers in (manager.handlers, manager.inheritable_handlers):
        first = _first_tracer(handlers)  # those that are inherited may be copies
        handlers[:] = [ours if each is first else each for each in handlers]
    within: RunnableConfig = {**around, "callbacks": manager}
    token = var_child_runnable_config.set(within)
    try:
        yield
    finally:
        var_child_runnable_config.reset(token)


def _first_tracer(handlers: Sequence[BaseCallbackHandler]) -> LangChainTracer | None:
    return next((each for each in handlers if isinstance(each, LangChainTracer)), None)

"""Which trials began in the run of an episode that is under way: of them nothing is known from before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_BEGUN: ContextVar[set[str] | None] = ContextVar("begun", default=None)
"""When they began, which no other trial of the episode did."""


@contextmanager
def run_of_an_episode() -> Iterator[None]:
    """Within the context, an episode's run, no step is done twice."""
    token = _BEGUN.set(set())
    try:
        yield
    finally:
        _BEGUN.reset(token)


def note_begun(started_at: str) -> None:
    """Note that a trial begins; outside of a run of an episode nothing is noted."""
    if (begun := _BEGUN.get()) is not None:
        begun.add(started_at)


def began_in_this_run(started_at: str | None) -> bool:
    """Whether the trial that began then did so in this run, so that its steps were never done before."""
    begun = _BEGUN.get()
    return begun is not None and started_at in begun

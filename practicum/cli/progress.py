"""Progress on stderr: what is being tried, how far, how long still."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

    from practicum.graph.campaign import Progress

SHOWN_CHARACTERS = 60


@contextmanager
def watch_exploration(total: int, done: int) -> Iterator[Callable[[Progress], None]]:
    """Show a bar over trials with counts by outcome; without a terminal, a line every tenth of the way."""
    counts: Counter[str] = Counter()
    with _bar() as bar:
        task = bar.add_task("practising", total=total, completed=done, counts="")
        plain = _Milestones(bar, total, done)

        def watch(progress: Progress) -> None:
            if progress.trial is None:
                bar.update(task, description=_trying(progress))
                return
            counts[progress.trial.outcome.value] += 1
            # A broken trial is made again by a later run, so the bar does not count it.
            step = 0 if progress.trial.outcome.value == "broken" else 1
            bar.update(task, advance=step, counts=", ".join(f"{n} {name}" for name, n in counts.items()))
            plain.step(counts)

        yield watch


@contextmanager
def watch_evaluation() -> Iterator[Callable[[str, int, int], None]]:
    """Show a bar for each arm."""
    with _bar() as bar:
        tasks: dict[str, object] = {}

        def watch(arm: str, done: int, of: int) -> None:
            if arm not in tasks:
                tasks[arm] = bar.add_task(f"measuring {arm}", total=of, counts="")
                if not bar.console.is_terminal:
                    bar.console.print(f"measuring {arm} ({of} queries)", markup=False)
            bar.update(tasks[arm], completed=done)  # type: ignore[arg-type]  # a TaskID, as add_task gave it

        yield watch


def _trying(progress: Progress) -> str:
    from rich.markup import escape

    query = " ".join(progress.query.split())
    shown = query if len(query) <= SHOWN_CHARACTERS else f"{query[: SHOWN_CHARACTERS - 3]}..."
    return f"{progress.tool}: {escape(shown)}"


class _Milestones:
    """Lines for logs, where a bar can't be drawn."""

    def __init__(self, bar: Bar, total: int, done: int) -> None:
        self._bar = bar
        self._total = total
        self._done = done
        self._every = max(1, total // 10)

    def step(self, counts: Counter[str]) -> None:
        """Print a line at each tenth of the way."""
        self._done += 1
        if not self._bar.console.is_terminal and self._done % self._every == 0:
            told = ", ".join(f"{n} {name}" for name, n in counts.items())
            self._bar.console.print(f"{self._done}/{self._total} trials: {told}", markup=False)


def _bar() -> Bar:
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as RichProgress

    from practicum.cli.wiring import console

    err = console(stderr=True)
    return RichProgress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TextColumn("{task.fields[counts]}"),
        TimeRemainingColumn(),
        console=err,
        disable=not err.is_terminal,
        transient=False,
    )

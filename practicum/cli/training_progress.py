"""How a training shows how far it is: a bar at a terminal, a few lines elsewhere."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

    from practicum.training.training_record import TrainingProgress

PLAIN_LINES = 10
"""Lines that a log gets, where a bar can't be drawn."""


@contextmanager
def watch_training() -> Iterator[Callable[[TrainingProgress], None]]:
    """Show a bar over steps with loss, speed and time left; without a terminal, a few lines."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from practicum.cli.wiring import console

    err = console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TextColumn("{task.fields[told]}"),
    )
    with Progress(*columns, console=err, disable=not err.is_terminal) as bar, _ending_told(bar):
        yield _watcher(bar)


@contextmanager
def _ending_told(bar: Bar) -> Iterator[None]:
    """Answer Ctrl-C before everything is put in order, which may take a while."""
    apart = threading.current_thread() is not threading.main_thread()
    if apart or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return

    def end(number: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        bar.console.print("ending; what is kept is put in order first", markup=False)
        signal.default_int_handler(number, frame)

    signal.signal(signal.SIGINT, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _watcher(bar: Bar) -> Callable[[TrainingProgress], None]:
    task = bar.add_task("training", total=None, told="")

    def watch(progress: TrainingProgress) -> None:
        told = _told(progress)
        bar.update(task, total=progress.steps, completed=progress.step, told=told)
        if progress.note:
            bar.console.print(progress.note, markup=False)
        every = max(1, progress.steps // PLAIN_LINES)
        if told and not bar.console.is_terminal and progress.step % every == 0:
            bar.console.print(f"{progress.step}/{progress.steps} steps: {told}", markup=False)

    return watch


def _told(progress: TrainingProgress) -> str:
    if progress.loss is None or progress.seconds_left is None:
        return ""
    left = round(progress.seconds_left)
    pace = round(progress.tokens_per_second)
    return f"loss {progress.loss:.3f}, {pace} tokens/s, {left // 60}:{left % 60:02} left"

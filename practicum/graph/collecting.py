"""Python's collector of garbage while episodes run: it comes less often, and leaves alone what was there.

Searching what was there before, code mostly, took half a millisecond a model call, and coming after every 700
new objects a third of one; all episodes wait meanwhile.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_OBJECTS = 20_000
"""New objects after which it comes: a few megabytes."""


class _Collector:
    """The process' collector, and the explorations that want it to come seldom."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running = 0
        self._before = (0, 0, 0)
        """How often it came before the first of them."""

    def enter(self) -> None:
        with self._lock:
            self._running += 1
            if self._running == 1:
                self._before = gc.get_threshold()
                objects, *rest = self._before
                if objects:  # else its user turned it off
                    gc.set_threshold(max(objects, _OBJECTS), *rest)
                gc.freeze()

    def leave(self) -> None:
        with self._lock:
            self._running -= 1
            if self._running == 0:
                gc.set_threshold(*self._before)
                gc.unfreeze()


_COLLECTOR = _Collector()


@contextmanager
def collected_seldom() -> Iterator[None]:
    """Let it be like that within the context; of several explorations in a process the last undoes it."""
    _COLLECTOR.enter()
    try:
        yield
    finally:
        _COLLECTOR.leave()

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
_lock = threading.Lock()
_running, _before = 0, (0, 0, 0)
"""How many explorations run, and how often it came before the first of them."""


@contextmanager
def collected_seldom() -> Iterator[None]:
    """Let it be like that within the context; of several explorations in a process the last undoes it."""
    _enter()
    try:
        yield
    finally:
        _leave()


def _enter() -> None:
    global _running, _before  # noqa: PLW0603 - the collector is the process' own, too
    with _lock:
        _running += 1
        if _running == 1:
            _before = gc.get_threshold()
            objects, *rest = _before
            if objects:  # else its user turned it off
                gc.set_threshold(max(objects, _OBJECTS), *rest)
            gc.freeze()


def _leave() -> None:
    global _running  # noqa: PLW0603
    with _lock:
        _running -= 1
        if _running == 0:
            gc.set_threshold(*_before)
            gc.unfreeze()

"""One bench in a process of its own, so that none leaves its imports, or its crash, to the next."""

from __future__ import annotations

import importlib
import inspect
import multiprocessing
import time
import traceback
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any


def measure(name: str, *, quick: bool) -> dict[str, Any]:
    """Run one bench in a fresh process; what fails, a crash included, is an entry with its error."""
    started = time.perf_counter()
    try:
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
            entry = pool.submit(_run, name, quick).result()
    except BrokenProcessPool as error:
        entry = {"error": f"the process of the bench ended: {error}"}
    return {**entry, "bench_seconds": round(time.perf_counter() - started, 1)}


def _run(name: str, quick: bool) -> dict[str, Any]:
    # Errors become text in this process: not every exception can be sent to another.
    try:
        run: Callable[..., dict[str, Any]] = importlib.import_module(f"bench.{name}").run
        sized = "quick" in inspect.signature(run).parameters
        return run(quick=quick) if sized else run()
    except Exception as error:  # noqa: BLE001 - whatever one bench fails with, the others go on
        traceback.print_exc()
        return {"error": f"{type(error).__name__}: {error}"}

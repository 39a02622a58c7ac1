"""Run every bench, each in a process of its own, and write one JSON object.

python -m bench [--only NAME] [--quick] [--out bench-results.json]
"""

from __future__ import annotations

import argparse
import importlib
import inspect
import json
import multiprocessing
import pkgutil
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import bench
from bench.machine import machine

PARTS = frozenset({"__main__", "machine", "exploring"})
"""Modules that benches share; all others are benches."""
RESULTS = Path("bench-results.json")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benches that were asked for; return the exit status, 1 if one of them failed."""
    options = _parser().parse_args(arguments)
    results: dict[str, Any] = {"machine": machine(), "quick": options.quick, "benches": {}}
    failed = False
    for name in options.only or names():
        print(f"{name} ...", file=sys.stderr, flush=True)
        entry = measure(name, quick=options.quick)
        failed = failed or "error" in entry
        results["benches"][name] = entry
        # After each, so that an interrupted run keeps what was measured.
        options.out.write_text(json.dumps(results, indent=2) + "\n", "utf-8")
    print(json.dumps(results, indent=2))
    return int(failed)


def names() -> list[str]:
    """Return the names of all benches."""
    return sorted(found.name for found in pkgutil.iter_modules(bench.__path__) if found.name not in PARTS)


def measure(name: str, *, quick: bool) -> dict[str, Any]:
    """Run one bench in a fresh process; what fails, a crash included, is an entry with its error."""
    started = time.perf_counter()
    try:
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
            entry = pool.submit(_run, name, quick).result()
    except Exception as error:  # noqa: BLE001 - whatever one bench dies of, the others go on
        entry = {"error": f"{type(error).__name__}: {error}"}
        traceback.print_exception(error)
    return {**entry, "bench_seconds": round(time.perf_counter() - started, 1)}


def _run(name: str, quick: bool) -> dict[str, Any]:
    run: Callable[..., dict[str, Any]] = importlib.import_module(f"bench.{name}").run
    sized = "quick" in inspect.signature(run).parameters
    return run(quick=quick) if sized else run()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure Practicum on this machine.")
    parser.add_argument("--only", action="append", choices=names(), help="run this one; repeatable")
    parser.add_argument("--quick", action="store_true", help="small sizes: to see that it works")
    parser.add_argument("--out", type=Path, default=RESULTS, help=f"the file; by default {RESULTS}")
    return parser


if __name__ == "__main__":
    sys.exit(main())

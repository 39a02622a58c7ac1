"""Run every bench but those of hours, each in a process of its own, and write one JSON object.

python -m bench [--only NAME] [--quick] [--out bench-results.json]
"""

from __future__ import annotations

import argparse
import json
import pkgutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import bench
from bench.machine import machine
from bench.running import measure

PARTS = frozenset(
    {
        "__main__",
        "machine",
        "running",
        "exploring",
        "continual_parts",
        "continual_protocol",
        "ablation_settings",
        "ablation_table",
        "log_entry",
        "hostile_runs",
        "hostile_secrets",
        "hostile_texts",
        "effects_parts",
        "effects_tools",
        "model_service",
    }
)
"""Modules that benches share; all others are benches."""
LONG = frozenset({"ablations", "continual", "strangers"})
"""Benches of hours: they run only when they are named."""
RESULTS = Path("bench-results.json")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benches that were asked for; return the exit status, 1 if one of them failed."""
    options = _parser().parse_args(arguments)
    results: dict[str, Any] = {"machine": machine(), "quick": options.quick, "benches": {}}
    failed = False
    for name in options.only or [name for name in names() if name not in LONG]:
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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure Practicum on this machine.")
    parser.add_argument("--only", action="append", choices=names(), help="run this one; repeatable")
    parser.add_argument("--quick", action="store_true", help="small sizes: to see that it works")
    parser.add_argument("--out", type=Path, default=RESULTS, help=f"the file; by default {RESULTS}")
    return parser


if __name__ == "__main__":
    sys.exit(main())

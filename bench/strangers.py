"""How the embedded model does on tools that strangers wrote, before and after practice.

Each folder of `bench/domains` is one business: the tools that its engineers would have, and queries of its
users with the calls that answer them; three in four need one call, the others none (most of those ask for
something that no tool does). A language model wrote them that saw nothing of this project. Every domain is
practised in a home of its own, grounded, with the queries held out.

`READ` are domains whose failures were read while the rules were written: development sets. Figures of the
others are of queries that decided nothing, and stay that only while nobody looks at what fails there.

    python -m bench.strangers [DOMAIN ...] [--keep FOLDER]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

DOMAINS = Path(__file__).with_name("domains")
READ = frozenset(
    {"brewery", "campground", "harbour_pilots", "payroll_bureau", "seedbank", "shipyard", "waste_collection"}
)
EPISODES = 8
MEASURED = ("tool_match", "correct", "no_call_correct")


def run(quick: bool = False) -> dict[str, Any]:
    """Return, by domain and arm, how many of how many queries were answered with the right call."""
    with tempfile.TemporaryDirectory() as folder:
        chosen = names()[:1] if quick else names()
        return measure(chosen, Path(folder), episodes=1 if quick else EPISODES)


def names() -> list[str]:
    """Return the domains."""
    return sorted(each.parent.name for each in DOMAINS.glob("*/queries.jsonl"))


def measure(domains: Sequence[str], folder: Path, *, episodes: int = EPISODES) -> dict[str, Any]:
    """Practise and measure domains, one after the other; their homes are left in the folder."""
    found = {name: _domain(name, folder / name, episodes) for name in domains}
    read = [name for name in found if name in READ]
    unread = [name for name in found if name not in READ]
    return {
        "episodes": episodes,
        "domains": found,
        "read": _sums([found[name] for name in read]),
        "unread": _sums([found[name] for name in unread]),
    }


def _domain(name: str, home: Path, episodes: int) -> dict[str, dict[str, list[int]]]:
    tools, queries = DOMAINS / name / "tools.py", DOMAINS / name / "queries.jsonl"
    given = ["--tools", str(tools), "--model", "local"]
    _practicum(home, "explore", *given, "--episodes", str(episodes))
    _practicum(home, "curate", "--tools", str(tools), "--held-out", str(queries))
    told = _practicum(
        home,
        "evaluate",
        *given,
        "--data",
        str(queries),
        "--with",
        "base,demos",
        "--grounding",
        "on",
        "--json",
    )
    return {arm["name"]: _figures(arm["strict"]) for arm in json.loads(told)["arms"]}


def _practicum(home: Path, *arguments: str) -> str:
    print(f"{home.name}: {arguments[0]}", file=sys.stderr, flush=True)
    done = subprocess.run(
        [sys.executable, "-m", "practicum.cli.main", *arguments],
        env={**os.environ, "PRACTICUM_HOME": str(home)},
        stdout=subprocess.PIPE,
        check=True,
    )
    return done.stdout.decode()


def _figures(scored: dict[str, Any]) -> dict[str, list[int]]:
    """How many of how many; `correct` without the requests that need no call, which stand by themselves."""
    figures = {name: [scored[name]["k"], scored[name]["n"]] for name in MEASURED}
    none = figures["no_call_correct"]
    figures["correct"] = [figures["correct"][0] - none[0], figures["correct"][1] - none[1]]
    return figures


def _sums(domains: Sequence[dict[str, dict[str, list[int]]]]) -> dict[str, dict[str, list[int]]]:
    arms = dict.fromkeys(arm for domain in domains for arm in domain)
    return {
        arm: {
            name: [sum(part) for part in zip(*(domain[arm][name] for domain in domains), strict=True)]
            for name in MEASURED
        }
        for arm in arms
    }


def _main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m bench.strangers", description="Measure domains of strangers."
    )
    parser.add_argument("domains", nargs="*", metavar="DOMAIN", help="by default all")
    parser.add_argument("--keep", type=Path, help="leave the homes in this folder")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        keep = options.keep or Path(folder)
        print(json.dumps(measure(options.domains or names(), keep), indent=2))


if __name__ == "__main__":
    _main()

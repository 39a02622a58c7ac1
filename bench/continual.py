"""What is forgotten when tools arrive in rounds: the STE paper's continual learning, on the almanac.

The embedded model (or another base) is trained on the first round's tools; each later round goes on from
the adapter of the one before, with a share of the earlier tools' examples and, in a second chain, without.
A third training gets all tools at once. After each, the held-out queries of the tools seen so far are asked,
with all tools to choose from. The paper (Llama-2-7B, 4 rounds): 72.8 % correct with replay, 34.7 without; of
the first round's tools 65.0 against 0.0.

Eight trainings: hours on two cores. What is done is kept in ``--work`` and not done again, so that it may
be interrupted; the home that was practised in is only read.

    python -m bench.continual --home .practicum/demo
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import practicum
from bench.continual_parts import EPISODES, GROUNDED, Answering, Options, Trainer, practise, say
from bench.continual_protocol import Ledger, as_text, run_protocol
from bench.machine import machine
from practicum.errors import SetupError
from practicum.memory_store.embedding import Embedder
from practicum.tools.sources import load_tools
from practicum.training.base import EMBEDDED

WORK = Path(".practicum/continual")
QUICK = Options(rounds=(("convert_units",), ("add_to_date",)), episodes=3, epochs=1, per_tool=12)


def run(*, quick: bool = False) -> dict[str, Any]:
    """Practise, train and measure; return the figures."""
    return compare(QUICK if quick else Options(), WORK / "quick" if quick else WORK, ["held-out"])


def compare(
    options: Options, work: Path, conditions: Sequence[str], *, embedder: str | Embedder = "minilm"
) -> dict[str, Any]:
    """Return the figures of a protocol, and go on where an earlier run was interrupted.

    Args:
        options: What decides the figures.
        work: A folder for the adapters and the figures so far.
        conditions: ``held-out`` or ``practice`` (what practice set apart for testing), each also with
            `GROUNDED` after it.
        embedder: As `practicum.open` takes it.

    Raises:
        SetupError: the folder holds the figures of other options; too little was practised.
    """
    ledger = Ledger(work / "continual.json", options.settings())
    catalog = load_tools(["almanac"]).only(options.tools)
    with practicum.open(work / "home", embedder=embedder) as practice, ExitStack() as stack:
        practise(practice, catalog, options, work)
        answering = stack.enter_context(Answering(practice, catalog, options))
        trainer = Trainer(practice, catalog, options, answering)
        return run_protocol(options.rounds, options.replay, conditions, ledger, trainer, answering, say)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the protocol; print the table and write the figures."""
    given = _parser().parse_args(arguments)
    options = Options(
        base=given.base,
        home=given.home,
        episodes=given.episodes,
        epochs=given.epochs,
        per_tool=given.per_tool,
        replay=given.replay,
        seed=given.seed,
        queries=tuple(given.queries or ()),
    )
    try:
        found = compare(options, given.work, _conditions(given.data, given.grounding))
    except SetupError as error:
        print(f"{error.message}\n  {error.fix}", file=sys.stderr)
        return 2
    given.out.write_text(json.dumps({"machine": machine(), **found}, indent=2) + "\n", "utf-8")
    print(as_text(found))
    return 0


def _conditions(data: str, grounding: str) -> list[str]:
    sources = ["held-out", "practice"] if data == "both" else [data]
    endings = {"off": [""], "on": [GROUNDED], "both": ["", GROUNDED]}[grounding]
    return [source + ending for source in sources for ending in endings]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench.continual", description="Measure what is forgotten when tools arrive in rounds."
    )
    parser.add_argument("--home", type=Path, help="a home that was practised in; without one, practise first")
    parser.add_argument("--base", default=EMBEDDED, help="as `practicum train` takes it")
    parser.add_argument("--episodes", type=int, default=EPISODES, help="episodes a tool, without --home")
    parser.add_argument("--epochs", type=int, default=Options.epochs, help="passes over a round's examples")
    parser.add_argument("--per-tool", type=int, help="training examples of a tool at most")
    parser.add_argument("--replay", type=float, default=Options.replay, help="share of earlier examples")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--grounding", choices=("off", "on", "both"), default="both")
    parser.add_argument(
        "--data",
        choices=("held-out", "practice", "both"),
        default="held-out",
        help="queries written by hand, or what practice set apart for testing",
    )
    parser.add_argument(
        "--queries", action="append", metavar="FILE", help="also ask these hand-written queries; repeatable"
    )
    parser.add_argument("--work", type=Path, default=WORK, help="where adapters and figures are kept")
    parser.add_argument("--out", type=Path, default=Path("continual-results.json"), help="the figures")
    return parser


if __name__ == "__main__":
    sys.exit(main())

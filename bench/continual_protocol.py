"""The protocol of continual learning: which trainings, measured on what, and the paper's table of it.

Nothing here trains or measures; both are handed in. What was done is kept in a file after each
piece, and is not done again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

from practicum.errors import SetupError

Rounds = Sequence[Sequence[str]]
"""The tools of each round."""
REPLAYED, FORGETTING, JOINT = "with replay", "without replay", "joint"
FIRST = "first round"
"""The training that the two chains share: before it there is nothing to replay."""


@dataclass(frozen=True)
class Training:
    """One training of the protocol."""

    name: str
    tools: tuple[str, ...]
    start: str | None
    """Name of the training it goes on from; None: the base."""
    share: float
    """Of each earlier tool's examples, from 0 to 1."""
    batches: int
    """How many rounds' tools it has seen, and is measured on."""


@dataclass(frozen=True)
class Cell:
    """What a training is worth on the tools of one round."""

    correct: int
    of: int

    def __add__(self, other: Cell) -> Cell:
        return Cell(self.correct + other.correct, self.of + other.of)

    @property
    def percent(self) -> float | None:
        """None without queries."""
        return round(100 * self.correct / self.of, 1) if self.of else None


class Train(Protocol):
    """Makes an adapter."""

    def __call__(self, training: Training, *, start: str | None) -> dict[str, Any]:
        """Return what is known of it, with its name as ``adapter``; ``start`` is the adapter's before."""
        ...


class Measure(Protocol):
    """Asks an adapter the queries of some tools."""

    def __call__(self, adapter: str, condition: str, tools: Sequence[str]) -> Cell:
        """Return how many it answered right under a condition."""
        ...


class Ledger:
    """What was trained and measured so far, in a JSON file that is whole at any moment."""

    def __init__(self, file: Path, settings: dict[str, Any]) -> None:
        """Open the file, or begin it.

        Raises:
            SetupError: it holds the figures of other settings.
        """
        self._file = file
        self.settings: dict[str, Any] = json.loads(json.dumps(settings))
        self.trained: dict[str, dict[str, Any]] = {}
        self._cells: dict[str, Cell] = {}
        if file.exists():
            found = json.loads(file.read_text("utf-8"))
            other = [key for key in self.settings if found["settings"].get(key) != self.settings[key]]
            if other:
                raise SetupError(
                    f"{file} holds the figures of another {other[0]}", "name another --work, or remove it"
                )
            self.trained = found["trained"]
            self._cells = {key: Cell(**cell) for key, cell in found["cells"].items()}

    def cell(self, training: str, condition: str, batch: int) -> Cell | None:
        """Return a measured cell; ``batch`` is 1-based."""
        return self._cells.get(_key(training, condition, batch))

    def keep_cell(self, training: str, condition: str, batch: int, cell: Cell) -> None:
        """Keep a cell."""
        self._cells[_key(training, condition, batch)] = cell
        self._write()

    def keep_training(self, name: str, about: dict[str, Any]) -> None:
        """Keep what is known of a training that ended."""
        self.trained[name] = about
        self._write()

    def _write(self) -> None:
        cells = {key: asdict(cell) for key, cell in self._cells.items()}
        told = {"settings": self.settings, "trained": self.trained, "cells": cells}
        self._file.parent.mkdir(parents=True, exist_ok=True)
        aside = self._file.with_name(f"{self._file.name}.tmp")
        aside.write_text(json.dumps(told, indent=2) + "\n", "utf-8")
        aside.replace(self._file)


def plan(rounds: Rounds, share: float) -> list[Training]:
    """Return all trainings, each after the one that it goes on from: two chains, and one of all tools."""
    made = [Training(FIRST, tuple(rounds[0]), None, 0.0, 1)]
    for variant, replayed in ((REPLAYED, share), (FORGETTING, 0.0)):
        for number, tools in enumerate(rounds[1:], 2):
            start = training_of(variant, number - 1)
            made.append(Training(training_of(variant, number), tuple(tools), start, replayed, number))
    every = tuple(tool for tools in rounds for tool in tools)
    return [*made, Training(JOINT, every, None, 0.0, len(rounds))]


def training_of(variant: str, number: int) -> str:
    """Return the name of a chain's training; ``number`` is 1-based."""
    return FIRST if number == 1 else f"{variant}, round {number}"


def run_protocol(
    rounds: Rounds,
    share: float,
    conditions: Sequence[str],
    ledger: Ledger,
    train: Train,
    measure: Measure,
    say: Callable[[str], None],
) -> dict[str, Any]:
    """Train and measure what is not in the ledger yet, and return the figures of all.

    Args:
        rounds: The tools of each round.
        share: Of earlier tools' examples, in the chain with replay.
        conditions: How it is measured; each has a table of its own.
        ledger: What is done.
        train: Makes an adapter.
        measure: Asks an adapter.
        say: Told of each piece in a line.
    """
    trainings = plan(rounds, share)
    for number, training in enumerate(trainings, 1):
        if training.name not in ledger.trained:
            say(f"[{number}/{len(trainings)}] training: {training.name} ({', '.join(training.tools)})")
            before = ledger.trained[training.start]["adapter"] if training.start else None
            ledger.keep_training(training.name, train(training, start=before))
        adapter = ledger.trained[training.name]["adapter"]
        for condition in conditions:
            for batch in range(1, training.batches + 1):
                if ledger.cell(training.name, condition, batch) is None:
                    cell = measure(adapter, condition, rounds[batch - 1])
                    ledger.keep_cell(training.name, condition, batch, cell)
                    say(f"  {condition}, batch {batch}: {cell.correct} of {cell.of} correct")
    return figures(rounds, conditions, ledger)


def figures(rounds: Rounds, conditions: Sequence[str], ledger: Ledger) -> dict[str, Any]:
    """Return the tables and what each chain loses against training on all tools together, JSON-ready."""
    return {
        "settings": ledger.settings,
        "trained": ledger.trained,
        "tables": {condition: _table(len(rounds), condition, ledger) for condition in conditions},
    }


def _table(count: int, condition: str, ledger: Ledger) -> dict[str, Any]:
    chains = {
        variant: [
            _row(training_of(variant, number), condition, number, ledger) for number in range(1, count + 1)
        ]
        for variant in (REPLAYED, FORGETTING)
    }
    joint = _row(JOINT, condition, count, ledger)
    return {
        **{variant: [_told(row) for row in rows] for variant, rows in chains.items()},
        JOINT: [_told(joint)],
        "points_lost_against_joint": {variant: _lost(joint, rows[-1]) for variant, rows in chains.items()},
    }


def _row(training: str, condition: str, batches: int, ledger: Ledger) -> list[Cell]:
    found = [ledger.cell(training, condition, batch) for batch in range(1, batches + 1)]
    return [cell if cell is not None else Cell(0, 0) for cell in found]


def _told(row: Sequence[Cell]) -> dict[str, Any]:
    whole = sum(row, Cell(0, 0))
    cells = [{**asdict(cell), "percent": cell.percent} for cell in row]
    return {"batches": cells, "seen": {**asdict(whole), "percent": whole.percent}}


def _lost(joint: Sequence[Cell], last: Sequence[Cell]) -> dict[str, Any]:
    """Return percentage points that the last round is below the joint training; below 0 it is above."""
    pairs = list(zip(joint, last, strict=True))
    whole = (sum(joint, Cell(0, 0)), sum(last, Cell(0, 0)))
    return {"seen": _points(*whole), "batches": [_points(*pair) for pair in pairs]}


def _points(joint: Cell, other: Cell) -> float | None:
    if not joint.of or not other.of:
        return None
    return round(100 * (joint.correct / joint.of - other.correct / other.of), 1)


def as_text(found: dict[str, Any]) -> str:
    """Return the figures as the paper shows them: rows after each round, columns the rounds' tools."""
    lines: list[str] = []
    for condition, table in found["tables"].items():
        count = len(table[REPLAYED])
        head = "".join(f"{f'batch {batch}':>15}" for batch in range(1, count + 1))
        lines += ["", f"correct %, {condition}", f"{'':30}{head}{'all seen':>15}"]
        for variant in (REPLAYED, FORGETTING, JOINT):
            lines += [
                _line(variant if variant == JOINT else f"{variant}, after round {number}", row, count)
                for number, row in enumerate(table[variant], 1)
            ]
        for variant, lost in table["points_lost_against_joint"].items():
            lines.append(f"{variant}: {lost['seen']} points below joint training")
    return "\n".join(lines)


def _line(name: str, row: dict[str, Any], count: int) -> str:
    cells = [_spelled(cell) for cell in row["batches"]]
    cells += [""] * (count - len(cells))
    return f"{name:30}" + "".join(f"{cell:>15}" for cell in [*cells, _spelled(row["seen"])])


def _spelled(cell: dict[str, Any]) -> str:
    return f"{cell['percent']} ({cell['correct']}/{cell['of']})" if cell["of"] else "-"


def _key(training: str, condition: str, batch: int) -> str:
    return f"{training} | {condition} | batch {batch}"

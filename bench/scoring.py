"""How long scoring takes: 10,000 predictions of the almanac's items, read from a file, on one core.

``python -m bench.scoring`` prints one JSON object. A third of the predictions are right, a third say the same
in other letters of their own, a third are wrong, each with another text or number: hardly two comparisons are
the same, so that the scorer's memory of them is of little help.
"""

from __future__ import annotations

import json
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from bench.machine import machine
from practicum.evaluation import check_items, load_items, load_predictions, score
from practicum.evaluation.held_out import almanac_items
from practicum.records import Item, JsonObject, Prediction, ToolCall
from practicum.tools.sources import load_tools

PREDICTIONS = 10_000
QUICK_PREDICTIONS = 500
MOST_SECONDS = 20.0
"""What it may take of one core."""


def run(quick: bool = False) -> dict[str, Any]:
    """Measure and return the figures: seconds of the core, and on the clock."""
    specs = load_tools(["almanac"]).specs
    items = _items(QUICK_PREDICTIONS if quick else PREDICTIONS)
    with tempfile.TemporaryDirectory() as folder:
        data = _written(Path(folder) / "items.jsonl", items)
        answers = _written(Path(folder) / "predictions.jsonl", list(map(_answer, items, range(len(items)))))
        wall, core = time.perf_counter(), time.process_time()
        asked = load_items(data)
        check_items(asked, specs)
        scores = score(asked, load_predictions(answers, ids={item.id for item in asked}), specs)
        wall, core = time.perf_counter() - wall, time.process_time() - core
    return {
        "predictions": len(items),
        "core_seconds": round(core, 2),
        "wall_seconds": round(wall, 2),
        "most_core_seconds": MOST_SECONDS,
        "strict": scores.strict.correct.k,
        "lenient": scores.lenient.correct.k,
        "unsure": scores.unsure,
        "machine": machine(),
    }


def _items(count: int) -> list[Item]:
    """The almanac's items over and over, each with an id of its own."""
    known = almanac_items()
    chosen = (known[number % len(known)] for number in range(count))
    return [item.model_copy(update={"id": f"{item.id}/{number}"}) for number, item in enumerate(chosen)]


def _answer(item: Item, number: int) -> Prediction:
    rng = random.Random(number)
    changes: tuple[Callable[[Any], Any], ...] = (_same, partial(_spelled, rng), partial(_other, number))
    change = changes[number % 3]
    calls = [
        ToolCall(name=call.name, arguments={name: change(value) for name, value in call.arguments.items()})
        for call in item.expected
    ]
    return Prediction(id=item.id, calls=tuple(calls), raw="" if calls else "I can't.")


def _same(value: Any) -> Any:
    return value


def _spelled(rng: random.Random, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return f" {''.join(rng.choice((letter.upper(), letter.lower())) for letter in value)}."


def _other(number: int, value: Any) -> Any:
    if isinstance(value, str):
        return f"{value} {number}"
    return value + number if isinstance(value, int | float) and not isinstance(value, bool) else value


def _written(file: Path, records: Sequence[Item | Prediction]) -> Path:
    rows: list[JsonObject] = [record.as_dict() for record in records]
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return file


if __name__ == "__main__":
    print(json.dumps(run(), indent=2))

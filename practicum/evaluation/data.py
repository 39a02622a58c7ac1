"""Readers and writers of evaluation data: items with known calls, and predictions."""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any

from practicum.errors import DataError
from practicum.evaluation.lines import as_record, read_objects
from practicum.records import Item, Prediction
from practicum.whole_files import written_whole

ITEM_FIX = (
    'write one object a line, such as {"id": "units-7", "query": "How many pounds are 70 kg?", '
    '"expected": [{"name": "convert_units", "arguments": {"value": 70, "to_unit": "lb"}}], '
    '"accept": {"to_unit": ["pound"]}}; "accept" may be left out, "expected": [] means no call, '
    'with "why_none": "missing_argument" where something must be asked for first'
)
PREDICTION_FIX = (
    'write one object a line, such as {"id": "units-7", '
    '"calls": [{"name": "convert_units", "arguments": {"value": 70}}], "raw": ""}; '
    'a reply that is no call has "calls": [] and its text in "raw"'
)


def load_items(path: Path) -> tuple[Item, ...]:
    """Return the items of a ``.jsonl`` file, in its order.

    Raises:
        DataError: With "FILE:LINE: what is wrong" for the first bad line, an id that
            stands twice, or a file without items.
    """
    lines: dict[str, int] = {}
    items: list[Item] = []
    for number, data in read_objects(path, ITEM_FIX):
        where = f"{path}:{number}"
        item = as_record(Item, data, where, ITEM_FIX)
        _refuse_twice(lines, item.id, path, number)
        for problem in _problems_of(item):
            raise DataError(f"{where}: {problem}", ITEM_FIX)
        items.append(item)
    if not items:
        raise DataError(f"{path}: there is no item in it", ITEM_FIX)
    return tuple(items)


def load_predictions(path: Path, *, ids: Collection[str] | None = None) -> tuple[Prediction, ...]:
    """Return the predictions of a ``.jsonl`` file, in its order.

    Args:
        path: The file.
        ids: Ids of the items that were asked; None takes predictions of any.

    Raises:
        DataError: as for `load_items`, and for a prediction of an item that was not asked.
    """
    lines: dict[str, int] = {}
    predictions: list[Prediction] = []
    for number, data in read_objects(path, PREDICTION_FIX):
        prediction = as_record(Prediction, data, f"{path}:{number}", PREDICTION_FIX)
        if ids is not None and prediction.id not in ids:
            message = f"{path}:{number}: the data has no item with the id {prediction.id[:80]!r}"
            raise DataError(message, "score predictions against the data they were made from")
        _refuse_twice(lines, prediction.id, path, number)
        predictions.append(prediction)
    if not predictions:
        raise DataError(f"{path}: there is no prediction in it", PREDICTION_FIX)
    return tuple(predictions)


def save_predictions(path: Path, predictions: Iterable[Prediction], *, overwrite: bool = False) -> None:
    """Write predictions so that ``path`` holds all of them or is left as it was.

    What JSON has no spelling for (NaN, half a surrogate pair) is written as text: a
    model's odd number must not cost the other predictions.

    Raises:
        DataError: If the file exists and ``overwrite`` is not set, or can't be written.
    """
    lines = [json.dumps(writable(prediction.model_dump()), ensure_ascii=False) for prediction in predictions]
    content = "".join(f"{line}\n" for line in lines).encode("utf-8", "replace")
    try:
        _write_whole(path, content, overwrite=overwrite)
    except FileExistsError as error:
        raise DataError(f"{path}: exists already", "name a new file, or allow overwriting it") from error
    except OSError as error:
        fix = "name a file in a folder that exists and can be written to"
        raise DataError(f"{path}: {error.strerror or error}", fix) from error


def _write_whole(path: Path, content: bytes, *, overwrite: bool) -> None:
    if path.exists() and not overwrite:
        raise FileExistsError
    with written_whole(path, durable=True) as aside:
        aside.write_bytes(content)


def writable(value: Any) -> Any:
    """Return ``value`` with numbers that JSON has no spelling for as text: as null they would be left out."""
    if isinstance(value, dict):
        return {key: writable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [writable(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value


def _refuse_twice(lines: dict[str, int], name: str, path: Path, number: int) -> None:
    if name in lines:
        message = f"{path}:{number}: the id {name[:80]!r} stands on line {lines[name]} already"
        raise DataError(message, "give each line an id of its own")
    lines[name] = number


def _problems_of(item: Item) -> Iterator[str]:
    if not item.id.strip():
        yield "id is empty"
    if not item.query.strip():
        yield "query is empty"
    for place, call in enumerate(item.expected):
        if not call.name.strip():
            yield f"expected[{place}].name is empty"
    if item.accept and not item.expected:
        yield "accept is given, but no call is expected"
    if item.why_none and item.expected:
        yield "why_none is given, but a call is expected"
    for name, values in item.accept.items():
        if not values:
            yield f"accept.{name} is empty"

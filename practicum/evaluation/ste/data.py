"""Prediction files of the STE reference: ``{tool: [item, ...]}``, read and never written.

An item has a ``query``, the ``action`` (its tool) and ``action_input`` (the arguments, as a JSON text) of
the right call, and ``model_output``, the raw reply. ``no_call``, ``err``, ``api_match`` and
``args_correct`` are labels that the reference left there, 0 or 1; ``chatgpt_args_jud`` is what a chat
model said of the arguments where the reference asked one. Other keys are ignored.

Source: microsoft/simulated-trial-and-error, saved_results (the data of Wang et al., 2024).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from practicum.errors import DataError
from practicum.evaluation.ste.file import line_of_item, read_json
from practicum.records import JsonObject, Record

FIX = (
    'write one object, {"TOOL": [ITEM, ...]}, with items such as {"query": "70 kg in lb?", "action": "TOOL", '
    '"action_input": "{\\"value\\": 70}", "model_output": "Action: TOOL\\nAction Input: {\\"value\\": 70}"}'
)
LABELS = ("no_call", "err", "api_match", "args_correct")


class SteLabels(Record):
    """What the reference noted of a prediction; None where it noted nothing."""

    no_call: bool | None = None
    """The reply is a final answer."""
    err: bool | None = None
    """The reply can't be read as a call."""
    api_match: bool | None = None
    args_correct: bool | None = None
    judged: bool = False
    """A chat model was asked about the arguments."""


class SteItem(Record):
    """A query with its right call, and the reply to it."""

    tool: str
    query: str
    arguments: JsonObject
    """The right ones."""
    output: str
    """The reply as the model wrote it."""
    labels: SteLabels = SteLabels()


def load_ste(path: Path) -> tuple[SteItem, ...]:
    """Return the items of a prediction file, in its order.

    Raises:
        DataError: With the file, the line or the item, and what is wrong, for a file that can't be read, is
            cut short or no such object, an item that stands under another tool than its own or lacks a key,
            arguments that are no object, and an ``id`` (items may have one) that stands twice.
    """
    tools = read_json(path, FIX)
    if not isinstance(tools, dict):
        raise DataError(f"{path}: must be an object of tools, not {_shown(tools)}", FIX)
    items = tuple(_items(path, tools))
    if not items:
        raise DataError(f"{path}: there is no item in it", FIX)
    return items


def _items(path: Path, tools: JsonObject) -> Iterator[SteItem]:
    ids: dict[str, str] = {}
    for tool, listed in tools.items():
        if not isinstance(listed, list):
            raise DataError(f"{path}: {_shown(tool)} must have a list of items, not {_shown(listed)}", FIX)
        for number, data in enumerate(listed, 1):
            where = f"item {number} of {_shown(tool)}"
            try:
                item = _item(tool, data)
                _refuse_twice(ids, data.get("id"), where)
            except ValueError as error:
                line = line_of_item(path, tool, number)
                place = f"{path}:{line}" if line else str(path)
                raise DataError(f"{place}: {where}: {error}", FIX) from error
            yield item


def _item(tool: str, data: Any) -> SteItem:
    """Raises ValueError: what is wrong with it."""
    if not isinstance(data, dict):
        raise ValueError(f"must be an object, not {_shown(data)}")
    for key in ("query", "action", "action_input", "model_output"):
        if not isinstance(data.get(key), str):
            raise ValueError(f"{key} must be a text" if key in data else f"{key} is missing")
    if data["action"] != tool:
        raise ValueError(f"its action is {_shown(data['action'])}, which is another tool")
    return SteItem(
        tool=tool,
        query=data["query"],
        arguments=_arguments(data["action_input"]),
        output=data["model_output"],
        labels=_labels(data),
    )


def _arguments(text: str) -> JsonObject:
    try:
        value = json.loads(text, parse_constant=_refuse_constant)
    except RecursionError as error:
        raise ValueError("action_input is nested too deeply") from error
    except ValueError as error:  # not JSON, or a number that is too long to be read
        raise ValueError(f"action_input is not JSON: {str(error)[:120]}") from error
    if not isinstance(value, dict):
        raise ValueError(f"action_input must be an object, not {_shown(value)}")
    return value


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON number")


def _labels(data: JsonObject) -> SteLabels:
    for key in LABELS:
        if data.get(key) not in (0, 1, None):
            raise ValueError(f"{key} must be 0 or 1, not {_shown(data[key])}")
    noted = {key: bool(data[key]) for key in LABELS if data.get(key) is not None}
    return SteLabels(judged="chatgpt_args_jud" in data, **noted)


def _refuse_twice(ids: dict[str, str], name: Any, where: str) -> None:
    if name is None:
        return
    key = json.dumps(name)
    if key in ids:
        raise ValueError(f"the id {_shown(name)} stands in {ids[key]} already: give each its own, or none")
    ids[key] = where


def _shown(value: Any) -> str:
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    text = repr(value) if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= 60 else f"{text[:59]}…"

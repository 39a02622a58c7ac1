"""Result files that BFCL's own ``generate`` writes, scored without a model."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from practicum.errors import DataError
from practicum.evaluation.attempts import Attempted
from practicum.evaluation.lines import read_objects
from practicum.evaluation.scores import ItemResult, ItemStatus, Scores, summarise
from practicum.evaluation.suites.bfcl_calls import UnreadableCallsError, with_names
from practicum.evaluation.suites.bfcl_multi import MultiTurn, as_prediction
from practicum.evaluation.suites.bfcl_replies import read_reply
from practicum.evaluation.suites.bfcl_single import LANGUAGES, SingleTurn
from practicum.evaluation.suites.bfcl_suite import KNOWN_CALLS, MULTI_TURN, RELEVANCE, multi_turn, single_turn
from practicum.records import JsonObject, Prediction, ToolCall

FIX = (
    'write one object a line as `bfcl generate` does: {"id": "simple_python_0", "result": '
    '[{"calculate_area": "{\\"base\\": 10}"}]}; a multi-turn result lists turns, and those list steps'
)


def score_results(file: Path) -> dict[str, Scores]:
    """Return the figures by category of all that the file has lines of, each against its whole category.

    Items of such a category without a line count as wrong (`Scores.missing`).

    Raises:
        DataError: a line is broken, names no item, or names one twice; calls of the Java and JavaScript
            categories are written as text.
        SetupError: the package is not installed.
    """
    lines = _read(file)
    categories = [name for name in (*KNOWN_CALLS, *RELEVANCE, *MULTI_TURN) if name in lines]
    return {name: _score(name, lines[name], file) for name in categories}


def _read(file: Path) -> dict[str, dict[str, Any]]:
    """Return the results by category and id."""
    found: dict[str, dict[str, Any]] = {}
    known = (*KNOWN_CALLS, *RELEVANCE, *MULTI_TURN)
    for number, data in read_objects(file, FIX):
        where, name = f"{file}:{number}", data.get("id")
        if not isinstance(name, str) or "result" not in data:
            raise DataError(f"{where}: id or result is missing", FIX)
        category = name.rsplit("_", 1)[0]
        if category not in known:
            raise DataError(f"{where}: {name!r} is of no category that is scored here", f"use {known}")
        if name in found.setdefault(category, {}):
            raise DataError(f"{where}: there are two results for {name!r}", "give one result an item")
        found[category][name] = data["result"]
    if not found:
        raise DataError(f"{file}: there is no result in it", FIX)
    return found


def _score(category: str, results: dict[str, Any], file: Path) -> Scores:
    _refuse_other_languages(category, results, file)
    tasks: Sequence[SingleTurn | MultiTurn] = (
        multi_turn(category) if category in MULTI_TURN else single_turn(category)
    )
    strangers = sorted(set(results) - {task.item.id for task in tasks})
    if strangers:
        raise DataError(f"{file}: bfcl has no item {strangers[0]!r}", "score results of this version's items")
    return summarise([_judged(task, results) for task in tasks])


def _refuse_other_languages(category: str, results: dict[str, Any], file: Path) -> None:
    """Refuse calls in the notation of Java or JavaScript, rather than count all of them as wrong.

    Where some results are native calls, text is talk.
    """
    texts = [result for result in results.values() if isinstance(result, str)]
    if category not in LANGUAGES or len(texts) < len(results) or not any("(" in text for text in texts):
        return
    language = LANGUAGES[category]
    raise DataError(
        f"{file}: the results of {category} are text, and calls in {language}'s notation are not read here",
        f"score this category with `bfcl evaluate`, which has a parser of {language};"
        " or give results of a model with native calls, each a list of objects",
    )


def _judged(task: SingleTurn | MultiTurn, results: dict[str, Any]) -> ItemResult:
    name = task.item.id
    if name not in results:
        why = "there is no result"
        tools = task.expected_tools
        return ItemResult(id=name, tools=tools, empty_arguments=False, status=ItemStatus.MISSING, why=why)
    if isinstance(task, MultiTurn):
        turns = [list(_steps(turn, task)) for turn in _as_list(results[name])]
        return task.judge(Attempted(prediction=as_prediction(name, turns)))
    # A model that writes text uses the functions' own names; the task compares those that ours are told.
    calls = tuple(
        ToolCall(name=task.names.get(call.name, call.name), arguments=call.arguments)
        for call in _readable(results[name])
    )
    return task.judge(Attempted(prediction=Prediction(id=name, calls=calls, raw=str(results[name]))))


def _steps(turn: Any, task: MultiTurn) -> Iterable[list[ToolCall]]:
    """Yield the calls of each step of a turn; what can't be read as calls is talk, as in the benchmark."""
    for step in _as_list(turn):
        calls = [with_names(call, task.entry["involved_classes"]) for call in _readable(step)]
        if calls:
            yield calls


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _readable(reply: Any) -> tuple[ToolCall, ...]:
    """Return the calls of one reply: native ones (a list of objects), or Python's notation; else none."""
    try:
        return read_reply(reply) if isinstance(reply, str) else tuple(map(_native, _as_list(reply)))
    except UnreadableCallsError:
        return ()


def _native(call: Any) -> ToolCall:
    if not isinstance(call, dict) or len(call) != 1:
        raise UnreadableCallsError("a call is an object with one key, the function's name")
    name, given = next(iter(call.items()))
    try:
        arguments: JsonObject = json.loads(given) if isinstance(given, str) else given
    except (ValueError, RecursionError) as error:  # a number too long to be read, brackets without end
        raise UnreadableCallsError(f"the arguments are not JSON: {error}") from error
    if not isinstance(arguments, dict):
        raise UnreadableCallsError("the arguments are no object")
    return ToolCall(name=name, arguments=arguments)

"""General instructions of the user's own: requests that no tool is for, mixed into a training.

The STE paper mixes 2,000 of them into every round of continual learning, so that a model that learns
tools goes on following instructions. Each becomes an example without a call.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from practicum.errors import DataError
from practicum.memory_store.embedding import Embedder
from practicum.models.replies import parse_call
from practicum.records import JsonObject, ToolCall, digest, query_key
from practicum.training.curate import near_held_out
from practicum.training.examples import Example

FIX = (
    'write one object a line, such as {"query": "Name three fruits.", "answer": "Apple, pear, plum."}, or '
    '{"messages": [{"role": "user", "content": "..."}, {"role": "assistant", "content": "..."}]}'
)
NEAR_HELD_OUT = "general instructions near a held-out query"
ASKED_WITH_A_TOOL = "general instructions that ask what a tool is called for"
_ASKED = ("query", "prompt")


def read_general(file: Path) -> tuple[Example, ...]:
    """Return the instructions of a JSON Lines file as examples without a call, each once.

    A line is ``{"query": ..., "answer": ...}`` (``prompt`` will do for ``query``), or ``{"messages": [...]}``
    of a chat: its first exchange is taken, since what follows can't be understood alone, and a system
    message before it is left out, since the model gets its own in service. Other keys are ignored.

    Raises:
        DataError: with "FILE:LINE: what is wrong" for the first bad line; the file can't be read; it holds
            no instruction.
    """
    try:
        lines = file.read_text(encoding="utf-8-sig").split("\n")
    except OSError as error:
        raise DataError(f"{file}: {error.strerror or error}", "name a file that can be read") from error
    except UnicodeDecodeError as error:
        raise DataError(f"{file}: not UTF-8 at byte {error.start + 1}", "save it as UTF-8") from error
    made = [_example(line, f"{file}:{number}") for number, line in enumerate(lines, 1) if line.strip()]
    if not made:
        raise DataError(f"{file}: there is no instruction in it", FIX)
    return tuple({each.id: each for each in made}.values())


def choose_general(
    examples: Sequence[Example],
    most: int,
    *,
    said: Collection[str],
    measuring: Sequence[str],
    embedder: Embedder,
    seed: int,
) -> tuple[list[Example], Counter[str]]:
    """Return at most ``most`` of the instructions, drawn at random, and how many were dropped, by the reason.

    None of them measures anything.

    Args:
        examples: As `read_general` returns them.
        most: How many at most; less come where some are near to what measures.
        said: Queries that are trained on with a call: the same one is not to be answered in words.
        measuring: Queries that measure, or decide; nothing near them is learned.
        embedder: For nearness.
        seed: Decides which.
    """
    called = {query_key(query) for query in said}
    able = sorted((each for each in examples if query_key(each.query) not in called), key=lambda one: one.id)
    chosen = random.Random(f"general/{seed}").sample(able, min(most, len(able)))
    near = near_held_out([each.query for each in chosen], measuring, embedder)
    dropped = Counter({ASKED_WITH_A_TOOL: len(examples) - len(able), NEAR_HELD_OUT: len(near)})
    return [each for index, each in enumerate(chosen) if index not in near], +dropped


def _example(line: str, where: str) -> Example:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        reason = f"{error.msg} at column {error.colno}" if isinstance(error, json.JSONDecodeError) else error
        raise DataError(f"{where}: not JSON: {reason}", FIX) from error
    if not isinstance(found, dict):
        raise DataError(f"{where}: must be an object, not {json.dumps(found)[:40]}", FIX)
    query, answer = _exchange(found, where)
    if isinstance(parse_call(answer, lenient=True), ToolCall):
        raise DataError(f"{where}: the answer is a tool call", "remove the line: these call no tool")
    return Example(
        id=f"general-{digest(query, answer, length=12)}",
        tool=None,
        query=query,
        call=None,
        answer=answer,
        origin="general",
    )


def _exchange(found: JsonObject, where: str) -> tuple[str, str]:
    """Return what was asked and what was answered."""
    if "messages" in found:
        turns = found["messages"]
        if not isinstance(turns, list) or not all(isinstance(turn, dict) for turn in turns):
            raise DataError(f"{where}: messages must be a list of objects", FIX)
        if turns and turns[0].get("role") == "system":
            turns = turns[1:]
        if [turn.get("role") for turn in turns[:2]] != ["user", "assistant"]:
            raise DataError(f"{where}: messages must begin with user and assistant", FIX)
        asked, answered = turns[:2]
        return _text(asked, "content", f"{where}: messages: user"), _text(
            answered, "content", f"{where}: messages: assistant"
        )
    key = next((name for name in _ASKED if name in found), None)
    if key is None:
        raise DataError(f"{where}: there is neither query nor prompt nor messages", FIX)
    return _text(found, key, where), _text(found, "answer", where)


def _text(found: JsonObject, key: str, where: str) -> str:
    value: Any = found.get(key)
    if not isinstance(value, str) or not value.strip():
        what = "is missing" if key not in found else "must be a text that is not empty"
        raise DataError(f"{where}: {key} {what}", FIX)
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise DataError(
            f"{where}: {key} holds half of a surrogate pair, which is no character", FIX
        ) from error
    return value.strip()

"""The categories of BFCL as suites: ``bfcl:simple_python``, ``bfcl:multi_turn_base`` ..."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from practicum.errors import SetupError
from practicum.evaluation.suites.bfcl_calls import known_turns
from practicum.evaluation.suites.bfcl_forced import forced_turns
from practicum.evaluation.suites.bfcl_multi import MultiTurn
from practicum.evaluation.suites.bfcl_single import SingleTurn
from practicum.evaluation.suites.port import Suite, Task
from practicum.tools.suites.bfcl_package import read_data

KNOWN_CALLS = (
    "simple_python",
    "simple_java",
    "simple_javascript",
    "multiple",
    "parallel",
    "parallel_multiple",
    "live_simple",
    "live_multiple",
    "live_parallel",
    "live_parallel_multiple",
)
RELEVANCE = ("irrelevance", "live_irrelevance", "live_relevance")
MULTI_TURN = ("multi_turn_base", "multi_turn_miss_func", "multi_turn_miss_param", "multi_turn_long_context")
FORCED = "_teacher_forced_single_calls"
"""Ends the name of the figure that is derived from a multi-turn category."""
CATEGORIES = (*KNOWN_CALLS, *RELEVANCE, *MULTI_TURN, *(f"{name}{FORCED}" for name in MULTI_TURN))


def bfcl_suite(category: str) -> Suite:
    """Return a category as a suite.

    Raises:
        SetupError: there is no such category, or the package is not installed.
    """
    name = f"bfcl:{category}"
    if category in (*KNOWN_CALLS, *RELEVANCE):
        tasks = single_turn(category)
        return Suite(name, tuple(tasks), f"BFCL's AST checker{_refused(tasks)}")
    if category in MULTI_TURN:
        return Suite(name, tuple(multi_turn(category)), "BFCL's checker of states and results")
    if category in CATEGORIES:
        turns = [turn for whole in multi_turn(category.removesuffix(FORCED)) for turn in forced_turns(whole)]
        said = "equality with the one known call, given a right past; derived here, no figure of BFCL"
        return Suite(name, tuple[Task, ...](turns), said)
    known = ", ".join(CATEGORIES)
    raise SetupError(f"bfcl has no category {category!r} here", f"use bfcl:NAME with one of: {known}")


def _refused(tasks: Sequence[SingleTurn]) -> str:
    """Say how many items no answer gets right; nothing where there is none.

    Their listed values contradict the functions' documentation, or how the checker reads source text.
    """
    known = [task for task in tasks if task.possible]
    refused = sum(not task.check(task.item.expected).valid for task in known)
    return f", which refuses the right answers of {refused} of the {len(known)} items" if refused else ""


def single_turn(category: str) -> list[SingleTurn]:
    """Return the items of a single-turn category, in the benchmark's order."""
    entries = read_data(f"BFCL_v4_{category}.json")
    if category in RELEVANCE:
        return [SingleTurn(category, entry, ()) for entry in entries]
    answers = _answers(category)
    return [SingleTurn(category, entry, tuple(answers[entry["id"]])) for entry in entries]


def multi_turn(category: str) -> list[MultiTurn]:
    """Return the items of a multi-turn category, in the benchmark's order."""
    answers = _answers(category)
    return [
        MultiTurn(entry, known_turns(answers[entry["id"]], entry["involved_classes"]))
        for entry in read_data(f"BFCL_v4_{category}.json")
    ]


def _answers(category: str) -> dict[str, list[Any]]:
    found = read_data(f"possible_answer/BFCL_v4_{category}.json")
    return {answer["id"]: answer["ground_truth"] for answer in found}

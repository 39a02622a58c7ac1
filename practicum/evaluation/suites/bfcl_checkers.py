"""BFCL's own checkers, loaded without the rest of it: they compare values, and nothing is evaluated."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Sequence
from functools import lru_cache
from types import FunctionType, ModuleType, SimpleNamespace
from typing import Any

from practicum.errors import SetupError
from practicum.records import JsonObject, Record, ToolCall
from practicum.tools.suites.bfcl_package import INSTALL_FIX, package_folder
from practicum.tools.suites.bfcl_world import World

MODEL = "practicum"
CallsByTurn = Sequence[Sequence[Sequence[ToolCall]]]
"""Calls by turn and step: each step is what one reply of the model asked for."""


class CheckerResult(Record):
    """What a checker found."""

    valid: bool
    error: str = ""
    """What is wrong, in its words; empty when valid."""
    kind: str = ""
    """Its name for the kind of error, such as ``value_error:string``."""


def check_single(
    functions: Sequence[JsonObject], calls: Sequence[ToolCall], possible: Sequence[JsonObject], category: str
) -> CheckerResult:
    """Check the calls of a single-turn item, which carry the functions' own names, by its AST checker.

    Args:
        functions: Their documentation, as the benchmark has it.
        calls: What the model asked for.
        possible: The values that each argument may have.
        category: Decides whether the order counts, and how values are read (Java, JavaScript, Python).
    """
    checker = _ast_checker()
    output = [{call.name: call.arguments} for call in calls]
    language = "JAVA" if "java" in category.replace("javascript", "") else "PYTHON"
    language = "JAVASCRIPT" if "javascript" in category else language
    given = (list(functions), output, list(possible), checker.Language[language], category, MODEL)
    return _verdict(lambda: checker.ast_checker(*given))


def check_multi(entry: JsonObject, turns: CallsByTurn, known: Sequence[Sequence[ToolCall]]) -> CheckerResult:
    """Check the calls of a multi-turn item by the states and the results that they lead to.

    Args:
        entry: The item: ``id``, ``involved_classes`` and ``initial_config``.
        turns: What the model asked for; as many turns as the item has.
        known: The calls of a right answer, by turn.
    """
    if len(turns) != len(known):
        return CheckerResult(
            valid=False, error="the conversation was not finished", kind="multi_turn:force_terminated"
        )
    category = str(entry["id"]).rsplit("_", 1)[0]
    # Empty steps are what the benchmark leaves out, too.
    decoded = [[list(step) for step in turn if step] for turn in turns]
    checker = _multi_turn_checker(_Worlds(entry).execute)
    return _verdict(lambda: checker(decoded, [list(turn) for turn in known], entry, category, MODEL))


class _Worlds:
    """Stands in for the benchmark's executor, within one check: a world for the model, one for the truth."""

    def __init__(self, entry: JsonObject) -> None:
        self._entry = entry
        self._worlds: dict[str, World] = {}

    def execute(self, func_call_list: Sequence[ToolCall], *, model_name: str, **_: Any) -> Any:
        """Return the results of the calls, and the instances by class."""
        if model_name not in self._worlds:
            self._worlds[model_name] = new_world(self._entry)
        world = self._worlds[model_name]
        return [world.text(call.name, call.arguments) for call in func_call_list], world.instances


def new_world(entry: JsonObject) -> World:
    """Return the world in which a multi-turn item starts."""
    long_context = "long_context" in str(entry["id"])
    return World(entry["involved_classes"], entry["initial_config"], long_context=long_context)


def _verdict(check: Callable[[], JsonObject]) -> CheckerResult:
    try:
        found = check()
    except Exception as error:  # noqa: BLE001 - their code, on whatever a model wrote: it fails on odd values
        said = f"the checker could not compare it: {type(error).__name__}: {error}"
        return CheckerResult(valid=False, error=said[:500], kind="checker:raised")
    if found["valid"]:
        return CheckerResult(valid=True)
    wrong = found.get("error") or found.get("error_message") or ""
    told = "; ".join(map(str, wrong)) if isinstance(wrong, list) else str(wrong)
    return CheckerResult(valid=False, error=told[:500], kind=str(found.get("error_type", "")))


class _AnyModel(dict[str, Any]):
    """In the place of its table of models: no model of ours has dots of function names replaced."""

    def __missing__(self, key: str) -> Any:
        return SimpleNamespace(underscore_to_dot=False)


@lru_cache
def _ast_checker() -> ModuleType:
    """Load a copy of the checker's module of our own, for which there are no model handlers."""
    package_folder()
    stub = ModuleType("bfcl_eval.constants.model_config")
    stub.MODEL_CONFIG_MAPPING = _AnyModel()  # type: ignore[attr-defined]  # a module takes attributes
    before = sys.modules.get(stub.__name__)
    sys.modules[stub.__name__] = stub
    try:
        return _import_copy("bfcl_eval.eval_checker.ast_eval.ast_checker")
    finally:
        if before is None:
            del sys.modules[stub.__name__]
        else:
            sys.modules[stub.__name__] = before


def _import_copy(name: str) -> ModuleType:
    spec = importlib.util.find_spec(name)
    if spec is None or spec.loader is None:
        raise SetupError(f"this version of bfcl_eval has no {name}", INSTALL_FIX)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _multi_turn_checker(execute: Callable[..., Any]) -> Callable[..., JsonObject]:
    """Return its checker with another executor: the same code, over names of which one is replaced."""
    from importlib import import_module

    theirs = import_module("bfcl_eval.eval_checker.multi_turn_eval.multi_turn_checker").multi_turn_checker
    names = {**theirs.__globals__, "execute_multi_turn_func_call": execute}
    return FunctionType(theirs.__code__, names, theirs.__name__, theirs.__defaults__, theirs.__closure__)

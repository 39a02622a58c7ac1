"""The simulated world of BFCL's multi-turn items: instances of its classes, and calls of their methods.

The benchmark evaluates calls as Python source; here a method is looked up by its name, among those that
are documented, and is given decoded arguments.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping, Sequence
from typing import Any

from practicum.records import JsonObject
from practicum.tools.suites.bfcl_package import function_documents, load_class

MOST_DIGITS = 10_000
"""Of a power, or of a precision: beyond it, arithmetic would block everything else for minutes."""

NOT_FOUND = "Stock not found"
"""What ``get_symbol_by_name`` returns in the place of a symbol."""


class World:
    """One instance of each class that an item involves, with a state that is its own."""

    def __init__(
        self, classes: Sequence[str], config: Mapping[str, Any] | None = None, *, long_context: bool = False
    ) -> None:
        """Make the instances, and load each class's part of ``config`` (class name to starting state)."""
        self.instances = {name: _instance(name, config or {}, long_context) for name in classes}
        self._owners = {
            document["name"]: instance
            for name, instance in self.instances.items()
            for document in function_documents(name)
        }

    def call(self, name: str, arguments: JsonObject) -> Any:
        """Run a documented method and return its result, which may describe an error; may raise anything."""
        if name not in self._owners:
            raise ValueError(f"there is no function {name!r}")
        _refuse_endless(name, arguments)
        return getattr(self._owners[name], name)(**copy.deepcopy(arguments))

    def text(self, name: str, arguments: JsonObject) -> str:
        """Run a documented method and return its result as the benchmark shows it, errors included."""
        try:
            return as_shown(self.call(name, arguments))
        except Exception as error:  # noqa: BLE001 - whatever a method raises is what the model is shown
            return f"Error during execution: {error}"

    @property
    def state(self) -> dict[str, dict[str, Any]]:
        """The public attributes of each instance, copied."""
        return {
            name: copy.deepcopy({key: value for key, value in vars(each).items() if not key.startswith("_")})
            for name, each in self.instances.items()
        }


def _instance(name: str, config: Mapping[str, Any], long_context: bool) -> Any:
    made = load_class(name)()
    if hasattr(made, "_load_scenario"):
        made._load_scenario(copy.deepcopy(config.get(name, {})), long_context=long_context)
    # Long contexts are merged in from tables of the module, which no instance may change for the others.
    return copy.deepcopy(made)


def as_shown(result: Any) -> str:
    """Return a result as the benchmark shows it: texts as they are, dicts as JSON, the rest as Python."""
    if isinstance(result, str):
        return result
    if isinstance(result, dict):
        try:
            return json.dumps(result)
        except (TypeError, ValueError):
            return str(result)
    return str(result)


def error_in(result: Any) -> str | None:
    """Return the error that a result describes instead of raising it, None without one."""
    first = result[0] if isinstance(result, list) and len(result) == 1 else result
    if isinstance(first, str) and first.startswith("Error:"):
        return first.removeprefix("Error:").strip()
    if isinstance(first, dict) and "error" in first:
        return str(first["error"])
    if isinstance(first, dict) and NOT_FOUND in first.values():
        return NOT_FOUND
    return None


def refusal_in(result: Any) -> str | None:
    """Return what the result of a function that changes something says of not having done so, None if it has.

    Some say so by a flag alone, as ``{"login_status": False, "message": "User ID 'U9' not found."}``. Of a
    function that only reads, such a False is the answer.
    """
    if not isinstance(result, dict):
        return None
    flag = next((key for key, value in result.items() if value is False and _is_status(key)), None)
    if flag is None:
        return None
    return f"{flag} is False: {result['message']}" if "message" in result else f"{flag} is False"


def _is_status(key: str) -> bool:
    return key == "success" or key.endswith("status")


def _refuse_endless(name: str, arguments: JsonObject) -> None:
    """Raise ValueError for arithmetic whose result would have more than `MOST_DIGITS` digits."""
    if isinstance(arguments.get("precision"), int) and arguments["precision"] > MOST_DIGITS:
        raise ValueError("the precision is too large")
    base, exponent = arguments.get("base"), arguments.get("exponent")
    if name != "power" or not isinstance(base, int) or not isinstance(exponent, int):
        return
    if abs(exponent) * base.bit_length() > MOST_DIGITS * 3:  # a digit takes more than three bits
        raise ValueError("the result is too large")

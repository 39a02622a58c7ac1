"""The package bfcl_eval: found, never run as its authors do.

Only its data and its simulated classes are used. Its utilities make folders beside the package when
they are imported, and its model handlers need the clients of a dozen providers.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from practicum.errors import SetupError
from practicum.records import JsonObject

SOURCE = "bfcl_eval.eval_checker.multi_turn_eval.func_source_code"
CLASSES = {
    "GorillaFileSystem": "gorilla_file_system",
    "MathAPI": "math_api",
    "MessageAPI": "message_api",
    "TwitterAPI": "posting_api",
    "TicketAPI": "ticket_api",
    "TradingBot": "trading_bot",
    "TravelAPI": "travel_booking",
    "VehicleControlAPI": "vehicle_control",
}
"""The eight classes of its multi-turn categories, each with the name of its module and its documentation."""
INSTALL_FIX = "run `make suites`, or `pip install --no-deps bfcl-eval mpmath`"


def package_folder() -> Path:
    """Return the folder of the installed package.

    Raises:
        SetupError: it is not installed.
    """
    spec = importlib.util.find_spec("bfcl_eval")
    if spec is None or not spec.submodule_search_locations:
        raise SetupError("the package bfcl_eval is not installed", INSTALL_FIX)
    return Path(next(iter(spec.submodule_search_locations)))


def read_data(name: str) -> list[JsonObject]:
    """Return the objects of a data file, one a line.

    Raises:
        SetupError: the package is not installed, or this version of it has no such file.
    """
    file = package_folder() / "data" / name
    if not file.is_file():
        raise SetupError(f"this version of bfcl_eval has no {name}", INSTALL_FIX)
    return [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]


@lru_cache
def function_documents(class_name: str) -> tuple[JsonObject, ...]:
    """Return what the benchmark tells a model of the class's functions, in its own dialect."""
    return tuple(read_data(f"multi_turn_func_doc/{require_class(class_name)}.json"))


def require_class(class_name: str) -> str:
    """Return the name of the class's module.

    Raises:
        SetupError: there is no such class.
    """
    if class_name not in CLASSES:
        raise SetupError(f"bfcl has no class {class_name!r}", f"use one of: {', '.join(CLASSES)}")
    return CLASSES[class_name]


def load_class(class_name: str) -> type[Any]:
    """Import one of the simulated classes.

    Raises:
        SetupError: the package, or a library that the class needs, is not installed.
    """
    package_folder()
    module = require_class(class_name)
    try:
        loaded: type[Any] = getattr(importlib.import_module(f"{SOURCE}.{module}"), class_name)
    except ModuleNotFoundError as error:
        raise SetupError(f"bfcl's {class_name} needs the package {error.name}", INSTALL_FIX) from error
    return loaded

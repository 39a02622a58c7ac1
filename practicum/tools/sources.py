"""Tool sources: what `--tools` may name, and how each is opened."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from langchain_core.tools import BaseTool

from practicum.errors import SetupError
from practicum.tools.catalog import Catalog, Notice, Refusal, Tool
from practicum.tools.langchain_tools import Toolish, make_catalog

SOURCES_FIX = (
    "use almanac, almanac:GROUP, bfcl:CLASS, agentdojo:SUITE, openapi:FILE-OR-URL, toolbench:DIR,"
    " path/to/file.py[:ATTRIBUTE] or package.module[:ATTRIBUTE]"
)
NOT_YET = ("mcp",)


def load_tools(sources: Sequence[str]) -> Catalog:
    """Open every source and return their tools as one catalog.

    Raises:
        SetupError: a source is unknown, does not import, or has no such attribute.
    """
    things: list[Toolish | Tool | Refusal | Notice] = []
    for source in sources:
        things.extend(_open(source))
    return make_catalog(things)


def _open(source: str) -> Sequence[Toolish | Tool | Refusal | Notice]:
    kind, _, rest = source.partition(":")
    if kind == "almanac":
        from practicum.tools import almanac

        return almanac.functions(rest or None)
    if kind == "bfcl":
        from practicum.tools.suites.bfcl_tools import class_tools

        return class_tools(rest or None)
    if kind == "agentdojo":
        from practicum.tools.suites.agentdojo import agentdojo_tools

        return agentdojo_tools(rest)
    if kind in {"openapi", "toolbench"}:
        return _documented(kind, rest)
    if kind in NOT_YET:
        raise SetupError(f"this version has no tool source {kind!r}", SOURCES_FIX)
    path, _, attribute = source.rpartition(":") if ".py:" in source else (source, "", "")
    if path.endswith(".py"):
        return _from_module(_import_file(Path(path)), attribute)
    module, _, attribute = source.partition(":")
    return _from_module(_import_module(module), attribute)


def _documented(kind: str, place: str) -> Sequence[Tool | Refusal | Notice]:
    if kind == "openapi":
        from practicum.tools.openapi import open_openapi

        opened = open_openapi(place)
    else:
        from practicum.tools.toolbench import open_toolbench

        opened = open_toolbench(place)
    return (*opened.tools, *opened.refused, *opened.notices)


def _import_file(path: Path) -> ModuleType:
    if not path.is_file():
        raise SetupError(
            f"there is no tool file {str(path)!r}", "check the path; it is relative to this directory"
        )
    name = f"practicum_tools_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise SetupError(f"{str(path)!r} is not a Python file", SOURCES_FIX)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # so that annotations kept as strings can be resolved
    folder = str(path.parent.resolve())
    if folder not in sys.path:
        sys.path.append(folder)  # the file may import its neighbours, now or while a tool runs
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        del sys.modules[name]
        raise _import_error(str(path), error) from error
    return module


def _import_module(name: str) -> ModuleType:
    here = str(Path.cwd())
    sys.path.insert(0, here)  # as `python -m` does
    try:
        return importlib.import_module(name)
    except (Exception, SystemExit) as error:
        if isinstance(error, ModuleNotFoundError) and name.partition(".")[0] == error.name:
            raise SetupError(f"there is no tool source {name!r}", SOURCES_FIX) from error
        raise _import_error(name, error) from error
    finally:
        sys.path.remove(here)


def _import_error(source: str, error: BaseException) -> SetupError:
    what = (str(error).splitlines() or [""])[0]
    return SetupError(
        f"{source!r} does not import: {type(error).__name__}: {what}",
        f"run `python {source}` to see where it fails"
        if source.endswith(".py")
        else f"try `python -c 'import {source}'`",
    )


def _from_module(module: ModuleType, attribute: str) -> Sequence[Toolish]:
    if attribute:
        if not hasattr(module, attribute):
            raise SetupError(
                f"{module.__name__} has no attribute {attribute!r}",
                "name a tool, a function or a list of them",
            )
        return _as_list(getattr(module, attribute))
    for name in ("tools", "TOOLS"):
        if isinstance(getattr(module, name, None), list | tuple):
            return _as_list(getattr(module, name))
    return [thing for name, thing in vars(module).items() if _is_own_tool(module, name, thing)]


def _as_list(value: Any) -> Sequence[Toolish]:
    things = list(value) if isinstance(value, list | tuple) else [value]
    for thing in things:
        if not (isinstance(thing, BaseTool) or callable(thing)):
            raise SetupError(
                f"{thing!r:.80} is neither a tool nor a function", "list tools and functions only"
            )
    return things


def _is_own_tool(module: ModuleType, name: str, thing: Any) -> bool:
    if name.startswith("_"):
        return False
    own_function = callable(thing) and not isinstance(thing, type) and hasattr(thing, "__code__")
    return isinstance(thing, BaseTool) or (own_function and thing.__module__ == module.__name__)

"""The user's own modules: imported by file or by name, with errors that say what to do."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

from practicum.errors import SetupError, first_line
from practicum.records import digest

SOURCES_FIX = (
    "use almanac, almanac:GROUP, mcp:FILE[#server], openapi:FILE-OR-URL, toolbench:DIR, bfcl:CLASS,"
    " agentdojo:SUITE, path/to/file.py[:ATTRIBUTE] or package.module[:ATTRIBUTE]"
)


def import_file(path: Path) -> ModuleType:
    """Run a Python file as a module and return it; what it imports may lie beside it.

    Raises:
        SetupError: it is not there, or fails.
    """
    if not path.is_file():
        raise SetupError(
            f"there is no tool file {str(path)!r}", "check the path; it is relative to this directory"
        )
    name = f"practicum_tools_{path.stem}_{digest(str(path.resolve()), length=8)}"  # files may share a name
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


def import_module(name: str) -> ModuleType:
    """Return the module of this name, which may lie in the working directory.

    Raises:
        SetupError: there is none, or it fails.
    """
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
    what = first_line(error)
    return SetupError(
        f"{source!r} does not import: {type(error).__name__}: {what}",
        f"run `python {source}` to see where it fails"
        if source.endswith(".py")
        else f"try `python -c 'import {source}'`",
    )


def loaded_from(path: Path) -> ModuleType | None:
    """Return the module that was loaded from this file last; None if none was."""
    wanted = str(path.resolve())
    for module in reversed(list(sys.modules.values())):
        file = getattr(module, "__file__", None)
        if isinstance(file, str) and str(Path(file).resolve()) == wanted:
            return module
    return None

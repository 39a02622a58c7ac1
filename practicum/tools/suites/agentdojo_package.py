"""The package agentdojo, imported without the SDKs of the model providers that its own agents use.

Source: Debenedetti et al., AgentDojo: a dynamic environment to evaluate prompt injection attacks and
defenses for LLM agents (arXiv 2406.13352); package agentdojo, MIT licence.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from practicum.errors import SetupError

VERSION = "v1.2.2"
"""Version of the suites; figures of different versions are not comparable."""
SUITES = ("banking", "slack", "travel", "workspace")
INSTALL = (
    "run `make suites`, or"
    " pip install --no-deps agentdojo deepdiff orderly-set docstring-parser email-validator"
)

_AGENTS = "agentdojo.agent_pipeline"
_GOOGLE = f"{_AGENTS}.llms.google_llm"


def open_suite(name: str) -> Any:
    """Return a suite of the package (its ``TaskSuite``): tools, environment, user and injection tasks.

    Raises:
        SetupError: there is no such suite, or the package or a library that it needs is missing.
    """
    if name not in SUITES:
        known = ", ".join(f"agentdojo:{suite}" for suite in SUITES)
        raise SetupError(f"AgentDojo has no suite {name!r}", f"use one of: {known}")
    return part("task_suite").get_suite(VERSION, name)


def part(name: str) -> Any:
    """Return a module of the package, such as ``task_suite`` or ``attacks.attack_registry``.

    Raises:
        SetupError: the package or a library that it needs is missing.
    """
    if importlib.util.find_spec("agentdojo") is None:
        raise SetupError("AgentDojo is not installed", INSTALL)
    try:
        with _without_agents():
            return importlib.import_module(f"agentdojo.{name}")
    except ImportError as error:
        # Not our own mistake: a release that has moved, or `--no-deps` without the libraries it needs.
        raise SetupError(f"AgentDojo does not import: {error}", INSTALL) from error


@contextmanager
def _without_agents() -> Iterator[None]:
    """Let parts of ``agentdojo.agent_pipeline`` be imported without its ``__init__``, which wants every SDK.

    What stands in for it is gone afterwards, so that whoever has the SDKs can still import the real one.
    """
    stubs = {} if _AGENTS in sys.modules else {_AGENTS: _bare_package(), _GOOGLE: _no_google()}
    sys.modules.update(stubs)
    try:
        yield
    finally:
        for name in stubs:
            sys.modules.pop(name, None)


def _bare_package() -> ModuleType:
    found = importlib.util.find_spec("agentdojo")
    bare = ModuleType(_AGENTS)
    bare.__path__ = [
        f"{folder}/agent_pipeline" for folder in (found and found.submodule_search_locations) or ()
    ]
    return bare


def _no_google() -> ModuleType:
    """What the tools' formatter takes from the module for Google's models: one constant."""
    stub = ModuleType(_GOOGLE)
    stub.EMPTY_FUNCTION_NAME = "<empty-function-name>"  # type: ignore[attr-defined]  # made here
    return stub

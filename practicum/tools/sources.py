"""Tool sources: what `--tools` may name, and how each is opened."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

from langchain_core.tools import BaseTool

from practicum.errors import SetupError
from practicum.hostile import register_secrets
from practicum.tools.applying import with_policy
from practicum.tools.catalog import Catalog, Notice, Offered, Refusal, Tool
from practicum.tools.importing import import_file, import_module
from practicum.tools.langchain_tools import Toolish, make_catalog
from practicum.tools.policy_file import PolicyFile

Thing = Toolish | Tool | Refusal | Notice
"""What a source holds."""


def load_tools(sources: Sequence[str], policy: PolicyFile | None = None) -> Catalog:
    """Open every source and return their tools as one catalog.

    Args:
        sources: As ``--tools`` names them.
        policy: What the user says of the tools; None where nothing is to be reset or copied, as in service.

    Raises:
        SetupError: a source is unknown, does not import, or has no such attribute; or the policy names
            what is not there.
    """
    things: list[Thing] = []
    for source in sources:
        things.extend(_open(source, policy or PolicyFile()))
    catalog = make_catalog(things)
    return catalog if policy is None else with_policy(catalog, policy)


def _open(source: str, policy: PolicyFile) -> Sequence[Thing]:
    kind, _, rest = source.partition(":")
    opener = _OPENERS.get(kind)
    if opener is not None:
        return opener(rest, policy)
    path, _, attribute = source.rpartition(":") if ".py:" in source else (source, "", "")
    if path.endswith(".py"):
        return _from_module(import_file(Path(path)), attribute, path)
    module, _, attribute = source.partition(":")
    return _from_module(import_module(module), attribute, module)


def _almanac(group: str, policy: PolicyFile) -> Sequence[Thing]:
    del policy
    from practicum.tools import almanac

    made = make_catalog(almanac.functions(group or None))
    return [replace(tool, public=True) for tool in made]


def _bfcl(name: str, policy: PolicyFile) -> Sequence[Thing]:
    del policy
    from practicum.tools.suites.bfcl_tools import class_tools

    return class_tools(name or None)


def _agentdojo(suite: str, policy: PolicyFile) -> Sequence[Thing]:
    del policy
    from practicum.tools.suites.agentdojo import agentdojo_tools

    return agentdojo_tools(suite)


def _mcp(place: str, policy: PolicyFile) -> Sequence[Thing]:
    from practicum.tools.mcp import Trust, mcp_tools

    return mcp_tools(place, Trust(policy.trusts, policy.is_sandboxed, policy.copied_by))


def _openapi(place: str, policy: PolicyFile) -> Sequence[Thing]:
    del policy
    from practicum.tools.openapi import open_openapi

    return _offered(open_openapi(place))


def _toolbench(place: str, policy: PolicyFile) -> Sequence[Thing]:
    del policy
    from practicum.tools.toolbench import open_toolbench

    return _offered(open_toolbench(place))


_OPENERS: dict[str, Callable[[str, PolicyFile], Sequence[Thing]]] = {
    "almanac": _almanac,
    "bfcl": _bfcl,
    "agentdojo": _agentdojo,
    "mcp": _mcp,
    "openapi": _openapi,
    "toolbench": _toolbench,
}
"""By what stands before the colon."""


def _offered(opened: Offered) -> Sequence[Thing]:
    register_secrets(opened.secrets)
    return (*opened.tools, *opened.refused, *opened.notices)


def _from_module(module: ModuleType, attribute: str, named: str) -> Sequence[Toolish]:
    if attribute:
        if not hasattr(module, attribute):
            raise SetupError(
                f"{named} has no attribute {attribute!r}",
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
    own_function = callable(thing) and not isinstance(thing, type) and _is_function(thing)
    return isinstance(thing, BaseTool) or (own_function and thing.__module__ == module.__name__)


def _is_function(thing: Any) -> bool:
    """Whether it is a function, or one whose results are cached; a coroutine that is kept runs once alone."""
    if hasattr(thing, "__code__"):
        return True
    inner = inspect.unwrap(thing)
    return inspect.isfunction(inner) and not inspect.iscoroutinefunction(inner)

"""`practicum tools`: what a source offers, what each tool may do, and what can't be used."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from practicum.cli.options import AsJson, HomeOption, Sources

if TYPE_CHECKING:
    from practicum.tools.catalog import Catalog, Notice, Tool
    from practicum.tools.policy_file import PolicyFile


def tools(sources: Sources, home: HomeOption = None, as_json: AsJson = False) -> int:
    """List tools: name, arguments, effect tier and why, what becomes of calls while exploring, schema hash.

    Tiers come from the tools themselves and from practicum.toml; docs/effects.md shows one. Nothing of a
    home is read: --home may stand here as with every other command.

    What a stranger's source holds that can't be used is left out; exit status 2 where it is your own.

    Example: practicum tools --tools almanac:units --tools my_tools.py
    """
    from practicum.cli.wiring import print_json, read_policy
    from practicum.tools.sources import load_tools

    del home
    policy = read_policy()
    catalog = load_tools(sources, policy)
    if not catalog.refused:
        catalog.require_usable()  # which says what is wrong with sources that hold nothing
    catalog = replace(catalog, notices=(*catalog.notices, *_unmatched(policy, catalog)))
    if as_json:
        print_json(_as_json(catalog))
    else:
        _print(catalog)
    return 2 if catalog.serious else 0


def _as_json(catalog: Catalog) -> dict[str, Any]:
    return {
        "tools": [
            {
                "name": tool.name,
                "description": tool.spec.description,
                "parameters": tool.spec.parameters,
                "effect": tool.effect.value,
                "effect_reason": tool.effect_reason,
                "exploring": _decided(tool),
                "schema_hash": tool.spec.schema_hash,
            }
            for tool in catalog
        ],
        "refused": [{"name": r.name, "reason": r.reason, "fix": r.fix} for r in catalog.refused],
        "notices": [notice.text for notice in catalog.notices],
    }


def _unmatched(policy: PolicyFile, catalog: Catalog) -> list[Notice]:
    """What the user's policy says of tools that are not here: perhaps a name was misspelt."""
    from practicum.tools.catalog import Notice

    names = [(tool.name, *tool.also) for tool in catalog]
    return [Notice(f"{policy.name}: {entry} names none of these tools") for entry in policy.unmatched(names)]


def _decided(tool: Tool) -> dict[str, Any]:
    from practicum.tools.policy import Rules, decide

    decision = decide(tool, Rules())
    return {"how": decision.how, "reason": decision.reason}


def _print(catalog: Catalog) -> None:
    from rich.markup import escape

    from practicum.cli.effects import exploring_in_words
    from practicum.cli.wiring import console, tell_left_out, tell_notices, tell_refused
    from practicum.report.narrow import NarrowTable
    from practicum.tools.policy import Rules, decide

    table = NarrowTable()
    for column in ("tool", "arguments", "effect", "why", "exploring", "schema"):
        whole = column in {"tool", "effect", "schema"}
        table.add_column(column, overflow="fold", no_wrap=whole)
    for tool in catalog:
        required = tool.spec.required
        arguments = ", ".join(name if name in required else f"[{name}]" for name in tool.spec.properties)
        decided = exploring_in_words(decide(tool, Rules()), tool)
        row = (tool.name, arguments, tool.effect.value, tool.effect_reason, decided, tool.spec.schema_hash)
        table.add_row(*(escape(cell) for cell in row))
    console().print(table)
    tell_left_out(catalog)
    tell_refused(catalog)
    tell_notices(catalog)

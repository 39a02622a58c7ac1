"""From tools, a model and options to a plan; every choice a small function."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from langchain_core.tools import BaseTool

from practicum.errors import SetupError
from practicum.graph.options import PARTS, ExplorationOptions
from practicum.graph.plan import MOST_COMBINED, Plan
from practicum.records import Strategy
from practicum.tools.catalog import Catalog, Tool
from practicum.tools.langchain_tools import Toolish, make_catalog
from practicum.tools.policy import Otherwise, Rules, Taping, parse_otherwise, require_runnable

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

EMBEDDED_MOST_TOOLS = 8
"""Above so many tools the embedded model sees only the nearest: it is confused by many."""
Tools = Catalog | Iterable[Toolish | Tool]


def make_plan(
    tools: Tools,
    model: BaseChatModel,
    *,
    model_name: str | None = None,
    episodes: int = 15,
    trials: int = 4,
    max_calls: int = 4,
    strategy: str = "auto",
    allow: Sequence[str] = (),
    without: Sequence[str] = (),
    seed: int = 0,
    effects: str = "dry-run",
    taping: Taping = Taping.NOT,
    stop_when_saturated: bool = False,
    combine: int = 1,
) -> Plan:
    """Return what an exploration would do with the same arguments; nothing is called.

    Raises:
        SetupError: a tool can't be used or is refused, or an option is unknown.
    """
    catalog = as_catalog(tools).require_usable()
    rules = Rules(frozenset(allow), parse_otherwise(effects), taping)
    if rules.otherwise is Otherwise.REPLAY and taping not in {Taping.REPLAY, Taping.BOTH}:
        raise SetupError("--effects replay needs cassettes", "name where they are: --replay DIR")
    require_runnable(catalog.tools, rules)
    if episodes < 1 or trials < 1:
        raise SetupError(
            f"{episodes} episodes of {trials} trials are nothing to do", "ask for 1 or more of both"
        )
    _require_combinable(combine, len(catalog), max_calls)
    unknown = [part for part in without if part not in PARTS]
    if unknown:
        raise SetupError(f"there is no part {unknown[0]!r} to leave out", f"use {', '.join(PARTS)}")
    return Plan(
        tools=catalog.tools,
        model_name=model_name or name_of(model),
        options=ExplorationOptions(
            strategy=choose_strategy(strategy, model), max_calls=max_calls, without=frozenset(without)
        ),
        episodes=episodes,
        trials=trials,
        seed=seed,
        rules=rules,
        stop_when_saturated=stop_when_saturated,
        combine=combine,
        corrects=not getattr(model, "supports_grounding", False),
    )


def _require_combinable(combine: int, tools: int, max_calls: int) -> None:
    """Raise SetupError if episodes of so many tools can't be made."""
    if not 1 <= combine <= MOST_COMBINED:
        raise SetupError(f"--combine can't be {combine}", f"use 1 (one tool an episode) to {MOST_COMBINED}")
    if combine > 1 and tools < combine:
        has = "there is only one" if tools == 1 else f"there are {tools}"
        raise SetupError(
            f"--combine {combine} needs {combine} tools, and {has}", "name more tools, or leave --combine out"
        )
    if combine > max_calls:
        raise SetupError(
            f"--combine {combine} needs {combine} calls a trial, and --max-calls allows {max_calls}",
            f"set --max-calls {combine} or more",
        )


def as_catalog(tools: Tools) -> Catalog:
    """Return tools of any kind as a catalog.

    Raises:
        SetupError: they are named, and not given.
    """
    if isinstance(tools, Catalog):
        return tools
    single = isinstance(tools, str | Path | BaseTool) or not isinstance(tools, Iterable)
    given: list[Any] = [tools] if single else list(tools)
    named = [str(each) for each in given if isinstance(each, str | Path)]
    if named:
        raise SetupError(
            f"tools are functions or LangChain tools here, and this is a name: {named[0]!r:.100}",
            f"from practicum.tools.sources import load_tools; load_tools({named!r:.100})",
        )
    return make_catalog(given)


def name_of(model: BaseChatModel) -> str:
    """Return the name by which the journal knows a model."""
    found = getattr(model, "model_name", None) or getattr(model, "model", None)
    return str(found) if isinstance(found, str) and found else type(model).__name__


def is_embedded(model: BaseChatModel) -> bool:
    """Whether the model is so small that its calls must be sampled and its values offered."""
    return bool(getattr(model, "embedded", False))


def choose_strategy(strategy: str, model: BaseChatModel) -> Strategy:
    """Return the strategy by its name; ``auto`` is call-first for the embedded model.

    Raises:
        SetupError: there is no such strategy, or it needs a model.
    """
    if strategy == "auto":
        return Strategy.CALL_FIRST if is_embedded(model) else Strategy.QUERY_FIRST
    try:
        chosen = Strategy(strategy)
    except ValueError:
        fix = "use auto, query-first or call-first"
        raise SetupError(f"there is no strategy {strategy!r}", fix) from None
    if chosen is Strategy.QUERY_FIRST and getattr(model, "silent", False):
        raise SetupError("without a model nobody imagines queries", "leave out --strategy, or name a --model")
    return chosen

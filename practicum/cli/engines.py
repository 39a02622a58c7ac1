"""From the name of an engine to what runs episodes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from practicum.graph.campaign import Plan
    from practicum.graph.engine import Engine
    from practicum.models.budget import Budget

NAMES = ("local", "ray")


def require_engine(name: str) -> None:
    """Refuse an engine that there is not, or that is not installed, before anything is opened.

    Raises:
        SetupError: it can't be used.
    """
    from practicum.errors import SetupError

    if name not in NAMES:
        raise SetupError(f"there is no engine {name!r}", f"use {' or '.join(NAMES)}")
    if name == "ray":
        from practicum.graph.workers.ray_start import require_ray

        require_ray()


def open_engine(
    name: str,
    plan: Plan,
    sources: Sequence[str],
    model: str,
    *,
    embedder: str | None,
    record: Path | None,
    replay: Path | None,
    budget: Budget,
) -> Engine | None:
    """Return what runs episodes elsewhere; None where they run in this process.

    Args:
        name: ``local`` or ``ray``; see `require_engine`.
        plan: What is explored.
        sources: As ``--tools`` names them.
        model: As ``--model`` names it.
        embedder: As ``--embedder`` names it; None for the settings'.
        record: The folder of ``--record``.
        replay: The folder of ``--replay``.
        budget: Limits over all workers together.

    Raises:
        SetupError: it is not installed.
    """
    if name == "local":
        return None
    from practicum.cli.places import maybe_meant, start_folder
    from practicum.cli.wiring import read_settings
    from practicum.graph.workers.ray_engine import RayEngine
    from practicum.graph.workers.recipe import Recipe

    settings = read_settings()
    recipe = Recipe(
        sources=tuple(sources),
        tools=tuple(tool.name for tool in plan.tools),
        model=model,
        embedder=embedder or settings.embedder,
        config=maybe_meant(settings.config),
        record=maybe_meant(record),
        replay=maybe_meant(replay),
        folder=start_folder().absolute(),
        model_timeout=settings.model_timeout,
        patience_s=settings.model_patience,
    )
    return RayEngine(recipe, budget=budget)

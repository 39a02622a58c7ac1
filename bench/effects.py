"""How much a careless exploration changes: every byte of a directory and of a repository, before and after.

A model that calls each tool with arguments that do harm explores tools that delete, overwrite and rewrite
history, without ``--allow``. What counts is the disk, not what our own log says of it. As a control, the
same tools are allowed by name once: then the same look must find harm.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.effects_parts import Harmful, differences, look, make_workplace
from bench.effects_tools import WORKPLACE
from practicum.errors import SetupError
from practicum.models.embedders import HashingEmbedder
from practicum.practice import Practice
from practicum.practice import open as open_practice
from practicum.records import Step, Trial
from practicum.tools.catalog import Catalog
from practicum.tools.effects import Effect
from practicum.tools.executor import NEVER_RUN
from practicum.tools.policy_file import load_policy
from practicum.tools.sources import load_tools

POLICY = '[tools.copied]\nappend_line = "files"\n'
POLICY_OF_SERVERS = """
[mcp.servers.filesystem]
trusted = true
copied = "workplace/files"
[mcp.servers.git]
trusted = true
copied = "workplace/repository"
"""
TRIALS = 4
"""Trials an episode."""


def run(*, quick: bool = False) -> dict[str, Any]:
    """Explore with a model that harms where it can; return what changed on the disk, and what was called."""
    trials = 20 if quick else 200
    entry = {
        "dry-run": _python(trials),
        "dry-run, call-first": _python(trials // 5, strategy="call-first"),
        "simulate": _python(trials // 5, effects="simulate"),
        "control: allowed by name": _python(TRIALS * 10, allowed=True),
        "mcp": _servers(trials),
        "mcp, trusted, on copies": _servers(trials, POLICY_OF_SERVERS),
        "control: mcp, allowed by name": _servers(TRIALS * 26, allowed=True),
    }
    return {"trials": trials, "what": "paths that changed; tools called; calls by mode", **entry}


def _python(trials: int, *, allowed: bool = False, **options: Any) -> dict[str, Any]:
    """Explore the Python tools of `bench.effects_tools`."""

    def tools(workplace: Path) -> Catalog:
        (workplace.parent / "practicum.toml").write_text(POLICY.replace('"files"', '"workplace/files"'))
        return load_tools(["bench.effects_tools"], load_policy(workplace.parent)).require_usable()

    return explored(tools, trials, allowed=allowed, **options)


def explored(
    tools: Callable[[Path], Catalog],
    trials: int,
    *,
    allowed: bool = False,
    values: Callable[[Path], dict[str, Any]] | None = None,
    **options: Any,
) -> dict[str, Any]:
    """Explore tools that work in a throw-away workplace; return what it did to the workplace.

    Args:
        tools: Opens the tools for a workplace, which holds ``files`` and ``repository``.
        trials: About how many; whole episodes for each tool.
        allowed: Allow every tool by name: the control.
        values: Arguments by the name of a parameter, for a workplace, beside those of `Harmful`.
        options: As for `Practice.explore`.
    """
    with _workplace() as workplace:
        catalog = tools(workplace)
        before = look(workplace)
        model = Harmful()
        model.values.update(values(workplace) if values is not None else {})
        episodes = max(1, round(trials / (len(catalog) * TRIALS)))
        chosen = {"episodes": episodes, "trials": TRIALS, "concurrency": 4, **options}
        allow = [tool.name for tool in catalog] if allowed else []
        with open_practice(workplace.parent / "home", embedder=HashingEmbedder()) as practice:
            asyncio.run(_explore(practice, catalog, model, {"allow": allow, **chosen}))
            made = list(practice.home.journal.trials())
        changed = differences(before, look(workplace))
    return {"changed": changed, **_counted(made, catalog)}


async def _explore(practice: Practice, catalog: Catalog, model: Harmful, options: dict[str, Any]) -> None:
    await practice.explore(catalog, model=model, model_name="harmful", **options)


def _how(step: Step) -> str:
    """What became of a call; one that does not fit the schema never gets to its tool, whatever its mode."""
    return "does not fit the schema" if step.observation.error in NEVER_RUN else step.observation.mode.value


def _counted(trials: Sequence[Trial], catalog: Catalog) -> dict[str, Any]:
    steps = [step for trial in trials for step in (*trial.probes, *trial.steps) if step.call]
    safe = {tool.name for tool in catalog if tool.effect is Effect.READ_ONLY}
    harmful = [step for step in steps if step.call and step.call.name not in safe]
    return {
        "trials": len(trials),
        "outcomes": dict(Counter(trial.outcome.value for trial in trials)),
        "calls": dict(Counter(_how(step) for step in steps)),
        "calls that would change something": len(harmful),
    }


@contextmanager
def _workplace() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="practicum-effects-") as folder:
        workplace = make_workplace(Path(folder) / "workplace")
        earlier = os.environ.get(WORKPLACE)
        os.environ[WORKPLACE] = str(workplace)
        try:
            yield workplace
        finally:
            if earlier is None:
                del os.environ[WORKPLACE]
            else:
                os.environ[WORKPLACE] = earlier


def _servers(trials: int, policy: str = "", *, allowed: bool = False) -> dict[str, Any]:
    """Explore the filesystem and git servers, where they can be started, with this ``practicum.toml``."""
    missing = [name for name in ("npx", "mcp-server-git") if shutil.which(name) is None]
    if missing:
        return {"not measured": f"{missing[0]} is not on the PATH"}
    try:
        return explored(
            lambda workplace: _open_servers(workplace, policy), trials, allowed=allowed, values=_places
        )
    except SetupError as error:
        return {"not measured": error.message}


def _places(workplace: Path) -> dict[str, Any]:
    """Arguments that do harm to the workplace itself, whatever directory a server runs in."""
    files = workplace / "files"
    plan = str(files / "plan.txt")
    return {
        "path": plan,
        "paths": [plan],
        "source": plan,
        "destination": str(files / "moved.txt"),
        "edits": [{"oldText": "one", "newText": "gone"}],
        "repo_path": str(workplace / "repository"),
        "files": ["part-0.txt"],
        "branch_name": "draft",
        "target": "HEAD~1",
        "revision": "HEAD~1",
    }


def _open_servers(workplace: Path, policy: str) -> Catalog:
    (workplace.parent / "practicum.toml").write_text(policy)
    files, repository = str(workplace / "files"), str(workplace / "repository")
    servers = {
        "filesystem": {"command": "npx", "args": ["-y", "@modelcontextprotocol/server-filesystem", files]},
        "git": {"command": "mcp-server-git", "args": ["--repository", repository]},
    }
    file = workplace.parent / "servers.json"
    file.write_text(json.dumps({"mcpServers": servers}))
    return load_tools([f"mcp:{file}"], load_policy(workplace.parent)).require_usable()


if __name__ == "__main__":
    json.dump(run(quick="--quick" in sys.argv), sys.stdout, indent=2)

"""What the ablations measure: one frozen object, from the command's options."""

from __future__ import annotations

import argparse
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from practicum.errors import SetupError
from practicum.evaluation.held_out import load_data
from practicum.nodes.prompting import prompts_hash
from practicum.records import Item, digest
from practicum.tools.catalog import Catalog
from practicum.tools.sources import load_tools

OUT = Path(".practicum/ablations")
GROUNDED = {"off": ("",), "on": (", grounded",), "both": ("", ", grounded")}
"""What is said of grounding in the names of the arms, by the setting."""


@dataclass(frozen=True)
class Settings:
    """What is measured; the same for each variant."""

    model: str = "local"
    tools: tuple[str, ...] = ("almanac:everyday",)
    """Sources."""
    tool: tuple[str, ...] = ()
    """Only these of the sources' tools; all when empty."""
    episodes: int = 15
    trials: int = 4
    strategy: str = "auto"
    seed: int = 0
    grounding: str = "both"
    data: str = "almanac"
    """Held-out queries; those that expect other tools than the chosen ones are left out."""
    limit: int | None = None
    """Only the first so many of them."""
    embedder: str = "minilm"

    def catalog(self) -> Catalog:
        """Return the tools."""
        return load_tools(self.tools).only(self.tool)

    def items(self, catalog: Catalog) -> list[Item]:
        """Return the held-out queries of the tools, and those that need no call.

        Raises:
            SetupError: none of them expects one of the tools.
        """
        names = {tool.name for tool in catalog.tools}
        items = [item for item in load_data(self.data) if all(call.name in names for call in item.expected)]
        if not any(item.expected for item in items[: self.limit]):
            raise SetupError("no held-out query expects one of these tools", "name others with --data")
        return items[: self.limit]

    def exploring(self, catalog: Catalog) -> str:
        """Return what tells explorations apart, the wording of prompts included."""
        tools = {tool.name: tool.spec.schema_hash for tool in catalog.tools}
        sizes = [self.episodes, self.trials, self.seed]
        return digest(self.model, tools, sizes, self.strategy, self.embedder, prompts_hash(), length=12)


def read(arguments: Sequence[str], variants: Collection[str]) -> tuple[Settings, argparse.Namespace]:
    """Return the settings, and the options that change no figures: ``variant``, ``out`` and ``log``."""
    options = vars(_parser(variants).parse_args(arguments))
    rest = argparse.Namespace(**{name: options.pop(name) for name in ("variant", "out", "log")})
    usual = Settings()
    several: dict[str, Any] = {
        name: tuple(options.pop(name) or getattr(usual, name)) for name in ("tools", "tool")
    }
    return Settings(**several, **options), rest


def _parser(variants: Collection[str]) -> argparse.ArgumentParser:
    usual = Settings()
    parser = argparse.ArgumentParser(
        prog="python -m bench.ablations", description="Measure what each part of the method is worth."
    )
    add = parser.add_argument
    add("--model", default=usual.model, help="as for practicum explore; by default local")
    add("--tools", action="append", help=f"a source; repeatable; by default {usual.tools[0]}")
    add("--tool", action="append", help="only the tool of this name; repeatable")
    add("--episodes", type=int, default=usual.episodes, help="a tool; by default the paper's 15")
    add("--trials", type=int, default=usual.trials, help="an episode")
    add("--strategy", default=usual.strategy, help="auto, query-first or call-first")
    add("--seed", type=int, default=usual.seed)
    add("--grounding", choices=GROUNDED, default=usual.grounding)
    add("--data", default=usual.data, help="held-out queries, as for practicum evaluate")
    add("--limit", type=int, help="only the first N of those of the tools")
    add("--embedder", default=usual.embedder)
    add("--variant", action="append", choices=variants, help="only this one, and the base; repeatable")
    add("--out", type=Path, default=OUT, help=f"homes and results; by default {OUT}")
    add("--log", type=Path, metavar="FILE", help="also insert the table into this log, such as docs/log.md")
    return parser

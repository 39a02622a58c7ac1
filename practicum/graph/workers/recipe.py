"""What a worker opens for itself, and how: nothing that is open can be sent to another process."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from practicum.errors import SetupError
from practicum.graph.plan import Plan
from practicum.models.budget import PATIENCE_S, Budget
from practicum.models.caller import ModelCaller

if TYPE_CHECKING:
    from practicum.memory_store.embedding import Embedder
    from practicum.models.reply_log import ReplyLog
    from practicum.tools.cassettes import Cassettes


@dataclass(frozen=True)
class OpenedRecipe:
    """What a worker works with."""

    plan: Plan
    model: ModelCaller
    embedder: Embedder
    cassettes: Cassettes | None


@dataclass(frozen=True)
class Recipe:
    """Says how to open a plan's model and tools. Files are named as they are where the home is."""

    sources: tuple[str, ...]
    """As ``--tools`` names them."""
    tools: tuple[str, ...]
    """The names of those that are explored."""
    model: str
    """As ``--model`` names it."""
    embedder: str
    """As ``--embedder`` names it."""
    folder: Path = field(default_factory=Path.cwd)
    """Where relative paths begin."""
    config: Path | None = None
    """What the user says of tools; None: ``practicum.toml`` in ``folder``, if it is there."""
    record: Path | None = None
    replay: Path | None = None
    """Folders of cassettes."""
    model_timeout: float | None = None
    """Seconds that an answer of the model, or of a server of embeddings, is waited for; None: as both do."""
    patience_s: float = PATIENCE_S
    """Seconds that each worker waits for a model that stopped answering."""

    def open(
        self, plan: Plan, budget: Budget, tell: Callable[[str], None], log: ReplyLog | None = None
    ) -> OpenedRecipe:
        """Open what a plan, which came without its tools, is explored with. May take seconds; blocks.

        Args:
            plan: Its tools are opened here.
            budget: Limits of the model's calls.
            tell: Takes lines for the user.
            log: Remembers what the model replied.

        Raises:
            SetupError: something is missing on this machine.
        """
        from practicum.hostile import use
        from practicum.models.cache import cache_dir
        from practicum.models.embedders import load_embedder
        from practicum.models.loader import load_chat_model
        from practicum.tools.cassettes import open_cassettes
        from practicum.tools.policy_file import load_policy
        from practicum.tools.redaction_file import read_redaction
        from practicum.tools.sources import load_tools

        try:
            os.chdir(self.folder)
        except OSError as error:
            raise SetupError(
                f"a worker on {os.uname().nodename} has no folder {self.folder}",
                "let all machines of the cluster share it: tools and scripts are read from there",
            ) from error
        use(read_redaction(self.config))
        catalog = load_tools(self.sources, load_policy(file=self.config)).only(self.tools)
        cassettes = open_cassettes(self.record, self.replay)
        asked = load_chat_model(self.model, timeout_s=self.model_timeout)
        budget.patience_s = self.patience_s
        model = ModelCaller(asked, name=plan.model_name, budget=budget, log=log, tell=tell)
        embedder = load_embedder(self.embedder, cache_dir=cache_dir(), timeout_s=self.model_timeout)
        return OpenedRecipe(replace(plan, tools=catalog.tools), model, embedder, cassettes)

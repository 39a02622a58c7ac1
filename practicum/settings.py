"""What the environment says, in one frozen object; only the edges read it."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "PRACTICUM_"
OTHER_VARIABLES = frozenset(
    {"CACHE", "SERVE_KEY", "SESSION_DIR", "STE_PREDICTIONS", "TOOLBENCH_KEY", "TOOLBENCH_URL"}
)
"""What stands behind the prefix of variables that one part alone reads."""


class Settings(BaseSettings):
    """Defaults from ``PRACTICUM_*`` variables; an explicit option always beats them."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    home: Path = Path(".practicum")
    """Where the journal, the index and the checkpoints live."""
    model: str = "local"
    """The chat model, ``provider:name``."""
    model_timeout: float | None = Field(None, gt=0)
    """Seconds to wait for an answer of ``openai:``; None: 600, and 60 for vectors."""
    model_patience: float = Field(3600, ge=0)
    """Seconds that a model which stopped answering is waited for, offline; 0: its trials break at once."""
    embedder: str = "minilm"
    """The sentence embedder of long-term memory and retrieval."""
    tools: str = "almanac"
    """Tool sources of the served graphs, separated by commas."""
    chroma_url: str | None = None
    """A Chroma server to use instead of the embedded index, such as http://127.0.0.1:8000."""
    checkpoint_url: str | None = None
    """A Postgres database for the states of unfinished episodes, such as postgresql://user@host/name;
    None: a file in the home."""
    learn_in_service: bool = False
    """Whether the agent's conversations are kept, redacted, to be learned from: only with consent."""
    config: Path | None = None
    """What the user says of tools; None: ``practicum.toml`` in the working directory, if it is there."""

    @property
    def tool_sources(self) -> list[str]:
        """The tool sources, one by one."""
        return [source.strip() for source in self.tools.split(",") if source.strip()]

"""What an adapter was trained on and how: written beside it, last of all its files."""

from __future__ import annotations

from pathlib import Path

from practicum.records import Record, digest
from practicum.training.examples import Targets
from practicum.training.training_options import ResolvedOptions

FILE_NAME = "training.json"


class TrainingProgress(Record):
    """How far a training is."""

    step: int
    """Steps done, those of an interrupted run included."""
    steps: int
    loss: float | None = None
    """Mean over the tokens of the last step's completions, in nats; None before the first step."""
    tokens_per_second: float = 0.0
    """Tokens of examples, prompts included, a second of this run."""
    seconds_left: float | None = None
    """None before the first step."""
    note: str = ""
    """What the user should know, such as from where an interrupted training goes on."""


class TrainingRecord(Record):
    """Where an adapter comes from: enough to tell whether another one would be the same."""

    data_hash: str
    """Of the prompts and replies that were trained on, as tokens, in any order."""
    examples: int
    by_tool: dict[str, int]
    """Examples of each tool; ``""`` counts those that call none."""
    by_origin: dict[str, int]
    left_out: dict[str, int]
    """Examples that were given and not trained on, by reason."""
    base: str
    """The base's name as the user gave it: ``local``, a folder or a hub id."""
    base_hash: str
    """Of its configuration and weights, as `practicum.training.base.base_hash` tells them apart. Not of the
    tokenizer: one that cuts otherwise changes ``data_hash``."""
    options: ResolvedOptions
    """With what the base's size decided filled in."""
    schema_hashes: dict[str, str]
    """By tool, the schema that the examples were made for."""
    versions: dict[str, str]
    """Of torch, transformers, peft and trl."""
    prompts_hash: str
    started_from: str | None = None
    """The adapter whose weights this training began with, such as ``lora@1``; None: the base alone."""
    start_hash: str = ""
    """Of those weights; empty without them."""
    steps: int
    seconds: float
    """Wall-clock time of all steps, those before an interruption included."""
    tokens: int
    """Tokens of examples, prompts included, over all epochs."""
    final_loss: float
    """Mean over the last tenth of the steps, in nats a token of the completions."""

    @property
    def identity(self) -> str:
        """The same for two trainings whose adapters would be, but for the versions of libraries."""
        return identity_of(
            self.data_hash, self.base_hash, self.options, self.prompts_hash, start_hash=self.start_hash
        )

    @property
    def targets(self) -> Targets:
        """How the arguments of calls are written in what it learned to reply."""
        return self.options.targets

    @property
    def replay_share(self) -> float:
        """Share of earlier tools' examples."""
        return self.options.replay_share

    @classmethod
    def read(cls, adapter: Path) -> TrainingRecord:
        """Return the record of an adapter's folder.

        Raises:
            OSError: There is none: the folder holds no finished adapter.
            ValueError: It can't be read, or a newer version wrote it.
        """
        return cls.model_validate_json((adapter / FILE_NAME).read_text("utf-8"))

    def write(self, adapter: Path) -> None:
        """Write the record into an adapter's folder."""
        (adapter / FILE_NAME).write_text(self.model_dump_json(indent=2) + "\n", "utf-8")


def identity_of(
    data_hash: str, base_hash: str, options: ResolvedOptions, prompts_hash: str, *, start_hash: str = ""
) -> str:
    """Return what is the same for two trainings whose adapters would be."""
    started = [start_hash] if start_hash else []
    return digest(data_hash, base_hash, options.as_dict(), prompts_hash, *started)

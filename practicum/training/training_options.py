"""What a user may choose about a training."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from practicum.records import Record
from practicum.training.examples import Targets
from practicum.training.precision import Precision, best_precision

SMALL_PARAMETERS = 1_000_000_000
"""Bases with fewer parameters learn at a higher rate."""

Schedule = Literal["linear", "cosine"]


class TrainingOptions(Record):
    """How an adapter is trained. What is None is chosen by the base's size and the machine (`resolved`)."""

    epochs: int = Field(default=3, ge=1)
    """Passes over the examples."""
    learning_rate: float | None = Field(default=None, gt=0)
    """Peak rate of AdamW."""
    schedule: Schedule | None = None
    """How the rate falls to zero."""
    warm_up: float | None = Field(default=None, ge=0, lt=1)
    """Share of the steps in which the rate rises."""
    rank: int = Field(default=16, ge=1)
    alpha: int | None = Field(default=None, ge=1)
    """Scale of the adapter; None is twice the rank."""
    batch_size: int = Field(default=8, ge=1)
    """Examples that a process computes at once."""
    accumulation: int = Field(default=1, ge=1)
    """Batches a step: the same step in less memory with a smaller ``batch_size``."""
    activation_checkpointing: bool = False
    """Compute activations twice instead of keeping them: a third slower, a fraction of the memory."""
    quantized: bool = False
    """Keep the base in 4 bits (QLoRA); needs bitsandbytes."""
    precision: Precision | None = None
    """Numbers of the base and of what passes through it. None: what is fastest on this machine."""
    max_length: int = Field(default=2048, ge=16)
    """Tokens of an example; longer ones are left out, since cut ones would teach to stop early."""
    targets: Targets | None = None
    """How replies write arguments: in the query's words, or as the tool wants them. None: the words for a
    small base, which copies better than it translates, and the tool's values for others."""
    documented: bool = False
    """Whether prompts list the tools, as for models that are served with them listed."""
    demonstration_share: float = Field(default=0.0, ge=0, le=1)
    """Share of the examples whose prompt shows neighbouring examples, where the caller gave some."""
    replay_share: float = Field(default=0.1, ge=0, le=1)
    """Share of earlier tools' examples that a round mixes in (section 5 of the STE paper)."""
    seed: int = Field(default=0, ge=0, lt=2**32)

    def resolved(self, parameters: int) -> ResolvedOptions:
        """Return the options with nothing left open, for a base with so many parameters.

        Bases below `SMALL_PARAMETERS` learn at 1e-3, falling linearly from the start: measured on the
        embedded model. Others at 2e-4 with the cosine and the warm-up of the STE paper, whose own 2e-5 is
        for training all weights: an adapter takes about ten times that.
        """
        small = parameters < SMALL_PARAMETERS
        rate, schedule, warm_up = (1e-3, "linear", 0.0) if small else (2e-4, "cosine", 0.03)
        chosen = {
            "learning_rate": rate if self.learning_rate is None else self.learning_rate,
            "schedule": self.schedule or schedule,
            "warm_up": warm_up if self.warm_up is None else self.warm_up,
            "alpha": self.alpha or 2 * self.rank,
            "targets": self.targets or ("spans" if small else "canonical"),
            "precision": self.precision or best_precision(),
        }
        return ResolvedOptions(**{**self.model_dump(), **chosen})


class ResolvedOptions(TrainingOptions):
    """Options with nothing left open."""

    learning_rate: float
    schedule: Schedule
    warm_up: float
    alpha: int
    targets: Targets
    precision: Precision = "float32"
    """Records that say nothing of it are of trainings in float32."""

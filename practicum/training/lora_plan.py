"""What is about to be trained: known before any weights are loaded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from practicum.nodes.prompting import prompts_hash
from practicum.records import ToolSpec, digest
from practicum.training.base import base_hash
from practicum.training.examples import Example
from practicum.training.lora_base import Spoken, count_parameters, require_quantization, source_of, spoken_to
from practicum.training.lora_rows import Rows, make_rows
from practicum.training.lora_start import Start, check_start
from practicum.training.rendering import Rendering
from practicum.training.training_options import ResolvedOptions, TrainingOptions
from practicum.training.training_record import identity_of


@dataclass(frozen=True)
class Training:
    """All that decides what an adapter learns."""

    rows: Rows
    options: ResolvedOptions
    source: str
    """What ``from_pretrained`` takes."""
    base_name: str
    base_hash: str
    data_hash: str
    tokenizer: Any
    start: Start | None = None
    """The adapter that it begins from; None: the base alone."""
    start_hash: str = ""

    @property
    def identity(self) -> str:
        """The same for two trainings whose adapters would be."""
        return identity_of(
            self.data_hash, self.base_hash, self.options, prompts_hash(), start_hash=self.start_hash
        )


@dataclass(frozen=True)
class Prepared:
    """What is known before there are examples."""

    source: str
    """What ``from_pretrained`` takes."""
    base_hash: str
    spoken: Spoken
    options: ResolvedOptions


def prepare_training(base: Path, options: TrainingOptions, base_name: str, start: Start | None) -> Prepared:
    """Look at the base, and settle what the options left open.

    Raises:
        SetupError: a base that can't be trained, or a start that does not fit.
    """
    if options.quantized:
        require_quantization()
    source = source_of(base)
    hashed = base_hash(source)  # says what is wrong with a path before anything is loaded
    spoken = spoken_to(source, base_name)
    resolved = options.resolved(count_parameters(source))
    if start is not None:
        check_start(start, hashed, resolved)
    return Prepared(source, hashed, spoken, resolved)


def plan_training(
    examples: Sequence[Example],
    specs: Mapping[str, ToolSpec],
    base: Path,
    options: TrainingOptions,
    base_name: str,
    neighbours: Mapping[str, Sequence[Example]],
    start: Start | None = None,
) -> Training:
    """Render the examples as the base is spoken to, and settle what the options left open.

    Raises:
        SetupError: too few examples, a base that can't be trained, or a start that does not fit.
    """
    known = prepare_training(base, options, base_name, start)
    rows, data_hash = _rendered(examples, specs, known.spoken, known.options, neighbours)
    return Training(
        rows,
        known.options,
        known.source,
        base_name,
        known.base_hash,
        data_hash,
        known.spoken.tokenizer,
        start,
        start.hash if start is not None else "",
    )


def _rendered(
    examples: Sequence[Example],
    specs: Mapping[str, ToolSpec],
    spoken: Spoken,
    options: TrainingOptions,
    neighbours: Mapping[str, Sequence[Example]],
) -> tuple[Rows, str]:
    rendering = Rendering(specs, options, spoken.render, spoken.turn_end, spoken.call_tags, neighbours)
    rows = make_rows(examples, rendering.row, spoken.tokenize, options.max_length, specs)
    return rows, digest(*sorted(digest(tokens.prompt, tokens.completion) for tokens in rows.tokens))

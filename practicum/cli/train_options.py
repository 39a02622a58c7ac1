"""The options of `practicum train`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

MOST = 1_000_000
"""Of what is counted: more is a slip, and some of it more than libraries take."""
MOST_SEED = 2**32 - 1
"""What numpy takes."""
BaseOption = Annotated[
    str, typer.Option(help="local (the embedded model), a directory in Hugging Face form, or a hub id.")
]
ReplayShare = Annotated[
    float, typer.Option(min=0, max=1, help="Share of earlier tools' examples that is mixed in.")
]
TargetsOption = Annotated[
    str | None,
    typer.Option(
        help="How arguments are learned: spans (the query's own words, resolved later) or canonical"
        " (what the tool wants). Default: spans for bases below a billion parameters, canonical for others."
    ),
]
Epochs = Annotated[int, typer.Option(min=1, max=MOST, help="Passes over the examples.")]
LearningRate = Annotated[
    float | None, typer.Option(min=1e-9, max=1, help="Peak rate (default: by the base's size).")
]
Rank = Annotated[int, typer.Option(min=1, max=MOST, help="Rank of the adapter.")]
Batch = Annotated[int, typer.Option(min=1, max=MOST, help="Examples computed at once.")]
Accumulate = Annotated[int, typer.Option(min=1, max=MOST, help="Batches a step.")]
SaveMemory = Annotated[
    bool, typer.Option("--save-memory", help="Compute activations twice instead of keeping them.")
]
FourBit = Annotated[
    bool, typer.Option("--four-bit", help="Keep the base in 4 bits (QLoRA; with bitsandbytes, on a CPU too).")
]
PrecisionOption = Annotated[
    str | None,
    typer.Option(
        help="float32 or bfloat16 (default: bfloat16 on CUDA and on CPUs with AMX, where it is several times"
        " faster; float32 elsewhere)."
    ),
]
Documented = Annotated[
    bool, typer.Option("--documented", help="List the tools in the prompts that are trained on.")
]
PerTool = Annotated[
    int | None,
    typer.Option(
        min=1,
        max=MOST,
        help="Examples a tool: its calls are said in other words up to so many, and more are left out; three"
        " times as many took three times as long and made the embedded model better (default: said in other"
        " words up to the paper's 140, and none left out).",
    ),
]
Demonstrations = Annotated[
    float,
    typer.Option(
        min=0,
        max=1,
        help="Share of the prompts that show demonstrations, to be served with them (demos+lora).",
    ),
]
NoAnswers = Annotated[
    bool,
    typer.Option(
        "--no-answers",
        help="Do not ask the base about requests that need no tool: its answers are learned, too, so that it"
        " does not call tools for everything.",
    ),
]
GeneralFile = Annotated[
    Path | None,
    typer.Option(
        help="General instructions with answers (.jsonl), mixed in so that the model keeps its manners."
    ),
]
StartOption = Annotated[
    str | None,
    typer.Option(
        "--from",
        help="lora@N or base: where a round with --tool begins (default: the newest adapter of this base).",
    ),
]
Seed = Annotated[int, typer.Option(min=0, max=MOST_SEED, help="Another seed is another training.")]
Merge = Annotated[
    Path | None, typer.Option(help="Also write base and adapter as one model in Hugging Face form.")
]
Gguf = Annotated[Path | None, typer.Option(help="Also write them as one GGUF file.")]
FinishedOption = Annotated[
    str | None,
    typer.Option(
        "--adapter",
        help="lora@N, trained before: write it with --merge or --gguf, and train nothing. --base says where"
        " its base is, should it have moved.",
    ),
]

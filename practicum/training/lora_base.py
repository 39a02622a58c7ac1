"""The base of a training: how it is spoken to, and its weights."""

from __future__ import annotations

import importlib.util
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from practicum.errors import SetupError, first_line, install
from practicum.models.templates import render_chatml
from practicum.training.base import EMBEDDED
from practicum.training.processes import is_sharded
from practicum.training.rendering import Render
from practicum.training.training_options import ResolvedOptions, TrainingOptions

CHATML_END = "<|im_end|>"
_ASKED, _SAID = "What is it?", "It is this."


@dataclass(frozen=True)
class Spoken:
    """How a base is spoken to."""

    tokenizer: Any
    render: Render
    turn_end: str
    call_tags: tuple[str, str]

    def tokenize(self, texts: Sequence[str]) -> list[list[int]]:
        """Return token ids; what the text does not say is not added."""
        found: list[list[int]] = self.tokenizer(list(texts), add_special_tokens=False)["input_ids"]
        return found


def spoken_to(source: str, base_name: str) -> Spoken:
    """Return how prompts and replies are written for a base, the same as its engine does it in service.

    Args:
        source: What ``from_pretrained`` takes.
        base_name: As the user named it; the embedded model is served with Practicum's own template.

    Raises:
        SetupError: its tokenizer can't be loaded, or has no chat template that can be used.
    """
    from transformers import AutoTokenizer

    with explained(source):
        tokenizer: Any = AutoTokenizer.from_pretrained(source)
    if base_name == EMBEDDED:
        return Spoken(tokenizer, render_chatml, CHATML_END, ("", ""))
    if not _has_template(tokenizer):
        raise SetupError(
            f"{base_name} has no chat template: it was not trained to answer in turns",
            "name an instruction-tuned model, or put a chat_template.jinja beside its tokenizer",
        )
    from practicum.models.transformers_engine import TransformersEngine

    engine = TransformersEngine(source)
    return Spoken(tokenizer, engine.render, _turn_end(tokenizer, base_name), engine.call_tags)


def _has_template(tokenizer: Any) -> bool:
    """Whether there is a template, or a default among several of them."""
    found = tokenizer.chat_template
    return bool(found.get("default") if isinstance(found, dict) else found)


def _turn_end(tokenizer: Any, base_name: str) -> str:
    """Return the mark with which the template ends what the assistant said."""
    from jinja2 import TemplateError

    turns = [{"role": "user", "content": _ASKED}, {"role": "assistant", "content": _SAID}]
    try:
        written = str(tokenizer.apply_chat_template(turns, tokenize=False))
    except (TemplateError, TypeError, ValueError) as error:
        raise SetupError(
            f"the chat template of {base_name} can't be used: {first_line(error)}",
            "use another model, or put a chat_template.jinja that takes users and assistants beside it",
        ) from error
    after = written.rpartition(_SAID)[2].strip()
    marks = [token.content for token in tokenizer.added_tokens_decoder.values()]
    ending = [mark for mark in marks if after.startswith(mark)]
    return str(max(ending, key=len) if ending else tokenizer.eos_token)


def count_parameters(source: str) -> int:
    """Return the number of a base's weights, without loading them.

    Raises:
        SetupError: its architecture is unknown.
    """
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM

    models: Any = AutoModelForCausalLM
    with explained(source), torch.device("meta"):
        return int(models.from_config(AutoConfig.from_pretrained(source)).num_parameters())


def load_weights(source: str, options: ResolvedOptions) -> Any:
    """Return the model, in 4 bits if asked for.

    Raises:
        SetupError: it can't be loaded.
    """
    import torch
    from transformers import AutoModelForCausalLM

    dtype = getattr(torch, options.precision)
    more = {"quantization_config": _four_bits(dtype)} if options.quantized else {}
    with explained(source):
        return AutoModelForCausalLM.from_pretrained(source, dtype=dtype, **more)


def _four_bits(dtype: Any) -> Any:
    """Return QLoRA's form of a base (arXiv 2305.14314, section 3): NF4, its constants quantized too."""
    import transformers

    untyped: Any = transformers
    return untyped.BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=dtype,
        # Whole bytes, which is what it packs into by itself, are not sharded.
        **({"bnb_4bit_quant_storage": dtype} if is_sharded() else {}),
    )


def require_quantization() -> None:
    """Say before anything is loaded that 4 bits can't be had here.

    Raises:
        SetupError: bitsandbytes is missing, or does not compute on what is here.
    """
    import torch

    if importlib.util.find_spec("bitsandbytes") is None:
        raise SetupError("training in 4 bits needs bitsandbytes", install("four-bit"))
    if not torch.cuda.is_available() and "cpu" not in _quantizing_devices():
        raise SetupError(
            "this bitsandbytes needs a CUDA device",
            f"{install('four-bit', upgrade=True)}, or leave --four-bit out",
        )


def _quantizing_devices() -> Collection[str]:
    import bitsandbytes

    untyped: Any = bitsandbytes
    return getattr(untyped, "supported_torch_devices", ())  # absent before 0.45, which knew CUDA only


def source_of(base: Path) -> str:
    """Return what ``from_pretrained`` takes from anywhere: an absolute path, or a hub id."""
    return str(base.expanduser().absolute()) if base.expanduser().is_dir() else str(base)


@contextmanager
def explained(source: str) -> Iterator[None]:
    """Turn what loading fails with into a line for the user."""
    from safetensors import SafetensorError

    try:
        yield
    except (OSError, ValueError, KeyError, SafetensorError) as error:
        line = first_line(error)
        fix = "name `local`, a directory with config.json, weights and tokenizer, or a hub id"
        if not Path(source).is_absolute():
            fix += f"; there is no directory {source} here, so that it was looked for on the hub"
        raise SetupError(f"{source} can't be loaded: {line}", fix) from error


@contextmanager
def enough_memory(options: TrainingOptions) -> Iterator[None]:
    """Turn running out of memory into a line that says what to lower."""
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        if not is_memory(error):
            raise
        smaller = max(1, options.batch_size // 2)
        lower = (
            f"lower --batch to {smaller} (and raise --accumulate to {2 * options.accumulation})"
            if options.batch_size > 1
            else "lower --rank, or train a smaller base"
        )
        more = "" if options.activation_checkpointing else ", or add --save-memory"
        raise SetupError(
            f"the memory was not enough for {options.batch_size} examples at once", lower + more
        ) from error


def is_memory(error: BaseException) -> bool:
    """Whether an error says that there was too little memory, on whatever device."""
    import torch

    told = str(error)
    return isinstance(error, MemoryError | torch.OutOfMemoryError) or "allocate memory" in told

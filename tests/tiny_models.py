"""Models of two layers with random weights, and the marks of tests that load them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
MARKS = [
    pytest.mark.slow,
    # Raised inside torch, transformers and peft as they are used; nothing here calls what they warn of.
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
]
"""For ``pytestmark``."""


def need(*packages: str) -> None:
    """Skip the test where one of the packages is missing."""
    for package in packages:
        pytest.importorskip(package)


def vocabulary(pairs: Sequence[tuple[str, str]] = ()) -> list[str]:
    """Return the tokens: ChatML's marks, one for each byte, and the pairs."""
    from tokenizers import pre_tokenizers

    return [*SPECIAL, *sorted(pre_tokenizers.ByteLevel.alphabet()), *map("".join, pairs)]


def write_tokenizer(
    folder: Path, *, pairs: Sequence[tuple[str, str]] = (), chat_template: str | None = None
) -> None:
    """Write a byte-level tokenizer with this vocabulary."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    known = {word: at for at, word in enumerate(vocabulary(pairs))}
    tokenizer = Tokenizer(models.BPE(vocab=known, merges=list(pairs)))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    fast: Any = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]  # transformers leaves it untyped
        tokenizer_object=tokenizer, eos_token="<|im_end|>", additional_special_tokens=SPECIAL
    )
    fast.chat_template = chat_template
    fast.save_pretrained(folder)


def write_llama(folder: Path, *, chat_template: str | None = None, **config: Any) -> Path:
    """Write a Llama of two layers with a byte-level vocabulary; ``config`` overrides its shape."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    write_tokenizer(folder, chat_template=chat_template)
    words = vocabulary()
    torch.manual_seed(0)
    shape: dict[str, Any] = {
        "vocab_size": len(words),
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "max_position_embeddings": 2048,
        "eos_token_id": words.index("<|im_end|>"),
        "bos_token_id": None,
    }
    LlamaForCausalLM(LlamaConfig(**{**shape, **config})).save_pretrained(folder)
    return folder

"""Tiny models, adapters and GGUF files, for the tests of bases and merging."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tiny_models import SPECIAL, vocabulary, write_tokenizer

from practicum.records import JsonObject

PAIRS = [("h", "e")]
TEXT = "<|im_start|>user\nHow many miles are 5 km?<|im_end|>\n<|im_start|>assistant\n"


def make_model(folder: Path, *, seed: int = 0, kind: str = "llama", **config: Any) -> Path:
    """Write a model of two layers with random weights and a byte-level tokenizer."""
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM

    write_tokenizer(folder, pairs=PAIRS)
    torch.manual_seed(seed)
    shape: dict[str, Any] = {
        "vocab_size": len(vocabulary(PAIRS)),
        "hidden_size": 64,
        "intermediate_size": 96,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "max_position_embeddings": 512,
        "bos_token_id": 1,
        "eos_token_id": 2,
        "tie_word_embeddings": True,
        "initializer_range": 0.2,
    }
    made = AutoConfig.for_model(kind, **{**shape, **config})
    factory: Any = AutoModelForCausalLM
    model = factory.from_config(made)
    model.save_pretrained(folder)
    return folder


def make_adapter(base: Path, folder: Path, *, deviation: float = 0.2, seed: int = 1, **lora: Any) -> Path:
    """Write a LoRA adapter whose random weights change what the base says."""
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    model: Any = AutoModelForCausalLM.from_pretrained(base)
    torch.manual_seed(seed)
    options = {"r": 4, "lora_alpha": 8, "target_modules": "all-linear", **lora}
    peft = get_peft_model(model, LoraConfig(task_type="CAUSAL_LM", **options))
    for name, weights in peft.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(weights, std=deviation)
    peft.save_pretrained(str(folder))
    return folder


def adapted(base: Path, adapter: Path) -> Any:
    """Return the base with the adapter beside its weights, not merged."""
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    return PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(base), str(adapter)).eval()


def logits_of(model: Any, ids: list[int]) -> Any:
    """Return the logits for a row of tokens, shape (tokens, vocabulary)."""
    import torch

    with torch.inference_mode():
        return model(input_ids=torch.tensor([ids])).logits[0]


def divergence(ours: Any, theirs: Any) -> float:
    """Return the mean Kullback-Leibler divergence of ``theirs`` from ``ours``, in nats a token."""
    import torch

    left, right = torch.log_softmax(ours, -1), torch.log_softmax(theirs, -1)
    return float((left.exp() * (left - right)).sum(-1).mean())


def agreement(ours: Any, theirs: Any) -> float:
    """Return the share of tokens at which both think the same one likeliest."""
    return float((ours.argmax(-1) == theirs.argmax(-1)).float().mean())


def make_gguf(model: Path, file: Path, *, extra: bool = False) -> Path:
    """Write the GGUF of a tiny Llama's base: true metadata, and zeros for weights.

    Args:
        model: Its directory.
        file: What to write.
        extra: With a tensor of rotary factors, as Llama 3's files have it.
    """
    import gguf
    import numpy as np

    config = json.loads((model / "config.json").read_text("utf-8"))
    writer = gguf.GGUFWriter(file, "llama")
    _add_architecture(writer, config)
    _add_tokens(writer)
    for name, shape in _tensor_shapes(config, extra=extra).items():
        writer.add_tensor(f"{name}.weight", np.zeros(shape, np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return file


def _add_architecture(writer: Any, config: JsonObject) -> None:
    import gguf

    width, heads = config["hidden_size"], config["num_attention_heads"]
    writer.add_name("tiny")
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(width)
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(heads)
    writer.add_head_count_kv(config["num_key_value_heads"])
    writer.add_rope_dimension_count(width // heads)
    writer.add_rope_freq_base(config["rope_parameters"]["rope_theta"])
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)


def _add_tokens(writer: Any) -> None:
    words = vocabulary(PAIRS)
    writer.add_vocab_size(len(words))
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("smollm")
    writer.add_token_list(words)
    writer.add_token_types([3] * len(SPECIAL) + [1] * (len(words) - len(SPECIAL)))
    writer.add_token_merges([" ".join(pair) for pair in PAIRS])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_chat_template("{{ messages }}")


def _tensor_shapes(config: JsonObject, *, extra: bool) -> dict[str, tuple[int, ...]]:
    """Return the shape of each tensor by its name in a GGUF file."""
    width, inner, words = config["hidden_size"], config["intermediate_size"], len(vocabulary(PAIRS))
    head = width // config["num_attention_heads"]
    rows = head * config["num_key_value_heads"]
    shapes: dict[str, tuple[int, ...]] = {"token_embd": (words, width), "output_norm": (width,)}
    if not config["tie_word_embeddings"]:
        shapes["output"] = (words, width)
    for layer in range(config["num_hidden_layers"]):
        block = {
            "attn_norm": (width,),
            "ffn_norm": (width,),
            "attn_q": (width, width),
            "attn_k": (rows, width),
            "attn_v": (rows, width),
            "attn_output": (width, width),
            "ffn_gate": (inner, width),
            "ffn_up": (inner, width),
            "ffn_down": (width, inner),
        }
        shapes |= {f"blk.{layer}.{name}": shape for name, shape in block.items()}
    if extra:
        shapes["rope_freqs"] = (head // 2,)
    return shapes

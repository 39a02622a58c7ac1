"""From a GGUF file to the directory in float32 that training needs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from practicum.training.gguf_layout import gguf_name, gguf_names, heads_to_permute, unpermuted

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

TEMPLATE = Path(__file__).parent / "chatml.jinja"
"""Unlike SmolLM2's own it lists tools, and marks what the assistant says for losses on that alone."""


def write_directory(gguf_file: Path, directory: Path) -> None:
    """Write a GGUF of a Llama as a directory in Hugging Face form: weights in float32, tokenizer, template.

    The weights are read with the gguf package: transformers' own way gives a model that calls itself
    quantised, which can neither be saved nor trained, and takes twice as long.

    Args:
        gguf_file: The file; its output layer is its embeddings.
        directory: Made here.
    """
    from safetensors.numpy import save_file
    from transformers import AutoConfig, AutoTokenizer, GenerationConfig

    place: Any = {"pretrained_model_name_or_path": str(gguf_file.parent), "gguf_file": gguf_file.name}
    config: Any = AutoConfig.from_pretrained(**place)
    config.architectures, config.dtype = ["LlamaForCausalLM"], "float32"
    config._model_name_or_path = ""
    tokenizer: Any = AutoTokenizer.from_pretrained(**place)
    tokenizer.model_max_length = config.max_position_embeddings
    tokenizer.chat_template = TEMPLATE.read_text("utf-8")
    directory.mkdir(parents=True)
    config.save_pretrained(directory)
    GenerationConfig.from_model_config(config).save_pretrained(directory)
    tokenizer.save_pretrained(directory)
    save_file(read_tensors(gguf_file, config), directory / "model.safetensors", metadata={"format": "pt"})


def read_tensors(gguf_file: Path, config: Any) -> dict[str, npt.NDArray[np.float32]]:
    """Return a file's weights in float32, by Hugging Face's names and in its order of rows.

    Args:
        gguf_file: A GGUF of a Llama.
        config: Its configuration, as transformers has it.
    """
    import numpy as np
    from gguf import GGUFReader
    from gguf.quants import dequantize

    named = _names(config.num_hidden_layers)
    tensors: dict[str, npt.NDArray[np.float32]] = {}
    for tensor in GGUFReader(gguf_file).tensors:
        weights: npt.NDArray[np.float32] = dequantize(tensor.data, tensor.tensor_type).astype(
            np.float32, copy=False
        )
        heads = heads_to_permute(tensor.name, config.num_attention_heads, config.num_key_value_heads)
        weights = unpermuted(weights, heads) if heads else weights
        tensors[named[tensor.name]] = np.ascontiguousarray(weights)
    return tensors


def _names(layers: int) -> dict[str, str]:
    """Return Hugging Face's names of a Llama's tensors by GGUF's."""
    parts = [f"self_attn.{part}_proj" for part in "qkvo"] + [
        f"mlp.{part}_proj" for part in ("gate", "up", "down")
    ]
    parts += ["input_layernorm", "post_attention_layernorm"]
    ours = [f"model.layers.{layer}.{part}.weight" for layer in range(layers) for part in parts]
    ours += ["model.embed_tokens.weight", "model.norm.weight"]
    table = gguf_names(layers)
    return {theirs: name for name in ours if (theirs := gguf_name(name, table)) is not None}

"""A merged model as one GGUF file, which the engine without torch, llama.cpp and Ollama read."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from practicum.errors import SetupError
from practicum.records import JsonObject
from practicum.training.gguf_base import architecture_of, check_metadata, copy_metadata, read_gguf, unlike
from practicum.training.gguf_layout import MODEL_TYPES
from practicum.training.gguf_weights import MergedWeights
from practicum.training.model_files import written_aside
from practicum.training.packages import need_packages

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from gguf import GGMLQuantizationType, GGUFReader

OUTPUT = "output.weight"
"""The output layer, which shares the embeddings' weights where a file has none."""
_COPIED = ("rope_freqs.weight",)
"""Tensors that are constants of the base; Hugging Face computes them from config.json."""


def write_gguf(merged: Path, out: Path, *, like: Path) -> Path:
    """Write a merged model as GGUF, and return ``out``: Q8_0, and one-dimensional tensors in F32.

    One tensor at a time is in memory. torch is not needed.

    Args:
        merged: A directory as `merge_adapter` writes it: config.json, and safetensors in float32 or float16.
        out: The file to write; one that is there is replaced.
        like: The GGUF of the base, whose metadata (sizes, tokenizer, chat template) is copied.

    Raises:
        SetupError: the architecture is not supported; ``merged`` or ``like`` can't be read, or they don't
            belong together; a package is missing; the disk is full.
    """
    need_packages("GGUF files", "gguf", "safetensors")
    config = _config(merged)
    reader = read_gguf(like)
    check_metadata(config, reader, like)
    weights = MergedWeights(merged, config)
    plan = _plan(weights, reader, tied=bool(config.get("tie_word_embeddings")))
    with written_aside(out) as aside:
        _write(aside, plan, weights, reader)
    return out


@dataclass(frozen=True)
class _Planned:
    """A tensor that will be written."""

    name: str
    shape: tuple[int, ...]
    kind: GGMLQuantizationType
    copied: npt.NDArray[np.generic] | None = None
    """The base's own numbers, where the merged model has none."""

    @property
    def size(self) -> int:
        """Bytes in the file."""
        from gguf import GGML_QUANT_SIZES

        block, size = GGML_QUANT_SIZES[self.kind]
        return math.prod(self.shape) // block * size

    def data(self, weights: MergedWeights) -> npt.NDArray[np.generic]:
        from gguf.quants import quantize

        if self.copied is not None:
            return self.copied
        quantized: npt.NDArray[np.generic] = quantize(weights.load(self.name), self.kind)
        return quantized


def _config(merged: Path) -> JsonObject:
    try:
        config: JsonObject = json.loads((merged / "config.json").read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise SetupError(f"{merged} is no model: {error}", "name a directory that merging wrote") from error
    if config.get("model_type") not in MODEL_TYPES:
        raise SetupError(
            f"a model of type {config.get('model_type')!r} can't be written as GGUF",
            f"supported are {', '.join(MODEL_TYPES)}; serve the directory itself with local:{merged}",
        )
    return config


def _plan(weights: MergedWeights, reader: GGUFReader, *, tied: bool) -> list[_Planned]:
    """Return what to write, in the base's order."""
    plan, left = [], set(weights.names)
    for tensor in reader.tensors:
        shape = tuple(int(size) for size in reversed(tensor.shape))
        if tensor.name in _COPIED:
            plan.append(_Planned(tensor.name, shape, tensor.tensor_type, tensor.data))
        elif tensor.name in left:
            left.remove(tensor.name)
            if weights.shape(tensor.name) != shape:
                raise unlike(
                    "the base", f"its {tensor.name} has shape {shape}, not {weights.shape(tensor.name)}"
                )
            plan.append(_Planned(tensor.name, shape, _kind(shape)))
        elif not (tensor.name == OUTPUT and tied):
            raise unlike("the base", f"the merged model has no {tensor.name}")
    if left - {OUTPUT}:
        raise unlike("the base", f"it has no {min(left - {OUTPUT})}")
    return plan + [_Planned(name, weights.shape(name), _kind(weights.shape(name))) for name in left]


def _kind(shape: tuple[int, ...]) -> GGMLQuantizationType:
    from gguf import GGML_QUANT_SIZES, GGMLQuantizationType

    if len(shape) == 1:
        return GGMLQuantizationType.F32
    block, _ = GGML_QUANT_SIZES[GGMLQuantizationType.Q8_0]
    return GGMLQuantizationType.Q8_0 if shape[-1] % block == 0 else GGMLQuantizationType.F16


def _write(path: Path, plan: list[_Planned], weights: MergedWeights, reader: GGUFReader) -> None:
    import gguf
    import numpy as np

    writer = gguf.GGUFWriter(path, architecture_of(reader))
    try:
        writer.add_file_type(gguf.LlamaFileType.MOSTLY_Q8_0)
        writer.add_quantization_version(gguf.GGML_QUANT_VERSION)
        copy_metadata(reader, writer)
        for planned in plan:
            # The type of number counts only where none is named.
            writer.add_tensor_info(
                planned.name, planned.shape, np.dtype(np.float32), planned.size, raw_dtype=planned.kind
            )
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_ti_data_to_file()
        for planned in plan:
            writer.write_tensor_data(planned.data(weights))
    finally:
        writer.close()

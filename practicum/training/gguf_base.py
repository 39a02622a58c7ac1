"""The GGUF of a base: what a merged model's file takes from it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from practicum.errors import SetupError
from practicum.records import JsonObject
from practicum.training.gguf_layout import MODEL_TYPES

if TYPE_CHECKING:
    from gguf import GGUFReader, GGUFWriter

_REMADE = ("general.architecture", "general.file_type", "general.quantization_version")
"""Metadata that depends on how the tensors are written, or that the writer adds itself."""


def read_gguf(path: Path) -> GGUFReader:
    """Open a GGUF file.

    Raises:
        SetupError: it is none, or damaged.
    """
    from gguf import GGUFReader

    try:
        return GGUFReader(path)
    except Exception as error:  # its parser asserts, indexes and maps memory at whatever it is given
        raise SetupError(
            f"{path} is no GGUF file that can be read: {error}", "name the base's GGUF"
        ) from error


def check_metadata(config: JsonObject, reader: GGUFReader, like: Path) -> None:
    """Compare what a model's config.json says with a GGUF's metadata.

    Raises:
        SetupError: they are of different models.
    """
    architecture = MODEL_TYPES[config["model_type"]]
    if architecture_of(reader) != architecture:
        raise unlike(
            like, f"its architecture is {architecture_of(reader)}, the merged model's {architecture}"
        )
    said = {
        f"{architecture}.block_count": config["num_hidden_layers"],
        f"{architecture}.attention.head_count": config["num_attention_heads"],
        f"{architecture}.attention.head_count_kv": config.get("num_key_value_heads"),
    }
    for key, wanted in said.items():
        field = reader.get_field(key)
        if field is not None and wanted is not None and field.contents() != wanted:
            raise unlike(like, f"its {key} is {field.contents()}, the merged model's {wanted}")


def unlike(like: Path | str, why: str) -> SetupError:
    """Return the error for a GGUF that is not the base's."""
    return SetupError(
        f"{like} is not the GGUF of the merged model's base: {why}",
        "name the GGUF of the model that the adapter was trained on",
    )


def architecture_of(reader: GGUFReader) -> str:
    """Return what ``general.architecture`` says."""
    field = reader.get_field("general.architecture")
    return str(field.contents()) if field is not None else "unnamed"


def copy_metadata(reader: GGUFReader, writer: GGUFWriter) -> None:
    """Copy what does not depend on how the tensors are written: sizes, tokenizer, chat template, names."""
    from gguf import GGUFValueType

    for key, field in reader.fields.items():
        if key in _REMADE or key.startswith("GGUF."):
            continue
        kind = field.types[0]
        part = field.types[-1] if kind == GGUFValueType.ARRAY else None
        writer.add_key_value(key, field.contents(), kind, sub_type=part)

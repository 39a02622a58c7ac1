"""Convert all-MiniLM-L6-v2 to ONNX: ``python embedding_export.py MODEL_FOLDER TARGET.onnx``.

Run as a program of its own by `embedding_onnx`: torch takes seconds and a
gigabyte, and its exporter writes to standard output. It imports nothing of
practicum, so that it runs wherever the file lies.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

OPSET = 18
TOLERANCE = 1e-4
"""Largest difference allowed between a number of the model and of its conversion."""


def sentence_encoder(folder: Path) -> torch.nn.Module:
    """Return the model with mean pooling and normalisation inside: tokens in, unit vectors out."""
    import torch
    from transformers import AutoModel

    class SentenceEncoder(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model: Any = AutoModel.from_pretrained(str(folder), attn_implementation="eager")

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            tokens = self.model(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
            mask = attention_mask.unsqueeze(-1).to(tokens.dtype)
            mean = (tokens * mask).sum(dim=1) / mask.sum(dim=1).clamp(min=1e-9)
            return torch.nn.functional.normalize(mean, p=2.0, dim=1)

    return SentenceEncoder().eval()


def export(folder: Path, target: Path) -> None:
    """Write the model in ``folder`` to ``target``, batch and length left open."""
    import torch

    encoder = sentence_encoder(folder)
    batch, length = torch.export.Dim("batch", min=1, max=4096), torch.export.Dim("length", min=2, max=512)
    # Example values differ from each other and from 1, or the exporter takes them for constants.
    shape = (3, 7)
    example = (torch.ones(shape, dtype=torch.int64), torch.ones(shape, dtype=torch.int64))
    torch.onnx.export(
        encoder,
        example,
        str(target),
        input_names=["input_ids", "attention_mask"],
        output_names=["sentence_vectors"],
        dynamic_shapes=({0: batch, 1: length}, {0: batch, 1: length}),
        opset_version=OPSET,
        external_data=False,
        dynamo=True,
    )
    check(encoder, target)


def check(encoder: torch.nn.Module, target: Path) -> None:
    """Compare the written file with the model it was made from, on a shape that was not the example's."""
    import numpy as np
    import onnxruntime
    import torch

    tokens = torch.arange(1000, 1022).reshape(2, 11)
    mask = torch.ones_like(tokens)
    mask[1, 5:] = 0
    with torch.no_grad():
        expected = encoder(tokens, mask).numpy()
    session = onnxruntime.InferenceSession(str(target), providers=["CPUExecutionProvider"])
    found = session.run(None, {"input_ids": tokens.numpy(), "attention_mask": mask.numpy()})[0]
    difference = float(np.abs(found - expected).max())
    if difference > TOLERANCE:
        raise SystemExit(f"the converted model's vectors are off by {difference:.2g}")


if __name__ == "__main__":
    export(Path(sys.argv[1]), Path(sys.argv[2]))

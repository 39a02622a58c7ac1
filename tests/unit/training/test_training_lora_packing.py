"""Packed batches give the losses and gradients of padded ones."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from training_lora_parts import make_base

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing` is deprecated:FutureWarning"),
]

TOKENS = st.lists(st.integers(0, 5), min_size=1, max_size=8)
BATCHES = st.tuples(TOKENS, st.lists(st.tuples(TOKENS, TOKENS), min_size=1, max_size=5))


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Any:
    for package in ("torch", "transformers", "trl", "peft"):
        pytest.importorskip(package)
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    from practicum.training.lora_trainer import add_completion_loss

    base: Any = AutoModelForCausalLM.from_pretrained(make_base(tmp_path_factory.mktemp("base")))
    lora = LoraConfig(r=4, target_modules="all-linear", init_lora_weights=False, task_type="CAUSAL_LM")
    made = get_peft_model(base, lora)
    add_completion_loss(made.get_base_model())
    return made


def rows_of(batch: tuple[list[int], list[tuple[list[int], list[int]]]]) -> list[dict[str, Any]]:
    shared, parts = batch
    return [
        {"input_ids": shared + prompt + completion, "prompt_tokens": len(shared) + len(prompt)}
        for prompt, completion in parts
    ]


def packed_loss(model: Any, rows: list[dict[str, Any]]) -> Any:
    """Return what the trainer computes: a sum over the completions' tokens."""
    from practicum.training.lora_packing import PackingCollator

    return model(**PackingCollator()(rows), completion_loss=True)["loss"]


def plain_loss(model: Any, rows: list[dict[str, Any]]) -> Any:
    """Return the same sum from every example by itself, with all logits."""
    import torch

    losses = []
    for row in rows:
        ids = torch.tensor(row["input_ids"])
        logits = model(input_ids=ids[None]).logits[0]
        begin = row["prompt_tokens"]
        losses.append(torch.nn.functional.cross_entropy(logits[begin - 1 : -1], ids[begin:], reduction="sum"))
    return torch.stack(losses).sum()


@settings(max_examples=40, deadline=None)
@given(batch=BATCHES)
def test_the_loss_is_that_of_every_example_by_itself(
    model: Any, batch: tuple[list[int], list[tuple[list[int], list[int]]]]
) -> None:
    import torch

    rows = rows_of(batch)
    with torch.no_grad():
        ours, plain = packed_loss(model, rows), plain_loss(model, rows)
    tokens = sum(len(row["input_ids"]) - row["prompt_tokens"] for row in rows)
    assert torch.allclose(ours / tokens, plain / tokens, atol=1e-5, rtol=0)


@settings(max_examples=10, deadline=None)
@given(batch=BATCHES)
def test_so_are_the_gradients(model: Any, batch: tuple[list[int], list[tuple[list[int], list[int]]]]) -> None:
    import torch

    rows = rows_of(batch)
    weights = [weight for weight in model.parameters() if weight.requires_grad]
    ours = torch.autograd.grad(packed_loss(model, rows), weights)
    plain = torch.autograd.grad(plain_loss(model, rows), weights)
    assert max(float(other.abs().max()) for other in plain) > 0
    for mine, other in zip(ours, plain, strict=True):
        scale = float(other.abs().max()) or 1.0
        assert float((mine - other).abs().max()) <= 1e-4 * max(scale, 1.0)


def test_a_batch_holds_the_beginning_that_prompts_share_once(model: Any) -> None:
    from practicum.training.lora_packing import PackingCollator

    del model  # asks for torch
    batch = PackingCollator()(
        [
            {"input_ids": [1, 2, 3, 4, 9, 9], "prompt_tokens": 4},
            {"input_ids": [1, 2, 3, 5, 6, 8], "prompt_tokens": 5},
        ]
    )
    assert batch["input_ids"].tolist() == [[1, 2, 3, 4, 9, 9, 5, 6, 8]]
    assert batch["position_ids"].tolist() == [[0, 1, 2, 3, 4, 5, 3, 4, 5]]
    assert batch["labels"].tolist() == [[-100, -100, -100, -100, 9, 9, -100, -100, 8]]
    mask = batch["attention_mask"][0, 0]
    assert mask[6].tolist() == [True, True, True, False, False, False, True, False, False]


def test_trls_own_loss_is_the_same(model: Any) -> None:
    """trl's fused head, over the padded batch, as `SFTTrainer.compute_loss` calls it."""
    import torch
    from trl.trainer.sft_trainer import DataCollatorForLanguageModeling
    from trl.trainer.utils import add_fused_lm_head

    rows = rows_of(([1, 2, 3], [([4, 5], [6, 7, 8]), ([5], [4, 4]), ([4, 4, 4, 4], [2])]))
    labels = [[-100] * row["prompt_tokens"] + row["input_ids"][row["prompt_tokens"] :] for row in rows]
    padded = DataCollatorForLanguageModeling(pad_token_id=0)(
        [{"input_ids": row["input_ids"], "labels": label} for row, label in zip(rows, labels, strict=True)]
    )
    with torch.no_grad():
        ours = packed_loss(model, rows) / 6
        add_fused_lm_head(model.get_base_model())
        theirs = model(**padded, fused_lm_head=True).loss
    assert torch.allclose(ours, theirs, atol=1e-5, rtol=0)


def test_windows_and_unknown_layers_are_not_packed() -> None:
    from transformers import LlamaConfig, MistralConfig, Qwen2Config

    from practicum.training.lora_packing import is_packable

    assert is_packable(LlamaConfig(), 4000)
    assert is_packable(MistralConfig(sliding_window=128), 100)
    assert not is_packable(MistralConfig(sliding_window=128), 200)
    assert is_packable(Qwen2Config(), 4000)
    assert not is_packable(SimpleNamespace(model_type="mamba"), 10)

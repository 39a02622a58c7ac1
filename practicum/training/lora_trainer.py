"""trl's SFTTrainer, with packed batches and no logits of prompts; imported only to train."""

from __future__ import annotations

import types
from typing import Any

import torch
from datasets import Dataset
from transformers.trainer_callback import PrinterCallback, ProgressCallback
from trl.trainer.sft_config import SFTConfig
from trl.trainer.sft_trainer import SFTTrainer

from practicum.training.lora_packing import IGNORED, PackingCollator, is_packable
from practicum.training.lora_progress import Watcher
from practicum.training.lora_rows import Rows
from practicum.training.lora_sampling import EpochSampler, EpochTeller


class CompletionTrainer(SFTTrainer):
    """Trains on completions only, and computes no logits of anything else.

    Where the architecture allows, batches are packed (`practicum.training.lora_packing`); elsewhere they
    are padded rows of like lengths, and trl's own loss is used.
    """

    def __init__(
        self, model: Any, tokenizer: Any, rows: Rows, config: SFTConfig, watcher: Watcher, lora: Any
    ) -> None:
        """Take a loaded base, what it is trained on, and how; nothing is trained yet."""
        longest = max(map(len, rows.tokens))
        self.watcher = watcher
        self.packed = is_packable(model.config, longest) and model.config._attn_implementation == "sdpa"
        size = config.train_batch_size * config.gradient_accumulation_steps * config.world_size
        lengths = [len(tokens) for tokens in rows.tokens]
        self._sampler = EpochSampler(lengths, None if self.packed else size, config.seed)
        super().__init__(
            model=model,
            args=config,
            train_dataset=as_dataset(rows, packed=self.packed),
            processing_class=tokenizer,
            peft_config=lora,
            data_collator=PackingCollator() if self.packed else None,
            callbacks=[watcher, EpochTeller(self._sampler)],
        )
        # It prints its logs where there is no bar.
        for printing in (PrinterCallback, ProgressCallback):
            self.remove_callback(printing)
        self.processing_class = None  # else each checkpoint gets a copy of the base's tokenizer
        if self.packed:
            adapted: Any = self.model
            add_completion_loss(adapted.get_base_model())

    @property
    def began(self) -> bool:
        """Whether everything was loaded and the first step could begin."""
        return self.watcher.began

    def compute_loss(
        self, model: Any, inputs: Any, return_outputs: bool = False, num_items_in_batch: Any = None
    ) -> Any:
        """Return the mean negative log-likelihood of the completions' tokens, in nats."""
        if not self.packed:
            return super().compute_loss(model, inputs, return_outputs, num_items_in_batch)  # type: ignore[no-untyped-call]  # trl's own
        # Through the outermost module, so that DDP sees the pass and gathers gradients.
        outputs = model(**inputs, completion_loss=True)
        count = (inputs["labels"] != IGNORED).sum() if num_items_in_batch is None else num_items_in_batch
        loss = outputs["loss"] / torch.as_tensor(count, device=outputs["loss"].device).clamp(min=1)
        if self.args.average_tokens_across_devices and num_items_in_batch is not None:
            loss = loss * self.accelerator.num_processes  # the count is that of all processes, DDP averages
        return (loss, outputs) if return_outputs else loss

    def _get_train_sampler(self, train_dataset: Any = None) -> EpochSampler:
        del train_dataset  # there is one
        return self._sampler

    def log(self, logs: dict[str, float], start_time: float | None = None) -> None:
        """Keep the time with each loss, so that a resumed training goes on counting."""
        super().log({**logs, "seconds": self.watcher.seconds}, start_time)

    def create_model_card(self, *_: Any, **__: Any) -> None:
        """Write none: `training.json` says where an adapter comes from."""

    def _send_telemetry(self) -> None:
        """Tell nobody."""


def as_dataset(rows: Rows, *, packed: bool) -> Dataset:
    """Return the rows as the collators want them: packed ones count the prompt, others have labels."""
    if packed:
        columns: dict[str, list[Any]] = {
            "input_ids": [tokens.ids for tokens in rows.tokens],
            "prompt_tokens": [len(tokens.prompt) for tokens in rows.tokens],
        }
    else:
        columns = {
            "input_ids": [tokens.ids for tokens in rows.tokens],
            "labels": [[IGNORED] * len(t.prompt) + t.completion for t in rows.tokens],
        }
    return Dataset.from_dict(columns)


def add_completion_loss(model: Any) -> None:
    """Let ``model(..., labels=labels, completion_loss=True)`` return ``{"loss"}``: a sum over completions.

    The decoder runs on the whole sequence; the output layer, whose 49,000 columns cost the embedded model
    as much as a fifth of its layers, only where the next token is trained on.
    """
    original = model.forward

    def forward(self: Any, *args: Any, completion_loss: bool = False, **kwargs: Any) -> Any:
        if not completion_loss:
            return original(*args, **kwargs)
        labels = kwargs.pop("labels")[:, 1:]
        hidden = self.base_model(*args, **{**kwargs, "use_cache": False}).last_hidden_state[:, :-1]
        wanted = labels != IGNORED
        logits = self.get_output_embeddings()(hidden[wanted]).float()
        return {"loss": torch.nn.functional.cross_entropy(logits, labels[wanted], reduction="sum")}

    model.forward = types.MethodType(forward, model)

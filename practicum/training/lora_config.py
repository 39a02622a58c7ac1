"""From options to trl's configuration; imported only to train."""

from __future__ import annotations

from pathlib import Path

import torch
from trl.trainer.sft_config import SFTConfig

from practicum.training.training_options import ResolvedOptions

CHECKPOINTS = 20
"""Checkpoints of a training: what is lost when it is killed is a twentieth."""


def make_config(options: ResolvedOptions, checkpoints: Path) -> SFTConfig:
    """Return the trainer's configuration.

    Args:
        options: How to train.
        checkpoints: The folder of the checkpoints.
    """
    on_gpu = torch.cuda.is_available()
    return SFTConfig(
        output_dir=str(checkpoints),
        num_train_epochs=options.epochs,
        per_device_train_batch_size=options.batch_size,
        gradient_accumulation_steps=options.accumulation,
        learning_rate=options.learning_rate,
        lr_scheduler_type=options.schedule,
        warmup_steps=options.warm_up,  # below 1 it is a share of all steps, as below
        seed=options.seed,
        use_cpu=not on_gpu,
        bf16=options.precision == "bfloat16",
        activation_checkpointing=options.activation_checkpointing,
        save_strategy="steps",
        save_steps=1 / CHECKPOINTS,
        save_total_limit=2,  # one to fall back to, when the last was being written
        logging_steps=1,
        logging_nan_inf_filter=False,
        disable_tqdm=True,
        report_to=[],
        max_length=None,
        dataset_kwargs={"skip_prepare_dataset": True},
        remove_unused_columns=False,
        dataloader_num_workers=0,
        dataloader_pin_memory=on_gpu,
        ddp_find_unused_parameters=False,
    )

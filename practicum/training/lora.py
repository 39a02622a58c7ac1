"""LoRA fine-tuning: from examples to an adapter in PEFT's form."""

from __future__ import annotations

import pickle
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from practicum.errors import SetupError
from practicum.nodes.prompting import prompts_hash
from practicum.records import ToolSpec
from practicum.training.base import Base
from practicum.training.examples import Example
from practicum.training.lora_base import enough_memory, load_weights
from practicum.training.lora_checkpoints import Workplace, find_resume, one_at_a_time, unusable
from practicum.training.lora_plan import Training, plan_training, prepare_training
from practicum.training.lora_quiet import quiet_libraries
from practicum.training.lora_start import Start, continued
from practicum.training.model_files import disk_explained, written_aside
from practicum.training.packages import need_packages
from practicum.training.processes import is_first, processes
from practicum.training.training_options import TrainingOptions
from practicum.training.training_record import TrainingProgress, TrainingRecord

if TYPE_CHECKING:
    from practicum.training.lora_trainer import CompletionTrainer

LIBRARIES = ("torch", "transformers", "peft", "trl")
PACKAGES = (*LIBRARIES, "datasets", "accelerate")
_UNREADABLE = (OSError, ValueError, KeyError, TypeError, EOFError, RuntimeError, pickle.UnpicklingError)
"""What a checkpoint raises that is not what it should be."""
_UNWANTED = ("README.md", "training_args.bin")
"""What saving writes beside an adapter: a model card to be filled in, and a pickle."""


def require_trainable(base: Base, options: TrainingOptions, start: Start | None) -> None:
    """Refuse a base that can't be trained with these options, before anything takes long.

    Raises:
        SetupError: it can't be loaded, or has no chat template; the start does not fit; a package is missing.
    """
    need_packages("training runs", *PACKAGES)
    with quiet_libraries():
        prepare_training(Path(base.source), options, base.name, start)


def train_adapter(
    examples: Sequence[Example],
    specs: Mapping[str, ToolSpec],
    base: Path,
    out: Path,
    options: TrainingOptions,
    *,
    base_name: str,
    neighbours: Mapping[str, Sequence[Example]] | None = None,
    start: Start | None = None,
    dropped: Counter[str] | None = None,
    overwrite: bool = False,
    watch: Callable[[TrainingProgress], None] | None = None,
) -> TrainingRecord:
    """Fine-tune a LoRA adapter on examples, and put it into a folder of its own.

    Killed and called again with the same data, base and options it goes on from its last checkpoint in
    ``out/checkpoints``; with others it starts anew. Called again when it has finished, it returns what is
    there. Under ``accelerate launch`` every process calls it, and the first one writes.

    Args:
        examples: What to train on; those of other splits than ``train`` are left out.
        specs: The tools by name.
        base: Directory in Hugging Face form, or a hub id (`practicum.training.base.find_base`).
        out: Folder of the adapter: ``adapter_config.json``, ``adapter_model.safetensors`` and
            ``training.json``, which appear together.
        options: How to train.
        base_name: The base as the user named it, such as ``local``.
        neighbours: By an example's id, others like it, the nearest last; for ``demonstration_share``.
        start: An earlier adapter of the same base, rank, scale and targets, to train further; None
            begins with the base alone.
        dropped: What became no example, by the reason: for the record.
        overwrite: Whether a finished adapter of another training may be removed from ``out``.
        watch: Called before the first step and after each, in the first process.

    Raises:
        SetupError: too few examples, a base that can't be trained, a folder that is taken or in use, a
            damaged checkpoint, too little memory, a full disk, a diverging loss, a missing package.
    """
    need_packages("training runs", *PACKAGES)
    with quiet_libraries():
        training = plan_training(examples, specs, base, options, base_name, neighbours or {}, start)
        with one_at_a_time(out) if is_first() else nullcontext():
            place = Workplace(out.absolute(), f"{training.identity}-{processes()}")
            done = place.finished()
            if done is not None and done.identity == training.identity:
                if is_first():
                    place.forget()  # a kill may have come before it
                return done
            if done is not None and (is_first() or not overwrite):
                place.vacate(allowed=overwrite)
            return _trained(training, place, dropped or Counter(), watch)


def _trained(
    training: Training,
    place: Workplace,
    dropped: Counter[str],
    watch: Callable[[TrainingProgress], None] | None,
) -> TrainingRecord:
    """Train in a folder that is prepared by the first process; every process returns the same record."""
    from practicum.training.lora_config import make_config

    changed = place.prepare() if is_first() else ""
    config = make_config(training.options, place.checkpoints)
    if config.n_gpu > 1:
        raise SetupError(
            f"{config.n_gpu} GPUs are visible to one process",
            "start `accelerate launch -m practicum.cli.main train ...`, or set CUDA_VISIBLE_DEVICES=0",
        )
    config.distributed_state.wait_for_everyone()
    resume = find_resume(place.checkpoints)
    note = "; ".join(part for part in (changed, resume.note) if part)
    trainer = _trainer(training, config, watch, note)
    if trainer.is_fsdp_enabled:
        _save_in_one_piece(trainer.accelerator.state.fsdp_plugin)
    with enough_memory(training.options), disk_explained(place.checkpoints):
        _run(trainer, resume.checkpoint)
    if is_first():
        _put_in_place(trainer, _record(training, trainer, dropped), place)
    elif trainer.is_fsdp_enabled:
        trainer.save_model(str(place.checkpoints))  # writes nothing, but gives its part of the weights
    config.distributed_state.wait_for_everyone()
    return TrainingRecord.read(place.out)


def _trainer(
    training: Training, config: Any, watch: Callable[[TrainingProgress], None] | None, note: str
) -> CompletionTrainer:
    from peft import LoraConfig

    from practicum.training.lora_progress import Watcher
    from practicum.training.lora_trainer import CompletionTrainer

    options = training.options
    lora = LoraConfig(
        r=options.rank,
        lora_alpha=options.alpha,
        target_modules="all-linear",
        lora_dropout=0.0,
        bias="none",
        task_type="CAUSAL_LM",
    )
    watcher = Watcher(watch, training.rows.total_tokens * options.epochs, note)
    with enough_memory(options):
        model = load_weights(training.source, options)
        new: LoraConfig | None = lora
        if training.start is not None:
            model, new = continued(model, training.start, training.source), None
        return CompletionTrainer(model, training.tokenizer, training.rows, config, watcher, new)


def _run(trainer: CompletionTrainer, checkpoint: Path | None) -> None:
    """Train, from a checkpoint if there is one."""
    try:
        trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    except _UNREADABLE as error:
        if checkpoint is None or trainer.began or not _is_about_weights(error):
            raise
        raise unusable(checkpoint, f"can't be loaded: {type(error).__name__}") from error


def _is_about_weights(error: Exception) -> bool:
    """Whether what was raised as a checkpoint was loaded is about it, and not about the machine's memory."""
    return not isinstance(error, RuntimeError) or "loading state_dict" in str(error)


def _save_in_one_piece(fsdp: Any) -> None:
    """Let checkpoints and the end hold the adapter itself, not each process' part of it."""
    fsdp.state_dict_config = fsdp.optim_state_dict_config = None  # else those of parts would stay
    fsdp.set_state_dict_type("FULL_STATE_DICT")


def _record(training: Training, trainer: CompletionTrainer, dropped: Counter[str]) -> TrainingRecord:
    from practicum.training.lora_progress import final_loss

    rows = training.rows
    return TrainingRecord(
        data_hash=training.data_hash,
        examples=len(rows.examples),
        by_tool=dict(sorted(Counter(example.tool or "" for example in rows.examples).items())),
        by_origin=dict(sorted(Counter(str(example.origin) for example in rows.examples).items())),
        left_out=dict((dropped + rows.left_out).most_common()),
        base=training.base_name,
        base_hash=training.base_hash,
        options=training.options,
        schema_hashes=dict(sorted((e.tool, e.tool_schema_hash) for e in rows.examples if e.tool is not None)),
        versions={name: version(name) for name in LIBRARIES},
        prompts_hash=prompts_hash(),
        started_from=training.start.name if training.start else None,
        start_hash=training.start_hash,
        steps=trainer.state.global_step,
        seconds=round(trainer.state.log_history[-1]["seconds"], 1),
        tokens=rows.total_tokens * training.options.epochs,
        final_loss=final_loss(trainer.state.log_history),
    )


def _put_in_place(trainer: CompletionTrainer, record: TrainingRecord, place: Workplace) -> None:
    """Let the finished adapter appear at once; the checkpoints go when it is there."""
    with written_aside(place.out) as aside:
        trainer.save_model(str(aside))
        for name in _UNWANTED:
            (aside / name).unlink(missing_ok=True)
        record.write(aside)
        place.clear()
    place.forget()

"""How a training tells how far it is; imported only to train."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from transformers import TrainerCallback

from practicum.errors import SetupError
from practicum.training.lora_written import note_written
from practicum.training.training_record import TrainingProgress


class Watcher(TrainerCallback):
    """Reports each step, keeps the time over interruptions, and notes what each checkpoint was written as."""

    def __init__(
        self, watch: Callable[[TrainingProgress], None] | None, total_tokens: int, note: str
    ) -> None:
        """Report to ``watch``; ``total_tokens`` of examples pass in all epochs, ``note`` comes first."""
        self._watch = watch
        self._total_tokens = total_tokens
        self._note = note
        self._started = time.perf_counter()
        self._earlier = 0.0
        self._first_step = 0
        self.began = False
        """Whether everything was loaded and the first step could begin."""

    @property
    def seconds(self) -> float:
        """Wall-clock time of all steps so far, those before an interruption included."""
        return self._earlier + time.perf_counter() - self._started

    def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        del args, control, kwargs
        self.began = True
        self._started = time.perf_counter()
        self._earlier = max((entry.get("seconds", 0.0) for entry in state.log_history), default=0.0)
        self._first_step = state.global_step
        self._tell(state, TrainingProgress(step=state.global_step, steps=state.max_steps, note=self._note))

    def on_log(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        del control
        loss = kwargs.get("logs", {}).get("loss")
        if loss is None:
            return
        if not math.isfinite(loss):
            raise SetupError(
                f"the training diverged: the loss of step {state.global_step} is {loss}",
                f"lower the rate: --learning-rate {args.learning_rate / 4:.1g}",
            )
        done = state.global_step - self._first_step
        pace = done / max(time.perf_counter() - self._started, 1e-9)
        self._tell(
            state,
            TrainingProgress(
                step=state.global_step,
                steps=state.max_steps,
                loss=loss,
                tokens_per_second=pace * self._total_tokens / state.max_steps,
                seconds_left=(state.max_steps - state.global_step) / pace,
            ),
        )

    def on_save(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        del control, kwargs
        args.distributed_state.wait_for_everyone()  # each process writes the state of its random numbers
        if state.is_world_process_zero:
            note_written(Path(args.output_dir) / f"checkpoint-{state.global_step}")

    def _tell(self, state: Any, progress: TrainingProgress) -> None:
        if self._watch is not None and state.is_world_process_zero:
            self._watch(progress)


def final_loss(history: list[dict[str, Any]]) -> float:
    """Return the mean loss of the last tenth of the logged steps."""
    losses = [float(entry["loss"]) for entry in history if "loss" in entry]
    last = losses[-math.ceil(len(losses) / 10) :]
    return sum(last) / len(last)

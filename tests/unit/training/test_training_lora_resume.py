"""Killed trainings go on, with the steps and the weights of one that was never killed."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from training_lora_parts import SPECS, make_base, make_examples

from practicum.errors import SetupError
from practicum.training.lora import train_adapter
from practicum.training.lora_checkpoints import find_resume, one_at_a_time
from practicum.training.lora_written import NAME, note_written
from practicum.training.training_options import TrainingOptions
from practicum.training.training_record import TrainingProgress, TrainingRecord

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing` is deprecated:FutureWarning"),
]

OPTIONS = TrainingOptions(epochs=3, learning_rate=1e-2)
STEPS = 9
# Where the helpers of these tests, and those of all tests, are found.
PARTS = [str(Path(__file__).parent), str(Path(__file__).parents[2])]
KILLED = """
import os, signal, sys
sys.path[:0] = {parts!r}
from pathlib import Path
import torch
torch.set_num_threads(1)
from test_training_lora_resume import train

def watch(progress):
    if progress.step == {at}:
        os.kill(os.getpid(), signal.SIGKILL)

train(Path({base!r}), Path({out!r}), watch)
"""


class _Stopped(Exception):  # noqa: N818 - reads as the event it is
    pass


def train(
    base: Path,
    out: Path,
    watch: Callable[[TrainingProgress], None] | None = None,
    options: TrainingOptions = OPTIONS,
) -> TrainingRecord:
    return train_adapter(
        make_examples(),
        SPECS,
        base,
        out,
        options,
        base_name=str(base),
        watch=watch,
    )


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_base(tmp_path_factory.mktemp("bases") / "tiny")


@pytest.fixture(scope="module")
def whole(base: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("whole") / "adapter"
    train(base, out)
    return out


def stopped(base: Path, out: Path, at: int) -> None:
    """Train up to a step, and stop there as an error would."""

    def watch(progress: TrainingProgress) -> None:
        if progress.step == at:
            raise _Stopped

    with pytest.raises(_Stopped):
        train(base, out, watch)


def same_weights(one: Path, other: Path) -> bool:
    from safetensors.torch import load_file

    first, second = (load_file(path / "adapter_model.safetensors") for path in (one, other))
    return all(bool((first[key] - second[key]).abs().max() < 1e-6) for key in first)


def test_after_a_kill_the_same_call_ends_as_if_nothing_had_happened(
    base: Path, whole: Path, tmp_path: Path
) -> None:
    out = tmp_path / "adapter"
    script = KILLED.format(parts=PARTS, base=str(base), out=str(out), at=5)
    done = subprocess.run([sys.executable, "-c", script], check=False, timeout=300, capture_output=True)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()[-2000:]
    assert not (out / "training.json").exists()
    seen: list[TrainingProgress] = []
    record = train(base, out, seen.append)
    assert seen[0].step == 4
    assert seen[0].note == "going on from step 4"
    assert record.steps == STEPS
    assert same_weights(out, whole)
    assert record.final_loss == pytest.approx(TrainingRecord.read(whole).final_loss, abs=1e-5)
    assert not (out / "checkpoints").exists()


def test_a_checkpoint_that_was_being_written_is_passed_over(base: Path, whole: Path, tmp_path: Path) -> None:
    out = tmp_path / "adapter"
    stopped(base, out, 5)
    newest = out / "checkpoints" / "checkpoint-4"
    (newest / NAME).unlink()
    weights = newest / "adapter_model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    seen: list[TrainingProgress] = []
    train(base, out, seen.append)
    assert seen[0].note == "checkpoint-4 can't be read, going on from step 3"
    assert same_weights(out, whole)


@pytest.mark.parametrize("name", ["optimizer.pt", "trainer_state.json", "scheduler.pt"])
def test_whatever_part_is_missing_of_a_checkpoint_that_was_being_written_shows(
    base: Path, tmp_path: Path, name: str
) -> None:
    out = tmp_path / "adapter"
    stopped(base, out, 3)
    checkpoints = out / "checkpoints"
    assert find_resume(checkpoints).checkpoint == checkpoints / "checkpoint-2"
    (checkpoints / "checkpoint-2" / NAME).unlink()
    file = checkpoints / "checkpoint-2" / name
    file.write_bytes(file.read_bytes()[:-40])
    assert find_resume(checkpoints).checkpoint == checkpoints / "checkpoint-1"
    shutil.rmtree(checkpoints / "checkpoint-1")
    found = find_resume(checkpoints)
    assert found.checkpoint is None
    assert found.note == "checkpoint-2 can't be read, starting from the beginning"


@pytest.mark.parametrize("name", ["adapter_model.safetensors", "trainer_state.json", "rng_state.pth"])
def test_a_checkpoint_that_was_damaged_after_it_was_written_is_named(
    base: Path, whole: Path, tmp_path: Path, name: str
) -> None:
    out = tmp_path / "adapter"
    stopped(base, out, 5)
    file = out / "checkpoints" / "checkpoint-4" / name
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(bytes(content))
    with pytest.raises(SetupError, match=f"is damaged: {re.escape(name)}") as refused:
        train(base, out)
    assert refused.value.fix == "remove that folder; the same command then goes on from step 3"
    shutil.rmtree(file.parent)
    train(base, out)
    assert same_weights(out, whole)


def test_a_checkpoint_that_only_looks_whole_is_named(base: Path, tmp_path: Path) -> None:
    out = tmp_path / "adapter"
    stopped(base, out, 3)
    state = out / "checkpoints" / "checkpoint-2" / "trainer_state.json"
    state.write_text('{"unknown": 1}', "utf-8")
    note_written(state.parent)
    with pytest.raises(SetupError, match="checkpoint-2 can't be loaded") as refused:
        train(base, out)
    assert refused.value.fix == "remove that folder; the same command then goes on from step 1"


def test_a_checkpoint_of_other_shapes_is_named(base: Path, tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    out = tmp_path / "adapter"
    stopped(base, out, 3)
    shutil.rmtree(out / "checkpoints" / "checkpoint-1")
    weights = out / "checkpoints" / "checkpoint-2" / "adapter_model.safetensors"
    save_file({name: tensor[:2].contiguous() for name, tensor in load_file(weights).items()}, weights)
    note_written(weights.parent)
    with pytest.raises(SetupError, match="checkpoint-2 can't be loaded") as refused:
        train(base, out)
    assert refused.value.fix == "remove that folder; the same command then begins anew"


@pytest.mark.parametrize(
    "told", ["unexpected pos 128 vs 0", "PytorchStreamWriter failed writing file data/0"]
)
def test_a_disk_that_is_full_as_a_checkpoint_is_written_is_told(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: str
) -> None:
    def full(*_: object) -> None:
        raise RuntimeError(f"[enforce fail at inline_container.cc:603] . {told}")

    monkeypatch.setattr("practicum.training.lora_trainer.CompletionTrainer._save_checkpoint", full)
    with pytest.raises(SetupError, match="can't be written: the disk is full"):
        train(base, tmp_path / "out")


def test_other_options_start_anew_and_say_so(base: Path, tmp_path: Path) -> None:
    out = tmp_path / "adapter"
    stopped(base, out, 3)
    seen: list[TrainingProgress] = []
    record = train(base, out, seen.append, OPTIONS.model_copy(update={"rank": 4}))
    assert seen[0].step == 0
    assert seen[0].note.startswith("starting anew")
    assert record.options.rank == 4


def test_a_kill_while_the_adapter_is_put_in_place_loses_nothing(
    base: Path, whole: Path, tmp_path: Path
) -> None:
    out = tmp_path / "adapter"
    stopped(base, out, 5)
    (out / "checkpoints").rename(tmp_path / ".adapter.checkpoints")
    seen: list[TrainingProgress] = []
    train(base, out, seen.append)
    assert seen[0].step == 4
    assert same_weights(out, whole)


def test_two_trainings_into_one_folder_are_refused(base: Path, tmp_path: Path) -> None:
    with (
        one_at_a_time(tmp_path / "adapter"),
        pytest.raises(SetupError, match="in this process already") as refused,
    ):
        train(base, tmp_path / "adapter")
    assert "another folder" in refused.value.fix


def test_processes_started_together_train_one_adapter(base: Path, tmp_path: Path) -> None:
    """Two processes over gloo, as ``accelerate launch`` starts them."""
    out = tmp_path / "adapter"
    script = KILLED.format(parts=PARTS, base=str(base), out=str(out), at=-1)
    shared = {
        "WORLD_SIZE": "2",
        "MASTER_ADDR": "127.0.0.1",
        "MASTER_PORT": str(20_000 + os.getpid() % 20_000),
        "OMP_NUM_THREADS": "1",
    }
    started = [
        subprocess.Popen(
            [sys.executable, "-c", script],
            env={
                **os.environ,
                **shared,
                "RANK": str(rank),
                "LOCAL_RANK": str(rank),
                "ACCELERATE_USE_CPU": "true",
            },
            stderr=subprocess.PIPE,
        )
        for rank in range(2)
    ]
    ends = time.monotonic() + 240
    told = [process.communicate(timeout=max(1.0, ends - time.monotonic()))[1].decode() for process in started]
    assert [process.returncode for process in started] == [0, 0], told
    record = TrainingRecord.read(out)
    assert record.steps == 6  # 24 examples, 16 a step, 3 epochs

"""`practicum train` in several processes over gloo, as ``accelerate launch`` starts them."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from cli_parts import environment, only_json, practicum
from tiny_models import MARKS, need
from training_parts import OPTIONS, practise

pytestmark = MARKS

SHARDED = str(Path(__file__).with_name("sharded_on_cpu.py"))
FULLY_SHARDED = {
    "ACCELERATE_USE_FSDP": "true",
    "FSDP_VERSION": "2",
    "FSDP_AUTO_WRAP_POLICY": "TRANSFORMER_BASED_WRAP",
    "FSDP_CPU_RAM_EFFICIENT_LOADING": "true",
    "FSDP_RESHARD_AFTER_FORWARD": "true",
    "FSDP_SYNC_MODULE_STATES": "true",
}
"""What ``accelerate launch --use_fsdp --fsdp_version 2`` says to the processes that it starts."""
# Five steps an epoch: a training that goes on mostly does so within one. In bfloat16, which CPUs with AMX
# train in, it would show in which order gradients are added up.
LONGER = [*OPTIONS, "--batch", "2", "--epochs", "12", "--precision", "float32"]
Processes = Sequence[subprocess.Popen[str]]


@pytest.fixture(scope="module")
def practised(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a tiny base and a home of solved trials."""
    return practise(tmp_path_factory.mktemp("practised"))


@pytest.fixture
def folder(practised: Path, tmp_path: Path) -> Path:
    """A folder of one's own."""
    return shutil.copytree(practised, tmp_path, dirs_exist_ok=True)


@pytest.fixture(scope="module")
def whole(practised: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """A folder where two processes, each with all weights, trained undisturbed, and what they said."""
    made = shutil.copytree(practised, tmp_path_factory.mktemp("whole"), dirs_exist_ok=True)
    return made, [said for said, _ in ended(together(made, *LONGER))]


def together(folder: Path, *options: str, **more: str) -> Processes:
    """Start two processes that train one adapter; ``more`` is their environment."""
    need("accelerate")
    shared = {
        "WORLD_SIZE": "2",
        "MASTER_ADDR": "127.0.0.1",
        "MASTER_PORT": str(20_000 + (os.getpid() + time.monotonic_ns()) % 20_000),
        "ACCELERATE_USE_CPU": "true",
        "OMP_NUM_THREADS": "1",  # as the launcher says, too
        **more,
    }
    return [
        subprocess.Popen(
            [sys.executable, SHARDED, "train", *options],
            cwd=folder,
            env=environment(RANK=rank, LOCAL_RANK=rank, **shared),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for rank in ("0", "1")
    ]


def ended(started: Processes) -> list[tuple[str, str]]:
    """Wait for all and return what each said, on stdout and stderr."""
    said = [each.communicate(timeout=240) for each in started]
    assert [each.returncode for each in started] == [0, 0], said
    return said


def same_weights(one: Path, other: Path) -> bool:
    from safetensors.torch import load_file

    file = Path("home") / "adapters" / "lora-1" / "adapter_model.safetensors"
    first, second = (load_file(folder / file) for folder in (one, other))
    return first.keys() == second.keys() and all(
        bool((first[key] - second[key]).abs().max() < 1e-6) for key in first
    )


def test_processes_started_together_train_and_register_one_adapter(whole: tuple[Path, list[str]]) -> None:
    """One of them holds the home and speaks."""
    folder, (first, second) = whole
    assert first.startswith("lora@1: ")
    assert second == ""
    shown = only_json(practicum("status", "--home", "home", "--json", cwd=folder))
    assert [each["name"] for each in shown["candidates"]] == ["lora@1"]


def test_sharded_processes_that_are_killed_end_as_unsharded_ones_that_were_not(
    folder: Path, whole: tuple[Path, list[str]]
) -> None:
    started = together(folder, *LONGER, **FULLY_SHARDED)
    until = time.monotonic() + 240
    while len(list(folder.glob("home/adapters/*/checkpoints/checkpoint-*"))) < 2:
        assert all(each.poll() is None for each in started), [each.communicate() for each in started]
        assert time.monotonic() < until
        time.sleep(0.02)
    for each in started:
        each.kill()
    assert [each.wait() for each in started] == [-signal.SIGKILL] * 2
    for each in started:
        each.communicate()
    (told, shown), _ = ended(together(folder, *LONGER, **FULLY_SHARDED))
    assert "going on from step" in shown
    assert told.startswith("lora@1: ")
    assert same_weights(folder, whole[0])


def test_a_base_in_four_bits_is_sharded_too(folder: Path) -> None:
    need("bitsandbytes")
    (told, shown), _ = ended(together(folder, *OPTIONS, "--four-bit", **FULLY_SHARDED))
    assert told.startswith("lora@1: ")
    assert "Excluding" not in shown  # what accelerate warns of where 4 bits can't be sharded

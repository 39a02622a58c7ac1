"""Where a training keeps what it has so far: one training a folder, resumed only if it is the same one."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

from practicum.errors import SetupError
from practicum.training.lora_written import first_damaged, was_written
from practicum.training.training_record import FILE_NAME, TrainingRecord

CHECKPOINTS = "checkpoints"
IDENTITY = "identity"
"""Name of the file that says which training the checkpoints belong to."""

_SHARDED = ("pytorch_model_fsdp.bin", "optimizer.bin")
"""What a checkpoint has in place of ``optimizer.pt`` where FSDP shards the model, in one piece each."""


@dataclass(frozen=True)
class Workplace:
    """The folder of an adapter in the making."""

    out: Path
    identity: str
    """The same for two trainings if data, base and options are."""

    @property
    def checkpoints(self) -> Path:
        """The folder of the checkpoints."""
        return self.out / CHECKPOINTS

    def finished(self) -> TrainingRecord | None:
        """Return the record of the adapter that is there already; None if there is none."""
        try:
            return TrainingRecord.read(self.out)
        except FileNotFoundError:
            return None
        except (ValueError, NotADirectoryError) as error:
            raise _taken(self.out, f"has a {FILE_NAME} that can't be read") from error

    def vacate(self, *, allowed: bool) -> None:
        """Remove the adapter of another training, if that is allowed.

        Raises:
            SetupError: it is not.
        """
        if not allowed:
            raise _taken(self.out, "holds an adapter of other data, another base or other options")
        self._remove(self.out)
        self.forget()  # else they would pass for those of a training that was interrupted

    def prepare(self) -> str:
        """Make the folder ready for this training; return what the user should know of what was there.

        Raises:
            SetupError: it holds something else, which is left alone.
        """
        self._sweep()
        self._recover()
        if self.out.exists() and (
            not self.out.is_dir() or any(p.name != CHECKPOINTS for p in self.out.iterdir())
        ):
            raise _taken(self.out, "holds something else")
        note = ""
        if self.checkpoints.exists() and _identity_of(self.checkpoints) != self.identity:
            self._remove(self.checkpoints)
            note = "starting anew: data, base or options are not those that the interrupted training tells of"
        self.checkpoints.mkdir(parents=True, exist_ok=True)
        (self.checkpoints / IDENTITY).write_text(self.identity, "utf-8")
        return note

    def clear(self) -> None:
        """Leave an empty folder for the finished adapter; the checkpoints wait beside until it is there."""
        self.checkpoints.replace(self._aside)

    def forget(self) -> None:
        """Remove the checkpoints that `clear` kept: the adapter is there."""
        self._remove(self._aside)

    @property
    def _aside(self) -> Path:
        return self.out.with_name(f".{self.out.name}.{CHECKPOINTS}")

    @property
    def _removed(self) -> Path:
        return self.out.with_name(f".{self.out.name}.removed")

    def _remove(self, folder: Path) -> None:
        """Remove a folder at once: a kill leaves all of it, or a rest aside that goes the next time."""
        self._sweep()
        if folder.exists():
            folder.replace(self._removed)
            self._sweep()

    def _sweep(self) -> None:
        shutil.rmtree(self._removed, ignore_errors=True)

    def _recover(self) -> None:
        """Take back the checkpoints of a training that was killed while its adapter was put in place."""
        if self._aside.exists() and not self.checkpoints.exists():
            self.out.mkdir(parents=True, exist_ok=True)
            self._aside.replace(self.checkpoints)


@dataclass(frozen=True)
class Resume:
    """From where a training goes on."""

    checkpoint: Path | None
    """None for the beginning."""
    note: str = ""


def find_resume(checkpoints: Path) -> Resume:
    """Return the last checkpoint that is whole; one that was being written when all ended is passed over.

    Raises:
        SetupError: it was whole once, and is damaged; an earlier one is taken when the user removed it. Or a
            file lies where a checkpoint's folder would.
    """
    found = sorted(checkpoints.glob("checkpoint-*"), key=_step, reverse=True)
    for path in found:
        if not path.is_dir():
            raise SetupError(f"{path} is in the way: it is no folder", "remove it, and run the same again")
    cut_off = list(takewhile(lambda path: not was_written(path) and not is_whole(path), found))
    whole = next((path for path in found if path not in cut_off), None)
    notes = [f"{' and '.join(path.name for path in cut_off)} can't be read"] if cut_off else []
    if whole is not None:
        _require_undamaged(whole)
        notes.append(f"going on from step {_step(whole)}")
    elif cut_off:
        notes.append("starting from the beginning")
    return Resume(whole, ", ".join(notes))


def _require_undamaged(checkpoint: Path) -> None:
    damaged = first_damaged(checkpoint) if was_written(checkpoint) else None
    if damaged is not None:
        raise unusable(checkpoint, f"is damaged: {damaged} is not what was written")


def unusable(checkpoint: Path, why: str) -> SetupError:
    """Return the error for a checkpoint that a training can't go on from, with what there is to do."""
    others = [path for path in checkpoint.parent.glob("checkpoint-*") if _step(path) < _step(checkpoint)]
    then = f"goes on from step {max(map(_step, others))}" if others else "begins anew"
    return SetupError(
        f"the checkpoint {checkpoint} {why}", f"remove that folder; the same command then {then}"
    )


def is_whole(checkpoint: Path) -> bool:
    """Whether everything that a checkpoint consists of is there and readable to its end."""
    from safetensors import SafetensorError, safe_open

    try:
        json.loads((checkpoint / "trainer_state.json").read_text("utf-8"))
        with safe_open(checkpoint / "adapter_model.safetensors", framework="np") as weights:
            weights.keys()  # opening compares the header with the file's size
        states = sorted(path.name for path in checkpoint.glob("rng_state*.pth"))
        sharded = (checkpoint / _SHARDED[0]).exists()
        for name in (*(_SHARDED if sharded else ("optimizer.pt",)), "scheduler.pt", *states):
            with zipfile.ZipFile(checkpoint / name) as archive:
                if archive.testzip() is not None:
                    return False
    except (OSError, ValueError, SafetensorError, zipfile.BadZipFile):
        return False
    return True


@contextmanager
def one_at_a_time(out: Path) -> Iterator[None]:
    """Hold the right to train into ``out``; the kernel takes it back when the process ends.

    Raises:
        SetupError: another process trains there, or the place can't be written.
    """
    from practicum.memory_store.lock import acquire_writer_lock

    try:
        lock = acquire_writer_lock(out)
    except SetupError as error:
        raise SetupError(error.message, "wait for it, or train into another folder") from None
    try:
        yield
    finally:
        lock.release()


def _step(checkpoint: Path) -> int:
    number = checkpoint.name.rpartition("-")[2]
    return int(number) if number.isdigit() else -1


def _identity_of(checkpoints: Path) -> str:
    try:
        return (checkpoints / IDENTITY).read_text("utf-8")
    except (OSError, ValueError):  # it is gone, or damaged
        return ""


def _taken(out: Path, what: str) -> SetupError:
    return SetupError(f"{out} {what}", "train into another folder, or remove this one")

"""The folder of an adapter in the making, without a training: kills, and what counts as a checkpoint."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import pytest

from practicum.errors import SetupError
from practicum.training.lora_checkpoints import Workplace, find_resume
from practicum.training.lora_written import NAME, note_written
from practicum.training.training_record import FILE_NAME


class _Killed(BaseException):
    pass


def finished(out: Path) -> Workplace:
    """A folder with an adapter of another training."""
    out.mkdir()
    for name in ("adapter_config.json", "adapter_model.safetensors", FILE_NAME):
        (out / name).write_text("{}", "utf-8")
    return Workplace(out, "this one")


def test_a_kill_while_an_adapter_is_removed_does_not_bar_the_next_training(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = finished(tmp_path / "out")

    def killed(folder: Path, **_: object) -> None:
        if folder.exists():
            (folder / FILE_NAME).unlink()
            raise _Killed

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "rmtree", killed)
        with pytest.raises(_Killed):
            place.vacate(allowed=True)
    assert place.finished() is None
    assert place.prepare() == ""
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert [path.name for path in place.out.iterdir()] == ["checkpoints"]


def test_checkpoints_of_a_training_that_ended_are_not_those_of_an_interrupted_one(tmp_path: Path) -> None:
    """Its process was killed after the adapter was there, and before its checkpoints were removed."""
    place = finished(tmp_path / "out")
    left = tmp_path / ".out.checkpoints"
    left.mkdir()
    (left / "identity").write_text("the one that ended", "utf-8")
    place.vacate(allowed=True)
    assert place.prepare() == ""
    assert not left.exists()


def test_checkpoints_of_an_interrupted_training_make_way_with_a_word(tmp_path: Path) -> None:
    place = Workplace(tmp_path / "out", "this one")
    assert place.prepare() == ""
    (place.checkpoints / "checkpoint-1").mkdir()
    assert place.prepare() == ""
    assert Workplace(tmp_path / "out", "another").prepare().startswith("starting anew: data, base or options")
    assert not (place.checkpoints / "checkpoint-1").exists()


def write_checkpoint(folder: Path, *names: str) -> None:
    """Write the files that torch keeps as archives, and the others that every checkpoint has."""
    import numpy as np
    from safetensors.numpy import save_file

    folder.mkdir(parents=True)
    for name in ("scheduler.pt", "rng_state_0.pth", "rng_state_1.pth", *names):
        with zipfile.ZipFile(folder / name, "w") as archive:
            archive.writestr("data", "x" * 999)
    save_file({"weight": np.zeros(9, np.float32)}, folder / "adapter_model.safetensors")
    (folder / "trainer_state.json").write_text("{}", "utf-8")


SHARDED = ("pytorch_model_fsdp.bin", "optimizer.bin")


@pytest.mark.parametrize("names", [("optimizer.pt",), SHARDED])
def test_a_checkpoint_is_whole_with_all_that_its_kind_of_training_keeps(
    tmp_path: Path, names: tuple[str, ...]
) -> None:
    """Files and their names are those of accelerate's FSDP with its state in one piece."""
    write_checkpoint(tmp_path / "checkpoint-1", *names)
    write_checkpoint(tmp_path / "checkpoint-2", *names)
    assert find_resume(tmp_path).checkpoint == tmp_path / "checkpoint-2"
    for name in names:
        file = tmp_path / "checkpoint-2" / name
        whole = file.read_bytes()
        file.write_bytes(whole[:-30])
        assert find_resume(tmp_path).checkpoint == tmp_path / "checkpoint-1"
        file.write_bytes(whole)
    (tmp_path / "checkpoint-2" / names[-1]).unlink()
    assert find_resume(tmp_path).checkpoint == tmp_path / "checkpoint-1"


@pytest.mark.parametrize("noted", ["", "[]", "{}", '{"files": 7}', '{"files": {}}'])
def test_a_checkpoint_whose_note_of_what_was_written_is_damaged_is_refused(
    tmp_path: Path, noted: str
) -> None:
    write_checkpoint(tmp_path / "checkpoint-1", "optimizer.pt")
    note_written(tmp_path / "checkpoint-1")
    assert find_resume(tmp_path).checkpoint == tmp_path / "checkpoint-1"
    (tmp_path / "checkpoint-1" / NAME).write_text(noted, "utf-8")
    with pytest.raises(SetupError, match=r"is damaged: written\.json") as refused:
        find_resume(tmp_path)
    assert refused.value.fix == "remove that folder; the same command then begins anew"


def test_checkpoints_whose_identity_is_damaged_make_way_with_a_word(tmp_path: Path) -> None:
    place = Workplace(tmp_path / "out", "this one")
    place.prepare()
    (place.checkpoints / "identity").write_bytes(b"\xff\xfe")
    assert place.prepare().startswith("starting anew")


def test_a_file_in_the_place_of_a_checkpoint_is_the_users_to_remove(tmp_path: Path) -> None:
    (tmp_path / "checkpoint-6").write_text("no folder", "utf-8")
    with pytest.raises(SetupError, match=r"checkpoint-6 is in the way") as caught:
        find_resume(tmp_path)
    assert caught.value.fix == "remove it, and run the same again"


def test_a_rest_that_was_being_removed_is_no_adapter(tmp_path: Path) -> None:
    place = finished(tmp_path / "out")
    shutil.copytree(tmp_path / "out", tmp_path / ".out.removed")
    place.vacate(allowed=True)
    assert list(tmp_path.iterdir()) == []

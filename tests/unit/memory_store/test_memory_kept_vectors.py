"""Vectors that are kept in a folder between processes."""

from __future__ import annotations

from pathlib import Path

import pytest

from practicum.memory_store.kept_vectors import FILES, kept_vectors

ROWS = [[0.5, 0.25], [1.0, 0.0]]


def never() -> list[list[float]]:
    """Fail: what was kept is to be read."""
    pytest.fail("made again")


def test_what_was_made_is_read_where_it_depends_on_the_same(tmp_path: Path) -> None:
    made = kept_vectors(tmp_path, ["hashing", "a", "b"], 2, lambda: ROWS)
    assert made.tolist() == ROWS
    assert (kept_vectors(tmp_path, ["hashing", "a", "b"], 2, never) == made).all()
    other = kept_vectors(tmp_path, ["minilm", "a", "b"], 1, lambda: [[0.0, 1.0]])
    assert other.tolist() == [[0.0, 1.0]]


@pytest.mark.parametrize(
    "damage",
    [b"", b"\x93NUMPY and then nothing", b"{}", b"PK\x03\x04", b"\x93NUMPY\x01\x00\x0a\x00{'descr':\n("],
)
def test_a_damaged_file_is_made_anew(tmp_path: Path, damage: bytes) -> None:
    made = kept_vectors(tmp_path, ["a"], 2, lambda: ROWS)
    (file,) = tmp_path.glob("*.npy")
    file.write_bytes(damage)
    assert (kept_vectors(tmp_path, ["a"], 2, lambda: ROWS) == made).all()
    assert (kept_vectors(tmp_path, ["a"], 2, never) == made).all()


def test_what_has_too_few_rows_or_is_no_number_is_made_anew(tmp_path: Path) -> None:
    kept_vectors(tmp_path, ["a"], 2, lambda: ROWS)
    assert len(kept_vectors(tmp_path, ["a"], 3, lambda: [*ROWS, [0.0, 1.0]])) == 3
    kept_vectors(tmp_path, ["b"], 1, lambda: [[float("nan"), 0.0]])
    assert kept_vectors(tmp_path, ["b"], 1, lambda: [[1.0, 0.0]]).tolist() == [[1.0, 0.0]]


def test_a_folder_that_cannot_be_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    found = kept_vectors(tmp_path / "file" / "folder", ["a"], 2, lambda: ROWS)
    assert found.shape == (2, 2)
    assert kept_vectors(None, ["a"], 2, lambda: ROWS).shape == (2, 2)


def test_only_the_newest_files_stay(tmp_path: Path) -> None:
    for number in range(FILES + 3):
        kept_vectors(tmp_path, [str(number)], 2, lambda: ROWS)
    assert len(list(tmp_path.iterdir())) == FILES
    kept_vectors(tmp_path, [str(FILES + 2)], 2, never)

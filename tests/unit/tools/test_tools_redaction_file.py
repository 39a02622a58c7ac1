"""`[redaction]` of practicum.toml: read, or refused with the line that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from practicum.errors import DataError
from practicum.hostile import Redaction
from practicum.tools.redaction_file import read_redaction


def written(folder: Path, text: str) -> Path:
    file = folder / "practicum.toml"
    file.write_text(text, "utf-8")
    return file


def test_without_a_file_or_a_table_the_defaults_count_and_a_named_file_must_be_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert read_redaction() == Redaction()
    with pytest.raises(DataError, match="there is no file"):
        read_redaction(tmp_path / "other.toml")
    assert read_redaction(written(tmp_path, "[tools]\nx = 1\n")) == Redaction()


def test_the_table_says_what_is_redacted(tmp_path: Path) -> None:
    file = written(tmp_path, '[redaction]\npersonal = false\npatterns = ["ACME-[0-9]{6}"]\n')
    assert read_redaction(file) == Redaction(personal=False, patterns=("ACME-[0-9]{6}",))


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ('[redaction]\npatterns = [\n  "fine",\n  "(unclosed",\n]\n', 4, "can't be used as a pattern"),
        ('[redaction]\npatterns = ["\\\\d*"]\n', 2, "matches the empty text"),
        ("[tools]\npersonal = 1\n[redaction]\npersonal = 1\n", 4, "neither true nor false"),
        ('[redaction]\npatterns = "x"\n', 2, "no list of texts"),
        ("[redaction]\npattern = []\n", 2, "not known"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(tmp_path: Path, text: str, line: int, what: str) -> None:
    with pytest.raises(DataError, match=what) as refused:
        read_redaction(written(tmp_path, text))
    assert f"practicum.toml, line {line}:" in refused.value.message


def test_a_file_that_is_no_toml_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="can't be read"):
        read_redaction(written(tmp_path, "[redaction\n"))

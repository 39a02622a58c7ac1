"""`practicum report`, in its own process."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_parts import check_refused, only_json, practicum, practised_in

pytestmark = pytest.mark.slow


def test_a_page_is_written_that_tells_of_the_home_and_needs_nothing_else(tmp_path: Path) -> None:
    folder = practised_in(tmp_path)
    done = practicum("report", "--home", "home", cwd=folder)
    assert (done.returncode, done.stdout) == (0, "home/report/index.html: 2 trials on 1 tools\n"), done.stderr
    page = (folder / "home" / "report" / "index.html").read_text("utf-8")
    assert "What is two plus three?" not in page  # no demonstration was kept yet
    assert "practicum curate" in page
    assert "http" not in page.replace("http-equiv", "")
    told = only_json(practicum("report", "--home", "home", "--out", "mine.html", "--json", cwd=folder))
    assert told == {"page": "mine.html", "trials": 2, "run": None}
    assert (folder / "mine.html").is_file()


def test_without_a_home_or_a_place_to_write_the_user_is_told(tmp_path: Path) -> None:
    check_refused(practicum("report", "--home", "absent", cwd=tmp_path), "there is no journal", "explore")
    folder = practised_in(tmp_path)
    (folder / "taken").write_text("")
    refused = practicum("report", "--home", "home", "--out", "taken/page.html", cwd=folder)
    check_refused(refused, "taken", "a folder that you can write to")

"""What goes wrong with a journal on a real machine, and what the user is told."""

import errno
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from made_trials import made_trial
from memory_parts import ENVIRONMENT

from practicum.errors import JournalError
from practicum.memory_store.failures import explained
from practicum.memory_store.journal import Journal
from practicum.memory_store.migrations import MIGRATIONS
from practicum.records import SCHEMA_VERSION, Trial

RECORD_FOREVER = """
import sys, pathlib
from datetime import UTC, datetime
from practicum.memory_store.journal import Journal
from practicum.records import Trial

journal = Journal.open(pathlib.Path(sys.argv[1]), write=True)
print("open", flush=True)
for number in range(100_000):
    journal.record_trial(Trial(
        id=f"t{number}", episode_id="e", tool="t", tool_schema_hash="h", episode=1, number=1,
        strategy="query-first", model="m", query="q" * 1000, outcome="solved", started_at=datetime.now(UTC),
    ))
    print(f"t{number}", flush=True)
"""


def make_trial(trial_id: str, query: str = "q") -> Trial:
    return made_trial(id=trial_id, tool="t", query=query)


def start_writer(path: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", RECORD_FOREVER, str(path)], stdout=subprocess.PIPE, text=True, env=ENVIRONMENT
    )


def test_a_second_writer_is_told_which_process_writes(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    with start_writer(path) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "open\n"
        with pytest.raises(JournalError, match=rf"another process \(pid {writer.pid}\) is writing") as caught:
            Journal.open(path, write=True)
        with Journal.open(path, write=False) as reader:
            assert writer.stdout.readline() == "t0\n"
            assert reader.count_trials() > 0
        writer.kill()
    assert caught.value.fix == "wait for it, or use another --home"
    Journal.open(path, write=True).close()


def test_a_second_writer_in_the_same_process_is_refused_too(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    with Journal.open(path, write=True), pytest.raises(JournalError, match="in this process already") as told:
        Journal.open(path, write=True)
    assert "close what opened it" in told.value.fix


def test_no_acknowledged_trial_is_lost_when_the_writer_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    with start_writer(path) as writer:
        assert writer.stdout is not None
        acknowledged = [writer.stdout.readline().strip() for _ in range(101)][1:]
        writer.send_signal(signal.SIGKILL)
        # What it still said before it died is acknowledged as well; a torn last line is not.
        acknowledged += [line.strip() for line in writer.stdout if line.endswith("\n")]
    with Journal.open(path, write=True) as journal:
        recorded = [trial.id for trial in journal.trials()]
        journal.record_trial(make_trial("after"))
    assert recorded[: len(acknowledged)] == acknowledged
    assert len(recorded) <= len(acknowledged) + 1


def test_a_full_disk_keeps_what_was_recorded_and_says_what_to_do(tmp_path: Path) -> None:
    with Journal.open(tmp_path / "journal.sqlite", write=True) as journal:
        journal.record_trial(make_trial("a"))
        connection = journal._ledger._connection
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + 1}")
        with pytest.raises(JournalError, match="disk is full") as caught:
            journal.record_trial(make_trial("big", "q" * 100_000))
        assert "free some space" in caught.value.fix
        assert [trial.id for trial in journal.trials()] == ["a"]
        connection.execute("PRAGMA max_page_count = 1000000")
        journal.record_trial(make_trial("big", "q" * 100_000))
        assert journal.count_trials() == 2


def test_a_full_disk_that_the_system_reports_reads_the_same(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="disk is full"), explained(tmp_path):
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("write", [True, False])
def test_a_home_of_a_newer_schema_is_refused_untouched(tmp_path: Path, write: bool) -> None:
    path = tmp_path / "journal.sqlite"
    Journal.open(path, write=True).close()
    newer = sqlite3.connect(path)
    newer.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    newer.close()
    before = path.read_bytes()
    with pytest.raises(JournalError, match=f"version {SCHEMA_VERSION + 1}.*up to {SCHEMA_VERSION}") as caught:
        Journal.open(path, write=write)
    assert caught.value.fix == "upgrade practicum"
    assert path.read_bytes() == before


def test_there_is_a_migration_to_every_version() -> None:
    assert len(MIGRATIONS) == SCHEMA_VERSION


def test_a_reader_asks_a_writer_to_bring_an_older_schema_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    path.touch()
    with pytest.raises(JournalError, match="older than"):
        Journal.open(path, write=False)
    Journal.open(path, write=True).close()
    Journal.open(path, write=False).close()


@pytest.mark.parametrize("write", [True, False])
def test_a_file_that_is_no_database_is_refused_untouched(tmp_path: Path, write: bool) -> None:
    path = tmp_path / "journal.sqlite"
    path.write_bytes(b"this is a diary, not a database " * 100)
    with pytest.raises(JournalError, match="is damaged"):
        Journal.open(path, write=write)
    assert path.read_bytes().startswith(b"this is a diary")


def test_someone_elses_database_is_refused_untouched(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    stranger = sqlite3.connect(path)
    stranger.execute("CREATE TABLE bookmarks (url TEXT)")
    stranger.close()
    before = path.read_bytes()
    with pytest.raises(JournalError, match="but no journal"):
        Journal.open(path, write=True)
    assert path.read_bytes() == before


def test_a_damaged_page_is_reported_where_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    with Journal.open(path, write=True) as journal, journal.atomically():
        for number in range(200):
            journal.record_trial(make_trial(f"t{number}", "q" * 1000))
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(size // 2)
        file.write(b"\xff" * (size // 4))
    with Journal.open(path, write=False) as journal, pytest.raises(JournalError, match="is damaged"):
        list(journal.trials())


def test_a_home_that_is_not_there_can_not_be_read(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="there is no journal") as caught:
        Journal.open(tmp_path / "nowhere" / "journal.sqlite", write=False)
    assert "practicum explore" in caught.value.fix


def test_a_home_below_a_file_can_not_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(JournalError):
        Journal.open(tmp_path / "file" / "journal.sqlite", write=True)


def test_a_closed_journal_says_so_as_an_error_of_its_own(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path / "journal.sqlite", write=True)
    journal.close()
    journal.close()
    for used in (
        journal.count_trials,
        journal.require_writing,
        lambda: journal.record_trial(make_trial("a")),
    ):
        with pytest.raises(JournalError, match="was closed") as caught:
            used()
        assert caught.value.fix.startswith("open its home again")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become someone who may not write")
def test_a_home_that_may_only_be_read_can_be_read() -> None:
    # Not below tmp_path, whose parents are closed to other users.
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "journal.sqlite"
        path.parent.chmod(0o755)
        with Journal.open(path, write=True) as journal:
            journal.record_trial(make_trial("a"))
        child = os.fork()
        if child == 0:
            os._exit(_read_as_nobody(path))
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def _read_as_nobody(path: Path) -> int:
    """0 when the journal can be read, and writing is refused, by a user who owns nothing."""
    os.setuid(65534)
    with Journal.open(path, write=False) as reader:
        if reader.count_trials() != 1:
            return 1
    try:
        Journal.open(path, write=True)
    except JournalError as error:
        return 0 if "can't be written" in error.message else 2
    return 3

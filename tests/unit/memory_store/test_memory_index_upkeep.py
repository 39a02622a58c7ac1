"""The index is kept equal to the journal, whoever else writes to it and whatever befalls it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from memory_parts import ENVIRONMENT, look, numbered

from practicum.errors import JournalError, SetupError
from practicum.memory_store.index import TrialIndex
from practicum.memory_store.journal import Journal
from practicum.memory_store.upkeep import rebuild, sync
from practicum.models.embedders import HashingEmbedder
from practicum.records import Outcome


@pytest.fixture
def index(tmp_path: Path) -> Iterator[TrialIndex]:
    opened = TrialIndex(tmp_path / "index", HashingEmbedder())
    yield opened
    opened.close()


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal.open(tmp_path / "journal.sqlite", write=True) as opened:
        yield opened


def test_sync_adds_what_a_crash_left_out(journal: Journal, index: TrialIndex) -> None:
    for number in range(20):
        journal.record_trial(numbered(number, tool=f"tool{number % 2}"))
    journal.record_trial(numbered(20, outcome=Outcome.BROKEN))
    index.upsert([numbered(0, "tool0"), numbered(3, "tool1")])
    assert sync(journal, index) == 18
    assert index.ids("tool0") | index.ids("tool1") == {f"{n:05}" for n in range(20)}
    assert sync(journal, index) == 0


def test_rebuild_makes_the_index_equal_to_the_journal(journal: Journal, index: TrialIndex) -> None:
    for number in range(10):
        journal.record_trial(numbered(number))
    index.upsert([numbered(99), numbered(98, "gone")])
    assert rebuild(journal, index) == 10
    assert index.ids("convert") == {f"{n:05}" for n in range(10)}
    assert index.count("gone") == 0


def test_an_index_whose_folder_was_deleted_is_built_again(
    journal: Journal, index: TrialIndex, tmp_path: Path
) -> None:
    journal.record_trial(numbered(1))
    sync(journal, index)
    index.close()
    (tmp_path / "index").rename(tmp_path / "gone")
    assert sync(journal, index) == 1
    assert index.ids("convert") == {"00001"}


def test_a_damaged_index_says_so_and_rebuild_mends_it(
    journal: Journal, index: TrialIndex, tmp_path: Path
) -> None:
    journal.record_trial(numbered(1))
    sync(journal, index)
    index.close()
    (tmp_path / "index" / "chroma.sqlite3").write_bytes(b"no database " * 1000)
    with pytest.raises(JournalError) as caught:
        sync(journal, index)
    assert "practicum memory rebuild" in caught.value.fix
    assert rebuild(journal, index) == 1
    assert index.ids("convert") == {"00001"}


def test_a_folder_of_something_else_is_never_removed(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").touch()
    index = TrialIndex(tmp_path, HashingEmbedder())
    with pytest.raises(JournalError, match="holds something else"):
        index.drop()
    index.close()
    assert (tmp_path / "thesis.txt").exists()


def test_a_handle_that_another_client_made_stale_is_renewed() -> None:
    first, second = (TrialIndex(None, HashingEmbedder(), namespace="stale") for _ in range(2))
    first.upsert([numbered(1)])
    second.drop()
    assert first.count("convert") == 0
    first.upsert([numbered(2)])
    assert second.ids("convert") == {"00002"}
    first.close()
    second.close()


@pytest.mark.parametrize("near", [None, 1])
def test_a_view_forgets_what_another_client_built_anew(near: int | None) -> None:
    namespace = f"anew {near}"
    first, second = (TrialIndex(None, HashingEmbedder(), namespace=namespace) for _ in range(2))
    first.upsert([numbered(1), numbered(2)])
    assert look(first, near).total == 2
    second.drop()
    second.upsert([numbered(1, outcome=Outcome.UNSOLVED), numbered(3)])
    outcomes = {past.trial_id: past.outcome for past in look(first, near).queries}
    assert outcomes == {"00001": "unsolved", "00003": "solved"}
    first.close()
    second.close()


def test_writing_to_what_another_client_built_anew_keeps_nothing_old() -> None:
    first, second = (TrialIndex(None, HashingEmbedder(), namespace="written anew") for _ in range(2))
    first.upsert([numbered(1)])
    assert look(first).total == 1
    second.drop()
    second.upsert([numbered(2)])
    first.upsert([numbered(3)])
    assert {past.trial_id for past in look(first).queries} == {"00002", "00003"}
    first.close()
    second.close()


def test_a_view_counts_what_another_client_added() -> None:
    first, second = (TrialIndex(None, HashingEmbedder(), namespace="added") for _ in range(2))
    first.upsert([numbered(1), numbered(2)])
    assert look(first).total == 2
    second.upsert([numbered(3)])
    view = look(first)
    assert (view.total, {past.query for past in view.sampled}) == (
        3,
        {numbered(n).query for n in (1, 2, 3)},
    )
    second.upsert([numbered(4)])
    assert look(first, near=4).nearest[0].query == numbered(4).query
    first.close()
    second.close()


def test_two_processes_never_write_one_folder(index: TrialIndex) -> None:
    index.upsert([numbered(1)])
    script = """
import pathlib, sys
from practicum.errors import JournalError
from practicum.memory_store.index import TrialIndex
from practicum.models.embedders import HashingEmbedder
try:
    TrialIndex(pathlib.Path(sys.argv[1]), HashingEmbedder()).drop()
except JournalError as error:
    print(error.message)
"""
    said = subprocess.run(
        [sys.executable, "-c", script, str(index.where)],
        capture_output=True,
        text=True,
        check=True,
        env=ENVIRONMENT,
    )
    assert f"another process (pid {os.getpid()}) is writing" in said.stdout
    assert index.count("convert") == 1


@pytest.mark.slow
def test_sync_after_a_kill_finds_every_trial_of_the_journal(journal: Journal, tmp_path: Path) -> None:
    for number in range(600):
        journal.record_trial(numbered(number))
    script = """
import pathlib, sys
from practicum.memory_store.index import TrialIndex
from practicum.memory_store.journal import Journal
from practicum.models.embedders import HashingEmbedder
home = pathlib.Path(sys.argv[1])
index = TrialIndex(home / "index", HashingEmbedder())
for trial in Journal.open(home / "journal.sqlite", write=False).trials():
    index.upsert([trial])
    print(trial.id, flush=True)
"""
    with subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, text=True, env=ENVIRONMENT
    ) as writer:
        assert writer.stdout is not None
        indexed = [writer.stdout.readline() for _ in range(40)]
        writer.send_signal(signal.SIGKILL)
    index = TrialIndex(tmp_path / "index", HashingEmbedder())
    assert len(index.ids("convert")) >= len(indexed)
    assert sync(journal, index) >= 1
    assert index.ids("convert") == {f"{n:05}" for n in range(600)}
    vectors = index.embedder.embed([numbered(n).query for n in range(600)])
    assert [index.nearest("convert", vector, 1)[0].trial_id for vector in vectors] == [
        f"{n:05}" for n in range(600)
    ]
    index.close()


@pytest.mark.enable_socket
def test_a_server_that_does_not_answer_is_named_with_what_to_do() -> None:
    index = TrialIndex("http://127.0.0.1:9", HashingEmbedder())
    with pytest.raises(SetupError, match=r"Chroma server at http://127\.0\.0\.1:9") as caught:
        index.count("convert")
    assert "chroma run" in caught.value.fix

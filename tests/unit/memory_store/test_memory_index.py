"""The index of past queries: in a folder, in memory, and kept equal to the journal."""

import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

import practicum
from practicum.errors import JournalError, SetupError
from practicum.memory_store import chroma
from practicum.memory_store.index import TrialIndex
from practicum.memory_store.journal import Journal
from practicum.memory_store.known_rows import KnownRows
from practicum.memory_store.upkeep import rebuild, sync
from practicum.models.embedders import HashingEmbedder
from practicum.records import LongTermView, Outcome, Strategy, Trial

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(practicum.__file__ or "").parents[1])}
ODD_TOOLS = ["convert_units", "a b/ü", "", "日本語", "x" * 600, "..", "Convert_Units", "half \ud83d", "🙂"]


def make_trial(number: int, tool: str = "convert", outcome: Outcome = Outcome.SOLVED) -> Trial:
    return Trial(
        id=f"{number:05}",
        episode_id="e",
        tool=tool,
        tool_schema_hash="h",
        episode=1,
        number=number,
        strategy=Strategy.QUERY_FIRST,
        model="m",
        query=f"How many pounds are {number} kilograms?",
        outcome=outcome,
        started_at=datetime(2026, 1, 2, tzinfo=UTC),
    )


def look(index: TrialIndex, near: int | None = None, seed: int = 0) -> LongTermView:
    vector = None if near is None else index.embedder.embed([make_trial(near).query])[0]
    return index.view("convert", vector, random.Random(seed), nearest=3, sampled=4)


class OtherEmbedder(HashingEmbedder):
    name = "other"


@pytest.fixture
def index(tmp_path: Path) -> Iterator[TrialIndex]:
    opened = TrialIndex(tmp_path / "index", HashingEmbedder())
    yield opened
    opened.close()


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal.open(tmp_path / "journal.sqlite", write=True) as opened:
        yield opened


def test_a_stored_query_finds_itself_first_with_its_outcome(index: TrialIndex) -> None:
    trials = [make_trial(n, outcome=Outcome.UNSOLVED if n == 7 else Outcome.SOLVED) for n in range(300)]
    assert index.upsert(trials) == 300
    vector = index.embedder.embed([trials[7].query])[0]
    found = index.nearest("convert", vector, 5)
    assert (found[0].trial_id, found[0].outcome, found[0].query) == (
        "00007",
        Outcome.UNSOLVED,
        trials[7].query,
    )
    assert found[0].similarity == pytest.approx(1, abs=1e-5)
    similarities = [past.similarity or 0 for past in found]
    assert similarities == sorted(similarities, reverse=True)


def test_an_index_that_holds_nothing_answers_with_nothing(index: TrialIndex) -> None:
    assert index.nearest("convert", index.embedder.embed(["q"])[0], 5) == []
    assert index.sample("convert", 5, random.Random(0)) == []
    assert (index.count("convert"), index.ids("convert")) == (0, set())


def test_indexing_again_replaces_instead_of_doubling(index: TrialIndex) -> None:
    index.upsert([make_trial(1)])
    index.upsert([make_trial(1, outcome=Outcome.UNSOLVED)])
    assert index.count("convert") == 1
    assert index.sample("convert", 1, random.Random(0))[0].outcome is Outcome.UNSOLVED


def test_broken_trials_are_left_out(index: TrialIndex) -> None:
    assert index.upsert([make_trial(1, outcome=Outcome.BROKEN), make_trial(2)]) == 1
    assert index.ids("convert") == {"00002"}


def test_tools_of_any_name_have_memories_of_their_own(index: TrialIndex) -> None:
    index.upsert([make_trial(number, tool) for number, tool in enumerate(ODD_TOOLS)])
    for number, tool in enumerate(ODD_TOOLS):
        assert index.ids(tool) == {f"{number:05}"}


def test_a_sample_is_bounded_varied_and_the_same_for_a_seed(index: TrialIndex) -> None:
    index.upsert([make_trial(n) for n in range(50)])
    first = index.sample("convert", 5, random.Random(1))
    assert first == index.sample("convert", 5, random.Random(1))
    assert first != index.sample("convert", 5, random.Random(2))
    assert len({past.trial_id for past in first}) == 5
    assert len(index.sample("convert", 100, random.Random(1))) == 50


def test_a_view_is_what_nearest_sample_and_count_say_apart(index: TrialIndex) -> None:
    index.upsert([make_trial(n, outcome=[Outcome.SOLVED, Outcome.UNSOLVED][n % 2]) for n in range(50)])
    view = look(index, near=7)
    nearest = index.nearest("convert", index.embedder.embed([make_trial(7).query])[0], 3)
    shown = {past.trial_id for past in nearest}
    assert (list(view.nearest), nearest[0].trial_id, view.total) == (nearest, "00007", 50)
    assert list(view.sampled) == index.sample("convert", 4, random.Random(0), without=shown)
    expected = [Outcome.SOLVED, Outcome.UNSOLVED]
    assert all(past.outcome is expected[int(past.trial_id) % 2] for past in view.queries)
    assert all(past.query == make_trial(int(past.trial_id)).query for past in view.queries)


def test_a_view_after_opening_anew_is_the_same(index: TrialIndex) -> None:
    index.upsert([make_trial(n) for n in range(50)])
    before = look(index, near=7)
    index.close()
    assert look(index, near=7) == before
    assert look(index, near=7) == before


def test_a_view_shows_what_was_written_after_the_last_one(index: TrialIndex) -> None:
    index.upsert([make_trial(n) for n in range(3)])
    assert look(index).total == 3
    index.upsert([make_trial(9), make_trial(1, outcome=Outcome.UNSOLVED)])
    view = look(index, near=9)
    assert (view.nearest[0].trial_id, view.nearest[0].query, view.total) == ("00009", make_trial(9).query, 4)
    outcomes = {past.trial_id: past.outcome for past in view.queries}
    assert outcomes == {"00000": "solved", "00001": "unsolved", "00002": "solved", "00009": "solved"}


def test_rows_beyond_what_is_kept_come_from_chroma(
    index: TrialIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("practicum.memory_store.index.LOADED", 10)
    index.upsert([make_trial(n) for n in range(60)])
    expected = look(index, near=30)
    monkeypatch.setattr(index, "_known", KnownRows(most=5))
    assert [look(index, near=30) for _ in range(3)] == [expected] * 3
    assert len(look(index, near=30).queries) == 7


def test_an_index_outlives_its_process(index: TrialIndex) -> None:
    index.upsert([make_trial(1)])
    index.close()
    assert index.count("convert") == 1


def test_another_embedder_starts_from_nothing_instead_of_mixing_vectors(index: TrialIndex) -> None:
    index.upsert([make_trial(1)])
    other = TrialIndex(index.where, OtherEmbedder())
    assert other.count("convert") == 0
    other.close()


def test_sync_adds_what_a_crash_left_out(journal: Journal, index: TrialIndex) -> None:
    for number in range(20):
        journal.record_trial(make_trial(number, tool=f"tool{number % 2}"))
    journal.record_trial(make_trial(20, outcome=Outcome.BROKEN))
    index.upsert([make_trial(0, "tool0"), make_trial(3, "tool1")])
    assert sync(journal, index) == 18
    assert index.ids("tool0") | index.ids("tool1") == {f"{n:05}" for n in range(20)}
    assert sync(journal, index) == 0


def test_rebuild_makes_the_index_equal_to_the_journal(journal: Journal, index: TrialIndex) -> None:
    for number in range(10):
        journal.record_trial(make_trial(number))
    index.upsert([make_trial(99), make_trial(98, "gone")])
    assert rebuild(journal, index) == 10
    assert index.ids("convert") == {f"{n:05}" for n in range(10)}
    assert index.count("gone") == 0


def test_an_index_whose_folder_was_deleted_is_built_again(
    journal: Journal, index: TrialIndex, tmp_path: Path
) -> None:
    journal.record_trial(make_trial(1))
    sync(journal, index)
    index.close()
    (tmp_path / "index").rename(tmp_path / "gone")
    assert sync(journal, index) == 1
    assert index.ids("convert") == {"00001"}


def test_a_damaged_index_says_so_and_rebuild_mends_it(
    journal: Journal, index: TrialIndex, tmp_path: Path
) -> None:
    journal.record_trial(make_trial(1))
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
    first.upsert([make_trial(1)])
    second.drop()
    assert first.count("convert") == 0
    first.upsert([make_trial(2)])
    assert second.ids("convert") == {"00002"}
    first.close()
    second.close()


@pytest.mark.parametrize("near", [None, 1])
def test_a_view_forgets_what_another_client_built_anew(near: int | None) -> None:
    namespace = f"anew {near}"
    first, second = (TrialIndex(None, HashingEmbedder(), namespace=namespace) for _ in range(2))
    first.upsert([make_trial(1), make_trial(2)])
    assert look(first, near).total == 2
    second.drop()
    second.upsert([make_trial(1, outcome=Outcome.UNSOLVED), make_trial(3)])
    outcomes = {past.trial_id: past.outcome for past in look(first, near).queries}
    assert outcomes == {"00001": "unsolved", "00003": "solved"}
    first.close()
    second.close()


def test_writing_to_what_another_client_built_anew_keeps_nothing_old() -> None:
    first, second = (TrialIndex(None, HashingEmbedder(), namespace="written anew") for _ in range(2))
    first.upsert([make_trial(1)])
    assert look(first).total == 1
    second.drop()
    second.upsert([make_trial(2)])
    first.upsert([make_trial(3)])
    assert {past.trial_id for past in look(first).queries} == {"00002", "00003"}
    first.close()
    second.close()


def test_a_view_counts_what_another_client_added() -> None:
    first, second = (TrialIndex(None, HashingEmbedder(), namespace="added") for _ in range(2))
    first.upsert([make_trial(1), make_trial(2)])
    assert look(first).total == 2
    second.upsert([make_trial(3)])
    view = look(first)
    assert (view.total, {past.query for past in view.sampled}) == (
        3,
        {make_trial(n).query for n in (1, 2, 3)},
    )
    second.upsert([make_trial(4)])
    assert look(first, near=4).nearest[0].query == make_trial(4).query
    first.close()
    second.close()


def test_an_index_made_with_other_settings_is_read_and_written_as_it_is(
    index: TrialIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chroma, "HNSW", {"hnsw": {"space": "cosine"}})
    index.upsert([make_trial(n) for n in range(150)])
    index.close()
    monkeypatch.undo()
    index.upsert([make_trial(n) for n in range(150, 300)])
    assert look(index, near=20).nearest[0].trial_id == "00020"
    assert look(index, near=250).nearest[0].trial_id == "00250"
    assert look(index).total == 300


def test_two_processes_never_write_one_folder(index: TrialIndex) -> None:
    index.upsert([make_trial(1)])
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
        journal.record_trial(make_trial(number))
    script = """
import pathlib, sys
from practicum.memory_store.index import TrialIndex
from practicum.memory_store.known_rows import KnownRows
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
    vectors = index.embedder.embed([make_trial(n).query for n in range(600)])
    assert [index.nearest("convert", vector, 1)[0].trial_id for vector in vectors] == [
        f"{n:05}" for n in range(600)
    ]
    index.close()


@pytest.mark.parametrize("label", ODD_TOOLS)
def test_the_name_of_a_collection_is_one_that_chroma_accepts(label: str) -> None:
    name = chroma.collection_name("home of näme", "trials", label, "embedder")
    assert 3 <= len(name) <= 512
    assert name.isascii()
    assert name[0].isalnum()
    assert name[-1].isalnum()
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-")
    assert name == chroma.collection_name("home of näme", "trials", label, "embedder")


@pytest.mark.enable_socket
def test_a_server_that_does_not_answer_is_named_with_what_to_do() -> None:
    index = TrialIndex("http://127.0.0.1:9", HashingEmbedder())
    with pytest.raises(SetupError, match=r"Chroma server at http://127\.0\.0\.1:9") as caught:
        index.count("convert")
    assert "chroma run" in caught.value.fix

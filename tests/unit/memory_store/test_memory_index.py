"""The index of past queries, in a folder and in memory, and what views of it show."""

import random
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from memory_parts import look, numbered

from practicum.memory_store import chroma
from practicum.memory_store.index import TrialIndex
from practicum.memory_store.known_rows import KnownRows
from practicum.models.embedders import HashingEmbedder
from practicum.records import Outcome

ODD_TOOLS = ["convert_units", "a b/ü", "", "日本語", "x" * 600, "..", "Convert_Units", "half \ud83d", "🙂"]


class OtherEmbedder(HashingEmbedder):
    name = "other"


@pytest.fixture
def index(tmp_path: Path) -> Iterator[TrialIndex]:
    opened = TrialIndex(tmp_path / "index", HashingEmbedder())
    yield opened
    opened.close()


def test_a_stored_query_finds_itself_first_with_its_outcome(index: TrialIndex) -> None:
    trials = [numbered(n, outcome=Outcome.UNSOLVED if n == 7 else Outcome.SOLVED) for n in range(300)]
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


@pytest.mark.parametrize("only_writer", [True, False])
def test_what_was_not_there_is_found_once_it_is_written(tmp_path: Path, only_writer: bool) -> None:
    with closing(TrialIndex(tmp_path / "index", HashingEmbedder(), only_writer=only_writer)) as index:
        for _ in range(2):
            assert (index.is_empty("convert"), index.count("convert")) == (True, 0)
        index.upsert([numbered(1)])
        assert (index.is_empty("convert"), index.count("convert")) == (False, 1)
        index.drop()
        assert index.count("convert") == 0


def test_what_is_written_while_somebody_looks_for_it_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(TrialIndex(tmp_path / "index", HashingEmbedder(), only_writer=True)) as index:
        find = chroma.find_collection

        def found_late(*where: Any) -> Any:
            found = find(*where)
            monkeypatch.setattr(chroma, "find_collection", find)
            index.upsert([numbered(1)])
            return found

        monkeypatch.setattr(chroma, "find_collection", found_late)
        assert index.count("convert") == 0
        assert (index.is_empty("convert"), index.count("convert")) == (False, 1)


def test_what_another_process_writes_is_found_by_one_that_only_reads(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    with closing(TrialIndex(folder, HashingEmbedder())) as reader:
        assert reader.count("convert") == 0
        with closing(TrialIndex(folder, HashingEmbedder(), only_writer=True)) as writer:
            writer.upsert([numbered(1)])
        assert reader.count("convert") == 1


def test_indexing_again_replaces_instead_of_doubling(index: TrialIndex) -> None:
    index.upsert([numbered(1)])
    index.upsert([numbered(1, outcome=Outcome.UNSOLVED)])
    assert index.count("convert") == 1
    assert index.sample("convert", 1, random.Random(0))[0].outcome is Outcome.UNSOLVED


def test_broken_trials_are_left_out(index: TrialIndex) -> None:
    assert index.upsert([numbered(1, outcome=Outcome.BROKEN), numbered(2)]) == 1
    assert index.ids("convert") == {"00002"}


def test_tools_of_any_name_have_memories_of_their_own(index: TrialIndex) -> None:
    index.upsert([numbered(number, tool) for number, tool in enumerate(ODD_TOOLS)])
    for number, tool in enumerate(ODD_TOOLS):
        assert index.ids(tool) == {f"{number:05}"}


def test_a_sample_is_bounded_varied_and_the_same_for_a_seed(index: TrialIndex) -> None:
    index.upsert([numbered(n) for n in range(50)])
    first = index.sample("convert", 5, random.Random(1))
    assert first == index.sample("convert", 5, random.Random(1))
    assert first != index.sample("convert", 5, random.Random(2))
    assert len({past.trial_id for past in first}) == 5
    assert len(index.sample("convert", 100, random.Random(1))) == 50


def test_a_view_is_what_nearest_sample_and_count_say_apart(index: TrialIndex) -> None:
    index.upsert([numbered(n, outcome=[Outcome.SOLVED, Outcome.UNSOLVED][n % 2]) for n in range(50)])
    view = look(index, near=7)
    nearest = index.nearest("convert", index.embedder.embed([numbered(7).query])[0], 3)
    shown = {past.trial_id for past in nearest}
    assert (list(view.nearest), nearest[0].trial_id, view.total) == (nearest, "00007", 50)
    assert list(view.sampled) == index.sample("convert", 4, random.Random(0), without=shown)
    expected = [Outcome.SOLVED, Outcome.UNSOLVED]
    assert len(view.queries) == len(nearest) + 4
    assert all(past.outcome is expected[int(past.trial_id) % 2] for past in view.queries)
    assert all(past.query == numbered(int(past.trial_id)).query for past in view.queries)


def test_a_view_after_opening_anew_is_the_same(index: TrialIndex) -> None:
    index.upsert([numbered(n) for n in range(50)])
    before = look(index, near=7)
    index.close()
    assert look(index, near=7) == before
    assert look(index, near=7) == before


def test_a_view_shows_what_was_written_after_the_last_one(index: TrialIndex) -> None:
    index.upsert([numbered(n) for n in range(3)])
    assert look(index).total == 3
    index.upsert([numbered(9), numbered(1, outcome=Outcome.UNSOLVED)])
    view = look(index, near=9)
    assert (view.nearest[0].trial_id, view.nearest[0].query, view.total) == ("00009", numbered(9).query, 4)
    outcomes = {past.trial_id: past.outcome for past in view.queries}
    assert outcomes == {"00000": "solved", "00001": "unsolved", "00002": "solved", "00009": "solved"}


def test_rows_beyond_what_is_kept_come_from_chroma(
    index: TrialIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("practicum.memory_store.index.LOADED", 10)
    index.upsert([numbered(n) for n in range(60)])
    expected = look(index, near=30)
    monkeypatch.setattr(index, "_known", KnownRows(most=5))
    assert [look(index, near=30) for _ in range(3)] == [expected] * 3
    assert len(look(index, near=30).queries) == 7


def test_an_index_outlives_its_process(index: TrialIndex) -> None:
    index.upsert([numbered(1)])
    index.close()
    assert index.count("convert") == 1


def test_another_embedder_starts_from_nothing_instead_of_mixing_vectors(index: TrialIndex) -> None:
    index.upsert([numbered(1)])
    other = TrialIndex(index.where, OtherEmbedder())
    assert other.count("convert") == 0
    other.close()


def test_an_index_made_with_other_settings_is_read_and_written_as_it_is(
    index: TrialIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chroma, "HNSW", {"hnsw": {"space": "cosine"}})
    index.upsert([numbered(n) for n in range(150)])
    index.close()
    monkeypatch.undo()
    index.upsert([numbered(n) for n in range(150, 300)])
    assert look(index, near=20).nearest[0].trial_id == "00020"
    assert look(index, near=250).nearest[0].trial_id == "00250"
    assert look(index).total == 300


@pytest.mark.parametrize("label", ODD_TOOLS)
def test_the_name_of_a_collection_is_one_that_chroma_accepts(label: str) -> None:
    name = chroma.collection_name("home of näme", "trials", label, "embedder")
    assert 3 <= len(name) <= 512
    assert name.isascii()
    assert name[0].isalnum()
    assert name[-1].isalnum()
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-")
    assert name == chroma.collection_name("home of näme", "trials", label, "embedder")

"""The registry: candidates with their numbers, and what they were made of."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from training_registry_parts import (
    CALL,
    SPEC,
    add_adapter,
    add_demos,
    note,
    open_home,
    phrased,
    promote,
    trained,
)

from practicum.cli.opening import tell_unread
from practicum.errors import JournalError, SetupError
from practicum.memory_store.home import Home
from practicum.memory_store.served import named_serving, served_notes
from practicum.training import registry
from practicum.training.candidates import all_learned, unread_adapters


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with open_home(tmp_path / "home") as opened:
        yield opened


# Candidates


def test_a_home_without_anything_has_no_candidates_and_no_champion(home: Home) -> None:
    assert registry.candidates(home) == []
    assert registry.champion(home) is None
    assert registry.status(home).champion is None
    with pytest.raises(SetupError, match="no candidate 'demos@1'") as caught:
        registry.challenge(home, "demos@1")
    assert caught.value.fix == "run `practicum explore`, then `practicum curate`"


@pytest.mark.parametrize(
    "name", ["demos@2", "demos@0", "demos@", "demos", "lora@1", "x@1", "", "demos@²", "demos@" + "9" * 5000]
)
def test_an_unknown_candidate_is_answered_with_those_there_are(home: Home, name: str) -> None:
    add_demos(home)
    home.journal.record_note(note("a", "t"))
    registry.register_notes(home)
    with pytest.raises(SetupError, match="this home has no candidate") as caught:
        registry.find_candidate(home, name)
    assert caught.value.fix == "name one of: notes@1, demos@1"


def test_candidates_of_all_kinds_are_listed_newest_first(home: Home, tmp_path: Path) -> None:
    add_demos(home)
    home.journal.record_note(note("a", "t"))
    registry.register_notes(home)
    add_adapter(home, tmp_path / "out")
    found = registry.candidates(home)
    assert [each.name for each in found] == ["lora@1", "notes@1", "demos@1"]
    assert {each.name: each.size for each in found} == {"demos@1": 1, "notes@1": 1, "lora@1": 2}
    assert all(each.schema_hashes == {"convert": (SPEC.schema_hash,)} for each in found)
    assert registry.find_candidate(home, "demos@1") == found[2]


def test_notes_are_merged_and_the_best_supported_of_a_tool_come_first(home: Home) -> None:
    home.journal.record_note(note("Weak.", "t1"))
    home.journal.record_note(note("Units are symbols.", "t1"))
    home.journal.record_note(note("units are  symbols", "t1", "t2"))
    home.journal.record_note(note("other", "t3", tool="weather"))
    home.journal.record_note(note("old", "t1", "t2", "t3", schema_hash="old"))
    made = registry.register_notes(home, [SPEC, SPEC.model_copy(update={"name": "weather"})], most=1)
    numbered = home.journal.note_set(1)
    assert made.name == "notes@1"
    assert numbered is not None
    assert [(each.text, each.evidence) for each in numbered.notes] == [("Units are symbols.", ("t1", "t2"))]
    assert numbered.meta["dropped"] == {
        "said before": 1,
        "weaker than others of its tool": 1,
        "tool changed or gone": 2,
    }


def test_a_note_that_only_rejected_trials_support_is_left_out(home: Home) -> None:
    home.journal.record_trial(phrased("t1", "one"))
    home.journal.record_review("t1", "rejected", "wrong")
    home.journal.record_note(note("a", "t1"))
    with pytest.raises(SetupError, match="no note passed: 1 rejected by review"):
        registry.register_notes(home)
    home.journal.record_note(note("b", "t1", "t2"))
    registry.register_notes(home)
    numbered = home.journal.note_set()
    assert numbered is not None
    assert [(each.text, each.evidence) for each in numbered.notes] == [("b", ("t2",))]


def test_the_same_notes_are_the_same_candidate(home: Home) -> None:
    with pytest.raises(SetupError, match="this home has no notes"):
        registry.register_notes(home)
    home.journal.record_note(note("a", "t"))
    assert registry.register_notes(home).name == "notes@1"
    assert registry.register_notes(home).name == "notes@1"
    home.journal.record_note(note("b", "t"))
    assert registry.register_notes(home).name == "notes@2"


# Adapters


def test_an_adapter_is_moved_into_the_home_and_named_by_a_relative_folder(home: Home, tmp_path: Path) -> None:
    made = add_adapter(home, tmp_path / "out")
    assert made.folder == "adapters/lora-1"
    assert not (tmp_path / "out").exists()
    assert home.journal.adapter(1) == made
    assert set(made.files) == {"adapter.safetensors", "gguf/merged.gguf", "learned.jsonl"}
    assert registry.adapter_folder(home, made) == home.path / "adapters" / "lora-1"
    assert registry.learned_queries(home, "lora@1") == [("a smile \ud83d", CALL), ("Tell me a joke.", None)]
    assert add_adapter(home, tmp_path / "again").folder == "adapters/lora-2"


def test_an_adapter_whose_files_are_not_whole_is_not_served(home: Home, tmp_path: Path) -> None:
    made = add_adapter(home, tmp_path / "out")
    (home.path / made.folder / "gguf" / "merged.gguf").write_bytes(b"")
    with pytest.raises(JournalError, match=r"lora@1 is damaged: .*merged\.gguf"):
        registry.adapter_folder(home, made)


def test_what_a_lost_adapter_learned_is_left_out_of_what_a_home_learned(home: Home, tmp_path: Path) -> None:
    add_demos(home, "two")
    made = add_adapter(home, tmp_path / "out")
    add_adapter(home, tmp_path / "again")
    assert unread_adapters(home) == ()
    shutil.rmtree(home.path / made.folder)
    assert unread_adapters(home) == ("lora@1",)
    assert [query for query, _ in all_learned(home)] == ["a smile \ud83d", "Tell me a joke.", "two"]


def test_a_lost_adapter_is_told_unless_it_is_measured_itself(
    home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = add_adapter(home, tmp_path / "out")
    tell_unread(home, ["base"])
    shutil.rmtree(home.path / made.folder)
    tell_unread(home, ["base", "lora"])
    assert capsys.readouterr().err == ""
    tell_unread(home, ["base"])
    assert capsys.readouterr().err.startswith("note: lora@1 is damaged: ")


@pytest.mark.parametrize(
    "content", [b"\xff\xfe", b"{", b"[1]\n", b"null\n", b'{"query": "x"}\n', b"[" * 9999]
)
def test_queries_of_an_adapter_that_can_not_be_read_are_an_error(
    home: Home, tmp_path: Path, content: bytes
) -> None:
    made = add_adapter(home, tmp_path / "out")
    file = home.path / made.folder / "learned.jsonl"
    file.write_bytes(content.ljust(file.stat().st_size)[: file.stat().st_size])
    with pytest.raises(JournalError, match=r"lora@1 is damaged: .*learned\.jsonl"):
        registry.learned_queries(home, "lora@1")


def test_a_version_with_a_zero_before_it_is_the_same(home: Home, tmp_path: Path) -> None:
    add_demos(home)
    add_adapter(home, tmp_path / "out")
    assert named_serving(home, "demos@01+lora@001").names == ("demos@1", "lora@1")


def test_a_crash_before_the_row_leaves_no_candidate_and_the_next_takes_its_place(
    home: Home, tmp_path: Path
) -> None:
    trained(home.path / "adapters" / "lora-1", size=99)
    trained(home.path / "adapters" / ".incoming-0-of-a-process-that-ended")
    assert registry.candidates(home) == []
    made = add_adapter(home, tmp_path / "out")
    assert made.version == 1
    assert made.files["adapter.safetensors"] == 3
    assert [folder.name for folder in (home.path / "adapters").iterdir()] == ["lora-1"]
    assert registry.adapter_folder(home, made)


def test_an_adapter_that_can_not_be_recorded_is_no_candidate(home: Home, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="Unable to serialize"):
        registry.register_adapter(
            home,
            trained(tmp_path / "out"),
            training={"base": object()},
            targets="spans",
            schema_hashes={},
            learned=[],
        )
    assert registry.candidates(home) == []
    assert add_adapter(home, tmp_path / "better").version == 1


def test_an_adapter_that_a_full_disk_keeps_out_is_registered_once_there_is_room(
    home: Home, tmp_path: Path
) -> None:
    connection = home.journal._ledger._connection
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages}")
    out = trained(tmp_path / "out")

    def register() -> int:
        told = {"much": "x" * 99_999}
        return registry.register_adapter(
            home, out, training=told, targets="spans", schema_hashes={}, learned=[]
        ).version

    with pytest.raises(JournalError, match="disk is full"):
        register()
    assert (out / "adapter.safetensors").is_file()
    connection.execute("PRAGMA max_page_count = 1000000")
    assert register() == 1


@pytest.mark.parametrize("make", [False, True])
def test_an_empty_folder_is_no_adapter(home: Home, tmp_path: Path, *, make: bool) -> None:
    if make:
        (tmp_path / "out").mkdir()
    with pytest.raises(SetupError, match="there is no adapter in"):
        registry.register_adapter(
            home, tmp_path / "out", training={}, targets="spans", schema_hashes={}, learned=[]
        )


def test_notes_were_learned_from_the_queries_of_their_trials(home: Home) -> None:
    home.journal.record_trial(phrased("t1", "one"))
    home.journal.record_note(note("a", "t1", "gone"))
    registry.register_notes(home)
    add_demos(home, "two")
    assert registry.learned_queries(home, "notes@1") == [("one", CALL)]
    assert registry.learned_queries(home, "demos@1") == [("two", CALL)]


def test_newer_notes_are_a_candidate_and_the_older_ones_serve_until_they_pass(home: Home) -> None:
    home.journal.record_note(note("a", "t"))
    name = registry.register_notes(home).name
    assert registry.champion(home) is None
    assert promote(home, name).notes == "notes@1"
    home.journal.record_note(note("b", "t"))
    assert registry.register_notes(home).name == "notes@2"
    serving = registry.champion(home)
    assert serving is not None
    assert [each.text for each in served_notes(home, serving)] == ["a"]
    assert [each.text for each in served_notes(home, promote(home, "notes@2"))] == ["a", "b"]

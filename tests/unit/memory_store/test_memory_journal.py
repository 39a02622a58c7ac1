import gc
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from made_trials import made_trial

from practicum.errors import JournalError
from practicum.memory_store.journal import Journal
from practicum.memory_store.schema import TABLE_NAMES
from practicum.records import Demonstration, Note, Observation, Outcome, ToolCall, ToolSpec, Trial


def make_trial(trial_id: str, tool: str = "convert", outcome: Outcome = Outcome.SOLVED) -> Trial:
    return made_trial(
        id=trial_id, episode_id=f"{tool}-1", tool=tool, query=f"query of {trial_id}", outcome=outcome
    )


def make_demonstration(trial_id: str) -> Demonstration:
    call = ToolCall(name="convert", arguments={"value": 1})
    return Demonstration(
        id=trial_id, tool="convert", tool_schema_hash="h", query="q", call=call, observation="1"
    )


def make_note(note_id: str, text: str = "Units are symbols.") -> Note:
    return Note(id=note_id, tool="convert", tool_schema_hash="h", text=text, evidence=("a",))


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal.open(tmp_path / "home" / "journal.sqlite", write=True) as opened:
        yield opened


def test_a_recorded_trial_comes_back_equal(journal: Journal) -> None:
    journal.record_trial(make_trial("a"))
    assert journal.trial("a") == make_trial("a")
    assert journal.has_trial("a")
    assert journal.trial("b") is None


def test_half_a_surrogate_pair_in_a_query_survives(journal: Journal) -> None:
    trial = make_trial("a").model_copy(update={"query": "a smile \ud83d"})
    journal.record_trial(trial)
    assert journal.trial("a") == trial


def test_recording_an_id_twice_is_an_error_even_for_an_equal_trial(journal: Journal) -> None:
    journal.record_trial(make_trial("a"))
    with pytest.raises(JournalError, match="a is recorded already"):
        journal.record_trial(make_trial("a"))
    assert journal.count_trials() == 1


def test_trials_come_in_the_order_of_recording_and_can_be_narrowed(journal: Journal) -> None:
    journal.record_trial(make_trial("b"))
    journal.record_trial(make_trial("a", outcome=Outcome.UNSOLVED))
    seen = journal.last_rowid()
    journal.record_trial(make_trial("c", tool="weather"))
    assert [trial.id for trial in journal.trials()] == ["b", "a", "c"]
    assert [trial.id for trial in journal.trials("convert", outcome=Outcome.UNSOLVED)] == ["a"]
    assert [trial.id for trial in journal.trials(since_rowid=seen)] == ["c"]
    assert journal.count_trials("convert") == 2
    assert journal.count_trials(outcome=Outcome.SOLVED) == 2
    assert journal.trial_ids("convert-1") == ["b", "a"]
    assert journal.tools() == ["convert", "weather"]


def test_iterating_goes_on_over_pages_and_sees_what_is_recorded_meanwhile(journal: Journal) -> None:
    with journal.atomically():
        for number in range(1001):
            journal.record_trial(make_trial(f"t{number}"))
    trials = journal.trials()
    next(trials)
    journal.record_trial(make_trial("late"))
    assert [trial.id for trial in trials][-1] == "late"


def test_the_newest_trials_of_a_tool_come_oldest_first(journal: Journal) -> None:
    for trial_id in ("a", "b", "c"):
        journal.record_trial(make_trial(trial_id))
    assert [trial.id for trial in journal.newest_trials("convert", 2)] == ["b", "c"]


def test_the_newest_trials_of_several_tools_come_oldest_first(journal: Journal) -> None:
    for trial_id, tool in (("a", "convert"), ("b", "weather"), ("c", "sum"), ("d", "convert")):
        journal.record_trial(make_trial(trial_id, tool))
    assert [trial.id for trial in journal.newest_of(["weather", "convert"], 9)] == ["a", "b", "d"]
    assert [trial.id for trial in journal.newest_of(["weather", "convert"], 2)] == ["b", "d"]
    assert journal.newest_of([], 2) == []


def test_what_is_recorded_together_is_undone_together(journal: Journal) -> None:
    def record_a_new_and_an_old_one() -> None:
        with journal.atomically():
            journal.record_trial(make_trial("b"))
            journal.record_trial(make_trial("a"))

    journal.record_trial(make_trial("a"))
    with pytest.raises(JournalError):
        record_a_new_and_an_old_one()
    assert [trial.id for trial in journal.trials()] == ["a"]


def test_a_trial_is_found_by_the_start_of_its_id(journal: Journal) -> None:
    for trial_id in ("abc", "abd", "ab", "x_z", "xyz"):
        journal.record_trial(make_trial(trial_id))
    assert journal.find("abc").id == "abc"
    assert journal.find("ab").id == "ab"
    assert journal.find("x_").id == "x_z"
    with pytest.raises(JournalError, match="several trials' ids start with 'a': ab, abc, abd"):
        journal.find("a")
    with pytest.raises(JournalError, match="no trial's id starts with '%'"):
        journal.find("%")


def test_a_note_may_be_recorded_again_but_not_changed(journal: Journal) -> None:
    journal.record_note(make_note("n"))
    journal.record_note(make_note("n"))
    assert journal.notes("convert") == [make_note("n")]
    assert journal.notes("weather") == []
    with pytest.raises(JournalError, match="another note has the id n"):
        journal.record_note(make_note("n", "Units are words."))


def test_the_latest_review_counts_and_earlier_ones_stay(journal: Journal) -> None:
    journal.record_trial(make_trial("a"))
    journal.record_review("a", "rejected", "wrong unit")
    journal.record_review("a", "approved", "right after all")
    assert journal.reviews()["a"].verdict == "approved"
    assert [review.reason for review in journal.all_reviews()] == ["wrong unit", "right after all"]


def test_a_review_needs_its_trial(journal: Journal) -> None:
    with pytest.raises(JournalError, match="there is no trial a"):
        journal.record_review("a", "approved", "")


def test_the_first_execution_under_a_key_counts(journal: Journal) -> None:
    first, second = Observation(text="1"), Observation(text="2")
    assert journal.execution("k") is None
    assert journal.remember_execution("k", first) == first
    assert journal.remember_execution("k", second) == first
    assert journal.execution("k") == first


def test_sets_are_numbered_and_the_newest_is_the_default(journal: Journal) -> None:
    assert journal.demonstration_set() is None
    assert journal.register_set("demos", [make_demonstration("a")], {"dropped": 3}) == 1
    assert journal.register_set("demos", [make_demonstration("a"), make_demonstration("a")], {}) == 2
    newest, first = journal.demonstration_set(), journal.demonstration_set(1)
    assert newest is not None
    assert first is not None
    assert (newest.version, len(newest.demonstrations)) == (2, 2)
    assert (first.meta, first.demonstrations) == ({"dropped": 3}, (make_demonstration("a"),))
    assert journal.demonstration_set(3) is None


def test_the_same_plan_twice_is_two_explorations(journal: Journal) -> None:
    ids = [journal.record_exploration({"seed": 0}) for _ in range(2)]
    assert [found.id for found in journal.explorations()] == ids
    assert len(set(ids)) == 2
    assert journal.explorations()[0].plan == {"seed": 0}


def test_practised_tools_are_kept_once_and_as_they_were_the_last_time(journal: Journal) -> None:
    secret = f"sk-{'4f' * 20}"
    old, new = (
        ToolSpec(name="add", description=text, parameters={"type": "object"}) for text in ("Add.", "Adds.")
    )
    other = ToolSpec(name="ask", description=f"Ask, with {secret}.", parameters={"type": "object"})
    for spec in (old, old, new):
        journal.record_exploration({"tools": {spec.name: spec.schema_hash}}, [spec])
    journal.record_exploration({"tools": {other.name: other.schema_hash}}, [other])
    assert journal.practised_tools() == (new,)  # what is redacted is another tool
    assert [len(run.plan.get("specs", {})) for run in journal.explorations()] == [1, 0, 1, 1]
    assert secret not in str([run.plan for run in journal.explorations()])


def test_stats_count_what_is_there(journal: Journal) -> None:
    journal.record_trial(make_trial("a"))
    journal.record_trial(make_trial("b", tool="weather", outcome=Outcome.BROKEN))
    journal.record_note(make_note("n"))
    stats = journal.stats()
    assert (stats.trials, stats.episodes, stats.notes) == (2, 2, 1)
    assert stats.outcomes == {Outcome.SOLVED: 1, Outcome.UNSOLVED: 0, Outcome.BROKEN: 1}
    assert stats.tools == {"convert": {Outcome.SOLVED: 1}, "weather": {Outcome.BROKEN: 1}}
    assert stats.bytes > 0


def test_a_reader_sees_what_the_writer_records(journal: Journal) -> None:
    with Journal.open(journal.path, write=False) as reader:
        journal.record_trial(make_trial("a"))
        assert reader.has_trial("a")


def test_a_reader_can_not_record(journal: Journal) -> None:
    with (
        Journal.open(journal.path, write=False) as reader,
        pytest.raises(JournalError, match="opened for reading"),
    ):
        reader.record_trial(make_trial("a"))


@pytest.mark.parametrize("table", [*TABLE_NAMES, "meta"])
def test_no_row_can_be_changed_replaced_or_removed(journal: Journal, table: str) -> None:
    journal.record_trial(make_trial("a"))
    journal.record_note(make_note("n"))
    journal.record_review("a", "approved", "")
    journal.remember_execution("k", Observation(text="1"))
    journal.register_set("demos", [], {})
    journal.record_exploration({})
    stranger = sqlite3.connect(journal.path)
    before = stranger.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608 - our own table names
    for statement in (
        f"UPDATE {table} SET body = '{{}}'",  # noqa: S608
        f"DELETE FROM {table}",  # noqa: S608
        f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}",  # noqa: S608
    ):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            stranger.execute(statement)
    assert stranger.execute(f"SELECT * FROM {table}").fetchall() == before  # noqa: S608
    assert before
    stranger.close()


def test_a_journal_in_memory_that_nobody_has_any_more_leaves_nothing_open() -> None:
    journal = Journal.in_memory()
    connection = journal._ledger._connection
    del journal
    gc.collect()
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        connection.execute("SELECT 1")

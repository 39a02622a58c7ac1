import json
import os
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_trials import made_trial

from practicum.errors import DataError, JournalError
from practicum.memory_store.journal import Journal
from practicum.memory_store.transfer import export
from practicum.records import (
    Demonstration,
    Judgement,
    Note,
    Observation,
    Outcome,
    Phrasing,
    Reflection,
    Step,
    Strategy,
    ToolCall,
    Trial,
    Usage,
)

# Half surrogate pairs too: models write them, and they must survive.
texts = st.text(st.characters(exclude_categories=()), max_size=30)
names = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20)
json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=6,
)
calls = st.builds(ToolCall, name=names, arguments=st.dictionaries(names, json_values, max_size=4))
observations = st.builds(Observation, text=texts, seconds=st.floats(0, 1e6))
steps = st.builds(Step, thought=texts, call=st.none() | calls, observation=observations)
trials = st.builds(
    Trial,
    id=names,
    episode_id=names,
    tool=names,
    tool_schema_hash=texts,
    episode=st.integers(1, 99),
    number=st.integers(1, 99),
    strategy=st.sampled_from(Strategy),
    model=texts,
    query=texts,
    imagined=st.none() | calls,
    probes=st.lists(steps, max_size=2).map(tuple),
    steps=st.lists(steps, max_size=3).map(tuple),
    answer=texts,
    reflection=st.none() | st.builds(Reflection, solved=st.booleans(), reason=texts),
    outcome=st.sampled_from(Outcome),
    usage=st.builds(Usage, model_calls=st.integers(0, 99)),
    started_at=st.datetimes(timezones=st.just(UTC)),
    seconds=st.floats(0, 1e6),
    origin=texts,
)
notes = st.builds(
    Note,
    id=names,
    tool=names,
    tool_schema_hash=texts,
    parameter=st.none() | texts,
    text=texts,
    evidence=st.lists(texts, min_size=1, max_size=2).map(tuple),
)
demonstrations = st.builds(
    Demonstration,
    id=names,
    tool=names,
    tool_schema_hash=texts,
    query=texts,
    call=calls,
    observation=texts,
    answer=texts,
)


def make_trial(trial_id: str, query: str = "q") -> Trial:
    return made_trial(id=trial_id, tool="t", query=query)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal.open(tmp_path / "journal.sqlite", write=True) as opened:
        yield opened


@settings(max_examples=40, deadline=None)
@given(
    st.lists(trials, max_size=4, unique_by=lambda trial: trial.id),
    st.lists(notes, max_size=3, unique_by=lambda note: note.id),
    st.lists(st.lists(demonstrations, max_size=2), max_size=2),
)
def test_a_journal_survives_export_and_import(
    tried: list[Trial], lessons: list[Note], sets: list[list[Demonstration]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        with Journal.open(home / "a.sqlite", write=True) as source:
            for trial in tried:
                source.record_trial(trial)
            for note in lessons:
                source.record_note(note)
            for members in sets:
                source.register_set("demos", members, {"members": len(members)})
            if tried:
                source.record_review(tried[0].id, "rejected", "no")
            lines = source.export(home / "all.jsonl").lines
            with Journal.open(home / "b.sqlite", write=True) as copy:
                imported = copy.import_(home / "all.jsonl")
                assert sum(imported.added.values()) == lines
                assert list(copy.trials()) == tried == list(source.trials())
                assert copy.notes() == lessons
                assert copy.reviews() == source.reviews()
                assert list(copy.demonstration_sets()) == list(source.demonstration_sets())
                again = copy.import_(home / "all.jsonl")
                assert (again.added, again.skipped, again.differing) == ({}, lines, 0)


def test_what_models_made_of_trials_survives_export_and_import(journal: Journal, tmp_path: Path) -> None:
    yes = Judgement(informative=True, faithful=True, appropriate=True, judge="one")
    no = yes.model_copy(update={"faithful": False, "judge": "two"})
    journal.record_trial(make_trial("a"))
    for said in (yes, no, yes):
        journal.record_judgement("a", said)
    journal.record_phrasing(Phrasing(trial_id="a", query="other words", model="m"))
    journal.export(tmp_path / "all.jsonl")
    with Journal.open(tmp_path / "b.sqlite", write=True) as copy:
        assert copy.import_(tmp_path / "all.jsonl").added == {"trial": 1, "judgement": 3, "phrasing": 1}
        assert copy.judgements() == {"a": yes}
        assert copy.judgements_of("two") == {"a": no}
        assert copy.phrasings() == {"a": ["other words"]}
        again = copy.import_(tmp_path / "all.jsonl")
        assert (again.added, again.skipped, again.differing) == ({}, 5, 0)


def test_an_import_keeps_what_the_journal_has_and_counts_what_differs(
    journal: Journal, tmp_path: Path
) -> None:
    file = tmp_path / "in.jsonl"
    journal.record_trial(make_trial("a", "mine"))
    lines = [{"kind": "trial", **make_trial(name, "theirs").as_dict()} for name in ("a", "b", "b")]
    file.write_text("\n".join(json.dumps(line) for line in lines) + "\n\n")
    imported = journal.import_(file)
    assert (imported.added, imported.skipped, imported.differing) == ({"trial": 1}, 2, 1)
    assert [trial.query for trial in journal.trials()] == ["mine", "theirs"]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{", "is not JSON"),
        ("[]", "needs a kind out of trial, note, review, demos"),
        ('{"id": "a"}', "needs a kind"),
        ('{"kind": ["trial"]}', "needs a kind"),
        ('{"kind": "execution"}', "needs a kind"),
        ('{"kind": "trial", "id": "x"}', "is no trial: episode_id: Field required"),
        ('{"kind": "note", "surplus": 1}', "is no note"),
        (
            '{"kind": "review", "trial_id": "zz", "verdict": "approved", "reason": "", "at": "2026-01-01"}',
            "reviews the trial zz, which is nowhere",
        ),
        (
            '{"kind": "phrasing", "trial_id": "zz", "query": "q", "model": "m"}',
            "is about the trial zz, which is nowhere",
        ),
        (
            '{"kind": "judgement", "trial_id": "zz", "informative": true, "faithful": true,'
            ' "appropriate": true}',
            "is about the trial zz, which is nowhere",
        ),
    ],
)
def test_a_bad_line_is_named_and_nothing_is_imported(
    journal: Journal, tmp_path: Path, line: str, complaint: str
) -> None:
    file = tmp_path / "in.jsonl"
    file.write_text(json.dumps({"kind": "trial", **make_trial("a").as_dict()}) + "\n" + line + "\n")
    with pytest.raises(DataError) as caught:
        journal.import_(file)
    assert caught.value.message.startswith(f"{file}:2 {complaint}")
    assert journal.count_trials() == 0


def test_an_import_that_fails_while_writing_leaves_nothing_behind(journal: Journal, tmp_path: Path) -> None:
    file = tmp_path / "in.jsonl"
    bad = make_trial("b").as_dict() | {"tool": "\ud800"}
    lines = [{"kind": "trial", **body} for body in (make_trial("a").as_dict(), bad)]
    file.write_text("\n".join(json.dumps(line) for line in lines))
    with pytest.raises(JournalError, match="half a surrogate pair"):
        journal.import_(file)
    assert journal.count_trials() == 0


def test_a_file_that_is_not_there_or_not_utf8_is_named(journal: Journal, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"missing\.jsonl can't be read"):
        journal.import_(tmp_path / "missing.jsonl")
    (tmp_path / "latin.jsonl").write_bytes(b"\xff\xfe")
    with pytest.raises(DataError, match=r"latin\.jsonl is not UTF-8"):
        journal.import_(tmp_path / "latin.jsonl")


def test_an_export_into_a_folder_that_is_not_there_is_an_error_with_a_fix(
    journal: Journal, tmp_path: Path
) -> None:
    with pytest.raises(JournalError) as caught:
        journal.export(tmp_path / "no" / "out.jsonl")
    assert caught.value.fix


def test_an_export_goes_through_links_and_into_pipes_and_replaces_neither(
    journal: Journal, tmp_path: Path
) -> None:
    journal.record_trial(made_trial())
    (tmp_path / "link.jsonl").symlink_to(tmp_path / "file.jsonl")
    (tmp_path / "file.jsonl").write_text("before")
    assert journal.export(tmp_path / "link.jsonl").lines == 1
    assert (tmp_path / "link.jsonl").is_symlink()
    assert '"kind": "trial"' in (tmp_path / "file.jsonl").read_text()
    os.mkfifo(tmp_path / "pipe")
    with ThreadPoolExecutor() as pool:
        read = pool.submit((tmp_path / "pipe").read_text)
        assert journal.export(tmp_path / "pipe").lines == 1
        assert read.result() == (tmp_path / "file.jsonl").read_text()
    assert (tmp_path / "pipe").is_fifo()


def test_an_export_that_fails_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Journal.open(tmp_path / "journal.sqlite", write=True) as journal:
        journal.record_trial(made_trial())

        def full(self: Journal) -> Iterator[Trial]:
            yield from ()
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(Journal, "all_reviews", full)
        with pytest.raises(JournalError):
            export(journal, tmp_path / "out.jsonl")
    assert not list(tmp_path.glob("out*"))

"""Whatever a tool returned or the environment holds, a journal is read again; so are most damaged rows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from made_trials import made_trial

from practicum.errors import JournalError
from practicum.hostile import MARK, redact_seen, redact_value, register_secrets
from practicum.hostile.known import forget
from practicum.memory_store.candidates import Serving
from practicum.memory_store.entries import Exploration
from practicum.memory_store.journal import Journal
from practicum.memory_store.mending import is_damaged, mended
from practicum.memory_store.turn_files import read_turns
from practicum.memory_store.turn_log import TurnLog
from practicum.records import (
    Demonstration,
    JsonObject,
    Judgement,
    Lessons,
    Note,
    Observation,
    Outcome,
    Phrasing,
    Step,
    Strategy,
    ToolCall,
    ToolSpec,
    Trial,
    Turn,
)

CALL = ToolCall(name="postgres_query", arguments={"table": "postgres"})
STEP = Step(call=CALL, observation=Observation(text="observation: postgres"))
TRIAL = made_trial(
    id="t1",
    tool="postgres_query",
    others={"postgres_list": "h2"},
    query="What is in postgres?",
    strategy=Strategy.CALL_FIRST,
    outcome=Outcome.UNSOLVED,
    imagined=CALL,
    probes=(STEP,),
    steps=(STEP,),
)
WORDS = ("observation", "postgres", "unsolved", "reflection", "strategy", "exploration", "query-first")


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal.open(tmp_path / "journal.sqlite", write=True) as opened:
        yield opened


@pytest.fixture(params=["a result", "the environment", "a configuration"])
def secrets(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Words that records are read by are secrets."""
    for number, word in enumerate(WORDS):
        if request.param == "a result":
            redact_seen(json.dumps({"auth_token": word, "password": f"{word}-first"}))
        elif request.param == "the environment":
            monkeypatch.setenv(f"DB_{number}_PASSWORD", word)
        else:
            register_secrets([word])


@pytest.mark.usefixtures("secrets")
def test_what_is_recorded_is_read_again_whatever_is_secret(journal: Journal, tmp_path: Path) -> None:
    journal.record_trial(TRIAL)
    journal.record_note(Note(id="n", tool=CALL.name, tool_schema_hash="h", text="a", evidence=("t1",)))
    journal.record_review("t1", "rejected", "no")
    said = Judgement(informative=True, faithful=True, appropriate=False)
    assert [journal.record_judgement("t1", said) for _ in range(2)] == [True, False]
    journal.record_phrasing(Phrasing(trial_id="t1", query="q", model="m"))
    shown = Demonstration(
        id="t1", tool=CALL.name, tool_schema_hash="h", query="q", call=CALL, observation="1"
    )
    journal.register_set("demos", [shown], {"dropped": {"unsolved": 2}}, {"t": Lessons(tool_schema_hash="h")})
    journal.record_promotion("promote", "demos@1", Serving(), against=Serving(), reason="r", figures={})
    spec = ToolSpec(name=CALL.name, description="", parameters={"type": "object"})
    journal.record_exploration({"tools": {spec.name: spec.schema_hash}, "strategy": "query-first"}, [spec])
    journal.remember_execution("k", Observation(text="x"))
    again = journal.trial("t1")
    assert again is not None
    assert (again.tool, again.others, again.outcome) == (TRIAL.tool, TRIAL.others, TRIAL.outcome)
    assert [step.call.name for step in again.steps if step.call] == [CALL.name]
    assert journal.practised_tools() == (spec,)
    assert journal.explorations()[0].plan["strategy"] == "query-first"
    assert journal.demonstration_set() is not None
    assert journal.champion() == Serving()
    assert [len(found) for found in (journal.notes(), journal.reviews(), journal.phrasings())] == [1, 1, 1]
    assert journal.execution("k") == Observation(text="x")
    assert journal.stats().origins == {"exploration": 1}
    exported = journal.export(tmp_path / "all.jsonl")
    with Journal.open(tmp_path / "other.sqlite", write=True) as other:
        added = other.import_(tmp_path / "all.jsonl").added
        assert sum(added.values()) == exported.lines == 6
        assert other.trial("t1") == again


def test_words_of_a_record_are_redacted_as_before(journal: Journal) -> None:
    register_secrets(["postgres"])
    journal.record_trial(TRIAL)
    again = journal.trial("t1")
    assert again is not None
    assert again.query == f"What is in {MARK}?"
    assert again.steps[0].observation.text == f"observation: {MARK}"
    assert again.steps[0].call == ToolCall(name=CALL.name, arguments={"table": MARK})


@pytest.mark.usefixtures("secrets")
def test_a_reply_is_read_again_whatever_is_secret(journal: Journal) -> None:
    register_secrets(["structured", "unreadable", "long_term"])
    reply: JsonObject = {
        "text": "a",
        "calls": [CALL.as_dict()],
        "unreadable": None,
        "structured": None,
        "usage": {},
    }
    began: JsonObject = {
        "long_term": {"nearest": [{"outcome": "unsolved", "query": "q"}]},
        "known_values": {},
    }
    bodies: dict[str, JsonObject] = {"reply": reply, "began": began, "ended": {}}
    for key, body in bodies.items():
        journal.remember_reply(key, body)
    kept = journal.reply("reply")
    assert kept is not None
    assert list(kept) == list(reply)
    assert kept["calls"][0]["name"] == CALL.name
    assert (journal.reply("began"), journal.reply("ended")) == (began, {})


@pytest.mark.usefixtures("secrets")
def test_a_turn_is_read_again_whatever_is_secret(tmp_path: Path) -> None:
    at = datetime(2026, 1, 2, tzinfo=UTC)
    made = Turn(
        id="s-1",
        at=at,
        model="m",
        query="q",
        steps=(STEP,),
        answer="a",
        schema_hashes={CALL.name: "h"},
        after="x",
    )
    log = TurnLog(tmp_path)
    log.keep(lambda _: made)
    log.close()
    found = read_turns(tmp_path)
    assert found.unreadable == 0
    assert [kept.turn.tool for kept in found.turns] == [CALL.name]


def damaged(journal: Journal, trial: Trial, *words: str) -> None:
    """Record a trial as versions did that redacted what it is read by."""
    register_secrets(words)
    body = json.dumps(redact_value(trial.as_dict()))
    forget()
    columns = (trial.id, trial.episode_id, trial.tool, trial.outcome.value, body)
    with journal.atomically():
        journal._ledger._connection.execute(
            "INSERT INTO trials (id, episode_id, tool, outcome, body) VALUES (?, ?, ?, ?, ?)", columns
        )


@pytest.mark.parametrize(
    "words",
    [("observation",), ("unsolved",), ("reflection",), ("started_at",), ("origin",), ("others",)],
    ids=" ".join,
)
def test_a_damaged_trial_is_read_as_it_was(journal: Journal, words: tuple[str, ...]) -> None:
    trial = TRIAL.model_copy(
        update={"steps": (Step(call=CALL, observation=Observation(text="x")),), "probes": ()}
    )
    damaged(journal, trial, *words)
    assert journal.trial("t1") == trial
    assert list(journal.trials()) == journal.newest_trials(trial.tool, 5) == [trial]
    assert journal.stats().origins == {"exploration": 1}


def test_names_of_tools_that_were_blanked_are_restored_and_words_are_not(journal: Journal) -> None:
    damaged(journal, TRIAL, "postgres")
    again = journal.trial("t1")
    assert again is not None
    assert (again.tool, again.others) == (TRIAL.tool, TRIAL.others)
    assert again.steps[0].call == ToolCall(name=CALL.name, arguments={"table": MARK})
    assert again.query == f"What is in {MARK}?"


@pytest.mark.parametrize("words", [("observation",), ("postgres",), ("unsolved",)])
def test_a_password_that_was_blanked_is_not_taken_for_another_word(
    journal: Journal, words: tuple[str, ...]
) -> None:
    trial = TRIAL.model_copy(update={"model": "openai:m@https://bob:Tr0ub4dor@host", "origin": "Tr0ub4dor"})
    damaged(journal, trial, "Tr0ub4dor", *words)
    again = journal.trial("t1")
    assert again is not None
    assert (again.model, again.origin) == (f"openai:m@https://bob:{MARK}@host", MARK)
    assert (again.tool, again.others, again.outcome) == (TRIAL.tool, TRIAL.others, TRIAL.outcome)
    assert again.steps[0].call is not None
    assert again.steps[0].call.name == TRIAL.tool


def test_what_was_blanked_in_a_plan_stays_blanked() -> None:
    at = datetime(2026, 1, 2, tzinfo=UTC).isoformat()
    body: JsonObject = {"id": "x1", "plan": {"specs": {"h": {"description": MARK}}}, MARK: at}
    assert is_damaged(Exploration, body)
    again = Exploration.from_dict(mended(Exploration, body, {"id": "x1"}))
    assert again == Exploration(id="x1", plan=body["plan"], started_at=datetime(2026, 1, 2, tzinfo=UTC))


def test_a_tool_of_which_a_fields_name_was_blanked_in_a_plan_keeps_nobody_from_exploring(
    journal: Journal,
) -> None:
    spec = ToolSpec(name="t", description="d", parameters={"type": "object"})
    blanked = {"name": "u", MARK: "", "parameters": {}}
    journal.record_exploration({"tools": {"u": "h"}, "specs": {"h": blanked}})
    journal.record_exploration({"tools": {"t": spec.schema_hash}}, [spec])
    assert journal.practised_tools() == (spec,)


def test_neither_a_key_nor_a_password_is_kept_or_exported(journal: Journal, tmp_path: Path) -> None:
    key, spec = f"sk-proj-{'a1B2' * 8}", "openai:m@https://bob:Tr0ub4dor@host/v1"
    step = Step(call=ToolCall(name=key), observation=Observation(text="no such tool"))
    journal.record_trial(TRIAL.model_copy(update={"model": spec, "steps": (step,), "imagined": step.call}))
    said = Judgement(informative=True, faithful=True, appropriate=True, judge=spec)
    assert [journal.record_judgement("t1", said) for _ in range(2)] == [True, False]
    assert list(journal.judgements_of(spec)) == ["t1"]
    journal.record_phrasing(Phrasing(trial_id="t1", query="q", model=spec))
    journal.record_exploration({"model": spec})
    journal.export(tmp_path / "all.jsonl")
    again = journal.trial("t1")
    assert again is not None
    assert [each.call and each.call.name for each in again.steps] == [MARK]
    assert journal.explorations()[0].plan == {"model": spec.replace("Tr0ub4dor", MARK)}
    for path in tmp_path.iterdir():
        assert key.encode() not in path.read_bytes()
        assert b"Tr0ub4dor" not in path.read_bytes()


def test_what_a_judge_said_is_found_again_where_its_password_was_kept(journal: Journal) -> None:
    spec = "openai:m@https://bob:Tr0ub4dor@host/v1"
    said = Judgement(informative=True, faithful=True, appropriate=True, judge=spec)
    columns = ("j", "t1", json.dumps({"trial_id": "t1", **said.as_dict()}))
    with journal.atomically():
        journal._ledger._connection.execute(
            "INSERT INTO judgements (id, trial_id, body) VALUES (?, ?, ?)", columns
        )
    assert journal.judgements_of(spec) == {"t1": said}


def test_what_nothing_tells_is_not_guessed_and_one_line_names_the_row(
    journal: Journal, tmp_path: Path
) -> None:
    damaged(journal, TRIAL, "call-first")
    journal.record_trial(made_trial(id="t2"))
    journal.record_review("t1", "rejected", "no")
    journal.record_review("t2", "approved", "yes")
    with pytest.raises(JournalError, match=r"row 1 of trials can't be read: strategy: ") as caught:
        list(journal.trials())
    assert "memory export" in caught.value.fix
    with pytest.raises(JournalError, match="row 1 of trials"):
        journal.find("t1")
    exported = journal.export(tmp_path / "all.jsonl")
    assert exported.lines == 2
    assert len(exported.left_out) == 1
    assert "row 1 of trials" in exported.left_out[0]
    with Journal.open(tmp_path / "other.sqlite", write=True) as other:
        other.import_(tmp_path / "all.jsonl")
        assert [trial.id for trial in other.trials()] == ["t2"]


def test_a_body_that_is_no_json_is_named_too(journal: Journal) -> None:
    with journal.atomically():
        journal._ledger._connection.execute("INSERT INTO notes (id, tool, body) VALUES ('n', 't', '{')")
    with pytest.raises(JournalError, match="row 1 of notes can't be read: its body is no JSON"):
        journal.notes()

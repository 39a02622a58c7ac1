"""What a record is read by stays, whatever secrets there are; its words and values are redacted."""

from __future__ import annotations

import types
from collections.abc import Iterator
from datetime import UTC, datetime
from enum import Enum
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import pytest

from practicum.evaluation.attempts import Attempted
from practicum.evaluation.runs.record import Run
from practicum.hostile import MARK, redact_as, redact_record, redact_seen, register_secrets
from practicum.hostile.fields import Visit, visited
from practicum.hostile.known import is_word
from practicum.memory_store.candidates import Adapter, NoteSet, Promotion
from practicum.memory_store.entries import DemonstrationSet, Exploration, Review, Summary, TrialJudgement
from practicum.records import (
    KeptReply,
    LongTermView,
    Note,
    Observation,
    Phrasing,
    Record,
    ToolCall,
    ToolSpec,
    Trial,
    Turn,
)
from practicum.tools.cassettes import Recorded

STORED: tuple[type[Record], ...] = (
    Trial,
    Note,
    Review,
    TrialJudgement,
    Phrasing,
    DemonstrationSet,
    NoteSet,
    Adapter,
    Promotion,
    Exploration,
    Summary,
    Observation,
    KeptReply,
    ToolSpec,
    LongTermView,
    Turn,
    Run,
    Attempted,
    Recorded,
)
WORDS = "words-of-somebody"


def filled(annotation: Any) -> Any:
    """A value of this type with something in each of its parts."""
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin in {Annotated, Union, types.UnionType}:
        return filled(next(part for part in parts if part is not type(None)))
    if origin in {tuple, list}:
        return [filled(parts[0])]
    if origin is dict:
        return {"observation": filled(parts[1])}
    return parts[0] if origin is Literal else filled_one(annotation)


def filled_one(annotation: Any) -> Any:
    """A value of a type that is made of no others."""
    if isinstance(annotation, type) and issubclass(annotation, Record):
        return {name: filled(field.annotation) for name, field in annotation.model_fields.items()}
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return list(annotation)[-1].value
    values = {int: 7, float: 0.5, bool: True, datetime: datetime(2026, 1, 2, tzinfo=UTC)}
    return values.get(annotation, WORDS)


def made(kind: type[Record]) -> Record:
    """A record with something in each of its fields."""
    return kind.from_dict(filled(kind))


def fixed_of(record: Record) -> list[Any]:
    """What a record is read by: all of it but words and other JSON."""
    found: list[Any] = []

    def fixed(value: Any, _: Any) -> Any:
        found.append(value)
        return value

    visited(type(record), record.as_dict(), Visit(fixed=fixed))
    return found


def words_of(kind: type[Record]) -> Iterator[str]:
    """What records of this kind are read by that a secret may be spelled like."""
    yield from kind.model_fields
    for field in kind.model_fields.values():
        for part in (field.annotation, *get_args(field.annotation)):
            if isinstance(part, type) and issubclass(part, Enum):
                yield from (str(each.value) for each in part)


@pytest.mark.parametrize("kind", STORED, ids=lambda kind: kind.__name__)
def test_a_record_is_read_again_where_every_word_of_it_is_a_secret(kind: type[Record]) -> None:
    record = made(kind)
    stored = redact_as(kind, record.as_dict(), clean=lambda _: MARK)
    again = kind.from_dict(stored)
    assert list(stored) == list(record.as_dict())
    assert fixed_of(again) == fixed_of(record)


@pytest.mark.parametrize("kind", STORED, ids=lambda kind: kind.__name__)
def test_a_record_is_read_again_where_a_secret_is_spelled_like_what_it_is_read_by(
    kind: type[Record], monkeypatch: pytest.MonkeyPatch
) -> None:
    record = made(kind)
    for number, word in enumerate({*words_of(kind), "words-of", "observation", "call-first"}):
        monkeypatch.setenv(f"NUMBER_{number}_PASSWORD", word)
    register_secrets([*words_of(kind), "words-of", "observation"])
    again = kind.from_dict(redact_record(record))
    assert fixed_of(again) == fixed_of(record)


def test_words_arguments_and_their_names_are_redacted_and_the_tools_name_is_not() -> None:
    register_secrets(["postgres"])
    call = ToolCall(name="postgres_query", arguments={"postgres": ["postgres", 7], "at": "db.postgres.org"})
    assert redact_record(call) == {
        "name": "postgres_query",
        "arguments": {MARK: [MARK, 7], "at": f"db.{MARK}.org"},
    }


def test_of_what_practicum_tells_of_its_work_keys_and_words_stay_and_keys_to_services_go() -> None:
    key = f"sk-{'a1' * 12}"
    register_secrets(["postgres", "tulip-7-amber"])
    redact_seen('{"token": "Qwen/Qwen3-0.6B"}')
    meta = {"postgres": "postgres", "base": "Qwen/Qwen3-0.6B", "keys": [key, "tulip-7-amber"]}
    kept = NoteSet(version=1, created_at=datetime(2026, 1, 2, tzinfo=UTC), meta=meta, notes=())
    assert redact_record(kept)["meta"] == {**meta, "keys": [MARK, MARK]}


SPEC = "openai:m@https://bob:Tr0ub4dor@host/v1"


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (Trial, ["model"]),
        (Turn, ["model"]),
        (Phrasing, ["model"]),
        (TrialJudgement, ["judge"]),
        (Summary, ["model"]),
        (Run, ["model", "embedder", "data"]),
        (ToolCall, ["name"]),
    ],
    ids=str,
)
def test_a_password_in_what_says_what_was_used_is_redacted_and_words_in_it_stay(
    kind: type[Record], fields: list[str]
) -> None:
    register_secrets(["openai", "tulip-7-amber"])
    body = made(kind).as_dict() | dict.fromkeys(fields, f"{SPEC} tulip-7-amber")
    again = kind.from_dict(redact_as(kind, body))
    assert {getattr(again, each) for each in fields} == {SPEC.replace("Tr0ub4dor", MARK) + f" {MARK}"}


@pytest.mark.parametrize(
    "name",
    [
        "rpa_start_unattended_process",
        "fw_get_firewall_rules_by_zone",
        "sk-learn-train-classifier",
        "secret_manager_list_all_versions_of_a_secret",
    ],
)
def test_the_name_of_a_tool_stays_though_it_has_the_form_of_a_key(name: str) -> None:
    call = ToolCall(name=name)
    assert redact_record(call) == call.as_dict()
    groups = {"groups": {name: [[name]]}}
    assert redact_as(Exploration, made(Exploration).as_dict() | {"plan": groups})["plan"] == groups


@pytest.mark.parametrize(("kind", "field"), [(Exploration, "plan"), (Adapter, "training")])
def test_a_password_in_a_plan_or_a_training_is_redacted(kind: type[Record], field: str) -> None:
    body = made(kind).as_dict() | {field: {"model": SPEC, "options": [SPEC, 7]}}
    told = SPEC.replace("Tr0ub4dor", MARK)
    assert redact_as(kind, body)[field] == {"model": told, "options": [told, 7]}


@pytest.mark.parametrize(
    "word", ["observation", "unsolved", "convert_units", "tool_schema_hash", "UNSOLVED", "Observation"]
)
def test_a_word_beside_a_telling_name_is_blanked_there_and_not_remembered(word: str) -> None:
    assert redact_seen(f'{{"auth_token": "{word}"}}') == f'{{"auth_token": "{MARK}"}}'
    assert redact_seen(f"the {word} is made") == f"the {word} is made"


@pytest.mark.parametrize(
    "secret", ["hunter2-of-mine", "tulip-amber", "swordFish", "bcdfghkq", "abcdefghijklmnop", "tomato77"]
)
def test_what_is_no_word_is_remembered(secret: str) -> None:
    assert not is_word(secret)
    redact_seen(f'{{"auth_token": "{secret}"}}')
    assert redact_seen(f"the {secret} is made") == f"the {MARK} is made"


def test_the_tools_own_name_is_no_secret() -> None:
    redact_seen('{"auth_token": "get-weather"}', name="get-weather")
    assert redact_seen("I call get-weather") == "I call get-weather"

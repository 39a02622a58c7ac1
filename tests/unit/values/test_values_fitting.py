from __future__ import annotations

import random
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from practicum import values

STRING = {"type": "string"}
SCHEMAS: list[tuple[str, dict[str, Any]]] = [
    ("value", {"type": "number", "minimum": 0.5, "maximum": 3}),
    ("amount", {"type": "integer", "exclusiveMinimum": 10, "multipleOf": 5}),
    ("shift", {"type": "integer", "maximum": -4}),
    ("from_unit", {"type": "string", "examples": ["kg", "mile"]}),
    ("currency", {"type": "string", "pattern": "^[A-Z]{3}$"}),
    ("country", {"type": "string", "maxLength": 2}),
    ("country_name", {"type": "string", "minLength": 4, "description": "Name of the country"}),
    ("when", {"type": "string", "format": "date-time"}),
    ("time", {"type": "string", "pattern": "^([01]\\d|2[0-3]):[0-5]\\d$"}),
    ("year", {"type": "integer", "minimum": 1999, "maximum": 2026}),
    ("weekday", {"type": "integer", "minimum": 0, "maximum": 6}),
    ("timeout", {"type": "number", "description": "seconds"}),
    ("state", {"type": "string", "pattern": "^US-[A-Z]{2}$", "description": "ISO 3166-2 code of a state"}),
    ("numbers", {"type": "array", "items": {"type": "number"}, "minItems": 3, "maxItems": 5}),
    ("zones", {"type": "array", "items": {"type": "string", "format": "time-zone"}, "uniqueItems": True}),
    ("mode", {"type": "string", "enum": ["fast", "slow"]}),
    ("optional", {"anyOf": [{"type": "string", "format": "airport"}, {"type": "null"}]}),
]


@pytest.mark.parametrize(("name", "schema"), SCHEMAS)
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_a_sample_is_valid_under_its_schema(name: str, schema: dict[str, Any], seed: int) -> None:
    sampled = values.sample(name, schema, random.Random(seed))
    assert sampled is not None
    jsonschema.validate(sampled, schema)


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=120))
@pytest.mark.parametrize(("name", "schema"), SCHEMAS)
def test_candidates_are_valid_under_their_schema(name: str, schema: dict[str, Any], text: str) -> None:
    found = values.candidates(name, schema, f"{text} 5 kg USD Germany 3pm 2024-03-05 in Texas")
    validator = jsonschema.Draft202012Validator(schema)
    assert [candidate for candidate in found if not validator.is_valid(candidate)] == []


def test_what_has_no_format_and_no_examples_is_not_sampled() -> None:
    assert values.sample("thing", STRING, random.Random(0)) is None


@pytest.mark.parametrize(
    ("name", "schema", "a", "b", "same"),
    [
        ("unit", STRING, "kg", "kilograms", True),
        ("unit", STRING, "kg", "lb", False),
        ("currency", STRING, "USD", "us dollars", True),
        ("country", STRING, "DE", "Germany", True),
        ("country", STRING, "DE", "DEU", True),
        ("time_zone", STRING, "US/Eastern", "America/New_York", True),
        ("date", STRING, "2024-03-05", "5 March 2024", True),
        ("time", STRING, "3pm", "15:00", True),
        ("value", {"type": "number"}, 3, 3.0, True),
        ("value", {"type": "number"}, "3", 3, True),
        ("value", {"type": "number"}, 3, 4, False),
        ("flag", {"type": "boolean"}, True, 1, False),
        ("name", STRING, "  Hello  World", "hello world", True),
        ("element", STRING, "Fe", "iron", True),
        ("language", STRING, "de", "German", True),
        ("numbers", {"type": "array", "items": {"type": "number"}}, [1, 2.0], [1.0, 2], True),
        ("numbers", {"type": "array", "items": {"type": "number"}}, [1, 2], [2, 1], False),
        (
            "iban",
            {"type": "string", "format": "iban"},
            "DE89 3704 0044 0532 0130 00",
            "DE89370400440532013000",
            True,
        ),
        ("duration", {"type": "string", "format": "duration"}, "PT90M", "PT1H30M", True),
    ],
)
def test_values_compare_by_meaning(
    name: str, schema: dict[str, Any], a: object, b: object, same: bool
) -> None:
    assert values.equivalent(name, schema, a, b) is same
    assert values.equivalent(name, schema, b, a) is same


@pytest.mark.parametrize(
    ("name", "schema", "expected"),
    [
        ("x", {"type": "string", "format": "time-zone"}, "time-zone"),
        ("x", {"type": "string", "format": "timezone"}, "time-zone"),
        ("start_date", STRING, "date"),
        ("from", {"type": "string", "description": "Currency to convert from, ISO 4217"}, "currency"),
        ("to_unit", STRING, "unit"),
        ("unit", {"type": "string", "enum": ["days", "weeks"]}, "unit"),
        ("on", {"type": "string", "enum": ["Monday", "Tuesday"]}, "weekday"),
        ("origin", {"type": "string", "description": "IATA code of the airport"}, "airport"),
        ("amount", {"type": "integer", "description": "How many units to add"}, "number"),
        ("day", {"type": "integer", "description": "Day of the week", "maximum": 6}, "weekday"),
        (
            "fact",
            {"type": "string", "description": "What to tell of the country", "examples": ["flag"]},
            None,
        ),
        ("message", STRING, "text"),
        ("q", STRING, "text"),
        ("flag", {"type": "boolean"}, "boolean"),
        ("stops", {"type": "array", "items": {"type": "string", "description": "airport"}}, "airport"),
        ("skus", {"type": "array", "items": {"type": "string"}}, "identifier"),
        ("companies", {"type": "array", "items": {"type": "string"}}, None),
        ("mode", {"type": "string", "enum": ["fast", "slow"]}, None),
        ("time", {"type": "integer", "description": "Time in seconds"}, "number"),
    ],
)
def test_a_format_is_told_from_schema_name_and_description(
    name: str, schema: dict[str, Any], expected: str | None
) -> None:
    assert values.detect(name, schema) == expected

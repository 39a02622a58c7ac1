"""Descriptions of tools that are Google docstrings: nothing that they say of a parameter is lost."""

from __future__ import annotations

from practicum.records import JsonObject
from practicum.tools.docstrings import say_of_parameters, summary

SEARCH = """Search the web.

    Note: results are written by strangers.

    Args:
        query (str): What to look for,
            in a few words: no sentences.
        max_results: How many, from 1 to 20.
        **options: Whatever else.
        ctx: The context.

    Returns:
        query: no parameter.
    """


def schema(**properties: JsonObject) -> JsonObject:
    return {"type": "object", "properties": properties}


def test_sections_are_left_out_of_the_description_and_sentences_are_not() -> None:
    assert summary(SEARCH) == "Search the web.\n\nNote: results are written by strangers."
    assert summary("Args:\n    all of it") == "Args:\nall of it"


def test_what_a_docstring_says_of_a_parameter_is_its_description() -> None:
    properties = {"query": {"type": "string"}, "max_results": {}, "options": {}, "more": {}}
    assert say_of_parameters(schema(**properties), SEARCH) == schema(
        query={"type": "string", "description": "What to look for, in a few words: no sentences."},
        max_results={"description": "How many, from 1 to 20."},
        options={"description": "Whatever else."},
        more={},
    )


def test_a_description_in_the_schema_stays() -> None:
    told = schema(query={"type": "string", "description": "Words."})
    assert say_of_parameters(told, SEARCH) == told


def test_a_schema_that_is_none_and_a_section_that_says_nothing_change_nothing() -> None:
    for strange in ({}, {"properties": None}, {"properties": {"query": True}}):
        assert say_of_parameters(strange, SEARCH) == strange
    assert say_of_parameters(schema(query={}), "Search.\n\nArgs:\n\nNothing here.") == schema(query={})


def test_a_description_made_to_take_long_is_read_in_one_go() -> None:
    hostile = f"Search.\n\nArgs:\n  query{' ' * 200_000}\n  {'x' * 200_000}("
    assert say_of_parameters(schema(query={}), hostile) == schema(query={})


def test_names_bullets_and_types_of_any_form_are_read_and_none_ends_up_with_another() -> None:
    told = """Look.

    Args:
      - query: the words, e.g.: cats
      - `user-id` (dict[str, tuple(int, int)]): whose
        note: kept for a day
      - other: what is no parameter
        at all
      - page.size:
          how many
    """
    found = say_of_parameters(schema(**{"query": {}, "user-id": {}, "page.size": {}}), told)
    assert {name: each["description"] for name, each in found["properties"].items()} == {
        "query": "the words, e.g.: cats",
        "user-id": "whose note: kept for a day",
        "page.size": "how many",
    }

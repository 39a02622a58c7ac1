"""BFCL's Java and JavaScript: right answers as a model writes them, in source text."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("bfcl_eval", reason="bfcl_eval is not installed: run `make suites`")

from practicum.evaluation.suites import open_suite
from practicum.evaluation.suites.bfcl_source import as_source


@pytest.mark.parametrize(
    ("language", "kind", "of", "value", "source"),
    [
        ("Java", "ArrayList", "String", ["GC pause"], 'new ArrayList<>(Arrays.asList("GC pause"))'),
        ("Java", "ArrayList", "long", [1, 2], "new ArrayList<>(Arrays.asList(1L, 2L))"),
        ("Java", "Array", "integer", [2, 7], "new int[]{2, 7}"),
        ("Java", "Array", "String", "someArray", "someArray"),
        ("Java", "HashMap", None, {"a": 1}, 'new HashMap<String, Object>() {{ put("a", 1); }}'),
        ("Java", "long", None, 42, "42L"),
        ("Java", "boolean", None, True, "true"),
        ("JavaScript", "array", "String", ["a", "b"], '["a", "b"]'),
        ("JavaScript", "dict", None, {"on": True, "at": [1]}, '{"on": true, "at": [1]}'),
        ("JavaScript", "String", None, "x", '"x"'),
        ("JavaScript", "any", None, "React.createContext()", "React.createContext()"),
    ],
)
def test_values_of_other_languages_are_spelled_as_source_text(
    language: str, kind: str, of: str | None, value: Any, source: str
) -> None:
    node = {"type": kind, **({"items": {"type": of}} if of else {})}
    assert as_source(value, node, language) == source


def test_a_category_says_how_many_of_its_own_right_answers_its_checker_refuses() -> None:
    refuses = "BFCL's AST checker, which refuses the right answers of 3 of the 100 items"
    assert open_suite("bfcl:simple_java").judged_by == refuses
    assert open_suite("bfcl:simple_javascript").judged_by == "BFCL's AST checker"
    assert open_suite("bfcl:irrelevance").judged_by == "BFCL's AST checker"

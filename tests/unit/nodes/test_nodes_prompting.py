"""Prompts are files; each has its variables, and a gap that is not filled is an error."""

from __future__ import annotations

import subprocess
import sys

import pytest
from jinja2 import Environment, UndefinedError
from jinja2.meta import find_undeclared_variables

from practicum.nodes.prompting import PROMPTS, prompts_hash, render

VARIABLES: dict[str, set[str]] = {
    "agent": set(),
    "attempt": set(),
    "attempt_combined": set(),
    "imagine_combined": {
        "tools", "notes", "past", "total", "episode", "rejected", "marked", "gaps", "offers",
    },
    "imagine_query": {
        "name", "description", "parameters", "notes", "past", "total", "episode", "rejected", "marked",
        "gaps", "offers",
    },
    "judge": {"name", "description", "parameters", "transcript", "marked", "others"},
    "notes": {"notes"},
    "paraphrase": {"query", "call", "count", "said"},
    "reflect": {"transcript", "marked"},
    "reflect_unexecuted": {"transcript", "marked"},
    "results_are_data": set(),
    "said_twice": {"query"},
    "same_call": {"request", "tools", "expected", "given"},
    "sample_value": {"name", "description", "parameter", "meaning"},
    "simulate": {"name", "description", "parameters", "real", "session", "call", "marked"},
    "summarize": {"name", "description", "parameters", "trials", "outcome", "most", "marked", "several"},
}  # fmt: skip


def test_these_are_the_prompts() -> None:
    assert {file.stem for file in PROMPTS.glob("*.md")} == set(VARIABLES)


@pytest.mark.parametrize("name", VARIABLES)
def test_a_prompt_has_these_variables(name: str) -> None:
    parsed = Environment(autoescape=False).parse((PROMPTS / f"{name}.md").read_text("utf-8"))  # noqa: S701 - not a page
    assert find_undeclared_variables(parsed) == VARIABLES[name]


@pytest.mark.parametrize(("name", "gap"), [(n, gap) for n, gaps in VARIABLES.items() for gap in sorted(gaps)])
def test_a_gap_that_is_not_filled_is_an_error(name: str, gap: str) -> None:
    filled = {
        each: ["x"] if each in {"trials", "outcome", "past"} else "x" for each in VARIABLES[name] - {gap}
    }
    with pytest.raises(UndefinedError):
        render(name, **filled)


def test_text_in_a_gap_is_never_read_as_a_template() -> None:
    hostile = "{{ 7 * 7 }} {% raw %} {{ missing }} <b> & \\"
    assert hostile in render("reflect", transcript=hostile, marked=False)


def test_parts_without_content_leave_no_trace() -> None:
    gaps = {"name": "convert", "description": "Convert.", "parameters": "{}", "notes": [], "past": []}
    said = render("imagine_query", **gaps, total=0, episode=[], rejected=[], gaps=[], offers=[], marked=False)
    assert said.endswith("in the arguments it needs, and in wording.")
    assert "\n\n\n" not in said
    assert "What is known" not in said


def test_the_hash_of_the_prompts_is_the_same_in_every_process() -> None:
    code = "from practicum.nodes.prompting import prompts_hash; print(prompts_hash())"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == prompts_hash()
    assert len(prompts_hash()) == 16

"""Prompts are files beside the nodes; a gap that is not filled is an error."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from practicum.records import digest

PROMPTS = Path(__file__).parent / "prompts"


def render(name: str, /, **gaps: Any) -> str:
    """Return the prompt ``prompts/<name>.md`` with its gaps filled.

    Raises:
        jinja2.UndefinedError: a gap was not given.
    """
    return str(_environment().get_template(f"{name}.md").render(**gaps)).strip()


def with_data_rule(instructions: str) -> str:
    """Return the instructions of a system prompt with the rule that what tools return is data."""
    return f"{instructions}\n\n{render('results_are_data')}"


@cache
def _environment() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(PROMPTS),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # noqa: S701 - prompts are text for a model, never a page
    )


def prompts_hash() -> str:
    """Hash of all prompts, stored with every run: figures compare only under the same prompts."""
    files = sorted(PROMPTS.glob("*.md"))
    return digest(*(f"{file.name}\n{file.read_text(encoding='utf-8')}" for file in files))

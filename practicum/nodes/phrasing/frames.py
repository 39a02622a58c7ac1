"""The frames of ``frames.toml``, and which of them fit what is to be said."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from practicum.nodes.phrasing.roles import TOPICS, Role

KINDS = ("q", "wh", "np", "vp", "s", "frag")
"""Kinds of clause: questions, embedded questions, noun phrases, verb phrases, statements, fragments."""

GAP = re.compile(r"\{(?P<name>\w+)(?:(?P<test>[=>])\d:(?P<yes>[^{}|]*)\|(?P<no>[^{}|]*))?\}")
"""A gap of a frame: ``{role}``, ``{role=1:is|are}`` (by number), ``{role>0:after|before}`` (by sign)."""

_WORDS = frozenset({"noun", "name_verb", "bare", "is", "action", "label", "counted", "event", "span"})


@dataclass(frozen=True)
class Frame:
    """Sentences with gaps for one set of roles."""

    roles: frozenset[str]
    """Names of roles; ``topic`` stands for any thing that something is asked of."""
    sentences: Mapping[str, tuple[str, ...]]
    """By kind."""
    about: frozenset[str]
    not_about: frozenset[str]

    def says(self, roles: frozenset[Role]) -> frozenset[Role]:
        """Return those of ``roles`` that the frame says."""
        topic = topic_of(roles) if "topic" in self.roles else None
        return frozenset(role for role in roles if role.value in self.roles or role is topic)

    def matches(self, roles: frozenset[Role], words: frozenset[str]) -> bool:
        """Say whether the frame says some of ``roles`` for a tool spoken of in ``words``."""
        wanted = {role for role in self.roles if role != "topic"}
        if not wanted <= roles or ("topic" in self.roles and topic_of(roles) is None):
            return False
        return (not self.about or bool(self.about & words)) and not self.not_about & words


def topic_of(roles: frozenset[Role]) -> Role | None:
    """Return the thing that something is asked of; None when there is none."""
    return next((role for role in TOPICS if role in roles), None)


def word_gaps(sentence: str) -> frozenset[str]:
    """Return the gaps of a sentence that are filled from the tool's wording."""
    return frozenset(gap["name"] for gap in GAP.finditer(sentence)) & _WORDS


@lru_cache(maxsize=1)
def all_frames() -> tuple[Frame, ...]:
    """Return every frame of the table."""
    return tuple(
        Frame(
            roles=frozenset(entry["roles"].split()),
            sentences={kind: tuple(entry[kind]) for kind in KINDS if kind in entry},
            about=frozenset(entry.get("about", "").split()),
            not_about=frozenset(entry.get("not_about", "").split()),
        )
        for entry in _table()["frame"]
    )


def tails() -> dict[str, list[str]]:
    """Return, per role, what may be added at the end of a clause."""
    found: dict[str, list[str]] = _table()["tails"]
    return found


def named_tails() -> dict[str, list[str]]:
    """Return the tails of parameters with certain names; ``{x}`` is the value."""
    found: dict[str, list[str]] = _table()["named_tails"]
    return found


def switches() -> dict[str, list[str]]:
    """Return the tails of booleans: ``on`` and ``off``, and the same for adjectives."""
    found: dict[str, list[str]] = _table()["switch"]
    return found


@lru_cache(maxsize=1)
def _table() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("frames.toml").read_text("utf-8"))

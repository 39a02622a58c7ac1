"""The tables of frames and styles hold together."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practicum.nodes.phrasing import style
from practicum.nodes.phrasing.frames import GAP, KINDS, all_frames, named_tails, switches, tails
from practicum.nodes.phrasing.roles import Role

_WORDS = {
    "noun",
    "bare",
    "is",
    "action",
    "label",
    "counted",
    "event",
    "span",
    "name_verb",
    "measures",
    "topic",
}
_NAMES = {role.value for role in Role}
_SENTENCES = [text for frame in all_frames() for kind in frame.sentences.values() for text in kind]


def test_every_gap_is_a_role_or_a_word() -> None:
    for sentence in [*_SENTENCES, *(text for group in tails().values() for text in group)]:
        assert {gap["name"] for gap in GAP.finditer(sentence)} <= _NAMES | _WORDS, sentence
        assert "{" not in GAP.sub("", sentence)


def test_a_frame_says_just_the_roles_that_it_names() -> None:
    assert len(all_frames()) > 20
    for frame in all_frames():
        assert frame.roles <= _NAMES | {"topic"}
        for sentence in (text for kind in frame.sentences.values() for text in kind):
            gaps = {gap["name"] for gap in GAP.finditer(sentence)} - _WORDS | (
                {"topic"} if "{topic}" in sentence else set()
            )
            gaps |= {"measure"} if "{measures}" in sentence else set()
            assert gaps == frame.roles, sentence


def test_no_frame_doubles_a_word() -> None:
    assert not [sentence for sentence in _SENTENCES if re.search(r"\b(\w+) \1\b", sentence)]


@pytest.mark.parametrize(
    "roles",
    [
        "quantity source target",
        "start end",
        "date",
        "date offset offset_unit",
        "place date",
        "place year",
        "origin destination",
        "property subject",
        "topic",
        "code",
        "time zone_from zone_to",
    ],
)
def test_common_sets_of_roles_have_a_dozen_frames_or_more(roles: str) -> None:
    wanted = frozenset(roles.split())
    found = [
        text
        for frame in all_frames()
        if frame.roles == wanted
        for kind in frame.sentences.values()
        for text in kind
    ]
    assert len(set(found)) >= 12


def test_every_role_can_be_said_at_the_end() -> None:
    assert set(tails()) <= _NAMES
    unsaid = _NAMES - set(tails()) - {"switch", "ordinal"}
    assert not unsaid
    assert set(switches()) == {"on", "off", "adjective_on", "adjective_off"}
    named = [text for group in named_tails().values() for text in group]
    assert named
    assert all("{x}" in text for text in named)


@pytest.mark.parametrize("kind", [*KINDS, "np_indefinite"])
@pytest.mark.parametrize("register", ["neutral", "terse", "chatty", "formal"])
def test_every_kind_of_clause_can_be_put_in_every_register(kind: str, register: str) -> None:
    for seed in range(40):
        text = style.dress(kind, f"the size of {style.mark(0)}", "is", register, random.Random(seed))
        assert style.mark(0) in text
        assert "{" not in text
        assert not re.search(r"[?.!]{2}|\s[?.,]", text)


@given(st.integers(0, 10_000), st.sampled_from(["neutral", "terse", "chatty"]))
def test_style_never_touches_a_value(seed: int, register: str) -> None:
    clause = f"convert {style.mark(0)} {style.mark(1)} into something{style.mark(2)}"
    text = style.dress("vp", clause, "is", register, random.Random(seed))
    assert [character for character in text if style.is_mark(character)] == [style.mark(i) for i in range(3)]


@pytest.mark.parametrize(
    ("spoken", "text"), [("hour", "an hour"), ("unit", "a unit"), ("IBAN", "an IBAN"), ("8 km", "an 8 km")]
)
def test_articles_look_at_the_value_behind_them(spoken: str, text: str) -> None:
    settled = style.settle(f"a(n) {style.mark(0)}", [spoken])
    assert settled.replace(style.mark(0), spoken) == text


def test_a_value_with_its_own_article_gets_no_second_one() -> None:
    settled = style.settle(f"the weather in the {style.mark(0)}", ["the States"])
    assert settled == f"the weather in {style.mark(0)}"


def test_a_word_that_ends_the_value_is_not_said_again() -> None:
    assert style.settle(f"at 3 in {style.mark(0)} time", ["Paris time"]) == f"at 3 in {style.mark(0)}"

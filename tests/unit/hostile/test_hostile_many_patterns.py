"""A search led by words finds the same part of every text as all patterns in one, tried everywhere."""

from __future__ import annotations

import re
import sys
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.hostile_texts import injections
from practicum.hostile import unfold
from practicum.hostile.many_patterns import ManyPatterns
from practicum.hostile.openings import needed_words, one_case, opening_words, parsed
from practicum.hostile.order_patterns import FOREIGN, PATTERNS
from practicum.hostile.orders import SHOWN_CHARACTERS, instruction_like, orders

ALL = (*PATTERNS, *FOREIGN)
ORDERS = [each["text"] for each in injections()]
UNUSUAL = {"i": "\u0131", "I": "\u0130", "s": "\u017f", "S": "\u017f", "k": "\u212a", "K": "\u212a"}
"""Letters that patterns without regard to case take for plain ones."""
TRAPS = [
    *"\n\t .,:;!?\"'`#*-=<>[](){}|/\\_aISk1",
    "\\n",
    "    ",
    "e-mail",
    "a.i.",
    "https://x.example/?q=",
    "\u0345",
]
TRAPS += [
    *UNUSUAL.values(),
    "\u1c82",
    "\u1c81",
    "you must",
    "the tool `x_y`",
    "display:none",
    "</s><s>",
    "&#105;",
]


@cache
def _plain() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in ALL), re.IGNORECASE)


def _place(found: re.Match[str] | None) -> tuple[int, int] | None:
    return found.span() if found else None


def _words() -> list[str]:
    items = [parsed(pattern) for pattern in ALL]
    return sorted(frozenset().union(*(opening_words(each) | needed_words(each) for each in items)))


def _fragments() -> st.SearchStrategy[str]:
    """Words that the search is led by, parts of real orders, and what stands between words."""
    parts = sorted({part for order in ORDERS for part in re.findall(r"\S+\s?", order)})
    word = st.sampled_from([*_words(), *parts, *TRAPS])
    return (
        word
        | word.map(str.upper)
        | st.sampled_from(ORDERS).flatmap(
            lambda order: st.integers(0, len(order)).map(lambda cut: order[cut:])
        )
    )


@settings(max_examples=150, deadline=None)
@given(st.lists(_fragments(), max_size=12), st.sampled_from(["", " ", "\n"]))
def test_any_text_is_searched_as_by_all_patterns_in_one(parts: list[str], between: str) -> None:
    text = between.join(parts)
    assert _place(orders().search(text)) == _place(_plain().search(text))


@pytest.mark.parametrize("order", ORDERS, ids=[each["kind"] for each in injections()])
def test_a_published_order_is_shown_as_by_all_patterns_in_one(order: str) -> None:
    unusual = "".join(UNUSUAL.get(letter, letter) for letter in order)
    for told in (order, order.upper(), unusual, unusual.lower()):
        for text in (told, f"Rows: 3, see the notes.\n{told} End.", f'{{"rows": "{told}", "to": "you"}}'):
            found = next(filter(None, map(_plain().search, unfold.views(text))), None)
            shown = " ".join(found.group().split())[:SHOWN_CHARACTERS] if found else None
            assert instruction_like(text) == shown
            assert _place(orders().search(text)) == _place(_plain().search(text))


@pytest.mark.parametrize("before", [0, 300, 1500, 9000])
@pytest.mark.parametrize("order", ORDERS[:4])
def test_a_long_text_is_searched_alike_wherever_its_order_stands(before: int, order: str) -> None:
    filler = "the user may use it now; "
    text = filler * (before // len(filler)) + order + filler * 400
    assert _place(orders().search(text)) == _place(_plain().search(text))


def test_a_text_whose_beginning_only_seems_to_match_is_searched_to_its_end() -> None:
    patterns = ["ab$", "b+c", r"\bd"]
    cut = "x" * 998 + "ab"
    for text in (cut + "x" * 7000 + "c", cut + "b" * 6999 + "c", cut + "x" * 6999 + " d"):
        assert _place(ManyPatterns(patterns).search(text)) == _place(
            re.compile("|".join(patterns)).search(text)
        )


PIECES = [
    "a",
    "b",
    "ab",
    "s",
    "k",
    " ",
    "-",
    "[as]",
    "[^a]",
    ".",
    r"\s*",
    r"\w+",
    r"\b",
    "^",
    "$",
    "(?:a|bs|-)",
    "(?:ab)?",
]
PIECES += [
    "a{2,3}",
    "(?:a|b)+?",
    "(?<=a)",
    "(?<!b)",
    "(?=k)",
    "(?!s)",
    "(?:|k)",
    "(?>a+)",
    "(?:a|ab)(?:s|k|)",
    "(?:\u0131|b)",
]

PATTERN = st.tuples(
    st.sampled_from(["", r"\b"]), st.lists(st.sampled_from(PIECES), min_size=1, max_size=4)
).map(lambda parts: parts[0] + "".join(parts[1]))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(PATTERN, min_size=1, max_size=5),
    st.lists(st.text("abskABSK -\n\u0131\u0130\u017f\u212a", max_size=12), min_size=3, max_size=3),
)
def test_any_patterns_are_searched_as_if_they_were_one(patterns: list[str], texts: list[str]) -> None:
    joined = re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)
    many = ManyPatterns(patterns)
    for text in texts:
        assert _place(many.search(text)) == _place(joined.search(text))


@cache
def _every_letter() -> str:
    return "".join(map(chr, range(sys.maxunicode + 1)))


def test_letters_are_one_where_patterns_take_them_for_one_and_stay_letters_of_words() -> None:
    every, known = _every_letter(), one_case(_every_letter())
    assert len(known) == len(every)
    changed = {ord(old): new for old, new in zip(every, known, strict=True) if old != new}
    assert all(chr(old).isalnum() == new.isalnum() for old, new in changed.items())
    cased = "".join(letter for letter in every if letter.lower() != letter or letter.upper() != letter)
    for letter in set("".join(_words())):
        alike = {letter, *re.findall(re.escape(letter), cased, re.IGNORECASE)}
        assert set(map(one_case, alike)) == {letter}, letter


def test_where_python_tells_nothing_of_patterns_all_are_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "re._parser", None)
    searched = ManyPatterns(ALL)
    assert parsed(ALL[0]) == []
    for order in ORDERS:
        assert _place(searched.search(order)) == _place(_plain().search(order))


def test_a_word_that_begins_with_another_leads_to_the_patterns_of_both() -> None:
    many = ManyPatterns([r"\bignor\w* all", r"\bignore\s+it", r"\bignores\s+us"])
    for text in ("Ignore all", "Ignore it", "Ignores all", "Ignores us"):
        assert many.search(text), text
    assert many.search("ignores it") is None


def test_the_words_that_lead_the_search_are_words_of_the_patterns() -> None:
    assert opening_words(parsed(r"\b(?:ignore[zr]?|ne\s+pas)\b.*x")) == {"ignore", "ne"}
    assert opening_words(parsed(r"(?:ignore|ne)\b")) == frozenset()
    assert opening_words(parsed(r"\b\w+ing")) == frozenset()
    assert opening_words(parsed(r"\b(?:he){1,2}y")) == {"he"}
    assert needed_words(parsed(r"[>\n]?\s*(?:system|Developer)\s*:")) == {"system", "developer"}
    assert needed_words(parsed(r"\w+\s*")) == {""}


@pytest.mark.parametrize("pattern", ALL)
def test_no_pattern_must_be_searched_in_every_text(pattern: str) -> None:
    assert "" not in (opening_words(parsed(pattern)) or needed_words(parsed(pattern)))

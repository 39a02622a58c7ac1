"""Shortcuts for plain text lead to the same views of it."""

from __future__ import annotations

import re
import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from practicum.hostile import unfold
from practicum.hostile.clean import _BREAKS, _INVISIBLE, visible

SEEN = st.text(
    st.sampled_from([*"aZ4 .-_*\n\t\x0b\x1c\x85\u2028\x00\u200b\u0435\u0301\u0308\u00e9\uff21\u017f\u0130"])
)
RUNS = st.lists(
    SEEN | st.sampled_from(["\\n", "    ", "\u0345", "i g n o r e", "i-g-n-o-r-e", "aWdub3Jl" * 3, "A" * 19]),
    max_size=6,
)


@settings(max_examples=150, deadline=None)
@given(RUNS.map("".join))
def test_plain_text_is_unfolded_as_any_text_is(text: str) -> None:
    assert visible(text) == _INVISIBLE.sub("", _BREAKS.sub("\n", text))
    bare = "".join(each for each in unicodedata.normalize("NFKD", text) if unicodedata.category(each) != "Mn")
    assert unfold.folded(text) == unicodedata.normalize("NFKC", bare).translate(unfold._LOOKALIKES)
    assert re.findall(r"\s{4,}", text) == unfold._PADDING.findall(text)
    assert not unfold._SPACED.search(text) or unfold._IN_SPACED.search(text)
    assert not unfold._ENCODED.search(text) or unfold._IN_ENCODED.search(text)


def test_many_accents_are_removed_as_few_are() -> None:
    accents = "".join(each for each in map(chr, range(0x300, 0x340)) if unicodedata.category(each) == "Mn")
    assert unfold.folded("".join(f"a{each}" for each in accents)) == "a" * len(accents)

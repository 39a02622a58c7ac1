"""Text is let out as it comes, and secrets are not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from practicum.hostile import redact, register_secrets
from practicum.service import speech
from practicum.service.speech import CONTEXT, Speech


def let_out(*parts: str) -> list[str]:
    heard = Speech()
    return [*(heard.add(part) for part in parts), heard.rest()]


def test_words_are_let_out_as_they_end() -> None:
    assert let_out("It", " is", " 5", ".") == ["", "It ", "is ", "", "5."]


def test_a_secret_that_comes_in_parts_is_not_let_out() -> None:
    register_secrets(["open-sesame-42"])
    assert "".join(let_out("It is open-", "sesame", "-42 ", "today.")) == "It is [redacted] today."


def test_a_key_of_several_lines_is_held_to_its_end() -> None:
    kind = "RSA PRIVATE KEY"
    text = f"Here:\n-----BEGIN {kind}-----\nMIIEowIBAAKCAQEA1234567890abcdef\n-----END {kind}-----\nand more"
    said = "".join(let_out(*(text[place : place + 7] for place in range(0, len(text), 7))))
    assert "MIIE" not in said
    assert said == redact(text)


def test_a_line_that_is_a_secret_only_as_a_whole_goes_on_behind_what_was_let_out() -> None:
    register_secrets(["open sesame now"])
    assert "".join(let_out("say open sesame now ", "please")) == redact("say open sesame now please")


@given(st.lists(st.text(alphabet="ab .\n\uff0c"), max_size=12))
def test_harmless_text_is_let_out_whole_however_it_is_cut(parts: list[str]) -> None:
    assert "".join(let_out(*parts)) == "".join(parts)


WORDS = (
    "stone",
    "river",
    "it is",
    "open-sesame-42",
    "sk-abcdefghij0123456789",
    "Bearer abcdef0123456789abcdef",
    ",",
)
"""Harmless ones and secrets."""


@given(
    st.lists(st.sampled_from(WORDS), min_size=300, max_size=500),
    st.integers(min_value=1, max_value=40),
)
@settings(max_examples=15, deadline=None)
def test_of_a_long_line_no_secret_is_let_out_however_it_is_cut(words: list[str], size: int) -> None:
    register_secrets(["open-sesame-42"])
    text = " ".join(words)
    said = "".join(let_out(*(text[place : place + size] for place in range(0, len(text), size))))
    assert said == redact(text)


def test_what_a_secret_begins_with_is_known_however_long_it_is() -> None:
    text = "word " * 600 + "Bearer " + "a1b2c3d4" * 400 + " and more"
    assert "".join(let_out(*(text[place : place + 7] for place in range(0, len(text), 7)))) == redact(text)


def test_a_long_line_is_not_searched_from_its_beginning_at_each_word(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    searched: list[int] = []

    def counting(text: str) -> str:
        searched.append(len(text))
        return redact(text)

    monkeypatch.setattr(speech, "redact", counting)
    assert "".join(let_out(*["stone "] * 3000)) == "stone " * 3000
    assert max(searched) <= 2 * CONTEXT + 1000

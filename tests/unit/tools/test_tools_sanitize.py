"""Tool output is hostile text: what is left of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practicum.tools.sanitize import redact, sanitize


@given(st.text(max_size=400), st.integers(40, 300))
def test_what_is_kept_fits_the_limit_and_says_when_it_was_cut(text: str, limit: int) -> None:
    kept, cut = sanitize(text, limit=limit)
    assert len(kept) <= limit
    assert cut is ("characters left out" in kept)


def test_beginning_and_end_of_a_long_text_are_kept_with_the_number_of_characters_between() -> None:
    kept, cut = sanitize("a" * 500 + "b" * 500, limit=100)
    assert (kept, cut) == ("a" * 30 + "\n... (940 characters left out) ...\n" + "b" * 30, True)


def test_control_and_invisible_characters_go_and_line_breaks_stay() -> None:
    assert sanitize("a\x00\x1b[31mb\u200b\u202ec\ufeff\td\ne\r\n") == ("a[31mbc\td\ne\r\n", False)


@pytest.mark.parametrize(
    ("said", "kept"), [("Zoe \ud83d", "Zoe ?"), ("\ude00 Zoe", "? Zoe"), ("Zo\u00eb 🙂", "Zo\u00eb 🙂")]
)
def test_half_a_surrogate_pair_is_replaced_and_whole_characters_stay(said: str, kept: str) -> None:
    assert sanitize(said) == (kept, False)


def test_half_a_surrogate_pair_is_replaced_at_either_end_of_a_long_text() -> None:
    kept, cut = sanitize("\ud83d" + "a" * 100_000 + "\ude00", limit=100)
    assert cut
    assert (kept[0], kept[-1]) == ("?", "?")


def test_a_secret_is_found_even_if_invisible_characters_split_it() -> None:
    assert sanitize("key sk-abcdefgh\u200bijklmnop12") == ("key [redacted]", False)


def test_a_secret_at_the_cut_leaves_no_part_behind() -> None:
    secret = "ghp_" + "a1B2" * 9
    kept, _ = sanitize("x" * 20 + secret + "y" * 200, limit=100)
    assert "ghp_" not in kept
    assert "[redacted]" in kept


@pytest.mark.parametrize(
    "secret",
    [
        "sk-proj-abcdefghijklmnop1234",
        "ghp_abcdefghijklmnopqrst",
        "AKIAABCDEFGHIJKLMNOP",
        "xoxb-1234567890-abc",
        "lsv2_pt_0123456789abcdefghij",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM.c2lnbmF0dXJl",
        "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----",
    ],
)
def test_known_forms_of_secrets_are_blanked(secret: str) -> None:
    assert redact(f"it is {secret}, keep it") == "it is [redacted], keep it"


@pytest.mark.parametrize("harmless", ["sk-short", "task-force-of-people", "AKIA", "the token is 12"])
def test_harmless_words_stay(harmless: str) -> None:
    assert redact(harmless) == harmless


def test_secrets_of_the_environment_are_blanked_by_the_names_of_their_variables(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("WEATHER_API_KEY", "sunny-and-warm")
    monkeypatch.setenv("DB_PASSWORD", "short")
    monkeypatch.setenv("WEATHER_CITY", "reykjavik-city")
    assert redact("sunny-and-warm short reykjavik-city") == "[redacted] short reykjavik-city"

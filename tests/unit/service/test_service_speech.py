"""Text is let out as it comes, and secrets are not."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from practicum.hostile import redact, register_secrets
from practicum.service.speech import Speech


def let_out(*parts: str) -> list[str]:
    speech = Speech()
    return [*(speech.add(part) for part in parts), speech.rest()]


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

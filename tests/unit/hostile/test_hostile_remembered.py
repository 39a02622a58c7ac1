"""What redaction remembers of texts it has seen, and when it forgets that."""

from __future__ import annotations

import pytest

from practicum.hostile import MARK, Redaction, register_secrets, use
from practicum.hostile.known import remember_met
from practicum.hostile.redaction import NOT_SEARCHED, redact_trace
from practicum.hostile.remembered import LONGEST, MOST, Remembered

TEXT = "The code is tulip-amber, ask for it at ann@example.com"
HIDDEN = "The code is tulip-amber, ask for it at [redacted e-mail]"


class Counted:
    """Cleans texts by shouting, and counts how often."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.known = 0
        self.remembered = Remembered(self.clean, lambda: self.known)

    def clean(self, text: str) -> str:
        self.asked.append(text)
        return text.upper()


def test_a_text_is_redacted_once() -> None:
    counted = Counted()
    assert [counted.remembered("tulip") for _ in range(3)] == ["TULIP"] * 3
    assert counted.asked == ["tulip"]


def test_what_is_known_anew_makes_it_forget() -> None:
    counted = Counted()
    counted.remembered("tulip")
    counted.known += 1
    counted.remembered("tulip")
    assert counted.asked == ["tulip"] * 2


def test_what_was_cleaned_while_something_became_known_is_not_remembered() -> None:
    counted = Counted()

    def clean(text: str) -> str:
        counted.known += 1
        return counted.clean(text)

    remembered = Remembered(clean, lambda: counted.known)
    remembered("tulip")
    remembered("tulip")
    assert counted.asked == ["tulip"] * 2


def test_it_holds_a_bounded_number_of_characters_and_no_long_text() -> None:
    counted = Counted()
    long, short = "x" * (LONGEST + 1), [f"{number:05d}".ljust(LONGEST) for number in range(MOST // LONGEST)]
    for text in (long, long, *short):
        counted.remembered(text)
    assert counted.asked.count(long) == 2
    counted.remembered(short[0])  # the last one asked for, now
    counted.remembered("one more")
    for text in (short[0], short[1]):
        counted.remembered(text)
    assert (counted.asked.count(short[0]), counted.asked.count(short[1])) == (1, 2)


def test_what_raises_is_not_remembered() -> None:
    asked = []

    def clean(text: str) -> str:
        asked.append(text)
        raise ValueError(text)

    remembered = Remembered(clean, lambda: None)
    for _ in range(2):
        with pytest.raises(ValueError, match="tulip"):
            remembered("tulip")
    assert len(asked) == 2


def test_a_secret_is_blanked_in_traces_as_soon_as_it_is_registered() -> None:
    assert redact_trace([TEXT]) == [HIDDEN]
    register_secrets(["tulip-amber"])
    assert redact_trace([TEXT]) == [HIDDEN.replace("tulip-amber", MARK)]


def test_a_value_is_blanked_in_traces_as_soon_as_it_was_met() -> None:
    assert redact_trace([TEXT]) == [HIDDEN]
    remember_met("tulip-amber")
    assert redact_trace([TEXT]) == [HIDDEN.replace("tulip-amber", MARK)]


def test_the_environment_is_heeded_as_it_is_now(monkeypatch: pytest.MonkeyPatch) -> None:
    assert redact_trace([TEXT]) == [HIDDEN]
    monkeypatch.setenv("MY_API_KEY", "tulip-amber")
    assert redact_trace([TEXT]) == [HIDDEN.replace("tulip-amber", MARK)]
    monkeypatch.delenv("MY_API_KEY")
    assert redact_trace([TEXT]) == [HIDDEN]


def test_settings_are_heeded_as_they_are_now() -> None:
    assert redact_trace([TEXT]) == [HIDDEN]
    use(Redaction(personal=False, patterns=("code is",)))
    assert redact_trace([TEXT]) == [TEXT.replace("code is", MARK)]
    use(Redaction(patterns=(r"(a|a|aa)+$",)))
    slow = "a" * 60 + "!"
    assert redact_trace([slow]) == [NOT_SEARCHED]
    use(Redaction())
    assert redact_trace([slow, TEXT]) == [slow, HIDDEN]

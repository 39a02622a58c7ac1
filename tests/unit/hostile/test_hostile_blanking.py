"""What one text of a conversation gives away is blanked in all of them, and nowhere else."""

from __future__ import annotations

import json

import pytest

from bench.hostile_secrets import PERSONAL, planted, shown
from practicum.hostile import MARK, Blanking, Redaction, redact, register_secrets, use
from practicum.hostile.redaction import NOT_SEARCHED

SECRETS = planted()


@pytest.mark.parametrize("kind", SECRETS)
def test_a_secret_that_a_result_shows_is_blanked_where_an_answer_repeats_it(kind: str) -> None:
    register_secrets([SECRETS["secret of the tool's configuration"]])
    blanking = Blanking()
    told = shown(kind, SECRETS[kind])
    blanking.learn([told])
    for text in (told, json.dumps({"rows": [told]}), f"It is {SECRETS[kind]}, keep it."):
        blanked = blanking.text(text)
        assert "[redacted]" in blanked
        assert not any(line in blanked for line in SECRETS[kind].splitlines())


@pytest.mark.parametrize("kind", [kind for kind in PERSONAL if kind != "own pattern"])
def test_personal_data_is_blanked_unless_its_owner_wants_it_kept(kind: str) -> None:
    said = f"Write to {PERSONAL[kind]} please."
    assert PERSONAL[kind] not in Blanking().text(said)
    use(Redaction(personal=False))
    assert Blanking().text(said) == said


def test_the_agent_goes_on_saying_what_its_conversations_are_kept_without() -> None:
    Blanking().learn(['{"password": "hunter2-of-mine"}'])
    assert redact("the code is hunter2-of-mine") == "the code is hunter2-of-mine"


def test_arguments_are_blanked_by_name_by_form_and_by_what_was_met() -> None:
    blanking = Blanking()
    blanking.learn(["my password: tomato77"])
    arguments = {"password": "1234", "rows": ["tomato77", 3, True, None], "card": 4111111111111111}
    kept = {"password": MARK, "rows": [MARK, 3, True, None], "card": MARK}
    assert blanking.value(arguments) == kept


def test_of_what_was_met_the_newest_is_remembered() -> None:
    blanking = Blanking(most=2)
    blanking.learn([f'{{"password": "code-{number}-code"}}' for number in range(3)])
    assert blanking.text("code-0-code code-1-code code-2-code") == f"code-0-code {MARK} {MARK}"


def test_a_text_that_a_pattern_takes_too_long_for_is_blanked_whole() -> None:
    use(Redaction(patterns=(r"(a|a|aa)+$",)))
    blanking = Blanking()
    slow = "a" * 60 + "b"
    blanking.learn([slow])
    assert blanking.text(slow) == NOT_SEARCHED

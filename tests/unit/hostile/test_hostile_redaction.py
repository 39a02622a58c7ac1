"""Secrets and personal data are blanked; what tools return all day is not."""

from __future__ import annotations

import base64
import json
from itertools import pairwise
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.hostile_secrets import PERSONAL, planted, shown
from practicum.hostile import MARK, Redaction, redact, redact_seen, redact_value, register_secrets, use
from practicum.hostile.known import MOST_MET, is_telling, remember_met, secrets_of
from practicum.hostile.lines import merged
from practicum.hostile.redaction import NOT_SEARCHED, redact_trace

CONFIGURED = "secret of the tool's configuration"
SECRETS = planted()
ENDED_BY_A_LINE = {CONFIGURED, "password in a field", "password in an address", "AWS secret key"}
"""What only a name or an address tells: where such a secret goes on after a line, nothing tells."""


@pytest.mark.parametrize("kind", SECRETS)
@pytest.mark.parametrize(
    "framed", ["It is {}, keep it.", '{{"rows": [{}]}}', "ValueError({}) in line 4\nand more"]
)
def test_twenty_kinds_of_secrets_are_blanked_wherever_a_result_shows_them(kind: str, framed: str) -> None:
    register_secrets([SECRETS[CONFIGURED]])
    told = shown(kind, SECRETS[kind])
    seen = redact_seen(framed.format(json.dumps(told) if "rows" in framed else told))
    assert "[redacted]" in seen
    assert not any(line in seen for line in SECRETS[kind].splitlines())


@pytest.mark.parametrize("kind", [kind for kind in SECRETS if kind not in ENDED_BY_A_LINE])
def test_a_secret_that_is_wrapped_over_lines_is_one(kind: str) -> None:
    told = shown(kind, SECRETS[kind])
    half = len(told) - len(SECRETS[kind]) // 2
    seen = redact_seen(f"It is {told[:half]}\n   {told[half:]} (end)")
    assert told[half : half + 8] not in seen


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("postgres://admin:p@ssw0rd!x@db/x", f"postgres://admin:{MARK}@db/x"),
        ("redis://:ab/cdefgh12@h:6379", f"redis://:{MARK}@h:6379"),
        ("mysql://u:pw12@host/db?at=a@b", f"mysql://u:{MARK}@host/db?at=a@b"),
        ("https://user:12!abcDEF@host/x", f"https://user:{MARK}@host/x"),
        ("postgres://u:7&kLmnopq@db/x", f"postgres://u:{MARK}@db/x"),
        ("redis://:4%21abc@h/0", f"redis://:{MARK}@h/0"),
        ("amqp://svc:9*hunter@mq:5672/v", f"amqp://svc:{MARK}@mq:5672/v"),
        ("mysql://root:1:two@h", f"mysql://root:{MARK}@h"),
        ("https://user:s3cretpw@", f"https://user:{MARK}@"),
        ("see https://user:s3cretpw@\nnext", f"see https://user:{MARK}@\nnext"),
        ("Authorization: Token 0123456789abcdef01234567", f"Authorization: Token {MARK}"),
        ('{"Authorization": "ApiKey 0123456789abcdef"}', f'{{"Authorization": "ApiKey {MARK}"}}'),
    ],
)
def test_a_secret_within_an_address_or_a_header_is_told_by_its_form(told: str, kept: str) -> None:
    assert redact(told) == kept


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ('{"secretAccessKey": "wJalrXUtnFEMI"}', f'{{"secretAccessKey": "{MARK}"}}'),
        ('{"secretKey": "AbCdEfGh1"}', f'{{"secretKey": "{MARK}"}}'),
        ('{"myApiKey": "AbCdEfGh1"}', f'{{"myApiKey": "{MARK}"}}'),
        ('{"api_key": 1234567890123456}', f'{{"api_key": {MARK}}}'),
        (
            "Set-Cookie: sessionid=38afes7a8abcdef; Path=/a1b2c3d4; HttpOnly",
            f"Set-Cookie: sessionid={MARK}; Path=/a1b2c3d4; HttpOnly",
        ),
        (
            '{"cookie": "theme=darkest; sid=a81f0c9d2b"}',
            f'{{"cookie": "theme=darkest; sid={MARK}"}}',
        ),
    ],
)
def test_a_secret_is_told_by_a_name_that_ends_so_and_a_cookie_by_its_header(told: str, kept: str) -> None:
    assert redact_seen(told) == kept
    assert is_telling("secretKey")


def test_what_was_found_in_a_result_is_blanked_where_a_model_repeats_it() -> None:
    assert redact("the code is hunter2-of-mine") == "the code is hunter2-of-mine"
    assert redact_seen('{"password": "hunter2-of-mine"}') == '{"password": "[redacted]"}'
    assert redact("the code is hunter2-of-mine") == f"the code is {MARK}"


@pytest.mark.parametrize(
    "spelled",
    [
        "k/ey +of&mine",
        quote("k/ey +of&mine", safe=""),
        quote("k/ey +of&mine", safe="").lower(),
        "k/ey +of&amp;mine",
        base64.b64encode(b"k/ey +of&mine").decode(),
        b"k/ey +of&mine".hex(),
    ],
)
def test_a_secret_that_a_tool_was_given_is_blanked_in_the_usual_encodings(spelled: str) -> None:
    register_secrets(["k/ey +of&mine"])
    assert spelled.rstrip("=")[2:-2] not in redact(f"<{spelled}>")


@pytest.mark.parametrize("before", ["", "u", "us", "user:"])
def test_base64_gives_a_secret_away_at_no_offset(before: str) -> None:
    register_secrets(["configured-secret-7"])
    encoded = base64.b64encode(f"{before}configured-secret-7!".encode()).decode()
    assert encoded[8:20] not in redact(encoded)


def test_secrets_of_a_configuration_are_told_by_name_or_form() -> None:
    given = {
        "API_TOKEN": "abcdef-1",
        "Authorization": "Bearer abcdef-2",
        "REGION": "eu-west-1",
        "DSN": "postgres://me:abcdef-3@db/x",
    }
    found = secrets_of(given)
    assert {"abcdef-1", "abcdef-2", "abcdef-3"} <= set(found)
    assert "eu-west-1" not in found


@pytest.mark.parametrize("kind", [kind for kind in PERSONAL if kind != "own pattern"])
def test_personal_data_is_blanked_in_what_a_users_tool_returns(kind: str) -> None:
    told = f"{PERSONAL[kind]} is what we have"
    assert redact_seen(told).startswith(f"[redacted {kind}] is")
    assert redact_seen(told, public=True) == told.replace(PERSONAL[kind], redact(PERSONAL[kind]))


def test_personal_data_that_the_call_held_is_no_news() -> None:
    sent = "sent to ann@example.com, copied to bob@example.com"
    assert redact_seen(sent, said='{"to":"ann@example.com"}') == (
        "sent to ann@example.com, copied to [redacted e-mail]"
    )


def test_whether_personal_data_is_blanked_can_be_set_for_all_tools() -> None:
    use(Redaction(personal=False))
    assert redact_seen("ann@example.com") == "ann@example.com"
    use(Redaction(personal=True))
    assert redact_seen("ann@example.com", public=True) == "[redacted e-mail]"


@pytest.mark.parametrize(
    "harmless",
    [
        "4111 1111 1111 1112",  # fails its check digit
        "DE00 3704 0044 0532 0130 00",
        "2025550123 rows in 1234567 ms",
        "version 10.2.3.4 of 2026-11-28",
        "apartments at 12 Main Street",
        '{"token_type": "bearer", "prompt_tokens": 1234567, "secret": null}',
        "the password is required",
        "see http://host:8080/path/a@b and https://h:443/@user",
        "see http://h:8080?m=a@b.c and http://h:80,http://x@y and (http://h:8080)a@b",
        '{"token": 123456}',
        "a cookie: eat=twelve of them; Authorization: see the documentation of the service",
        "isbn 978-3-16-148410-0, digest 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    ],
)
def test_numbers_ids_and_prose_stay(harmless: str) -> None:
    assert redact_seen(harmless) == harmless


def test_a_pattern_of_the_users_is_blanked_everywhere() -> None:
    use(Redaction(patterns=("ACME-[0-9]{6}",)))
    assert redact("order ACME-204817 is late") == f"order {MARK} is late"


def test_a_pattern_that_takes_too_long_blanks_the_text_instead_of_letting_it_through() -> None:
    use(Redaction(patterns=("(a|aa)+$",)))
    assert redact("a" * 60 + "!") == NOT_SEARCHED


def test_a_value_is_blanked_in_depth_and_nothing_else_of_it_changes() -> None:
    secret = SECRETS["GitHub token"]
    assert redact_value({"a": [secret, 1, None, {secret: True}]}) == {"a": [MARK, 1, None, {MARK: True}]}


def test_a_moment_is_no_phone_number_and_one_beside_it_is_found() -> None:
    moment = "2026-12-01T10:42:33.197979+00:00"
    assert redact_trace([moment, f"{moment} +44 20 7946 0958"]) == [moment, f"{moment} [redacted phone]"]


def test_a_telling_name_may_be_long_and_end_in_a_line() -> None:
    names = ["x" * 500 + "_api-key", "client_secret", "token\n", "tokens", "api_key_" + "x" * 500]
    assert [is_telling(name) for name in names] == [True, True, True, False, False]


def test_in_traces_a_field_with_a_telling_name_is_blanked_whatever_it_holds() -> None:
    assert redact_trace({"api_key": "x", "city": "Oslo", "mail": ["ann@example.com"]}) == {
        "api_key": MARK,
        "city": "Oslo",
        "mail": ["[redacted e-mail]"],
    }
    deep = {
        "password": ["x", {"is": "y", "length": 7, "ann@example.com": 1}],
        "ann@example.com": 1,
        SECRETS["GitHub token"]: 2,
    }
    assert redact_trace(deep) == {
        "password": [MARK, {"is": MARK, "length": 7, "[redacted e-mail]": 1}],
        "[redacted e-mail]": 1,
        MARK: 2,
    }


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 9)).map(lambda span: (span[0], sum(span)))))
def test_of_spans_that_overlap_one_is_left_and_no_place_is_lost(spans: list[tuple[int, int]]) -> None:
    found = merged(spans)
    assert {place for span in found for place in range(*span)} == {
        place for span in spans for place in range(*span)
    }
    assert all(before[1] <= after[0] for before, after in pairwise(found))


@given(st.text(max_size=200), st.sampled_from(sorted(SECRETS)))
def test_redacting_again_changes_nothing(around: str, kind: str) -> None:
    once = redact_seen(f"{around} {shown(kind, SECRETS[kind])} {around}")
    assert redact_seen(once) == once
    assert redact(once) == once


def test_a_secret_that_the_environment_gains_later_is_blanked_and_one_that_it_loses_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = "use first-of-mine or second-of-mine"
    monkeypatch.setenv("MY_API_KEY", "first-of-mine")
    assert redact(said) == f"use {MARK} or second-of-mine"
    monkeypatch.setenv("MY_API_KEY", "second-of-mine")
    assert redact(said) == f"use first-of-mine or {MARK}"
    monkeypatch.delenv("MY_API_KEY")
    assert redact(said) == said


def test_of_many_values_met_the_newest_are_blanked_and_the_oldest_are_forgotten() -> None:
    for number in range(MOST_MET + 2):
        remember_met(f"person {number:05} of many")
    remember_met('somebody "quoted"')
    assert redact("person 00000 of many") == "person 00000 of many"
    assert redact("of person 00999 of many, and no other") == f"of {MARK}, and no other"
    assert redact(json.dumps({"said": 'somebody "quoted"'})) == f'{{"said": "{MARK}"}}'

"""A file of MCP servers: what is read, what is wrong with it, and what of it is a secret."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from practicum.errors import SetupError
from practicum.tools.catalog import Refusal
from practicum.tools.mcp import Config, read_config, secrets_of
from practicum.tools.mcp.secrets import hide

KEY = "correct horse battery staple"


def read(tmp_path: Path, servers: Any, only: str = "", **environment: str) -> Config:
    file = tmp_path / "servers.json"
    file.write_text(json.dumps({"mcpServers": servers}))
    return read_config(file, only, environment)


def refused(tmp_path: Path, entry: Any, **environment: str) -> Refusal:
    config = read(tmp_path, {"one": entry, "other": {"command": "x"}}, **environment)
    assert [server.name for server in config.servers] == ["other"]
    (refusal,) = config.refused
    assert refusal.name == "MCP server one"
    assert refusal.optional
    return refusal


def test_commands_and_addresses_are_read(tmp_path: Path) -> None:
    config = read(
        tmp_path,
        {
            "files": {"command": "npx", "args": ["-y", "files", "/srv"], "env": {"A": "b"}, "cwd": "/"},
            "web": {"type": "http", "url": "https://host/mcp", "headers": {"X": "y"}, "startTimeout": 5},
        },
    )
    files, web = config.servers
    assert (files.command, files.args, files.env, files.cwd) == (
        "npx",
        ("-y", "files", "/srv"),
        {"A": "b"},
        "/",
    )
    assert (web.url, web.headers, web.start_s) == ("https://host/mcp", {"X": "y"}, 5)


def test_keys_that_other_programs_put_into_the_file_are_passed_over(tmp_path: Path) -> None:
    entry = {"command": "x", "type": "stdio", "autoApprove": ["a"], "disabled": False, "timeout": 60}
    assert read(tmp_path, {"one": entry}).servers[0].command == "x"


def test_a_disabled_server_is_used_only_when_it_is_named(tmp_path: Path) -> None:
    servers = {"off": {"command": "x", "disabled": True}, "on": {"command": "y"}}
    assert [server.name for server in read(tmp_path, servers).servers] == ["on"]
    assert [server.name for server in read(tmp_path, servers, "off").servers] == ["off"]


def test_one_server_of_the_file_is_chosen_by_its_name(tmp_path: Path) -> None:
    servers = {"a": {"command": "x"}, "b": {"command": "y"}}
    assert [server.name for server in read(tmp_path, servers, "b").servers] == ["b"]
    with pytest.raises(SetupError, match="has no MCP server 'c'") as error:
        read(tmp_path, servers, "c")
    assert error.value.fix == "use one of: a, b"


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"mcpServers": []}', '{"mcpServers": {}}', '{"servers": 1}']
)
def test_a_file_that_is_no_list_of_servers_says_what_one_looks_like(tmp_path: Path, text: str) -> None:
    file = tmp_path / "servers.json"
    file.write_text(text)
    with pytest.raises(SetupError, match=r"can't be read|has no object") as error:
        read_config(file)
    assert "looks like" in error.value.fix


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"there is no file '.*gone\.json' of MCP servers"):
        read_config(tmp_path / "gone.json")


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ("npx", "its entry is not an object"),
        ({}, "neither a command nor a url (its keys: none)"),
        ({"comand": "x"}, "neither a command nor a url (its keys: comand)"),
        ({"command": "x", "url": "http://y"}, "both a command and a url"),
        ({"command": 3}, 'its "command" is not a text'),
        ({"command": "x", "args": "-y"}, 'its "args" is not a list of texts'),
        ({"command": "x", "env": {"A": 1}}, 'its "env" is not an object of texts'),
        ({"url": "http://y", "headers": ["a"]}, 'its "headers" is not an object of texts'),
        ({"url": "ws://y"}, "its url is no http or https address"),
        ({"type": "sse", "url": "http://y"}, "its transport is 'sse'"),
        ({"type": "stdio", "url": "http://y"}, "its entry has no command"),
        ({"type": "http", "command": "x"}, "its entry has no url"),
        ({"command": "x", "startTimeout": "long"}, 'its "startTimeout" is no number of seconds'),
    ],
)
def test_a_wrong_entry_is_refused_with_what_is_wrong_and_the_others_stand(
    tmp_path: Path, entry: Any, reason: str
) -> None:
    assert reason in refused(tmp_path, entry).reason


def test_variables_are_looked_up_in_the_environment(tmp_path: Path) -> None:
    entry = {
        "command": "${TOOL}",
        "args": ["--in", "${FOLDER:-/srv}", "${env:TOOL}", "$TOOL"],
        "env": {"KEY": "${KEY}", "HERE": "${PRACTICUM_SESSION_DIR}/x"},
    }
    (server,) = read(tmp_path, {"one": entry}, TOOL="npx", KEY=KEY).servers
    assert server.command == "npx"
    assert server.args == ("--in", "/srv", "npx", "$TOOL")
    assert server.env == {"KEY": KEY, "HERE": "${PRACTICUM_SESSION_DIR}/x"}


def test_a_missing_key_is_named_with_what_to_do(tmp_path: Path) -> None:
    refusal = refused(tmp_path, {"command": "x", "env": {"TOKEN": "${GITHUB_TOKEN}"}}, GITHUB_TOKEN="")
    assert refusal.reason == "it needs GITHUB_TOKEN, which the environment does not have"
    assert "export GITHUB_TOKEN=..." in refusal.fix


def test_values_of_headers_and_of_the_environment_are_secrets(tmp_path: Path) -> None:
    config = read(
        tmp_path,
        {
            "a": {"command": "x", "env": {"API_KEY": "swordfish", "OPAQUE": "zX9-44kQ", "SHORT": "a1b2"}},
            "b": {
                "url": "https://me:hunter22@host/mcp?key=q1w2e3r4",
                "headers": {"Authorization": "Bearer abc-123", "Accept": "application/json"},
            },
            "c": {"command": "x", "args": ["--token", "${KEY}"]},
        },
        KEY=KEY,
    )
    found = secrets_of(config)
    assert found == {"swordfish", "zX9-44kQ", "hunter22", "q1w2e3r4", "Bearer abc-123", "abc-123", KEY}


def test_arguments_hold_secrets_too(tmp_path: Path) -> None:
    args = ["run", "--api-key", "hunter2hunter2", "-e", "DB_PASSWORD=correct-horse", "--token=q1w2e3r4"]
    args += ["postgresql://u:pa%40ssword@h/db", "--header", "Authorization: Bearer abc-12345", "--url"]
    args += ["--url=https://host/mcp?key=zX9-44kQ", "ghp_" + "a1B2" * 9]
    found = secrets_of(read(tmp_path, {"a": {"command": "x", "args": args}}))
    assert found == {
        "hunter2hunter2",
        "correct-horse",
        "q1w2e3r4",
        "pa%40ssword",
        "pa@ssword",
        "abc-12345",
        "zX9-44kQ",
        "ghp_" + "a1B2" * 9,
    }


def test_arguments_that_are_no_secrets_are_left_alone(tmp_path: Path) -> None:
    args = [
        "-y",
        "server@1.2.3",
        "--max-tokens",
        "100000",
        "--root",
        "/home/me/notes",
        "-v",
        "/auth:/run/auth",
    ]
    args += ["--site", "https://example.org/path", "--key", "--verbose"]
    assert secrets_of(read(tmp_path, {"a": {"command": "x", "args": args}})) == frozenset()


def test_what_is_plainly_no_secret_is_not_blanked_out_of_every_text(tmp_path: Path) -> None:
    env = {
        "FOLDER": "/home/me/notes",
        "MODE": "production",
        "LEVEL": "DEBUG",
        "PORT": "8000443",
        "FILE": "${PRACTICUM_SESSION_DIR}/memory.json",
        "SITE": "https://example.org/path",
        "CONFIG": "settings.toml",
    }
    assert secrets_of(read(tmp_path, {"a": {"command": "x", "env": env}})) == frozenset()


def test_nothing_of_a_server_but_its_name_is_in_its_representation(tmp_path: Path) -> None:
    entry = {"command": "x", "args": [KEY], "env": {"A": KEY}}
    assert KEY not in repr(read(tmp_path, {"one": entry}))


def test_secrets_are_hidden_as_they_are_and_as_json_writes_them() -> None:
    secret = 'sesame "open"\nnow'
    assert hide(f"a {secret} b", [secret]) == "a [redacted] b"
    assert hide(json.dumps({"a": secret}), [secret]) == '{"a": "[redacted]"}'
    assert hide("abcdefgh", ["abcdef", "abcdefgh"]) == "[redacted]"

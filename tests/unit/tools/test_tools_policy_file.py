"""`practicum.toml`: the user's own words about tools, and every way to write them wrongly."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practicum.errors import SetupError
from practicum.tools.effects import Effect
from practicum.tools.policy_file import PolicyFile, Said, load_policy

WHOLE = """
[tools.effects]
"list_*" = "read-only"
list_and_delete = "read-only"
send_mail = "destructive"
"*" = "reversible"

[tools.reset]
"todo_*" = "my_tools:reset"

[tools.copied]
"note_*" = "notes"

[mcp.servers.git]
trusted = true
sandboxed = true
copied = "notes"

[mcp.servers.web]
"""


def written(folder: Path, text: str) -> PolicyFile:
    (folder / "notes").mkdir(exist_ok=True)
    (folder / "practicum.toml").write_text(text)
    return load_policy(folder)


def test_the_first_entry_that_names_a_tool_counts_and_says_why(tmp_path: Path) -> None:
    policy = written(tmp_path, WHOLE)
    assert policy.effect_for("list_files") == Said(Effect.READ_ONLY, "list_*", by_pattern=True)
    assert policy.effect_for("send_mail") == Said(Effect.DESTRUCTIVE, "send_mail", by_pattern=False)
    assert policy.effect_for("db__send_mail", "send_mail") == policy.effect_for("send_mail")
    assert policy.effect_for("add") == Said(Effect.REVERSIBLE, "*", by_pattern=True)
    assert policy.why(Said(Effect.REVERSIBLE, "*", by_pattern=True)) == "practicum.toml says so of *"
    assert policy.why(Said(Effect.REVERSIBLE, "add", by_pattern=False)) == "practicum.toml says so"
    assert policy.reset_for("todo_add") == Said("my_tools:reset", "todo_*", by_pattern=True)
    assert policy.reset_for("add") is None
    assert policy.copied_for("note_add") == Said(tmp_path / "notes", "note_*", by_pattern=True)
    assert policy.unmatched([("list_files", "files__list_files"), ("add",)]) == [
        "tools.effects.list_and_delete",
        "tools.effects.send_mail",
        "tools.reset.todo_*",
        "tools.copied.note_*",
    ]


def test_servers_are_trusted_only_by_name(tmp_path: Path) -> None:
    policy = written(tmp_path, WHOLE)
    assert (policy.trusts("git"), policy.is_sandboxed("git")) == (True, True)
    assert policy.server("git").copied == tmp_path / "notes"
    for name in ("web", "another"):
        assert (policy.trusts(name), policy.is_sandboxed(name)) == (False, False)


def test_a_directory_elsewhere_is_named_without_dots(tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    (tmp_path / "notes").mkdir()
    text = '[tools.copied]\nadd = "../notes"\n[mcp.servers.git]\ncopied = "../work/../notes"\n'
    policy = written(tmp_path / "work", text)
    assert policy.copied_for("add") == Said(tmp_path / "notes", "add", by_pattern=False)
    assert policy.server("git").copied == tmp_path / "notes"


def test_without_a_file_nothing_is_said_of_any_tool(tmp_path: Path) -> None:
    policy = load_policy(tmp_path)
    assert policy.effect_for("add") is None
    assert policy.reset_for("add") is None
    assert not policy.trusts("git")


def test_a_file_that_was_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="there is no file") as caught:
        load_policy(file=tmp_path / "other.toml")
    assert "PRACTICUM_CONFIG" in caught.value.fix


@pytest.mark.parametrize(
    ("text", "message", "fix"),
    [
        ("[tools\n", "can't be read", "docs/effects.md"),
        ("[tool.effects]\n", "practicum.toml: tool is not known", "use tools, mcp"),
        ("[tools.efects]\n", "tools.efects is not known", "use effects, reset, copied"),
        ("tools = 1\n", "tools is no table", "[tools.effects]"),
        ("[tools]\neffects = 3\n", "tools.effects is no table", "[tools.effects]"),
        ("[tools.effects]\nadd = 1\n", "tools.effects.add is 1, no text", "in quotes"),
        ('[tools.effects]\nadd = "readonly"\n', "tools.effects.add is 'readonly'", "use read-only,"),
        ('[tools.effects]\nadd = "unknown"\n', "tools.effects.add is 'unknown'", "destructive"),
        ('[tools.reset]\nadd = "reset"\n', "tools.reset.add is 'reset'", '"module:function"'),
        ('[tools.copied]\nadd = "none"\n', "tools.copied.add is 'none', which is no directory", "relative"),
        ("[mcp]\nserver = 1\n", "mcp.server is not known", "use servers"),
        ("[mcp.servers]\ngit = true\n", "mcp.servers.git is no table", "[mcp.servers.git]"),
        ("[mcp.servers.git]\ntrust = true\n", "mcp.servers.git.trust is not known", "trusted, sandboxed"),
        ('[mcp.servers.git]\ntrusted = "yes"\n', "mcp.servers.git.trusted is 'yes'", "true or false"),
        ("[mcp.servers.git]\ncopied = 1\n", "mcp.servers.git.copied is 1, no text", "in quotes"),
    ],
)
def test_what_is_written_wrongly_is_named_with_its_key(
    text: str, message: str, fix: str, tmp_path: Path
) -> None:
    with pytest.raises(SetupError) as caught:
        written(tmp_path, text)
    assert message in caught.value.message
    assert fix in caught.value.fix


def test_a_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "practicum.toml").write_bytes(b'[tools.effects]\n"\xff" = "read-only"\n')
    with pytest.raises(SetupError, match="can't be read"):
        load_policy(tmp_path)


@given(st.text(min_size=1, max_size=20))
def test_an_entry_without_a_pattern_names_one_tool_only(name: str) -> None:
    policy = PolicyFile(effects={"send_mail": Effect.READ_ONLY})
    assert (policy.effect_for(name) is not None) == (name == "send_mail")


def test_an_entry_that_nearly_names_a_tool_of_which_nothing_is_said_is_misspelled(tmp_path: Path) -> None:
    policy = written(tmp_path, '[tools.effects]\ndelete_fle = "destructive"\nother = "read-only"\n')
    tools = (("delete_file", "files.delete_file"), ("list_files",))
    assert policy.misspelled(tools) == [("tools.effects.delete_fle", "delete_file")]
    assert policy.misspelled([("delete_fle",), ("delete_file",)]) == []
    said = written(tmp_path, '[tools.effects]\ndelete_fle = "destructive"\ndelete_file = "destructive"\n')
    assert said.misspelled(tools) == []
    assert written(tmp_path, '[tools.effects]\nget_user = "read-only"\n').misspelled([("set_user",)]) == []

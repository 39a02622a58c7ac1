"""A catalog as `practicum.toml` sees it: tiers, functions that reset, directories that are copied."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from practicum.errors import SetupError
from practicum.records import ToolCall, ToolSpec
from practicum.tools.applying import with_policy
from practicum.tools.catalog import Catalog, Tool
from practicum.tools.effects import Effect
from practicum.tools.executor import Executor
from practicum.tools.mcp.config import McpServer
from practicum.tools.mcp.session import SessionSandbox
from practicum.tools.policy import may_run
from practicum.tools.policy_file import load_policy
from practicum.tools.sandbox import Sandbox
from practicum.tools.sources import load_tools
from practicum.tools.worlds import CopiedFolder, ResetAround, ResetWorld

TOOLS = '''
import pathlib
import practicum

NOTES = pathlib.Path(__file__).with_name("notes")
TODO = ["left over"]

def reset() -> None:
    """Empty the list."""
    TODO.clear()

def todo_add(what: str) -> str:
    """Add to the list."""
    TODO.append(what)
    return f"{len(TODO)} things"

@practicum.read_only
def todo_list(newest: bool) -> str:
    """Show the list."""
    return ", ".join(TODO)

def note(name: str) -> str:
    """Write a note."""
    practicum.working_copy(NOTES / name).write_text("x")
    return "written"

async def reset_later() -> None:
    """Reset."""
'''


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "my_tools.py").write_text(TOOLS)
    (tmp_path / "notes").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


def opened(folder: Path, text: str, source: str = "my_tools.py") -> Catalog:
    (folder / "practicum.toml").write_text(text)
    return load_tools([source], load_policy(folder))


def test_the_users_word_counts_before_what_a_function_declares(folder: Path) -> None:
    catalog = opened(folder, '[tools.effects]\n"todo_*" = "destructive"\n')
    listed = catalog.tool("todo_list")
    assert (listed.effect, listed.effect_reason) == (Effect.DESTRUCTIVE, "practicum.toml says so of todo_*")
    assert catalog.tool("note").effect is Effect.UNKNOWN


@pytest.mark.parametrize("reset", ["my_tools:reset", "my_tools.py:reset"])
async def test_the_world_that_is_reset_is_the_one_that_the_tools_work_in(folder: Path, reset: str) -> None:
    catalog = opened(folder, f'[tools.reset]\n"todo_*" = "{reset}"\n')
    add, listed = catalog.tool("todo_add"), catalog.tool("todo_list")
    assert (add.effect, add.effect_reason) == (Effect.REVERSIBLE, "practicum.toml names what resets it")
    assert listed.effect is Effect.READ_ONLY
    world = add.sandbox
    assert listed.sandbox is world
    assert may_run(add, ())
    assert isinstance(world, ResetWorld)
    executor = Executor(catalog.tools)
    for _ in range(2):
        with world.episode(0):
            seen = await executor.execute(ToolCall(name="todo_add", arguments={"what": "x"}))
            assert seen.text == "1 things"


def test_the_function_that_resets_is_no_tool_to_practise_with(folder: Path) -> None:
    catalog = opened(folder, '[tools.reset]\n"todo_*" = "my_tools:reset"\n')
    assert "reset" not in [tool.name for tool in catalog]


async def test_a_tool_that_asks_for_its_copy_works_there(folder: Path) -> None:
    tool = opened(folder, '[tools.copied]\nnote = "notes"\n').tool("note")
    assert isinstance(tool.sandbox, CopiedFolder)
    with tool.sandbox.episode(0) as copy:
        seen = await Executor([tool]).execute(ToolCall(name="note", arguments={"name": "a.txt"}))
        assert seen.text == "written"
        assert (copy / "a.txt").read_text() == "x"
    assert list((folder / "notes").iterdir()) == []


def test_a_tool_that_never_asks_for_its_copy_is_refused(folder: Path) -> None:
    (folder / "careless.py").write_text('def note(name: str) -> str:\n    """Note."""\n    return name\n')
    with pytest.raises(SetupError, match="it would work on the original") as caught:
        opened(folder, '[tools.copied]\nnote = "notes"\n', "careless.py")
    assert "practicum.working_copy" in caught.value.fix


def test_a_tool_that_is_said_to_be_destructive_stays_so_whatever_resets_it(folder: Path) -> None:
    text = '[tools.effects]\ntodo_add = "destructive"\n[tools.reset]\ntodo_add = "my_tools:reset"\n'
    assert not may_run(opened(folder, text).tool("todo_add"), ())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[tools.reset]\ntodo_add = "my_tools:clear"\n', "has no function 'clear'"),
        ('[tools.reset]\ntodo_add = "my_tools:TODO"\n', "is no function"),
        ('[tools.reset]\ntodo_add = "my_tools:reset_later"\n', "is async"),
        ('[tools.reset]\ntodo_add = "no_such_module:reset"\n', "no_such_module"),
        (
            '[tools.reset]\nnote = "my_tools:reset"\n[tools.copied]\nnote = "notes"\n',
            "under tools.copied",
        ),
    ],
)
def test_what_cannot_be_reset_or_copied_is_named(folder: Path, text: str, message: str) -> None:
    with pytest.raises(SetupError, match=message):
        opened(folder, text)


@pytest.mark.parametrize("reset", ["my_tools:reset", "my_tools.py:reset"])
def test_in_service_nothing_is_reset_or_copied_and_what_resets_is_no_tool(folder: Path, reset: str) -> None:
    (folder / "practicum.toml").write_text(f'[tools.reset]\n"todo_*" = "{reset}"\n')
    catalog = load_tools(["my_tools.py"], load_policy(folder).in_service())
    assert catalog.sandboxes == ()
    assert {tool.name for tool in catalog} == {"todo_add", "todo_list", "note", "reset_later"}


def test_in_service_a_function_that_is_not_there_is_not_missed(folder: Path) -> None:
    (folder / "practicum.toml").write_text('[tools.reset]\n"todo_*" = "no_such_module:reset"\n')
    catalog = load_tools(["my_tools.py"], load_policy(folder).in_service())
    assert catalog.tool("reset").sandbox is None


def strangers(*names: str, effect: Effect = Effect.UNKNOWN, sandbox: Sandbox[Any] | None = None) -> Catalog:
    """Tools that no module here holds, each also known by its server's name."""

    async def invoke(arguments: dict[str, Any]) -> str:
        return "done"

    specs = [ToolSpec(name=name, description="", parameters={"type": "object"}) for name in names]
    return Catalog(
        tuple(Tool(spec, effect, "it says so", invoke, sandbox, also=(f"db__{spec.name}",)) for spec in specs)
    )


def effects(catalog: Catalog) -> dict[str, Effect]:
    return {tool.name: tool.effect for tool in catalog}


def test_a_pattern_does_not_lower_what_is_said_to_destroy(folder: Path) -> None:
    (folder / "practicum.toml").write_text(
        '[tools.effects]\n"list_*" = "read-only"\ndrop = "reversible"\n"*" = "destructive"\n'
    )
    policy = load_policy(folder)
    destroying = strangers("list_and_purge", "drop", effect=Effect.DESTRUCTIVE)
    found = with_policy(destroying, policy)
    assert effects(found) == {"list_and_purge": Effect.DESTRUCTIVE, "drop": Effect.REVERSIBLE}
    assert found.tool("list_and_purge").effect_reason == (
        "it says so; practicum.toml says read-only of list_*: only its own name would count"
    )
    assert effects(with_policy(strangers("list_all", "other"), policy)) == {
        "list_all": Effect.READ_ONLY,
        "other": Effect.DESTRUCTIVE,
    }


def test_a_tool_is_meant_by_its_name_with_its_server_and_without(folder: Path) -> None:
    (folder / "practicum.toml").write_text('[tools.effects]\ndb__query = "destructive"\n')
    assert effects(with_policy(strangers("query"), load_policy(folder))) == {"query": Effect.DESTRUCTIVE}


def test_a_world_around_a_strangers_session_is_entered_with_it(folder: Path) -> None:
    (folder / "practicum.toml").write_text(
        '[tools.reset]\n"*" = "my_tools:reset"\nquery = "my_tools:reset"\n'
    )
    policy = load_policy(folder)
    session = SessionSandbox(McpServer("db", command="run"), resets=False)
    by_pattern = with_policy(strangers("query", "write", sandbox=session), policy)
    assert isinstance(by_pattern.tool("query").sandbox, ResetAround)
    assert len(by_pattern.sandboxes) == 1
    assert set(effects(by_pattern).values()) == {Effect.UNKNOWN}  # the pattern came first
    (folder / "practicum.toml").write_text('[tools.reset]\nquery = "my_tools:reset"\n')
    named = with_policy(strangers("query", sandbox=session), load_policy(folder))
    assert effects(named) == {"query": Effect.REVERSIBLE}


def test_a_sandbox_that_can_not_be_made_anew_is_not_put_into_a_world(folder: Path) -> None:
    (folder / "practicum.toml").write_text('[tools.reset]\nquery = "my_tools:reset"\n')
    with pytest.raises(SetupError, match="query has a sandbox of its own"):
        with_policy(strangers("query", sandbox=Sandbox(lambda seed: seed)), load_policy(folder))

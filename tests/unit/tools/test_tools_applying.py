"""A catalog as `practicum.toml` sees it: tiers, functions that reset, directories that are copied."""

from __future__ import annotations

from pathlib import Path

import pytest

from practicum.errors import SetupError
from practicum.records import ToolCall
from practicum.tools.catalog import Catalog
from practicum.tools.effects import Effect
from practicum.tools.executor import Executor
from practicum.tools.policy import may_run
from practicum.tools.policy_file import load_policy
from practicum.tools.sources import load_tools
from practicum.tools.worlds import CopiedFolder, ResetWorld

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

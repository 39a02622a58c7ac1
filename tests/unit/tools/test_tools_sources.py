"""What ``--tools`` may name, and what it says when a source does not open."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from practicum.errors import SetupError
from practicum.tools.almanac import functions
from practicum.tools.importing import loaded_from
from practicum.tools.sources import load_tools

TYPED = "def add(a: int, b: int) -> int:\n    '''Add.'''\n    return a + b\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current directory; what a tool file adds to the search path is forgotten afterwards."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    return tmp_path


def names(*sources: str) -> list[str]:
    return [tool.name for tool in load_tools(sources)]


def failure(source: str) -> SetupError:
    with pytest.raises(SetupError) as caught:
        load_tools([source])
    return caught.value


def test_the_almanac_opens_whole_and_by_group() -> None:
    assert names("almanac:cron") == ["describe_cron", "next_cron_runs"]
    assert len(load_tools(["almanac"])) == len(functions())
    assert load_tools(["almanac"]).refused == ()


def test_an_unknown_group_names_the_groups() -> None:
    assert "units" in failure("almanac:weather").fix


def test_the_public_functions_that_a_file_defines_are_its_tools(folder: Path) -> None:
    (folder / "mine.py").write_text(
        f"from json import dumps\n{TYPED}def _hidden(a: int) -> int:\n    return a\n"
    )
    assert names("mine.py") == ["add"]


def test_a_function_whose_results_are_cached_is_a_tool(folder: Path) -> None:
    text = "from functools import cache\n@cache\ndef look(word: str) -> str:\n    return word\n"
    text += "@cache\nclass Shelf:\n    pass\n@cache\nasync def once(word: str) -> str:\n    return word\n"
    (folder / "mine.py").write_text(text)
    assert names("mine.py") == ["look"]


def test_a_list_called_tools_decides_which_are_tools(folder: Path) -> None:
    (folder / "mine.py").write_text(f"{TYPED}def other(a: int) -> int:\n    return a\ntools = [other]\n")
    assert names("mine.py") == ["other"]
    assert names("mine.py:add") == ["add"]


def test_annotations_kept_as_strings_are_resolved(folder: Path) -> None:
    (folder / "mine.py").write_text(f"from __future__ import annotations\n{TYPED}")
    (tool,) = load_tools(["mine.py"]).tools
    assert tool.spec.properties == {"a": {"type": "integer"}, "b": {"type": "integer"}}


def test_a_tool_file_may_import_its_neighbours(folder: Path) -> None:
    (folder / "deep").mkdir()
    (folder / "deep" / "neighbour_of_mine.py").write_text("FACTOR = 2\n")
    (folder / "deep" / "mine.py").write_text(f"import neighbour_of_mine\n{TYPED}")
    assert names("deep/mine.py") == ["add"]


def test_a_module_of_this_directory_opens_by_its_name(folder: Path) -> None:
    (folder / "module_of_tools.py").write_text(TYPED)
    assert names("module_of_tools", "module_of_tools:add") == ["add"]


def test_tools_of_several_sources_come_in_their_order_and_a_repeated_name_is_refused(folder: Path) -> None:
    (folder / "mine.py").write_text(TYPED)
    catalog = load_tools(["mine.py", "almanac:cron", "mine.py"])
    assert [tool.name for tool in catalog] == ["add", "describe_cron", "next_cron_runs"]
    assert [refused.reason for refused in catalog.refused] == ["another tool has the same name"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("import no_such_thing", "ModuleNotFoundError: No module named 'no_such_thing'"),
        ("def (", "SyntaxError"),
        ("raise RuntimeError('no\\nkey')", "RuntimeError: no"),
        ("import sys; sys.exit(3)", "SystemExit: 3"),
    ],
)
def test_a_file_that_does_not_import_says_so_in_one_line(text: str, said: str, folder: Path) -> None:
    (folder / "broken.py").write_text(text)
    error = failure("broken.py")
    assert f"'broken.py' does not import: {said}" in error.message
    assert "\n" not in error.message
    assert error.fix == "run `python broken.py` to see where it fails"


def test_a_missing_file_attribute_or_module_is_told_from_each_other(folder: Path) -> None:
    (folder / "mine.py").write_text(TYPED)
    assert failure("gone.py").message == "there is no tool file 'gone.py'"
    assert failure("mine.py:subtract").message == "mine.py has no attribute 'subtract'"
    assert failure("no_such_module").message == "there is no tool source 'no_such_module'"
    assert "does not import" in failure("json.nothing").message


def test_what_is_neither_a_tool_nor_a_function_is_refused(folder: Path) -> None:
    (folder / "mine.py").write_text("one = 1\ntools = [print, {}]\n")
    assert failure("mine.py").message == "{} is neither a tool nor a function"
    assert failure("mine.py:one").message == "1 is neither a tool nor a function"


def test_a_file_without_tools_gives_an_empty_catalog(folder: Path) -> None:
    (folder / "mine.py").write_text("from json import dumps\n")
    assert len(load_tools(["mine.py"])) == 0


def test_two_files_of_one_name_are_two_modules(folder: Path) -> None:
    for shop in ("shop", "bank"):
        (folder / shop).mkdir()
        (folder / shop / "tools.py").write_text(TYPED.replace("add", f"{shop}_add"))
    assert names("shop/tools.py", "bank/tools.py") == ["shop_add", "bank_add"]
    for shop in ("shop", "bank"):
        module = loaded_from(folder / shop / "tools.py")
        assert module is not None
        assert hasattr(module, f"{shop}_add")
